//! Loans: from request to return, never two at once.

pub mod movement;
pub(crate) mod routes;
pub mod rows;
pub mod rules;

use crate::auth::Act;
use crate::calendar::rules::Period;
use crate::calendar::{self, Taking};
use crate::clock::Day;
use crate::equipment::rules::{Approval, Equipment, LendsTo, Nature, Quantity, Tracking};
use crate::error::{Error, Fault};
use crate::id::Id;
use crate::ledger::correction::CorrectionWish;
use crate::ledger::rules::{Basis, Private};
use crate::ledger::{self, Ends};
use crate::text::Note;
use crate::{cooperation, equipment};
use movement::{Movement, What, matched, standing};
use rules::{Event, Loan, State, Wish, after};

/// Movements of one loan at most.
const MOVEMENTS_MAX: usize = 200;

/// Asks for a loan, or records one that is over, with its contribution.
///
/// # Errors
/// What the wish, its parties, its owner's terms or the calendar of the equipment refuse.
pub fn open(act: &Act<'_>, id: Id, wish: Wish) -> Result<Loan, Error> {
    let basis = wish.judge()?;
    let equipment = chosen(act, &wish)?;
    let lender = equipment.as_ref().map(|equipment| equipment.facts.structure_id).or(wish.lender_id);
    let lender_id = lender.ok_or_else(|| Fault::Missing.at("/lender_id"))?;
    let ends = Ends {
        giver: Some(lender_id),
        giver_field: if wish.equipment_id.is_some() { "/equipment_id" } else { "/lender_id" },
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
    } else if let Some(equipment) = equipment.as_ref().filter(|_| declarer != Some(lender_id)) {
        // What its owner enters is on the owner's own terms.
        judge_terms(act, equipment, &wish)?;
    }
    let loan = new_loan(act, id, lender_id, equipment.as_ref(), wish, basis)?;
    let taking = taking_of(act, &loan, equipment.as_ref())?;
    taking.as_ref().map_or(Ok(()), Taking::refuse_conflict)?;
    rows::insert(act.db, &loan)?;
    let automatic = equipment.is_some_and(|equipment| equipment.facts.approval == Approval::Automatic);
    if !loan.recorded_afterwards && !automatic {
        return Ok(loan);
    }
    hold(act, &loan, taking.as_ref())?;
    if loan.recorded_afterwards {
        return record_past(act, loan, declarer);
    }
    let loan = Loan { state: State::Approved, ..loan };
    rows::update(act.db, &loan)?;
    Ok(loan)
}

/// The equipment that is named, or the first free unit of the kind.
fn chosen(act: &Act<'_>, wish: &Wish) -> Result<Option<Equipment>, Error> {
    if let Some(id) = wish.equipment_id {
        return lendable(act, id).map(Some);
    }
    let (Some(kind), Some(lender), Some(until)) = (&wish.kind, wish.lender_id, wish.until) else { return Ok(None) };
    let mut units = equipment::rows::of_kind(act.db, lender, kind.as_str())?;
    units.retain(|unit| equipment::is_seen(act, unit).unwrap_or(false));
    if units.is_empty() {
        return Err(Fault::Unknown.at("/kind"));
    }
    calendar::first_free(act, units, Period { from: wish.from, until }).map(Some)
}

/// Equipment that the caller may see and that is still lent.
fn lendable(act: &Act<'_>, id: Id) -> Result<Equipment, Error> {
    let found = equipment::rows::find(act.db, id)?.ok_or_else(|| Fault::Unknown.at("/equipment_id"))?;
    if !equipment::is_seen(act, &found)? {
        return Err(Fault::Unknown.at("/equipment_id"));
    }
    if found.archived { Err(Fault::Archived.at("/equipment_id")) } else { Ok(found) }
}

