//! A disk in memory: it keeps the files of one database, remembers every call in order, and fails when it is told to.

use std::collections::BTreeMap;
use std::ffi::c_int;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::ffi;

use super::locks::Shared;
use super::vfs;

/// A file of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The database itself.
    Main,
    /// Its write-ahead log.
    Log,
    /// Its rollback journal, with which a new file is made.
    Journal,
    /// Nameless, and gone with the connection that made it.
    Temporary(u32),
}

/// What was asked of the disk that a power cut can undo.
#[derive(Debug, Clone)]
pub enum Call {
    Make(Part),
    Write {
        part: Part,
        at: usize,
        bytes: Arc<[u8]>,
    },
    Truncate {
        part: Part,
        size: usize,
    },
    /// With the folder, what was made and removed is durable, too.
    Sync {
        part: Part,
        folder: bool,
    },
    Remove {
        part: Part,
        durable: bool,
    },
}

/// What can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    Open,
    Read,
    Write,
    Truncate,
    Sync,
    Remove,
    Look,
    Lock,
    Map,
}

/// How it fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// An error of the device (EIO); of a write nothing is done.
    Device,
    /// An error of the device after half of a write was done.
    Half,
    /// No space left; only what writes can meet it.
    Full,
}

/// When the disk fails.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub fault: Fault,
    /// Calls that pass before one fails.
    pub after: u64,
    /// Every later call fails, too.
    pub lasting: bool,
}

/// The contents of files.
pub type Files = BTreeMap<Part, Arc<Vec<u8>>>;

/// A disk, and where its database seems to be.
pub struct Disk {
    pub path: PathBuf,
    pub shared: Mutex<Shared>,
    inner: Mutex<Inner>,
    // The folder in which production code finds a file whose permissions it can set.
    _folder: tempfile::TempDir,
}

#[derive(Default)]
struct Inner {
    files: Files,
    log: Option<Vec<Call>>,
    plan: Option<Plan>,
    struck: u64,
    temporaries: u32,
}

