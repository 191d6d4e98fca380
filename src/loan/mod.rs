//! Loans: from request to return, never two at once.

pub mod movement;
mod opening;
pub(crate) mod request;
pub(crate) mod routes;
pub mod rows;
pub mod rules;

use serde::Deserialize;

use crate::auth::Act;
use crate::calendar::rules::shifted;
use crate::calendar::{self, Taking};
use crate::clock::Day;
use crate::desk;
use crate::equipment;
use crate::equipment::rules::{Approval, Equipment, LendsTo, Quantity, Tracking};
use crate::error::{Error, Fault, FieldError};
use crate::id::Id;
use crate::ledger;
use crate::ledger::correction::CorrectionWish;
use crate::ledger::rules::Private;
use crate::text::Note;
use movement::{Movement, What, matched, standing};
pub use opening::open;
use rules::{Event, Loan, State};

/// Movements of one loan at most.
const MOVEMENTS_MAX: usize = 200;

/// What a loan takes from the calendar; nothing when it is of no equipment of the catalogue.
fn taking_of(act: &Act<'_>, loan: &Loan, equipment: Option<&Equipment>) -> Result<Option<Taking>, Error> {
    let (Some(equipment), Some(period)) = (equipment, loan.period()) else { return Ok(None) };
    calendar::taking(act, equipment, loan.kept(), period, Some(loan.id)).map(Some)
}

/// Refuses more pieces than there are at all.
fn refuse_too_many(loan: &Loan, equipment: Option<&Equipment>) -> Result<(), Error> {
    let capacity = equipment.map(|equipment| equipment.facts.quantity.pieces());
    match capacity.filter(|capacity| loan.quantity.pieces() > *capacity) {
        Some(capacity) => Err(Fault::Range(1, capacity).at("/quantity")),
        None => Ok(()),
    }
}

fn hold(act: &Act<'_>, loan: &Loan, taking: Option<&Taking>) -> Result<(), Error> {
    taking.map_or(Ok(()), |taking| calendar::rows::hold(act.db, loan.id, &taking.needs, taking.period))
}

fn move_pieces(
    act: &Act<'_>,
    loan: &mut Loan,
    what: What,
    on: Option<Day>,
    quantity: i64,
    condition: Option<Note>,
    contribution_id: Option<Id>,
) -> Result<(), Error> {
    if loan.movements.len() >= MOVEMENTS_MAX {
        return Err(wrong(loan.state));
    }
    let movement = Movement { what, on, quantity, condition, contribution_id, recorded_at: act.now, undone_at: None };
    rows::insert_movement(act.db, loan.id, loan.movements.len(), &movement)?;
    loan.movements.push(movement);
    *loan = loan.clone().counted();
    Ok(())
}

fn wrong(state: State) -> Error {
    let state: &'static str = state.into();
    Error::WrongState { state: state.to_owned() }
}

/// Something that happens to a loan.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Happening {
    /// What.
    pub event: Event,
    /// The state in which the caller believes the loan to be.
    pub state: Option<State>,
    /// On which day; today when left out.
    pub on: Option<Day>,
    /// Pieces that move, or are lent from now on; all when left out.
    pub quantity: Option<Quantity>,
    /// Another first day.
    pub from: Option<Day>,
    /// Another first day after.
    pub until: Option<Day>,
    /// Another unit.
    pub equipment_id: Option<Id>,
    /// Why it is refused, called off, lost or undone.
    pub reason: Option<Note>,
    /// Its condition as it leaves or comes back.
    pub condition: Option<Note>,
}

