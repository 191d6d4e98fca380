//! Feeds in the database, and what they show.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::rules::{ENTRIES_MAX, Facts, Feed, Lent};
use crate::calendar;
use crate::calendar::rules::{Closure, Period};
use crate::clock::Moment;
use crate::error::Error;
use crate::id::Id;
use crate::store::values::Word;

/// Records a feed by the digest of its secret.
///
/// # Errors
/// [`Error::IdTaken`].
pub fn insert(db: &Connection, id: Id, facts: &Facts, digest: [u8; 32], now: Moment) -> Result<Feed, Error> {
    let mut statement = db.prepare_cached(
        "insert into feed (id, structure_id, equipment_id, digest, created_at)
         values (:id, :structure, :equipment, :digest, :now)",
    )?;
    statement.execute(named_params! {
        ":id": id, ":structure": facts.structure_id, ":equipment": facts.equipment_id, ":digest": digest, ":now": now,
    })?;
    Ok(Feed { id, facts: facts.clone(), archived: false, version: 1, created_at: now })
}

/// Revokes a feed, or counts a change that changes nothing.
///
/// # Errors
/// What SQLite refuses.
pub fn update(db: &Connection, feed: &Feed) -> Result<(), Error> {
    db.prepare_cached("update feed set archived = :archived, version = :version where id = :id")?
        .execute(named_params! { ":id": feed.id, ":archived": feed.archived, ":version": feed.version })?;
    Ok(())
}

/// A feed by id.
///
/// # Errors
/// What SQLite refuses.
pub fn find(db: &Connection, id: Id) -> Result<Option<Feed>, Error> {
    let mut statement = db.prepare_cached("select * from feed where id = :id")?;
    Ok(statement.query_row(named_params! { ":id": id }, feed).optional()?)
}

/// The feed whose secret has this digest, unless it was revoked. How long the look-up takes tells nothing
/// of a secret: it depends on a digest, which nobody can steer.
///
/// # Errors
/// What SQLite refuses.
pub fn find_live(db: &Connection, digest: [u8; 32]) -> Result<Option<Feed>, Error> {
    let mut statement = db.prepare_cached("select * from feed where digest = :digest and archived = 0")?;
    Ok(statement.query_row(named_params! { ":digest": digest }, feed).optional()?)
}

/// A page of a structure's feeds, by id.
///
/// # Errors
/// What SQLite refuses.
pub fn list(db: &Connection, structure: Id, archived: bool, after: Option<Id>, limit: i64) -> Result<Vec<Feed>, Error> {
    let mut statement = db.prepare_cached(
        "select * from feed where structure_id = :structure and archived = :archived and id > ifnull(:after, x'')
         order by id limit :limit",
    )?;
    let rows = statement.query_map(
        named_params! { ":structure": structure, ":archived": archived, ":after": after, ":limit": limit },
        feed,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn feed(row: &Row<'_>) -> rusqlite::Result<Feed> {
    Ok(Feed {
        id: row.get("id")?,
        facts: Facts { structure_id: row.get("structure_id")?, equipment_id: row.get("equipment_id")? },
        archived: row.get("archived")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
    })
}

/// The loans a feed shows, the latest first: of a structure, as lender and as borrower, or of one thing of
/// its, kits that it is part of included.
///
/// # Errors
/// What SQLite refuses.
pub fn loans(db: &Connection, of: &Facts, within: Period) -> Result<Vec<Lent>, Error> {
    let mut statement = db.prepare_cached(
        "select loan.*, ifnull(equipment.name, loan.category) as thing, lender.name as lender, borrower.name as borrower,
           max(loan.created_at, ifnull((select max(created_at) from outbox where loan_id = loan.id), 0)) as changed_at
         from loan
         left join equipment on equipment.id = loan.equipment_id
         join structure lender on lender.id = loan.lender_id
         join structure borrower on borrower.id = loan.borrower_id
         where loan.id in (
             select id from loan where :equipment is null and lender_id = :structure
             union select id from loan where :equipment is null and borrower_id = :structure
             union select id from loan where equipment_id = :equipment
             union select whole.id from kit_part join loan whole on whole.equipment_id = kit_part.kit_id
               where kit_part.part_id = :equipment)
           and loan.starts_on < :until and ifnull(loan.ends_on, date(loan.starts_on, '+1 day')) > :from
         order by loan.starts_on desc, loan.id limit :limit",
    )?;
    let rows = statement.query_map(
        named_params! {
            ":structure": of.structure_id, ":equipment": of.equipment_id, ":from": within.from, ":until": within.until,
            ":limit": i64::try_from(ENTRIES_MAX).unwrap_or(i64::MAX),
        },
        lent,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn lent(row: &Row<'_>) -> rusqlite::Result<Lent> {
    let Word(state) = row.get("state")?;
    Ok(Lent {
        id: row.get("id")?,
        thing: row.get("thing")?,
        pieces: row.get("quantity")?,
        lender_id: row.get("lender_id")?,
        lender: row.get("lender")?,
        borrower: row.get("borrower")?,
        from: row.get("starts_on")?,
        until: row.get("ends_on")?,
        state,
        version: row.get("version")?,
        changed_at: row.get("changed_at")?,
    })
}

/// The closures of equipment that meet a period, those that were lifted included.
///
/// # Errors
/// What SQLite refuses.
pub fn closures(db: &Connection, equipment: Id, within: Period) -> Result<Vec<Closure>, Error> {
    let mut closures = Vec::new();
    for archived in [false, true] {
        closures.extend(calendar::rows::list_closures(db, equipment, archived, None, -1)?);
    }
    closures.retain(|closure| closure.facts.from < within.until && closure.facts.until > within.from);
    Ok(closures)
}
