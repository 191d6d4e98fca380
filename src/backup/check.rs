//! Everything that can be told to hold, or not, of a database: what `navette verify` and every backup ask.

use rusqlite::Connection;

use crate::auth::{Act, Caller};
use crate::clock::Moment;
use crate::error::Error;
pub use crate::ledger::verify::Report;
use crate::{ledger, statement};

/// Checks the file, the ledger with all that follows from it, and closed years.
///
/// # Errors
/// When the database cannot be read at all; what can be read and is wrong is a fault of the report.
pub fn check(db: &Connection, now: Moment) -> Result<Report, Error> {
    let mut report = ledger::verify::verify(db)?;
    report.faults.extend(statement::faults(&Act::begin(db, now, Caller::Operator)?)?);
    Ok(report)
}
