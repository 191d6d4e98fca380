//! What the store counts of its own work, for whoever looks after the machine.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::beside;
use crate::histogram::{Histogram, Spread, micros};

/// Bounds of the jobs in one batch.
const BATCH_JOBS: &[u64] = &[1, 2, 4, 8, 16, 32, 64, 128, 256, 512];
/// Bounds of what a commit takes, in microseconds.
const COMMIT_MICROS: &[u64] = &[500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000];

/// Counters that the writer and the readers bump.
#[derive(Debug)]
pub struct Figures {
    origin: Instant,
    batch_jobs: Histogram,
    commit_micros: Histogram,
    commits_failed: AtomicU64,
    /// The last commit failed.
    failing: AtomicBool,
    /// Milliseconds from the origin to the begin of the batch at work, to that of the sync under way, and to the last
    /// commit that was durable; 0: none.
    begun: AtomicU64,
    syncing: AtomicU64,
    committed: AtomicU64,
    readers_waiting: AtomicU64,
}

impl Default for Figures {
    fn default() -> Self {
        Self {
            origin: Instant::now(),
            batch_jobs: Histogram::new(BATCH_JOBS),
            commit_micros: Histogram::new(COMMIT_MICROS),
            commits_failed: AtomicU64::new(0),
            failing: AtomicBool::new(false),
            begun: AtomicU64::new(0),
            syncing: AtomicU64::new(0),
            committed: AtomicU64::new(0),
            readers_waiting: AtomicU64::new(0),
        }
    }
}

impl Figures {
    /// A batch begins.
    pub fn begin(&self) {
        self.begun.store(self.millis(), Ordering::Relaxed);
    }

    /// It is written, and waits for the disk.
    pub fn committed(&self) {
        self.begun.store(0, Ordering::Relaxed);
    }

    /// What was written is put on the disk.
    pub fn sync(&self) {
        self.syncing.store(self.millis(), Ordering::Relaxed);
    }

    /// A batch of so many jobs ended with a commit that took so long, and was or was not durable.
    pub fn end(&self, jobs: usize, commit: Duration, durable: bool) {
        self.syncing.store(0, Ordering::Relaxed);
        self.failing.store(!durable, Ordering::Relaxed);
        if durable {
            self.batch_jobs.count(jobs as u64);
            self.commit_micros.count(micros(commit));
            self.committed.store(self.millis(), Ordering::Relaxed);
        } else {
            self.commits_failed.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Somebody waits for a reader, for as long as this lives.
    #[must_use]
    pub fn wait(&self) -> Waiting<'_> {
        self.readers_waiting.fetch_add(1, Ordering::Relaxed);
        Waiting(&self.readers_waiting)
    }

    fn millis(&self) -> u64 {
        // Never 0, which stands for none.
        u64::try_from(self.origin.elapsed().as_millis()).unwrap_or(u64::MAX).max(1)
    }

    fn since(&self, instant: &AtomicU64) -> Option<Duration> {
        let instant = instant.load(Ordering::Relaxed);
        (instant > 0).then(|| Duration::from_millis(self.millis().saturating_sub(instant)))
    }
}

/// Somebody who waits.
pub struct Waiting<'a>(&'a AtomicU64);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The store at one moment.
#[derive(Debug, Clone)]
pub struct Work {
    /// The writer takes jobs.
    pub writing: bool,
    /// Jobs that wait for the writer.
    pub queued: usize,
    /// Jobs in each batch that was committed.
    pub batch_jobs: Spread,
    /// Microseconds of each commit, until it was durable.
    pub commit_micros: Spread,
    /// Commits that failed.
    pub commits_failed: u64,
    /// The last commit failed.
    pub failing: bool,
    /// How long the batch at work has been going on, or the disk has been busy with the last ones.
    pub batch_for: Option<Duration>,
    /// How long ago the last commit was.
    pub committed: Option<Duration>,
    /// Readers that are lent out.
    pub readers_in_use: usize,
    /// Queries that wait for one.
    pub readers_waiting: u64,
    /// Bytes of the database file.
    pub database_bytes: u64,
    /// Bytes of the write-ahead log beside it.
    pub log_bytes: u64,
    /// What the disk still takes; none where the system does not tell.
    pub disk: Option<Disk>,
}

/// The disk that the database is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disk {
    /// Bytes that are free for us.
    pub free_bytes: u64,
    /// It takes no writes at all.
    pub read_only: bool,
}

/// What the store was doing when it was asked.
pub(super) fn work(figures: &Figures, path: &Path, writing: bool, queued: usize, readers_in_use: usize) -> Work {
    let bytes = |path: &Path| path.metadata().map_or(0, |file| file.len());
    Work {
        writing,
        queued,
        batch_jobs: figures.batch_jobs.spread(),
        commit_micros: figures.commit_micros.spread(),
        commits_failed: figures.commits_failed.load(Ordering::Relaxed),
        failing: figures.failing.load(Ordering::Relaxed),
        batch_for: figures.since(&figures.begun).max(figures.since(&figures.syncing)),
        committed: figures.since(&figures.committed),
        readers_in_use,
        readers_waiting: figures.readers_waiting.load(Ordering::Relaxed),
        database_bytes: bytes(path),
        log_bytes: bytes(&beside(path, "-wal")),
        disk: disk(path),
    }
}

#[cfg(unix)]
fn disk(path: &Path) -> Option<Disk> {
    use rustix::fs::{StatVfsMountFlags, statvfs};
    let found = statvfs(path).ok()?;
    let read_only = found.f_flag.contains(StatVfsMountFlags::RDONLY);
    Some(Disk { free_bytes: found.f_bavail.saturating_mul(found.f_frsize), read_only })
}

#[cfg(not(unix))]
fn disk(_path: &Path) -> Option<Disk> {
    None
}
