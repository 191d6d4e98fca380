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
pub(crate) mod tests {
    use super::*;
    use crate::error::{FieldError, tests::wrong};

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

    fn day(text: &str) -> Day {
        Day::parse(&format!("2026-03-{text}")).unwrap()
    }

    /// Ten chairs, promised from the 10th to the 20th.
    pub(crate) fn promised() -> Loan {
        Loan {
            id: Id::of(&["loan"]),
            request_id: None,
            equipment_id: Some(Id::of(&["chairs"])),
            kind: None,
            lender_id: Id::of(&["lender"]),
            borrower_id: Id::of(&["borrower"]),
            cooperation_id: None,
            category: Name::parse("Chaises").unwrap(),
            nature: Nature::Thing,
            quantity: Quantity::try_from(10).unwrap(),
            from: day("10"),
            until: Some(day("20")),
            state: State::Approved,
            recorded_afterwards: false,
            handed_over_on: None,
            returned_on: None,
            handed_over_quantity: 0,
            returned_quantity: 0,
            lost_quantity: 0,
            movements: Vec::new(),
            reason: None,
            note: None,
            provenance: Provenance::default(),
            provenance_rule: None,
            contribution_id: None,
            version: 1,
            created_at: Moment::from_millis(0),
        }
    }

    /// What pieces did, how many, on which day of March.
    type Moved = (What, i64, &'static str);

    /// The same, after so many left, came back and were lost, each on a day.
    fn moved(movements: &[Moved]) -> Loan {
        let movement = |(number, (what, quantity, on)): (usize, &Moved)| Movement {
            what: *what,
            on: Some(day(on)),
            quantity: *quantity,
            condition: None,
            contribution_id: (*what != What::HandOver).then(|| Id::of(&[&number.to_string()])),
            recorded_at: Moment::from_millis(0),
            undone_at: None,
        };
        Loan { movements: movements.iter().enumerate().map(movement).collect(), ..promised() }.counted()
    }

    /// Where the loan stands then, pieces out and kept for it, the day it was back.
    type Then = (State, [i64; 2], Option<&'static str>);

    #[test]
    fn a_loan_is_back_when_nothing_of_it_is_out_any_more() {
        use What::{HandOver, Loss, Return};
        let table: &[(&[Moved], Then)] = &[
            (&[], (State::Approved, [0, 10], None)),
            (&[(HandOver, 6, "11"), (HandOver, 4, "10")], (State::HandedOver, [10, 10], None)),
            (&[(HandOver, 10, "10"), (Return, 6, "15")], (State::HandedOver, [4, 4], None)),
            (&[(HandOver, 10, "10"), (Return, 6, "15"), (Return, 4, "14")], (State::Returned, [0, 0], Some("15"))),
            (&[(HandOver, 10, "10"), (Return, 6, "15"), (Loss, 4, "16")], (State::Returned, [0, 4], Some("15"))),
            (&[(HandOver, 10, "10"), (Loss, 10, "16")], (State::Lost, [0, 10], None)),
        ];
        for (movements, (state, out_and_kept, back)) in table {
            let loan = moved(movements);
            assert_eq!(loan.state, *state, "{movements:?}");
            assert_eq!([loan.out(), loan.kept()], *out_and_kept, "{movements:?}");
            assert_eq!(loan.returned_on, back.map(day), "{movements:?}");
            assert_eq!(loan.handed_over_on, (!movements.is_empty()).then(|| day("10")), "{movements:?}");
        }
    }

    #[test]
    fn pieces_are_handed_over_while_some_are_left_and_what_was_recorded_afterwards_is_not_undone() {
        use What::{HandOver, Return};
        let part = moved(&[(HandOver, 9, "10")]);
        let all = moved(&[(HandOver, 10, "10")]);
        assert_eq!([&part, &all].map(|loan| loan.takes(Event::HandOver)), [true, false]);
        assert_eq!([&part, &all].map(|loan| loan.takes(Event::Return)), [true, true]);
        let back = moved(&[(HandOver, 10, "10"), (Return, 10, "15")]);
        let afterwards = Loan { recorded_afterwards: true, ..back.clone() };
        assert_eq!([back, afterwards].map(|loan| loan.takes(Event::Undo)), [true, false]);
    }

    #[test]
    fn a_loan_is_one_occasion_in_however_many_parts_it_comes_back() {
        use What::{HandOver, Loss, Return};
        let occasions = |movements: &[Moved]| moved(movements).flow(&[], None).quantities.occasions;
        assert_eq!(occasions(&[(HandOver, 10, "10")]), 1);
        assert_eq!(occasions(&[(HandOver, 10, "10"), (Return, 3, "15")]), 0);
        assert_eq!(occasions(&[(HandOver, 10, "10"), (Return, 3, "15"), (Loss, 3, "15")]), 0);
    }

    #[test]
    fn what_flowed_has_the_days_on_which_pieces_were_away() {
        let flow = promised().flow(&[(day("12"), 4), (day("11"), 6)], Some(day("15")));
        assert_eq!((flow.occurred_on, flow.occurred_until), (day("11"), Some(day("15"))));
        assert_eq!(flow.quantities.item_days, Some(4 * 3 + 6 * 4));
        let same_day = promised().flow(&[(day("12"), 4)], Some(day("12")));
        assert_eq!((same_day.occurred_until, same_day.quantities.item_days), (Some(day("13")), Some(4)));
        let unknown = promised().flow(&[], None);
        assert_eq!(
            (unknown.occurred_on, unknown.occurred_until, unknown.quantities.item_days),
            (day("10"), None, None)
        );
    }

    fn wish() -> Wish {
        Wish {
            equipment_id: None,
            kind: None,
            lender_id: None,
            borrower_id: Id::of(&["borrower"]),
            cooperation_id: None,
            category: None,
            nature: None,
            quantity: Quantity::default(),
            from: day("10"),
            until: Some(day("20")),
            trained: false,
            recorded_afterwards: false,
            provenance: None,
            provenance_rule: None,
            note: None,
        }
    }

    #[test]
    fn equipment_is_asked_for_or_one_of_a_kind_from_its_lender_or_something_is_described_afterwards() {
        let (equipment_id, lender_id) = (Some(Id::of(&["chairs"])), Some(Id::of(&["lender"])));
        let kind = Some(Name::parse("Barnum").unwrap());
        let category = Some(Name::parse("Barnums").unwrap());
        let nature = Some(Nature::Thing);
        let of_kind = Wish { kind: kind.clone(), lender_id, ..wish() };
        let described = Wish { lender_id, category: category.clone(), recorded_afterwards: true, ..wish() };
        let (missing, not_allowed) = (Fault::Missing, Fault::NotAllowed);
        let table = [
            (Wish { equipment_id, ..wish() }, None),
            (Wish { equipment_id, until: Some(day("10")), ..wish() }, Some(("/until", Fault::Order))),
            (Wish { equipment_id, until: None, ..wish() }, Some(("/until", missing))),
            (Wish { equipment_id, until: None, recorded_afterwards: true, ..wish() }, Some(("/until", missing))),
            (Wish { equipment_id, lender_id, ..wish() }, Some(("/lender_id", not_allowed))),
            (Wish { equipment_id, category: category.clone(), ..wish() }, Some(("/category", not_allowed))),
            (Wish { equipment_id, nature, ..wish() }, Some(("/nature", not_allowed))),
            (of_kind.clone(), None),
            (Wish { equipment_id, ..of_kind.clone() }, Some(("/kind", not_allowed))),
            (Wish { lender_id: None, ..of_kind.clone() }, Some(("/lender_id", missing))),
            (
                Wish { quantity: Quantity::try_from(2).unwrap(), ..of_kind.clone() },
                Some(("/quantity", Fault::Range(1, 1))),
            ),
            (Wish { category, ..of_kind.clone() }, Some(("/category", not_allowed))),
            (Wish { nature, ..of_kind.clone() }, Some(("/nature", not_allowed))),
            (Wish { until: None, recorded_afterwards: true, ..of_kind }, Some(("/until", missing))),
            (wish(), Some(("/equipment_id", missing))),
            (described.clone(), None),
            (Wish { nature, until: None, ..described.clone() }, None),
            (Wish { lender_id: None, ..described.clone() }, Some(("/lender_id", missing))),
            (Wish { category: None, ..described.clone() }, Some(("/category", missing))),
            (Wish { recorded_afterwards: false, ..described }, Some(("/equipment_id", missing))),
        ];
        for (wish, expected) in table {
            let expected = expected.map(|(field, fault)| FieldError::new(field, fault));
            assert_eq!(wrong(wish.judge().map(drop)), expected, "{wish:?}");
        }
    }
}