/// Moves a loan on; what comes back is appended to the ledger.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::WrongState`], [`Error::InUse`], and the fields at
/// fault, in this order.
pub fn happen(act: &Act<'_>, id: Id, happening: Happening) -> Result<Loan, Error> {
    let loan = visible(act, id)?;
    let actors = if happening.event.is_the_lenders() || changes_a_promise(act, &loan, &happening)? {
        vec![loan.lender_id]
    } else {
        vec![loan.lender_id, loan.borrower_id]
    };
    let speaker = act.speaker(&actors)?;
    let moved = happening.state.is_some_and(|believed| believed != loan.state);
    if moved || !loan.takes(happening.event) {
        return Err(wrong(loan.state));
    }
    judge(act, &happening)?;
    let (on, event) = (happening.on.unwrap_or_else(|| act.now.day()), happening.event);
    let mut loan = Loan { version: loan.version + 1, ..loan };
    match event {
        Event::Approve => promise(act, &mut loan)?,
        Event::Decline => loan = Loan { state: State::Declined, reason: happening.reason, ..loan },
        Event::Cancel => loan = Loan { state: State::Cancelled, reason: happening.reason, ..loan },
        Event::HandOver => hand_over(act, &mut loan, on, happening)?,
        Event::Return | Event::Lose => give_back(act, &mut loan, on, happening, speaker)?,
        Event::Change => change(act, &mut loan, &happening, speaker)?,
        Event::Undo => undo(act, &mut loan, happening)?,
    }
    rows::update(act.db, &loan)?;
    desk::rows::tell(act.db, event.into(), &loan, act.now)?;
    if loan.state == State::Cancelled {
        calendar::rows::release(act.db, loan.id)?;
    }
    Ok(loan)
}

/// A promise is changed by whoever gave it, unless its owner leaves that to the calendar.
fn changes_a_promise(act: &Act<'_>, loan: &Loan, happening: &Happening) -> Result<bool, Error> {
    if happening.event != Event::Change || loan.state == State::Requested {
        return Ok(false);
    }
    Ok(equipment_of(act, loan)?.is_none_or(|equipment| equipment.facts.approval == Approval::ByHand))
}

fn judge(act: &Act<'_>, happening: &Happening) -> Result<(), Error> {
    use Event::{Cancel, Change, Decline, HandOver, Lose, Return, Undo};
    let event = happening.event;
    if matches!(event, Decline | Lose | Undo) && happening.reason.is_none() {
        return Err(Fault::Missing.at("/reason"));
    }
    let moves = matches!(event, HandOver | Return | Lose);
    for (field, stated, allowed) in [
        ("/reason", happening.reason.is_some(), matches!(event, Decline | Cancel | Lose | Undo)),
        ("/condition", happening.condition.is_some(), matches!(event, HandOver | Return)),
        ("/on", happening.on.is_some(), moves),
        ("/quantity", happening.quantity.is_some(), moves || event == Change),
        ("/from", happening.from.is_some(), event == Change),
        ("/until", happening.until.is_some(), event == Change),
        ("/equipment_id", happening.equipment_id.is_some(), event == Change),
    ] {
        if stated && !allowed {
            return Err(Fault::NotAllowed.at(field));
        }
    }
    happening.on.map_or(Ok(()), |on| ledger::refuse_future(act, on, "/on"))
}

/// The loan's equipment, whoever asks.
fn equipment_of(act: &Act<'_>, loan: &Loan) -> Result<Option<Equipment>, Error> {
    loan.equipment_id.map(|id| equipment::rows::find(act.db, id)?.ok_or(Error::NotFound)).transpose()
}

/// Promises what was asked for; of a kind, another unit stands in when the first has gone.
fn promise(act: &Act<'_>, loan: &mut Loan) -> Result<(), Error> {
    let equipment = equipment_of(act, loan)?;
    // The pool has shrunk since: nothing that is said now can mend it.
    refuse_too_many(loan, equipment.as_ref()).map_err(|_| Error::InUse(None))?;
    let mut taking = taking_of(act, loan, equipment.as_ref())?;
    let gone = taking.as_ref().map_or(Ok(None), |taking| taking.conflict(act))?.is_some();
    if let (true, Some(kind), Some(period)) = (gone, &loan.kind, loan.period()) {
        let mut units = equipment::rows::of_kind(act.db, loan.lender_id, kind.as_str())?;
        units.retain(|unit| unit.facts.lends_to != LendsTo::Nobody);
        let other = calendar::first_free(act, units, period)?;
        loan.equipment_id = Some(other.id);
        taking = taking_of(act, loan, Some(&other))?;
    }
    taking.as_ref().map_or(Ok(()), |taking| taking.refuse_conflict(act))?;
    hold(act, loan, taking.as_ref())?;
    loan.state = State::Approved;
    Ok(())
}

