//! The store: one writer that outlives what goes wrong in it, readers that only read, files that are ours or refused.

mod digests;
mod durable;
mod files;
pub mod jobs;
mod log;
