//! A small pool of query-only connections.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, InterruptHandle};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::durable::Durable;
use super::figures::Figures;
use crate::error::Error;

/// Queries that may wait for a reader; one more is answered [`Error::Busy`] at once.
pub const QUERIES_WAITING_MAX: usize = 1024;
/// How long a query waits for a free reader before [`Error::Busy`].
const WAIT_MAX: Duration = Duration::from_secs(2);
/// How long a query may take before it is interrupted, and answered [`Error::Busy`].
const QUERY_MAX: Duration = Duration::from_secs(10);
/// How soon it is interrupted again when it goes on.
const INTERRUPT_AGAIN: Duration = Duration::from_millis(100);

/// Idle connections, and as many permits; places to wait for one.
pub struct Readers {
    handles: Vec<InterruptHandle>,
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
    places: Semaphore,
    all: usize,
    durable: Arc<Durable>,
    figures: Arc<Figures>,
}

impl Readers {
    /// A pool of these connections.
    pub fn new(connections: Vec<Connection>, durable: Arc<Durable>, figures: Arc<Figures>) -> Self {
        let all = connections.len();
        Self {
            handles: connections.iter().map(Connection::get_interrupt_handle).collect(),
            permits: Arc::new(Semaphore::new(all)),
            places: Semaphore::new(QUERIES_WAITING_MAX),
            idle: Mutex::new(connections),
            all,
            durable,
            figures,
        }
    }

    /// Interrupts every query under way: whoever asked is told to ask again.
    pub fn interrupt(&self) {
        self.handles.iter().for_each(InterruptHandle::interrupt);
    }

    /// Readers that are lent out.
    pub fn in_use(&self) -> usize {
        self.all.saturating_sub(self.permits.available_permits())
    }

    /// Refuses every later query.
    pub fn close(&self) {
        self.permits.close();
    }

    /// Runs a query on a snapshot of its own, all of which is on the disk once its answer is given.
    pub async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        query: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let Ok(place) = self.places.try_acquire() else { return Err(Error::Busy) };
        let waiting = self.figures.wait();
        let waited = tokio::time::timeout(WAIT_MAX, Arc::clone(&self.permits).acquire_owned()).await;
        drop((waiting, place));
        let Ok(Ok(permit)) = waited else { return Err(Error::Busy) };
        let lent = Lent { connection: self.take(), readers: Arc::clone(self), _permit: permit };
        let mut patience = Patience(lent.connection.as_ref().map(Connection::get_interrupt_handle));
        let mut run = tokio::task::spawn_blocking(move || {
            let Some(db) = lent.connection.as_ref() else { return Err(Error::Busy) };
            let snapshot = db.unchecked_transaction()?;
            let answer = query(&snapshot);
            snapshot.commit()?;
            answer
        });
        let mut time = QUERY_MAX;
        let done = loop {
            match tokio::time::timeout(time, &mut run).await {
                Ok(done) => break done,
                // Between two statements nothing is there to interrupt, so it is done again.
                Err(_) => patience.interrupt(),
            }
            time = INTERRUPT_AGAIN;
        };
        patience.0 = None;
        self.durable.shown().await?;
        done.unwrap_or_else(|_| Err(Error::Internal("a query panicked".to_owned())))
    }

    fn take(&self) -> Option<Connection> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }
}

/// A connection that goes back to the pool whatever happens to the query.
struct Lent {
    connection: Option<Connection>,
    readers: Arc<Readers>,
    // Given back after the connection is, even when nobody waits for the query any more.
    _permit: OwnedSemaphorePermit,
}

/// Interrupts a query for which nobody waits any more: its time is over, or the client went away.
struct Patience(Option<InterruptHandle>);

impl Patience {
    fn interrupt(&self) {
        if let Some(query) = &self.0 {
            query.interrupt();
        }
    }
}

impl Drop for Patience {
    fn drop(&mut self) {
        self.interrupt();
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}
