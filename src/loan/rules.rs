//! What a loan is, how it moves from request to return, and when a thing is free.

use serde::{Deserialize, Serialize};

use super::movement::{Movement, What, item_days, pieces, standing};
use crate::calendar::rules::Period;
use crate::clock::{Day, Moment};
use crate::cooperation::rules::in_order;
use crate::equipment::rules::{Nature, Quantity};
use crate::error::{Error, Fault};
use crate::id::Id;
use crate::ledger::rules::{Basis, Flow, Kind, Provenance, Quantities, SourceKind};
use crate::text::{Name, Note, or_default};

/// Where a loan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum State {
    /// Asked for; nothing is promised yet.
    Requested,
    /// Promised.
    Approved,
    /// Out.
    HandedOver,
    /// Back, and in the ledger.
    Returned,
    /// Not coming back.
    Lost,
    /// Refused, with a reason.
    Declined,
    /// Called off before it was handed over.
    Cancelled,
}

/// What happens to a loan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The lender promises it.
    Approve,
    /// The lender refuses it.
    Decline,
    /// Either party calls it off.
    Cancel,
    /// It leaves.
    HandOver,
    /// It is back.
    Return,
    /// It will not come back.
    Lose,
    /// Another period, quantity or unit; an extension while it is out.
    Change,
    /// The last hand-over, return or loss was recorded by mistake.
    Undo,
}

impl Event {
    /// True for what only the lender may say.
    #[must_use]
    pub fn is_the_lenders(self) -> bool {
        matches!(self, Self::Approve | Self::Decline)
    }
}

/// The states after an event, as the pieces decide; empty when the event cannot happen in this state.
#[must_use]
pub fn after(state: State, event: Event) -> &'static [State] {
    match (state, event) {
        (State::Requested, Event::Change) => &[State::Requested],
        (State::Requested, Event::Approve) | (State::Approved, Event::Change) => &[State::Approved],
        (State::Requested, Event::Decline) => &[State::Declined],
        (State::Requested | State::Approved, Event::Cancel) => &[State::Cancelled],
        (State::Approved | State::HandedOver, Event::HandOver)
        | (State::HandedOver, Event::Change)
        | (State::Returned | State::Lost, Event::Undo) => &[State::HandedOver],
        (State::HandedOver, Event::Return | Event::Lose) => &[State::HandedOver, State::Returned, State::Lost],
        (State::HandedOver, Event::Undo) => &[State::Approved, State::HandedOver],
        _ => &[],
    }
}

/// A loan to ask for, or to record afterwards.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    /// Equipment of the catalogue; lender, category and nature are its own.
    pub equipment_id: Option<Id>,
    /// A kind of units of the lender's: any free one will do.
    pub kind: Option<Name>,
    /// Who lent something the catalogue does not know.
    pub lender_id: Option<Id>,
    /// Who borrows.
    pub borrower_id: Id,
    /// In which cooperation.
    pub cooperation_id: Option<Id>,
    /// Category of something the catalogue does not know.
    pub category: Option<Name>,
    /// Its nature.
    pub nature: Option<Nature>,
    /// Pieces.
    #[serde(default, deserialize_with = "or_default")]
    pub quantity: Quantity,
    /// First day.
    pub from: Day,
    /// First day after.
    pub until: Option<Day>,
    /// True: the borrower has learnt what its owner asks for.
    #[serde(default, deserialize_with = "or_default")]
    pub trained: bool,
    /// True: it is over, and recorded now.
    #[serde(default, deserialize_with = "or_default")]
    pub recorded_afterwards: bool,
    /// How its quantities are known.
    pub provenance: Option<Provenance>,
    /// The rule of an estimate.
    pub provenance_rule: Option<Name>,
    /// For both parties.
    pub note: Option<Note>,
}

