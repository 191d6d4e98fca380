//! What flows are worth by a grid: one line of the ledger at a time, at the rate of its own day, rounded once. Pure.

use std::collections::{BTreeMap, HashMap};

use super::rules::{Grid, Method, Per, Rate};
use super::smic;
use crate::clock::Day;
use crate::error::Error;
use crate::ledger::rules::{Kind, Quantities};
use crate::rounding::nearest;
use crate::text::folded;

/// Minutes of the hour that a rate is for.
const HOUR_MINUTES: i128 = 60;
/// What a coefficient of one is kept as.
const COEFFICIENT_ONE: i64 = 1000;

/// Cents, or hundredths of points: what the grid counts in ([`super::rules::Unit`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cents(pub i64);

/// Why a line has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unvalued {
    /// The grid says nothing of this kind and category on this day.
    MissingRate {
        /// Of what.
        kind: Kind,
        /// Of which category, activity or skill.
        category: String,
        /// On which day.
        day: Day,
    },
    /// The value has more cents than 64 bits hold: no line that was judged comes near.
    TooLarge,
}

impl From<Unvalued> for Error {
    fn from(unvalued: Unvalued) -> Self {
        match unvalued {
            Unvalued::MissingRate { kind, category, day } => {
                Self::MissingRate { kind: <&str>::from(kind).to_owned(), category, day }
            }
            Unvalued::TooLarge => Self::Internal("a line is worth more than 64 bits of cents".to_owned()),
        }
    }
}

/// A grid made ready to value many lines: its rates in order of their days, by kind and folded category.
#[derive(Debug)]
pub struct Valuer {
    /// The grid.
    pub grid: Grid,
    kinds: BTreeMap<Kind, OfKind>,
}

/// Places of the rates of one kind in the grid, each list in order of their days.
#[derive(Debug, Default)]
struct OfKind {
    general: Vec<(Day, usize)>,
    categories: HashMap<String, Vec<(Day, usize)>>,
}

impl Valuer {
    /// Puts the rates of a grid in order.
    #[must_use]
    pub fn new(grid: Grid) -> Self {
        let mut kinds: BTreeMap<Kind, OfKind> = BTreeMap::new();
        for (place, rate) in grid.facts.rates.iter().enumerate() {
            let of_kind = kinds.entry(rate.kind).or_default();
            let dated = match &rate.category {
                Some(category) => of_kind.categories.entry(folded(category.as_str())).or_default(),
                None => &mut of_kind.general,
            };
            dated.push((rate.from, place));
        }
        for of_kind in kinds.values_mut() {
            of_kind.general.sort_unstable();
            of_kind.categories.values_mut().for_each(|dated| dated.sort_unstable());
        }
        Self { grid, kinds }
    }

    /// The rate that applies: the category's own before that of the whole kind, the latest that has begun on the day.
    #[must_use]
    pub fn rate(&self, kind: Kind, category: &str, day: Day) -> Option<&Rate> {
        let of_kind = self.kinds.get(&kind)?;
        let own = if of_kind.categories.is_empty() { None } else { of_kind.categories.get(&folded(category)) };
        let place = own.and_then(|dated| begun(dated, day)).or_else(|| begun(&of_kind.general, day))?;
        self.grid.facts.rates.get(place)
    }

    /// What a line is worth at the rate of its day, rounded once to the cent, a half away from zero, so that a line that
    /// undoes another is worth what undoes it. None when nobody measured what the rate counts, or when the rate
    /// describes only.
    ///
    /// # Errors
    /// [`Unvalued`].
    pub fn value(
        &self,
        kind: Kind,
        category: &str,
        day: Day,
        quantities: &Quantities,
    ) -> Result<Option<Cents>, Unvalued> {
        let missing = || Unvalued::MissingRate { kind, category: category.to_owned(), day };
        let rate = self.rate(kind, category, day).ok_or_else(missing)?;
        let method = self.grid.facts.method_of(rate);
        let (Some(quantity), false) = (counted(rate.per, quantities), method == Method::DescriptionOnly) else {
            return Ok(None);
        };
        let (price, parts) = price(rate, method, day).ok_or_else(missing)?;
        let cents = nearest(i128::from(quantity) * price, parts);
        i64::try_from(cents).map(|cents| Some(Cents(cents))).map_err(|_| Unvalued::TooLarge)
    }
}

fn begun(dated: &[(Day, usize)], day: Day) -> Option<usize> {
    let count = dated.partition_point(|(from, _)| *from <= day);
    dated.get(..count)?.last().map(|(_, place)| *place)
}

/// What a rate counts of a line.
#[must_use]
pub fn counted(per: Per, quantities: &Quantities) -> Option<i64> {
    match per {
        Per::Hour => quantities.minutes,
        Per::ItemDay => quantities.item_days,
        Per::Occasion => Some(quantities.occasions),
    }
}

