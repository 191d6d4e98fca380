//! The audit trail in the database. [`append`] is the only way in.

use rusqlite::{Connection, named_params};

use super::rules::{About, Entry, Event, OF_THE_INSTANCE, Of};
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

/// Entries before this one, newest first.
///
/// # Errors
/// What SQLite refuses.
pub fn list(
    db: &Connection,
    of: Of,
    event: Option<Event>,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Entry>, Error> {
    let instance = format!(
        "structure_id is null and cooperation_id is null and event in ('{}')",
        OF_THE_INSTANCE.map(<&str>::from).join("', '")
    );
    let (id, conditions) = match of {
        Of::Account { account, instance: false } => (account, vec!["account_id = :id", "subject_id = :id"]),
        Of::Account { account, instance: true } => (account, vec!["account_id = :id", "subject_id = :id", &instance]),
        Of::Structure(structure) => (structure, vec!["structure_id = :id"]),
        Of::Cooperation(cooperation) => (cooperation, vec!["cooperation_id = :id"]),
    };
    // Each part reads one page from its own index, however long the trail is.
    let parts = conditions.into_iter().map(|condition| {
        format!(
            "select * from (select * from audit where {condition} and seq < :before
               and (:event is null or event = :event) order by seq desc limit :limit)"
        )
    });
    let sql = format!("{} order by seq desc limit :limit", parts.collect::<Vec<_>>().join(" union "));
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(
        named_params! { ":id": id, ":event": event.map(Word), ":before": before.unwrap_or(i64::MAX), ":limit": limit },
        |row| {
            let Word(event) = row.get("event")?;
            Ok(Entry {
                seq: row.get("seq")?,
                event,
                account_id: row.get("account_id")?,
                subject_id: row.get("subject_id")?,
                structure_id: row.get("structure_id")?,
                cooperation_id: row.get("cooperation_id")?,
                recorded_at: row.get("recorded_at")?,
            })
        },
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}
