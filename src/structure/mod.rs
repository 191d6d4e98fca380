//! Structures: the organisations that give and receive.

pub(crate) mod routes;
pub mod rows;
pub mod rules;

use crate::auth::rules::Role;
use crate::auth::{self, Act};
use crate::error::Error;
use rules::Structure;

/// A structure without its contact, unless the caller is of a structure that cooperates with it.
///
/// # Errors
/// What SQLite refuses.
pub fn as_seen(act: &Act<'_>, mut structure: Structure) -> Result<Structure, Error> {
    if structure.facts.contact.is_some() && !may_change(act, &structure)? && !act.is_neighbour_of(structure.id)? {
        structure.facts.contact = None;
    }
    Ok(structure)
}

/// Its managers; while it has none, who recorded it and the owner of the instance.
///
/// # Errors
/// What SQLite refuses.
pub fn may_change(act: &Act<'_>, structure: &Structure) -> Result<bool, Error> {
    if act.holds(Role::Manager, structure.id)? {
        return Ok(true);
    }
    if auth::rows::managers(act.db, structure.id)? > 0 {
        return Ok(false);
    }
    let recorded_it = structure.created_by.is_some() && structure.created_by == act.account();
    Ok(recorded_it || act.is_owner()?)
}
