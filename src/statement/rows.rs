//! Statements in the database: written once, never changed.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::rules::Statement;
use crate::auth::rules::Of;
use crate::error::Error;
use crate::id::Id;

/// Keeps a statement.
///
/// # Errors
/// [`Error::IdTaken`]; [`Error::YearClosed`] when the year was closed before.
pub fn insert(db: &Connection, statement: &Statement) -> Result<(), Error> {
    let (structure, cooperation) = statement.of.split();
    let mut insert = db.prepare_cached(
        "insert into statement (id, structure_id, cooperation_id, year, seq, root, grid_id, digest, document, closed_at)
         values (:id, :structure, :cooperation, :year, :seq, :root, :grid, :digest, :document, :closed)",
    )?;
    insert.execute(named_params! {
        ":id": statement.id, ":structure": structure, ":cooperation": cooperation, ":year": statement.year,
        ":seq": statement.seq, ":root": statement.root, ":grid": statement.grid_id, ":digest": statement.digest,
        ":document": statement.document, ":closed": statement.closed_at,
    })?;
    Ok(())
}

/// A statement by id.
///
/// # Errors
/// What SQLite refuses.
pub fn find(db: &Connection, id: Id) -> Result<Option<Statement>, Error> {
    let mut find = db.prepare_cached("select * from statement where id = :id")?;
    Ok(find.query_row(named_params! { ":id": id }, statement).optional()?)
}

/// The statements of a structure or a cooperation, by year.
///
/// # Errors
/// What SQLite refuses.
pub fn of(db: &Connection, of: Id) -> Result<Vec<Statement>, Error> {
    let mut list =
        db.prepare_cached("select * from statement where structure_id = :of or cooperation_id = :of order by year")?;
    let rows = list.query_map(named_params! { ":of": of }, statement)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Every statement there is, one at a time.
///
/// # Errors
/// What SQLite refuses, or the visitor.
pub fn each(db: &Connection, mut visit: impl FnMut(Statement) -> Result<(), Error>) -> Result<(), Error> {
    let mut all = db.prepare("select * from statement order by closed_at, id")?;
    let mut rows = all.query([])?;
    while let Some(row) = rows.next()? {
        visit(statement(row)?)?;
    }
    Ok(())
}

fn statement(row: &Row<'_>) -> rusqlite::Result<Statement> {
    let (structure, cooperation) = (row.get("structure_id")?, row.get("cooperation_id")?);
    let of = match (structure, cooperation) {
        (Some(id), _) => Of::Structure(id),
        (None, Some(id)) => Of::Cooperation(id),
        (None, None) => return Err(rusqlite::Error::InvalidQuery),
    };
    Ok(Statement {
        id: row.get("id")?,
        of,
        year: row.get("year")?,
        seq: row.get("seq")?,
        root: row.get("root")?,
        grid_id: row.get("grid_id")?,
        digest: row.get("digest")?,
        document: row.get("document")?,
        closed_at: row.get("closed_at")?,
    })
}
