//! The audit trail: acts that touch security, for those concerned to read.

pub(crate) mod routes;
pub mod rows;
pub mod rules;
pub mod words;

use crate::App;
use crate::auth::{Act, Caller};
use crate::error::Error;
use rules::{About, Event};

/// Notes that the caller was given a table or page of what is recorded, before it leaves.
///
/// # Errors
/// [`Error::UnknownCaller`], or the store.
pub async fn exported(app: &App, caller: Caller, about: About) -> Result<(), Error> {
    app.store.write(move |db, now| Act::begin(db, now, caller)?.audit(Event::Exported, about)).await
}
