//! What lines say of a person, and attestations, in the database.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::rules::{Attestation, Entry};
use crate::calendar::rules::Period;
use crate::error::Error;
use crate::id::Id;
use crate::store::values::{Word, required};
use crate::text::Name;

/// What a person freely gave over a period, entry by entry, corrections in, by day. What came to nothing is left out, and
/// so is what they taught as paid staff.
///
/// # Errors
/// What SQLite refuses.
pub fn entries(db: &Connection, person: Id, within: Option<Period>) -> Result<Vec<Entry>, Error> {
    let mut statement = db.prepare_cached(
        "with named as (select seq from ledger_private where person_id = :person),
              flows as (select seq from named union select l.seq from ledger l join named on l.subject = named.seq)
         select min(l.occurred_on) as day, l.kind, min(l.category) as category,
                sum(iif(s.state is 'contested', 0, ifnull(l.minutes, 0))) as minutes,
                sum(iif(s.state is 'contested', ifnull(l.minutes, 0), 0)) as contested,
                sum(iif(s.state is 'contested', 0, l.occasions)) as standing
         from flows join ledger l on l.seq = flows.seq left join standing s on s.seq = l.seq
         where l.act in ('contribution', 'correction') and l.kind in ('volunteer_hours', 'skill_by_volunteer')
           and (:from is null or l.occurred_on >= :from) and (:until is null or l.occurred_on < :until)
         group by l.source_id, l.kind having sum(l.occasions) > 0 or sum(ifnull(l.minutes, 0)) <> 0
         order by day, min(l.seq)",
    )?;
    let (from, until) = (within.map(|period| period.from), within.map(|period| period.until));
    let rows = statement.query_map(named_params! { ":person": person, ":from": from, ":until": until }, |row| {
        let Word(kind) = row.get("kind")?;
        let (minutes, standing): (i64, i64) = (row.get("minutes")?, row.get("standing")?);
        Ok(Entry {
            day: row.get("day")?,
            kind,
            category: required(row, "category", Name::parse)?,
            minutes,
            contested_minutes: row.get("contested")?,
            stands: standing > 0 || minutes != 0,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What is kept of a paper so that it can be checked.
#[derive(Debug, Clone, Copy)]
pub struct Digests {
    /// Of its code.
    pub code: [u8; 32],
    /// Of its code and of what stands beside it.
    pub facts: [u8; 32],
}

/// Records an attestation.
///
/// # Errors
/// [`Error::IdTaken`].
pub fn insert(db: &Connection, attestation: &Attestation, digests: &Digests) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "insert into attestation (id, structure_id, person_id, starts_on, ends_on, digest, facts, created_at)
         values (:id, :structure, :person, :from, :until, :digest, :facts, :now)",
    )?;
    statement.execute(named_params! {
        ":id": attestation.id, ":structure": attestation.structure_id, ":person": attestation.person_id,
        ":from": attestation.from, ":until": attestation.until, ":digest": digests.code, ":facts": digests.facts,
        ":now": attestation.created_at,
    })?;
    Ok(())
}

/// Revokes an attestation, or counts a change that changes nothing.
///
/// # Errors
/// What SQLite refuses.
pub fn update(db: &Connection, attestation: &Attestation) -> Result<(), Error> {
    db.prepare_cached("update attestation set archived = :archived, version = :version where id = :id")?.execute(
        named_params! {
            ":id": attestation.id, ":archived": attestation.archived, ":version": attestation.version,
        },
    )?;
    Ok(())
}

/// Takes a person who is erased off their attestations. The papers stay good, for whoever holds one can tell it from a
/// forgery by the digests alone; nothing here says any more of whom or of when they speak.
///
/// # Errors
/// What SQLite refuses.
pub fn forget_person(db: &Connection, person: Id) -> Result<(), Error> {
    db.prepare_cached(
        "update attestation set person_id = null, starts_on = null, ends_on = null, version = version + 1
         where person_id = :person",
    )?
    .execute(named_params! { ":person": person })?;
    Ok(())
}

/// An attestation by id.
///
/// # Errors
/// What SQLite refuses.
pub fn find(db: &Connection, id: Id) -> Result<Option<Attestation>, Error> {
    let mut statement = db.prepare_cached("select * from attestation where id = :id")?;
    Ok(statement.query_row(named_params! { ":id": id }, attestation).optional()?)
}

/// A page of the attestations of a person, those that were revoked included, by id.
///
/// # Errors
/// What SQLite refuses.
pub fn list(db: &Connection, person: Id, after: Option<Id>, limit: i64) -> Result<Vec<Attestation>, Error> {
    let mut statement = db.prepare_cached(
        "select * from attestation where person_id = :person and id > ifnull(:after, x'') order by id limit :limit",
    )?;
    let rows =
        statement.query_map(named_params! { ":person": person, ":after": after, ":limit": limit }, attestation)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The digest of what was printed under the code with this digest, unless it was revoked. How long the look-up takes tells
/// nothing of a code: it depends on a digest, which nobody can steer.
///
/// # Errors
/// What SQLite refuses.
pub fn facts_of(db: &Connection, code: [u8; 32]) -> Result<Option<[u8; 32]>, Error> {
    let mut statement = db.prepare_cached("select facts from attestation where digest = :digest and archived = 0")?;
    Ok(statement.query_row(named_params! { ":digest": code }, |row| row.get(0)).optional()?)
}

fn attestation(row: &Row<'_>) -> rusqlite::Result<Attestation> {
    Ok(Attestation {
        id: row.get("id")?,
        structure_id: row.get("structure_id")?,
        person_id: row.get("person_id")?,
        from: row.get("starts_on")?,
        until: row.get("ends_on")?,
        archived: row.get("archived")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
    })
}
