//! Service tokens in the database, by the digest of their secrets.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::rules::{Facts, Kept, Program};
use crate::clock::Moment;
use crate::error::Error;
use crate::id::Id;
use crate::store::values::{Word, required};
use crate::text::Name;

/// Records a service token.
///
/// # Errors
/// [`Error::IdTaken`].
pub fn insert(db: &Connection, kept: &Kept, digest: [u8; 32]) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "insert into service_token (id, structure_id, cooperation_id, name, scope, ends_on, digest, made_by, created_at)
         values (:id, :structure, :cooperation, :name, :scope, :until, :digest, :made_by, :now)",
    )?;
    let facts = &kept.facts;
    statement.execute(named_params! {
        ":id": kept.id, ":structure": facts.structure_id, ":cooperation": facts.cooperation_id,
        ":name": facts.name.as_str(), ":scope": Word(facts.scope), ":until": facts.until, ":digest": digest,
        ":made_by": kept.made_by, ":now": kept.created_at,
    })?;
    Ok(())
}

/// Renames or revokes a service token.
///
/// # Errors
/// What SQLite refuses.
pub fn update(db: &Connection, kept: &Kept) -> Result<(), Error> {
    db.prepare_cached(
        "update service_token set name = :name, archived = :archived, version = :version where id = :id",
    )?
    .execute(named_params! {
        ":id": kept.id, ":name": kept.facts.name.as_str(), ":archived": kept.archived, ":version": kept.version,
    })?;
    Ok(())
}

/// A service token by id.
///
/// # Errors
/// What SQLite refuses.
pub fn find(db: &Connection, id: Id) -> Result<Option<Kept>, Error> {
    let mut statement = db.prepare_cached("select * from service_token where id = :id")?;
    Ok(statement.query_row(named_params! { ":id": id }, kept).optional()?)
}

/// The program whose secret has this digest, unless its token was revoked or is over. How long the look-up
/// takes tells nothing of a secret: it depends on a digest, which nobody can steer.
///
/// # Errors
/// What SQLite refuses.
pub fn find_live(db: &Connection, digest: [u8; 32], now: Moment) -> Result<Option<Program>, Error> {
    let mut statement =
        db.prepare_cached("select * from service_token where digest = :digest and archived = 0 and ends_on > :day")?;
    let found = statement.query_row(named_params! { ":digest": digest, ":day": now.day() }, kept).optional()?;
    let Some(Kept { id, facts, made_by, .. }) = found else { return Ok(None) };
    Ok(Some(Program { id, made_by, of: facts.of()?, scope: facts.scope }))
}

/// A page of the service tokens of a structure or a cooperation, by id.
///
/// # Errors
/// What SQLite refuses.
pub fn list(db: &Connection, of: Id, archived: bool, after: Option<Id>, limit: i64) -> Result<Vec<Kept>, Error> {
    let mut statement = db.prepare_cached(
        "select * from service_token
         where (structure_id = :of or cooperation_id = :of) and archived = :archived and id > ifnull(:after, x'')
         order by id limit :limit",
    )?;
    let rows = statement
        .query_map(named_params! { ":of": of, ":archived": archived, ":after": after, ":limit": limit }, kept)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn kept(row: &Row<'_>) -> rusqlite::Result<Kept> {
    let Word(scope) = row.get("scope")?;
    Ok(Kept {
        id: row.get("id")?,
        facts: Facts {
            name: required(row, "name", Name::parse)?,
            structure_id: row.get("structure_id")?,
            cooperation_id: row.get("cooperation_id")?,
            scope,
            until: row.get("ends_on")?,
        },
        made_by: row.get("made_by")?,
        archived: row.get("archived")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
    })
}
