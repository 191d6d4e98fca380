//! Nothing is acknowledged, and nothing is shown, before it is on the disk.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use navette::clock::Clock;
use navette::error::Error;
use navette::http::door::Settings;
use navette::store::Store;
use rusqlite::Connection;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::world::{START, World};

/// Long enough to see that somebody waits.
const A_WHILE: Duration = Duration::from_millis(100);

/// A store whose disk, once it is held, syncs only when it is told to, well or badly.
struct Slow {
    store: Store,
    held: Arc<AtomicBool>,
    syncs: Arc<AtomicU32>,
    tell: mpsc::Sender<io::Result<()>>,
    folder: TempDir,
}

impl Slow {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ((tell, told), held, syncs) = (mpsc::channel(), Arc::<AtomicBool>::default(), Arc::<AtomicU32>::default());
        let (is_held, counted) = (Arc::clone(&held), Arc::clone(&syncs));
        let sync = move || {
            counted.fetch_add(1, Ordering::SeqCst);
            if is_held.load(Ordering::SeqCst) { told.recv().unwrap_or(Ok(())) } else { Ok(()) }
        };
        let file = folder.path().join("navette.db");
        let world = World::syncing(&file, Clock::fixed(START), Settings::default(), Box::new(sync)).await.unwrap();
        Self { store: world.app.store.clone(), held, syncs, tell, folder }
    }

    fn hold(&self) {
        self.held.store(true, Ordering::SeqCst);
    }

    fn sync(&self, outcome: io::Result<()>) {
        self.tell.send(outcome).unwrap();
    }

    /// Writes a line into a table that nobody else minds.
    fn write(&self, name: &'static str) -> JoinHandle<Result<(), Error>> {
        let store = self.store.clone();
        let insert = move |db: &Connection, _| {
            db.execute("insert into commune (code, name, population) values (?1, ?1, 1)", [name])?;
            Ok(())
        };
        tokio::spawn(async move { store.write(insert).await })
    }

    fn read(&self) -> JoinHandle<Result<u32, Error>> {
        let store = self.store.clone();
        let count = |db: &Connection| Ok(db.query_row("select count(*) from commune", [], |row| row.get(0))?);
        tokio::spawn(async move { store.read(count).await })
    }

    /// How many lines anybody sees who looks into the file.
    fn committed(&self) -> u32 {
        let db = Connection::open(self.folder.path().join("navette.db")).unwrap();
        db.query_row("select count(*) from commune", [], |row| row.get(0)).unwrap()
    }

    async fn until_committed(&self, lines: u32) {
        while self.committed() < lines {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_committed_is_neither_acknowledged_nor_shown_before_it_is_on_the_disk() {
    let disk = Slow::new().await;
    disk.hold();
    let mut written = disk.write("Die");
    disk.until_committed(1).await;
    let mut read = disk.read();
    assert!(timeout(A_WHILE, &mut written).await.is_err(), "acknowledged too early");
    assert!(timeout(A_WHILE, &mut read).await.is_err(), "shown too early");
    disk.sync(Ok(()));
    written.await.unwrap().unwrap();
    assert_eq!(read.await.unwrap().unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_disk_is_at_a_batch_others_are_written_and_the_next_sync_is_for_all_of_them() {
    let disk = Slow::new().await;
    disk.hold();
    let before = disk.syncs.load(Ordering::SeqCst);
    let first = disk.write("Die");
    disk.until_committed(1).await;
    while disk.syncs.load(Ordering::SeqCst) == before {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let second = disk.write("Crest");
    disk.until_committed(2).await;
    let third = disk.write("Saillans");
    disk.until_committed(3).await;
    disk.sync(Ok(()));
    first.await.unwrap().unwrap();
    assert!(!second.is_finished() && !third.is_finished(), "they came after that sync had begun");
    disk.sync(Ok(()));
    second.await.unwrap().unwrap();
    third.await.unwrap().unwrap();
    assert_eq!(disk.syncs.load(Ordering::SeqCst), before + 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_a_failing_disk_may_not_have_nothing_is_acknowledged_or_shown_ever_again() {
    let disk = Slow::new().await;
    disk.hold();
    let first = disk.write("Die");
    disk.until_committed(1).await;
    let (second, read) = (disk.write("Crest"), disk.read());
    disk.until_committed(2).await;
    disk.sync(Err(io::Error::other("the disk is broken")));
    for written in [first, second] {
        assert!(matches!(written.await.unwrap(), Err(Error::OutcomeUnknown)));
    }
    assert!(matches!(read.await.unwrap(), Err(Error::Busy)));
    assert!(*disk.store.failed().borrow());
    assert!(disk.write("Saillans").await.unwrap().is_err());
    assert!(matches!(disk.read().await.unwrap(), Err(Error::Busy)));
    disk.store.close().await;
}
