//! Files of every released version: opened, they become what a new file is, with all that was in them.

use std::path::{Path, PathBuf};

use navette::backup;
use navette::clock::Clock;
use navette::store::open;
use rusqlite::Connection;

use super::{contents, lies_in, refused, restore, verify, well};
use crate::world::START;

/// Each released schema, word for word, and rows that its own Navette wrote: one at least in each table.
pub const RELEASED: &[(i64, &str, &str)] =
    &[(1, include_str!("../store/released/1.sql"), include_str!("../store/released/1-rows.sql"))];

/// A file of a released version, as it lay on somebody's machine.
pub fn released(folder: &Path, schema: &str, rows: &str) -> PathBuf {
    let path = folder.join("navette.db");
    let db = Connection::open(&path).unwrap();
    db.execute_batch("pragma journal_mode = wal; pragma foreign_keys = off;").unwrap();
    db.execute_batch(schema).unwrap();
    // The rows are those of a finished day: triggers that watch over how they came about have nothing to say any more.
    let texts = "select name, sql from sqlite_schema where type = 'trigger'";
    let triggers: Vec<(String, String)> = {
        let mut texts = db.prepare(texts).unwrap();
        texts.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap()
    };
    for (name, _) in &triggers {
        db.execute_batch(&format!("drop trigger {name}")).unwrap();
    }
    db.execute_batch(rows).unwrap();
    for (_, sql) in &triggers {
        db.execute_batch(sql).unwrap();
    }
    path
}

/// The schema of a file, without remarks and however it is set.
fn shape(path: &Path) -> Vec<(String, String, String)> {
    let db = Connection::open(path).unwrap();
    let mut texts = db
        .prepare("select type, name, sql from sqlite_schema where name not like 'sqlite_%' order by type, name")
        .unwrap();
    let plain = |sql: String| {
        let lines = sql.lines().map(|line| line.split("--").next().unwrap_or_default());
        lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
    };
    let rows = texts.query_map([], |row| Ok((row.get(0)?, row.get(1)?, plain(row.get(2)?)))).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

fn version(path: &Path) -> i64 {
    Connection::open(path).unwrap().query_row("pragma user_version", [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn a_file_of_every_released_version_becomes_what_a_new_one_is() {
    for (number, schema, rows) in RELEASED {
        let folder = tempfile::tempdir().unwrap();
        let path = released(folder.path(), schema, rows);
        let before = contents(&path);
        assert!(before.values().all(|rows| !rows.is_empty()), "a table of version {number} has no row: {before:?}");
        refused(&verify(&path), &format!("was written by an older Navette (schema {number}, this one knows"));
        assert_eq!(version(&path), *number);

        backup::open(&path, Clock::fixed(START)).unwrap().close().await;
        let fresh = folder.path().join("fresh.db");
        backup::open(&fresh, Clock::fixed(START)).unwrap().close().await;
        assert_eq!(shape(&path), shape(&fresh));
        assert_eq!(version(&path), open::SCHEMA_VERSION);
        well(verify(&path));
        let after = contents(&path);
        for (table, rows) in before.iter().filter(|(table, _)| *table != "the schema") {
            assert_eq!(&after[table], rows, "{table}");
        }

        // As it was, it lies beside it, and can be brought back: to the present version, too.
        let kept = path.with_extension(format!("db.before-v{}-2026-03-14T090000Z", open::SCHEMA_VERSION));
        assert_eq!(version(&kept), *number);
        assert_eq!(contents(&kept), before);
        let back = folder.path().join("back.db");
        well(restore(&kept, &back));
        assert_eq!(shape(&back), shape(&fresh));
        assert_eq!(contents(&back)["structure"], before["structure"]);
        assert_eq!(contents(&kept), before, "the backup stays as it is");
        for file in [&path, &fresh, &back, &kept] {
            let companions = lies_in(folder.path())
                .into_iter()
                .filter(|other| other != file && other.to_str().unwrap().starts_with(&format!("{}-", file.display())));
            assert_eq!(companions.collect::<Vec<_>>(), [] as [PathBuf; 0]);
        }
    }
}

#[tokio::test]
async fn a_file_that_does_not_hold_is_not_upgraded() {
    let folder = tempfile::tempdir().unwrap();
    let (_, schema, rows) = RELEASED[0];
    let path = released(folder.path(), schema, rows);
    let by_hand = "drop trigger ledger_is_never_updated; update ledger set minutes = 1 where seq = 1";
    Connection::open(&path).unwrap().execute_batch(by_hand).unwrap();
    let before = contents(&path);
    let Err(told) = backup::open(&path, Clock::fixed(START)) else { panic!("it was upgraded") };
    assert!(told.to_string().contains("line 1: its columns say something other"), "{told}");
    assert_eq!((version(&path), contents(&path)), (1, before));
    assert_eq!(lies_in(folder.path()), [path]);
}
