//! The files of a database: made for their owner alone, copied, examined, put back.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::super::examined::Examined;
use super::super::fault::{Fault, FaultKind};
use super::{Sqlite, connect};
use crate::private_file;

/// What must stay free on a disk beside a backup, in bytes.
const MARGIN_BYTES: u64 = 1 << 20;

/// Makes an empty file where there is none, for its owner alone. SQLite gives its log and the log's index the same
/// permissions.
pub(super) fn make(path: &Path) -> Result<(), Fault> {
    match private_file::create(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(unable(path, &error)),
    }
}

fn unable(path: &Path, error: &io::Error) -> Fault {
    let is_there = error.kind() != io::ErrorKind::NotFound;
    let kind = if is_there { FaultKind::Unreachable } else { FaultKind::NotFound };
    Fault::of(kind, format!("cannot open the database file {}: {error}", path.display()))
}

/// The name of a file of SQLite's beside the database, such as `-wal`.
pub(super) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// How much room the database takes and has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiskUse {
    /// The size of the database's file, in bytes.
    pub file_bytes: u64,
    /// The size of its log, in bytes; some of it may have been moved already.
    pub log_bytes: u64,
    /// What is free on its disk for this process, in bytes.
    pub free_bytes: u64,
    /// When the log was last moved into the file (unix ms).
    pub moved_at_ms: i64,
}

impl Sqlite {
    /// Copies the whole database, as of one moment, to a new file while others read and write. It is `unfinished` until it
    /// was [published](publish).
    pub(in super::super) fn backup(&self, unfinished: &Path) -> Result<(), Fault> {
        let name = unfinished.to_str();
        let name = name.ok_or_else(|| Fault::new("the file's name is no text"))?;
        let connection = self.reader()?;
        let needed = connection.query_row(
            "SELECT (page_count - freelist_count) * page_size \
             FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
            [],
            |row| row.get::<_, i64>(0),
        )?;
        let (needed, free) = (needed.unsigned_abs(), free_beside(unfinished)?);
        if free < needed.saturating_add(MARGIN_BYTES) {
            return Err(Fault::of(
                FaultKind::Refused,
                format!(
                    "there is no room for the backup: its disk has {} kB free, and it needs about {} kB; make room, or \
                     name a folder on another disk",
                    free / 1000,
                    needed / 1000 + 1
                ),
            ));
        }
        private_file::replace(unfinished).map_err(|error| not_written(unfinished, &error))?;
        connection.execute_batch("PRAGMA query_only = OFF")?;
        let copied = connection.execute("VACUUM INTO ?1", [name]).map_err(Fault::from);
        let kept = copied.and_then(|_| flush(unfinished).map_err(|error| not_written(unfinished, &error)));
        if kept.is_err() {
            // Half a backup is worse than none.
            let _ = fs::remove_file(unfinished);
        }
        kept
    }

    /// Reads the whole file for damage; an empty list is health.
    pub(in super::super) fn examined(&self) -> Result<Examined, Fault> {
        let damage = damage(&self.reader()?)?;
        Ok(Examined { damage, looked_at: "every page and index of the database is whole" })
    }

    /// How much room it takes and has.
    pub(in super::super) fn disk_use(&self) -> Result<DiskUse, Fault> {
        let path = self.path();
        let file = fs::metadata(path).map_err(|error| unable(path, &error))?;
        let moved = file.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        Ok(DiskUse {
            file_bytes: file.len(),
            log_bytes: fs::metadata(beside(path, "-wal")).map_or(0, |log| log.len()),
            free_bytes: free_beside(path)?,
            moved_at_ms: moved.and_then(|at| i64::try_from(at.as_millis()).ok()).unwrap_or(0),
        })
    }
}

