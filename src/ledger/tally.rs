//! Rollups: what one flow adds to the yearly sums of its parties and its cooperation. Pure.

use serde::Serialize;
use time::Date;

use super::family::Standing;
use super::rules::{Deed, Flow, Kind, Line, State};
use crate::calendar::rules::Period;
use crate::id::Id;

/// From which side a scope looks at a flow.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, strum::IntoStaticStr, strum::EnumString,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Side {
    /// A structure gave.
    Given,
    /// A structure received.
    Received,
    /// A cooperation's members exchanged.
    Exchanged,
}

/// By what a sum is broken down; one dimension at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Dimension {
    /// Month of the year; its sum over the months is the year's.
    Month,
    /// Category, activity or skill.
    Category,
    /// How the quantity is known.
    Provenance,
    /// The other party of a structure.
    Partner,
    /// The giver, within a cooperation.
    Giver,
    /// The receiver, within a cooperation.
    Receiver,
}

/// The value of a dimension.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A month, 1–12.
    Month(u8),
    /// A category or provenance.
    Word(String),
    /// A party; none: individual volunteers as givers, the commons as receiver.
    Party(Option<Id>),
}

/// One cell of the rollups.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// A structure or a cooperation.
    pub scope: Id,
    /// The calendar year.
    pub year: i32,
    /// From which side.
    pub side: Side,
    /// By what.
    pub dimension: Dimension,
    /// Its value.
    pub key: Key,
    /// What flowed.
    pub kind: Kind,
    /// Where it stands.
    pub state: State,
}

impl Cell {
    /// Tells that something else is stored than the lines add up to.
    #[must_use]
    pub fn missummed(&self, stored: Sum, right: Sum) -> String {
        let Self { scope, year, side, dimension, key, kind, state } = self;
        let (side, dimension, kind, state): (&str, &str, &str, &str) =
            ((*side).into(), (*dimension).into(), (*kind).into(), (*state).into());
        format!(
            "total of {scope} in {year} ({side}, {kind}, {state}, by {dimension} {key:?}): stored {stored:?}, but the lines add up to {right:?}"
        )
    }
}

/// Sums of flows, each unit apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Sum {
    /// Contributions.
    pub lines: i64,
    /// Minutes, of those measured.
    pub minutes: i64,
    /// Item-days, of those measured.
    pub item_days: i64,
    /// Occasions.
    pub occasions: i64,
    /// Participants.
    pub participants: i64,
    /// Contributions whose minutes or item-days nobody knows.
    pub unmeasured: i64,
}

impl std::ops::AddAssign for Sum {
    /// Stays at the largest number there is, for the reason given at [`super::rules::Quantities::plus`].
    fn add_assign(&mut self, other: Self) {
        self.lines = self.lines.saturating_add(other.lines);
        self.minutes = self.minutes.saturating_add(other.minutes);
        self.item_days = self.item_days.saturating_add(other.item_days);
        self.occasions = self.occasions.saturating_add(other.occasions);
        self.participants = self.participants.saturating_add(other.participants);
        self.unmeasured = self.unmeasured.saturating_add(other.unmeasured);
    }
}

