//! The one unsafe file: a SQLite file system that keeps enrolled databases on a [`Disk`] in memory, and gives every other
//! file to the system's own. Registered as the default of this process, so that production code needs no seam.
#![expect(unsafe_code, reason = "SQLite calls a file system through pointers to functions of C")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::Path;
use std::sync::{Arc, Once, PoisonError, RwLock, Weak};

use rusqlite::ffi::{self, sqlite3_file, sqlite3_int64, sqlite3_io_methods, sqlite3_vfs};

use super::disk::{Disk, Part};
use super::locks::{Holder, Level};

/// Databases that live on a disk of ours, by their full path.
static ENROLLED: RwLock<BTreeMap<String, Weak<Disk>>> = RwLock::new(BTreeMap::new());

thread_local! {
    /// The disk on which this thread worked last: temporary files, which have no name, belong to it.
    static LAST: RefCell<Weak<Disk>> = const { RefCell::new(Weak::new()) };
}

/// From now on, the database at this path is on that disk, for as long as anybody holds the disk.
pub fn enrol(path: &Path, disk: &Arc<Disk>) {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(register);
    let mut enrolled = ENROLLED.write().unwrap_or_else(PoisonError::into_inner);
    enrolled.retain(|_, disk| disk.strong_count() > 0);
    enrolled.insert(path.to_str().expect("a path of a test is text").to_owned(), Arc::downgrade(disk));
}

fn register() {
    // SAFETY: the library is initialised before its file systems are looked up; ours lives as long as the process.
    unsafe {
        assert_eq!(ffi::sqlite3_initialize(), ffi::SQLITE_OK);
        let system = ffi::sqlite3_vfs_find(std::ptr::null());
        let ours = Box::leak(Box::new(*system));
        ours.szOsFile = ours.szOsFile.max(c_int::try_from(size_of::<File>()).expect("a small struct"));
        ours.pNext = std::ptr::null_mut();
        ours.zName = c"navette-faults".as_ptr();
        ours.pAppData = system.cast();
        ours.xOpen = Some(open);
        ours.xDelete = Some(delete);
        ours.xAccess = Some(access);
        assert_eq!(ffi::sqlite3_vfs_register(ours, 1), ffi::SQLITE_OK);
    }
}

/// An open file as SQLite holds it. Files of others are opened in its place by the system's own file system.
#[repr(C)]
struct File {
    base: sqlite3_file,
    holder: *mut Holder,
}

/// The disk and the part of it that has this name, if it is of an enrolled database.
///
/// # Safety
/// The name is null or a string of C.
unsafe fn find(name: *const c_char) -> Option<(Arc<Disk>, Part)> {
    if name.is_null() {
        return LAST.with_borrow(Weak::upgrade).map(|disk| (Arc::clone(&disk), disk.next_temporary()));
    }
    // SAFETY: by the caller's word.
    let name = unsafe { CStr::from_ptr(name) }.to_str().ok()?;
    let enrolled = ENROLLED.read().unwrap_or_else(PoisonError::into_inner);
    let disk = |path: &str| enrolled.get(path).and_then(Weak::upgrade);
    disk(name).map(|disk| (disk, Part::Main)).or_else(|| {
        let (path, part) = name.rsplit_once('-')?;
        let part = match part {
            "wal" => Part::Log,
            "journal" => Part::Journal,
            _ => return None,
        };
        Some((disk(path)?, part))
    })
}

/// # Safety
/// The file was opened by [`open`] and is not closed yet, and SQLite works on it on one thread at a time.
unsafe fn holder<'a>(file: *mut sqlite3_file) -> &'a mut Holder {
    // SAFETY: by the caller's word.
    let holder = unsafe { &mut *(*file.cast::<File>()).holder };
    LAST.with_borrow_mut(|last| *last = Arc::downgrade(&holder.disk));
    holder
}

/// # Safety
/// The file system is [`register`]'s.
unsafe fn system(vfs: *mut sqlite3_vfs) -> *mut sqlite3_vfs {
    // SAFETY: registered with the system's as its data.
    unsafe { (*vfs).pAppData.cast() }
}

fn code(done: Result<(), c_int>) -> c_int {
    done.err().unwrap_or(ffi::SQLITE_OK)
}

// SQLite calls all that follows by the contract of its documentation: pointers are valid, buffers as long as said, and
// files those that `open` has opened. That is what makes each of these unsafe blocks sound.

unsafe extern "C" fn open(
    vfs: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    opened: *mut c_int,
) -> c_int {
    unsafe {
        let Some((disk, part)) = find(name) else {
            let system = system(vfs);
            return (*system).xOpen.map_or(ffi::SQLITE_CANTOPEN, |open| open(system, name, file, flags, opened));
        };
        // Without methods, SQLite does not close what could not be opened.
        (*file).pMethods = std::ptr::null();
        if let Err(code) = disk.open(part, flags & ffi::SQLITE_OPEN_CREATE != 0) {
            return code;
        }
        let holder = Box::into_raw(Box::new(Holder::new(disk, part)));
        file.cast::<File>().write(File { base: sqlite3_file { pMethods: &raw const METHODS }, holder });
        if !opened.is_null() {
            *opened = flags;
        }
        ffi::SQLITE_OK
    }
}

