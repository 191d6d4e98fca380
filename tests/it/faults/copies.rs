//! Copies: backups whose database, target or process fails, and upgrades, which begin with a backup.
//!
//! There is no story of power cuts for a backup, since it is laid on a file system of the machine and not on a disk of
//! ours, and needs none. A copy has a name that nobody asks for (`.navette-….part`) until it was verified whole and
//! synced whole; then it gets its own, and its folder is synced before anybody is told. A power cut before the new name
//! leaves no file of that name. One after it leaves either none or one whose bytes had been durable before. What is left
//! to prove is that no step before the new name, failing or cut off, ever leads to it: here each is made to fail or is
//! the last that the process does. What is asked of the copied database is only read; its own cuts are other stories.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use navette::backup::{self, Refusal, Sound};
use navette::clock::Clock;
use navette::store::version_told;

use super::crowd::{Crowd, Way};
use super::disk::{Disk, Files};
use super::sweep::{Tried, WAYS, in_turn};
use super::{is_long, world_on};
use crate::backup::released::{RELEASED, released};
use crate::backup::{at_work, contents, lies_in, verify, well};
use crate::world::START;

#[tokio::test]
async fn whatever_call_fails_while_a_database_is_backed_up_there_is_a_whole_backup_or_none() {
    let (village, crowd) = Crowd::gathered(Way::Honest).await;
    let (disk, folder) = (Disk::new(village), tempfile::tempdir().unwrap());
    let world = world_on(&disk).await.unwrap();
    // So that some of it is in the log only.
    crowd.gives(&world, &disk, 0..20).await;
    let (before, target) = (world.contents().await, folder.path().join("backup.db"));
    let take = || backup::take(&disk.path, &target, START);
    take().unwrap();
    let whole = contents(&target);
    std::fs::remove_file(&target).unwrap();
    let (mut tried, begun) = (Tried::default(), Instant::now());
    for way in WAYS {
        let step = if is_long() { 1 } else { 151 };
        let more = in_turn("a backup", *way, step, async |plan| {
            disk.arm(plan);
            let taken = take();
            let struck = disk.mend();
            assert!(struck > 0 || taken.is_ok(), "{plan:?}: {taken:?}");
            if is_there_when_taken(&target, &taken) {
                assert!(contents(&target) == whole, "{plan:?}");
                std::fs::remove_file(&target).unwrap();
            }
            struck
        });
        tried.add(more.await);
    }
    assert!(world.contents().await == before);
    assert_eq!(world.faults().await, [] as [&str; 0]);
    tried.tell("backing up", begun);
}

/// Asserts that there is a backup when it is said so, and else nothing at all.
fn is_there_when_taken(target: &Path, taken: &Result<Sound, Refusal>) -> bool {
    let lies = lies_in(target.parent().unwrap());
    assert_eq!(lies, taken.iter().map(|sound| sound.path.clone()).collect::<Vec<_>>(), "{taken:?}");
    taken.is_ok()
}

/// Backs up in a process that may write no longer files than so many blocks: at the first byte more it is told that there
/// is no room, or killed.
#[cfg(unix)]
fn backup_within(blocks: u64, is_killed: bool, database: &Path, target: &Path) -> bool {
    let trap = if is_killed { "" } else { "trap '' XFSZ; " };
    let script = format!("ulimit -c 0; ulimit -f {blocks}; {trap}exec \"$0\" backup --database \"$1\" \"$2\"");
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(script).arg(env!("CARGO_BIN_EXE_navette")).arg(database).arg(target);
    shell.output().unwrap().status.success()
}

#[cfg(unix)]
#[tokio::test]
async fn a_backup_that_finds_no_room_or_is_killed_at_any_byte_is_none() {
    let (world, _village, _folder) = at_work().await;
    let (mut tried, mut kills, begun) = (Tried::default(), 0, Instant::now());
    for is_killed in [false, true] {
        let step = if is_long() { 10 } else { 400 };
        for blocks in (0..).step_by(step) {
            let folder = tempfile::tempdir().unwrap();
            let target = folder.path().join("backup.db");
            let done = backup_within(blocks, is_killed, &world.file(), &target);
            let lies = lies_in(folder.path());
            if done {
                assert_eq!(lies, std::slice::from_ref(&target), "{blocks} blocks");
                well(verify(&target));
                break;
            }
            assert!(!lies.contains(&target), "{blocks} blocks");
            // Who is killed cannot clean up.
            assert!(is_killed || lies.is_empty(), "{blocks} blocks: {lies:?}");
            tried.add(Tried { times: u64::from(!is_killed), struck: u64::from(!is_killed) });
            kills += u64::from(is_killed);
        }
    }
    assert_eq!(world.faults().await, [] as [&str; 0]);
    tried.tell("a backup without room", begun);
    println!("backups cut off: {kills}, none of which left a file that could be taken for one");
    assert!(tried.times > 1 && kills > 1);
}

/// A disk with a file of the first released version on it.
fn of_old() -> (std::sync::Arc<Disk>, Files) {
    let disk = Disk::new(Files::new());
    let (_, schema, rows) = RELEASED[0];
    released(disk.path.parent().unwrap(), schema, rows);
    let files = disk.files();
    (disk, files)
}

/// What lies beside the database: the backups made before it was upgraded.
fn kept(path: &Path) -> Vec<PathBuf> {
    lies_in(path.parent().unwrap()).into_iter().filter(|file| file != path).collect()
}

#[tokio::test]
async fn whatever_call_fails_while_a_file_is_upgraded_it_is_the_old_one_or_the_new_one() {
    let (disk, old) = of_old();
    let before = contents(&disk.path);
    let open = async || {
        let opened = backup::open(&disk.path, Clock::fixed(START));
        if let Ok(store) = &opened {
            store.close().await;
        }
        opened.map(drop)
    };
    open().await.unwrap();
    disk.settled();
    let after = contents(&disk.path);
    let (mut tried, begun) = (Tried::default(), Instant::now());
    for way in WAYS {
        let step = if is_long() { 1 } else { 601 };
        let more = in_turn("an upgrade", *way, step, async |plan| {
            for file in kept(&disk.path) {
                std::fs::remove_file(file).unwrap();
            }
            disk.load(old.clone());
            disk.arm(plan);
            let opened = open().await;
            let struck = disk.mend();
            disk.settled();
            assert!(struck > 0 || opened.is_ok(), "{plan:?}: {opened:?}");
            let found = contents(&disk.path);
            assert!(found == after || opened.is_err() && found == before, "{plan:?}: {opened:?}");
            for file in kept(&disk.path) {
                assert!(version_told(&file).unwrap() == 1 && contents(&file) == before, "{plan:?}: {}", file.display());
                std::fs::remove_file(file).unwrap();
            }
            open().await.unwrap_or_else(|error| panic!("{plan:?}: {error}"));
            disk.settled();
            assert!(contents(&disk.path) == after, "{plan:?}");
            struck
        });
        tried.add(more.await);
    }
    tried.tell("upgrading a file", begun);
}
