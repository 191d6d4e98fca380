//! Every limit at the door, with its unit.

use serde::Deserialize;

use crate::error::Fault;

/// Bytes of a JSON body at most.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// Bytes of an import (file and mapping together) at most.
pub const IMPORT_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Rows of an import over HTTP at most: they are recorded in one job, which others wait for.
pub const IMPORT_ROWS_MAX: usize = 10_000;
/// Characters of an idempotency key at most.
pub const IDEMPOTENCY_KEY_CHARS_MAX: usize = 128;
/// Days for which an answer can be replayed: a phone may have been off for a year.
pub const REPLAY_DAYS: i64 = 366;
/// Items of a page at most, and when not asked for.
pub const PAGE_ITEMS_MAX: i64 = 200;
const PAGE_ITEMS_DEFAULT: i64 = 50;
/// Seconds a client may take to send its headers.
pub const HEADER_SECONDS_MAX: u64 = 5;
/// Bytes of a connection's buffer, and so of a request's headers, at most.
pub const BUFFER_BYTES_MAX: usize = 64 * 1024;
/// Seconds a client may take to send any body ...
pub const BODY_SECONDS_MAX: u64 = 20;
/// ... and one second more for each so many bytes it announces: slow country lines upload files, too.
pub const BODY_BYTES_PER_SECOND_MIN: u64 = 32 * 1024;
/// Seconds for which a client may take nothing of its answer.
pub const WRITE_SECONDS_MAX: u64 = 30;
/// Connections open at once.
pub const CONNECTIONS_MAX: usize = 10_000;
/// Seconds that requests under way have to end at shutdown.
pub const SHUTDOWN_SECONDS_MAX: u64 = 10;

/// How many items a page holds: 1–200, 50 when not asked for.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub struct PageSize(i64);

impl PageSize {
    /// The number of items.
    #[must_use]
    pub fn items(self) -> i64 {
        self.0
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self(PAGE_ITEMS_DEFAULT)
    }
}

impl TryFrom<String> for PageSize {
    type Error = Fault;
    fn try_from(text: String) -> Result<Self, Fault> {
        let fault = Fault::Range(1, PAGE_ITEMS_MAX);
        let items = text.parse().map_err(|_| fault)?;
        if (1..=PAGE_ITEMS_MAX).contains(&items) { Ok(Self(items)) } else { Err(fault) }
    }
}