impl std::ops::Add for Sum {
    type Output = Self;
    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

impl std::ops::Neg for Sum {
    type Output = Self;
    fn neg(self) -> Self {
        Self {
            lines: -self.lines,
            minutes: -self.minutes,
            item_days: -self.item_days,
            occasions: -self.occasions,
            participants: -self.participants,
            unmeasured: -self.unmeasured,
        }
    }
}

/// Every cell that a flow moves, and by how much.
///
/// Item-days count in each month they cover, in proportion to the days; everything else counts in the
/// month in which the act began.
#[must_use]
pub fn moves(line: &Line, standing: &Standing) -> Vec<(Cell, Sum)> {
    moved(line, standing, (Date::MIN, Date::MAX), None)
}

/// What of it one scope sees in a period, whose first and last month may be cut short.
#[must_use]
pub fn moves_within(line: &Line, standing: &Standing, period: Period, scope: Id) -> Vec<(Cell, Sum)> {
    moved(line, standing, (period.from.date(), period.until.date()), Some(scope))
}

fn moved(line: &Line, standing: &Standing, within: (Date, Date), only: Option<Id>) -> Vec<(Cell, Sum)> {
    let Some(flow) = &line.flow else { return Vec::new() };
    let began = flow.occurred_on.date();
    let whole = Sum {
        lines: i64::from(line.deed == Deed::Contribution),
        minutes: flow.quantities.minutes.unwrap_or(0),
        item_days: 0,
        occasions: flow.quantities.occasions,
        participants: flow.quantities.participants.unwrap_or(0),
        unmeasured: standing.unmeasured,
    };
    let mut moved = Vec::new();
    for (position, (month, item_days)) in item_days_by_month(flow, within).into_iter().enumerate() {
        let begins_here = position == 0 && within.0 <= began;
        let sum = Sum { item_days, ..if begins_here { whole } else { Sum::default() } };
        for (scope, side, dimension, key) in views(flow, month, only) {
            let cell = Cell { scope, year: month.year(), side, dimension, key, kind: flow.kind, state: standing.state };
            moved.push((cell, sum));
        }
    }
    moved
}

/// Each scope that sees a flow, or one of them, and under which key of each dimension.
fn views(flow: &Flow, month: Date, only: Option<Id>) -> Vec<(Id, Side, Dimension, Key)> {
    let mut views = Vec::with_capacity(14);
    let mut see = |scope: Id, side: Side, parties: &[(Dimension, Option<Id>)]| {
        if only.is_some_and(|only| only != scope) {
            return;
        }
        let word = |text: &str| Key::Word(text.to_owned());
        views.push((scope, side, Dimension::Month, Key::Month(month.month().into())));
        views.push((scope, side, Dimension::Category, word(flow.category.as_str())));
        views.push((scope, side, Dimension::Provenance, word(flow.basis.provenance.into())));
        views.extend(parties.iter().map(|(dimension, party)| (scope, side, *dimension, Key::Party(*party))));
    };
    if let Some(giver) = flow.giver_id {
        see(giver, Side::Given, &[(Dimension::Partner, flow.receiver_id)]);
    }
    if let Some(receiver) = flow.receiver_id {
        see(receiver, Side::Received, &[(Dimension::Partner, flow.giver_id)]);
    }
    if let Some(cooperation) = flow.cooperation_id {
        let parties = [(Dimension::Giver, flow.giver_id), (Dimension::Receiver, flow.receiver_id)];
        see(cooperation, Side::Exchanged, &parties);
    }
    views
}

/// The first day of each month that a flow touches within these days, and the item-days that fall into it. The shares
/// are differences of one rounded-down running total, so those of neighbouring days always add up to the whole.
fn item_days_by_month(flow: &Flow, (from, until): (Date, Date)) -> Vec<(Date, i64)> {
    let begins = flow.occurred_on.date();
    let ends = flow.occurred_until.map_or_else(|| begins.next_day().unwrap_or(begins), crate::clock::Day::date);
    if ends <= from || until <= begins {
        return Vec::new();
    }
    let (first, last) = (begins.max(from), ends.min(until));
    let mut month = first.replace_day(1).unwrap_or(first);
    let Some(total) = flow.quantities.item_days else { return vec![(month, 0)] };
    let days = |to: Date| i64::from(to.to_julian_day()) - i64::from(begins.to_julian_day());
    let length = days(ends).max(1);
    let share = |to: Date| i64::try_from((i128::from(total) * i128::from(days(to))).div_euclid(i128::from(length)));
    let so_far = |to: Date| if to == ends { total } else { share(to).unwrap_or(total) };
    let (mut months, mut counted) = (Vec::new(), if first == begins { 0 } else { so_far(first) });
    loop {
        let next = month_after(month);
        let reached = next.min(last);
        let by_then = so_far(reached);
        months.push((month, by_then - counted));
        counted = by_then;
        if reached == last || next <= month {
            return months;
        }
        month = next;
    }
}

/// The first day of the next month; the same at the end of the calendar.
fn month_after(first: Date) -> Date {
    let year = if first.month() == time::Month::December { first.year() + 1 } else { first.year() };
    Date::from_calendar_date(year, first.month().next(), 1).unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Day;
    use crate::ledger::rules::tests::{flow, line};
    use crate::ledger::rules::{Quantities, SourceKind};

    fn id(name: &str) -> Id {
        Id::of(&[name])
    }

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn standing(unmeasured: i64) -> Standing {
        Standing { seq: 1, state: State::Declared, unmeasured }
    }

    /// Ten chairs from the 30th of December to the 1st of February, so many item-days.
    fn chairs(item_days: i64) -> Line {
        let quantities = Quantities { item_days: Some(item_days), occasions: 1, ..Quantities::default() };
        let flow = Flow {
            kind: Kind::Equipment,
            source_kind: SourceKind::Loan,
            occurred_on: day("2025-12-30"),
            occurred_until: Some(day("2026-02-02")),
            quantities,
            ..flow(Some("a"), Some("b"), None)
        };
        line(1, Deed::Contribution, None, Some("a"), Some(flow))
    }

    /// What the giver sees of each month: contributions and item-days.
    fn by_month(moves: &[(Cell, Sum)]) -> Vec<(i32, u8, i64, i64)> {
        let months = moves.iter().filter(|(cell, _)| cell.scope == id("a"));
        let months = months.filter_map(|(cell, sum)| match cell.key {
            Key::Month(month) => Some((cell.year, month, sum.lines, sum.item_days)),
            _ => None,
        });
        months.collect()
    }

    #[test]
    fn a_flow_counts_for_both_parties_and_their_cooperation_under_each_key() {
        let mut told = flow(Some("a"), Some("b"), Some(90));
        told.kind = Kind::SkillByVolunteer;
        told.quantities.participants = Some(4);
        let sum = Sum { lines: 1, minutes: 90, occasions: 1, participants: 4, unmeasured: 1, ..Sum::default() };
        let contribution = line(1, Deed::Contribution, None, Some("a"), Some(told.clone()));
        let moves = moves(&contribution, &standing(1));
        assert!(moves.iter().all(|(cell, moved)| *moved == sum && cell.state == State::Declared));
        let word = |text: &str| Key::Word(text.to_owned());
        let party = |name| Key::Party(Some(id(name)));
        let shared = [
            (Dimension::Month, Key::Month(3)),
            (Dimension::Category, word("Fauche")),
            (Dimension::Provenance, word("declared")),
        ];
        let seen = |scope, side, parties: &[(Dimension, Key)]| {
            let keys = shared.iter().chain(parties).cloned();
            keys.map(|(dimension, key)| (id(scope), side, dimension, key)).collect::<Vec<_>>()
        };
        let expected = [
            seen("a", Side::Given, &[(Dimension::Partner, party("b"))]),
            seen("b", Side::Received, &[(Dimension::Partner, party("a"))]),
            seen("valley", Side::Exchanged, &[(Dimension::Giver, party("a")), (Dimension::Receiver, party("b"))]),
        ];
        let found: Vec<_> =
            moves.into_iter().map(|(cell, _)| (cell.scope, cell.side, cell.dimension, cell.key)).collect();
        assert_eq!(found, expected.concat());
    }

    #[test]
    fn a_correction_is_no_further_contribution_and_what_it_does_not_say_moves_nothing() {
        let nothing = Flow { quantities: Quantities::default(), ..flow(Some("a"), Some("b"), None) };
        let correction = line(2, Deed::Correction, Some(1), Some("a"), Some(nothing));
        let moves = moves(&correction, &standing(0));
        assert!(!moves.is_empty() && moves.iter().all(|(_, sum)| *sum == Sum::default()));
        assert!(super::moves(&line(3, Deed::Confirm, Some(1), Some("b"), None), &standing(0)).is_empty());
    }

    #[test]
    fn item_days_count_in_each_month_and_the_contribution_in_the_first() {
        let months = |item_days| by_month(&moves(&chairs(item_days), &standing(0)));
        assert_eq!(months(340), [(2025, 12, 1, 20), (2026, 1, 0, 310), (2026, 2, 0, 10)]);
        assert_eq!(months(7), [(2025, 12, 1, 0), (2026, 1, 0, 6), (2026, 2, 0, 1)]);
        assert_eq!(months(-7), [(2025, 12, 1, -1), (2026, 1, 0, -6), (2026, 2, 0, 0)]);
    }

    #[test]
    fn a_period_sees_its_own_days_of_a_loan_and_the_contribution_where_it_begins() {
        let within = |from, until| {
            let period = Period { from: day(from), until: day(until) };
            by_month(&moves_within(&chairs(340), &standing(0), period, id("a")))
        };
        assert_eq!(within("2025-12-01", "2025-12-30"), []);
        assert_eq!(within("2025-12-30", "2025-12-31"), [(2025, 12, 1, 10)]);
        assert_eq!(within("2025-12-31", "2026-01-01"), [(2025, 12, 0, 10)]);
        assert_eq!(within("2025-12-31", "2026-01-11"), [(2025, 12, 0, 10), (2026, 1, 0, 100)]);
        assert_eq!(within("2026-01-10", "2026-01-20"), [(2026, 1, 0, 100)]);
        assert_eq!(within("2026-02-01", "2026-03-01"), [(2026, 2, 0, 10)]);
        assert_eq!(within("2026-02-02", "2026-03-01"), []);
        let period = Period { from: day("2025-12-01"), until: day("2026-03-01") };
        for scope in ["a", "b", "valley"].map(id) {
            let moves = moves_within(&chairs(340), &standing(0), period, scope);
            assert!(!moves.is_empty() && moves.iter().all(|(cell, _)| cell.scope == scope));
        }
        assert!(moves_within(&chairs(340), &standing(0), period, id("c")).is_empty());
    }

    #[test]
    fn hours_belong_to_their_day() {
        let hours = line(1, Deed::Contribution, None, Some("a"), Some(flow(Some("a"), Some("b"), Some(90))));
        let within = |from, until| {
            let period = Period { from: day(from), until: day(until) };
            by_month(&moves_within(&hours, &standing(0), period, id("a"))).len()
        };
        assert_eq!(within("2026-03-14", "2026-03-15"), 1);
        assert_eq!(within("2026-03-01", "2026-03-14"), 0);
        assert_eq!(within("2026-03-15", "2026-04-01"), 0);
    }

    #[test]
    fn sums_add_up_unit_by_unit_and_stay_at_the_largest_number() {
        let of = |n: i64| Sum {
            lines: n,
            minutes: 2 * n,
            item_days: 3 * n,
            occasions: 4 * n,
            participants: 5 * n,
            unmeasured: 6 * n,
        };
        assert_eq!(of(2) + of(3), of(5));
        assert_eq!(of(2) + -of(2), Sum::default());
        let most = Sum { minutes: i64::MAX, ..Sum::default() };
        assert_eq!(most + Sum { minutes: 1, ..Sum::default() }, most);
    }

    #[test]
    fn a_wrong_total_is_told_with_where_it_is_and_both_sums() {
        let (cell, right) = moves(&chairs(340), &standing(0)).swap_remove(0);
        let told = cell.missummed(Sum::default(), right);
        let scope = format!("total of {} in 2025 (given, equipment, declared, by month Month(12))", id("a"));
        assert!(told.starts_with(&scope) && told.contains("item_days: 20"), "{told}");
    }
}
