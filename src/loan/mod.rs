//! Loans: from request to return, never two at once.

pub(crate) mod routes;
pub mod rows;
pub mod rules;

use crate::auth::Act;
use crate::clock::Day;
use crate::equipment;
use crate::equipment::rules::{Equipment, Nature};
use crate::error::{Error, Fault};
use crate::id::Id;
use crate::ledger::rules::{Basis, Private};
use crate::ledger::{self, Ends};
use crate::text::Note;
use rules::{Event, Loan, Promise, State, Wish, after, conflict};

/// Asks for a loan, or records one that is over, with its contribution.
///
/// # Errors
/// What the wish, its parties or the calendar of the equipment refuse.
pub fn open(act: &Act<'_>, id: Id, wish: Wish) -> Result<Loan, Error> {
    let basis = wish.judge()?;
    let equipment = wish.equipment_id.map(|id| lendable(act, id)).transpose()?;
    let lender = equipment.as_ref().map(|equipment| equipment.facts.structure_id).or(wish.lender_id);
    let lender_id = lender.ok_or_else(|| Fault::Missing.at("/lender_id"))?;
    let ends = Ends {
        giver: Some(lender_id),
        giver_field: if equipment.is_some() { "/equipment_id" } else { "/lender_id" },
        receiver: Some(wish.borrower_id),
        receiver_field: "/borrower_id",
        cooperation: wish.cooperation_id,
        day: wish.from,
    };
    ends.judge(act)?;
    let declarer = ends.declarer(act)?;
    if wish.recorded_afterwards {
        ledger::refuse_future(act, wish.from, "/from")?;
        wish.until.map_or(Ok(()), |until| ledger::refuse_future(act, until, "/until"))?;
    }
    let mut loan = new_loan(act, id, lender_id, equipment.as_ref(), wish, basis)?;
    if let Some(equipment) = &equipment {
        let capacity = equipment.facts.quantity.pieces();
        if loan.quantity.pieces() > capacity {
            return Err(Fault::Range(1, capacity).at("/quantity"));
        }
        refuse_promised(act, &loan, equipment)?;
    }
    rows::insert(act.db, &loan)?;
    if loan.state == State::Returned {
        loan.contribution_id = Some(ledger::contribute(act, loan.flow(), declarer, Private::default())?);
    }
    Ok(loan)
}

fn new_loan(
    act: &Act<'_>,
    id: Id,
    lender_id: Id,
    equipment: Option<&Equipment>,
    wish: Wish,
    basis: Basis,
) -> Result<Loan, Error> {
    let category = equipment.map(|equipment| equipment.facts.category.clone()).or(wish.category);
    let nature = equipment.map_or_else(|| wish.nature.unwrap_or(Nature::Thing), |equipment| equipment.facts.nature);
    Ok(Loan {
        id,
        equipment_id: wish.equipment_id,
        lender_id,
        borrower_id: wish.borrower_id,
        cooperation_id: wish.cooperation_id,
        category: category.ok_or_else(|| Fault::Missing.at("/category"))?,
        nature,
        quantity: wish.quantity,
        from: wish.from,
        until: wish.until,
        state: if wish.recorded_afterwards { State::Returned } else { State::Requested },
        recorded_afterwards: wish.recorded_afterwards,
        handed_over_on: wish.recorded_afterwards.then_some(wish.from),
        returned_on: wish.until.filter(|_| wish.recorded_afterwards),
        reason: None,
        condition_out: None,
        condition_in: None,
        note: wish.note,
        provenance: basis.provenance,
        provenance_rule: basis.rule,
        contribution_id: None,
        version: 1,
        created_at: act.now,
    })
}

/// Equipment that the caller may see and that is still lent.
fn lendable(act: &Act<'_>, id: Id) -> Result<Equipment, Error> {
    let found = equipment::rows::find(act.db, id)?.ok_or_else(|| Fault::Unknown.at("/equipment_id"))?;
    if !act.is_neighbour_of(found.facts.structure_id)? {
        return Err(Fault::Unknown.at("/equipment_id"));
    }
    if found.archived { Err(Fault::Archived.at("/equipment_id")) } else { Ok(found) }
}

