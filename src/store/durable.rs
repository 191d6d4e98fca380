//! Durability: while the writer is at the next batch, a thread of its own puts the last ones on the disk, and only then
//! answers them. Nor is anything shown before that.
//!
//! SQLite could wait for the disk in each commit, but the writer would wait with it. So its connection commits without
//! (`synchronous = normal`, which still orders the log and the file whenever the one is folded into the other), and what
//! a commit wrote to the log is made durable here, for all batches at once that were committed meanwhile.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::beside;
use super::figures::Figures;
use crate::error::Error;

/// Batches that wait for the disk at most; the writer rests until it has them.
const BATCHES_WAITING_MAX: usize = 4;
/// How long something that was read waits until it is durable, before [`Error::Busy`].
const SHOWN_WITHIN: Duration = Duration::from_secs(2);

/// Makes durable whatever was written to the log before it is called.
pub type SyncLog = Box<dyn FnMut() -> io::Result<()> + Send>;

/// Sends a job's answer, once the batch's fate is known: none when it is durable.
pub type Reply = Box<dyn FnOnce(Option<Error>) + Send>;

/// How far the commits are, and how far the disk.
#[derive(Debug)]
pub struct Durable {
    /// The last batch whose commit was begun.
    begun: AtomicU64,
    /// The last batch that is on the disk. Beyond all of them once it failed, so that nobody waits any longer.
    reached: watch::Sender<u64>,
    failed: watch::Sender<bool>,
}

impl Default for Durable {
    fn default() -> Self {
        Self { begun: AtomicU64::new(0), reached: watch::Sender::new(0), failed: watch::Sender::new(false) }
    }
}

impl Durable {
    /// A commit begins: from now on, who reads may see it. Its number.
    pub fn begin(&self) -> u64 {
        self.begun.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// The disk failed: nothing more is acknowledged.
    pub fn fail(&self) {
        self.failed.send_replace(true);
        self.reached.send_replace(u64::MAX);
    }

    /// True when the disk failed.
    pub fn has_failed(&self) -> bool {
        *self.failed.borrow()
    }

    /// Becomes true when the disk failed.
    pub fn failed(&self) -> watch::Receiver<bool> {
        self.failed.subscribe()
    }

    /// Waits until whatever a query that just ended can have seen is on the disk: what was shown stays true.
    ///
    /// # Errors
    /// [`Error::Busy`] when the disk fails or takes too long.
    pub async fn shown(&self) -> Result<(), Error> {
        let seen = self.begun.load(Ordering::SeqCst);
        if *self.reached.borrow() < seen {
            let mut reached = self.reached.subscribe();
            let there = tokio::time::timeout(SHOWN_WITHIN, reached.wait_for(|reached| *reached >= seen)).await;
            if !matches!(there, Ok(Ok(_))) {
                return Err(Error::Busy);
            }
        }
        if self.has_failed() { Err(Error::Busy) } else { Ok(()) }
    }
}

/// A batch that was committed or taken back, and is to be answered.
pub struct Batch {
    /// Of the commit, as [`Durable::begin`] gave it.
    pub number: u64,
    /// Whose jobs it was made of.
    pub replies: Vec<Reply>,
    /// Why nothing of it was recorded, or why that is not known.
    pub fate: Option<Error>,
    /// When its commit began.
    pub since: Instant,
}

/// The thread that waits for the disk.
pub struct Syncer {
    batches: SyncSender<Batch>,
    thread: JoinHandle<()>,
    durable: Arc<Durable>,
}

impl Syncer {
    /// Starts it.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(sync: SyncLog, durable: Arc<Durable>, figures: Arc<Figures>) -> io::Result<Self> {
        let (batches, committed) = sync_channel(BATCHES_WAITING_MAX);
        let reached = Arc::clone(&durable);
        let run = move || sync_all(&committed, sync, &reached, &figures);
        Ok(Self { batches, thread: Builder::new().name("syncer".to_owned()).spawn(run)?, durable })
    }

    /// Has a batch put on the disk and answered; waits while too many are.
    pub fn take(&self, batch: Batch) {
        if let Err(unsent) = self.batches.send(batch) {
            // Its thread is gone, so that nothing can become durable any more.
            self.durable.fail();
            answer(unsent.0, Some(&Error::OutcomeUnknown));
        }
    }

    /// Ends once everything is answered.
    pub fn end(self) {
        drop(self.batches);
        if self.thread.join().is_err() {
            tracing::error!("the thread that waits for the disk panicked");
        }
    }
}

fn sync_all(committed: &Receiver<Batch>, mut sync: SyncLog, durable: &Durable, figures: &Figures) {
    while let Ok(first) = committed.recv() {
        let batches: Vec<_> = std::iter::once(first).chain(committed.try_iter()).collect();
        figures.sync();
        // What could not be written back once may be taken for written the next time: it is never asked for again.
        let lost = durable.has_failed()
            || sync().inspect_err(|error| tracing::error!(%error, "the log was not put on the disk")).is_err();
        if lost {
            durable.fail();
        } else if let Some(last) = batches.last() {
            durable.reached.send_replace(last.number);
        }
        for batch in batches {
            let fate = if lost { Some(&Error::OutcomeUnknown) } else { None };
            figures.end(batch.replies.len(), batch.since.elapsed(), fate.is_none() && batch.fate.is_none());
            answer(batch, fate);
        }
    }
}

fn answer(batch: Batch, fate: Option<&Error>) {
    let fate = batch.fate.as_ref().or(fate);
    for reply in batch.replies {
        reply(fate.cloned());
    }
}

/// Syncs the log of this file, as the server does. It is opened a second time, which is safe for a log and not for a database: closing it
/// gives up every lock that this process has on that file (POSIX), and SQLite locks only the database.
#[must_use]
pub fn sync_log(path: &Path) -> SyncLog {
    let log = beside(path, "-wal");
    let mut opened: Option<File> = None;
    Box::new(move || match &opened {
        Some(file) => file.sync_data(),
        // Windows flushes only what may be written to.
        None => opened.insert(File::options().write(true).open(&log)?).sync_data(),
    })
}
