//! Contributions in kind on a form of the Cerfa type: whole euros by account, realised against planned. Pure.

use serde::{Deserialize, Serialize};
use strum::IntoEnumIterator as _;

use super::basis::Basis;
use super::chart::{Account, Chart, Origin, Use};
use super::foot::Sums;
use super::words::{contributions, typeset};
use crate::error::{Error, Fault};
use crate::export::{Cell, Document, Table};
use crate::http::words::Language;
use crate::id::Id;
use crate::paper::words::say;
use crate::rounding;
use crate::text::or_default;

/// Whole euros of one line of a budget at most.
const EUROS_MAX: i64 = 1_000_000_000;
/// Cents of a euro.
const EURO_CENTS: i64 = 100;

/// Whole euros of one line: 0 … 1,000,000,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Euros(i64);

impl Euros {
    /// The number.
    #[must_use]
    pub fn whole(self) -> i64 {
        self.0
    }
}

impl TryFrom<i64> for Euros {
    type Error = Fault;
    fn try_from(euros: i64) -> Result<Self, Fault> {
        if (0..=EUROS_MAX).contains(&euros) { Ok(Self(euros)) } else { Err(Fault::Range(0, EUROS_MAX)) }
    }
}

impl From<Euros> for i64 {
    fn from(euros: Euros) -> Self {
        euros.0
    }
}

/// What a structure plans for a year, by the accounts of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    /// Things given on.
    #[serde(rename = "860", default, deserialize_with = "or_default")]
    pub aid: Euros,
    /// Things and places lent.
    #[serde(rename = "861", default, deserialize_with = "or_default")]
    pub goods: Euros,
    /// Services used.
    #[serde(rename = "862", default, deserialize_with = "or_default")]
    pub services_used: Euros,
    /// Volunteers at work.
    #[serde(rename = "864", default, deserialize_with = "or_default")]
    pub volunteers: Euros,
    /// Volunteering.
    #[serde(rename = "870", default, deserialize_with = "or_default")]
    pub volunteering: Euros,
    /// Services, things and places lent.
    #[serde(rename = "871", default, deserialize_with = "or_default")]
    pub services: Euros,
    /// Gifts in kind.
    #[serde(rename = "875", default, deserialize_with = "or_default")]
    pub gifts: Euros,
}

impl Planned {
    /// Whole euros of an account of 86.
    #[must_use]
    pub fn of_use(&self, of: Use) -> Euros {
        match of {
            Use::Aid => self.aid,
            Use::Goods => self.goods,
            Use::Services => self.services_used,
            Use::Volunteers => self.volunteers,
        }
    }

    /// Whole euros of an account of 87.
    #[must_use]
    pub fn of_origin(&self, origin: Origin) -> Euros {
        match origin {
            Origin::Gifts => self.gifts,
            Origin::Services => self.services,
            Origin::Volunteering => self.volunteering,
        }
    }

    /// Holds the two sides against one another: contributions weigh the same where they come from and where they go.
    ///
    /// # Errors
    /// [`Fault::Unbalanced`].
    pub fn judge(&self) -> Result<(), Error> {
        let used: i64 = Use::iter().map(|of| self.of_use(of).whole()).sum();
        let contributed: i64 = Origin::iter().map(|origin| self.of_origin(origin).whole()).sum();
        if used == contributed { Ok(()) } else { Err(Fault::Unbalanced(used, contributed).at("")) }
    }
}

/// What is planned, as recorded.
#[derive(Debug, Clone, Serialize)]
pub struct Plan {
    /// Whose.
    pub structure_id: Id,
    /// The calendar year.
    pub year: i32,
    /// Whole euros by account.
    #[serde(flatten)]
    pub planned: Planned,
    /// Grows at each change.
    pub version: i64,
}

/// The form: realised against planned.
#[derive(Debug, Clone, Serialize)]
pub struct Budget {
    /// Whose, of when, by which grid.
    #[serde(flatten)]
    pub basis: Basis,
    /// The chart of the form.
    pub chart: Chart,
    /// Accounts 86, in whole euros.
    pub used: Vec<Row>,
    /// Accounts 87, in whole euros.
    pub contributed: Vec<Row>,
    /// The total of either side.
    pub total: Figures,
    /// Contributions that nobody could value: they are in no sum.
    pub not_valued: i64,
}