/// Pieces leave; a promise that begins later begins now, if they are free.
fn hand_over(act: &Act<'_>, loan: &mut Loan, on: Day, happening: Happening) -> Result<(), Error> {
    if loan.until.is_some_and(|until| on >= until) {
        return Err(Fault::Order.at("/on"));
    }
    let left = loan.quantity.pieces() - loan.handed_over_quantity;
    let pieces = happening.quantity.map_or(left, Quantity::pieces);
    if pieces > left {
        return Err(Fault::Range(1, left).at("/quantity"));
    }
    if on < loan.from {
        loan.from = on;
        if let Some(taking) = taking_of(act, loan, equipment_of(act, loan)?.as_ref())? {
            taking.refuse_conflict(act)?;
            calendar::rows::begin(act.db, loan.id, taking.period.from)?;
        }
    }
    move_pieces(act, loan, What::HandOver, Some(on), pieces, happening.condition, None)
}

/// Holds until the end of a loan what is not back, buffer included.
fn keep(act: &Act<'_>, loan: &Loan, taking: Option<&Taking>) -> Result<(), Error> {
    let Some(taking) = taking else { return Ok(()) };
    taking.refuse_conflict(act)?;
    if loan.kept() == loan.quantity.pieces() {
        calendar::rows::end_all(act.db, loan.id, taking.period.until)
    } else {
        calendar::rows::end_some(act.db, loan.id, loan.kept(), taking.period.until)
    }
}

/// Pieces come back, or are known to be lost.
fn give_back(act: &Act<'_>, loan: &mut Loan, on: Day, happening: Happening, speaker: Option<Id>) -> Result<(), Error> {
    let pieces = happening.quantity.map_or(loan.out(), Quantity::pieces);
    if pieces > loan.out() {
        return Err(Fault::Range(1, loan.out()).at("/quantity"));
    }
    let left = matched(&loan.movements, pieces);
    if left.iter().any(|(day, _)| on < *day) {
        return Err(Fault::Order.at("/on"));
    }
    let private = Private { person_id: None, text: happening.reason };
    let contribution = ledger::contribute(act, loan.flow(&left, Some(on)), speaker, private)?.id;
    let what = if happening.event == Event::Lose { What::Loss } else { What::Return };
    move_pieces(act, loan, what, Some(on), pieces, happening.condition, Some(contribution))?;
    if what == What::Return { let_go(act, loan, on, pieces) } else { Ok(()) }
}

/// What is back early is free again, after its buffer. What is late was never promised for longer: it
/// shows in the ledger, and takes nothing from the next borrower's promise.
fn let_go(act: &Act<'_>, loan: &Loan, on: Day, pieces: i64) -> Result<(), Error> {
    let Some(equipment) = equipment_of(act, loan)? else { return Ok(()) };
    let (facts, first) = (equipment.facts, loan.handed_over_on.unwrap_or(loan.from).max(loan.from));
    let until = shifted(on.max(first.next()), facts.buffer_after_days.count());
    if loan.out() == 0 {
        return calendar::rows::shorten(act.db, loan.id, until);
    }
    match calendar::rows::last_end(act.db, loan.id)? {
        Some(end) if until < end => calendar::rows::end_some(act.db, loan.id, pieces, until),
        _ => Ok(()),
    }
}

