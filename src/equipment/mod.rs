//! Equipment: the things and places that structures make available.

pub mod code;
pub(crate) mod routes;
pub mod rows;
pub mod rules;

use crate::auth::rules::Right;
use crate::auth::{Act, Whose};
use crate::error::Error;
use crate::id::Id;
use rules::{Equipment, LendsTo};

/// True when the caller may see it: of its structure, of one that cooperates with it, or anybody's when
/// it is lent to everyone.
///
/// # Errors
/// What SQLite refuses.
pub fn is_seen(act: &Act<'_>, equipment: &Equipment) -> Result<bool, Error> {
    let everyones = equipment.facts.lends_to == LendsTo::Everyone && act.may(Right::ReadDirectory, Whose::Instance)?;
    Ok(everyones || act.may(Right::ReadOffers, Whose::Structure(equipment.facts.structure_id))?)
}

/// The equipment with this id, if the caller may see it.
///
/// # Errors
/// [`Error::NotFound`].
pub fn visible(act: &Act<'_>, id: Id) -> Result<Equipment, Error> {
    let equipment = rows::find(act.db, id)?.ok_or(Error::NotFound)?;
    if is_seen(act, &equipment)? { Ok(equipment) } else { Err(Error::NotFound) }
}
