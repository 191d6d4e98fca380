//! Every limit at the door, with its unit.

use serde::Deserialize;

use super::rates::Policy;
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
/// Bytes of a request's headers at most; ours have less than one in ten of it.
pub const HEADER_BYTES_MAX: usize = 8 * 1024;
/// Bytes of a connection's buffer at most: as many as there are connections, all may be full.
pub const BUFFER_BYTES_MAX: usize = HEADER_BYTES_MAX;
/// Seconds a client may take to send any body ...
pub const BODY_SECONDS_MAX: u64 = 20;
/// ... and one second more for each so many bytes it announces: slow country lines upload files, too.
pub const BODY_BYTES_PER_SECOND_MIN: u64 = 32 * 1024;
/// Seconds a request may take beside the sending of its body.
pub const REQUEST_SECONDS_MAX: u64 = 60;
/// Requests of an account that only read.
pub const READS: Policy = Policy { name: "reads", quota: 1200, window_seconds: 60 };
/// Requests of an account that record something: a phone that was away for a season sends its queue in minutes.
pub const WRITES: Policy = Policy { name: "writes", quota: 600, window_seconds: 60 };
/// Requests of an account that take long, counted beside the others.
pub const COSTLY: Policy = Policy { name: "costly", quota: 120, window_seconds: 600 };
/// Requests of an address that need no account or show none: a whole village may stand behind one.
pub const PUBLIC: Policy = Policy { name: "public", quota: 300, window_seconds: 60 };
/// Accounts or addresses remembered by one policy; those that asked least are forgotten first.
pub const POLICY_KEYS_MAX: usize = 20_000;
/// What takes long: whole years, papers, pictures, imports.
pub const COSTLY_ROUTES: &[&str] = &[
    "/v1/imports",
    "/v1/statements/{id}",
    "/v1/statements/{id}/verification",
    "/v1/contributions.csv",
    "/v1/contributions.xlsx",
    "/v1/structures/{id}/summaries/{period}",
    "/v1/structures/{id}/labels",
    "/v1/structures/{id}/insured",
    "/v1/structures/{id}/insured.csv",
    "/v1/structures/{id}/loans-given-and-received/{year}",
    "/v1/cooperations/{id}/summaries/{period}",
    "/v1/structures/{id}/accounts/{year}/{paper}",
    "/v1/structures/{id}/aid/{year}",
    "/v1/structures/{id}/fec-exports",
    "/v1/fec-exports/{id}/file",
    "/v1/fec-exports/{id}/reversal",
    "/v1/cooperations/{id}/diagnosis",
    "/v1/cooperations/{id}/diagnosis.csv",
    "/v1/structures/{id}/valueflows",
    "/v1/cooperations/{id}/valueflows",
    "/v1/cooperations/{id}/data-package.zip",
    "/v1/diagnosis",
    "/v1/diagnosis.csv",
    "/v1/structures/{id}/pictures",
    "/v1/structures/{id}/pictures/{picture}",
    "/v1/cooperations/{id}/pictures",
    "/v1/cooperations/{id}/pictures/{picture}",
    "/v1/people/{id}/timesheets/{year}",
    "/v1/loans/{id}/agreement",
    "/v1/loans/{id}/sheet",
    "/v1/loan-requests/{id}/agreement",
    "/v1/loan-requests/{id}/sheet",
];
/// Costly requests served at once: fewer than there are readers, so that the others still find one.
pub const COSTLY_PLACES: usize = 2;
/// Seconds after which whoever was told that we are busy may ask again.
pub const BUSY_RETRY_SECONDS: u32 = 1;
/// Milliseconds a costly request waits for its place.
pub const COSTLY_WAIT_MS: u64 = 2000;
/// Seconds for which a client may take nothing of its answer.
pub const WRITE_SECONDS_MAX: u64 = 30;
/// Connections open at once. One more, and the one that has waited longest for its client is closed. Each takes 10 to 35
/// KiB: all of them, the slowest there are, leave a server of 128 MiB alive.
pub const CONNECTIONS_MAX: usize = 3_000;
/// Seconds that requests under way have to end at shutdown.
pub const SHUTDOWN_SECONDS_MAX: u64 = 10;

/// Seconds for a body of so many bytes; one that announces no length has the least.
#[must_use]
pub fn body_seconds(bytes: u64) -> u64 {
    // Nothing longer than an import is read, so announcing more buys no time.
    BODY_SECONDS_MAX + bytes.min(IMPORT_BYTES_MAX as u64) / BODY_BYTES_PER_SECOND_MIN
}

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
        let items = crate::text::number(&text).ok_or(fault)?;
        if (1..=PAGE_ITEMS_MAX).contains(&items) { Ok(Self(items)) } else { Err(fault) }
    }
}
