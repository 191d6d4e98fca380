//! Hours in the database: the head-count; all else is on their line of the ledger.

use rusqlite::{Connection, OptionalExtension as _, named_params};

use crate::clock::Day;
use crate::error::Error;
use crate::id::Id;

/// Ties an entry to its line of the ledger, by its place.
///
/// # Errors
/// [`Error::IdTaken`].
pub fn insert(db: &Connection, id: Id, seq: i64, head_count: i64) -> Result<(), Error> {
    let mut statement = db.prepare_cached("insert into hours (id, seq, head_count) values (:id, :seq, :head_count)")?;
    statement.execute(named_params! { ":id": id, ":seq": seq, ":head_count": head_count })?;
    Ok(())
}

/// The contribution and head-count of an entry.
///
/// # Errors
/// What SQLite refuses.
pub fn find(db: &Connection, id: Id) -> Result<Option<(Id, i64)>, Error> {
    let mut statement =
        db.prepare_cached("select l.id, h.head_count from hours h join ledger l on l.seq = h.seq where h.id = :id")?;
    Ok(statement.query_row(named_params! { ":id": id }, |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// Which entries a list is to hold.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those in which this structure gives or receives.
    pub structure_id: Option<Id>,
    /// Only of this cooperation.
    pub cooperation_id: Option<Id>,
    /// Only of this person.
    pub person_id: Option<Id>,
    /// Only of this activity.
    pub activity: Option<String>,
    /// Only on this day or later.
    pub from: Option<Day>,
    /// Only before this day.
    pub until: Option<Day>,
}

/// A page of entries, newest first: identifier, contribution, head-count, line.
///
/// # Errors
/// What SQLite refuses.
pub fn list(
    db: &Connection,
    filter: &Filter,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<(Id, Id, i64, i64)>, Error> {
    let entries = "select h.id as entry, l.id as contribution, h.head_count, l.seq
                   from hours h join ledger l on l.seq = h.seq";
    let narrowed = "l.seq < :before
        and (:cooperation is null or l.cooperation_id = :cooperation)
        and (:activity is null or l.category = :activity)
        and (:from is null or l.occurred_on >= :from) and (:until is null or l.occurred_on < :until)
        and (:person is null or l.seq in (select seq from ledger_private where person_id = :person))";
    let sql = if filter.structure_id.is_some() {
        let side = |own: &str| {
            format!(
                "select * from ({entries} where {own} = :structure and {narrowed} order by l.seq desc limit :limit)"
            )
        };
        format!("{} union all {} order by seq desc limit :limit", side("l.giver_id"), side("l.receiver_id"))
    } else {
        format!("{entries} where :structure is null and {narrowed} order by l.seq desc limit :limit")
    };
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(
        named_params! {
            ":structure": filter.structure_id, ":cooperation": filter.cooperation_id, ":person": filter.person_id,
            ":activity": filter.activity, ":from": filter.from, ":until": filter.until,
            ":before": before.unwrap_or(i64::MAX),
            ":limit": limit,
        },
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}
