//! Copies of a whole database as it is at one moment, and what a file says of itself before it is opened.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use rusqlite::limits::Limit;

use super::open::{self, APPLICATION_ID, OpenError, SCHEMA_VERSION};

/// Bytes of the header of an SQLite file, and where in it our two numbers stand (SQLite file format, 1.3).
const HEADER_BYTES: usize = 100;
const VERSION_AT: usize = 60;
const APPLICATION_AT: usize = 68;

/// Copies a database into an empty file, as one snapshot: others go on reading and writing meanwhile. `vacuum into`
/// reads every row, leaves behind what was deleted, and takes in what is still in the write-ahead log; a copy of the
/// pages would begin anew whenever somebody else writes. What it wrote is not yet durable.
///
/// # Errors
/// [`OpenError`], in words for the person at the machine.
pub fn snapshot(path: &Path, target: &Path) -> Result<(), OpenError> {
    let told = |source| OpenError::Copy { path: path.display().to_string(), source };
    let db = open::existing(path)?;
    // It attaches the file that it writes.
    db.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 1).map_err(told)?;
    let name = target.to_str().ok_or_else(|| told(rusqlite::Error::InvalidPath(target.to_owned())))?;
    db.execute("vacuum into ?1", [name]).map_err(told)?;
    Ok(())
}

/// The version of the schema that a file says it has. Read without SQLite, so that a file that is not ours, or of a later
/// time, is never opened.
///
/// # Errors
/// [`OpenError`], in words for the person at the machine.
pub fn version_told(path: &Path) -> Result<i64, OpenError> {
    let unreadable = |source| OpenError::Unreadable { path: path.display().to_string(), source };
    let mut header = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(HEADER_BYTES as u64).read_to_end(&mut header).map_err(unreadable)?;
    let number = |at: usize| -> i64 {
        let bytes = header.get(at..at + 4).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok());
        bytes.map_or(0, |bytes| i64::from(i32::from_be_bytes(bytes)))
    };
    let version = number(VERSION_AT);
    if !header.starts_with(b"SQLite format 3\0") || number(APPLICATION_AT) != APPLICATION_ID || version < 1 {
        return Err(OpenError::Foreign(path.display().to_string()));
    }
    if version > SCHEMA_VERSION {
        return Err(OpenError::Newer { path: path.display().to_string(), found: version, known: SCHEMA_VERSION });
    }
    Ok(version)
}
