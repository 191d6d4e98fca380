//! What a diagnosis is asked, what it is made from, and what it answers. Pure.

use serde::{Deserialize, Serialize};
use time::{Date, Month};

use super::real::Decimal;
use crate::calendar::rules::{Period, shifted};
use crate::clock::Day;
use crate::commune::rules::Commune;
use crate::id::Id;
use crate::ledger::rules::{Kind, State};

/// Cooperations that one diagnosis looks at together, at most.
pub const COOPERATIONS_MAX: usize = 20;
/// People below whom nothing is said of people.
pub const PEOPLE_MIN: usize = 5;
/// Months before the end of the period in which who can do what is looked at.
pub const DOMAIN_MONTHS: i32 = 12;
/// Inhabitants from which a commune is no longer small.
pub const SMALL_UNTIL: i64 = 2_000;
/// The activity that holds a cooperation together, in the words of the field.
pub const COORDINATION: [&str; 1] = ["coordination"];
/// Activities that keep shared equipment in order.
pub const UPKEEP: [&str; 4] = ["upkeep", "maintenance", "entretien", "réparation"];

/// The unit that arcs are weighed in: one at a time, never added to one another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Unit {
    /// Minutes of human time.
    Minutes,
    /// Pieces × days.
    ItemDays,
    /// How many times: the one unit that every flow has.
    #[default]
    Occasions,
}

/// What a structure's group is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum By {
    /// Of the cooperations looked at, the smallest that it belongs to: see [`smallest`].
    Cooperation,
    /// Its kind: association, commune, farm.
    Kind,
    /// Its commune.
    Commune,
    /// The department of its commune.
    Department,
    /// The EPCI of its commune, as the table of communes tells it.
    Epci,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Of these cooperations together, in order and each once.
    pub cooperations: Vec<Id>,
    /// In this period.
    pub period: Period,
    /// In this unit.
    pub unit: Unit,
    /// By these groups.
    pub by: By,
}

/// The period before, as long: as many whole months when it begins and ends with a month, else as many days. None when
/// it would begin before anything is recorded.
#[must_use]
pub fn before(period: Period) -> Option<Period> {
    let (from, until) = (period.from.date(), period.until.date());
    let first = if from.day() == 1 && until.day() == 1 {
        let months = months(until) - months(from);
        month_at(months_of(from, months))
    } else {
        from.checked_sub(time::Duration::days(period.days()))
    };
    let from = Day::new(first?).ok()?;
    Some(Period { from, until: period.from })
}

/// The twelve months before a day.
#[must_use]
pub fn year_until(until: Day) -> Period {
    let date = until.date();
    let year = month_at(months_of(date, DOMAIN_MONTHS)).and_then(|month| Day::new(month).ok());
    let day = i64::from(date.day()) - 1;
    // The 29th of February has no twin in most years: the day after stands in for it.
    let from = year.map_or_else(|| shifted(until, -366), |first| shifted(first, day));
    Period { from, until }
}

fn months(date: Date) -> i32 {
    date.year() * 12 + i32::from(u8::from(date.month())) - 1
}

fn months_of(date: Date, earlier: i32) -> i32 {
    months(date) - earlier
}

fn month_at(months: i32) -> Option<Date> {
    let month = Month::try_from(u8::try_from(months.rem_euclid(12) + 1).ok()?).ok()?;
    Date::from_calendar_date(months.div_euclid(12), month, 1).ok()
}

/// Of the cooperations that a structure belongs to, the one with the fewest members; of two as small, the first by
/// id. So a circle within a wider one is told from it, and each structure has one group.
#[must_use]
pub fn smallest(of: &[(Id, usize)]) -> Option<Id> {
    of.iter().min_by_key(|(id, members)| (*members, *id)).map(|(id, _)| *id)
}

/// The part of a loan's item-days that falls into a period: differences of one running total that is rounded down, so
/// that the parts of neighbouring periods add up to the whole.
#[must_use]
pub fn item_days_within(total: i64, loan: Period, period: Period) -> i64 {
    let length = loan.days().max(1);
    let so_far = |day: Day| {
        let days = loan.from.days_until(day).clamp(0, length);
        let share = (i128::from(total) * i128::from(days)).div_euclid(i128::from(length));
        i64::try_from(share).unwrap_or(total)
    };
    so_far(period.until).saturating_sub(so_far(period.from))
}

/// A structure that takes part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Its identifier.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// The INSEE code of its commune.
    pub commune: Option<String>,
    /// What the table of communes says of it.
    pub place: Option<Commune>,
    /// Those of the cooperations that it belongs to at some time in the period.
    pub cooperations: Vec<Id>,
}

/// What one party gave another of one kind, where it stands, summed up before it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// Who gave; none: individual volunteers.
    pub giver: Option<Id>,
    /// Who received; none: the commons.
    pub receiver: Option<Id>,
    /// What.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
    /// Contributions, corrections not counted.
    pub lines: i64,
    /// Minutes, net of corrections.
    pub minutes: i64,
    /// Item-days in the period, net of corrections.
    pub item_days: i64,
    /// Occasions, net of corrections.
    pub occasions: i64,
    /// Contributions whose minutes or item-days nobody knew when they were recorded.
    pub unmeasured: i64,
}

impl Exchange {
    /// How much, in one unit.
    #[must_use]
    pub fn quantity(&self, unit: Unit) -> i64 {
        match unit {
            Unit::Minutes => self.minutes,
            Unit::ItemDays => self.item_days,
            Unit::Occasions => self.occasions,
        }
    }

    /// True when it counts: declared or confirmed, and never contested.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.state != State::Contested
    }
}

