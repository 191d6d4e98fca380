//! A part of a job that may fail without the rest: a savepoint within the job's own.

use rusqlite::Connection;

/// Does some work; what fails leaves nothing behind.
///
/// # Errors
/// What the work answers, or SQLite.
pub fn attempt<T, E: From<rusqlite::Error>>(db: &Connection, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let step = |sql: &str| db.prepare_cached(sql).and_then(|mut statement| statement.execute([]));
    step("savepoint attempt")?;
    let done = work();
    if done.is_err() {
        step("rollback to attempt")?;
    }
    step("release attempt")?;
    done
}
