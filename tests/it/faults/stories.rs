//! What is told on a disk that records: every operation of the API, a crowd with checkpoints, a log that grows long, a
//! file made, upgraded and closed.

use std::sync::{Arc, Mutex, PoisonError};

use navette::privacy::purge;
use rusqlite::Connection;

use super::crowd::{Crowd, Way};
use super::cuts::{Care, Found, Told, cut};
use super::disk::{Call, Disk, Files, Part};
use super::{is_long, seed, world_on};
use crate::backup::released::{RELEASED, released};
use crate::contract::tour;
use crate::world::World;

/// Bytes of a log that the writer will soon find long enough to fold: it does at 16 MiB of pages.
const NEARLY_LONG_BYTES: usize = 4050 * (4096 + 24);

/// A new file is made, closed, opened and closed again.
async fn making() -> Told {
    let disk = Disk::new(Files::new());
    let start = disk.record();
    let mut marks = Vec::new();
    for _ in 0..2 {
        let world = world_on(&disk).await.unwrap();
        marks.push(disk.position());
        world.app.store.close().await;
        drop(world);
        disk.settled();
        marks.push(disk.position());
    }
    Told { start, log: disk.log(), marks, ..Told::default() }
}

/// A file of the first released version is upgraded, opened and closed.
async fn upgrade() -> Told {
    let disk = Disk::new(Files::new());
    released(disk.path.parent().unwrap(), RELEASED[0].1, RELEASED[0].2);
    let start = disk.record();
    navette::store::upgrade(&disk.path).unwrap();
    let mut marks = vec![disk.position()];
    let world = world_on(&disk).await.unwrap();
    marks.push(disk.position());
    world.app.store.close().await;
    drop(world);
    disk.settled();
    marks.push(disk.position());
    Told { start, log: disk.log(), marks, upgrades: true, ..Told::default() }
}

/// Every operation of the API, one after the other, imports and erasures among them.
async fn whole_api() -> Told {
    let disk = Disk::new(Files::new());
    let world = world_on(&disk).await.unwrap();
    checkpoint_every(&world, 200).await;
    let start = disk.record();
    let marks = Arc::new(Mutex::new(Vec::new()));
    let (seen, noted) = (Arc::clone(&disk), Arc::clone(&marks));
    let witness = move |_| noted.lock().unwrap_or_else(PoisonError::into_inner).push(seen.position());
    assert!(world.witness.set(Box::new(witness)).is_ok());
    tour::tell(&world).await;
    purge::rewrite(&world.app).await.unwrap();
    world.app.store.close().await;
    let mut marks = marks.lock().unwrap_or_else(PoisonError::into_inner).clone();
    marks.push(disk.position());
    Told { start, log: disk.log(), marks, ..Told::default() }
}

/// The log is folded into the file after so many of its pages, so that a short story has many checkpoints.
pub async fn checkpoint_every(world: &World, pages: u32) {
    let set = move |db: &Connection, _| Ok(db.pragma_update(None, "wal_autocheckpoint", pages)?);
    world.app.store.write(set).await.unwrap();
}

/// Many record hours at once, while checkpoints of every kind happen, and the file is rewritten and closed.
pub async fn crowded(way: Way, rounds: u32) -> Told {
    let (files, crowd) = Crowd::gathered(way).await;
    let disk = Disk::new(files);
    let start = disk.record();
    let mut requests = 0;
    for round in 0..rounds {
        let world = world_on(&disk).await.unwrap();
        checkpoint_every(&world, 60).await;
        for some in [1, 5, 1, 12, 3] {
            crowd.gives(&world, &disk, requests..requests + some).await;
            requests += some;
        }
        let beside = Connection::open(&disk.path).unwrap();
        for mode in ["passive", "full", "restart", "truncate"] {
            crowd.gives(&world, &disk, requests..requests + 2).await;
            requests += 2;
            beside.query_row(&format!("pragma wal_checkpoint({mode})"), [], |_| Ok(())).unwrap();
        }
        drop(beside);
        if round % 2 == 0 {
            purge::rewrite(&world.app).await.unwrap();
            crowd.gives(&world, &disk, requests..requests + 3).await;
            requests += 3;
        }
        world.app.store.close().await;
        drop(world);
        disk.settled();
    }
    Told { start, log: disk.log(), promises: crowd.promises(), crowd: Some((crowd, requests)), ..Told::default() }
}

