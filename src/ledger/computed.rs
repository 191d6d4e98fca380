//! Rollups as the lines add up to them, for verification: in a file of their own that nobody else sees, for a long ledger
//! has millions.

use std::collections::HashMap;

use rusqlite::Connection;

use super::rollups;
use super::tally::{Cell, Sum};
use crate::error::Error;
use crate::store::attempt;

/// Cells held in memory, some 20 MB.
const HELD_MAX: usize = 64 * 1024;

/// The sums so far.
pub struct Computed {
    held: HashMap<Cell, Sum>,
    /// The others, in a table like the one they are held against.
    file: Connection,
}

impl Computed {
    /// Nothing yet; for the rollups of this database.
    ///
    /// # Errors
    /// What SQLite refuses: when there is no such table, or no room for temporary files.
    pub fn new(db: &Connection) -> Result<Self, Error> {
        let table: String =
            db.query_row("select sql from sqlite_schema where type = 'table' and name = 'tally'", [], |row| {
                row.get(0)
            })?;
        // Without a name it is a temporary file, which goes with the connection.
        let file = Connection::open("")?;
        file.execute_batch("pragma journal_mode = memory; pragma synchronous = off; pragma cache_size = -8192;")?;
        file.execute_batch(&table)?;
        Ok(Self { held: HashMap::new(), file })
    }

    /// Adds to a cell.
    ///
    /// # Errors
    /// When there is no room for temporary files.
    pub fn add(&mut self, cell: Cell, sum: Sum) -> Result<(), Error> {
        *self.held.entry(cell).or_default() += sum;
        if self.held.len() < HELD_MAX { Ok(()) } else { self.put_away() }
    }

    fn put_away(&mut self) -> Result<(), Error> {
        let (held, file) = (&mut self.held, &self.file);
        attempt(file, || {
            held.drain().try_for_each(|(cell, sum)| {
                let before = rollups::taken(file, &cell)?;
                rollups::put(file, &cell, before.unwrap_or_default() + sum)
            })
        })
    }

    /// Takes a cell out: what the lines add up to there.
    ///
    /// # Errors
    /// What SQLite refuses.
    pub fn take(&mut self, cell: &Cell) -> Result<Sum, Error> {
        let held = self.held.remove(cell).unwrap_or_default();
        Ok(rollups::taken(&self.file, cell)?.unwrap_or_default() + held)
    }

    /// Hands what was not taken out to a visitor.
    ///
    /// # Errors
    /// What SQLite refuses.
    pub fn rest(mut self, mut visit: impl FnMut(Cell, Sum)) -> Result<(), Error> {
        self.put_away()?;
        let mut unreadable = Ok(());
        rollups::each_tally(&self.file, |cell| match cell {
            Ok((cell, sum)) => visit(cell, sum),
            Err(error) => unreadable = Err(error.into()),
        })?;
        unreadable
    }
}
