//! Moves the log into the database's file, mostly beside the thread that writes.
//!
//! Left to itself, SQLite does all of it within the commit that finds the log long, and everybody waits for it. Here
//! a thread of its own does what it can while others write. What they wrote meanwhile is little; the writer moves
//! that itself, between two batches, so that the log is wholly moved and the next commit begins it anew.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread::JoinHandle;

use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, DEFAULT_NAME, ErrorCode, OpenFlags};

use super::value::Fault;

/// A log of that many pages is moved.
const LONG: i32 = 8000;

/// How often the thread moves what it finds: the second time that is what was written during the first.
const PASSES: usize = 2;

/// When the log of a writing connection is moved.
#[derive(Debug)]
pub(super) struct Checkpoints {
    path: Arc<str>,
    /// How many pages the log had after the last commit.
    log: Arc<AtomicI32>,
    /// How many it has when the next one begins: later than `LONG` while readers keep the log from being begun anew.
    due_at: i32,
    beside: Option<JoinHandle<Result<(), Fault>>>,
}

impl Checkpoints {
    /// Takes over from the connection that writes to the file at `path`: it would do it within its commits.
    pub(super) fn of(path: Arc<str>, writer: &mut Connection) -> Result<Self, Fault> {
        let log = Arc::new(AtomicI32::new(0));
        let told = log.clone();
        writer.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages| {
            told.store(pages, Ordering::Relaxed);
            Ok(())
        }))?;
        Ok(Checkpoints { path, log, due_at: LONG, beside: None })
    }

    /// Begins or ends one if it is time; called between two transactions of the writer.
    pub(super) fn tend(&mut self, writer: &Connection) -> Result<(), Fault> {
        let log = self.log.load(Ordering::Relaxed);
        match self.beside.take() {
            None if log >= self.due_at => {
                self.due_at = log.saturating_add(LONG);
                let path = self.path.clone();
                let thread = std::thread::Builder::new().name("checkpoint".to_owned());
                let beside = thread.spawn(move || move_beside(&path));
                self.beside =
                    Some(beside.map_err(|error| Fault(format!("no thread for a checkpoint: {error}")))?);
            }
            None if log < LONG => self.due_at = LONG,
            Some(beside) if beside.is_finished() => {
                beside.join().map_err(|_| Fault("the thread of a checkpoint panicked".to_owned()))??;
                move_log(writer)?;
            }
            running => self.beside = running,
        }
        Ok(())
    }
}

fn move_beside(path: &str) -> Result<(), Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;")?;
    (0..PASSES).try_for_each(|_| move_log(&connection))
}

/// Moves what no reader still needs in the log. Waits for nobody.
fn move_log(connection: &Connection) -> Result<(), Fault> {
    match connection.wal_checkpoint_v2(DEFAULT_NAME, CheckpointMode::PASSIVE) {
        // Another process is at it.
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Ok(()),
        done => Ok(done.map(|_| ())?),
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
            let checkpoints = Checkpoints::of(path.clone(), &mut writer).expect("taken over");
            Scratch { path, writer, checkpoints }
        }

        /// Commits about forty pages, as a batch does; how long the log is then.
        fn commit(&mut self) -> i32 {
            self.writer.execute("INSERT INTO t VALUES (zeroblob(160000))", []).expect("written");
            self.checkpoints.tend(&self.writer).expect("tended");
            self.checkpoints.log.load(Ordering::Relaxed)
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
}
