//! The inbox of a structure: what waits for its word, what is contested, what was corrected.

pub(crate) mod routes;
pub mod rows;
pub mod rules;

use crate::auth::rules::Right;
use crate::auth::{Act, Whose};
use crate::cooperation;
use crate::error::{Error, Fault};
use crate::id::Id;
use crate::ledger::accord::{Owner, Tray};
use crate::ledger::rows::Recorded;
use crate::ledger::rules::Deed;
use crate::ledger::{self, Word};
use crate::store::attempt;
use rules::{ConfirmWish, Counts};

/// A page of a tray, oldest first, and how much lies in each.
///
/// # Errors
/// What SQLite refuses.
pub fn page(
    act: &Act<'_>,
    structure: Id,
    tray: Tray,
    after: Option<i64>,
    limit: i64,
) -> Result<(Counts, Vec<Recorded>), Error> {
    let mut owners = vec![Owner::Structure(structure)];
    owners.extend(cooperation::rows::facilitated_by(act.db, structure, act.now.day())?.into_iter().map(Owner::Commons));
    let places = rows::places(act.db, structure, &owners, tray, after.unwrap_or(0), limit)?;
    let found = places.into_iter().filter_map(|seq| ledger::rows::at(act.db, seq).transpose());
    Ok((rows::counts(act.db, structure, &owners)?, found.collect::<Result<_, _>>()?))
}

/// A contribution, and how it stands once confirmed, or why it was not.
pub type Told = (Id, Result<Recorded, Error>);

/// Confirms each of several contributions for a structure, and tells what became of each: sixty lines are not to
/// wait for the one that somebody contested in between.
///
/// # Errors
/// [`Fault::Unknown`] at `/structure_id`, [`Error::Forbidden`]; what fails for one of them is its outcome.
pub fn confirm(act: &Act<'_>, wish: &ConfirmWish) -> Result<Vec<Told>, Error> {
    if !act.sees(wish.structure_id)? {
        return Err(Fault::Unknown.at("/structure_id"));
    }
    act.require(Right::Record, Whose::Structure(wish.structure_id))?;
    let mut outcomes = Vec::new();
    for subject in &wish.contribution_ids.0 {
        let word = Word { id: None, deed: Deed::Confirm, structure_id: Some(wish.structure_id), reason: None };
        let outcome = attempt(act.db, || ledger::speak(act, *subject, word));
        outcomes.push(match outcome {
            // It is no party of this one.
            Err(Error::Invalid(_)) => (*subject, Err(Error::Forbidden)),
            Ok(_) | Err(Error::NotFound | Error::Forbidden | Error::WrongState { .. }) => (*subject, outcome),
            Err(error) => return Err(error),
        });
    }
    Ok(outcomes)
}