impl Wish {
    /// Holds the fields against one another.
    ///
    /// # Errors
    /// [`Fault::Missing`], [`Fault::NotAllowed`], [`Fault::Order`] at their fields.
    pub fn judge(&self) -> Result<Basis, Error> {
        in_order(Some(self.from), self.until).map_err(|fault| fault.at("/until"))?;
        let stated = [
            ("/lender_id", self.lender_id.is_some()),
            ("/category", self.category.is_some()),
            ("/nature", self.nature.is_some()),
        ];
        if self.kind.is_some() {
            if self.equipment_id.is_some() {
                return Err(Fault::NotAllowed.at("/kind"));
            }
            if self.lender_id.is_none() {
                return Err(Fault::Missing.at("/lender_id"));
            }
            if self.quantity.pieces() != 1 {
                return Err(Fault::Range(1, 1).at("/quantity"));
            }
        }
        if self.equipment_id.is_some() || self.kind.is_some() {
            let own = if self.kind.is_some() { &stated[1..] } else { &stated[..] };
            if let Some((field, _)) = own.iter().find(|(_, stated)| *stated) {
                return Err(Fault::NotAllowed.at(field));
            }
        } else {
            if !self.recorded_afterwards {
                return Err(Fault::Missing.at("/equipment_id"));
            }
            if let Some((field, _)) = stated.iter().take(2).find(|(_, stated)| !stated) {
                return Err(Fault::Missing.at(field));
            }
        }
        if self.until.is_none() && (self.equipment_id.is_some() || self.kind.is_some() || !self.recorded_afterwards) {
            return Err(Fault::Missing.at("/until"));
        }
        Basis::of(self.provenance, self.provenance_rule.clone())
    }
}

/// A loan as recorded.
#[derive(Debug, Clone, Serialize)]
pub struct Loan {
    /// Its identifier.
    pub id: Id,
    /// The request it came with, if several things were asked for at once.
    pub request_id: Option<Id>,
    /// What is lent; none for something the catalogue does not know.
    pub equipment_id: Option<Id>,
    /// The kind that was asked for; until it is handed over, another unit of it may stand in.
    pub kind: Option<Name>,
    /// Who lends.
    pub lender_id: Id,
    /// Who borrows.
    pub borrower_id: Id,
    /// In which cooperation.
    pub cooperation_id: Option<Id>,
    /// What it counts as in summaries.
    pub category: Name,
    /// A thing or premises.
    pub nature: Nature,
    /// Pieces.
    pub quantity: Quantity,
    /// First day of the promise.
    pub from: Day,
    /// First day after it; none: nobody knows.
    pub until: Option<Day>,
    /// Where it stands.
    pub state: State,
    /// True when it was recorded after it was over.
    pub recorded_afterwards: bool,
    /// The day the first piece left.
    pub handed_over_on: Option<Day>,
    /// The day the last piece came back, once all have.
    pub returned_on: Option<Day>,
    /// Pieces that left.
    pub handed_over_quantity: i64,
    /// Pieces that came back.
    pub returned_quantity: i64,
    /// Pieces that will not.
    pub lost_quantity: i64,
    /// What left, came back or was lost, each time.
    pub movements: Vec<Movement>,
    /// Why it was refused or called off.
    pub reason: Option<Note>,
    /// For both parties.
    pub note: Option<Note>,
    /// How its quantities are known.
    pub provenance: Provenance,
    /// The rule of an estimate.
    pub provenance_rule: Option<Name>,
    /// Its last line in the ledger, once anything is back.
    pub contribution_id: Option<Id>,
    /// Grows at each change.
    pub version: i64,
    /// When recorded.
    pub created_at: Moment,
}

