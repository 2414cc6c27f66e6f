//! SQLite's own file system, with the writes to the log gathered.
//!
//! SQLite asks a `sqlite3_vfs` to open files and then calls the methods that the opened file points to. Ours opens
//! every file with the one that SQLite would use itself; a log is opened behind a [`Log`], whose methods gather.
//! <https://sqlite.org/vfs.html>, <https://sqlite.org/c3ref/io_methods.html>

use std::ffi::{CStr, c_int, c_void};
use std::ptr;
use std::sync::OnceLock;

use rusqlite::ffi::{self, sqlite3_file, sqlite3_filename, sqlite3_int64, sqlite3_io_methods, sqlite3_vfs};

use crate::gathered::Gathered;

/// The name that a connection opens its database with.
const NAME: &CStr = c"guichet-wal";

/// SQLite did not take the file system, with its code for why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotRegistered(pub c_int);

impl std::fmt::Display for NotRegistered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SQLite did not take the file system {NAME:?}: its code is {}", self.0)
    }
}

impl std::error::Error for NotRegistered {}

/// Makes the file system known to SQLite, once for the whole process.
///
/// # Errors
/// SQLite refuses it or has none of its own.
pub fn register() -> Result<&'static CStr, NotRegistered> {
    static REGISTERED: OnceLock<Result<(), NotRegistered>> = OnceLock::new();
    REGISTERED.get_or_init(register_once).map(|()| NAME)
}

fn register_once() -> Result<(), NotRegistered> {
    // SAFETY: a null name asks for the default; what is found lives as long as the process.
    let system = unsafe { ffi::sqlite3_vfs_find(ptr::null()) };
    // SAFETY: not null, so it points to a file system that nobody changes any more.
    let Some(theirs) = (unsafe { system.as_ref() }) else {
        return Err(NotRegistered(ffi::SQLITE_NOTFOUND));
    };
    // All but `xOpen` stay theirs. Those functions take the file system only to find nothing in it.
    let ours = Box::leak(Box::new(sqlite3_vfs {
        szOsFile: theirs.szOsFile + BEFORE as c_int,
        pNext: ptr::null_mut(),
        zName: NAME.as_ptr(),
        pAppData: system.cast(),
        xOpen: Some(open),
        ..*theirs
    }));
    // SAFETY: it is complete and never freed.
    match unsafe { ffi::sqlite3_vfs_register(ours, 0) } {
        ffi::SQLITE_OK => Ok(()),
        code => Err(NotRegistered(code)),
    }
}

/// What SQLite holds for an open log. The system's own file follows it in memory, `BEFORE` bytes further on.
#[repr(C)]
struct Log {
    /// What SQLite looks at, so it stands first.
    seen: sqlite3_file,
    gathered: Gathered,
}

/// Where the system's file begins behind a [`Log`]: aligned as SQLite aligns the whole, to 8.
const BEFORE: usize = size_of::<Log>().next_multiple_of(8);

static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 1,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    // Shared memory and mapped files belong to the database's file, never to the log.
    xShmMap: None,
    xShmLock: None,
    xShmBarrier: None,
    xShmUnmap: None,
    xFetch: None,
    xUnfetch: None,
};

/// The system's file behind a log, and its methods.
///
/// # Safety
/// `file` is what [`open`] made a log of.
unsafe fn system(file: *mut sqlite3_file) -> (*mut sqlite3_file, &'static sqlite3_io_methods) {
    // SAFETY: SQLite keeps `szOsFile` bytes for it, which is `BEFORE` more than the system's file needs.
    let theirs = unsafe { file.byte_add(BEFORE) };
    // SAFETY: `open` saw it open, and the system's methods are never freed.
    (theirs, unsafe { &*(*theirs).pMethods })
}

/// Calls a method of the system's file behind a log.
macro_rules! theirs {
    ($file:expr, $method:ident $(, $argument:expr)*) => {{
        // SAFETY: this is a method of a log, so SQLite calls it with one that is open.
        let (theirs, methods) = unsafe { system($file) };
        match methods.$method {
            // SAFETY: the arguments are those that SQLite gave for this method.
            Some(method) => unsafe { method(theirs $(, $argument)*) },
            None => ffi::SQLITE_IOERR,
        }
    }};
}

/// What is gathered for a log. Nothing else holds it: SQLite uses a file from one thread at a time.
///
/// # Safety
/// `file` is what [`open`] made a log of, and the reference is gone before the next one is asked for.
unsafe fn gathered<'a>(file: *mut sqlite3_file) -> &'a mut Gathered {
    // SAFETY: `open` wrote a `Log` there.
    unsafe { &mut (*file.cast::<Log>()).gathered }
}

