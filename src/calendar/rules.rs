//! When equipment is taken, and when it is free. Pure.

use serde::{Deserialize, Serialize};
use time::{Date, Month};

use crate::clock::{DAY_MAX, DAY_MIN, Day, Moment};
use crate::equipment::rules::Quantity;
use crate::error::{Conflict, Fault};
use crate::id::Id;
use crate::text::Note;

/// Days of a calendar shown at once at most: two years of a seasonal timetable.
pub const SHOWN_DAYS_MAX: i64 = 732;

/// A half-open stretch of days: the first, and the first after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Period {
    /// First day.
    pub from: Day,
    /// First day after.
    pub until: Day,
}

impl Period {
    /// How many days it has.
    #[must_use]
    pub fn days(self) -> i64 {
        self.from.days_until(self.until)
    }

    /// The period with so many days more before and after, as far as the calendar goes.
    #[must_use]
    pub fn widened(self, before: i64, after: i64) -> Self {
        Self { from: shifted(self.from, -before), until: shifted(self.until, after) }
    }

    /// True when a day lies in it.
    #[must_use]
    pub fn holds(self, day: Day) -> bool {
        self.from <= day && day < self.until
    }

    /// The same days one year earlier, as far as the calendar goes; none when nothing of them does. The 29th of February
    /// has no twin in most years: the 1st of March stands in for it.
    #[must_use]
    pub fn a_year_earlier(self) -> Option<Self> {
        let period = Self { from: a_year_earlier(self.from), until: a_year_earlier(self.until) };
        (period.from < period.until).then_some(period)
    }

    fn meets(self, other: Self) -> bool {
        self.from < other.until && self.until > other.from
    }
}

/// A calendar year that Navette records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Year(i32);

impl TryFrom<String> for Year {
    type Error = Fault;
    fn try_from(text: String) -> Result<Self, Fault> {
        let (first, last) = (DAY_MIN.year(), DAY_MAX.year());
        let year = text.parse().ok().filter(|year| text.len() == 4 && (first..=last).contains(year));
        year.map(Self).ok_or(Fault::Range(first.into(), last.into()))
    }
}

impl TryFrom<i64> for Year {
    type Error = Fault;
    fn try_from(number: i64) -> Result<Self, Fault> {
        Self::try_from(number.to_string())
    }
}

impl Year {
    /// The year of a day.
    #[must_use]
    pub fn of(day: Day) -> Self {
        Self(day.year())
    }

    /// Its number.
    #[must_use]
    pub fn number(self) -> i32 {
        self.0
    }

    /// Its days, as far as the calendar goes.
    #[must_use]
    pub fn period(self) -> Option<Period> {
        let (from, last) = (Day::first_of(self.0)?, Day::new(DAY_MAX).ok()?);
        Some(Period { from, until: Day::first_of(self.0 + 1).unwrap_or(last) })
    }
}

/// The day so many days later (earlier: negative), as far as the calendar goes.
#[must_use]
pub fn shifted(day: Day, days: i64) -> Day {
    let edge = if days < 0 { DAY_MIN } else { DAY_MAX };
    let moved = day.date().checked_add(time::Duration::days(days)).unwrap_or(edge).clamp(DAY_MIN, DAY_MAX);
    Day::new(moved).unwrap_or(day)
}

fn a_year_earlier(day: Day) -> Day {
    let (date, year) = (day.date(), day.year() - 1);
    let twin = date.replace_year(year).or_else(|_| Date::from_calendar_date(year, Month::March, 1));
    Day::new(twin.unwrap_or(date).max(DAY_MIN)).unwrap_or(day)
}

/// Pieces taken over a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// When.
    pub period: Period,
    /// How many.
    pub pieces: i64,
}

/// Equipment that a loan takes: its holds, how many pieces there are, how many are needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Which: the equipment itself, or a part of a kit.
    pub equipment_id: Id,
    /// Pieces there are.
    pub capacity: i64,
    /// Pieces needed.
    pub pieces: i64,
    /// What is taken of it.
    pub holds: Vec<Hold>,
}

