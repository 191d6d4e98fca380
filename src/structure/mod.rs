//! Structures: the organisations that give and receive.

pub(crate) mod routes;
pub mod rows;
pub mod rules;

use crate::auth::rules::Right;
use crate::auth::{self, Act, Whose};
use crate::error::Error;
use crate::http::reply::Warning;
use crate::id::Id;
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

/// What its own people should know of a structure: that all hangs on one manager.
///
/// # Errors
/// What SQLite refuses.
pub fn warnings(act: &Act<'_>, structure: Id) -> Result<Vec<Warning>, Error> {
    let own = act.may(Right::ReadRecords, Whose::Structure(structure))?;
    let alone = own && auth::rows::managers(act.db, structure)? == 1;
    Ok(if alone { vec![Warning::SingleManager] } else { Vec::new() })
}
