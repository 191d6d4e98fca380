//! Opening a database file: is it ours, is it of our time, and with which settings.

use std::path::Path;
use std::time::Duration;

use rusqlite::functions::FunctionFlags;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use super::digest;

/// The whole schema, as the repository shows it.
pub const SCHEMA: &str = include_str!("../../schema.sql");
/// `NAVT`, in the header of every Navette file.
pub const APPLICATION_ID: i64 = 1_312_904_788;
/// Version of [`SCHEMA`].
pub const SCHEMA_VERSION: i64 = 2;
/// How long a connection waits for another process's lock.
pub(super) const LOCK_WAIT: Duration = Duration::from_secs(5);
/// Bytes of one value or row at most.
const VALUE_BYTES_MAX: i32 = 4_000_000;
/// KiB of pages that the writer keeps in memory: a batch that outgrows them is written twice.
const WRITER_CACHE_KIB: i64 = 20 * 1024;
/// KiB of pages that a verification keeps in memory: it reads most of them in order.
const COPY_CACHE_KIB: i64 = 8 * 1024;
/// Prepared statements kept by each connection.
const STATEMENTS_MAX: usize = 256;

/// Why a file cannot be opened, in words for the person at the machine.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file is a database of another program.
    #[error("{0} is not a Navette database: another program made it. Choose another file with --database.")]
    Foreign(String),
    /// The file was written by a later Navette.
    #[error(
        "{path} was written by a newer Navette (schema {found}, this one knows {known}). Install the newer version; nothing was changed."
    )]
    Newer {
        /// The file.
        path: String,
        /// Its schema version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// The file was written by an earlier Navette, and this one changes nothing in it.
    #[error(
        "{path} was written by an older Navette (schema {found}, this one knows {known}). `navette serve` backs it up and \
         upgrades it when it starts; `navette restore` makes an upgraded copy of a backup."
    )]
    Older {
        /// The file.
        path: String,
        /// Its schema version.
        found: i64,
        /// Ours.
        known: i64,
    },
    /// A copy of the whole could not be written, for want of room perhaps.
    #[error("cannot copy {path}: {source}")]
    Copy {
        /// The file.
        path: String,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// A file of an earlier version could not be brought to this one.
    #[error("{path} could not be upgraded to schema {version}, and is as it was: {source}")]
    Upgrade {
        /// The file.
        path: String,
        /// The version it was to have.
        version: i64,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// Once upgraded, rows of it would refer to nothing.
    #[error("{path} was not upgraded, and is as it was: {lost} rows would refer to others that are not there")]
    UpgradeLost {
        /// The file.
        path: String,
        /// How many rows.
        lost: i64,
    },
    /// The operating system does not let it be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The file.
        path: String,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// SQLite or the operating system refused.
    #[error("cannot open {path}: {source}")]
    Sqlite {
        /// The file.
        path: String,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// The writer thread could not be started.
    #[error("cannot start the writer thread: {0}")]
    Thread(#[from] std::io::Error),
}

/// Opens the one connection that writes.
///
/// # Errors
/// [`OpenError`], in words for the person at the machine.
pub fn writer(path: &Path) -> Result<Connection, OpenError> {
    let told = |source| OpenError::Sqlite { path: path.display().to_string(), source };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).map_err(told)?;
    db.busy_timeout(LOCK_WAIT).map_err(told)?;
    let fresh = is_fresh(&db, path)?;
    restrict_file(path)?;
    db.execute_batch("pragma journal_mode = wal; pragma journal_size_limit = 67108864;").map_err(told)?;
    configure(&db).map_err(told)?;
    db.pragma_update(None, "cache_size", -WRITER_CACHE_KIB).map_err(told)?;
    if fresh {
        db.execute_batch(&format!("begin immediate; {SCHEMA}")).map_err(told)?;
        digest::fill(&db).map_err(told)?;
        db.execute_batch("commit").map_err(told)?;
    }
    digest::keep(&db).map_err(told)?;
    db.execute_batch("pragma optimize = 0x10002;").map_err(told)?;
    Ok(db)
}

/// Opens a connection that can only query.
///
/// # Errors
/// [`OpenError`], in words for the person at the machine.
pub fn reader(path: &Path) -> Result<Connection, OpenError> {
    let told = |source| OpenError::Sqlite { path: path.display().to_string(), source };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).map_err(told)?;
    db.busy_timeout(LOCK_WAIT).map_err(told)?;
    configure(&db).map_err(told)?;
    db.execute_batch("pragma query_only = on;").map_err(told)?;
    Ok(db)
}

/// Opens a file or a copy of one for verification: it must exist, be ours, and is not written to. All that is read is of
/// one moment, that of the first question.
///
/// # Errors
/// [`OpenError`], in words for the person at the machine.
pub fn copy(path: &Path) -> Result<Connection, OpenError> {
    let told = |source| OpenError::Sqlite { path: path.display().to_string(), source };
    let db = existing(path)?;
    is_fresh(&db, path)?;
    // What is sorted may be longer than memory holds.
    db.execute_batch("pragma temp_store = file; pragma query_only = on;").map_err(told)?;
    db.pragma_update(None, "cache_size", -COPY_CACHE_KIB).map_err(told)?;
    db.execute_batch("begin;").map_err(told)?;
    Ok(db)
}

/// Opens a file that must exist and be ours, of this version or an earlier one, without changing any setting that is
/// kept in it.
///
/// # Errors
/// [`OpenError`], in words for the person at the machine.
pub(super) fn existing(path: &Path) -> Result<Connection, OpenError> {
    let told = |source| OpenError::Sqlite { path: path.display().to_string(), source };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).map_err(told)?;
    db.busy_timeout(LOCK_WAIT).map_err(told)?;
    if version(&db, path)?.is_none() {
        return Err(OpenError::Foreign(path.display().to_string()));
    }
    configure(&db).map_err(told)?;
    Ok(db)
}

