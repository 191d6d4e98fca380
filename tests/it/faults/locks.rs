//! Who holds a file open, and the locks by which connections share it: those of the file and those of the index of its log.

use std::ffi::c_int;
use std::ops::Range;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, MutexGuard, PoisonError};

use rusqlite::ffi;

use super::disk::{Disk, Op, Part};

/// How much of a file a connection has locked (SQLite, `xLock`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    None,
    Shared,
    Reserved,
    Pending,
    Exclusive,
}

impl From<c_int> for Level {
    fn from(level: c_int) -> Self {
        match level {
            ffi::SQLITE_LOCK_NONE => Self::None,
            ffi::SQLITE_LOCK_SHARED => Self::Shared,
            ffi::SQLITE_LOCK_RESERVED => Self::Reserved,
            ffi::SQLITE_LOCK_PENDING => Self::Pending,
            _ => Self::Exclusive,
        }
    }
}

/// The locks on the main file, and the memory that connections share.
#[derive(Default)]
pub struct Shared {
    readers: usize,
    /// Reserved, pending or exclusive: one connection at most.
    above: Option<Level>,
    /// How many hold each slot of the index; -1: one, and for itself alone.
    slots: [i32; ffi::SQLITE_SHM_NLOCK as usize],
    regions: Vec<Box<[AtomicU64]>>,
    users: usize,
}

/// A file that a connection holds open.
pub struct Holder {
    pub disk: Arc<Disk>,
    pub part: Part,
    level: Level,
    maps: bool,
    synced: bool,
    shared: [bool; ffi::SQLITE_SHM_NLOCK as usize],
    exclusive: [bool; ffi::SQLITE_SHM_NLOCK as usize],
}

impl Holder {
    /// A file just opened.
    pub fn new(disk: Arc<Disk>, part: Part) -> Self {
        let none = [false; ffi::SQLITE_SHM_NLOCK as usize];
        Self { disk, part, level: Level::None, maps: false, synced: false, shared: none, exclusive: none }
    }

    fn common(disk: &Disk) -> MutexGuard<'_, Shared> {
        disk.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes durable what was written. As in the system's own file system for Unix, the first sync of a log or journal
    /// makes the folder durable, too.
    pub fn sync(&mut self) -> Result<(), c_int> {
        let first = !std::mem::replace(&mut self.synced, true);
        self.disk.sync(self.part, first && matches!(self.part, Part::Log | Part::Journal))
    }

    /// Locks the file up to a level, or says that another connection is in the way.
    pub fn lock(&mut self, level: Level) -> Result<(), c_int> {
        if self.level >= level || self.part != Part::Main {
            return Ok(());
        }
        self.disk.strike(Op::Lock, ffi::SQLITE_IOERR_LOCK)?;
        let mut common = Self::common(&self.disk);
        if self.level == Level::None {
            if common.above >= Some(Level::Pending) {
                return Err(ffi::SQLITE_BUSY);
            }
            common.readers += 1;
            self.level = Level::Shared;
        }
        if level > Level::Shared {
            if self.level == Level::Shared && common.above.is_some() {
                return Err(ffi::SQLITE_BUSY);
            }
            let alone = common.readers == 1;
            self.level = if level == Level::Exclusive && !alone { Level::Pending } else { level };
            common.above = Some(self.level);
            if self.level < level {
                return Err(ffi::SQLITE_BUSY);
            }
        }
        Ok(())
    }

    /// Gives back what is above a level.
    pub fn unlock(&mut self, level: Level) {
        let mut common = Self::common(&self.disk);
        if self.level > Level::Shared && level <= Level::Shared {
            common.above = None;
        }
        if self.level >= Level::Shared && level == Level::None {
            common.readers -= 1;
        }
        self.level = self.level.min(level);
    }

    /// True when a connection is about to write.
    pub fn is_reserved(&self) -> bool {
        Self::common(&self.disk).above.is_some()
    }

    /// A region of the shared memory; none when it is not there and is not to be made.
    pub fn map(&mut self, region: usize, bytes: usize, extend: bool) -> Result<Option<*const AtomicU64>, c_int> {
        self.disk.strike(Op::Map, ffi::SQLITE_IOERR_SHMMAP)?;
        let mut common = Self::common(&self.disk);
        if !self.maps {
            self.maps = true;
            common.users += 1;
        }
        while extend && common.regions.len() <= region {
            common.regions.push((0..bytes / size_of::<AtomicU64>()).map(|_| AtomicU64::new(0)).collect());
        }
        Ok(common.regions.get(region).map(|words| words.as_ptr()))
    }

    /// Takes slots of the index, all or none.
    pub fn take(&mut self, slots: Range<usize>, exclusive: bool) -> Result<(), c_int> {
        self.disk.strike(Op::Lock, ffi::SQLITE_IOERR_SHMLOCK)?;
        let mut common = Self::common(&self.disk);
        let in_the_way = |held: i32| if exclusive { held != 0 } else { held < 0 };
        let held = if exclusive { &mut self.exclusive } else { &mut self.shared };
        if slots.clone().any(|slot| !held[slot] && in_the_way(common.slots[slot])) {
            return Err(ffi::SQLITE_BUSY);
        }
        for slot in slots {
            if !std::mem::replace(&mut held[slot], true) {
                common.slots[slot] += if exclusive { -1 } else { 1 };
            }
        }
        Ok(())
    }

    /// Gives slots of the index back.
    pub fn give(&mut self, slots: Range<usize>) {
        let mut common = Self::common(&self.disk);
        for slot in slots {
            if std::mem::take(&mut self.exclusive[slot]) {
                common.slots[slot] = 0;
            }
            if std::mem::take(&mut self.shared[slot]) {
                common.slots[slot] -= 1;
            }
        }
    }

    /// Needs the shared memory no more; with the last that does, it is gone.
    pub fn unmap(&mut self) {
        self.give(0..self.shared.len());
        if std::mem::take(&mut self.maps) {
            let mut common = Self::common(&self.disk);
            common.users -= 1;
            if common.users == 0 {
                common.regions.clear();
            }
        }
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        self.unmap();
        self.unlock(Level::None);
        self.disk.closed(self.part);
    }
}
