//! Upgrades of the schema: what each version changed of the one before, in one transaction.

use std::path::Path;

use rusqlite::Connection;

use super::digest;
use super::open::{self, OpenError, SCHEMA_VERSION};

/// What makes version 2 of version 1, version 3 of version 2, and so on: whatever a released file needs to become one
/// that [`open::SCHEMA`] would make today.
const STEPS: &[&str] = &[include_str!("upgrades/2.sql")];

/// Brings a file of an earlier version to the present one, whole or not at all. Who calls has a backup of it.
///
/// # Errors
/// [`OpenError`], in words for the person at the machine; the file is as it was.
pub fn upgrade(path: &Path) -> Result<(), OpenError> {
    let name = || path.display().to_string();
    let told = |source| OpenError::Upgrade { path: name(), version: SCHEMA_VERSION, source };
    let db = open::existing(path)?;
    // A step may build a table anew that others refer to. That all references hold is looked at when all is done.
    db.execute_batch("pragma foreign_keys = off; begin immediate;").map_err(told)?;
    climb(&db, STEPS).map_err(told)?;
    let lost: i64 =
        db.query_row("select count(*) from pragma_foreign_key_check", [], |row| row.get(0)).map_err(told)?;
    if lost > 0 {
        return Err(OpenError::UpgradeLost { path: name(), lost });
    }
    db.execute_batch("commit").map_err(told)
}

/// Takes each step that the file has not taken yet, within the caller's transaction.
fn climb(db: &Connection, steps: &[&str]) -> rusqlite::Result<()> {
    let found: i64 = db.query_row("pragma user_version", [], |row| row.get(0))?;
    for (version, step) in (2..).zip(steps).filter(|(version, _)| *version > found) {
        db.execute_batch(step)?;
        db.pragma_update(None, "user_version", version)?;
    }
    // Columns may be new, so rows may be longer: the digests are those of the rows as they now are.
    digest::fill(db)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of version 1.
    fn first() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("navette.db");
        let db = Connection::open(&path).unwrap();
        db.execute_batch("pragma journal_mode = wal;").unwrap();
        db.execute_batch(include_str!("../../tests/it/store/released/1.sql")).unwrap();
        (folder, path)
    }

    fn version(path: &Path) -> i64 {
        Connection::open(path).unwrap().query_row("pragma user_version", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn an_upgrade_that_breaks_off_before_its_end_leaves_the_file_as_it_was() {
        let (_folder, path) = first();
        let db = open::existing(&path).unwrap();
        db.execute_batch("begin immediate").unwrap();
        climb(&db, STEPS).unwrap();
        assert_eq!(version(&path), 1, "nobody else sees it before it is whole");
        drop(db);
        assert_eq!(version(&path), 1);
        assert!(matches!(open::copy(&path), Err(OpenError::Older { found: 1, .. })));
        upgrade(&path).unwrap();
        assert_eq!(version(&path), SCHEMA_VERSION);
        upgrade(&path).unwrap();
        open::copy(&path).unwrap();
    }

    #[test]
    fn a_step_that_fails_takes_those_before_it_back() {
        let (_folder, path) = first();
        let db = open::existing(&path).unwrap();
        db.execute_batch("begin immediate").unwrap();
        let failing = [STEPS[0], "create table more (id integer) strict; insert into nowhere values (1);"];
        climb(&db, &failing).unwrap_err();
        drop(db);
        assert_eq!(version(&path), 1);
        let tables: i64 = Connection::open(&path)
            .unwrap()
            .query_row("select count(*) from sqlite_schema where name in ('more', 'table_digest')", [], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!(tables, 0);
    }
}
