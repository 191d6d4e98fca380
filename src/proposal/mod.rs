//! Proposals: nobody is taken into a cooperation, or made to facilitate it, without a yes from both sides.

pub(crate) mod routes;
pub mod rows;
pub mod rules;

use crate::audit::rules::Event as Trace;
use crate::auth::rules::Right;
use crate::auth::{self, Act, Whose};
use crate::cooperation;
use crate::cooperation::rules::{Membership, MembershipFacts, Part};
use crate::error::{Error, Fault};
use crate::id::Id;
use crate::structure;
use rules::{DAYS, Event, OPEN_MAX, Proposal, Side, State};

/// What became of the wish that a structure joins a cooperation.
pub enum Joined {
    /// It belongs: nobody else had to be asked.
    Member(Membership),
    /// The other side is asked.
    Asked(Proposal),
}

/// Takes a structure into a cooperation where the caller speaks for both sides, or the structure has nobody who could
/// answer; else asks the other side.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Invalid`], [`Error::Duplicate`], [`Error::IdTaken`].
pub fn join(act: &Act<'_>, id: Id, wish: &MembershipFacts) -> Result<Joined, Error> {
    let (facilitates, manages) = (speaks(act, wish, Side::Cooperation)?, speaks(act, wish, Side::Structure)?);
    let seen = manages || cooperation::seen(act, wish.cooperation_id)?;
    if !seen || !cooperation::rows::is_open(act.db, wish.cooperation_id)? {
        return Err(Fault::Unknown.at("/cooperation_id"));
    }
    structure::rows::require(act.db, wish.structure_id, "/structure_id")?;
    if may_take_in(act, wish.cooperation_id, wish.structure_id)? {
        return Ok(Joined::Member(begin(act, id, wish)?));
    }
    let side = match (facilitates, manages) {
        (true, _) => Side::Cooperation,
        (false, true) => Side::Structure,
        (false, false) => return Err(Error::Forbidden),
    };
    if cooperation::rows::memberships_of(act.db, wish.structure_id, wish.cooperation_id)?
        .iter()
        .any(|membership| membership.facts.overlaps(wish))
    {
        return Err(Error::Duplicate("/structure_id".to_owned()));
    }
    ask(act, id, wish.clone(), None, side).map(Joined::Asked)
}

/// True when the caller may begin or lengthen the membership of a structure without asking: they facilitate the
/// cooperation, and manage the structure, or it has no manager yet who could be asked.
///
/// # Errors
/// What SQLite refuses.
pub fn may_take_in(act: &Act<'_>, cooperation: Id, structure: Id) -> Result<bool, Error> {
    let answers =
        act.may(Right::LeaveCooperation, Whose::Structure(structure))? || auth::rows::managers(act.db, structure)? == 0;
    Ok(answers && act.may(Right::ChangeCooperation, Whose::Cooperation(cooperation))?)
}

fn begin(act: &Act<'_>, id: Id, facts: &MembershipFacts) -> Result<Membership, Error> {
    let membership = cooperation::rows::insert_membership(act.db, id, facts, act.now)?;
    act.audit(Trace::MembershipChanged, membership.about())?;
    Ok(membership)
}

fn ask(
    act: &Act<'_>,
    id: Id,
    facts: MembershipFacts,
    hands_over_id: Option<Id>,
    asked_by: Side,
) -> Result<Proposal, Error> {
    if rows::open(act.db, &facts, asked_by, act.now)? >= OPEN_MAX {
        return Err(Error::WrongState { state: "too_many_open".to_owned() });
    }
    let proposal = Proposal {
        id,
        facts,
        hands_over_id,
        asked_by,
        account_id: act.account().ok_or(Error::Forbidden)?,
        state: State::Open,
        expires_at: act.now.plus_seconds(DAYS * 86_400),
        version: 1,
        created_at: act.now,
    };
    rows::insert(act.db, &proposal)?;
    act.audit(Trace::InvitationMade, proposal.facts.about(id))?;
    Ok(proposal)
}

/// Asks a member to take over what a structure of the caller's facilitates.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`], [`Error::WrongState`], [`Fault::NotAMember`].
pub fn hand_over(act: &Act<'_>, giver: &Membership, to: Id) -> Result<Proposal, Error> {
    let today = act.now.day();
    act.require(Right::LeaveCooperation, Whose::Structure(giver.facts.structure_id))?;
    if giver.facts.role != Part::Facilitator || !giver.facts.covers(today) {
        return Err(Error::WrongState { state: "not_facilitator".to_owned() });
    }
    let taker = present(act, giver.facts.cooperation_id, to)?.ok_or_else(|| Fault::NotAMember.at("/structure_id"))?;
    if taker.facts.role == Part::Facilitator {
        return Err(Error::WrongState { state: "facilitator".to_owned() });
    }
    let facts = MembershipFacts { role: Part::Facilitator, starts_on: today, ..taker.facts };
    ask(act, Id::fresh(act.now), facts, Some(giver.id), Side::Cooperation)
}