/// Holds a borrower's wish against what the owner says of the equipment.
fn judge_terms(act: &Act<'_>, equipment: &Equipment, wish: &Wish) -> Result<(), Error> {
    let facts = &equipment.facts;
    let neighbours = || cooperation::rows::share(act.db, facts.structure_id, wish.borrower_id, act.now.day());
    let lent = match facts.lends_to {
        LendsTo::Everyone => true,
        LendsTo::Nobody => false,
        LendsTo::Cooperations => neighbours()?,
    };
    if !lent {
        return Err(Fault::NotLent.at("/equipment_id"));
    }
    if let (Some(longest), Some(until)) = (facts.longest_days, wish.until)
        && wish.from.days_until(until) > longest
    {
        return Err(Fault::TooManyDays(longest).at("/until"));
    }
    if act.now.day().days_until(wish.from) < facts.notice_days.count() {
        return Err(Fault::TooLittleNotice(facts.notice_days.count()).at("/from"));
    }
    if facts.training.is_some() && !wish.trained {
        return Err(Fault::Missing.at("/trained"));
    }
    Ok(())
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
        equipment_id: equipment.map(|equipment| equipment.id),
        lender_id,
        borrower_id: wish.borrower_id,
        cooperation_id: wish.cooperation_id,
        category: category.ok_or_else(|| Fault::Missing.at("/category"))?,
        nature,
        quantity: wish.quantity,
        from: wish.from,
        until: wish.until,
        state: State::Requested,
        recorded_afterwards: wish.recorded_afterwards,
        handed_over_on: None,
        returned_on: None,
        handed_over_quantity: 0,
        returned_quantity: 0,
        lost_quantity: 0,
        movements: Vec::new(),
        reason: None,
        note: wish.note,
        provenance: basis.provenance,
        provenance_rule: basis.rule,
        contribution_id: None,
        version: 1,
        created_at: act.now,
    })
}

/// What a loan takes from the calendar; nothing when it is of no equipment of the catalogue.
fn taking_of(act: &Act<'_>, loan: &Loan, equipment: Option<&Equipment>) -> Result<Option<Taking>, Error> {
    let (Some(equipment), Some(period)) = (equipment, loan.period()) else { return Ok(None) };
    let capacity = equipment.facts.quantity.pieces();
    if loan.quantity.pieces() > capacity {
        return Err(Fault::Range(1, capacity).at("/quantity"));
    }
    calendar::taking(act, equipment, loan.quantity.pieces(), period, Some(loan.id)).map(Some)
}

fn hold(act: &Act<'_>, loan: &Loan, taking: Option<&Taking>) -> Result<(), Error> {
    taking.map_or(Ok(()), |taking| calendar::rows::hold(act.db, loan.id, &taking.needs, taking.period))
}