impl Disk {
    /// A disk with these files on it, under a path of its own.
    pub fn new(files: Files) -> Arc<Self> {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let path = folder.path().canonicalize().expect("it was just made").join("navette.db");
        std::fs::write(&path, b"").expect("a file in it");
        let inner = Mutex::new(Inner { files, ..Inner::default() });
        let disk = Arc::new(Self { path, shared: Mutex::default(), inner, _folder: folder });
        vfs::enrol(&disk.path, &disk);
        disk
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until every connection is closed: the writer's thread may still be at it when the store says that it ended.
    pub fn settled(self: &Arc<Self>) {
        while Arc::strong_count(self) > 1 {
            std::thread::yield_now();
        }
    }

    /// Puts other files on it; nobody may hold any of them open.
    pub fn load(&self, files: Files) {
        self.inner().files = files;
    }

    /// What is on it now, as a process that starts again finds it.
    pub fn files(&self) -> Files {
        self.inner().files.clone()
    }

    /// Remembers every call from now on.
    pub fn record(&self) -> Files {
        let mut inner = self.inner();
        inner.log = Some(Vec::new());
        inner.files.clone()
    }

    /// How many calls it remembers.
    pub fn position(&self) -> usize {
        self.inner().log.as_ref().map_or(0, Vec::len)
    }

    /// The calls it remembers.
    pub fn log(&self) -> Vec<Call> {
        self.inner().log.clone().unwrap_or_default()
    }

    /// Fails as planned from now on.
    pub fn arm(&self, plan: Plan) {
        let mut inner = self.inner();
        (inner.plan, inner.struck) = (Some(plan), 0);
    }

    /// Works again; how many calls failed.
    pub fn mend(&self) -> u64 {
        let mut inner = self.inner();
        inner.plan = None;
        inner.struck
    }

    /// Fails when it is this call's turn.
    pub fn strike(&self, op: Op, code: c_int) -> Result<(), c_int> {
        self.inner().strike(op).map_or(Ok(()), |fault| Err(fault.code(code)))
    }

    /// A part without a name.
    pub fn next_temporary(&self) -> Part {
        let mut inner = self.inner();
        inner.temporaries += 1;
        Part::Temporary(inner.temporaries)
    }

    /// Opens a part, and makes it when it may.
    pub fn open(&self, part: Part, create: bool) -> Result<(), c_int> {
        let mut inner = self.inner();
        let there = inner.files.contains_key(&part);
        if inner.strike(Op::Open).is_some() || !there && !create {
            return Err(ffi::SQLITE_CANTOPEN);
        }
        if !there {
            inner.files.insert(part, Arc::default());
            inner.remember(part, || Call::Make(part));
        }
        Ok(())
    }

    /// Reads; fewer bytes than asked for at the end of a file.
    pub fn read(&self, part: Part, at: usize, into: &mut [u8]) -> Result<usize, c_int> {
        let mut inner = self.inner();
        if inner.strike(Op::Read).is_some() {
            return Err(ffi::SQLITE_IOERR_READ);
        }
        let from = inner.files.get(&part).and_then(|bytes| bytes.get(at..)).unwrap_or_default();
        let length = from.len().min(into.len());
        into[..length].copy_from_slice(&from[..length]);
        Ok(length)
    }

    /// Writes, beyond the end, too.
    pub fn write(&self, part: Part, at: usize, bytes: &[u8]) -> Result<(), c_int> {
        let mut inner = self.inner();
        let fault = inner.strike(Op::Write);
        let done = match fault {
            None => bytes,
            Some(Fault::Half) => &bytes[..bytes.len() / 2],
            Some(_) => &[],
        };
        if !done.is_empty() {
            put(Arc::make_mut(inner.files.entry(part).or_default()), at, done);
            inner.remember(part, || Call::Write { part, at, bytes: done.into() });
        }
        fault.map_or(Ok(()), |fault| Err(fault.code(ffi::SQLITE_IOERR_WRITE)))
    }

    /// Cuts a file, or makes it longer.
    pub fn truncate(&self, part: Part, size: usize) -> Result<(), c_int> {
        let mut inner = self.inner();
        if inner.strike(Op::Truncate).is_some() {
            return Err(ffi::SQLITE_IOERR_TRUNCATE);
        }
        Arc::make_mut(inner.files.entry(part).or_default()).resize(size, 0);
        inner.remember(part, || Call::Truncate { part, size });
        Ok(())
    }

    /// Makes durable what was written, and with the folder which files there are.
    pub fn sync(&self, part: Part, folder: bool) -> Result<(), c_int> {
        let mut inner = self.inner();
        if inner.strike(Op::Sync).is_some() {
            return Err(ffi::SQLITE_IOERR_FSYNC);
        }
        inner.remember(part, || Call::Sync { part, folder });
        Ok(())
    }

    /// The bytes of a file.
    pub fn size(&self, part: Part) -> Result<usize, c_int> {
        let mut inner = self.inner();
        if inner.strike(Op::Look).is_some() {
            return Err(ffi::SQLITE_IOERR_FSTAT);
        }
        Ok(inner.files.get(&part).map_or(0, |bytes| bytes.len()))
    }

    /// True when the file is there. An empty one is none, as for the system's own.
    pub fn exists(&self, part: Part) -> Result<bool, c_int> {
        let mut inner = self.inner();
        if inner.strike(Op::Look).is_some() {
            return Err(ffi::SQLITE_IOERR_ACCESS);
        }
        Ok(inner.files.get(&part).is_some_and(|bytes| !bytes.is_empty()))
    }

    /// Removes a file.
    pub fn remove(&self, part: Part, durable: bool) -> Result<(), c_int> {
        let mut inner = self.inner();
        if inner.strike(Op::Remove).is_some() {
            return Err(ffi::SQLITE_IOERR_DELETE);
        }
        if inner.files.remove(&part).is_none() {
            return Err(ffi::SQLITE_IOERR_DELETE_NOENT);
        }
        inner.remember(part, || Call::Remove { part, durable });
        Ok(())
    }

    /// A connection closed this part.
    pub fn closed(&self, part: Part) {
        if matches!(part, Part::Temporary(_)) {
            self.inner().files.remove(&part);
        }
    }
}

impl Inner {
    /// The fault that this call meets.
    fn strike(&mut self, op: Op) -> Option<Fault> {
        let plan = self.plan.as_mut()?;
        if plan.fault != Fault::Device && op != Op::Write {
            return None;
        }
        if plan.after > 0 {
            plan.after -= 1;
            return None;
        }
        let fault = plan.fault;
        if !plan.lasting {
            self.plan = None;
        }
        self.struck += 1;
        Some(fault)
    }

    fn remember(&mut self, part: Part, call: impl FnOnce() -> Call) {
        if !matches!(part, Part::Temporary(_))
            && let Some(log) = &mut self.log
        {
            log.push(call());
        }
    }
}

impl Fault {
    fn code(self, of_the_device: c_int) -> c_int {
        if self == Self::Full { ffi::SQLITE_FULL } else { of_the_device }
    }
}

/// Puts bytes into a file, which grows as far as they reach.
pub fn put(file: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at + bytes.len();
    if file.len() < end {
        file.resize(end, 0);
    }
    file[at..end].copy_from_slice(bytes);
}
