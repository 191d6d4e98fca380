//! People: volunteers and trainers, known to their own structure only.

pub(crate) mod routes;
pub mod rows;
pub mod rules;

use crate::auth::rules::Right;
use crate::auth::{Act, Caller, Whose};
use crate::error::Error;
use crate::id::Id;
use rules::Person;

/// The person, if the caller has a role in their structure, or is the person.
///
/// # Errors
/// [`Error::NotFound`].
pub fn visible(act: &Act<'_>, id: Id) -> Result<Person, Error> {
    let person = rows::find(act.db, id)?.ok_or(Error::NotFound)?;
    let sees = is_self(act, &person) || act.may(Right::ReadPeople, Whose::Structure(person.facts.structure_id))?;
    if sees { Ok(person) } else { Err(Error::NotFound) }
}

/// True when the caller's account is this person's, and no program asks in its name.
#[must_use]
pub fn is_self(act: &Act<'_>, person: &Person) -> bool {
    matches!(act.caller, Caller::Account { id, .. } if person.facts.account_id == Some(id))
}