/// Refuses a period over which the equipment is promised, and names when it is free. The triggers of
/// the schema refuse it too; they cannot say so kindly.
fn refuse_promised(act: &Act<'_>, loan: &Loan, equipment: &Equipment) -> Result<(), Error> {
    let capacity = equipment.facts.quantity.pieces();
    if loan.quantity.pieces() > capacity {
        // The pool has shrunk since this was asked for: no day is free for as many.
        return Err(Error::InUse(None));
    }
    let Some(until) = loan.until else { return Ok(()) };
    let promises = rows::promises(act.db, equipment.id, equipment.facts.tracking, loan.from, Some(loan.id))?;
    let wanted = Promise { from: loan.from, until, pieces: loan.quantity.pieces() };
    conflict(&promises, capacity, wanted).map_or(Ok(()), |conflict| Err(Error::InUse(Some(conflict))))
}

/// Something that happened to a loan.
#[derive(Debug, Clone)]
pub struct Happening {
    /// What.
    pub event: Event,
    /// On which day; today when left out.
    pub on: Option<Day>,
    /// Why it is refused or called off.
    pub reason: Option<Note>,
    /// Its condition as it leaves or comes back.
    pub condition: Option<Note>,
}

/// Moves a loan on; its return appends the contribution.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::WrongState`], [`Error::InUse`], and the fields at fault.
pub fn happen(act: &Act<'_>, id: Id, happening: Happening) -> Result<Loan, Error> {
    let mut loan = visible(act, id)?;
    let by_lender_only = matches!(happening.event, Event::Approve | Event::Decline);
    let actors = if by_lender_only { vec![loan.lender_id] } else { vec![loan.lender_id, loan.borrower_id] };
    let speaker = act.speaker(&actors)?;
    let Some(state) = after(loan.state, happening.event) else {
        let state: &'static str = loan.state.into();
        return Err(Error::WrongState { state: state.to_owned() });
    };
    judge(act, &happening)?;
    let on = happening.on.unwrap_or_else(|| act.now.day());
    match happening.event {
        Event::Approve => {}
        Event::Decline | Event::Cancel => loan.reason = happening.reason,
        Event::HandOver => {
            loan.hand_over(on)?;
            loan.condition_out = happening.condition;
        }
        Event::Return => {
            loan.give_back(on)?;
            loan.condition_in = happening.condition;
        }
    }
    loan.state = state;
    loan.version += 1;
    if matches!(happening.event, Event::Approve | Event::HandOver)
        && let Some(equipment) = loan.equipment_id
    {
        let equipment = equipment::rows::find(act.db, equipment)?.ok_or(Error::NotFound)?;
        refuse_promised(act, &loan, &equipment)?;
    }
    rows::update(act.db, &loan)?;
    if state == State::Returned {
        loan.contribution_id = Some(ledger::contribute(act, loan.flow(), speaker, Private::default())?);
    }
    Ok(loan)
}

fn judge(act: &Act<'_>, happening: &Happening) -> Result<(), Error> {
    let ends_it = matches!(happening.event, Event::Decline | Event::Cancel);
    let moves_it = matches!(happening.event, Event::HandOver | Event::Return);
    if happening.event == Event::Decline && happening.reason.is_none() {
        return Err(Fault::Missing.at("/reason"));
    }
    for (field, stated, allowed) in [
        ("/reason", happening.reason.is_some(), ends_it),
        ("/condition", happening.condition.is_some(), moves_it),
        ("/on", happening.on.is_some(), moves_it),
    ] {
        if stated && !allowed {
            return Err(Fault::NotAllowed.at(field));
        }
    }
    happening.on.map_or(Ok(()), |on| ledger::refuse_future(act, on, "/on"))
}

/// The loan, if the caller is of one of its parties, or of a structure that facilitates its cooperation.
///
/// # Errors
/// [`Error::NotFound`].
pub fn visible(act: &Act<'_>, id: Id) -> Result<Loan, Error> {
    let loan = rows::find(act.db, id)?.ok_or(Error::NotFound)?;
    let party = act.sees(loan.lender_id)? || act.sees(loan.borrower_id)?;
    let seen = party || loan.cooperation_id.map_or(Ok(false), |cooperation| ledger::sees_all_of(act, cooperation))?;
    if seen { Ok(loan) } else { Err(Error::NotFound) }
}
