//! Moves the log into the database's file, mostly beside the thread that writes.
//!
//! Left to itself, SQLite does all of it within the commit that finds the log long, and everybody waits for it. Here
//! a thread of its own does what it can while others write. What they wrote meanwhile is little; the writer moves
//! that itself, between two batches, so that the log is wholly moved and the next commit begins it anew.
//!
//! A write or a flush of the file that fails ends all of it. SQLite flushes the file only when the last page was
//! moved, and remembers the earlier ones as moved before that; the kernel reports a failed flush once and may forget
//! the pages. Moving on would throw away a log that is still needed, so nothing counts as moved from then on, the
//! store has failed, and the next start recovers from the log.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, DEFAULT_NAME, ErrorCode, OpenFlags};

use super::super::fault::{Failure, Fault};
use super::connect;

/// A log of that many pages is moved.
const LONG: i32 = 8000;

/// A log that is not long is moved once in that time.
const AT_THE_LATEST: Duration = Duration::from_secs(60);

/// How often the thread moves what it finds: the second time that is what was written during the first.
const PASSES: usize = 2;

/// What the log of a writing connection is, and what is to be done with it.
#[derive(Debug, Default)]
struct Log {
    /// How many pages it had after the last commit.
    pages: AtomicI32,
    /// Whether something was committed since it was last moved.
    is_new: AtomicBool,
    /// Whether the thread has been asked to move it.
    is_due: AtomicBool,
    /// Whether the thread has moved what it could, and the writer is to move the rest.
    is_nearly_moved: AtomicBool,
    /// Whether the thread is to end.
    is_over: AtomicBool,
}

/// When the log of a writing connection is moved.
#[derive(Debug)]
pub(super) struct Checkpoints {
    path: Arc<str>,
    log: Arc<Log>,
    /// How many pages the log has when the next one begins: more than `LONG` while readers keep the log from being
    /// begun anew.
    due_at: i32,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    /// Takes over from the connection that writes to the file at `path`: it would do it within its commits.
    pub(super) fn start(path: Arc<str>, writer: &mut Connection, failure: Failure) -> Result<Self, Fault> {
        let log = Arc::new(Log::default());
        let told = log.clone();
        writer.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages| {
            told.pages.store(pages, Ordering::Relaxed);
            told.is_new.store(true, Ordering::Relaxed);
            Ok(())
        }))?;
        let (of_file, of_log) = (path.clone(), log.clone());
        let work = move || {
            if let Err(fault) = move_when_due(&of_file, &of_log) {
                failure.set(fault);
            }
        };
        let thread = std::thread::Builder::new().name("checkpoints".to_owned()).spawn(work);
        let thread = thread.map_err(|error| Fault(format!("no thread for checkpoints: {error}")))?;
        Ok(Checkpoints { path, log, due_at: LONG, thread: Some(thread) })
    }

    /// Begins or ends one if it is time; called between two transactions of the writer.
    ///
    /// # Errors
    /// The file could not be written or flushed.
    pub(super) fn tend(&mut self, writer: &Connection) -> Result<(), Fault> {
        let pages = self.log.pages.load(Ordering::Relaxed);
        if self.log.is_nearly_moved.swap(false, Ordering::AcqRel) {
            return move_log(writer, &self.path);
        }
        if pages < LONG {
            self.due_at = LONG;
        } else if pages >= self.due_at {
            self.due_at = pages.saturating_add(LONG);
            self.log.is_due.store(true, Ordering::Release);
            self.wake();
        }
        Ok(())
    }

    fn wake(&self) {
        if let Some(thread) = &self.thread {
            thread.thread().unpark();
        }
    }

    /// Ends the thread, once it has moved what it is moving.
    pub(super) fn stop(&mut self) {
        self.log.is_over.store(true, Ordering::Release);
        self.wake();
        if let Some(thread) = self.thread.take() {
            // It declares its failures itself, and has nothing else to say.
            let _ = thread.join();
        }
    }
}

/// Moves the log when it is long, and otherwise once in a while, until told to end.
fn move_when_due(path: &str, log: &Log) -> Result<(), Fault> {
    let mut connection = None;
    loop {
        std::thread::park_timeout(AT_THE_LATEST);
        if log.is_over.load(Ordering::Acquire) {
            return Ok(());
        }
        let (is_due, is_new) =
            (log.is_due.swap(false, Ordering::AcqRel), log.is_new.swap(false, Ordering::Relaxed));
        if !is_due && !is_new {
            continue;
        }
        let connection = match &mut connection {
            Some(connection) => connection,
            none => none.insert(beside(path)?),
        };
        (0..PASSES).try_for_each(|_| move_log(connection, path))?;
        log.is_nearly_moved.store(true, Ordering::Release);
    }
}

fn beside(path: &str) -> Result<Connection, Fault> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;")?;
    Ok(connection)
}

/// Moves what no reader still needs in the log. Waits for nobody.
fn move_log(connection: &Connection, path: &str) -> Result<(), Fault> {
    checkpoint(connection, path, CheckpointMode::PASSIVE)
}

/// Moves all of the log and makes it empty; as much of it as can be, where another process still reads or writes.
pub(super) fn move_whole_log(connection: &Connection) -> Result<(), Fault> {
    let path = connection.path().unwrap_or_default().to_owned();
    connection.busy_timeout(Duration::ZERO)?;
    checkpoint(connection, &path, CheckpointMode::TRUNCATE)
}

fn checkpoint(connection: &Connection, path: &str, mode: CheckpointMode) -> Result<(), Fault> {
    let Err(error) = connection.wal_checkpoint_v2(DEFAULT_NAME, mode) else { return Ok(()) };
    match error.sqlite_error_code() {
        // Another process is at it.
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Ok(()),
        // What was moved stays in the log until all of it could be.
        Some(ErrorCode::DiskFull) => {
            tracing::warn!(%error, "the disk is full; the log of the database stays where it is");
            Ok(())
        }
        _ => {
            forget_what_was_moved(path);
            Err(Fault(format!("the database file could not be written or flushed: {error}")))
        }
    }
}

/// Where the index of the log says how many of its frames were moved, <https://sqlite.org/walformat.html>: `nBackfill`,
/// behind the two copies of its header.
const MOVED_AT: u64 = 96;

/// Lets nothing count as moved any more. The index of the log goes with the last process that has the database open;
/// one that outlives this one, a command perhaps, must not go on from where this one failed.
fn forget_what_was_moved(path: &str) {
    let index = OpenOptions::new().write(true).open(format!("{path}-shm"));
    if let Err(error) = index.and_then(|index| index.write_all_at(&[0; 4], MOVED_AT)) {
        tracing::error!(%error, "the index of the log could not be written; end every process that has the database open");
    }
}