/// What one minute, item-day or occasion is worth, as a fraction of cents: above and below the stroke.
fn price(rate: &Rate, method: Method, day: Day) -> Option<(i128, i128)> {
    let by_hour = if rate.per == Per::Hour { HOUR_MINUTES } else { 1 };
    match method {
        Method::Smic | Method::SmicCoefficient => {
            let coefficient = rate.coefficient.unwrap_or(COEFFICIENT_ONE);
            Some((i128::from(smic::on(day)?) * i128::from(coefficient), by_hour * i128::from(COEFFICIENT_ONE)))
        }
        _ => Some((i128::from(rate.amount?), by_hour)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::rules::{Facts, Unit};
    use super::*;
    use crate::clock::Moment;
    use crate::id::Id;
    use crate::text::Note;

    fn valuer(rates: Vec<Rate>) -> Valuer {
        let facts = Facts {
            structure_id: Some(Id::of(&["structure"])),
            cooperation_id: None,
            name: crate::text::Name::parse("Grille").unwrap(),
            unit: Unit::Euro,
            method: Method::ReplacementCost,
            source: Note::parse("Devis").unwrap(),
            replaces: None,
            rates,
        };
        let created_at = Moment::from_millis(0);
        Valuer::new(Grid {
            id: Id::of(&["grid"]),
            facts,
            approval: None,
            digest: None,
            archived: false,
            version: 1,
            created_at,
        })
    }

    fn rate(method: Method, amount: Option<i64>, coefficient: Option<i64>) -> Rate {
        let (kind, per, from) = (Kind::VolunteerHours, Per::Hour, day("2019-01-01"));
        Rate { kind, category: None, from, per, method: Some(method), source: None, amount, coefficient }
    }

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn worth(valuer: &Valuer, day: Day, minutes: i64) -> Result<Option<Cents>, Unvalued> {
        let quantities = Quantities { minutes: Some(minutes), occasions: 1, ..Quantities::default() };
        valuer.value(Kind::VolunteerHours, "Accueil", day, &quantities)
    }

    #[test]
    fn a_half_goes_away_from_zero_and_is_rounded_once() {
        let priced = |amount| valuer(vec![rate(Method::ReplacementCost, Some(amount), None)]);
        for (amount, minutes, expected) in
            [(1231, 89, 1826), (1, 30, 1), (1, 29, 0), (3, 30, 2), (3, 10, 1), (1, -30, -1), (3, -30, -2), (0, 60, 0)]
        {
            assert_eq!(
                worth(&priced(amount), day("2026-07-01"), minutes),
                Ok(Some(Cents(expected))),
                "{amount} {minutes}"
            );
        }
        // 12.02 × 1.15 is 13.823, and half an hour of it 6.9115: rounded first to 13.82 it would be 6.91, too; at two
        // hundred hours it would be 2,764.00 instead of 2,764.60.
        let wage = valuer(vec![rate(Method::SmicCoefficient, None, Some(1150))]);
        assert_eq!(worth(&wage, day("2026-01-01"), 12_000), Ok(Some(Cents(276_460))));
    }

    #[test]
    fn what_nobody_measured_has_no_value_and_what_is_too_much_is_said() {
        let wage = valuer(vec![rate(Method::Smic, None, None)]);
        let unmeasured = Quantities { occasions: 1, ..Quantities::default() };
        assert_eq!(wage.value(Kind::VolunteerHours, "Accueil", day("2026-07-01"), &unmeasured), Ok(None));
        assert_eq!(worth(&wage, day("2026-07-01"), i64::MAX), Err(Unvalued::TooLarge));
        assert_eq!(worth(&wage, day("2026-07-01"), i64::MIN), Err(Unvalued::TooLarge));
        let missing =
            Unvalued::MissingRate { kind: Kind::VolunteerHours, category: "Accueil".into(), day: day("2018-12-31") };
        assert_eq!(worth(&wage, day("2018-12-31"), 60), Err(missing));
    }

    proptest! {
        #[test]
        fn what_undoes_a_line_is_worth_what_undoes_its_value(
            minutes in -1_000_000_000_i64..1_000_000_000, amount in 0_i64..=1_000_000, coefficient in 1_i64..=100_000,
        ) {
            for rate in [rate(Method::EmployerCost, Some(amount), None), rate(Method::SmicCoefficient, None, Some(coefficient))] {
                let valuer = valuer(vec![rate]);
                let cents = |minutes| worth(&valuer, day("2026-07-01"), minutes).unwrap().unwrap().0;
                prop_assert_eq!(cents(minutes) + cents(-minutes), 0);
                prop_assert!(cents(minutes) <= cents(minutes + 1), "more time is worth no less");
            }
        }

        #[test]
        fn a_rounded_value_is_the_nearest_one(minutes in 0_i64..10_000_000, amount in 0_i64..=1_000_000) {
            let valuer = valuer(vec![rate(Method::EmployerCost, Some(amount), None)]);
            let cents = i128::from(worth(&valuer, day("2026-07-01"), minutes).unwrap().unwrap().0);
            let exact = i128::from(amount) * i128::from(minutes);
            prop_assert!((cents * 60 - exact).abs() * 2 <= 60);
        }
    }
}
