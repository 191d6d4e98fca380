//! What a year's accounts are made of: lines of the ledger, cut to the year and valued one by one. Pure.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::calendar::rules::Period;
use crate::clock::Day;
use crate::grid::value::{Cents, Unvalued, Valuer};
use crate::id::Id;
use crate::indicator::rules::item_days_within;
use crate::ledger::family::Standing;
use crate::ledger::rules::{Deed, Flow, Kind, Line, Quantities, State};
use crate::ledger::tally::Sum;

/// A contribution or a correction, or as much of it as falls into a year, and what that is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Valued {
    /// The line of the ledger.
    pub seq: i64,
    /// The line of the contribution: the same, or the one that this corrects.
    pub root: i64,
    /// The line's identifier.
    pub id: Id,
    /// States a flow, or adjusts one.
    pub deed: Deed,
    /// The first day of it that lies in the year: the one whose rate applies, and under which it is booked.
    pub day: Day,
    /// True when the act begins in the year, and not before.
    pub begins: bool,
    /// What flowed; its quantities are those of the year.
    pub flow: Flow,
    /// Where it stands.
    pub state: State,
    /// 1 for a contribution that nobody measured, −1 for the correction that supplies its measure.
    pub unmeasured: i64,
    /// What it is worth, in cents: less than zero where a correction takes away. None while it is not valued.
    pub cents: Option<i64>,
}

impl Valued {
    /// As much of a flow as falls into a period, not valued yet. None for what lies outside.
    ///
    /// Item-days are shared out by days, so that the parts of neighbouring years add up to the whole; everything else
    /// belongs to the year in which the act began, as in the yearly summary.
    #[must_use]
    pub fn within(period: Period, line: &Line, flow: &Flow, standing: Standing) -> Option<Self> {
        let begins = (period.from..period.until).contains(&flow.occurred_on);
        let quantities = match (flow.quantities.item_days, flow.occurred_until) {
            (Some(total), Some(until)) if flow.occurred_on < period.until && until > period.from => {
                let loan = Period { from: flow.occurred_on, until };
                let whole = if begins { flow.quantities } else { Quantities::default() };
                Quantities { item_days: Some(item_days_within(total, loan, period)), ..whole }
            }
            _ if begins => flow.quantities,
            _ => return None,
        };
        Some(Self {
            seq: line.seq,
            root: line.subject.unwrap_or(line.seq),
            id: line.id,
            deed: line.deed,
            day: flow.occurred_on.max(period.from),
            begins,
            flow: Flow { quantities, ..flow.clone() },
            state: standing.state,
            unmeasured: if begins { standing.unmeasured } else { 0 },
            cents: None,
        })
    }

    /// The same with its value, at the rate of its day, rounded once.
    ///
    /// # Errors
    /// As [`Valuer::value`].
    pub fn by(self, valuer: &Valuer) -> Result<Self, Unvalued> {
        let worth = valuer.value(self.flow.kind, self.flow.category.as_str(), self.day, &self.flow.quantities)?;
        Ok(Self { cents: worth.map(|Cents(cents)| cents), ..self })
    }

    /// What it counts in sums.
    #[must_use]
    pub fn amount(&self) -> Amount {
        let quantities = &self.flow.quantities;
        let sum = Sum {
            lines: i64::from(self.deed == Deed::Contribution && self.begins),
            minutes: quantities.minutes.unwrap_or(0),
            item_days: quantities.item_days.unwrap_or(0),
            occasions: quantities.occasions,
            participants: quantities.participants.unwrap_or(0),
            unmeasured: self.unmeasured,
        };
        Amount { sum, cents: self.cents.unwrap_or(0) }
    }
}

/// Sums of lines, each unit apart, and what they are worth. Contributions count in the year in which they begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Amount {
    /// Quantities.
    #[serde(flatten)]
    pub sum: Sum,
    /// Cents.
    pub cents: i64,
}

impl std::ops::AddAssign for Amount {
    /// Stays at the largest number there is, as the sums of the ledger do.
    fn add_assign(&mut self, other: Self) {
        self.sum += other.sum;
        self.cents = self.cents.saturating_add(other.cents);
    }
}

/// What lines that are summed together have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alike {
    /// What flowed.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
    /// The structure that received; none for the commons.
    pub receiver_id: Option<Id>,
    /// The cooperation.
    pub cooperation_id: Option<Id>,
}

/// Sums of lines that go by one after the other, each contribution before its corrections: however many there are, none
/// is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    sums: BTreeMap<Alike, Amount>,
    not_valued: BTreeMap<Kind, i64>,
    /// The contribution that the last line was of, while it is without a value.
    valueless: Option<Kind>,
    last: Option<i64>,
}

