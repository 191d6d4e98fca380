//! One line of the ledger as an entry of the accounts: its references, its words, its two accounts. Pure.

use time::Date;

use crate::accounts::chart::{Account, Chart};
use crate::accounts::rules::Valued;
use crate::clock::Day;
use crate::http::words::Language;
use crate::ledger::rules::{Deed, Kind};
use crate::ledger::words;

/// What is the same in all entries of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// On which accounts they stand.
    pub chart: Chart,
    /// The day on which the export was made.
    pub made_on: Day,
    /// The last day of its year.
    pub last_day: Date,
    /// Of a reversal: its number in the journal.
    pub reversal: Option<i64>,
}

/// An entry: a debit, and a credit of as much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// `EcritureNum`: the place of the line in the ledger, so that it is the same in every export.
    pub number: String,
    /// `PieceRef`: the id of the line, by which anybody finds it again.
    pub piece: String,
    /// `EcritureDate` and `PieceDate`: the day of the act.
    pub day: Day,
    /// `ValidDate`: the day of the export, or the last of the year for exports made after it.
    pub valid_on: Date,
    /// `EcritureLib`.
    pub label: String,
    /// The account that is debited.
    pub debit: Account,
    /// The account that is credited.
    pub credit: Account,
    /// By how many cents: more than none.
    pub cents: u64,
}

impl Mark {
    /// The entry of a line, or of the part of it that falls into the year, worth so many cents. An account takes no amount
    /// below zero: what takes something away, as a correction may and a reversal does, changes the sides.
    #[must_use]
    pub fn entry(&self, part: &Valued, cents: i64) -> Entry {
        let accounts = self.chart.entry(part.flow.kind);
        let swapped = (cents < 0) != self.reversal.is_some();
        let (debit, credit) =
            if swapped { (accounts.credit, accounts.debit) } else { (accounts.debit, accounts.credit) };
        let behind = self.reversal.map_or_else(String::new, |number| format!("A{number}"));
        Entry {
            number: format!("{}{behind}", part.seq),
            piece: format!("{}{behind}", part.id),
            day: part.day,
            valid_on: self.made_on.date().clamp(part.day.date(), self.last_day),
            label: self.label(part),
            debit,
            credit,
            cents: cents.unsigned_abs(),
        }
    }

    /// French, as the accounts are. Commas alone: a file of a tax office is no place for fine spaces.
    fn label(&self, part: &Valued) -> String {
        let flow = &part.flow;
        let reversal = self.reversal.map(|_| "annulation".to_owned());
        let correction = (part.deed == Deed::Correction).then(|| "correction".to_owned());
        let kind = words::kind(Language::Fr, flow.kind).to_owned();
        let quantity = flow.kind.measure(&flow.quantities).map(|count| measured(flow.kind, count));
        let parts = [reversal, correction, Some(kind), Some(flow.category.as_str().to_owned()), quantity];
        capitalised(&parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}

/// `3 h 05`, or `2 jours-matériel`.
fn measured(kind: Kind, count: i64) -> String {
    let (sign, many) = (if count < 0 { "-" } else { "" }, count.unsigned_abs());
    match kind {
        Kind::Equipment | Kind::Premises => format!("{sign}{many} jour{0}-matériel", if many > 1 { "s" } else { "" }),
        _ => format!("{sign}{} h {:02}", many / 60, many % 60),
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
