//! Invitations: links that work once and give a role in a structure to whoever accepts them.

pub(crate) mod routes;
pub mod rows;
pub mod rules;

use rusqlite::Connection;

use crate::audit::rules::{About, Event};
use crate::auth::rules::{Grant, GrantWish, Right, Role};
use crate::auth::{self, Act, Whose};
use crate::clock::Moment;
use crate::error::{Error, Fault};
use crate::id::Id;
use crate::structure;
use rules::{Days, Facts, Invitation, OPEN_MAX};

/// Makes an invitation whose secret has this digest.
///
/// # Errors
/// [`Error::Forbidden`], [`Error::Invalid`], [`Error::WrongState`] when too many are open, [`Error::IdTaken`].
pub fn invite(act: &Act<'_>, id: Id, facts: Facts, days: Days, digest: [u8; 32]) -> Result<Invitation, Error> {
    structure::rows::require(act.db, facts.structure_id, "/structure_id")?;
    let account = act.account().ok_or(Error::Forbidden)?;
    require(act, &facts)?;
    if rows::open(act.db, facts.structure_id, act.now)? >= OPEN_MAX {
        return Err(Error::WrongState { state: "too_many_open".to_owned() });
    }
    let invitation = Invitation {
        id,
        facts,
        invited_by: account,
        accepted_by: None,
        expires_at: days.after(act.now),
        archived: false,
        version: 1,
        created_at: act.now,
    };
    rows::insert(act.db, &invitation, digest)?;
    act.audit(Event::InvitationMade, about(&invitation))?;
    Ok(invitation)
}

/// Its managers invite in any role; while a structure has none, who recorded it, a facilitator whose structure
/// recorded it and the owner of the instance invite its first manager.
fn require(act: &Act<'_>, facts: &Facts) -> Result<(), Error> {
    let first = auth::rows::managers(act.db, facts.structure_id)? == 0;
    if !(first && brought_in(act, facts.structure_id)?) {
        act.require(Right::Invite, Whose::Structure(facts.structure_id))?;
    }
    if first && facts.role != Role::Manager { Err(Fault::NotAllowed.at("/role")) } else { Ok(()) }
}

/// True of a manager of a structure that recorded this one and facilitates a cooperation around it. That it is in
/// the cooperation would not do: whoever founds one takes a structure without a manager in alone.
fn brought_in(act: &Act<'_>, structure: Id) -> Result<bool, Error> {
    match act.account() {
        // A program invites nobody, whatever its maker may do.
        Some(account) if act.only().is_none() => rows::brought_in(act.db, structure, account, act.now.day()),
        _ => Ok(false),
    }
}

fn about(invitation: &Invitation) -> About {
    About { subject_id: Some(invitation.id), structure_id: Some(invitation.facts.structure_id), ..About::default() }
}

/// The invitation, if the caller made it or manages its structure.
///
/// # Errors
/// [`Error::NotFound`].
pub fn visible(act: &Act<'_>, id: Id) -> Result<Invitation, Error> {
    let invitation = rows::find(act.db, id)?.ok_or(Error::NotFound)?;
    let made = act.account() == Some(invitation.invited_by) && act.may(Right::UseInvitations, Whose::Instance)?;
    if made || manages(act, invitation.facts.structure_id)? { Ok(invitation) } else { Err(Error::NotFound) }
}

/// True for those who see every invitation into a structure.
///
/// # Errors
/// What SQLite refuses.
pub fn manages(act: &Act<'_>, structure: Id) -> Result<bool, Error> {
    act.may(Right::Invite, Whose::Structure(structure))
}

/// Takes an invitation back. One that was accepted cannot be: the role it gave can.
///
/// # Errors
/// [`Error::WrongState`].
pub fn revoke(act: &Act<'_>, invitation: Invitation) -> Result<Invitation, Error> {
    if invitation.archived {
        let state = if invitation.accepted_by.is_some() { "accepted" } else { "revoked" };
        return Err(Error::WrongState { state: state.to_owned() });
    }
    let ended = Invitation { archived: true, version: invitation.version + 1, ..invitation };
    rows::update(act.db, &ended)?;
    act.audit(Event::InvitationEnded, about(&ended))?;
    Ok(ended)
}

/// The invitation that this secret opens, as long as its maker could still make it. Used, expired, revoked, void
/// and unknown ones all answer alike.
///
/// # Errors
/// [`Error::Gone`].
pub fn opened(db: &Connection, now: Moment, digest: [u8; 32]) -> Result<Invitation, Error> {
    let invitation = rows::find_open(db, digest, now)?.ok_or(Error::Gone)?;
    let still = || {
        structure::rows::require(db, invitation.facts.structure_id, "/structure_id")?;
        require(&Act::for_account(db, now, invitation.invited_by)?, &invitation.facts)
    };
    match still() {
        Ok(()) => Ok(invitation),
        Err(Error::UnknownCaller | Error::Forbidden | Error::NotFound | Error::Invalid(_)) => Err(Error::Gone),
        Err(other) => Err(other),
    }
}

/// Uses an invitation up: the account gets its role, never more; what it holds there already is never lowered.
///
/// # Errors
/// [`Error::WrongState`] when the account holds as much already.
pub fn accept(act: &Act<'_>, invitation: Invitation, account: Id) -> Result<Grant, Error> {
    let wish =
        GrantWish { account_id: account, structure_id: invitation.facts.structure_id, role: invitation.facts.role };
    let grant = give(act, wish)?;
    let about = about(&invitation);
    let used = Invitation { accepted_by: Some(account), archived: true, version: invitation.version + 1, ..invitation };
    rows::update(act.db, &used)?;
    act.audit(Event::InvitationAccepted, about)?;
    Ok(grant)
}

fn give(act: &Act<'_>, wish: GrantWish) -> Result<Grant, Error> {
    let account = auth::rows::find_account(act.db, wish.account_id)?.ok_or(Error::NotFound)?;
    let Some(held) = account.roles.iter().find(|held| held.structure_id == wish.structure_id) else {
        let id = Id::fresh(act.now);
        auth::rows::insert_grant(act.db, id, &wish, act.now)?;
        return Ok(Grant { id, wish, archived: false, version: 1 });
    };
    if held.role >= wish.role {
        return Err(Error::WrongState { state: "already_held".to_owned() });
    }
    let before = auth::rows::find_grant(act.db, held.id)?.ok_or(Error::NotFound)?;
    let after = Grant { wish, version: before.version + 1, ..before };
    auth::rows::update_grant(act.db, &after)?;
    Ok(after)
}
