//! Backups: taken while others write, proven before they count, never written over anything, and brought back.

mod refused;
pub mod released;
mod taken;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rusqlite::Connection;

use crate::deeds::{given, lent};
use crate::world::{TODAY, Village, World};

/// What the program said, and whether it was content.
#[derive(Debug)]
pub struct Said {
    well: bool,
    out: String,
    err: String,
}

/// Runs the program as the person at the machine does.
fn navette<S: AsRef<OsStr>>(words: impl IntoIterator<Item = S>) -> Said {
    let program = env!("CARGO_BIN_EXE_navette");
    let Output { status, stdout, stderr } = Command::new(program).args(words).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { well: status.success(), out: text(stdout), err: text(stderr) }
}

fn backup(database: &Path, target: &Path) -> Said {
    navette([OsStr::new("backup"), "--database".as_ref(), database.as_ref(), target.as_ref()])
}

fn restore(backup: &Path, database: &Path) -> Said {
    navette([OsStr::new("restore"), backup.as_ref(), "--database".as_ref(), database.as_ref()])
}

pub fn verify(database: &Path) -> Said {
    navette([OsStr::new("verify"), "--database".as_ref(), database.as_ref()])
}

/// Asserts that it ended well, and gives what it said.
#[track_caller]
pub fn well(said: Said) -> String {
    assert!(said.well, "{said:?}");
    said.out
}

/// Asserts that it ended with an error that says this, in one place or the other.
#[track_caller]
fn refused(said: &Said, words: &str) {
    assert!(!said.well, "{said:?}");
    assert!(said.err.starts_with("navette: ") && said.err.contains(words), "{words}: {said:?}");
    assert_eq!(said.out, "", "{said:?}");
}

/// What lies in a folder.
pub fn lies_in(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

/// All rows of all tables of a file, whatever their order, and its schema.
pub fn contents(path: &Path) -> BTreeMap<String, Vec<String>> {
    let db = Connection::open(path).unwrap();
    let names = "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'";
    let mut names = db.prepare(names).unwrap();
    let names = names.query_map([], |row| row.get(0)).unwrap().collect::<Result<Vec<String>, _>>().unwrap();
    let schema = "select type, name, sql from sqlite_schema where name not like 'sqlite_%' order by 1, 2";
    let of = |(name, query): (String, String)| {
        let mut all = db.prepare(&query).unwrap();
        let columns = all.column_count();
        let line = |row: &rusqlite::Row<'_>| (0..columns).map(|at| Ok(format!("{:?} ", row.get_ref(at)?))).collect();
        let mut rows = all.query_map([], line).unwrap().collect::<Result<Vec<String>, _>>().unwrap();
        // In which order a table keeps its rows is its own business.
        rows.sort_unstable();
        (name, rows)
    };
    let tables = names.into_iter().map(|name| (name.clone(), format!("select * from {name}")));
    tables.chain([("the schema".to_owned(), schema.to_owned())]).map(of).collect()
}

/// A world in which something happened, and a folder for backups.
pub async fn at_work() -> (World, Village, tempfile::TempDir) {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    for minutes in 1..=5 {
        world.hours(&jardins.manager, &given(jardins, cuma, TODAY, minutes)).await;
    }
    let loan = lent(cuma, jardins, "2026-03-02", Some("2026-03-05"));
    world.post("/v1/loans", &loan).by(&cuma.manager).await.created();
    (world, village, tempfile::tempdir().unwrap())
}
