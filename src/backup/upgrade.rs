//! Opening a database of an earlier Navette: backed up, rehearsed on a copy, and only then upgraded.

use std::path::{Path, PathBuf};

use super::part::Part;
use super::{Refusal, file_instant, prove, refuse_taken};
use crate::clock::{Clock, Moment};
use crate::store::open::SCHEMA_VERSION;
use crate::store::{self, OpenError, Store, beside};

/// Opens a database; one of an earlier version is brought to the present one first, and a backup of it stays beside it.
///
/// # Errors
/// [`Refusal`], in words for the person at the machine; the file is as it was.
pub fn open(path: &Path, clock: Clock) -> Result<Store, Refusal> {
    match Store::open(path, clock.clone()) {
        Err(OpenError::Older { found, .. }) => {
            let kept = upgrade(path, clock.now())?;
            let (from, to) = (found, SCHEMA_VERSION);
            tracing::warn!(backup = %kept.display(), "the database was upgraded from schema {from} to {to}; as it was, it is in the backup");
            Ok(Store::open(path, clock)?)
        }
        opened => Ok(opened?),
    }
}

/// The upgrade is tried on a copy of the backup, and the copy verified whole: what would not hold afterwards, or did not
/// hold before, is never upgraded. Where the backup is.
fn upgrade(path: &Path, now: Moment) -> Result<PathBuf, Refusal> {
    let kept = beside(path, &format!(".before-v{SCHEMA_VERSION}-{}", file_instant(now)));
    refuse_taken(&kept)?;
    let part = Part::beside(&kept)?;
    store::snapshot(path, part.path())?;
    let mut rehearsal = Part::beside(&kept)?;
    rehearsal.fill_from(part.path())?;
    store::upgrade(rehearsal.path())?;
    prove(rehearsal.path(), path, now)?;
    part.keep_as(&kept)?;
    store::upgrade(path)?;
    Ok(kept)
}
