//! The store: one SQLite file, one writer thread, a few query-only readers.

mod attempt;
pub mod constraint;
pub mod digest;
mod durable;
pub mod figures;
mod log;
pub mod open;
mod readers;
mod scratch;
mod snapshot;
mod upgrade;
pub mod values;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;
use tokio::sync::watch;

use crate::clock::{Clock, Moment};
use crate::error::Error;
pub use attempt::attempt;
use durable::{Durable, Syncer};
pub use durable::{SyncLog, sync_log};
use figures::{Figures, Work};
pub use open::OpenError;
pub use readers::QUERIES_WAITING_MAX;
pub use scratch::scratch;
pub use snapshot::{snapshot, version_told};
pub use upgrade::upgrade;

/// Reader connections open at once. Two cores serve few more queries side by side.
pub const READERS_MAX: usize = 4;

/// What lies beside a file under its name and a suffix, as SQLite lays its log.
#[must_use]
pub fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// A handle on the open database. Cloning it shares the writer and the readers.
#[derive(Clone)]
pub struct Store {
    writer: writer::Writer,
    readers: Arc<readers::Readers>,
    durable: Arc<Durable>,
    figures: Arc<Figures>,
    path: Arc<PathBuf>,
}

impl Store {
    /// Opens the file, making it with the whole schema when it is absent or empty.
    ///
    /// # Errors
    /// [`OpenError`] for a foreign or newer file, or one that cannot be opened.
    pub fn open(path: &Path, clock: Clock) -> Result<Self, OpenError> {
        Self::open_syncing(path, clock, sync_log(path))
    }

    /// The same, with another way to put its log on the disk: for whoever plays the disk, or measures what it costs.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_syncing(path: &Path, clock: Clock, sync: SyncLog) -> Result<Self, OpenError> {
        let mut db = open::writer(path)?;
        let readers = (0..READERS_MAX).map(|_| open::reader(path)).collect::<Result<Vec<_>, _>>()?;
        let (figures, durable) = (Arc::new(Figures::default()), Arc::new(Durable::default()));
        let readers = Arc::new(readers::Readers::new(readers, Arc::clone(&durable), Arc::clone(&figures)));
        let log = log::Log::watch(&mut db, Arc::clone(&readers))
            .map_err(|source| OpenError::Sqlite { path: path.display().to_string(), source })?;
        let syncer = Syncer::start(sync, Arc::clone(&durable), Arc::clone(&figures))?;
        let desk =
            writer::Desk { db, log, syncer, durable: Arc::clone(&durable), clock, figures: Arc::clone(&figures) };
        Ok(Self { writer: writer::Writer::start(desk)?, readers, durable, figures, path: Arc::new(path.to_owned()) })
    }

    /// Runs an act inside the single writer, in a savepoint of its own; the answer comes back only
    /// once the whole batch is durable. An act that fails or panics leaves nothing behind.
    ///
    /// # Errors
    /// What the act answers; [`Error::Busy`] when the queue is full or closed; [`Error::OutcomeUnknown`]
    /// when the disk failed while committing.
    pub async fn write<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Connection, Moment) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.writer.run(act).await
    }

    /// Runs a query on one consistent snapshot. Like an acknowledgement, its answer is given only once all that it can
    /// rest on is durable.
    ///
    /// # Errors
    /// What the query answers; [`Error::Busy`] when too many wait already, no reader came free in time, or the disk
    /// failed.
    pub async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.readers.run(query).await
    }

    /// Rewrites the file page by page and empties the write-ahead log, after the jobs already queued: what was deleted is
    /// then nowhere in the files any more. Others wait meanwhile.
    ///
    /// # Errors
    /// [`Error::Busy`] when a reader holds an older state, or the queue is full.
    pub async fn compact(&self) -> Result<(), Error> {
        self.writer.compact().await
    }

    /// Ends after the jobs already queued, folds the write-ahead log into the file, refuses what comes later.
    pub async fn close(&self) {
        self.readers.close();
        self.writer.close().await;
    }

    /// What the store is doing, and what it has done since it was opened.
    #[must_use]
    pub fn work(&self) -> Work {
        let (queued, writing) = self.writer.queue();
        figures::work(&self.figures, &self.path, writing, queued, self.readers.in_use())
    }

    /// Becomes true when the disk failed in a commit: the process must stop and verify on restart.
    #[must_use]
    pub fn failed(&self) -> watch::Receiver<bool> {
        self.durable.failed()
    }
}