/// A loan that is over: what left and came back, both recorded now.
fn record_past(act: &Act<'_>, mut loan: Loan, declarer: Option<Id>) -> Result<Loan, Error> {
    let (left, back, pieces) = (loan.from, loan.until, loan.quantity.pieces());
    move_pieces(act, &mut loan, What::HandOver, Some(left), pieces, None, None)?;
    let contribution = ledger::contribute(act, loan.flow(&[(left, pieces)], back), declarer, Private::default())?;
    move_pieces(act, &mut loan, What::Return, back, pieces, None, Some(contribution))?;
    rows::update(act.db, &loan)?;
    Ok(loan)
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
    let movement =
        Movement { what, on, quantity, condition, contribution_id, recorded_at: act.now, undone_at: None };
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
#[derive(Debug, Clone)]
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
    if moved || after(loan.state, happening.event).is_empty() {
        return Err(wrong(loan.state));
    }
    judge(act, &happening)?;
    let on = happening.on.unwrap_or_else(|| act.now.day());
    let mut loan = Loan { version: loan.version + 1, ..loan };
    match happening.event {
        Event::Approve => promise(act, &mut loan)?,
        Event::Decline | Event::Cancel => end(act, &mut loan, &happening)?,
        Event::HandOver => hand_over(act, &mut loan, on, happening)?,
        Event::Return | Event::Lose => give_back(act, &mut loan, on, happening, speaker)?,
        Event::Change => change(act, &mut loan, &happening)?,
        Event::Undo => undo(act, &mut loan, happening)?,
    }
    rows::update(act.db, &loan)?;
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
    let equipment = loan.equipment_id.map(|id| equipment::rows::find(act.db, id)).transpose()?.flatten();
    Ok(equipment.is_none_or(|equipment| equipment.facts.approval == Approval::ByHand))
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

fn promise(act: &Act<'_>, loan: &mut Loan) -> Result<(), Error> {
    let taking = taking_of(act, loan, equipment_of(act, loan)?.as_ref())?;
    taking.as_ref().map_or(Ok(()), Taking::refuse_conflict)?;
    hold(act, loan, taking.as_ref())?;
    loan.state = State::Approved;
    Ok(())
}

fn end(act: &Act<'_>, loan: &mut Loan, happening: &Happening) -> Result<(), Error> {
    debug_assert!(after(loan.state, happening.event).len() == 1, "an end has one state");
    loan.reason.clone_from(&happening.reason);
    loan.state = if happening.event == Event::Decline { State::Declined } else { State::Cancelled };
    let _ = act;
    Ok(())
}

/// Pieces leave; a promise that begins later begins now, if they are free.
fn hand_over(act: &Act<'_>, loan: &mut Loan, on: Day, happening: Happening) -> Result<(), Error> {
    if loan.until.is_some_and(|until| on >= until) {
        return Err(Fault::Order.at("/on"));
    }
    let left = loan.quantity.pieces() - loan.handed_over_quantity;
    let pieces = happening.quantity.map_or(left, Quantity::pieces);
    if left == 0 {
        return Err(wrong(loan.state));
    }
    if pieces > left {
        return Err(Fault::Range(1, left).at("/quantity"));
    }
    if on < loan.from {
        loan.from = on;
        move_holds(act, loan)?;
    }
    move_pieces(act, loan, What::HandOver, Some(on), pieces, happening.condition, None)
}

/// Moves what a loan holds to its present period, buffers included.
fn move_holds(act: &Act<'_>, loan: &Loan) -> Result<(), Error> {
    if let Some(taking) = taking_of(act, loan, equipment_of(act, loan)?.as_ref())? {
        taking.refuse_conflict()?;
        calendar::rows::move_holds(act.db, loan.id, taking.period)?;
    }
    Ok(())
}

/// Pieces come back, or are known to be lost. Once none is out, a promise that goes on ends; one that was
/// over stays as it was: what was late shows in the ledger and takes nothing from the next borrower.
fn give_back(
    act: &Act<'_>,
    loan: &mut Loan,
    on: Day,
    happening: Happening,
    speaker: Option<Id>,
) -> Result<(), Error> {
    let pieces = happening.quantity.map_or(loan.out(), Quantity::pieces);
    if pieces > loan.out() {
        return Err(Fault::Range(1, loan.out()).at("/quantity"));
    }
    let left = matched(&loan.movements, pieces);
    if left.iter().any(|(day, _)| on < *day) {
        return Err(Fault::Order.at("/on"));
    }
    let private = Private { person_id: None, text: happening.reason };
    let contribution = ledger::contribute(act, loan.flow(&left, Some(on)), speaker, private)?;
    let what = if happening.event == Event::Lose { What::Loss } else { What::Return };
    move_pieces(act, loan, what, Some(on), pieces, happening.condition, Some(contribution))?;
    let ends = on.max(loan.from.next());
    if loan.state == State::Returned && loan.until.is_some_and(|until| ends < until) {
        loan.until = Some(ends);
        move_holds(act, loan)?;
    }
    Ok(())
}

/// Another period, quantity or unit, if it is free; while pieces are out, only another end.
fn change(act: &Act<'_>, loan: &mut Loan, happening: &Happening) -> Result<(), Error> {
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
    let equipment = equipment_of(act, loan).map_err(|_| Fault::Unknown.at("/equipment_id"))?;
    if loan.equipment_id != before.equipment_id {
        judge_other_unit(act, &before, equipment.as_ref())?;
    }
    let taking = taking_of(act, loan, equipment.as_ref())?;
    taking.as_ref().map_or(Ok(()), Taking::refuse_conflict)?;
    match taking.filter(|_| loan.state != State::Requested) {
        Some(taking) => calendar::rows::rehold(act.db, loan.id, &taking.needs, taking.period),
        None => Ok(()),
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
    if loan.recorded_afterwards {
        return Err(wrong(loan.state));
    }
    let last = standing(&loan.movements).last().cloned().ok_or_else(|| wrong(loan.state))?;
    let position = loan.movements.iter().rposition(|movement| *movement == last).unwrap_or_default();
    if let (Some(contribution), Some(reason)) = (last.contribution_id, happening.reason) {
        ledger::correct(act, contribution, None, CorrectionWish::undo(reason))?;
    }
    rows::undo_movement(act.db, loan.id, position, act.now)?;
    if let Some(movement) = loan.movements.get_mut(position) {
        movement.undone_at = Some(act.now);
    }
    let was = loan.state;
    *loan = loan.clone().counted();
    if loan.handed_over_quantity == 0 {
        loan.state = State::Approved;
    }
    if was == State::Returned && happening.until.is_none() {
        let promised = act.now.day().next().max(loan.from.next());
        loan.until = loan.until.map(|until| until.max(promised));
        move_holds(act, loan)?;
    }
    Ok(())
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
