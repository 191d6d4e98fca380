//! A database in a temporary file, for what one question needs and memory would not hold.

use rusqlite::Connection;

/// KiB of its pages that stay in memory.
const CACHE_KIB: i64 = 8 * 1024;

/// An empty one, which goes with its connection. Nothing in it is ever taken back: it has no journal, and all that is done
/// in it is one transaction without an end.
///
/// # Errors
/// When there is no room for temporary files.
pub fn scratch() -> rusqlite::Result<Connection> {
    let file = Connection::open("")?;
    file.execute_batch("pragma journal_mode = off; pragma synchronous = off; pragma foreign_keys = off;")?;
    file.pragma_update(None, "cache_size", -CACHE_KIB)?;
    file.execute_batch("begin")?;
    Ok(file)
}
