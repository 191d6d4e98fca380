//! What a loan is, how it moves from request to return, and when a thing is free.

use serde::{Deserialize, Serialize};

use crate::clock::{DAY_MAX, Day, Moment};
use crate::cooperation::rules::in_order;
use crate::equipment::rules::{Nature, Quantity};
use crate::error::{Conflict, Error, Fault};
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
    /// Refused, with a reason.
    Declined,
    /// Called off before it was handed over.
    Cancelled,
}

impl State {
    /// True while the thing is promised, out, or was out: such periods of a unit never overlap.
    #[must_use]
    pub fn is_firm(self) -> bool {
        matches!(self, Self::Approved | Self::HandedOver | Self::Returned)
    }
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
}

/// The state after an event; none when the event cannot happen in this state.
#[must_use]
pub fn after(state: State, event: Event) -> Option<State> {
    match (state, event) {
        (State::Requested, Event::Approve) => Some(State::Approved),
        (State::Requested, Event::Decline) => Some(State::Declined),
        (State::Requested | State::Approved, Event::Cancel) => Some(State::Cancelled),
        (State::Approved, Event::HandOver) => Some(State::HandedOver),
        (State::HandedOver, Event::Return) => Some(State::Returned),
        _ => None,
    }
}

/// A loan to ask for, or to record afterwards.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    /// Equipment of the catalogue; lender, category and nature are its own.
    pub equipment_id: Option<Id>,
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
        if self.equipment_id.is_some() {
            if let Some((field, _)) = stated.iter().find(|(_, stated)| *stated) {
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
        if self.until.is_none() && (self.equipment_id.is_some() || !self.recorded_afterwards) {
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
    /// What is lent; none for something the catalogue does not know.
    pub equipment_id: Option<Id>,
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
    /// The day it left.
    pub handed_over_on: Option<Day>,
    /// The day it came back.
    pub returned_on: Option<Day>,
    /// Why it was refused or called off.
    pub reason: Option<Note>,
    /// Its condition when it left.
    pub condition_out: Option<Note>,
    /// Its condition when it came back.
    pub condition_in: Option<Note>,
    /// For both parties.
    pub note: Option<Note>,
    /// How its quantities are known.
    pub provenance: Provenance,
    /// The rule of an estimate.
    pub provenance_rule: Option<Name>,
    /// Its line in the ledger, once returned.
    pub contribution_id: Option<Id>,
    /// Grows at each change.
    pub version: i64,
    /// When recorded.
    pub created_at: Moment,
}

impl Loan {
    /// What flowed. Days count from the day it left to the day it came back, which is not counted unless
    /// it is the same day. Nothing is known of the days of a loan without an end.
    #[must_use]
    pub fn flow(&self) -> Flow {
        let from = self.handed_over_on.unwrap_or(self.from);
        let until = self.returned_on.map(|returned| returned.max(from.next()));
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
            occurred_until: until,
            quantities: Quantities {
                item_days: until.map(|until| self.quantity.pieces() * from.days_until(until)),
                occasions: 1,
                ..Quantities::default()
            },
            basis: Basis { provenance: self.provenance, rule: self.provenance_rule.clone() },
        }
    }

    /// The loan after it left on this day; a promise that begins later begins now.
    ///
    /// # Errors
    /// [`Fault::Order`] when the promise is over by then.
    pub fn hand_over(&mut self, on: Day) -> Result<(), Error> {
        if self.until.is_some_and(|until| on >= until) {
            return Err(Fault::Order.at("/on"));
        }
        self.from = self.from.min(on);
        self.handed_over_on = Some(on);
        Ok(())
    }

    /// The loan after it came back on this day; a promise that goes on ends now. One that was over
    /// stays as it was: what was late shows in the ledger, and takes nothing from the next borrower's promise.
    ///
    /// # Errors
    /// [`Fault::Order`] when that is before it left.
    pub fn give_back(&mut self, on: Day) -> Result<(), Error> {
        let left = self.handed_over_on.unwrap_or(self.from);
        if on < left {
            return Err(Fault::Order.at("/on"));
        }
        self.until = self.until.map(|until| until.min(on.max(left.next())));
        self.returned_on = Some(on);
        Ok(())
    }
}

/// Pieces promised over a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    /// First day.
    pub from: Day,
    /// First day after.
    pub until: Day,
    /// How many.
    pub pieces: i64,
}

