//! Aid in kind: what a structure gave in a year to each other one, without any name of a person. Pure.

use std::collections::BTreeMap;

use serde::Serialize;

use super::basis::Basis;
use super::rules::{Alike, Amount, Totals};
use super::words::{contributions, typeset};
use crate::export::{Cell, Document, Table};
use crate::http::words::Language;
use crate::id::Id;
use crate::ledger::rules::Kind;
use crate::ledger::words;
use crate::paper::words::say;

/// Cents of a year beyond which a convention is compulsory with a body governed by private law (decree 2001-495): aid in
/// kind belongs in it. Whether the law asks for one depends on more than the ledger knows.
pub const CONVENTION_ABOVE_CENTS: i64 = 2_300_000;

/// Who received: a structure, or the commons of a cooperation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Receiver {
    /// A structure.
    Structure(Id),
    /// What belongs to all members of a cooperation.
    Commons(Id),
}

impl Receiver {
    /// Who received lines.
    #[must_use]
    pub fn of(lines: &Alike) -> Option<Self> {
        let commons = lines.cooperation_id.map(Self::Commons);
        lines.receiver_id.map(Self::Structure).or(commons)
    }
}

/// What was given in a year.
#[derive(Debug, Clone, Serialize)]
pub struct Aid {
    /// Who gave, when, by which grid.
    #[serde(flatten)]
    pub basis: Basis,
    /// To whom, by name.
    pub receivers: Vec<Received>,
    /// In all.
    pub total: Amount,
    /// Contributions that nobody could value; none without a grid.
    pub not_valued: Option<i64>,
    /// Cents of a year above which a convention is compulsory, told beside the sums and compared with those alone.
    pub convention_above_cents: i64,
}

/// What one received.
#[derive(Debug, Clone, Serialize)]
pub struct Received {
    /// The structure; none for the commons of a cooperation.
    pub structure_id: Option<Id>,
    /// The cooperation, of the commons.
    pub cooperation_id: Option<Id>,
    /// The name of either.
    pub name: String,
    /// Of each kind.
    pub by_kind: Vec<OfKind>,
    /// In all; of the units, none is added to another.
    pub total: Amount,
    /// True when the value in all is above the line; none without a grid.
    pub above_convention: Option<bool>,
}

/// What was given of one kind.
#[derive(Debug, Clone, Serialize)]
pub struct OfKind {
    /// What.
    pub kind: Kind,
    /// How much.
    #[serde(flatten)]
    pub amount: Amount,
}

impl Aid {
    /// Sums up what was given.
    #[must_use]
    pub fn of(basis: Basis, given: &Totals, names: &BTreeMap<Receiver, String>) -> Self {
        let with_grid = basis.grid.is_some();
        let by_kind = given.by(|alike| (Receiver::of(alike), alike.kind));
        let totals = given.by(Receiver::of);
        let received = |(receiver, total): (Option<Receiver>, Amount)| {
            let own = by_kind.iter().filter(|((of, _), _)| *of == receiver);
            Received {
                structure_id: receiver.and_then(|receiver| match receiver {
                    Receiver::Structure(id) => Some(id),
                    Receiver::Commons(_) => None,
                }),
                cooperation_id: receiver.and_then(|receiver| match receiver {
                    Receiver::Structure(_) => None,
                    Receiver::Commons(id) => Some(id),
                }),
                name: receiver.and_then(|receiver| names.get(&receiver).cloned()).unwrap_or_default(),
                by_kind: own.map(|((_, kind), amount)| OfKind { kind: *kind, amount: *amount }).collect(),
                total,
                above_convention: with_grid.then_some(total.cents > CONVENTION_ABOVE_CENTS),
            }
        };
        let mut receivers: Vec<Received> = totals.into_iter().map(received).collect();
        receivers.sort_by(|one, other| one.name.cmp(&other.name));
        Self {
            basis,
            receivers,
            total: given.sum(),
            not_valued: with_grid.then(|| given.all_not_valued()),
            convention_above_cents: CONVENTION_ABOVE_CENTS,
        }
    }

    /// As a document of one table.
    #[must_use]
    pub fn document(&self, language: Language) -> Document {
        let title = say(language, "Aides en nature apportées", "Aid given in kind");
        let mut document = self.basis.document(language, title);
        document.prose = self.remarks(language);
        document.tables = vec![self.table(language)];
        document
    }

