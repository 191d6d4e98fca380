//! How a loan begins: asked for on its owner's terms, or recorded once it is over.

use super::movement::What;
use super::rules::{Loan, State, Wish};
use super::{hold, move_pieces, refuse_too_many, rows, taking_of};
use crate::auth::Act;
use crate::calendar;
use crate::calendar::rules::{Period, shifted};
use crate::clock::Day;
use crate::desk::rules::Kind;
use crate::equipment::rules::{Approval, Equipment, LendsTo, Nature};
use crate::error::{Error, Fault};
use crate::id::Id;
use crate::ledger::rules::{Basis, Private};
use crate::ledger::{self, Ends};
use crate::{cooperation, desk, equipment};

/// Asks for a loan, or records one that is over, with its contribution.
///
/// # Errors
/// What the wish, its parties, its owner's terms or the calendar of the equipment refuse.
pub fn open(act: &Act<'_>, id: Id, wish: Wish) -> Result<Loan, Error> {
    open_beside(act, id, wish, None, &[])
}

/// Asks for a loan beside others of one request, whose units are no longer to be had.
pub fn open_beside(act: &Act<'_>, id: Id, wish: Wish, request: Option<Id>, gone: &[Id]) -> Result<Loan, Error> {
    let basis = wish.judge()?;
    let equipment = chosen(act, &wish, gone)?;
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
    let declarer = if wish.recorded_afterwards { ends.recorder(act)? } else { ends.declarer(act)? };
    if wish.recorded_afterwards {
        ledger::refuse_future(act, wish.from, "/from")?;
        // The day before `until` is the last one it was lent: a loan that ends today is over.
        wish.until.map_or(Ok(()), |until| ledger::refuse_future(act, shifted(until, -1), "/until"))?;
    } else if let Some(equipment) = equipment.as_ref().filter(|_| declarer != Some(lender_id)) {
        // What its owner enters is on the owner's own terms.
        judge_terms(act, equipment, wish.borrower_id, wish.from, wish.until)?;
        judge_notice(act, equipment, wish.from)?;
        if equipment.facts.training.is_some() && !wish.trained {
            return Err(Fault::Missing.at("/trained"));
        }
    }
    let loan = Loan { request_id: request, ..new_loan(act, id, lender_id, equipment.as_ref(), wish, basis)? };
    refuse_too_many(&loan, equipment.as_ref())?;
    let taking = taking_of(act, &loan, equipment.as_ref())?;
    taking.as_ref().map_or(Ok(()), |taking| taking.refuse_conflict(act))?;
    rows::insert(act.db, &loan)?;
    desk::rows::tell(act.db, Kind::Requested, &loan, act.now)?;
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
    desk::rows::tell(act.db, Kind::Approved, &loan, act.now)?;
    Ok(loan)
}

/// The equipment that is named, or the first free unit of the kind.
fn chosen(act: &Act<'_>, wish: &Wish, gone: &[Id]) -> Result<Option<Equipment>, Error> {
    if let Some(id) = wish.equipment_id {
        return lendable(act, id).map(Some);
    }
    let (Some(kind), Some(lender), Some(until)) = (&wish.kind, wish.lender_id, wish.until) else { return Ok(None) };
    let mut units = equipment::rows::of_kind(act.db, lender, kind.as_str())?;
    units.retain(|unit| {
        let lent = unit.facts.lends_to != LendsTo::Nobody && !gone.contains(&unit.id);
        lent && equipment::is_seen(act, unit).unwrap_or(false)
    });
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
pub(super) fn judge_terms(
    act: &Act<'_>,
    equipment: &Equipment,
    borrower: Id,
    from: Day,
    until: Option<Day>,
) -> Result<(), Error> {
    let facts = &equipment.facts;
    let neighbours = || cooperation::rows::share(act.db, facts.structure_id, borrower, act.now.day());
    let lent = match facts.lends_to {
        LendsTo::Everyone => true,
        LendsTo::Nobody => false,
        LendsTo::Cooperations => neighbours()?,
    };
    if !lent {
        return Err(Fault::NotLent.at("/equipment_id"));
    }
    if let (Some(longest), Some(until)) = (facts.longest_days, until)
        && from.days_until(until) > longest
    {
        return Err(Fault::TooManyDays(longest).at("/until"));
    }
    Ok(())
}

/// Holds the first day against how long ahead its owner wants to know.
pub(super) fn judge_notice(act: &Act<'_>, equipment: &Equipment, from: Day) -> Result<(), Error> {
    let notice = equipment.facts.notice_days.count();
    let given = act.now.day().days_until(from);
    if notice > 0 && given < notice { Err(Fault::TooLittleNotice(notice).at("/from")) } else { Ok(()) }
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
        request_id: None,
        kind: wish.kind,
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

/// A loan that is over: what left and came back, both recorded now.
fn record_past(act: &Act<'_>, mut loan: Loan, declarer: Option<Id>) -> Result<Loan, Error> {
    let (left, back, pieces) = (loan.from, loan.until, loan.quantity.pieces());
    move_pieces(act, &mut loan, What::HandOver, Some(left), pieces, None, None)?;
    let contribution = ledger::contribute(act, loan.flow(&[(left, pieces)], back), declarer, Private::default())?.id;
    move_pieces(act, &mut loan, What::Return, back, pieces, None, Some(contribution))?;
    rows::update(act.db, &loan)?;
    Ok(loan)
}
