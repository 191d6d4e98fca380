//! What members of a cooperation chose to publish: sums as open data, for anybody to use.

pub mod package;
pub(crate) mod routes;
pub mod rows;
pub mod rules;
pub mod words;

use crate::auth::rules::Right;
use crate::auth::{Act, Whose};
use crate::error::Error;
use crate::id::Id;
use crate::{cooperation, ledger};
use package::Published;
use rules::{Coverage, merged};

/// What is published of a cooperation, for any account.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::NothingPublished`] for members, while none of them chose to.
pub fn of_cooperation(act: &Act<'_>, id: Id) -> Result<Published, Error> {
    let whose = Whose::Cooperation(id);
    if !act.may(Right::ReadPublished, whose)? {
        return Err(Error::NotFound);
    }
    let cooperation = cooperation::rows::find(act.db, id)?.ok_or(Error::NotFound)?;
    let members = rows::members(act.db, id)?;
    if !members.iter().any(|member| member.publishes) {
        // To others it is as if it were not there.
        return Err(if cooperation::seen(act, id)? { Error::NothingPublished } else { Error::NotFound });
    }
    let (rows, too_few) = merged(rows::cells(act.db, id)?);
    let coverage = Coverage::of(&members, &rows, too_few, rows::contributions(act.db, id)?);
    let head = ledger::heads::head(act.db)?;
    Ok(Published {
        cooperation: cooperation.facts.name.as_str().to_owned(),
        members,
        rows,
        coverage,
        head: head.written(),
        created: head.recorded_at.unwrap_or(cooperation.created_at),
    })
}