/// What is free, for this process, on the disk that a file is on, in bytes.
fn free_beside(path: &Path) -> Result<u64, Fault> {
    let disk = rustix::fs::statvfs(private_file::folder_of(path));
    let disk = disk.map_err(|error| {
        Fault::of(FaultKind::Unreachable, format!("the disk of {} says nothing: {error}", path.display()))
    })?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

fn not_written(path: &Path, error: &io::Error) -> Fault {
    Fault::of(FaultKind::Unreachable, format!("{} cannot be written: {error}", path.display()))
}

/// Gives a finished backup its name.
pub(in super::super) fn publish(unfinished: &Path, name: &Path) -> Result<(), Fault> {
    private_file::publish(unfinished, name).map_err(|error| not_written(name, &error))
}

fn damage(connection: &Connection) -> Result<Vec<String>, Fault> {
    let mut statement = connection.prepare("PRAGMA integrity_check(10)")?;
    let found = statement.query_map([], |row| row.get::<_, String>(0))?;
    Ok(found.collect::<Result<Vec<_>, _>>()?.into_iter().filter(|line| line != "ok").collect())
}

/// A copy of a backup beside the database, that can be put in its stead by [`exchange`]. It is copied before it is looked
/// at: what was looked at is what is put in the database's stead.
///
/// # Errors
/// It is damaged, no database or one in use, or it cannot be copied. Nothing is left then.
pub(in super::super) fn stage(path: &Path, from: &Path) -> Result<PathBuf, Fault> {
    if fs::canonicalize(path).is_ok_and(|path| fs::canonicalize(from).is_ok_and(|from| from == path)) {
        return Err(Fault::of(FaultKind::Refused, format!("{} is the database itself", from.display())));
    }
    let copy = beside(path, "-restoring");
    let copied = copy_private(from, &copy).map_err(|error| unable(from, &error));
    match copied.and_then(|()| sound(&copy, from)) {
        Ok(()) => Ok(copy),
        Err(fault) => {
            discard(&copy);
            Err(fault)
        }
    }
}

/// Removes a staged copy and what SQLite put beside it; where all went well there is nothing of it.
pub(in super::super) fn discard(copy: &Path) {
    for end in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(beside(copy, end));
    }
}

fn sound(copy: &Path, from: &Path) -> Result<(), Fault> {
    let name = from.display();
    if beside(from, "-wal").exists() {
        let why =
            "a log lies beside it, so it is no backup but a database in use; make one with `guichet backup`";
        return Err(Fault::of(FaultKind::Refused, format!("{name} is not restored: {why}")));
    }
    let text = copy.to_str().ok_or_else(|| Fault::new(format!("{name} has a name that is no text")))?;
    let found = connect(text, OpenFlags::SQLITE_OPEN_READ_WRITE).and_then(|copy| {
        copy.query_row("SELECT COUNT(*) FROM migrations", [], |row| row.get::<_, i64>(0))?;
        damage(&copy)
    });
    match found {
        Ok(damage) if damage.is_empty() => Ok(()),
        Ok(damage) => Err(Fault::of(FaultKind::Damaged, format!("{name} is damaged: {}", damage.join("; ")))),
        Err(fault) => {
            Err(Fault::of(FaultKind::Damaged, format!("{name} is not a database of Guichet: {fault}")))
        }
    }
}

/// Puts a staged copy in the stead of the database. What was there is kept beside it, log and all, under the name that is
/// answered, if there was anything.
///
/// # Errors
/// Somebody has the database open, or a file cannot be written. Then everything is as it was.
pub(in super::super) fn exchange(path: &Path, copy: &Path, label: &str) -> Result<Option<PathBuf>, Fault> {
    let failed = |error: io::Error| unable(path, &error);
    // A log may be all that is left of a database; replayed over the copy it would damage it.
    let is_there = ["", "-wal", "-shm"].iter().any(|end| beside(path, end).exists());
    let kept = is_there.then(|| beside(path, label));
    if let Some(kept) = &kept {
        let _alone = path.exists().then(|| alone(path)).transpose()?;
        for end in ["-wal", "-shm", ""] {
            let (old, new) = (beside(path, end), beside(kept, end));
            if old.exists() {
                fs::rename(&old, &new).map_err(failed)?;
            }
        }
    }
    fs::rename(copy, path).map_err(failed)?;
    private_file::flush_folder_of(path).map_err(failed)?;
    Ok(kept)
}

/// A connection that has the database for itself. A log that was left behind is moved into the file.
fn alone(path: &Path) -> Result<Connection, Fault> {
    let text =
        path.to_str().ok_or_else(|| Fault::new("the database has a name that is no text".to_owned()))?;
    let connection = connect(text, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(std::time::Duration::ZERO)?;
    let taken = connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;");
    match taken {
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => Err(Fault::of(
            FaultKind::Refused,
            format!(
                "{} is in use: end the server, and every command that has it open, first",
                path.display()
            ),
        )),
        // Its log goes into its file, so that the file says all of it wherever it lies.
        Ok(()) => super::checkpoints::move_whole_log(&connection).map(|()| connection),
        // Damaged, or no database at all: nothing can have it open, and it is kept as it is.
        Err(_) => Ok(connection),
    }
}

fn copy_private(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = File::open(from)?;
    let mut target = private_file::replace(to)?;
    io::copy(&mut source, &mut target)?;
    target.sync_all()
}

fn flush(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