/// A stretch of days on which so many pieces are free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Interval {
    /// First day.
    pub from: Day,
    /// First day after.
    pub until: Day,
    /// How many sets of all that is needed are free.
    pub free: i64,
}

/// How many times the needs can be met over a period, stretch by stretch.
#[must_use]
pub fn intervals(needs: &[Need], within: Period) -> Vec<Interval> {
    let mut days: Vec<Day> = vec![within.from, within.until];
    let bounds = needs.iter().flat_map(|need| need.holds.iter()).flat_map(|hold| [hold.period.from, hold.period.until]);
    days.extend(bounds.filter(|day| within.from < *day && *day < within.until));
    days.sort_unstable();
    days.dedup();
    let levels: Vec<Vec<i64>> = needs.iter().map(|need| used_from(need, &days)).collect();
    let mut intervals: Vec<Interval> = Vec::new();
    for (position, pair) in days.windows(2).enumerate() {
        let [from, until] = *pair else { continue };
        let times = needs.iter().zip(&levels).map(|(need, used)| (need.capacity - used[position]).max(0) / need.pieces);
        let free = times.min().unwrap_or(0);
        match intervals.last_mut() {
            Some(last) if last.free == free => last.until = until,
            _ => intervals.push(Interval { from, until, free }),
        }
    }
    intervals
}

/// The pieces of a need that are taken from each of these days on, in their order.
fn used_from(need: &Need, days: &[Day]) -> Vec<i64> {
    let mut steps: Vec<(Day, i64)> = need
        .holds
        .iter()
        .flat_map(|hold| [(hold.period.from, hold.pieces), (hold.period.until, -hold.pieces)])
        .collect();
    steps.sort_unstable();
    let (mut next, mut used) = (steps.into_iter().peekable(), 0);
    days.iter()
        .map(|day| {
            while let Some((_, step)) = next.next_if(|(at, _)| at <= day) {
                used += step;
            }
            used
        })
        .collect()
}

/// The first stretch in the way of a wanted period, and the first day from which one as long would fit;
/// none when it fits as it is.
#[must_use]
pub fn conflict(needs: &[Need], wanted: Period) -> Option<Conflict> {
    let (Ok(first), Ok(last)) = (Day::new(DAY_MIN), Day::new(DAY_MAX)) else { return None };
    let whole = intervals(needs, Period { from: first, until: last });
    let taken: Vec<Period> = whole
        .iter()
        .filter(|interval| interval.free == 0)
        .map(|interval| Period { from: interval.from, until: interval.until })
        .collect();
    let in_the_way = taken.iter().find(|period| period.meets(wanted))?;
    let mut free_from = wanted.from;
    for period in taken.iter().filter(|period| period.until > wanted.from) {
        if free_from.days_until(period.from) >= wanted.days() {
            break;
        }
        free_from = period.until.max(free_from);
    }
    let fits = free_from.days_until(last) >= wanted.days();
    let next_free_from = fits.then_some(free_from);
    Some(Conflict { from: in_the_way.from, until: in_the_way.until, next_free_from })
}

/// Why equipment cannot be lent for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Reason {
    /// Its upkeep.
    Maintenance,
    /// Its owner's own use, or no season.
    Blackout,
}

/// The facts about a closure that its structure states and changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// Of what. Fixed.
    pub equipment_id: Id,
    /// Why.
    pub reason: Reason,
    /// First day.
    pub from: Day,
    /// First day after.
    pub until: Day,
    /// How many pieces; all when left out.
    pub quantity: Option<Quantity>,
    /// For those who may see it.
    pub note: Option<Note>,
}

impl Facts {
    /// The days it takes.
    ///
    /// # Errors
    /// [`Fault::Order`].
    pub fn period(&self) -> Result<Period, Fault> {
        if self.until <= self.from { Err(Fault::Order) } else { Ok(Period { from: self.from, until: self.until }) }
    }
}

