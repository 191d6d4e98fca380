//! The person and the free text of lines, which stand outside the chain so that they can be erased.

use std::collections::BTreeSet;

use rusqlite::{Connection, named_params};

use super::people;
use super::rows::{Recorded, recorded, recorded_where};
use super::rules::Private;
use crate::clock::Moment;
use crate::error::Error;
use crate::id::Id;
use crate::text::Note;

/// The lines about a person: the contributions that name them, their corrections, and what was said of either.
const ABOUT: &str = "with named as (select seq from ledger_private where person_id = :person),
    flows as (select seq from named union select l.seq from ledger l join named on l.subject = named.seq),
    about as (select seq from flows union select l.seq from ledger l join flows on l.subject = flows.seq)";

/// Keeps what the seal of a line covers.
///
/// # Errors
/// What SQLite refuses.
pub fn insert(db: &Connection, seq: i64, salt: &[u8; 16], private: &Private) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "insert into ledger_private (seq, salt, person_id, text) values (:seq, :salt, :person, :text)",
    )?;
    statement.execute(named_params! {
        ":seq": seq, ":salt": salt, ":person": private.person_id, ":text": private.text.as_ref().map(Note::as_str),
    })?;
    Ok(())
}

/// The contributions that name a person and their corrections, in order, some at most.
///
/// # Errors
/// What SQLite refuses.
pub fn of_person(db: &Connection, person: Id, limit: i64) -> Result<Vec<Recorded>, Error> {
    let sql = recorded_where("l.act in ('contribution', 'correction') and l.seq in (select seq from about)");
    let mut statement = db.prepare_cached(&format!("{ABOUT} {sql} order by l.seq desc limit :limit"))?;
    let rows = statement.query_map(named_params! { ":person": person, ":limit": limit }, recorded)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Erases the person, the free text and the salts of every line about a person, and counts them no more; the ids by
/// which answers name those lines.
///
/// # Errors
/// What SQLite refuses.
pub fn erase_person(db: &Connection, person: Id) -> Result<BTreeSet<Id>, Error> {
    let mut named = db.prepare_cached(&format!(
        "{ABOUT} select l.id, l.source_id, l.seq from ledger l join about on about.seq = l.seq"
    ))?;
    let mut rows = named.query(named_params! { ":person": person })?;
    let (mut ids, mut lines) = (BTreeSet::new(), Vec::new());
    while let Some(row) = rows.next()? {
        ids.insert(row.get(0)?);
        ids.extend(row.get::<_, Option<Id>>(1)?);
        lines.push(row.get::<_, i64>(2)?);
    }
    let mut erase = db.prepare_cached("delete from ledger_private where seq = :seq")?;
    for seq in lines {
        erase.execute(named_params! { ":seq": seq })?;
    }
    people::forget(db, person)?;
    Ok(ids)
}

/// Erases the free text of a line, and the salt, without which its seal proves no guess. True when there was any.
///
/// # Errors
/// What SQLite refuses.
pub fn erase_text(db: &Connection, seq: i64) -> Result<bool, Error> {
    let mut erase =
        db.prepare_cached("update ledger_private set text = null, salt = null where seq = :seq and text is not null")?;
    let erased = erase.execute(named_params! { ":seq": seq })?;
    db.prepare_cached("delete from ledger_private where seq = :seq and salt is null and person_id is null")?
        .execute(named_params! { ":seq": seq })?;
    Ok(erased > 0)
}

/// The lines whose free text a structure wrote before an instant.
///
/// # Errors
/// What SQLite refuses.
pub fn texts_before(db: &Connection, structure: Option<Id>, before: Moment) -> Result<Vec<(i64, Id)>, Error> {
    let mut statement = db.prepare_cached(
        "select l.seq, l.id from ledger_private p join ledger l on l.seq = p.seq
         where p.text is not null and l.spoken_for is :structure and l.recorded_at < :before",
    )?;
    let rows = statement.query_map(named_params! { ":structure": structure, ":before": before }, |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
