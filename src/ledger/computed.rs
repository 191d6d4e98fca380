//! What is kept beside the lines, as they add up to it, for verification: mostly in a file of its own,
//! for a long ledger has millions of sums.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use rusqlite::Connection;

use crate::error::Error;

/// Sums of each kind held in memory, some 5 MB, until they go to the file together: in order, so that neighbours there are
/// written at once.
const HELD_MAX: usize = 16 * 1024;

/// The key of a table of sums that lines add up to.
pub trait Key: Ord + Sized {
    /// What stands under it.
    type Sum: Copy + Default + PartialEq + AddAssign;
    /// The table.
    const TABLE: &'static str;

    /// The sum that stands under this key.
    ///
    /// # Errors
    /// What SQLite refuses.
    fn find(&self, db: &Connection) -> Result<Option<Self::Sum>, Error>;

    /// Puts a sum under this key, in place of what stands there.
    ///
    /// # Errors
    /// What SQLite refuses.
    fn put(&self, db: &Connection, sum: Self::Sum) -> Result<(), Error>;

    /// Hands every key and its sum to a visitor, or why it cannot be read.
    ///
    /// # Errors
    /// What SQLite refuses, or the visitor.
    fn each(
        db: &Connection,
        visit: impl FnMut(rusqlite::Result<(Self, Self::Sum)>) -> Result<(), Error>,
    ) -> Result<(), Error>;
}

/// The sums of one table so far.
pub struct Computed<'a, K: Key> {
    held: BTreeMap<K, K::Sum>,
    /// The others, in a table like the one they are held against.
    file: &'a Connection,
}

impl<'a, K: Key> Computed<'a, K> {
    /// Nothing yet, with room in a [`scratch`](crate::store::scratch) for what there will be.
    ///
    /// # Errors
    /// What SQLite refuses: when this database has no such table.
    pub fn new(db: &Connection, file: &'a Connection) -> Result<Self, Error> {
        let table: String =
            db.query_row("select sql from sqlite_schema where type = 'table' and name = :name", [K::TABLE], |row| {
                row.get(0)
            })?;
        file.execute_batch(&table)?;
        Ok(Self { held: BTreeMap::new(), file })
    }

    /// Adds to the sum under a key.
    ///
    /// # Errors
    /// When there is no room for temporary files.
    pub fn add(&mut self, key: K, sum: K::Sum) -> Result<(), Error> {
        *self.held.entry(key).or_default() += sum;
        if self.held.len() < HELD_MAX { Ok(()) } else { self.put_away() }
    }

    fn put_away(&mut self) -> Result<(), Error> {
        while let Some((key, sum)) = self.held.pop_first() {
            let mut all = key.find(self.file)?.unwrap_or_default();
            all += sum;
            key.put(self.file, all)?;
        }
        Ok(())
    }

    /// Tells each key under which something else is stored than the lines add up to: what is stored, and what is right; or
    /// why one cannot be read.
    ///
    /// # Errors
    /// What SQLite refuses.
    pub fn differences(
        mut self,
        db: &Connection,
        mut tell: impl FnMut(rusqlite::Result<(K, K::Sum, K::Sum)>),
    ) -> Result<(), Error> {
        self.put_away()?;
        let mut met = 0;
        K::each(db, |stored| {
            match stored {
                Ok((key, stored)) => {
                    let right = key.find(self.file)?;
                    met += i64::from(right.is_some());
                    let right = right.unwrap_or_default();
                    if stored != right {
                        tell(Ok((key, stored, right)));
                    }
                }
                Err(error) => tell(Err(error)),
            }
            Ok(())
        })?;
        let count = format!("select count(*) from {}", K::TABLE);
        if met == self.file.query_row(&count, [], |row| row.get::<_, i64>(0))? {
            return Ok(());
        }
        // Some are not stored at all: only now is it worth finding out which.
        K::each(self.file, |right| {
            let (key, right) = right?;
            // What stands there and cannot be read was told.
            if right != K::Sum::default() && matches!(key.find(db), Ok(None)) {
                tell(Ok((key, K::Sum::default(), right)));
            }
            Ok(())
        })
    }
}