/// Only the account that runs Navette reads the file: it holds names and secrets.
fn restrict_file(path: &Path) -> Result<(), OpenError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

/// True for an empty file that is to receive the schema, false for one of ours of this version.
fn is_fresh(db: &Connection, path: &Path) -> Result<bool, OpenError> {
    match version(db, path)? {
        None => Ok(true),
        Some(SCHEMA_VERSION) => Ok(false),
        Some(found) => Err(OpenError::Older { path: path.display().to_string(), found, known: SCHEMA_VERSION }),
    }
}

/// The schema version of one of our files, this one's or an earlier one's; none of an empty file.
fn version(db: &Connection, path: &Path) -> Result<Option<i64>, OpenError> {
    let told = |source| OpenError::Sqlite { path: path.display().to_string(), source };
    let name = || path.display().to_string();
    let number = |pragma: &str| db.query_row(pragma, [], |row| row.get::<_, i64>(0));
    let application = number("pragma application_id").map_err(|error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => OpenError::Foreign(name()),
        _ => told(error),
    })?;
    let version = number("pragma user_version").map_err(told)?;
    let tables = number("select count(*) from sqlite_schema").map_err(told)?;
    match (application, version, tables) {
        (0, 0, 0) => Ok(None),
        (APPLICATION_ID, 1..=SCHEMA_VERSION, _) => Ok(Some(version)),
        (APPLICATION_ID, found, _) if found > SCHEMA_VERSION => {
            Err(OpenError::Newer { path: name(), found, known: SCHEMA_VERSION })
        }
        _ => Err(OpenError::Foreign(name())),
    }
}

/// Settings of every connection: durable, strict, erased bytes overwritten, no surprise from the file.
fn configure(db: &Connection) -> rusqlite::Result<()> {
    use rusqlite::config::DbConfig;
    db.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    db.execute_batch(
        "pragma synchronous = full; pragma foreign_keys = on; pragma trusted_schema = off;
         pragma cell_size_check = on; pragma mmap_size = 0; pragma temp_store = memory;
         pragma secure_delete = on; pragma recursive_triggers = on;",
    )?;
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    db.create_scalar_function("fold", 1, flags, |call| Ok(crate::text::folded(call.get_raw(0).as_str()?)))?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // A plan depends on the question and not on the values asked for. Else, once there are statistics, binding a value
    // prepares the statement anew, which costs more than to run it.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.set_limit(Limit::SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX)?;
    db.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    Ok(())
}