/// Another period, quantity or unit, if it is free; while pieces are out, only another end.
fn change(act: &Act<'_>, loan: &mut Loan, happening: &Happening, speaker: Option<Id>) -> Result<(), Error> {
    let before = loan.clone();
    let stated = [
        ("/from", happening.from.is_some()),
        ("/quantity", happening.quantity.is_some()),
        ("/equipment_id", happening.equipment_id.is_some()),
    ];
    if loan.state == State::HandedOver
        && let Some((field, _)) = stated.iter().find(|(_, stated)| *stated)
    {
        return Err(Fault::NotAllowed.at(field));
    }
    loan.from = happening.from.unwrap_or(loan.from);
    loan.until = happening.until.or(loan.until);
    loan.quantity = happening.quantity.unwrap_or(loan.quantity);
    loan.equipment_id = happening.equipment_id.or(loan.equipment_id);
    if loan.until.is_some_and(|until| until <= loan.from) {
        return Err(Fault::Order.at("/until"));
    }
    let same = (before.from, before.until, before.quantity, before.equipment_id);
    if same == (loan.from, loan.until, loan.quantity, loan.equipment_id) {
        return Err(Fault::Nothing.at(""));
    }
    let equipment = equipment_of(act, loan).map_err(|error| error.when_missing(Fault::Unknown.at("/equipment_id")))?;
    if loan.equipment_id != before.equipment_id {
        judge_other_unit(act, &before, equipment.as_ref())?;
    }
    refuse_too_many(loan, equipment.as_ref())?;
    if let Some(equipment) = equipment.as_ref().filter(|_| speaker != Some(loan.lender_id)) {
        opening::judge_terms(act, equipment, loan.borrower_id, loan.from, loan.until)?;
        if loan.from != before.from {
            opening::judge_notice(act, equipment, loan.from)?;
        }
    }
    let taking = taking_of(act, loan, equipment.as_ref())?;
    taking.as_ref().map_or(Ok(()), |taking| taking.refuse_conflict(act))?;
    match (loan.state, taking) {
        (State::Approved, Some(taking)) => calendar::rows::rehold(act.db, loan.id, &taking.needs, taking.period),
        (State::HandedOver, taking) => keep(act, loan, taking.as_ref()),
        _ => Ok(()),
    }
}

/// Another unit or pool of the same lender stands in for the first; a kit stays itself.
fn judge_other_unit(act: &Act<'_>, before: &Loan, other: Option<&Equipment>) -> Result<(), Error> {
    let was_kit = equipment_of(act, before)?.is_some_and(|equipment| equipment.facts.tracking == Tracking::Kit);
    match other {
        Some(other) if other.facts.structure_id != before.lender_id => Err(Fault::Unknown.at("/equipment_id")),
        Some(other) if other.archived => Err(Fault::Archived.at("/equipment_id")),
        Some(other) if was_kit || other.facts.tracking == Tracking::Kit => Err(Fault::NotAllowed.at("/equipment_id")),
        _ => Ok(()),
    }
}

/// The last movement was recorded by mistake: it stays, marked, and its contribution is undone by a
/// correction. The promise stands again as it was, if the calendar still allows it.
fn undo(act: &Act<'_>, loan: &mut Loan, happening: Happening) -> Result<(), Error> {
    let last = standing(&loan.movements).last().cloned().ok_or_else(|| wrong(loan.state))?;
    let position = loan.movements.iter().rposition(|movement| *movement == last).unwrap_or_default();
    if let (Some(contribution), Some(reason)) = (last.contribution_id, happening.reason) {
        match ledger::correct(act, contribution, None, CorrectionWish::undo(reason)) {
            // Its parties corrected it down to nothing before.
            Err(Error::Invalid(fields)) if fields == [FieldError::new("", Fault::Nothing)] => {}
            corrected => drop(corrected?),
        }
    }
    rows::undo_movement(act.db, loan.id, position, act.now)?;
    if let Some(movement) = loan.movements.get_mut(position) {
        movement.undone_at = Some(act.now);
    }
    *loan = loan.clone().counted();
    if loan.handed_over_quantity == 0 {
        loan.state = State::Approved;
    }
    match last.what {
        What::Return => keep(act, loan, taking_of(act, loan, equipment_of(act, loan)?.as_ref())?.as_ref()),
        What::HandOver | What::Loss => Ok(()),
    }
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
