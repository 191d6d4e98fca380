//! Cooperations: common undertakings on a territory, and the structures in them.

pub(crate) mod routes;
pub mod rows;
pub mod rules;

use crate::auth::rules::Right;
use crate::auth::{Act, Whose};
use crate::error::Error;
use crate::id::Id;

/// True when the caller may see that the cooperation exists.
///
/// # Errors
/// What SQLite refuses.
pub fn seen(act: &Act<'_>, cooperation: Id) -> Result<bool, Error> {
    act.may(Right::ReadCooperation, Whose::Cooperation(cooperation))
}