/// Writes to the system's file behind a log.
///
/// # Safety
/// `file` is what [`open`] made a log of.
unsafe fn put(file: *mut sqlite3_file, bytes: &[u8], place: i64) -> Result<(), c_int> {
    let Ok(amount) = c_int::try_from(bytes.len()) else { return Err(ffi::SQLITE_TOOBIG) };
    match theirs!(file, xWrite, bytes.as_ptr().cast(), amount, place) {
        ffi::SQLITE_OK => Ok(()),
        code => Err(code),
    }
}

/// Writes what is gathered, then does as the system does.
macro_rules! after_release {
    ($file:expr, $method:ident $(, $argument:expr)*) => {{
        // SAFETY: this is a method of a log.
        let gathered = unsafe { gathered($file) };
        // SAFETY: as above.
        match gathered.release(|bytes, place| unsafe { put($file, bytes, place) }) {
            Ok(()) => theirs!($file, $method $(, $argument)*),
            Err(code) => code,
        }
    }};
}

unsafe extern "C" fn open(
    vfs: *mut sqlite3_vfs,
    name: sqlite3_filename,
    file: *mut sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    let is_log = flags & ffi::SQLITE_OPEN_WAL != 0;
    // SAFETY: `vfs` is ours, and `register_once` put the system's there.
    let (system, open) = unsafe {
        let system = (*vfs).pAppData.cast::<sqlite3_vfs>();
        (system, (*system).xOpen)
    };
    let Some(open) = open else { return ffi::SQLITE_CANTOPEN };
    if !is_log {
        // SAFETY: these are SQLite's own arguments, and the file has room enough.
        return unsafe { open(system, name, file, flags, out_flags) };
    }
    // SAFETY: SQLite keeps `szOsFile` bytes for the file; the system's begins `BEFORE` bytes further on.
    let theirs = unsafe { file.byte_add(BEFORE) };
    // SAFETY: as above.
    let code = unsafe { open(system, name, theirs, flags, out_flags) };
    if code == ffi::SQLITE_OK {
        let seen = sqlite3_file { pMethods: &raw const METHODS };
        // SAFETY: the memory is SQLite's for this file, and nothing is kept there yet.
        unsafe { file.cast::<Log>().write(Log { seen, gathered: Gathered::default() }) };
    } else {
        // SAFETY: as above. Without methods SQLite does not close it. Nor do we: the system's own methods are
        // null after a failure, as they are when SQLite opens a log itself.
        unsafe { (*file).pMethods = ptr::null() };
    }
    code
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    // SAFETY: this is a method of a log.
    let mut last = std::mem::take(unsafe { gathered(file) });
    // SAFETY: as above.
    let written = last.release(|bytes, place| unsafe { put(file, bytes, place) });
    let closed = theirs!(file, xClose);
    written.err().unwrap_or(closed)
}

unsafe extern "C" fn write(
    file: *mut sqlite3_file,
    bytes: *const c_void,
    amount: c_int,
    place: sqlite3_int64,
) -> c_int {
    let Ok(length) = usize::try_from(amount) else { return ffi::SQLITE_IOERR_WRITE };
    // SAFETY: SQLite gives `amount` bytes that it does not change during the call.
    let bytes = unsafe { std::slice::from_raw_parts(bytes.cast::<u8>(), length) };
    // SAFETY: this is a method of a log.
    let gathered = unsafe { gathered(file) };
    // SAFETY: as above.
    let kept = gathered.add(bytes, place, |bytes, place| unsafe { put(file, bytes, place) });
    kept.err().unwrap_or(ffi::SQLITE_OK)
}

unsafe extern "C" fn read(
    file: *mut sqlite3_file,
    to: *mut c_void,
    amount: c_int,
    place: sqlite3_int64,
) -> c_int {
    after_release!(file, xRead, to, amount, place)
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: sqlite3_int64) -> c_int {
    after_release!(file, xTruncate, size)
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    after_release!(file, xSync, flags)
}

unsafe extern "C" fn file_size(file: *mut sqlite3_file, size: *mut sqlite3_int64) -> c_int {
    after_release!(file, xFileSize, size)
}

unsafe extern "C" fn lock(file: *mut sqlite3_file, level: c_int) -> c_int {
    theirs!(file, xLock, level)
}

unsafe extern "C" fn unlock(file: *mut sqlite3_file, level: c_int) -> c_int {
    theirs!(file, xUnlock, level)
}

unsafe extern "C" fn check_reserved_lock(file: *mut sqlite3_file, held: *mut c_int) -> c_int {
    theirs!(file, xCheckReservedLock, held)
}

unsafe extern "C" fn file_control(file: *mut sqlite3_file, what: c_int, argument: *mut c_void) -> c_int {
    theirs!(file, xFileControl, what, argument)
}

unsafe extern "C" fn sector_size(file: *mut sqlite3_file) -> c_int {
    theirs!(file, xSectorSize)
}

unsafe extern "C" fn device_characteristics(file: *mut sqlite3_file) -> c_int {
    theirs!(file, xDeviceCharacteristics)
}
