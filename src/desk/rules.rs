//! What waits at a desk and since when, and what parties are told. Pure.

use serde::{Deserialize, Serialize};

use crate::calendar::rules::shifted;
use crate::clock::{Day, Moment};
use crate::error::Fault;
use crate::id::Id;
use crate::loan::rules::{Event, Loan, State};

/// Loans of one list of a desk at most.
pub const LOANS_MAX: usize = 200;
/// Days before the end of a loan on which its parties are reminded.
pub const DUE_SOON_DAYS: i64 = 2;
/// Days ahead that a desk shows at most, and when not asked for.
pub const DAYS_MAX: i64 = 366;
const DAYS_DEFAULT: i64 = 14;

/// How many days ahead a desk looks: 0–366, 14 when not asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "i64")]
pub struct Days(i64);

impl Default for Days {
    fn default() -> Self {
        Self(DAYS_DEFAULT)
    }
}

impl TryFrom<String> for Days {
    type Error = Fault;
    fn try_from(text: String) -> Result<Self, Fault> {
        let fault = Fault::Range(0, DAYS_MAX);
        let days = crate::text::number(&text).ok_or(fault)?;
        if (0..=DAYS_MAX).contains(&days) { Ok(Self(days)) } else { Err(fault) }
    }
}

impl From<Days> for i64 {
    fn from(days: Days) -> Self {
        days.0
    }
}

/// As what a structure takes part in a loan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// It lends.
    Lender,
    /// It borrows.
    Borrower,
}

/// Which day of a loan makes it due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Its first.
    From,
    /// The first after it.
    Until,
}

/// Which loans wait in one list: those in a state whose due day lies between two days, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Queue {
    /// As what the structure takes part.
    pub side: Side,
    /// Where they stand.
    pub state: State,
    /// Which day counts.
    pub due: Due,
    /// From which day on.
    pub first: Option<Day>,
    /// Up to which day.
    pub last: Option<Day>,
}

impl Queue {
    /// Asked for; the lender has not answered yet.
    #[must_use]
    pub fn to_answer() -> Self {
        Self { side: Side::Lender, state: State::Requested, due: Due::From, first: None, last: None }
    }

    /// Promised, and begins within the days.
    #[must_use]
    pub fn to_prepare(today: Day, days: Days) -> Self {
        let last = Some(shifted(today, days.0));
        Self { state: State::Approved, first: Some(today.next()), last, ..Self::to_answer() }
    }

    /// Promised, and begun.
    #[must_use]
    pub fn to_hand_over(today: Day) -> Self {
        Self { state: State::Approved, last: Some(today), ..Self::to_answer() }
    }

    /// Out, and due within the days.
    #[must_use]
    pub fn to_take_back(today: Day, days: Days) -> Self {
        let last = Some(shifted(today, days.0));
        Self { state: State::HandedOver, due: Due::Until, first: Some(today), last, ..Self::to_answer() }
    }

    /// Out past its end. On the day of `until` itself it may still come back in the morning.
    #[must_use]
    pub fn overdue(today: Day) -> Self {
        Self { state: State::HandedOver, due: Due::Until, last: Some(shifted(today, -1)), ..Self::to_answer() }
    }

    /// Promised to the structure, begun or beginning within the days.
    #[must_use]
    pub fn to_fetch(today: Day, days: Days) -> Self {
        Self { side: Side::Borrower, last: Some(shifted(today, days.0)), ..Self::to_hand_over(today) }
    }

    /// Out with the structure, due within the days or late.
    #[must_use]
    pub fn to_bring_back(today: Day, days: Days) -> Self {
        Self { side: Side::Borrower, last: Some(shifted(today, days.0)), ..Self::overdue(today) }
    }
}

/// Loans that wait, what is due first before the others.
#[derive(Debug, Clone, Serialize)]
pub struct Waiting {
    /// The loans.
    pub items: Vec<Loan>,
    /// True when there are more than a list holds.
    pub cut: bool,
}

/// That a loan was out past its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overdue {
    /// Which.
    pub loan_id: Id,
    /// The first day on which it was late: the day after `until`.
    pub since: Day,
    /// When it was noted.
    pub noted_at: Moment,
}

/// All that waits at a desk.
#[derive(Debug, Clone, Serialize)]
pub struct Desk {
    /// Whose.
    pub structure_id: Id,
    /// The day on which it is looked at.
    pub day: Day,
    /// How many days ahead.
    pub days: Days,
    /// Asked for; to be approved or declined.
    pub to_answer: Waiting,
    /// Promised, and begins within the days.
    pub to_prepare: Waiting,
    /// Promised, and begun.
    pub to_hand_over: Waiting,
    /// Out, and due within the days.
    pub to_take_back: Waiting,
    /// Out past its end.
    pub overdue: Waiting,
    /// Borrowed: promised, begun or beginning within the days.
    pub to_fetch: Waiting,
    /// Borrowed: out, due within the days or late.
    pub to_bring_back: Waiting,
    /// What was noted of the loans in `overdue` and `to_bring_back`.
    pub overdue_facts: Vec<Overdue>,
}

