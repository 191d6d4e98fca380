//! The audit trail in the database. [`append`] is the only way in.

use rusqlite::{Connection, named_params};

use super::rules::{About, Event};
use crate::clock::Moment;
use crate::error::Error;
use crate::id::Id;
use crate::store::values::Word;

/// Appends an entry, in the transaction of the act.
///
/// # Errors
/// What SQLite refuses.
pub fn append(db: &Connection, event: Event, by: Option<Id>, about: About, now: Moment) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "insert into audit (event, account_id, subject_id, structure_id, cooperation_id, recorded_at)
         values (:event, :account, :subject, :structure, :cooperation, :now)",
    )?;
    statement.execute(named_params! {
        ":event": Word(event), ":account": by, ":subject": about.subject_id, ":structure": about.structure_id,
        ":cooperation": about.cooperation_id, ":now": now,
    })?;
    Ok(())
}