unsafe extern "C" fn delete(vfs: *mut sqlite3_vfs, name: *const c_char, durable: c_int) -> c_int {
    unsafe {
        if let Some((disk, part)) = find(name) {
            return code(disk.remove(part, durable != 0));
        }
        let system = system(vfs);
        (*system).xDelete.map_or(ffi::SQLITE_IOERR_DELETE, |delete| delete(system, name, durable))
    }
}

unsafe extern "C" fn access(vfs: *mut sqlite3_vfs, name: *const c_char, flags: c_int, there: *mut c_int) -> c_int {
    unsafe {
        if let Some((disk, part)) = find(name) {
            return code(disk.exists(part).map(|exists| *there = exists.into()));
        }
        let system = system(vfs);
        (*system).xAccess.map_or(ffi::SQLITE_IOERR_ACCESS, |access| access(system, name, flags, there))
    }
}

static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved),
    xFileControl: Some(control),
    xSectorSize: Some(sector),
    xDeviceCharacteristics: Some(characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    unsafe {
        drop(Box::from_raw((*file.cast::<File>()).holder));
        (*file).pMethods = std::ptr::null();
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(file: *mut sqlite3_file, into: *mut c_void, length: c_int, at: sqlite3_int64) -> c_int {
    let (holder, into) = unsafe { (holder(file), std::slice::from_raw_parts_mut(into.cast::<u8>(), index(length))) };
    match holder.disk.read(holder.part, index(at), into) {
        Ok(read) if read == into.len() => ffi::SQLITE_OK,
        Ok(read) => {
            into[read..].fill(0);
            ffi::SQLITE_IOERR_SHORT_READ
        }
        Err(code) => code,
    }
}

unsafe extern "C" fn write(file: *mut sqlite3_file, from: *const c_void, length: c_int, at: sqlite3_int64) -> c_int {
    let (holder, from) = unsafe { (holder(file), std::slice::from_raw_parts(from.cast::<u8>(), index(length))) };
    code(holder.disk.write(holder.part, index(at), from))
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: sqlite3_int64) -> c_int {
    let holder = unsafe { holder(file) };
    code(holder.disk.truncate(holder.part, index(size)))
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, _flags: c_int) -> c_int {
    code(unsafe { holder(file) }.sync())
}

unsafe extern "C" fn size(file: *mut sqlite3_file, size: *mut sqlite3_int64) -> c_int {
    let holder = unsafe { holder(file) };
    let told = holder.disk.size(holder.part);
    code(told.map(|bytes| unsafe { *size = i64::try_from(bytes).unwrap_or(i64::MAX) }))
}

unsafe extern "C" fn lock(file: *mut sqlite3_file, level: c_int) -> c_int {
    code(unsafe { holder(file) }.lock(Level::from(level)))
}

unsafe extern "C" fn unlock(file: *mut sqlite3_file, level: c_int) -> c_int {
    unsafe { holder(file) }.unlock(Level::from(level));
    ffi::SQLITE_OK
}

unsafe extern "C" fn check_reserved(file: *mut sqlite3_file, reserved: *mut c_int) -> c_int {
    unsafe { *reserved = holder(file).is_reserved().into() };
    ffi::SQLITE_OK
}

unsafe extern "C" fn control(_file: *mut sqlite3_file, _what: c_int, _with: *mut c_void) -> c_int {
    ffi::SQLITE_NOTFOUND
}

unsafe extern "C" fn sector(_file: *mut sqlite3_file) -> c_int {
    4096
}

/// As the system's own answers on Linux: a torn write harms no byte beside those that were written.
unsafe extern "C" fn characteristics(_file: *mut sqlite3_file) -> c_int {
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE | ffi::SQLITE_IOCAP_SUBPAGE_READ
}

unsafe extern "C" fn shm_map(
    file: *mut sqlite3_file,
    region: c_int,
    bytes: c_int,
    extend: c_int,
    mapped: *mut *mut c_void,
) -> c_int {
    let found = unsafe { holder(file) }.map(index(region), index(bytes), extend != 0);
    // The region holds atomics and is freed only when nobody maps it any more.
    let pointer = |words: *const std::sync::atomic::AtomicU64| unsafe { *mapped = words.cast_mut().cast() };
    code(found.map(|words| pointer(words.unwrap_or(std::ptr::null()))))
}

unsafe extern "C" fn shm_lock(file: *mut sqlite3_file, first: c_int, count: c_int, flags: c_int) -> c_int {
    let slots = index(first)..index(first) + index(count);
    let exclusive = flags & ffi::SQLITE_SHM_EXCLUSIVE != 0;
    let holder = unsafe { holder(file) };
    if flags & ffi::SQLITE_SHM_UNLOCK == 0 {
        return code(holder.take(slots, exclusive));
    }
    holder.give(slots);
    ffi::SQLITE_OK
}

unsafe extern "C" fn shm_barrier(_file: *mut sqlite3_file) {
    std::sync::atomic::fence(std::sync::atomic::Ordering::SeqCst);
}

unsafe extern "C" fn shm_unmap(file: *mut sqlite3_file, _delete: c_int) -> c_int {
    unsafe { holder(file) }.unmap();
    ffi::SQLITE_OK
}

/// SQLite gives no negative place or length.
fn index(number: impl TryInto<usize>) -> usize {
    number.try_into().unwrap_or_default()
}
