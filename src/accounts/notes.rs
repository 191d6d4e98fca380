//! The text of the notes: how contributions were counted and valued (ANC 2018-06, article 431-10), and the loans of the
//! year (article 431-11). Pure.

use std::collections::BTreeSet;

use serde::Serialize;

use super::basis::Basis;
use super::loans::{Stated, table};
use super::rules::{Amount, Totals};
use super::words::{Said, contributions, percent, typeset};
use crate::export::{Cell, Document, Table};
use crate::grid::rules::Method;
use crate::http::words::Language;
use crate::ledger::rules::{Kind, State};
use crate::ledger::words;
use crate::paper::words::{count, say};

const LENDING_FR: &str = "Prêts à usage (article 431-11). La liste ci-dessous donne, pour le prêteur comme pour l’emprunteur, la date, la durée \
     et le type de bien de chaque prêt de l’année, et les éléments qui permettent de le valoriser : pièces, jours-matériel, \
     valeur déclarée par le propriétaire, tarif.";
const LENDING_EN: &str = "Loans (article 431-11). The list below gives, for the lender as for the borrower, the date, the duration and the kind \
     of good of each loan of the year, and what lets it be valued: pieces, item-days, the value that its owner declares, \
     the rate.";

/// What is written in the notes.
#[derive(Debug, Clone, Serialize)]
pub struct Notes {
    /// Whose, of when, by which grid.
    #[serde(flatten)]
    pub basis: Basis,
    /// The text, paragraph by paragraph.
    pub paragraphs: Vec<Said>,
    /// What was received of each kind.
    pub received: Vec<OfKind>,
    /// Which rates the value rests on.
    pub rates: Vec<Applied>,
    /// Loans given and received.
    pub loans: Vec<Stated>,
}

/// What was received of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OfKind {
    /// What.
    pub kind: Kind,
    /// What every party stands by.
    pub confirmed: Amount,
    /// What one side declared; nothing where only what is confirmed counts.
    pub declared: Amount,
    /// Contributions that a party says are wrong: in no sum.
    pub contested: i64,
    /// Contributions that nobody could value; none without a grid.
    pub not_valued: Option<i64>,
}

/// A rate of the grid that a line of the year was valued by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Applied {
    /// Of what.
    pub kind: Kind,
    /// Of which category alone.
    pub category: Option<String>,
    /// The rate, and from which day, in words.
    pub rate: Said,
    /// How it was found.
    pub method: Method,
    /// Where it is from.
    pub source: String,
}

/// What was received of each kind, from what counts and what is contested.
#[must_use]
pub fn received(counting: &Totals, contested: &Totals, with_grid: bool) -> Vec<OfKind> {
    let sums = counting.by(|alike| (alike.kind, alike.state));
    let wrong = contested.by(|alike| alike.kind);
    let kinds: BTreeSet<Kind> = sums.keys().map(|(kind, _)| *kind).chain(wrong.keys().copied()).collect();
    let of = |kind: Kind| OfKind {
        kind,
        confirmed: sums.get(&(kind, State::Confirmed)).copied().unwrap_or_default(),
        declared: sums.get(&(kind, State::Declared)).copied().unwrap_or_default(),
        contested: wrong.get(&kind).map_or(0, |amount| amount.sum.lines),
        not_valued: with_grid.then(|| counting.not_valued(kind)),
    };
    kinds.into_iter().map(of).collect()
}

impl Notes {
    /// The notes, with their text made from the facts.
    #[must_use]
    pub fn of(basis: Basis, received: Vec<OfKind>, rates: Vec<Applied>, loans: Vec<Stated>) -> Self {
        let mut notes = Self { basis, paragraphs: Vec::new(), received, rates, loans };
        let parts: [fn(&Self, Language) -> String; 4] = [Self::census, Self::counting, Self::valuing, |_, language| {
            say(language, LENDING_FR, LENDING_EN).to_owned()
        }];
        notes.paragraphs = parts.map(|part| Said::by(|language| typeset(language, &part(&notes, language)))).to_vec();
        notes
    }

    fn census(&self, language: Language) -> String {
        let all = |of: fn(&OfKind) -> i64| self.received.iter().map(of).fold(0_i64, i64::saturating_add);
        let confirmed = all(|kind| kind.confirmed.sum.lines);
        let counted = confirmed.saturating_add(all(|kind| kind.declared.sum.lines));
        let contested = all(|kind| kind.contested);
        let share = if counted > 0 { confirmed.saturating_mul(1000) / counted } else { 0 };
        let received = say(
            language,
            ["contribution reçue", "contributions reçues"],
            ["contribution received", "contributions received"],
        );
        let (number, share) = (count(language, counted, received), percent(language, share));
        let left_out = contributions(language, contested);
        say(
            language,
            format!(
                "Recensement. Les contributions volontaires en nature sont inscrites au fil de l’année dans un registre \
                 commun à ceux qui donnent et à ceux qui reçoivent. Chaque ligne dit qui a donné quoi, quand et combien, \
                 et comment la quantité est connue (mesurée, déclarée, ou estimée par une règle nommée). L’une des \
                 parties déclare, l’autre confirme ou conteste ; aucune ligne n’est effacée, une erreur se corrige par \
                 une ligne nouvelle. Pour l’année {} : {number} ; part confirmée par toutes les parties : {share}. Ce \
                 qui est contesté n’est compté nulle part : {left_out}.",
                self.basis.year
            ),
            format!(
                "Census. Voluntary contributions in kind are written during the year into a register shared by those \
                 who give and those who receive. Each line says who gave what, when and how much, and how the quantity \
                 is known (measured, declared, or estimated by a named rule). One party declares, the other confirms or \
                 contests; no line is erased, a mistake is corrected by a further line. In {}: {number}; \
                 confirmed by every party: {share}. What is contested counts nowhere: {left_out}.",
                self.basis.year
            ),
        )
    }

