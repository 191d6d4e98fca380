//! Cooperations: common undertakings on a territory, and the structures in them.

pub(crate) mod routes;
pub mod rows;
pub mod rules;

use crate::auth::rules::Right;
use crate::auth::{Act, Whose};
use crate::error::Error;
use crate::http::reply::Warning;
use crate::id::Id;

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
