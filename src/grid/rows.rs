//! Valuation grids in the database.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::rules::{Approval, Facts, Grid, Rate};
use crate::clock::Day;
use crate::error::Error;
use crate::id::Id;
use crate::ledger::rules::{Hash, hex};
use crate::store::values::{Word, optional, required};
use crate::text::{Name, Note};

/// Records a draft.
///
/// # Errors
/// [`Error::IdTaken`].
pub fn insert(db: &Connection, grid: &Grid) -> Result<(), Error> {
    let facts = &grid.facts;
    let mut statement = db.prepare_cached(
        "insert into grid (id, structure_id, cooperation_id, name, unit, method, source, replaces, created_at)
         values (:id, :structure, :cooperation, :name, :unit, :method, :source, :replaces, :now)",
    )?;
    statement.execute(named_params! {
        ":id": grid.id, ":structure": facts.structure_id, ":cooperation": facts.cooperation_id,
        ":name": facts.name.as_str(), ":unit": Word(facts.unit), ":method": Word(facts.method),
        ":source": facts.source.as_str(), ":replaces": facts.replaces, ":now": grid.created_at,
    })?;
    insert_rates(db, grid)
}

/// Changes a draft to what is stated now.
///
/// # Errors
/// What SQLite refuses.
pub fn update(db: &Connection, grid: &Grid) -> Result<(), Error> {
    let facts = &grid.facts;
    let mut statement = db.prepare_cached(
        "update grid set name = :name, unit = :unit, method = :method, source = :source, replaces = :replaces,
           archived = :archived, version = :version
         where id = :id",
    )?;
    statement.execute(named_params! {
        ":id": grid.id, ":name": facts.name.as_str(), ":unit": Word(facts.unit), ":method": Word(facts.method),
        ":source": facts.source.as_str(), ":replaces": facts.replaces, ":archived": grid.archived,
        ":version": grid.version,
    })?;
    db.prepare_cached("delete from grid_rate where grid_id = :id")?.execute(named_params! { ":id": grid.id })?;
    insert_rates(db, grid)
}

/// Puts a grid away, or brings it back.
///
/// # Errors
/// What SQLite refuses.
pub fn archive(db: &Connection, grid: &Grid) -> Result<(), Error> {
    db.prepare_cached("update grid set archived = :archived, version = :version where id = :id")?
        .execute(named_params! { ":id": grid.id, ":archived": grid.archived, ":version": grid.version })?;
    Ok(())
}

/// Notes who approved a draft, which freezes it.
///
/// # Errors
/// What SQLite refuses.
pub fn approve(db: &Connection, id: Id, version: i64, approval: &Approval, digest: Hash) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "update grid set approved_by = :body, approved_on = :on, reference = :reference, digest = :digest,
           version = :version
         where id = :id",
    )?;
    statement.execute(named_params! {
        ":id": id, ":version": version, ":body": approval.body.as_str(), ":on": approval.on,
        ":reference": approval.reference.as_str(), ":digest": digest,
    })?;
    Ok(())
}

fn insert_rates(db: &Connection, grid: &Grid) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "insert into grid_rate (grid_id, position, kind, category, starts_on, per, method, source, amount, coefficient)
         values (:grid, :position, :kind, :category, :from, :per, :method, :source, :amount, :coefficient)",
    )?;
    for (position, rate) in (0_i64..).zip(&grid.facts.rates) {
        statement.execute(named_params! {
            ":grid": grid.id, ":position": position, ":kind": Word(rate.kind),
            ":category": rate.category.as_ref().map(Name::as_str), ":from": rate.from, ":per": Word(rate.per),
            ":method": rate.method.map(Word), ":source": rate.source.as_ref().map(Name::as_str),
            ":amount": rate.amount, ":coefficient": rate.coefficient,
        })?;
    }
    Ok(())
}

/// A grid by id.
///
/// # Errors
/// What SQLite refuses.
pub fn find(db: &Connection, id: Id) -> Result<Option<Grid>, Error> {
    let mut statement = db.prepare_cached("select * from grid where id = :id")?;
    let found = statement.query_row(named_params! { ":id": id }, grid).optional()?;
    found.map(|grid| with_rates(db, grid)).transpose()
}

/// A page of the grids of a structure or a cooperation, by id.
///
/// # Errors
/// What SQLite refuses.
pub fn list(db: &Connection, of: Id, archived: bool, after: Option<Id>, limit: i64) -> Result<Vec<Grid>, Error> {
    let mut statement = db.prepare_cached(
        "select * from grid
         where (structure_id = :of or cooperation_id = :of) and archived = :archived and id > ifnull(:after, x'')
         order by id limit :limit",
    )?;
    let rows = statement
        .query_map(named_params! { ":of": of, ":archived": archived, ":after": after, ":limit": limit }, grid)?;
    let found = rows.collect::<Result<Vec<_>, _>>()?;
    found.into_iter().map(|grid| with_rates(db, grid)).collect()
}

fn with_rates(db: &Connection, mut grid: Grid) -> Result<Grid, Error> {
    let mut statement = db.prepare_cached("select * from grid_rate where grid_id = :id order by position")?;
    let rows = statement.query_map(named_params! { ":id": grid.id }, rate)?;
    grid.facts.rates = rows.collect::<Result<_, _>>()?;
    Ok(grid)
}

fn rate(row: &Row<'_>) -> rusqlite::Result<Rate> {
    let (Word(kind), Word(per)) = (row.get("kind")?, row.get("per")?);
    let method: Option<Word<_>> = row.get("method")?;
    Ok(Rate {
        kind,
        category: optional(row, "category", Name::parse)?,
        from: row.get("starts_on")?,
        per,
        method: method.map(|Word(method)| method),
        source: optional(row, "source", Name::parse)?,
        amount: row.get("amount")?,
        coefficient: row.get("coefficient")?,
    })
}

fn grid(row: &Row<'_>) -> rusqlite::Result<Grid> {
    let (Word(unit), Word(method)) = (row.get("unit")?, row.get("method")?);
    let (on, digest): (Option<Day>, Option<Hash>) = (row.get("approved_on")?, row.get("digest")?);
    let said = (optional(row, "approved_by", Name::parse)?, on, optional(row, "reference", Name::parse)?);
    let approval = match said {
        (Some(body), Some(on), Some(reference)) => Some(Approval { body, on, reference }),
        _ => None,
    };
    Ok(Grid {
        id: row.get("id")?,
        facts: Facts {
            structure_id: row.get("structure_id")?,
            cooperation_id: row.get("cooperation_id")?,
            name: required(row, "name", Name::parse)?,
            unit,
            method,
            source: required(row, "source", Note::parse)?,
            replaces: row.get("replaces")?,
            rates: Vec::new(),
        },
        approval,
        digest: digest.map(|digest| hex(&digest)),
        archived: row.get("archived")?,
        version: row.get("version")?,
        created_at: row.get("created_at")?,
    })
}
