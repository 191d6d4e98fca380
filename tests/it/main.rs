//! The integration tests: one binary, one module for each concept, every request through the router in this process.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a helper that fails is a failed test")]

mod ask;
mod audit;
mod auth;
mod contract;
mod cooperation;
mod deeds;
mod desk;
mod diagnosis;
mod doors;
mod equipment;
mod errors;
mod feed;
mod hours;
mod import;
mod inbox;
mod joining;
mod ledger;
mod lending;
mod loan;
mod model;
mod paper;
mod person;
mod picture;
mod privacy;
mod rights;
mod security;
mod session;
mod skill;
mod store;
mod structure;
mod summary;
mod tidy;
mod valueflows;
mod webhook;
mod world;
