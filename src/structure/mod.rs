//! Structures: the organisations that give and receive.

pub(crate) mod routes;
pub mod rows;
pub mod rules;

use crate::auth::rules::Right;
use crate::auth::{Act, Whose};
use crate::error::Error;
use rules::Structure;

/// A structure without its contact, unless the caller may read it.
///
/// # Errors
/// What SQLite refuses.
pub fn as_seen(act: &Act<'_>, mut structure: Structure) -> Result<Structure, Error> {
    if structure.facts.contact.is_some() && !act.may(Right::ReadContact, Whose::Structure(structure.id))? {
        structure.facts.contact = None;
    }
    Ok(structure)
}