impl Totals {
    /// The sums of lines.
    #[must_use]
    pub fn of<'a>(lines: impl IntoIterator<Item = &'a Valued>) -> Self {
        let mut totals = Self::default();
        lines.into_iter().for_each(|line| totals.add(line));
        totals
    }

    /// One line more.
    pub fn add(&mut self, line: &Valued) {
        let Flow { kind, receiver_id, cooperation_id, .. } = line.flow;
        *self.sums.entry(Alike { kind, state: line.state, receiver_id, cooperation_id }).or_default() += line.amount();
        if self.last.replace(line.root) != Some(line.root) {
            self.valueless = Some(kind);
            *self.not_valued.entry(kind).or_default() += 1;
        }
        if line.cents.is_some()
            && let Some(kind) = self.valueless.take()
        {
            *self.not_valued.entry(kind).or_default() -= 1;
        }
    }

    /// The sum of all.
    #[must_use]
    pub fn sum(&self) -> Amount {
        self.by(|_| ()).remove(&()).unwrap_or_default()
    }

    /// The sums by something that the lines have.
    #[must_use]
    pub fn by<K: Ord>(&self, key: impl Fn(&Alike) -> K) -> BTreeMap<K, Amount> {
        let mut sums: BTreeMap<K, Amount> = BTreeMap::new();
        for (alike, amount) in &self.sums {
            *sums.entry(key(alike)).or_default() += *amount;
        }
        sums
    }

    /// The contributions of each kind to which nobody could give a value, corrections and all: their number is told beside
    /// the sums.
    #[must_use]
    pub fn not_valued(&self, kind: Kind) -> i64 {
        self.not_valued.get(&kind).copied().unwrap_or(0)
    }

    /// The same of all kinds.
    #[must_use]
    pub fn all_not_valued(&self) -> i64 {
        self.not_valued.values().sum()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clock::Moment;
    use crate::ledger::rules::{Basis, SourceKind};
    use crate::text::Name;

    /// Every kind there is.
    pub(crate) const KINDS: [Kind; 5] =
        [Kind::Equipment, Kind::Premises, Kind::VolunteerHours, Kind::SkillByVolunteer, Kind::SkillByStaff];

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn year(number: i32) -> Period {
        Period { from: Day::first_of(number).unwrap(), until: Day::first_of(number + 1).unwrap() }
    }

    fn flow(kind: Kind, from: &str, until: Option<&str>, quantities: Quantities) -> Flow {
        Flow {
            kind,
            source_kind: SourceKind::Loan,
            source_id: Id::of(&["source"]),
            giver_id: Some(Id::of(&["giver"])),
            receiver_id: Some(Id::of(&["receiver"])),
            cooperation_id: None,
            category: Name::parse("Barnum").unwrap(),
            occurred_on: day(from),
            occurred_until: until.map(day),
            quantities,
            basis: Basis::of(None, None).unwrap(),
        }
    }

    fn part(flow: &Flow, period: Period) -> Option<Valued> {
        part_with(0, flow, period)
    }

    fn part_with(unmeasured: i64, flow: &Flow, period: Period) -> Option<Valued> {
        let line = Line {
            seq: 7,
            id: Id::of(&["line"]),
            deed: Deed::Contribution,
            subject: None,
            flow: Some(flow.clone()),
            spoken_for: flow.giver_id,
            recorded_by: None,
            recorded_at: Moment::from_millis(0),
            seal: None,
        };
        let standing = Standing { seq: 7, state: State::Declared, unmeasured };
        Valued::within(period, &line, flow, standing)
    }

    /// A line of a year, received by one of some structures, worth so many cents.
    pub(crate) fn valued(seq: i64, kind: Kind, receiver: u8, cents: Option<i64>) -> Valued {
        let measure = Some(seq % 97);
        let quantities = match kind {
            Kind::Equipment | Kind::Premises => {
                Quantities { item_days: measure, occasions: 1, ..Quantities::default() }
            }
            _ => Quantities { minutes: measure, occasions: 1, ..Quantities::default() },
        };
        let mut flow = flow(kind, "2026-05-01", None, quantities);
        flow.receiver_id = Some(Id::of(&["receiver", &receiver.to_string()]));
        Valued { seq, root: seq, cents, ..part(&flow, year(2026)).unwrap() }
    }

    #[test]
    fn a_loan_over_new_year_counts_its_days_in_each_and_its_occasion_where_it_began() {
        let quantities = Quantities { item_days: Some(40), occasions: 1, ..Quantities::default() };
        let loan = flow(Kind::Equipment, "2025-12-30", Some("2026-01-03"), quantities);
        let (old, new) = (part(&loan, year(2025)).unwrap(), part(&loan, year(2026)).unwrap());
        assert_eq!((old.day, old.amount().sum.item_days, old.amount().sum.occasions), (day("2025-12-30"), 20, 1));
        assert_eq!((new.day, new.amount().sum.item_days, new.amount().sum.occasions), (day("2026-01-01"), 20, 0));
        assert_eq!((old.amount().sum.lines, new.amount().sum.lines), (1, 0), "it is one contribution");
        assert!(part(&loan, year(2024)).is_none() && part(&loan, year(2027)).is_none());
    }

    #[test]
    fn a_loan_that_begins_on_new_year_is_nothing_of_the_year_before() {
        let quantities = Quantities { item_days: Some(4), occasions: 1, ..Quantities::default() };
        let loan = flow(Kind::Equipment, "2026-01-01", Some("2026-01-03"), quantities);
        assert!(part(&loan, year(2025)).is_none() && part(&loan, year(2026)).is_some());
    }

    #[test]
    fn what_was_not_measured_is_told_once_where_the_loan_began() {
        let quantities = Quantities { item_days: Some(40), occasions: 1, ..Quantities::default() };
        let loan = flow(Kind::Equipment, "2025-12-30", Some("2026-01-03"), quantities);
        let told = [2025, 2026].map(|number| part_with(3, &loan, year(number)).unwrap().amount().sum.unmeasured);
        assert_eq!(told, [3, 0]);
    }

    #[test]
    fn what_a_line_does_not_hold_counts_nothing_in_sums() {
        let amount = |kind, quantities| part(&flow(kind, "2026-05-01", None, quantities), year(2026)).unwrap().amount();
        let minutes = Quantities { minutes: Some(90), occasions: 1, ..Quantities::default() };
        let sum = Sum { lines: 1, minutes: 90, occasions: 1, ..Sum::default() };
        assert_eq!(amount(Kind::VolunteerHours, minutes), Amount { sum, cents: 0 });
        let days = Quantities { item_days: Some(4), occasions: 1, ..Quantities::default() };
        let sum = Sum { lines: 1, item_days: 4, occasions: 1, ..Sum::default() };
        assert_eq!(amount(Kind::Equipment, days), Amount { sum, cents: 0 });
    }

    #[test]
    fn what_has_no_duration_belongs_to_the_year_in_which_it_began() {
        let hours = Quantities { minutes: Some(90), occasions: 1, ..Quantities::default() };
        let hours = flow(Kind::VolunteerHours, "2025-12-31", None, hours);
        assert!(part(&hours, year(2025)).is_some() && part(&hours, year(2026)).is_none());
        let unmeasured = flow(Kind::Equipment, "2025-12-30", Some("2026-01-03"), Quantities::default());
        assert!(part(&unmeasured, year(2025)).is_some() && part(&unmeasured, year(2026)).is_none());
        let until_midnight = Quantities { item_days: Some(2), ..Quantities::default() };
        let until_midnight = flow(Kind::Equipment, "2025-12-30", Some("2026-01-01"), until_midnight);
        assert!(part(&until_midnight, year(2026)).is_none(), "the day after is not of the loan");
    }

    #[test]
    fn a_contribution_is_not_valued_when_neither_it_nor_a_correction_is() {
        let mut correction = valued(3, Kind::Equipment, 1, Some(500));
        correction.root = 2;
        let lines = [
            valued(1, Kind::Equipment, 1, None),
            valued(2, Kind::Equipment, 1, None),
            correction,
            valued(4, Kind::VolunteerHours, 1, Some(0)),
            valued(5, Kind::Premises, 1, None),
        ];
        let totals = Totals::of(&lines);
        let not_valued = KINDS.map(|kind| totals.not_valued(kind));
        assert_eq!((not_valued, totals.all_not_valued()), ([1, 1, 0, 0, 0], 2));
    }

    proptest! {
        #[test]
        fn the_years_of_a_loan_add_up_to_the_whole(
            total in -10_000_i64..10_000, start in 0_i64..700, length in 1_i64..1200,
        ) {
            let from = crate::calendar::rules::shifted(day("2020-01-01"), start);
            let until = crate::calendar::rules::shifted(from, length);
            let quantities = Quantities { item_days: Some(total), occasions: 1, ..Quantities::default() };
            let loan = flow(Kind::Equipment, &from.to_string(), Some(&until.to_string()), quantities);
            let parts: Vec<Valued> = (2019..2027).filter_map(|number| part(&loan, year(number))).collect();
            let sum = Totals::of(&parts).sum().sum;
            prop_assert_eq!((sum.item_days, sum.occasions, sum.lines), (total, 1, 1));
            for part in &parts {
                prop_assert!(part.day >= from && part.day < until);
            }
        }
    }
}