/// The log has become so long that the writer folds it into the file, and begins it anew. All that was recorded until
/// shortly before is acknowledged when the story begins.
async fn long_log() -> Told {
    let (files, crowd) = Crowd::gathered(Way::Honest).await;
    let disk = Disk::new(files);
    let world = world_on(&disk).await.unwrap();
    let mut requests = 0;
    let mut some = async |count| {
        crowd.gives(&world, &disk, requests..requests + count).await;
        requests += count;
        requests
    };
    while disk.files().get(&Part::Log).is_none_or(|log| log.len() < NEARLY_LONG_BYTES) {
        some(1).await;
    }
    let start = disk.record();
    while !disk.log().iter().any(|call| matches!(call, Call::Write { part: Part::Main, .. })) {
        some(3).await;
    }
    let requests = some(5).await;
    Told { start, log: disk.log(), promises: crowd.promises(), crowd: Some((crowd, requests)), ..Told::default() }
}

/// Several commits are written before the log is synced once, as by a program that does not wait for the disk.
async fn unsynced() -> Told {
    let (files, _) = Crowd::gathered(Way::Honest).await;
    let disk = Disk::new(files);
    let start = disk.record();
    let db = Connection::open(&disk.path).unwrap();
    db.execute_batch("pragma synchronous = normal").unwrap();
    for _ in 0..6 {
        let answer = "insert into idempotency (account_id, key, request_digest, status, body, created_at)
                      values (randomblob(16), randomblob(32), randomblob(32), 200, x'', 0)";
        db.execute(answer, []).unwrap();
    }
    drop(db);
    disk.settled();
    Told { start, log: disk.log(), ..Told::default() }
}

fn sound(name: &str, told: &Told, care: Care) {
    let begun = std::time::Instant::now();
    let found = cut(told, care);
    println!(
        "power cuts, {name}: {} states after {} calls and {} commits, {} verified whole, in {:?}; {} lost, {} twice, {} corrupt",
        found.states,
        told.log.len(),
        found.commits,
        found.verified,
        begun.elapsed(),
        found.lost,
        found.twice,
        found.corrupt
    );
    let Found { lost, twice, corrupt, told, .. } = found;
    assert_eq!((lost, twice, corrupt), (0, 0, 0), "{care:?}: {}", told.join("\n"));
}

/// So many states in the long run, far fewer in the quick one.
fn care(quick: [usize; 2], long: u64) -> Care {
    if is_long() {
        return Care { seed: seed(), points: 1, variants: long, whole: 1 };
    }
    Care { seed: seed(), points: quick[0], variants: 4, whole: quick[1] }
}

#[tokio::test]
async fn a_power_cut_while_a_file_is_made_leaves_one_that_opens() {
    sound("a new file", &making().await, care([6, 4], 60));
}

#[tokio::test]
async fn a_power_cut_while_a_file_is_upgraded_leaves_the_old_one_or_the_new_one() {
    sound("an upgrade", &upgrade().await, care([11, 3], 40));
}

#[tokio::test]
async fn a_power_cut_after_several_commits_leaves_any_one_of_them() {
    sound("commits before one sync", &unsynced().await, care([3, 20], 40));
}

#[tokio::test]
async fn a_power_cut_in_any_operation_loses_nothing_that_was_acknowledged() {
    sound("every operation of the API", &whole_api().await, care([60, 60], 10));
}

#[tokio::test]
async fn a_power_cut_in_a_crowd_loses_nothing_that_was_acknowledged_and_doubles_nothing() {
    let rounds = if is_long() { 4 } else { 1 };
    sound("a crowd", &crowded(Way::Honest, rounds).await, care([9, 12], 16));
}

#[tokio::test]
async fn a_power_cut_while_the_writer_folds_a_long_log_loses_nothing_that_was_acknowledged() {
    // Each survivor has a log of 16 MiB to be read, so few are looked at.
    let points = if is_long() { 7 } else { 190 };
    sound("a long log", &long_log().await, Care { points, whole: 40, ..care([1, 1], 4) });
}