fn present(act: &Act<'_>, cooperation: Id, structure: Id) -> Result<Option<Membership>, Error> {
    let all = cooperation::rows::memberships_of(act.db, structure, cooperation)?;
    Ok(all.into_iter().find(|membership| membership.facts.covers(act.now.day())))
}

/// The proposal, for the people of its structure and the members of its cooperation.
///
/// # Errors
/// [`Error::NotFound`].
pub fn visible(act: &Act<'_>, id: Id) -> Result<Proposal, Error> {
    let proposal = rows::find(act.db, id)?.ok_or(Error::NotFound)?.at(act.now);
    let own = act.may(Right::ReadMemberships, Whose::Structure(proposal.facts.structure_id))?;
    if own || cooperation::seen(act, proposal.facts.cooperation_id)? { Ok(proposal) } else { Err(Error::NotFound) }
}

/// An event of a proposal.
///
/// # Errors
/// [`Error::Forbidden`] for the wrong side, [`Error::WrongState`], what a membership refuses.
pub fn record(act: &Act<'_>, proposal: Proposal, event: Event) -> Result<Proposal, Error> {
    if !speaks(act, &proposal.facts, proposal.side_of(event))? {
        return Err(Error::Forbidden);
    }
    let state = proposal.after(event)?;
    if state == State::Accepted {
        still_stands(act, &proposal)?;
        match proposal.hands_over_id {
            None => {
                begin(act, Id::fresh(act.now), &proposal.facts)?;
            }
            Some(giver) => swap(act, &proposal, giver)?,
        }
    }
    let trace = if state == State::Accepted { Trace::InvitationAccepted } else { Trace::InvitationEnded };
    act.audit(trace, proposal.facts.about(proposal.id))?;
    let after = Proposal { state, version: proposal.version + 1, ..proposal };
    rows::update(act.db, &after)?;
    Ok(after)
}

fn speaks(act: &Act<'_>, facts: &MembershipFacts, side: Side) -> Result<bool, Error> {
    match side {
        Side::Structure => act.may(Right::LeaveCooperation, Whose::Structure(facts.structure_id)),
        Side::Cooperation => act.may(Right::ChangeCooperation, Whose::Cooperation(facts.cooperation_id)),
    }
}

/// Refuses a yes to what the asking side could not ask any more.
fn still_stands(act: &Act<'_>, proposal: &Proposal) -> Result<(), Error> {
    let wrong = |state: &str| Error::WrongState { state: state.to_owned() };
    structure::rows::require(act.db, proposal.facts.structure_id, "/structure_id").map_err(|error| match error {
        Error::Invalid(_) => wrong("archived"),
        other => other,
    })?;
    if !cooperation::rows::is_open(act.db, proposal.facts.cooperation_id)? {
        return Err(wrong("archived"));
    }
    let asked = match Act::for_account(act.db, act.now, proposal.account_id) {
        Ok(asker) => speaks(&asker, &proposal.facts, proposal.asked_by)?,
        Err(Error::UnknownCaller) => false,
        Err(other) => return Err(other),
    };
    if asked { Ok(()) } else { Err(wrong("asker_without_role")) }
}

/// The facilitator becomes member and the member facilitator, on the same day.
fn swap(act: &Act<'_>, proposal: &Proposal, giver: Id) -> Result<(), Error> {
    let wrong = || Error::WrongState { state: "roles_changed".to_owned() };
    let (cooperation, today) = (proposal.facts.cooperation_id, act.now.day());
    let giver = cooperation::rows::find_membership(act.db, giver)?.filter(|giver| giver.facts.covers(today));
    let giver = giver.filter(|giver| giver.facts.role == Part::Facilitator).ok_or_else(wrong)?;
    let taker = present(act, cooperation, proposal.facts.structure_id)?;
    let taker = taker.filter(|taker| taker.facts.role == Part::Member).ok_or_else(wrong)?;
    become_from_today(act, &taker, Part::Facilitator)?;
    become_from_today(act, &giver, Part::Member)?;
    act.audit(Trace::FacilitatorHandedOver, proposal.facts.about(proposal.id))
}

/// Ends a membership today and begins it again in another role; what began today only changes its role.
fn become_from_today(act: &Act<'_>, before: &Membership, role: Part) -> Result<(), Error> {
    let today = act.now.day();
    let next = MembershipFacts { role, starts_on: today, ..before.facts.clone() };
    let anew = before.facts.starts_on < today;
    let facts = if anew { MembershipFacts { ends_on: Some(today), ..before.facts.clone() } } else { next.clone() };
    let changed = Membership { facts, version: before.version + 1, ..before.clone() };
    cooperation::rows::update_membership(act.db, &changed)?;
    if anew {
        cooperation::rows::insert_membership(act.db, Id::fresh(act.now), &next, act.now)?;
    }
    Ok(())
}