/// A line of the form.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// Its account.
    #[serde(flatten)]
    pub account: Account,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Figures,
}

/// Planned and realised, in whole euros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// Planned; none while no budget is recorded.
    pub planned: Option<i64>,
    /// Realised.
    pub realised: i64,
    /// Realised less planned.
    pub gap: Option<i64>,
    /// The gap in tenths of a percent of what was planned; none where nothing was.
    pub gap_tenths_of_percent: Option<i64>,
}

impl Figures {
    fn of(planned: Option<i64>, realised: i64) -> Self {
        let gap = planned.map(|planned| realised.saturating_sub(planned));
        let share = |(planned, gap): (i64, i64)| (planned > 0).then(|| nearest(gap.saturating_mul(1000), planned));
        Self { planned, realised, gap, gap_tenths_of_percent: planned.zip(gap).and_then(share) }
    }
}

impl Budget {
    /// The form of a year.
    #[must_use]
    pub fn of(basis: Basis, sums: &Sums, planned: Option<&Planned>) -> Self {
        let chart = Chart::Cerfa;
        let (uses, origins): (Vec<Use>, Vec<Origin>) = (Use::iter().collect(), Origin::iter().collect());
        let total = nearest(sums.total(), EURO_CENTS);
        let used = whole_euros(&uses.iter().map(|of| sums.of_use(*of)).collect::<Vec<_>>(), total);
        let contributed = whole_euros(&origins.iter().map(|of| sums.of_origin(*of)).collect::<Vec<_>>(), total);
        let row = |account, planned: Option<Euros>, realised| Row {
            account,
            figures: Figures::of(planned.map(Euros::whole), realised),
        };
        let used = uses.into_iter().zip(used);
        let used: Vec<Row> =
            used.map(|(of, euros)| row(chart.of_use(of), planned.map(|plan| plan.of_use(of)), euros)).collect();
        let contributed = origins.into_iter().zip(contributed);
        let mut contributed: Vec<Row> = contributed
            .map(|(of, euros)| row(chart.of_origin(of), planned.map(|plan| plan.of_origin(of)), euros))
            .collect();
        contributed.sort_by_key(|row| row.account.number);
        let total_planned = planned.map(|plan| Use::iter().map(|of| plan.of_use(of).whole()).sum());
        let total = Figures::of(total_planned, total);
        Self { basis, chart, used, contributed, total, not_valued: sums.not_valued }
    }

    /// As a document of one table.
    #[must_use]
    pub fn document(&self, language: Language) -> Document {
        let title =
            say(language, "Budget : contributions volontaires en nature", "Budget: voluntary contributions in kind");
        let mut document = self.basis.document(language, &typeset(language, title));
        let mut prose = vec![
            say(
                language,
                "Euros entiers. Le total est arrondi une fois à l’euro le plus proche ; les lignes sont arrondies de sorte \
                 que chaque colonne donne ce total (au plus fort reste).",
                "Whole euros. The total is rounded once to the nearest euro; the lines are rounded so that each column \
                 adds up to it (largest remainder).",
            )
            .to_owned(),
        ];
        if self.not_valued > 0 {
            let count = contributions(language, self.not_valued);
            prose.push(say(
                language,
                format!("Sans valeur, et dans aucune somme : {count}."),
                format!("Without a value, and in no sum: {count}."),
            ));
        }
        document.prose = prose.iter().map(|paragraph| typeset(language, paragraph)).collect();
        document.tables = vec![self.table(language)];
        document
    }

