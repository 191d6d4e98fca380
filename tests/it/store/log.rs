//! The write-ahead log: it stays short whatever readers do.

use std::ops::Range;
use std::sync::mpsc;
use std::time::Duration;

use navette::error::Error;

use crate::world::World;

/// Fills the log: lines of a table that nobody else minds.
async fn write_a_lot(world: &World, megabytes: Range<usize>) -> Vec<Result<(), Error>> {
    let mut answers = Vec::new();
    for part in megabytes {
        let filled = world.app.store.write(move |db, _| {
            let mut row = db.prepare_cached("insert into commune (code, name, population) values (?1, ?2, 1)")?;
            for number in 0..256 {
                row.execute((format!("{part}-{number}"), "x".repeat(4096)))?;
            }
            Ok(())
        });
        answers.push(filled.await);
    }
    answers
}

fn log_megabytes(world: &World) -> u64 {
    let log = format!("{}-wal", world.file().display());
    std::fs::metadata(log).map_or(0, |log| log.len() >> 20)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_stays_short_under_a_query_that_never_ends() {
    let world = World::new().await;
    let store = world.app.store.clone();
    let endless = tokio::spawn(async move {
        store
            .read(|db| {
                let _snapshot: i64 = db.query_row("select count(*) from commune", [], |row| row.get(0))?;
                let endless = "with recursive n (x) as (select 1 union all select x + 1 from n) select max(x) from n";
                Ok(db.query_row(endless, [], |row| row.get::<_, i64>(0))?)
            })
            .await
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let answers = write_a_lot(&world, 0..150).await;
    assert!(answers.iter().all(Result::is_ok), "a write was refused");
    assert!(log_megabytes(&world) < 64, "{} MiB", log_megabytes(&world));
    assert!(matches!(endless.await.unwrap(), Err(Error::Busy)));
}

#[tokio::test(flavor = "multi_thread")]
async fn beyond_its_limit_nothing_is_written_until_a_reader_that_cannot_be_stopped_has_gone() {
    let world = World::new().await;
    let (go, gone) = mpsc::channel::<()>();
    let store = world.app.store.clone();
    let stuck = tokio::spawn(async move {
        store
            .read(move |db| {
                let _snapshot: i64 = db.query_row("select count(*) from commune", [], |row| row.get(0))?;
                let _told = gone.recv();
                Ok(())
            })
            .await
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let answers = write_a_lot(&world, 0..60).await;
    assert!(answers[0].is_ok() && matches!(answers[59], Err(Error::Busy)));
    assert!(log_megabytes(&world) < 64, "{} MiB", log_megabytes(&world));
    go.send(()).unwrap();
    stuck.await.unwrap().unwrap();
    assert!(write_a_lot(&world, 60..61).await[0].is_ok());
}
