//! The table at the foot of the income statement: two columns of equal totals (ANC 2018-06, articles 211-3 and 422-1).
//! Pure.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use strum::IntoEnumIterator as _;

use super::basis::{Basis, Cited};
use super::chart::{Account, Chart, Origin, Use};
use super::rules::Totals;
use super::words::{contributions, typeset};
use crate::clock::Day;
use crate::export::{Cell, Document, Table};
use crate::http::words::Language;
use crate::paper::words::say;

/// What the lines of a year add up to, on either side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sums {
    /// By what was contributed: accounts 87.
    pub contributed: BTreeMap<Origin, i64>,
    /// By how it was used: accounts 86.
    pub used: BTreeMap<Use, i64>,
    /// Contributions that nobody could value.
    pub not_valued: i64,
}

impl Sums {
    /// The sums of valued lines: each line enters both sides with the same cents.
    #[must_use]
    pub fn of(totals: &Totals) -> Self {
        let mut sums = Self { not_valued: totals.all_not_valued(), ..Self::default() };
        for (kind, amount) in totals.by(|alike| alike.kind) {
            for sum in
                [sums.contributed.entry(Origin::of(kind)).or_default(), sums.used.entry(Use::of(kind)).or_default()]
            {
                *sum = sum.saturating_add(amount.cents);
            }
        }
        sums
    }

    /// The cents of a line of the left column.
    #[must_use]
    pub fn of_origin(&self, origin: Origin) -> i64 {
        self.contributed.get(&origin).copied().unwrap_or(0)
    }

    /// The cents of a line of the right column.
    #[must_use]
    pub fn of_use(&self, of: Use) -> i64 {
        self.used.get(&of).copied().unwrap_or(0)
    }

    /// The total of the left column, which is that of the right.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.contributed.values().fold(0, |sum: i64, cents| sum.saturating_add(*cents))
    }
}

/// The year before, or why it is not there.
#[derive(Debug, Clone)]
pub enum Previous {
    /// Valued, by this grid.
    Known(Sums, Cited),
    /// The grid of the year has no rate for this kind on this day, and no other grid was named.
    NoRate(String, Day),
}

/// The table.
#[derive(Debug, Clone, Serialize)]
pub struct Foot {
    /// Whose, of when, by which grid.
    #[serde(flatten)]
    pub basis: Basis,
    /// In which chart.
    pub chart: Chart,
    /// The left column.
    pub contributed: Vec<Row>,
    /// The right column.
    pub used: Vec<Row>,
    /// The total of either column, in cents.
    pub total_cents: i64,
    /// The same of the year before; none while that is not valued.
    pub previous_total_cents: Option<i64>,
    /// Contributions of the year that nobody could value: they are in no sum.
    pub not_valued: i64,
    /// The same of the year before.
    pub previous_not_valued: Option<i64>,
    /// The grid of the year before.
    pub previous_grid: Option<Cited>,
    /// Why the year before is missing.
    pub previous_missing: Option<Missing>,
}

/// A rate that would be needed.
#[derive(Debug, Clone, Serialize)]
pub struct Missing {
    /// Of what.
    pub kind: String,
    /// On which day.
    pub day: Day,
}

/// A line of the table.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// A word that does not change with the chart.
    pub line: &'static str,
    /// Its account.
    #[serde(flatten)]
    pub account: Account,
    /// Cents of the year.
    pub cents: i64,
    /// Cents of the year before; none while that is not valued.
    pub previous_cents: Option<i64>,
}

impl Foot {
    /// The table of two years.
    #[must_use]
    pub fn of(basis: Basis, chart: Chart, year: &Sums, previous: Previous) -> Self {
        let (before, previous_grid, previous_missing) = match previous {
            Previous::Known(sums, grid) => (Some(sums), Some(grid), None),
            Previous::NoRate(kind, day) => (None, None, Some(Missing { kind, day })),
        };
        let before = before.as_ref();
        let contributed = Origin::iter().map(|origin| Row {
            line: origin.into(),
            account: chart.of_origin(origin),
            cents: year.of_origin(origin),
            previous_cents: before.map(|sums| sums.of_origin(origin)),
        });
        let used = Use::iter().map(|of| Row {
            line: of.into(),
            account: chart.of_use(of),
            cents: year.of_use(of),
            previous_cents: before.map(|sums| sums.of_use(of)),
        });
        Self {
            basis,
            chart,
            contributed: contributed.collect(),
            used: used.collect(),
            total_cents: year.total(),
            previous_total_cents: before.map(Sums::total),
            not_valued: year.not_valued,
            previous_not_valued: before.map(|sums| sums.not_valued),
            previous_grid,
            previous_missing,
        }
    }

    /// As a document: the two columns side by side, as the regulation draws them.
    #[must_use]
    pub fn document(&self, language: Language) -> Document {
        let title = say(language, "Contributions volontaires en nature", "Voluntary contributions in kind");
        let mut document = self.basis.document(language, title);
        document.prose = self.remarks(language);
        document.tables = vec![self.table(language)];
        document
    }

