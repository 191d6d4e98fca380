//! The write-ahead log: folded into the file after a commit's answers have left, and kept short whatever readers do.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use rusqlite::Connection;

use super::open::LOCK_WAIT;
use super::readers::Readers;

/// Pages of the log (4 KiB each) after which it is folded into the file: 16 MiB. A page that many entries changed is
/// then written to the file once for all of them.
const FOLD_PAGES: i64 = 4 * 1024;
/// Pages after which writing waits until the log begins anew: 40 MiB. Who reads an older state keeps it from doing so.
const PATIENCE_PAGES: i64 = 10 * 1024;
/// Pages beyond which nothing more is written until it has begun anew: 52 MiB. One batch still fits below 64.
const PAGES_MAX: i64 = 13 * 1024;
/// How long readers have to end by themselves, and again to end once they are told to.
const READERS_WAIT: Duration = Duration::from_millis(50);

/// The log of the one connection that writes.
pub struct Log {
    pages: Arc<AtomicI64>,
    readers: Arc<Readers>,
}

impl Log {
    /// Watches how long the log grows; nothing else folds it or puts it on the disk from now on.
    ///
    /// # Errors
    /// What SQLite refuses.
    pub fn watch(db: &mut Connection, readers: Arc<Readers>) -> rusqlite::Result<Self> {
        let pages = Arc::new(AtomicI64::new(0));
        let told = Arc::clone(&pages);
        db.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages| {
            told.store(i64::from(pages), Ordering::Relaxed);
            Ok(())
        }))?;
        db.pragma_update(None, "synchronous", "normal")?;
        Ok(Self { pages, readers })
    }

    /// Folds the log when it is long. False when it is too long to write on, and a reader keeps it from beginning anew.
    pub fn has_room(&self, db: &Connection) -> bool {
        let pages = self.pages.load(Ordering::Relaxed);
        if pages < FOLD_PAGES {
            return true;
        }
        if pages < PATIENCE_PAGES {
            // Beside readers: what one of them still needs is left for the next time.
            self.checkpoint(db, "passive");
            return true;
        }
        // While this waits nothing is added, so that whoever begins to read needs no log.
        if self.checkpoint(db, "restart") {
            return true;
        }
        tracing::warn!(pages, "the write-ahead log grows under a long reader, which is told to stop");
        self.readers.interrupt();
        self.checkpoint(db, "restart") || pages < PAGES_MAX
    }

    /// Copies the log into the file; true when all of it was, and the log begins anew.
    fn checkpoint(&self, db: &Connection, how: &str) -> bool {
        let done = db.busy_timeout(READERS_WAIT).and_then(|()| {
            let mut checkpoint = db.prepare_cached(&format!("pragma wal_checkpoint({how})"))?;
            checkpoint.query_row([], |row| Ok((row.get::<_, bool>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?)))
        });
        let patient = db.busy_timeout(LOCK_WAIT);
        match done.and_then(|done| patient.map(|()| done)) {
            Ok((false, pages, copied)) if pages == copied => {
                self.pages.store(0, Ordering::Relaxed);
                true
            }
            Ok(_) => false,
            Err(error) => {
                tracing::warn!(%error, "the write-ahead log was not folded in");
                false
            }
        }
    }
}
