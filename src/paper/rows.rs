//! Which loans a paper is about, read from the database.

use rusqlite::{Connection, named_params};

use crate::clock::Day;
use crate::error::Error;
use crate::id::Id;

/// The part of a search that keeps what touches the year beginning on `:first`: promised for it, out
/// during it, or back in it, late or not.
const IN_THE_YEAR: &str = "starts_on < date(:first, '+1 year')
    and (state = 'handed_over' or ifnull(ends_on, date(starts_on, '+1 day')) > :first or exists (
      select 1 from loan_movement where loan_id = loan.id and undone_at is null and day >= :first))";

/// The loans that a structure gives in the year that begins on this day, promises included.
///
/// # Errors
/// What SQLite refuses.
pub fn lent_in(db: &Connection, structure: Id, first: Day) -> Result<Vec<Id>, Error> {
    let sql = format!(
        "select id from loan
         where lender_id = :structure and state in ('approved', 'handed_over', 'returned', 'lost') and {IN_THE_YEAR}
         order by starts_on, id"
    );
    ids(db, &sql, structure, first)
}

/// The loans of a structure, given and received, that left and were out in the year that begins on this day.
///
/// # Errors
/// What SQLite refuses.
pub fn exchanged_in(db: &Connection, structure: Id, first: Day) -> Result<Vec<Id>, Error> {
    let sql = format!(
        "select id from loan
         where (lender_id = :structure or borrower_id = :structure)
           and state in ('handed_over', 'returned', 'lost') and {IN_THE_YEAR}
         order by starts_on, id"
    );
    ids(db, &sql, structure, first)
}

fn ids(db: &Connection, sql: &str, structure: Id, first: Day) -> Result<Vec<Id>, Error> {
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map(named_params! { ":structure": structure, ":first": first }, |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
