//! Backups: copies that count because each was opened and computed again, and the way back from one.

pub mod check;
mod part;
mod upgrade;

use std::path::{Path, PathBuf};

use crate::clock::Moment;
use crate::store::open::SCHEMA_VERSION;
use crate::store::{self, OpenError, beside};
use part::Part;
pub use upgrade::open;

/// What SQLite lays beside a database. A stranger's would be taken for ours.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A file that was opened and computed again, and all of it holds.
#[derive(Debug, Clone)]
pub struct Sound {
    /// The file.
    pub path: PathBuf,
    /// How large it is.
    pub bytes: u64,
    /// Lines of its ledger.
    pub lines: i64,
    /// The root of the tree over them, as 64 hexadecimal digits.
    pub root: String,
    /// The hash of the last, as 64 hexadecimal digits.
    pub head: String,
}

impl std::fmt::Display for Sound {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { path, bytes, lines, root, head } = self;
        let path = path.display();
        write!(formatter, "{path} holds, all of it: {lines} lines, root {root}, head {head}, {bytes} bytes")
    }
}

/// Why there is no backup, or no way back from one, in words for the person at the machine.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The file is not one of ours, or cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Something has that name.
    #[error("{0} is there already, and nothing is written over it: choose another name, or move it away first")]
    Taken(PathBuf),
    /// A database of which a part is still in its write-ahead log.
    #[error(
        "{0} has a write-ahead log beside it (-wal): it is a database at work and no backup; `navette backup` makes one of it"
    )]
    AtWork(PathBuf),
    /// What was copied does not hold.
    #[error("the copy of {path} does not hold, and was not kept:\n{}", .faults.join("\n"))]
    DoesNotHold {
        /// What was copied.
        path: PathBuf,
        /// Everything that does not hold.
        faults: Vec<String>,
    },
    /// What was copied cannot be computed again.
    #[error("the copy of {path} cannot be read, and was not kept: {reason}")]
    Unreadable {
        /// What was copied.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The operating system refused.
    #[error("cannot write {path}: {source}")]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What it said.
        source: std::io::Error,
    },
}

/// Backs a database up, while it is at work or not. A target that is a folder gets a file named by the instant. The copy
/// has its name only once it is durable and was verified whole; a failed one leaves nothing behind.
///
/// # Errors
/// [`Refusal`], in words for the person at the machine.
pub fn take(database: &Path, target: &Path, now: Moment) -> Result<Sound, Refusal> {
    let target =
        if target.is_dir() { target.join(format!("navette-{}.db", file_instant(now))) } else { target.to_owned() };
    refuse_taken(&target)?;
    let part = Part::beside(&target)?;
    store::snapshot(database, part.path())?;
    keep(part, database, target, now)
}

/// Makes a database of a backup, where there is none. Only what was verified whole gets the name. What an earlier version
/// wrote is upgraded on the way; the backup stays as it is.
///
/// # Errors
/// [`Refusal`], in words for the person at the machine.
pub fn restore(backup: &Path, database: &Path, now: Moment) -> Result<Sound, Refusal> {
    refuse_taken(database)?;
    if beside(backup, "-wal").metadata().is_ok_and(|log| log.len() > 0) {
        return Err(Refusal::AtWork(backup.to_owned()));
    }
    let version = store::version_told(backup)?;
    let mut part = Part::beside(database)?;
    part.fill_from(backup)?;
    if version < SCHEMA_VERSION {
        store::upgrade(part.path())?;
    }
    keep(part, backup, database.to_owned(), now)
}

/// Verifies an unfinished copy, makes it durable and gives it its name.
fn keep(part: Part, source: &Path, target: PathBuf, now: Moment) -> Result<Sound, Refusal> {
    let report = prove(part.path(), source, now)?;
    let bytes = part.keep_as(&target)?;
    Ok(Sound { path: target, bytes, lines: report.lines, root: report.root, head: report.head })
}

/// Opens a copy and computes it again.
fn prove(copy: &Path, source: &Path, now: Moment) -> Result<check::Report, Refusal> {
    let db = store::open::copy(copy)?;
    let path = source.to_owned();
    match check::check(&db, now) {
        Ok(report) if report.faults.is_empty() => Ok(report),
        Ok(report) => Err(Refusal::DoesNotHold { path, faults: report.faults }),
        Err(error) => Err(Refusal::Unreadable { path, reason: error.to_string() }),
    }
}

fn refuse_taken(path: &Path) -> Result<(), Refusal> {
    let taken = [path.to_owned()].into_iter().chain(BESIDE.map(|suffix| beside(path, suffix)));
    match taken.into_iter().find(|path| path.symlink_metadata().is_ok()) {
        Some(taken) => Err(Refusal::Taken(taken)),
        None => Ok(()),
    }
}

/// `2026-03-14T090000Z`: no colons, which not every disk takes in a name.
fn file_instant(now: Moment) -> String {
    let instant: String = now.to_string().chars().take(19).filter(|c| *c != ':').collect();
    format!("{instant}Z")
}
