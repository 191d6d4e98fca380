//! The journal of exports in the database: what was made, and which lines of the ledger it contains.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params};

use super::rules::Export;
use crate::error::Error;
use crate::id::Id;
use crate::store::values::Word;

/// Records an export.
///
/// # Errors
/// [`Error::IdTaken`].
pub fn insert(db: &Connection, export: &Export) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "insert into fec_export (id, structure_id, number, year, grid_id, chart, again, reverses, siren, ledger_seq,
           entries, cents, digest, created_at)
         values (:id, :structure, :number, :year, :grid, :chart, :again, :reverses, :siren, :ledger_seq,
           :entries, :cents, :digest, :now)",
    )?;
    statement.execute(named_params! {
        ":id": export.id, ":structure": export.structure_id, ":number": export.number, ":year": export.year,
        ":grid": export.grid_id, ":chart": Word(export.chart), ":again": export.again,
        ":reverses": export.reverses, ":siren": export.siren, ":ledger_seq": export.ledger_seq,
        ":entries": export.entries, ":cents": export.cents, ":digest": export.digest, ":now": export.created_at,
    })?;
    Ok(())
}

/// Records which lines an export contains.
///
/// # Errors
/// What SQLite refuses.
pub fn insert_lines(db: &Connection, export: Id, lines: &[i64]) -> Result<(), Error> {
    let mut statement = db.prepare_cached("insert into fec_line (export_id, seq) values (:export, :seq)")?;
    for seq in lines {
        statement.execute(named_params! { ":export": export, ":seq": seq })?;
    }
    Ok(())
}

/// The number that the next export of a structure has.
///
/// # Errors
/// What SQLite refuses.
pub fn next_number(db: &Connection, structure: Id) -> Result<i64, Error> {
    let sql = "select ifnull(max(number), 0) + 1 from fec_export where structure_id = :structure";
    Ok(db.prepare_cached(sql)?.query_row(named_params! { ":structure": structure }, |row| row.get(0))?)
}

/// True when an export of a structure and year that was not taken back contains a line.
///
/// # Errors
/// What SQLite refuses.
pub fn contains(db: &Connection, structure: Id, year: i32, seq: i64) -> Result<bool, Error> {
    let mut statement = db.prepare_cached(
        "select 1 from fec_line l join fec_export e on e.id = l.export_id
         where l.seq = :seq and e.structure_id = :structure and e.year = :year
           and not exists (select 1 from fec_export r where r.reverses = e.id)",
    )?;
    Ok(statement.exists(named_params! { ":seq": seq, ":structure": structure, ":year": year })?)
}

/// The places of the lines that an export contains, in the order of the ledger; of a reversal, those that it takes back.
///
/// # Errors
/// What SQLite refuses.
pub fn lines_of(db: &Connection, export: &Export) -> Result<Vec<i64>, Error> {
    let mut statement = db.prepare_cached("select seq from fec_line where export_id = :export order by seq")?;
    let of = named_params! { ":export": export.reverses.unwrap_or(export.id) };
    Ok(statement.query_map(of, |row| row.get(0))?.collect::<Result<_, _>>()?)
}

const EXPORT: &str = "select e.*, (select r.id from fec_export r where r.reverses = e.id) as reversed_by
    from fec_export e";

/// An export by its id.
///
/// # Errors
/// What SQLite refuses.
pub fn find(db: &Connection, id: Id) -> Result<Option<Export>, Error> {
    let mut statement = db.prepare_cached(&format!("{EXPORT} where e.id = :id"))?;
    Ok(statement.query_row(named_params! { ":id": id }, export).optional()?)
}

/// A page of the exports of a structure, newest first, before a number when one is given.
///
/// # Errors
/// What SQLite refuses.
pub fn list(db: &Connection, structure: Id, before: Option<i64>, limit: i64) -> Result<Vec<Export>, Error> {
    let mut statement = db.prepare_cached(&format!(
        "{EXPORT} where e.structure_id = :structure and e.number < :before
         order by e.number desc limit :limit"
    ))?;
    let page = named_params! { ":structure": structure, ":before": before.unwrap_or(i64::MAX), ":limit": limit };
    Ok(statement.query_map(page, export)?.collect::<Result<_, _>>()?)
}

fn export(row: &Row<'_>) -> rusqlite::Result<Export> {
    let Word(chart) = row.get("chart")?;
    Ok(Export {
        id: row.get("id")?,
        structure_id: row.get("structure_id")?,
        number: row.get("number")?,
        year: row.get("year")?,
        grid_id: row.get("grid_id")?,
        chart,
        again: row.get("again")?,
        reverses: row.get("reverses")?,
        reversed_by: row.get("reversed_by")?,
        siren: row.get("siren")?,
        ledger_seq: row.get("ledger_seq")?,
        entries: row.get("entries")?,
        cents: row.get("cents")?,
        digest: row.get("digest")?,
        created_at: row.get("created_at")?,
    })
}
