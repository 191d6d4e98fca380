//! Power cuts: what may be left of the files when the power goes after any call.
//!
//! What was synced stays. Of what was not, each sector is kept, lost or garbled by itself; a file that was made, cut or
//! removed may be as before; a file may have grown without what was written into it. As SQLite takes for granted of
//! disks of our time (`SQLITE_IOCAP_POWERSAFE_OVERWRITE`), a sector torn while it is written harms only the bytes that
//! were written. Which files there are is durable once the folder is synced, as SQLite does on Unix with the first sync
//! of a log or journal.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::disk::{Call, Files, Part, put};
use super::random::Random;

/// What becomes of what was not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Luck {
    /// All of it is kept, as when only the process ends.
    All,
    /// All of it is lost.
    Nothing,
    /// Each sector for itself.
    Mixed,
}

/// What is durable, and what is not yet, while calls are followed one by one.
#[derive(Default)]
pub struct Platter(BTreeMap<Part, Surface>);

#[derive(Default)]
struct Surface {
    /// None: there is no such file.
    durable: Option<Arc<Vec<u8>>>,
    pending: Vec<Call>,
}

impl Platter {
    /// A platter on which these files are durable.
    pub fn new(files: &Files) -> Self {
        let surface = |bytes: &Arc<Vec<u8>>| Surface { durable: Some(Arc::clone(bytes)), pending: Vec::new() };
        Self(files.iter().map(|(part, bytes)| (*part, surface(bytes))).collect())
    }

    /// The next call happens.
    pub fn follow(&mut self, call: &Call) {
        let (part, durable) = match call {
            Call::Make(part) | Call::Write { part, .. } | Call::Truncate { part, .. } => (part, false),
            Call::Sync { part, .. } => (part, true),
            Call::Remove { part, durable } => (part, *durable),
        };
        let surface = self.0.entry(*part).or_default();
        surface.pending.push(call.clone());
        if durable {
            for call in std::mem::take(&mut surface.pending) {
                apply(&mut surface.durable, &call);
            }
        }
        if matches!(call, Call::Sync { folder: true, .. }) {
            self.0.values_mut().for_each(Surface::name);
        }
    }

    /// True when nothing hangs in the air.
    pub fn is_settled(&self) -> bool {
        self.0.values().all(|surface| surface.pending.is_empty())
    }

    /// The files after the power went now.
    pub fn survivors(&self, luck: Luck, random: &mut Random) -> Files {
        let left = self.0.iter().filter_map(|(part, surface)| Some((*part, surface.left(luck, random)?)));
        left.collect()
    }
}

impl Surface {
    /// The folder is synced: the file is there, or is not, as it was last made or removed.
    fn name(&mut self) {
        if let Some(removed) = self.pending.iter().rposition(|call| matches!(call, Call::Remove { .. })) {
            self.pending.drain(..=removed);
            self.durable = None;
        }
        if let Some(made) = self.pending.iter().position(|call| matches!(call, Call::Make(_))) {
            self.pending.remove(made);
            self.durable.get_or_insert_default();
        }
    }

    fn left(&self, luck: Luck, random: &mut Random) -> Option<Arc<Vec<u8>>> {
        let mut bytes = self.durable.clone();
        match luck {
            Luck::Nothing => {}
            Luck::All => self.pending.iter().for_each(|call| apply(&mut bytes, call)),
            Luck::Mixed => {
                let (kept, sector) = (random.one_of(&[10, 50, 90]), random.one_of(&[512, 4096]));
                for call in &self.pending {
                    if let Call::Write { at, bytes: written, .. } = call {
                        tear(&mut bytes, *at, written, sector, kept, random);
                    } else if random.chance(50) {
                        apply(&mut bytes, call);
                    } else if matches!(call, Call::Remove { .. }) {
                        // The file is still there, so whatever was written to the one in its place is not.
                        break;
                    }
                }
            }
        }
        bytes
    }
}

fn apply(bytes: &mut Option<Arc<Vec<u8>>>, call: &Call) {
    match call {
        Call::Make(_) => {
            bytes.get_or_insert_default();
        }
        Call::Write { at, bytes: written, .. } => put(Arc::make_mut(bytes.get_or_insert_default()), *at, written),
        Call::Truncate { size, .. } => Arc::make_mut(bytes.get_or_insert_default()).resize(*size, 0),
        Call::Remove { .. } => *bytes = None,
        Call::Sync { .. } => {}
    }
}

/// Writes some sectors of a write, spoils some, and leaves out the others.
fn tear(bytes: &mut Option<Arc<Vec<u8>>>, at: usize, written: &[u8], sector: usize, kept: u64, random: &mut Random) {
    let mut from = 0;
    while from < written.len() {
        let until = written.len().min((at + from) / sector * sector + sector - at);
        let mut piece = written[from..until].to_vec();
        let lucky = random.chance(kept);
        if lucky || random.chance(50) {
            if !lucky {
                random.garble(&mut piece);
            }
            put(Arc::make_mut(bytes.get_or_insert_default()), at + from, &piece);
        } else if random.chance(30) {
            // The file has grown, and what it grew by was never written.
            let bytes = Arc::make_mut(bytes.get_or_insert_default());
            let end = bytes.len().max(at + until);
            bytes.resize(end, 0);
        }
        from = until;
    }
}