    fn table(&self, language: Language) -> Table {
        let headings = say(
            language,
            ["compte", "libellé", "prévu (€)", "réalisé (€)", "écart (€)", "écart (%)"],
            ["account", "label", "planned_eur", "realised_eur", "gap_eur", "gap_percent"],
        );
        let row = |number: &str, label: &str, figures: &Figures| {
            let tenths = figures.gap_tenths_of_percent.map(|tenths| Cell::Billionths(i128::from(tenths) * 100_000_000));
            vec![
                Cell::from(number),
                Cell::from(label),
                Cell::from(figures.planned),
                Cell::from(figures.realised),
                Cell::from(figures.gap),
                Cell::from(tenths),
            ]
        };
        let mut rows = Vec::new();
        let sides =
            [("86", "Emplois des contributions volontaires en nature"), ("87", "Contributions volontaires en nature")];
        for ((number, label), lines) in sides.into_iter().zip([&self.used, &self.contributed]) {
            rows.push(row(number, label, &self.total));
            rows.extend(lines.iter().map(|line| row(line.account.number, line.account.label, &line.figures)));
        }
        Table::new(format!("Budget {}", self.basis.year), &headings, rows)
    }
}

/// Whole euros that add up to `total`, each less than a euro away from its cents: all are rounded down, and what is left
/// goes to those that lost most (the first of several).
fn whole_euros(cents: &[i64], total: i64) -> Vec<i64> {
    let mut euros: Vec<i64> = cents.iter().map(|cents| cents.div_euclid(EURO_CENTS)).collect();
    let left = total.saturating_sub(euros.iter().fold(0_i64, |sum, euros| sum.saturating_add(*euros)));
    let mut lost: Vec<(i64, usize)> =
        cents.iter().enumerate().map(|(place, cents)| (-cents.rem_euclid(EURO_CENTS), place)).collect();
    lost.sort_unstable();
    for (_, place) in lost.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        if let Some(line) = euros.get_mut(place) {
            *line += 1;
        }
    }
    euros
}

/// The nearest whole number, as far as 64 bits go.
fn nearest(above: i64, below: i64) -> i64 {
    i64::try_from(rounding::nearest(above.into(), below.into())).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_largest_remainder_gets_the_euro_that_is_left() {
        assert_eq!(whole_euros(&[150, 150, 100], 4), [2, 1, 1], "of two that lost as much, the first");
        assert_eq!(whole_euros(&[149, 151], 3), [1, 2]);
        assert_eq!(whole_euros(&[40, 40, 40], 1), [1, 0, 0]);
        assert_eq!(whole_euros(&[0, 0], 0), [0, 0]);
    }

    #[test]
    fn a_gap_is_told_in_euros_and_in_tenths_of_a_percent() {
        let figures = |planned, realised| {
            let figures = Figures::of(planned, realised);
            (figures.gap, figures.gap_tenths_of_percent)
        };
        assert_eq!(figures(Some(300), 400), (Some(100), Some(333)));
        assert_eq!(figures(Some(300), 200), (Some(-100), Some(-333)));
        assert_eq!(figures(Some(0), 5), (Some(5), None), "nothing was planned");
        assert_eq!(figures(None, 5), (None, None));
    }

    #[test]
    fn a_plan_weighs_the_same_on_both_sides() {
        let plan: Planned = serde_json::from_value(serde_json::json!({ "861": 1500, "871": 1500 })).unwrap();
        assert!(plan.judge().is_ok());
        let plan: Planned = serde_json::from_value(serde_json::json!({ "861": 1500, "871": 1499 })).unwrap();
        assert!(plan.judge().is_err());
    }

    proptest! {
        #[test]
        fn both_sides_round_to_one_total(flows in proptest::collection::vec((0_usize..4, 0_i64..10_000_000), 0..300)) {
            let (mut used, mut contributed) = ([0; 4], [0; 3]);
            for (line, cents) in flows {
                used[line] += cents;
                contributed[line % 3] += cents;
            }
            let total = nearest(used.iter().sum(), 100);
            for side in [&used[..], &contributed[..]] {
                let euros = whole_euros(side, total);
                prop_assert_eq!(euros.iter().sum::<i64>(), total);
                for (euros, cents) in euros.iter().zip(side) {
                    prop_assert!((euros * 100 - cents).abs() < 100);
                }
            }
        }
    }
}
