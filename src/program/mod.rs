//! Programs: service tokens with which a client speaks for a structure, or a funder reads yearly summaries.

pub(crate) mod routes;
pub mod rows;
pub mod rules;

use crate::auth::Act;
use crate::error::Error;
use crate::id::Id;
use rules::Kept;

/// The service token, for those who may manage the programs of its structure or cooperation.
///
/// # Errors
/// [`Error::NotFound`] for everybody else.
pub fn visible(act: &Act<'_>, id: Id) -> Result<Kept, Error> {
    let kept = rows::find(act.db, id)?.ok_or(Error::NotFound)?;
    let of = kept.facts.of()?;
    if act.may(of.managed_by(), of.into())? { Ok(kept) } else { Err(Error::NotFound) }
}
