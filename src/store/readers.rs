//! A small pool of query-only connections.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::error::Error;

/// How long a query waits for a free reader before [`Error::Busy`].
const WAIT_MAX: Duration = Duration::from_secs(5);

/// Idle connections, and as many permits.
pub struct Readers {
    idle: Mutex<Vec<Connection>>,
    permits: Semaphore,
}

impl Readers {
    /// A pool of these connections.
    pub fn new(connections: Vec<Connection>) -> Self {
        Self { permits: Semaphore::new(connections.len()), idle: Mutex::new(connections) }
    }

    /// Refuses every later query.
    pub fn close(&self) {
        self.permits.close();
    }

    /// Runs a query on a snapshot of its own.
    pub async fn run<T: Send + 'static>(
        self: &std::sync::Arc<Self>,
        query: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let waited = tokio::time::timeout(WAIT_MAX, self.permits.acquire()).await;
        let Ok(Ok(_permit)) = waited else { return Err(Error::Busy) };
        let readers = std::sync::Arc::clone(self);
        let run = tokio::task::spawn_blocking(move || {
            let lent = Lent { connection: readers.take(), readers: &readers };
            let Some(db) = lent.connection.as_ref() else { return Err(Error::Busy) };
            let snapshot = db.unchecked_transaction()?;
            let answer = query(&snapshot);
            snapshot.commit()?;
            answer
        });
        run.await.unwrap_or_else(|_| Err(Error::Internal("a query panicked".to_owned())))
    }

    fn take(&self) -> Option<Connection> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }
}

/// A connection that goes back to the pool whatever happens to the query.
struct Lent<'a> {
    connection: Option<Connection>,
    readers: &'a Readers,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.readers.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}
