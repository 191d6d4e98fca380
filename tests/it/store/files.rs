//! Files: made whole, refused when they are not ours, and complete once closed.

use std::path::Path;

use navette::clock::Clock;
use navette::error::Error;
use navette::store::{OpenError, Store, open};
use rusqlite::Connection;

use crate::deeds::given;
use crate::world::{START, TODAY, World};

fn opened(path: &Path) -> Result<Store, OpenError> {
    Store::open(path, Clock::fixed(START))
}

/// Why a file cannot be opened; the file is left as it was.
#[track_caller]
fn refusal(path: &Path) -> String {
    let as_it_is = || (std::fs::read(path).unwrap(), std::fs::metadata(path).unwrap().permissions());
    let before = as_it_is();
    let Err(refused) = opened(path) else { panic!("{} was opened", path.display()) };
    assert!(as_it_is() == before, "the refused file was changed");
    refused.to_string()
}

#[tokio::test]
async fn a_file_of_a_newer_navette_is_named_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("navette.db");
    opened(&path).unwrap().close().await;
    Connection::open(&path).unwrap().execute_batch("pragma user_version = 3; pragma wal_checkpoint(truncate)").unwrap();
    let told = refusal(&path);
    assert!(told.contains("written by a newer Navette (schema 3, this one knows 2)"), "{told}");
    assert!(told.contains(path.to_str().unwrap()), "{told}");
    assert!(matches!(open::copy(&path), Err(OpenError::Newer { found: 3, known: 2, .. })));
}

#[tokio::test]
async fn a_database_of_another_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (name, made) in [
        ("plain", "create table contact (name text)"),
        ("tagged", "pragma application_id = 42; create table contact (name text)"),
        ("versioned", "pragma user_version = 1; create table ledger (seq integer)"),
        ("tagged and empty", "pragma application_id = 42"),
    ] {
        let path = folder.path().join(name);
        Connection::open(&path).unwrap().execute_batch(made).unwrap();
        let told = refusal(&path);
        assert!(told.contains("is not a Navette database: another program made it"), "{name}: {told}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [
        ("accounts.csv", b"date;minutes\n2026-03-14;89\n".repeat(100)),
        ("zeros", vec![0; 8192]),
        ("header only", b"SQLite format 3\0".to_vec()),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let told = refusal(&path);
        assert!(told.contains(path.to_str().unwrap()), "{name}: {told}");
    }
    let Err(told) = opened(folder.path()) else { panic!("a folder was opened") };
    assert!(told.to_string().contains("cannot open"), "{told}");
    let nowhere = folder.path().join("no/such/folder/navette.db");
    let Err(told) = opened(&nowhere) else { panic!("opened in no folder") };
    assert!(told.to_string().contains("cannot open"), "{told}");
}

#[tokio::test]
async fn an_empty_file_and_no_file_become_ours() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.db");
    std::fs::write(&empty, b"").unwrap();
    for path in [empty, folder.path().join("absent.db")] {
        opened(&path).unwrap().close().await;
        let db = open::copy(&path).unwrap();
        let report = navette::ledger::verify::verify(&db).unwrap();
        assert_eq!((report.lines, report.faults), (0, vec![]));
        let number = |pragma: &str| db.query_row(pragma, [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(number("pragma application_id"), open::APPLICATION_ID);
        assert_eq!(number("pragma user_version"), open::SCHEMA_VERSION);
        drop(db);
        opened(&path).unwrap().close().await;
    }
    let absent = folder.path().join("not there.db");
    assert!(open::copy(&absent).is_err());
    assert!(!absent.exists(), "looking at a file does not make it");
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_account_that_runs_navette_reads_its_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new().await;
    world.village().await;
    for file in std::fs::read_dir(world.file().parent().unwrap()).unwrap().map(Result::unwrap) {
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", file.path().display());
    }
}

#[tokio::test]
async fn after_closing_everything_is_in_the_one_file_and_nothing_more_is_taken() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    for minutes in 1..=20 {
        world.hours(&jardins.manager, &given(jardins, cuma, TODAY, minutes)).await;
    }
    let store = &world.app.store;
    // What was sent before the end is done before the end.
    let (last, ()) =
        tokio::join!(store.write(|db, _| Ok(db.execute("update structure set phone = '04'", [])?)), store.close(),);
    assert!(last.unwrap() >= 3);
    assert!(matches!(store.write(|_, _| Ok(())).await, Err(Error::Busy)));
    assert!(matches!(store.read(|_| Ok(())).await, Err(Error::Busy)));
    let answer = world.post("/v1/hours", &given(jardins, cuma, TODAY, 60)).by(&jardins.manager).await;
    answer.refused(503, "busy");

    let log = world.file().with_extension("db-wal");
    assert_eq!(std::fs::metadata(log).map_or(0, |log| log.len()), 0, "the log is folded into the file");
    let alone = world.file().with_extension("alone");
    std::fs::copy(world.file(), &alone).unwrap();
    let db = open::copy(&alone).unwrap();
    let report = navette::ledger::verify::verify(&db).unwrap();
    assert_eq!((report.lines, report.faults), (20, vec![]));
    let phones: i64 = db.query_row("select count(*) from structure where phone = '04'", [], |row| row.get(0)).unwrap();
    assert!(phones >= 3);
}

#[tokio::test]
async fn what_was_answered_is_there_for_whoever_opens_the_file_next() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let line = world.hours_line(&jardins.manager, &given(jardins, cuma, TODAY, 60)).await;
    // Nothing is closed: another connection reads what was durable when it was answered.
    let other = opened(&world.file()).unwrap();
    let found = other.read(|db| Ok(db.query_row("select hex(id) from ledger", [], |row| row.get::<_, String>(0))?));
    assert_eq!(found.await.unwrap().to_lowercase(), line.replace('-', ""));
    other.close().await;
    world.hours(&jardins.manager, &given(jardins, cuma, TODAY, 60)).await;
    assert_eq!(world.faults().await, [] as [&str; 0]);
}
