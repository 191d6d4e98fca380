//! Whether the service can do its work, judged by what its store tells. Pure.

use serde::Serialize;

use crate::store::figures::{Disk, Work};

/// Free bytes below which recording will soon end.
pub const DISK_LOW_BYTES: u64 = 512 * 1024 * 1024;
/// Free bytes below which nothing is recorded any more: a batch and its log need room.
pub const DISK_FULL_BYTES: u64 = 16 * 1024 * 1024;
/// Bytes of a write-ahead log that is larger than it ever needs to be.
pub const LOG_LARGE_BYTES: u64 = 64 * 1024 * 1024;
/// Seconds after which a batch that is still at work is stuck.
pub const BATCH_SECONDS_MAX: u64 = 30;

/// The disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DiskState {
    /// There is room.
    Ok,
    /// There is little room left.
    Low,
    /// There is no room to record anything.
    Full,
    /// It takes no writes.
    ReadOnly,
    /// The operating system does not tell.
    Unknown,
}

/// The one that writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WriterState {
    /// It takes what comes, and its last commit was durable.
    Ok,
    /// Its last commit failed.
    Failing,
    /// What it began does not end.
    Stuck,
    /// It takes nothing any more.
    Stopped,
}

/// The write-ahead log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LogState {
    /// As large as it should be.
    Ok,
    /// Larger: somebody has been reading for a long time.
    Large,
}

/// How it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// The disk.
    pub disk: DiskState,
    /// The one that writes.
    pub writer: WriterState,
    /// The write-ahead log.
    pub log: LogState,
}

impl Health {
    /// Judges.
    #[must_use]
    pub fn of(work: &Work) -> Self {
        let stuck = work.batch_for.is_some_and(|time| time.as_secs() > BATCH_SECONDS_MAX);
        let writer = match (work.writing, stuck, work.failing) {
            (false, ..) => WriterState::Stopped,
            (_, true, _) => WriterState::Stuck,
            (.., true) => WriterState::Failing,
            _ => WriterState::Ok,
        };
        let log = if work.log_bytes > LOG_LARGE_BYTES { LogState::Large } else { LogState::Ok };
        Self { disk: disk(work.disk), writer, log }
    }

    /// True when whatever is sent can be recorded.
    #[must_use]
    pub fn is_ready(self) -> bool {
        let disk = matches!(self.disk, DiskState::Ok | DiskState::Low | DiskState::Unknown);
        disk && self.writer == WriterState::Ok
    }
}

fn disk(disk: Option<Disk>) -> DiskState {
    match disk {
        None => DiskState::Unknown,
        Some(Disk { read_only: true, .. }) => DiskState::ReadOnly,
        Some(Disk { free_bytes, .. }) if free_bytes < DISK_FULL_BYTES => DiskState::Full,
        Some(Disk { free_bytes, .. }) if free_bytes < DISK_LOW_BYTES => DiskState::Low,
        Some(_) => DiskState::Ok,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::histogram::Histogram;

    fn calm() -> Work {
        let nothing = Histogram::new(&[]).spread();
        Work {
            writing: true,
            queued: 0,
            batch_jobs: nothing.clone(),
            commit_micros: nothing,
            commits_failed: 0,
            failing: false,
            batch_for: None,
            committed: None,
            readers_in_use: 0,
            readers_waiting: 0,
            database_bytes: 4096,
            log_bytes: 0,
            disk: Some(Disk { free_bytes: DISK_LOW_BYTES, read_only: false }),
        }
    }

    #[test]
    fn what_keeps_a_service_from_recording_makes_it_unready_and_nothing_else_does() {
        let free = |free_bytes| Some(Disk { free_bytes, read_only: false });
        let read_only = Some(Disk { free_bytes: u64::MAX, read_only: true });
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        for (work, disk, writer, log, ready) in [
            (calm(), DiskState::Ok, WriterState::Ok, LogState::Ok, true),
            (Work { queued: 4096, ..calm() }, DiskState::Ok, WriterState::Ok, LogState::Ok, true),
            (Work { disk: None, ..calm() }, DiskState::Unknown, WriterState::Ok, LogState::Ok, true),
            (Work { disk: free(DISK_LOW_BYTES - 1), ..calm() }, DiskState::Low, WriterState::Ok, LogState::Ok, true),
            (Work { disk: free(DISK_FULL_BYTES), ..calm() }, DiskState::Low, WriterState::Ok, LogState::Ok, true),
            (Work { disk: free(DISK_FULL_BYTES - 1), ..calm() }, DiskState::Full, WriterState::Ok, LogState::Ok, false),
            (Work { disk: read_only, ..calm() }, DiskState::ReadOnly, WriterState::Ok, LogState::Ok, false),
            (Work { log_bytes: LOG_LARGE_BYTES, ..calm() }, DiskState::Ok, WriterState::Ok, LogState::Ok, true),
            (Work { log_bytes: LOG_LARGE_BYTES + 1, ..calm() }, DiskState::Ok, WriterState::Ok, LogState::Large, true),
            (Work { failing: true, ..calm() }, DiskState::Ok, WriterState::Failing, LogState::Ok, false),
            (Work { batch_for: seconds(30), ..calm() }, DiskState::Ok, WriterState::Ok, LogState::Ok, true),
            (
                Work { batch_for: seconds(31), failing: true, ..calm() },
                DiskState::Ok,
                WriterState::Stuck,
                LogState::Ok,
                false,
            ),
            (
                Work { writing: false, failing: true, ..calm() },
                DiskState::Ok,
                WriterState::Stopped,
                LogState::Ok,
                false,
            ),
        ] {
            let health = Health::of(&work);
            assert_eq!((health, health.is_ready()), (Health { disk, writer, log }, ready), "{work:?}");
        }
    }
}
