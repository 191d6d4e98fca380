//! Inboxes as they are read: the ledger keeps them, in the transaction of each append.

use rusqlite::{Connection, named_params};

use super::rules::{COUNTED_MAX, Counts};
use crate::error::Error;
use crate::id::Id;
use crate::ledger::accord::{Owner, Tray};
use crate::ledger::accord_rows::stored;
use crate::store::values::Word;

/// How much lies in the trays of these owners, for a structure that does not speak for what it gave itself.
///
/// # Errors
/// What SQLite refuses.
pub fn counts(db: &Connection, structure: Id, owners: &[Owner]) -> Result<Counts, Error> {
    let count = |tray| -> Result<i64, Error> {
        let found = places(db, structure, owners, tray, 0, COUNTED_MAX)?;
        Ok(i64::try_from(found.len()).unwrap_or(COUNTED_MAX))
    };
    Ok(Counts {
        waiting: count(Tray::Waiting)?,
        contested: count(Tray::Contested)?,
        corrected: count(Tray::Corrected)?,
    })
}

/// The lines in a tray of these owners after a line, oldest first.
///
/// # Errors
/// What SQLite refuses.
pub fn places(
    db: &Connection,
    structure: Id,
    owners: &[Owner],
    tray: Tray,
    after: i64,
    limit: i64,
) -> Result<Vec<i64>, Error> {
    let mut statement = db.prepare_cached(
        "select seq from inbox
         where owner_id = :owner and commons = :commons and tray = :tray and seq > :after and giver_id is not :structure
         order by seq limit :limit",
    )?;
    let mut found: Vec<i64> = Vec::new();
    for owner in owners {
        let (id, commons) = stored(*owner);
        let rows = statement.query_map(
            named_params! {
                ":owner": id, ":commons": commons, ":tray": Word(tray), ":after": after,
                ":structure": structure, ":limit": limit,
            },
            |row| row.get(0),
        )?;
        found.extend(rows.collect::<Result<Vec<i64>, _>>()?);
    }
    found.sort_unstable();
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}