    fn table(&self, language: Language) -> Table {
        let headings = say(
            language,
            [
                "bénéficiaire",
                "nature",
                "contributions",
                "minutes",
                "jours-matériel",
                "fois",
                "quantité inconnue",
                "valorisation (€)",
            ],
            ["receiver", "kind", "contributions", "minutes", "item_days", "occasions", "unmeasured", "eur"],
        );
        let row = |name: &str, what: &str, amount: &Amount| {
            let cents = if self.basis.grid.is_some() { Cell::Cents(amount.cents) } else { Cell::Empty };
            let sum = &amount.sum;
            let counts = [sum.lines, sum.minutes, sum.item_days, sum.occasions, sum.unmeasured];
            let mut row = vec![Cell::from(name), Cell::from(what)];
            row.extend(counts.map(Cell::Number));
            row.push(cents);
            row
        };
        let all = say(language, "ensemble", "in all");
        let mut rows = Vec::new();
        for receiver in &self.receivers {
            let of_kind = |of: &OfKind| row(&receiver.name, words::kind(language, of.kind), &of.amount);
            rows.extend(receiver.by_kind.iter().map(of_kind));
            if receiver.by_kind.len() > 1 {
                rows.push(row(&receiver.name, all, &receiver.total));
            }
        }
        rows.push(row("TOTAL", all, &self.total));
        Table::new(say(language, "Aides en nature", "Aid in kind"), &headings, rows)
    }

    fn remarks(&self, language: Language) -> Vec<String> {
        let above: Vec<&str> = self
            .receivers
            .iter()
            .filter(|one| one.above_convention == Some(true))
            .map(|one| one.name.as_str())
            .collect();
        let mut remarks = Vec::new();
        if !above.is_empty() {
            let names = above.join(", ");
            remarks.push(say(
                language,
                format!(
                    "Aides en nature valorisées à plus de 23 000 € dans l’année : {names}. Au-delà de 23 000 € d’aides \
                     publiques par an, une convention est obligatoire avec un organisme de droit privé (décret \
                     n° 2001-495) ; l’aide en nature y figure. Les aides en argent ne sont pas connues de ce registre."
                ),
                format!(
                    "Aid in kind worth more than €23,000 in the year: {names}. Above €23,000 of public aid in a year a \
                     convention is compulsory with a body governed by private law (decree 2001-495), and aid in kind \
                     belongs in it. This register knows nothing of aid in money."
                ),
            ));
        }
        if let Some(count) = self.not_valued.filter(|count| *count > 0) {
            let count = contributions(language, count);
            remarks.push(say(
                language,
                format!("Sans valeur, et dans aucune somme en euros : {count}."),
                format!("Without a value, and in no sum of euros: {count}."),
            ));
        }
        remarks.iter().map(|remark| typeset(language, remark)).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::rules::Valued;
    use super::super::rules::tests::{KINDS, valued};
    use super::*;
    use crate::summary::rules::Head;

    proptest! {
        #[test]
        fn what_partners_received_adds_up_to_what_was_given_in_every_unit(
            flows in proptest::collection::vec((0_usize..5, 0_u8..6, -1_000_i64..100_000), 0..300),
        ) {
            let flows = flows.into_iter().enumerate();
            let lines: Vec<Valued> = flows
                .map(|(seq, (kind, to, cents))| valued(i64::try_from(seq).unwrap(), KINDS[kind], to, Some(cents)))
                .collect();
            let ledger = Head { seq: 0, hash: String::new(), root: String::new() };
            let (structure_id, structure) = (Id::of(&["commune"]), "Commune".to_owned());
            let basis = Basis { structure_id, structure, year: 2026, ledger, confirmed_only: false, grid: None };
            let aid = Aid::of(basis, &Totals::of(&lines), &BTreeMap::new());
            let mut by_receiver = Amount::default();
            for receiver in &aid.receivers {
                by_receiver += receiver.total;
                let mut by_kind = Amount::default();
                receiver.by_kind.iter().for_each(|of| by_kind += of.amount);
                prop_assert_eq!(by_kind, receiver.total);
            }
            prop_assert_eq!(by_receiver, aid.total);
        }
    }
}