/// The first period in the way of a wanted promise, and when it would fit; none when it fits as it is.
#[must_use]
pub fn conflict(promises: &[Promise], capacity: i64, wanted: Promise) -> Option<Conflict> {
    let days = wanted.from.days_until(wanted.until);
    let (mut in_the_way, mut free_from): (Option<Conflict>, Option<Day>) = (None, Some(wanted.from));
    for (from, until, used) in usage(promises) {
        let blocked = used + wanted.pieces > capacity;
        if blocked && from < wanted.until && until > wanted.from && in_the_way.is_none() {
            in_the_way = Some(Conflict { from, until, next_free_from: None });
        }
        if blocked && let Some(conflict) = in_the_way.as_mut().filter(|conflict| conflict.until == from) {
            conflict.until = until;
        }
        if until <= wanted.from {
            continue;
        }
        let fits = free_from.is_some_and(|free| free.days_until(from) >= days);
        if blocked && !fits {
            free_from = Some(until);
        }
        if fits {
            break;
        }
    }
    let mut conflict = in_the_way?;
    let last = Day::new(DAY_MAX).ok()?;
    conflict.next_free_from = free_from.filter(|free| free.days_until(last) >= days);
    Some(conflict)
}

/// Stretches of days with the same number of pieces promised, in order.
fn usage(promises: &[Promise]) -> Vec<(Day, Day, i64)> {
    let mut steps: Vec<(Day, i64)> = promises
        .iter()
        .flat_map(|promise| [(promise.from, promise.pieces), (promise.until, -promise.pieces)])
        .collect();
    steps.sort_unstable();
    let mut used = 0;
    let mut stretches = Vec::new();
    for pair in steps.windows(2) {
        let [(from, step), (until, _)] = pair else { continue };
        used += step;
        if from < until {
            stretches.push((*from, *until, used));
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(&format!("2026-05-{text}")).unwrap()
    }

    fn promise(from: &str, until: &str, pieces: i64) -> Promise {
        Promise { from: day(from), until: day(until), pieces }
    }

    #[test]
    fn a_refusal_names_the_period_in_the_way_and_the_next_free_one() {
        // Promises, capacity, what is wanted; then the period in the way and the next free day.
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
        for (promises, capacity, (from, until, pieces), expected) in table {
            let promises: Vec<Promise> = promises.iter().map(|(from, until, n)| promise(from, until, *n)).collect();
            let found = conflict(&promises, *capacity, promise(from, until, *pieces));
            let expected = expected.map(|[from, until, free]| Conflict {
                from: day(from),
                until: day(until),
                next_free_from: Some(day(free)),
            });
            assert_eq!(found, expected, "{promises:?} of {capacity}, wanted {from}–{until} × {pieces}");
        }
    }

    #[test]
    fn a_loan_moves_forward_only() {
        use Event::{Approve, Cancel, Decline, HandOver, Return};
        use State::{Approved, Cancelled, Declined, HandedOver, Requested, Returned};
        let table = [
            (Requested, [Some(Approved), Some(Declined), Some(Cancelled), None, None]),
            (Approved, [None, None, Some(Cancelled), Some(HandedOver), None]),
            (HandedOver, [None, None, None, None, Some(Returned)]),
            (Returned, [None; 5]),
            (Declined, [None; 5]),
            (Cancelled, [None; 5]),
        ];
        for (state, expected) in table {
            let found = [Approve, Decline, Cancel, HandOver, Return].map(|event| after(state, event));
            assert_eq!(found, expected, "{state:?}");
        }
    }
}