impl Loan {
    /// What flowed with pieces that left on these days and are back, or known to be lost, on this one.
    /// Nothing is known of the days of a return without a day.
    #[must_use]
    pub fn flow(&self, left: &[(Day, i64)], back: Option<Day>) -> Flow {
        let from = left.iter().map(|(day, _)| *day).min().unwrap_or(self.from);
        Flow {
            kind: match self.nature {
                Nature::Thing => Kind::Equipment,
                Nature::Premises => Kind::Premises,
            },
            source_kind: SourceKind::Loan,
            source_id: self.id,
            giver_id: Some(self.lender_id),
            receiver_id: Some(self.borrower_id),
            cooperation_id: self.cooperation_id,
            category: self.category.clone(),
            occurred_on: from,
            occurred_until: back.map(|back| back.max(from.next())),
            quantities: Quantities {
                item_days: back.map(|back| item_days(left, back)),
                // One loan is one occasion, in however many parts it comes back.
                occasions: i64::from(self.returned_quantity + self.lost_quantity == 0),
                ..Quantities::default()
            },
            basis: Basis { provenance: self.provenance, rule: self.provenance_rule.clone() },
        }
    }

    /// True when the event can happen to it as it stands.
    #[must_use]
    pub fn takes(&self, event: Event) -> bool {
        let something_is_left = self.handed_over_quantity < self.quantity.pieces();
        match event {
            Event::HandOver if !something_is_left => false,
            // A loan recorded afterwards never was a promise; its line of the ledger is corrected instead.
            Event::Undo if self.recorded_afterwards => false,
            _ => !after(self.state, event).is_empty(),
        }
    }

    /// Pieces that are kept for it until its end: all but those that came back.
    #[must_use]
    pub fn kept(&self) -> i64 {
        self.quantity.pieces() - self.returned_quantity
    }

    /// Pieces that are out.
    #[must_use]
    pub fn out(&self) -> i64 {
        self.handed_over_quantity - self.returned_quantity - self.lost_quantity
    }

    /// The loan as its movements make it.
    #[must_use]
    pub fn counted(mut self) -> Self {
        self.handed_over_quantity = pieces(&self.movements, What::HandOver);
        self.returned_quantity = pieces(&self.movements, What::Return);
        self.lost_quantity = pieces(&self.movements, What::Loss);
        let days = |what| standing(&self.movements).filter(move |movement| movement.what == what);
        self.handed_over_on = days(What::HandOver).filter_map(|movement| movement.on).min();
        let all_back = self.handed_over_quantity > 0 && self.out() == 0;
        self.returned_on = days(What::Return).filter_map(|movement| movement.on).max().filter(|_| all_back);
        self.contribution_id = standing(&self.movements).rev().find_map(|movement| movement.contribution_id);
        self.state = match (self.handed_over_quantity, self.out(), self.returned_quantity) {
            (0, _, _) => self.state,
            (_, 0, 0) => State::Lost,
            (_, 0, _) => State::Returned,
            _ => State::HandedOver,
        };
        self
    }

    /// The days of the promise.
    #[must_use]
    pub fn period(&self) -> Option<Period> {
        self.until.map(|until| Period { from: self.from, until })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loan_moves_forward_only() {
        use Event::{Approve, Cancel, Change, Decline, HandOver, Lose, Return, Undo};
        use State::{Approved, Cancelled, Declined, HandedOver, Lost, Requested, Returned};
        // State; then after approve, decline, cancel, hand-over, return, lose, change, undo.
        let back: &[State] = &[HandedOver, Returned, Lost];
        let none: &[State] = &[];
        let table: &[(State, [&[State]; 8])] = &[
            (Requested, [&[Approved], &[Declined], &[Cancelled], none, none, none, &[Requested], none]),
            (Approved, [none, none, &[Cancelled], &[HandedOver], none, none, &[Approved], none]),
            (HandedOver, [none, none, none, &[HandedOver], back, back, &[HandedOver], &[Approved, HandedOver]]),
            (Returned, [none, none, none, none, none, none, none, &[HandedOver]]),
            (Lost, [none, none, none, none, none, none, none, &[HandedOver]]),
            (Declined, [none; 8]),
            (Cancelled, [none; 8]),
        ];
        for (state, expected) in table {
            let events = [Approve, Decline, Cancel, HandOver, Return, Lose, Change, Undo];
            assert_eq!(events.map(|event| after(*state, event)), *expected, "{state:?}");
        }
    }
}