/// What one month holds, by state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InMonth {
    /// `YYYY-MM`.
    pub month: String,
    /// Where it stands.
    pub state: State,
    /// Contributions.
    pub lines: i64,
}

/// Hours of volunteers, by who gave them and what they did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// The structure whose members gave them; none: individual volunteers.
    pub giver: Option<Id>,
    /// The activity, folded.
    pub activity: String,
    /// Minutes, net of corrections.
    pub minutes: i64,
    /// Contributions.
    pub lines: i64,
}

/// Minutes of one person, whose identity goes no further than this room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfPerson {
    /// The person.
    pub person: Id,
    /// In all.
    pub minutes: i64,
    /// Of them, coordination.
    pub coordination: i64,
    /// Contributions.
    pub lines: i64,
}

/// All that a diagnosis reads of one period. Contested lines are in `exchanges` and `months` alone, marked so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Who gave what to whom.
    pub exchanges: Vec<Exchange>,
    /// Contributions by month.
    pub months: Vec<InMonth>,
    /// Milliseconds from each contribution to its first confirmation.
    pub delays_ms: Vec<i64>,
    /// Volunteer hours.
    pub work: Vec<Work>,
    /// Minutes of people.
    pub people: Vec<OfPerson>,
    /// Who covered each domain with a confirmed act in the twelve months before the end.
    pub domains: Vec<Vec<Id>>,
    /// How many confirmed acts those are.
    pub domain_lines: i64,
    /// The same, by person.
    pub domains_of_people: Vec<Vec<Id>>,
    /// Item-days for which the members' equipment could be lent.
    pub item_days_offered: i64,
    /// Of them, item-days lent.
    pub item_days_used: i64,
}

/// Why a figure cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, strum::IntoStaticStr, strum::EnumIter)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Reason {
    /// Nothing flowed between structures in this period and unit.
    NoFlow,
    /// Too few structures take part for the question to make sense.
    TooFewActors,
    /// All structures are in one group.
    OneGroup,
    /// Fewer than five people: said of so few, a figure would point at them.
    TooFewPeople,
    /// Nothing is confirmed.
    NothingConfirmed,
    /// No hours were recorded.
    NoHours,
    /// No new tie between groups.
    NoNewTie,
    /// No equipment is offered, or none was lent.
    NoEquipment,
    /// The table of communes is empty.
    NoTableOfCommunes,
    /// No structure that gave is in a commune of the table.
    NotKnown,
    /// Whatever flowed, the answer would be the same or divide by nothing.
    Undefined,
    /// More than is worked out on the spot.
    TooLarge,
}

/// What a figure is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, strum::IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Against {
    /// What groups of these sizes would bring by chance.
    Chance,
    /// How many there are in all.
    All,
    /// The same share of structures, each counting alike.
    Structures,
    /// What a study of a real exchange found.
    Study,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What it is.
    pub code: super::words::Code,
    /// Of which group, by its number; none: of all.
    pub group: Option<usize>,
    /// Its value, or why it has none.
    pub value: Result<Decimal, Reason>,
    /// What it is held against.
    pub reference: Option<(Against, Decimal)>,
    /// How often chance goes as far.
    pub chance: Option<Decimal>,
    /// The contributions it rests on.
    pub flows: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn period(from: &str, until: &str) -> Period {
        Period { from: day(from), until: day(until) }
    }

    #[test]
    fn the_period_before_is_as_long() {
        for (now, then) in [
            (("2024-01-01", "2025-01-01"), Some(("2023-01-01", "2024-01-01"))),
            (("2024-03-01", "2024-04-01"), Some(("2024-02-01", "2024-03-01"))),
            (("2024-03-02", "2024-03-05"), Some(("2024-02-28", "2024-03-02"))),
            (("2024-03-01", "2024-03-05"), Some(("2024-02-26", "2024-03-01"))),
            (("2024-02-27", "2024-03-01"), Some(("2024-02-24", "2024-02-27"))),
            (("2000-01-01", "2001-01-01"), None),
            (("2000-01-02", "2000-01-03"), Some(("2000-01-01", "2000-01-02"))),
        ] {
            let expected = then.map(|(from, until)| period(from, until));
            assert_eq!(before(period(now.0, now.1)), expected, "{now:?}");
        }
        assert_eq!(year_until(day("2025-01-01")), period("2024-01-01", "2025-01-01"));
        assert_eq!(year_until(day("2025-05-17")), period("2024-05-17", "2025-05-17"));
    }

    #[test]
    fn a_loan_over_new_year_counts_its_days_in_each_year() {
        let loan = period("2024-12-30", "2025-01-02");
        let (old, new) = (period("2024-01-01", "2025-01-01"), period("2025-01-01", "2026-01-01"));
        for total in [3, 4, 7, -3, -4] {
            let parts = [item_days_within(total, loan, old), item_days_within(total, loan, new)];
            assert_eq!(parts.iter().sum::<i64>(), total, "{parts:?}");
        }
        assert_eq!(item_days_within(3, loan, old), 2);
        assert_eq!(item_days_within(3, loan, loan), 3);
        let one_day = period("2024-12-31", "2025-01-01");
        assert_eq!([old, new].map(|year| item_days_within(3, one_day, year)), [3, 0]);
        assert_eq!(item_days_within(3, loan, period("2026-01-01", "2027-01-01")), 0);
    }

    #[test]
    fn a_structure_in_several_cooperations_is_of_the_smallest() {
        let [one, two, three] = ["one", "two", "three"].map(|name| Id::of(&[name]));
        let first = one.min(two);
        assert_eq!(smallest(&[(one, 165), (two, 12)]), Some(two));
        assert_eq!(smallest(&[(one, 12), (three, 13), (two, 12)]), Some(first));
        assert_eq!(smallest(&[]), None);
    }
}
