//! Cooperations: common undertakings on a territory, and the structures in them.

pub(crate) mod routes;
pub mod rows;
pub mod rules;

use crate::audit::rules::Event;
use crate::auth::rules::Right;
use crate::auth::{Act, Whose};
use crate::error::Error;
use crate::http::reply::Warning;
use crate::id::Id;
use rules::{Membership, MembershipFacts, Part};

/// True when the caller may see that the cooperation exists.
///
/// # Errors
/// What SQLite refuses.
pub fn seen(act: &Act<'_>, cooperation: Id) -> Result<bool, Error> {
    act.may(Right::ReadCooperation, Whose::Cooperation(cooperation))
}

/// What the members should know of their cooperation: that it hangs on one facilitating account.
///
/// # Errors
/// What SQLite refuses.
pub fn warnings(act: &Act<'_>, cooperation: Id) -> Result<Vec<Warning>, Error> {
    let member = act.may(Right::ReadCommonSummary, Whose::Cooperation(cooperation))?;
    let alone = member && rows::facilitating_accounts(act.db, cooperation, act.now.day())? == 1;
    Ok(if alone { vec![Warning::SingleFacilitator] } else { Vec::new() })
}

/// The membership, for those who may read where its structure belongs, or may see the cooperation.
///
/// # Errors
/// [`Error::NotFound`].
pub fn visible_membership(act: &Act<'_>, id: Id) -> Result<Membership, Error> {
    let membership = rows::find_membership(act.db, id)?.ok_or(Error::NotFound)?;
    let own = act.may(Right::ReadMemberships, Whose::Structure(membership.facts.structure_id))?;
    if own || seen(act, membership.facts.cooperation_id)? { Ok(membership) } else { Err(Error::NotFound) }
}

/// Refuses a change after which nobody facilitates the cooperation today, or on the day on which this membership ends:
/// somebody has to be able to take others in, and to hand this over.
///
/// # Errors
/// [`Error::WrongState`].
pub fn keep_facilitated(act: &Act<'_>, changed: &MembershipFacts) -> Result<(), Error> {
    let last = || Error::WrongState { state: "last_facilitator".to_owned() };
    let today = act.now.day();
    if rows::facilitators(act.db, changed.cooperation_id, today)?.is_empty() {
        return Err(last());
    }
    let (Part::Facilitator, Some(end)) = (changed.role, changed.ends_on.filter(|end| *end > today)) else {
        return Ok(());
    };
    let cooperation = rows::find(act.db, changed.cooperation_id)?.ok_or(Error::NotFound)?;
    let over = cooperation.facts.ends_on.is_some_and(|over| over <= end);
    if over || !rows::facilitators(act.db, changed.cooperation_id, end)?.is_empty() { Ok(()) } else { Err(last()) }
}

/// Chooses for a structure whether sums of what it took part in are published.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Forbidden`].
pub fn choose_publication(act: &Act<'_>, id: Id, publishes: bool) -> Result<Membership, Error> {
    let before = visible_membership(act, id)?;
    act.require(Right::Publish, Whose::Structure(before.facts.structure_id))?;
    if before.publishes == publishes {
        return Ok(before);
    }
    let after = Membership { publishes, version: before.version + 1, ..before };
    rows::update_membership(act.db, &after)?;
    act.audit(Event::PublicationChanged, after.about())?;
    Ok(after)
}
