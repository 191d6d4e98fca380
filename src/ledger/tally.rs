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
