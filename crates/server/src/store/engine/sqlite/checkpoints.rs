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

use super::super::fault::{Failure, Fault, FaultKind};
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
        let thread = thread.map_err(|error| Fault::new(format!("no thread for checkpoints: {error}")))?;
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
            Err(Fault::of(
                FaultKind::Unreachable,
                format!("the database file could not be written or flushed: {error}"),
            ))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A database of its own, gone afterwards.
    struct Scratch {
        path: Arc<str>,
        writer: Connection,
        checkpoints: Checkpoints,
    }

    impl Scratch {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("guichet-{name}-{}.db", std::process::id()));
            let path: Arc<str> = path.to_str().expect("UTF-8").into();
            let mut writer = Connection::open(&*path).expect("opened");
            writer
                .execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (bytes BLOB NOT NULL);")
                .expect("made");
            let checkpoints =
                Checkpoints::start(path.clone(), &mut writer, Failure::none()).expect("taken over");
            Scratch { path, writer, checkpoints }
        }

        /// Commits about forty pages, as a batch does; how long the log is then.
        fn commit(&mut self) -> i32 {
            self.writer.execute("INSERT INTO t VALUES (zeroblob(160000))", []).expect("written");
            self.checkpoints.tend(&self.writer).expect("tended");
            self.checkpoints.log.pages.load(Ordering::Relaxed)
        }

        /// Commits until the log is begun anew, which it is before it could be a hundred times too long.
        fn until_anew(&mut self) -> i32 {
            let mut longest = 0;
            loop {
                let log = self.commit();
                if log < longest {
                    return longest;
                }
                longest = log;
                assert!(longest < 100 * LONG, "nobody moves the log");
            }
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            self.checkpoints.stop();
            for end in ["", "-wal", "-shm"] {
                std::fs::remove_file(format!("{}{end}", self.path)).ok();
            }
        }
    }

    #[test]
    fn a_long_log_is_begun_anew() {
        let mut scratch = Scratch::new("anew");
        for _ in 0..3 {
            assert!(scratch.until_anew() >= LONG);
        }
    }

    #[test]
    fn a_reader_only_delays_it() {
        let mut scratch = Scratch::new("delayed");
        scratch.commit();
        let reader = Connection::open(&*scratch.path).expect("opened");
        let count = "SELECT COUNT(*) FROM t";
        reader.execute_batch("BEGIN").expect("begun");
        let seen: i64 = reader.query_row(count, [], |row| row.get(0)).expect("counted");
        while scratch.commit() < 3 * LONG {}
        assert_eq!(reader.query_row(count, [], |row| row.get::<_, i64>(0)).expect("counted"), seen);
        reader.execute_batch("COMMIT").expect("ended");
        assert!(scratch.until_anew() >= 3 * LONG);
        assert!(scratch.until_anew() < 100 * LONG);
    }

    #[test]
    fn the_whole_log_is_moved_at_the_end() {
        let mut scratch = Scratch::new("whole");
        scratch.commit();
        scratch.checkpoints.stop();
        move_whole_log(&scratch.writer).expect("moved");
        let log = std::fs::metadata(format!("{}-wal", scratch.path)).expect("a log").len();
        let file = std::fs::metadata(&*scratch.path).expect("a file").len();
        assert!(log == 0 && file > 160_000, "{log} bytes in the log, {file} in the file");
    }

    #[test]
    fn nothing_counts_as_moved_after_a_failure() {
        let mut scratch = Scratch::new("forgotten");
        scratch.commit();
        let moved = || {
            let index = std::fs::read(format!("{}-shm", scratch.path)).expect("an index");
            u32::from_ne_bytes(index[96..100].try_into().expect("four bytes"))
        };
        move_log(&scratch.writer, &scratch.path).expect("moved");
        assert!(moved() > 0);
        forget_what_was_moved(&scratch.path);
        assert_eq!(moved(), 0);
        move_log(&scratch.writer, &scratch.path).expect("moved again");
        assert!(moved() > 0);
    }
}