    fn counting(&self, language: Language) -> String {
        let unmeasured = |kind: &OfKind| kind.confirmed.sum.unmeasured.saturating_add(kind.declared.sum.unmeasured);
        let unmeasured = self.received.iter().map(unmeasured).fold(0_i64, i64::saturating_add);
        let number = contributions(language, unmeasured);
        say(
            language,
            format!(
                "Quantification. Le temps est compté en minutes, les prêts en jours-matériel (une pièce pendant un \
                 jour) ; ces unités ne sont jamais additionnées entre elles. Un prêt à cheval sur deux années compte \
                 dans chacune pour les jours qui y tombent. Quantité inconnue, dénombrée à part : {number}."
            ),
            format!(
                "Counting. Time is counted in minutes, loans in item-days (one piece for one day); these units are \
                 never added to one another. A loan over the turn of the year counts in each year for its days there. \
                 Of unknown quantity: {number}, counted apart."
            ),
        )
    }

    fn valuing(&self, language: Language) -> String {
        let Some(grid) = &self.basis.grid else {
            return say(
                language,
                "Valorisation. Aucune : les quantités ci-dessous décrivent la nature et l’importance des contributions.",
                "Valuing. None: the quantities below describe the nature and importance of the contributions.",
            )
            .to_owned();
        };
        let not_valued = self.received.iter().filter_map(|kind| kind.not_valued).fold(0_i64, i64::saturating_add);
        let number = contributions(language, not_valued);
        let grid = grid.sentence(language);
        say(
            language,
            format!(
                "Valorisation. {grid}. Chaque ligne est valorisée au tarif du jour de l’acte et arrondie une fois au \
                 centime ; les totaux sont la somme des lignes. Sans valeur : {number}."
            ),
            format!(
                "Valuing. {grid}. Each line is valued at the rate of the day of the act and rounded once to the cent; \
                 totals are the sum of the lines. Without a value: {number}."
            ),
        )
    }

    /// As a document: the text, what was received, the rates, the loans.
    #[must_use]
    pub fn document(&self, language: Language) -> Document {
        let title =
            say(language, "Annexe : contributions volontaires en nature", "Notes: voluntary contributions in kind");
        let prose = self.paragraphs.iter().map(|paragraph| paragraph.text(language).to_owned()).collect();
        let mut tables = vec![self.received_table(language)];
        if !self.rates.is_empty() {
            tables.push(self.rate_table(language));
        }
        tables.push(table(&self.loans, language));
        Document { prose, tables, ..self.basis.document(language, &typeset(language, title)) }
    }

    fn received_table(&self, language: Language) -> Table {
        let headings = say(
            language,
            [
                "nature",
                "état",
                "contributions",
                "minutes",
                "jours-matériel",
                "fois",
                "participants",
                "quantité inconnue",
                "valorisation (€)",
            ],
            [
                "kind",
                "state",
                "contributions",
                "minutes",
                "item_days",
                "occasions",
                "participants",
                "unmeasured",
                "eur",
            ],
        );
        let row = |kind: Kind, state: State, amount: Amount| {
            let cents = if self.basis.grid.is_some() { Cell::Cents(amount.cents) } else { Cell::Empty };
            vec![
                Cell::from(words::kind(language, kind)),
                Cell::from(words::state(language, state)),
                Cell::from(amount.sum.lines),
                Cell::from(amount.sum.minutes),
                Cell::from(amount.sum.item_days),
                Cell::from(amount.sum.occasions),
                Cell::from(amount.sum.participants),
                Cell::from(amount.sum.unmeasured),
                cents,
            ]
        };
        let rows = self.received.iter().flat_map(|of| {
            let states = [(State::Confirmed, of.confirmed), (State::Declared, of.declared)];
            let filled = states.into_iter().filter(|(_, amount)| *amount != Amount::default());
            filled.map(|(state, amount)| row(of.kind, state, amount)).collect::<Vec<_>>()
        });
        Table::new(say(language, "Reçu dans l’année", "Received in the year"), &headings, rows.collect())
    }

    fn rate_table(&self, language: Language) -> Table {
        let headings = say(
            language,
            ["nature", "catégorie", "tarif", "méthode", "source"],
            ["kind", "category", "rate", "method", "source"],
        );
        let row = |applied: &Applied| {
            vec![
                Cell::from(words::kind(language, applied.kind)),
                Cell::from(applied.category.as_deref()),
                Cell::from(applied.rate.text(language)),
                Cell::from(super::words::method(language, applied.method)),
                Cell::from(applied.source.as_str()),
            ]
        };
        let rows = self.rates.iter().map(row).collect();
        Table::new(say(language, "Tarifs appliqués", "Rates applied"), &headings, rows)
    }
}