    fn table(&self, language: Language) -> Table {
        let year = self.basis.year;
        let years = [format!("{year} (€)"), format!("{} (€)", year - 1)];
        let [now, before] = &years;
        let (left, right) = say(
            language,
            ("87 Contributions volontaires", "86 Emplois des contributions"),
            ("87 Contributions", "86 Uses of contributions"),
        );
        let account = say(language, "compte", "account");
        let headings = [account, left, now, before, account, right, now, before];
        let rows = (0..self.used.len()).map(|place| {
            let mut row = cells(self.contributed.get(place));
            row.extend(cells(self.used.get(place)));
            row
        });
        let total = [
            Cell::Empty,
            Cell::from("TOTAL"),
            Cell::Cents(self.total_cents),
            Cell::from(self.previous_total_cents.map(Cell::Cents)),
        ];
        let rows = rows.chain([[total.clone(), total].concat()]).collect();
        let headings = headings.map(|heading| Cow::Owned(heading.to_owned())).to_vec();
        Table { name: format!("CVN {year}"), headings, rows, chart: None }
    }

    fn remarks(&self, language: Language) -> Vec<String> {
        let (year, before) = (self.basis.year, self.basis.year - 1);
        let mut remarks = Vec::new();
        let mut unvalued = |count: i64, year: i32| {
            if count > 0 {
                let count = contributions(language, count);
                remarks.push(say(
                    language,
                    format!("Sans valeur en {year}, et dans aucune somme : {count}."),
                    format!("Without a value in {year}, and in no sum: {count}."),
                ));
            }
        };
        unvalued(self.not_valued, year);
        unvalued(self.previous_not_valued.unwrap_or(0), before);
        if let Some(missing) = &self.previous_missing {
            let day = crate::paper::words::day(language, missing.day);
            remarks.push(say(
                language,
                format!("L’année {before} n’est pas valorisée : la grille n’a pas de tarif au {day}."),
                format!("The year {before} is not valued: the grid has no rate for {day}."),
            ));
        }
        let other =
            self.previous_grid.as_ref().filter(|other| self.basis.grid.as_ref().is_none_or(|own| own.id != other.id));
        remarks.extend(other.map(|grid| format!("{before} : {}.", grid.sentence(language))));
        remarks.iter().map(|remark| typeset(language, remark)).collect()
    }
}

fn cells(row: Option<&Row>) -> Vec<Cell> {
    let Some(row) = row else { return vec![Cell::Empty; 4] };
    vec![
        Cell::from(row.account.number),
        Cell::from(row.account.label),
        Cell::Cents(row.cents),
        Cell::from(row.previous_cents.map(Cell::Cents)),
    ]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::rules::Valued;
    use super::super::rules::tests::{KINDS, valued};
    use super::*;

    /// What the accounts of each class hold when each line is booked by itself.
    fn booked(lines: &[Valued], chart: Chart) -> BTreeMap<&'static str, i64> {
        let mut accounts: BTreeMap<&'static str, i64> = BTreeMap::new();
        for line in lines {
            let entry = chart.entry(line.flow.kind);
            for account in [entry.debit, entry.credit] {
                *accounts.entry(account.number).or_default() += line.cents.unwrap_or(0);
            }
        }
        accounts
    }

    fn class(accounts: &BTreeMap<&'static str, i64>, class: &str) -> i64 {
        accounts.iter().filter(|(number, _)| number.starts_with(class)).map(|(_, cents)| cents).sum()
    }

    fn assert_balanced(lines: &[Valued]) {
        let sums = Sums::of(&Totals::of(lines));
        assert_eq!(sums.used.values().sum::<i64>(), sums.total());
        for chart in Chart::iter() {
            let accounts = booked(lines, chart);
            assert_eq!(class(&accounts, "86"), class(&accounts, "87"), "{chart:?}");
            assert_eq!(class(&accounts, "86"), sums.total());
            for origin in Origin::iter() {
                let booked = accounts.get(chart.of_origin(origin).number).copied().unwrap_or(0);
                assert_eq!(booked, sums.of_origin(origin), "{chart:?} {origin:?}");
            }
            for of in Use::iter() {
                assert_eq!(class(&accounts, chart.of_use(of).number), sums.of_use(of), "{chart:?} {of:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_used_weighs_what_was_contributed_in_every_chart(
            flows in proptest::collection::vec((0_usize..5, proptest::option::of(-1_000_000_i64..100_000_000)), 0..400),
        ) {
            let flows = flows.into_iter().enumerate();
            let lines: Vec<Valued> =
                flows.map(|(seq, (kind, cents))| valued(i64::try_from(seq).unwrap(), KINDS[kind], 0, cents)).collect();
            assert_balanced(&lines);
        }
    }

    #[test]
    fn a_hundred_thousand_flows_balance_to_the_cent() {
        let mut state = 1_u64;
        let lines = (0..100_000_i64).map(|seq| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let cents = i64::try_from(state >> 40).unwrap();
            valued(seq, KINDS[usize::try_from(seq).unwrap() % KINDS.len()], 0, Some(cents))
        });
        assert_balanced(&lines.collect::<Vec<_>>());
    }
}
