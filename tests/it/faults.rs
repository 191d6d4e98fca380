//! Faults: power cuts, failing and full disks, and kills, none of which may lose or double what was acknowledged.
//!
//! `cargo test` tries some of each. All of it, with counts:
//! `NAVETTE_FAULTS=long cargo test --release --test it faults:: -- --nocapture`. `NAVETTE_SEED` sets where the random
//! numbers begin; what fails prints it.

mod copies;
mod crowd;
mod cuts;
mod disk;
mod full;
mod kill;
mod locks;
mod planted;
mod power;
mod random;
mod stories;
mod sweep;
mod vfs;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use navette::clock::Clock;
use navette::http::door::Settings;
use navette::http::rates::Generosity;

use crate::world::{START, World};
use disk::{Disk, Part};

/// How long a disk takes to sync the log.
const SYNC_TAKES: Duration = Duration::from_micros(500);

/// A world on this disk, or why production code cannot use what is on it.
async fn world_on(disk: &Arc<Disk>) -> Result<World, String> {
    let syncing = Arc::clone(disk);
    let sync = move || {
        // So slow that others are written meanwhile.
        std::thread::sleep(SYNC_TAKES);
        syncing.sync(Part::Log, false).map_err(|_| io::Error::other("a sync that fails as planned"))
    };
    World::syncing(&disk.path, Clock::fixed(START), uncounted(), Box::new(sync)).await
}

/// A door that counts no requests.
fn uncounted() -> Settings {
    Settings { generosity: Generosity::Off, ..Settings::default() }
}

/// True when everything is to be tried, however long it takes.
fn is_long() -> bool {
    std::env::var("NAVETTE_FAULTS").is_ok_and(|wish| wish == "long")
}

/// Where random numbers begin.
fn seed() -> u64 {
    std::env::var("NAVETTE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(20_260_314)
}