/// What parties are told of a loan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, strum::IntoStaticStr, strum::EnumString)]
pub enum Kind {
    /// It was asked for.
    #[serde(rename = "loan.requested")]
    #[strum(serialize = "loan.requested")]
    Requested,
    /// It is promised.
    #[serde(rename = "loan.approved")]
    #[strum(serialize = "loan.approved")]
    Approved,
    /// It is refused.
    #[serde(rename = "loan.declined")]
    #[strum(serialize = "loan.declined")]
    Declined,
    /// It is called off.
    #[serde(rename = "loan.cancelled")]
    #[strum(serialize = "loan.cancelled")]
    Cancelled,
    /// Its period, quantity or unit is another.
    #[serde(rename = "loan.changed")]
    #[strum(serialize = "loan.changed")]
    Changed,
    /// It left, or a part of it.
    #[serde(rename = "loan.handed_over")]
    #[strum(serialize = "loan.handed_over")]
    HandedOver,
    /// It is back, or a part of it.
    #[serde(rename = "loan.returned")]
    #[strum(serialize = "loan.returned")]
    Returned,
    /// It will not come back, or a part of it.
    #[serde(rename = "loan.lost")]
    #[strum(serialize = "loan.lost")]
    Lost,
    /// The last hand-over, return or loss was a mistake.
    #[serde(rename = "loan.undone")]
    #[strum(serialize = "loan.undone")]
    Undone,
    /// It ends within [`DUE_SOON_DAYS`].
    #[serde(rename = "loan.due_soon")]
    #[strum(serialize = "loan.due_soon")]
    DueSoon,
    /// It is out past its end.
    #[serde(rename = "loan.overdue")]
    #[strum(serialize = "loan.overdue")]
    Overdue,
}

impl From<Event> for Kind {
    fn from(event: Event) -> Self {
        match event {
            Event::Approve => Self::Approved,
            Event::Decline => Self::Declined,
            Event::Cancel => Self::Cancelled,
            Event::HandOver => Self::HandedOver,
            Event::Return => Self::Returned,
            Event::Lose => Self::Lost,
            Event::Change => Self::Changed,
            Event::Undo => Self::Undone,
        }
    }
}

/// What a message says, as it is kept and sent: ids, days and states; no name, no free text.
#[derive(Debug, Clone, Serialize)]
pub struct Payload {
    /// What happened.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// When.
    pub timestamp: Moment,
    /// Of which loan.
    pub data: About,
}

/// A loan as a message speaks of it, at the moment it speaks of.
#[derive(Debug, Clone, Serialize)]
pub struct About {
    loan_id: Id,
    version: i64,
    state: State,
    lender_id: Id,
    borrower_id: Id,
    equipment_id: Option<Id>,
    quantity: i64,
    out: i64,
    from: Day,
    until: Option<Day>,
}

impl Payload {
    /// What is said of a loan as it is now.
    #[must_use]
    pub fn of(kind: Kind, loan: &Loan, now: Moment) -> Self {
        let data = About {
            loan_id: loan.id,
            version: loan.version,
            state: loan.state,
            lender_id: loan.lender_id,
            borrower_id: loan.borrower_id,
            equipment_id: loan.equipment_id,
            quantity: loan.quantity.pieces(),
            out: loan.out(),
            from: loan.from,
            until: loan.until,
        };
        Self { kind, timestamp: now, data }
    }
}

/// A message of a structure, and what became of it on its way to the structure's webhook.
#[derive(Debug, Clone, Serialize)]
pub struct Message {
    /// Its identifier, which stays the same however often it is sent.
    pub id: Id,
    /// Whom it is for.
    pub structure_id: Id,
    /// What it is about.
    pub loan_id: Id,
    /// What happened.
    pub kind: Kind,
    /// What is sent.
    pub payload: serde_json::Value,
    /// When it was written.
    pub created_at: Moment,
    /// How often it was sent.
    pub tries: i64,
    /// When it is sent next; none when it waits for nothing.
    pub next_try_at: Option<Moment>,
    /// When it was taken.
    pub delivered_at: Option<Moment>,
    /// When it was given up.
    pub given_up_at: Option<Moment>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_desk_looks_ahead_a_year_at_most() {
        let days = |text: &str| Days::try_from(text.to_owned()).map(i64::from);
        assert_eq!(["0", "14", "366"].map(days), [Ok(0), Ok(14), Ok(366)]);
        for text in ["-1", "367", "", "soon"] {
            assert_eq!(days(text), Err(Fault::Range(0, 366)), "{text}");
        }
    }

    #[test]
    fn each_list_of_a_desk_begins_where_the_one_before_it_ends() {
        let day = |text| Day::parse(text).unwrap();
        let (today, days) = (day("2026-03-14"), Days(7));
        let between = |queue: Queue| (queue.first.map(String::from), queue.last.map(String::from));
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(between(Queue::to_answer()), (None, None));
        assert_eq!(between(Queue::to_hand_over(today)), (None, some("2026-03-14")));
        assert_eq!(between(Queue::to_prepare(today, days)), (some("2026-03-15"), some("2026-03-21")));
        assert_eq!(between(Queue::overdue(today)), (None, some("2026-03-13")));
        assert_eq!(between(Queue::to_take_back(today, days)), (some("2026-03-14"), some("2026-03-21")));
        assert_eq!(between(Queue::to_fetch(today, days)), (None, some("2026-03-21")));
        assert_eq!(between(Queue::to_bring_back(today, days)), (None, some("2026-03-21")));
    }
}