/// A closure as recorded.
#[derive(Debug, Clone, Serialize)]
pub struct Closure {
    /// Its identifier.
    pub id: Id,
    /// What is stated.
    #[serde(flatten)]
    pub facts: Facts,
    /// True when it is lifted.
    pub archived: bool,
    /// Grows at each change.
    pub version: i64,
    /// When recorded.
    pub created_at: Moment,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: &str, until: &str) -> Period {
        let day = |text: &str| Day::parse(&format!("2026-05-{text}")).unwrap();
        Period { from: day(from), until: day(until) }
    }

    fn need(capacity: i64, pieces: i64, holds: &[(&str, &str, i64)]) -> Need {
        let holds = holds.iter().map(|(from, until, pieces)| Hold { period: period(from, until), pieces: *pieces });
        Need { equipment_id: Id::of(&["need"]), capacity, pieces, holds: holds.collect() }
    }

    #[test]
    fn a_refusal_names_the_stretch_in_the_way_and_the_next_free_day() {
        // Holds, capacity, what is wanted; then the stretch in the way and the next free day.
        type Row = (
            &'static [(&'static str, &'static str, i64)],
            i64,
            (&'static str, &'static str, i64),
            Option<[&'static str; 3]>,
        );
        let table: &[Row] = &[
            (&[], 1, ("01", "03", 1), None),
            (&[("03", "05", 1)], 1, ("01", "03", 1), None),
            (&[("01", "03", 1)], 1, ("03", "05", 1), None),
            (&[("01", "03", 1)], 1, ("02", "04", 1), Some(["01", "03", "03"])),
            (&[("01", "03", 1), ("03", "06", 1)], 1, ("02", "04", 1), Some(["01", "06", "06"])),
            (&[("02", "03", 1), ("04", "06", 1)], 1, ("01", "03", 1), Some(["02", "03", "06"])),
            (&[("02", "03", 1), ("05", "06", 1)], 1, ("01", "03", 1), Some(["02", "03", "03"])),
            (&[("01", "09", 6)], 10, ("02", "04", 4), None),
            (&[("01", "09", 6)], 10, ("02", "04", 5), Some(["01", "09", "09"])),
            (&[("01", "09", 6), ("03", "05", 3)], 10, ("02", "04", 2), Some(["03", "05", "05"])),
            (&[("01", "09", 1)], 1, ("02", "30", 1), Some(["01", "09", "09"])),
        ];
        for (holds, capacity, (from, until, pieces), expected) in table {
            let needs = [need(*capacity, *pieces, holds)];
            let found = conflict(&needs, period(from, until));
            let expected = expected.map(|[from, until, free]| Conflict {
                from: period(from, "31").from,
                until: period("01", until).until,
                next_free_from: Some(period(free, "31").from),
            });
            assert_eq!(found, expected, "{holds:?} of {capacity}, wanted {from}–{until} × {pieces}");
        }
    }

    #[test]
    fn a_kit_is_free_while_all_its_parts_are() {
        let needs = [need(1, 1, &[("05", "08", 1)]), need(10, 4, &[("10", "12", 7), ("20", "22", 3)])];
        let found: Vec<(Period, i64)> = intervals(&needs, period("01", "31"))
            .into_iter()
            .map(|interval| (Period { from: interval.from, until: interval.until }, interval.free))
            .collect();
        let expected = [
            (period("01", "05"), 1),
            (period("05", "08"), 0),
            (period("08", "10"), 1),
            (period("10", "12"), 0),
            (period("12", "31"), 1),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn capacity_overdrawn_is_nothing_free_and_not_less() {
        let needs = [need(2, 1, &[("05", "08", 5)])];
        let free: Vec<i64> = intervals(&needs, period("01", "10")).iter().map(|interval| interval.free).collect();
        assert_eq!(free, [2, 0, 2]);
        assert_eq!(conflict(&needs, period("01", "05")), None);
        assert!(intervals(&[], period("01", "10")).iter().all(|interval| interval.free == 0), "nothing needed");
    }

    #[test]
    fn what_is_taken_before_or_after_is_cut_where_the_period_is() {
        let needs = [need(1, 1, &[("05", "12", 1), ("18", "25", 1)])];
        let found: Vec<(Period, i64)> = intervals(&needs, period("10", "20"))
            .into_iter()
            .map(|interval| (Period { from: interval.from, until: interval.until }, interval.free))
            .collect();
        assert_eq!(found, [(period("10", "12"), 0), (period("12", "18"), 1), (period("18", "20"), 0)]);
    }

    #[test]
    fn a_period_holds_its_first_day_and_not_the_first_after() {
        let may = period("03", "05");
        assert_eq!(["02", "03", "04", "05"].map(|day| may.holds(period(day, "31").from)), [false, true, true, false]);
        assert_eq!(may.days(), 2);
        assert_eq!(may.widened(1, 2), period("02", "07"));
    }

    #[test]
    fn the_calendar_ends_where_navette_records_nothing_more() {
        let day = |text| Day::parse(text).unwrap();
        for (from, days, expected) in [
            ("2000-01-02", -1, "2000-01-01"),
            ("2000-01-01", -1, "2000-01-01"),
            ("2000-01-01", i64::MIN / 1_000_000, "2000-01-01"),
            ("2100-12-30", 1, "2100-12-31"),
            ("2100-12-31", 1, "2100-12-31"),
            ("2100-12-31", i64::MAX / 1_000_000, "2100-12-31"),
            ("2026-05-01", 0, "2026-05-01"),
        ] {
            assert_eq!(shifted(day(from), days).to_string(), expected, "{from} and {days} days");
        }
        let days = |year: &str| {
            let period = Year::try_from(year.to_owned()).ok()?.period()?;
            Some((period.from.to_string(), period.until.to_string()))
        };
        assert_eq!(days("2000"), Some(("2000-01-01".to_owned(), "2001-01-01".to_owned())));
        assert_eq!(days("2100"), Some(("2100-01-01".to_owned(), "2100-12-31".to_owned())));
        assert_eq!(["1999", "2101", "02026", "+026", "an"].map(days), [None, None, None, None, None]);
    }

    #[test]
    fn at_the_end_of_the_calendar_the_next_free_day_is_named_while_there_is_room() {
        let days =
            |from: &str, until: &str| Period { from: Day::parse(from).unwrap(), until: Day::parse(until).unwrap() };
        let hold = Hold { period: days("2100-12-01", "2100-12-29"), pieces: 1 };
        let needs = [Need { equipment_id: Id::of(&["need"]), capacity: 1, pieces: 1, holds: vec![hold] }];
        let next = |from, until| conflict(&needs, days(from, until)).map(|found| found.next_free_from);
        assert_eq!(next("2100-12-10", "2100-12-12"), Some(Some(hold.period.until)), "two days are left");
        assert_eq!(next("2100-12-10", "2100-12-13"), Some(None), "three are not");
    }

    #[test]
    fn a_year_earlier_are_the_same_days_and_the_first_of_march_for_the_29th_of_february() {
        let day = |text| Day::parse(text).unwrap();
        let earlier = |from, until| {
            let period = Period { from: day(from), until: day(until) }.a_year_earlier()?;
            Some((period.from.to_string(), period.until.to_string()))
        };
        let days = |from: &str, until: &str| Some((from.to_owned(), until.to_owned()));
        assert_eq!(earlier("2026-03-10", "2026-04-01"), days("2025-03-10", "2025-04-01"));
        assert_eq!(earlier("2024-02-01", "2024-02-29"), days("2023-02-01", "2023-03-01"));
        assert_eq!(earlier("2000-06-01", "2001-02-01"), days("2000-01-01", "2000-02-01"), "as far as there is one");
        assert_eq!(earlier("2000-06-01", "2000-12-31"), None);
        assert_eq!(earlier("2024-02-29", "2024-03-01"), None, "one day that has no twin");
    }
}
