//! The files of a database: made for their owner alone, copied, examined, put back.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::super::fault::Fault;
use super::{Sqlite, connect};

/// The owner may read and write, nobody else.
const PRIVATE: u32 = 0o600;

/// Makes an empty file where there is none, for its owner alone. SQLite gives its log and the log's index the same
/// permissions.
pub(super) fn make(path: &Path) -> Result<(), Fault> {
    match OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(path) {
        // Whatever the umask of the process is.
        Ok(file) => {
            file.set_permissions(Permissions::from_mode(PRIVATE)).map_err(|error| unable(path, &error))
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(unable(path, &error)),
    }
}

fn unable(path: &Path, error: &io::Error) -> Fault {
    Fault(format!("cannot open the database file {}: {error}", path.display()))
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
    /// Copies the whole database, as of one moment, to a new file while others read and write.
    pub(in super::super) fn backup(&self, to: &str) -> Result<(), Fault> {
        let target = Path::new(to);
        if target.exists() {
            return Err(Fault(format!("{to} exists already; a backup is made to a new file")));
        }
        make(target)?;
        let connection = self.reader()?;
        connection.execute_batch("PRAGMA query_only = OFF")?;
        let copied = connection.execute("VACUUM INTO ?1", [to]).map_err(Fault::from);
        let kept = copied.and_then(|_| flush(target).map_err(|error| unable(target, &error)));
        if kept.is_err() {
            // Half a backup is worse than none.
            let _ = fs::remove_file(target);
        }
        kept
    }

    /// Reads the whole file for damage; an empty list is health.
    pub(in super::super) fn integrity(&self) -> Result<Vec<String>, Fault> {
        damage(&self.reader()?)
    }

    /// How much room it takes and has.
    pub(in super::super) fn disk_use(&self) -> Result<DiskUse, Fault> {
        let path = self.path();
        let file = fs::metadata(path).map_err(|error| unable(path, &error))?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let disk = rustix::fs::statvfs(folder.unwrap_or(Path::new(".")));
        let disk =
            disk.map_err(|error| Fault(format!("the disk of {} says nothing: {error}", path.display())))?;
        let moved = file.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        Ok(DiskUse {
            file_bytes: file.len(),
            log_bytes: fs::metadata(beside(path, "-wal")).map_or(0, |log| log.len()),
            free_bytes: disk.f_bavail.saturating_mul(disk.f_frsize),
            moved_at_ms: moved.and_then(|at| i64::try_from(at.as_millis()).ok()).unwrap_or(0),
        })
    }
}

fn damage(connection: &Connection) -> Result<Vec<String>, Fault> {
    let mut statement = connection.prepare("PRAGMA integrity_check(10)")?;
    let found = statement.query_map([], |row| row.get::<_, String>(0))?;
    Ok(found.collect::<Result<Vec<_>, _>>()?.into_iter().filter(|line| line != "ok").collect())
}

/// Puts a copy of a database in its stead. What was there is kept beside it, log and all, under the name that is
/// answered, if there was anything.
///
/// # Errors
/// Somebody has the database open, the copy is damaged or no database, or a file cannot be written. Then everything is
/// as it was.
pub(in super::super) fn restore(path: &Path, from: &Path, label: &str) -> Result<Option<PathBuf>, Fault> {
    if fs::canonicalize(path).is_ok_and(|path| fs::canonicalize(from).is_ok_and(|from| from == path)) {
        return Err(Fault(format!("{} is the database itself", from.display())));
    }
    // It is copied before it is looked at: what was looked at is what is put in the database's stead.
    let copy = beside(path, "-restoring");
    let copied = copy_private(from, &copy).map_err(|error| unable(from, &error));
    let kept = copied.and_then(|()| sound(&copy, from)).and_then(|()| exchange(path, &copy, label));
    for end in ["", "-wal", "-shm"] {
        // Where all went well there is none of them.
        let _ = fs::remove_file(beside(&copy, end));
    }
    kept
}

fn sound(copy: &Path, from: &Path) -> Result<(), Fault> {
    let name = from.display();
    if beside(from, "-wal").exists() {
        let why =
            "a log lies beside it, so it is no backup but a database in use; make one with `guichet backup`";
        return Err(Fault(format!("{name} is not restored: {why}")));
    }
    let text = copy.to_str().ok_or_else(|| Fault(format!("{name} has a name that is no text")))?;
    let found = connect(text, OpenFlags::SQLITE_OPEN_READ_WRITE).and_then(|copy| {
        copy.query_row("SELECT COUNT(*) FROM migrations", [], |row| row.get::<_, i64>(0))?;
        damage(&copy)
    });
    match found {
        Ok(damage) if damage.is_empty() => Ok(()),
        Ok(damage) => Err(Fault(format!("{name} is damaged: {}", damage.join("; ")))),
        Err(fault) => Err(Fault(format!("{name} is not a database of Guichet: {fault}"))),
    }
}

/// Moves the present database aside and the copy to its name.
fn exchange(path: &Path, copy: &Path, label: &str) -> Result<Option<PathBuf>, Fault> {
    let failed = |error: io::Error| unable(path, &error);
    let kept = path.exists().then(|| beside(path, label));
    if let Some(kept) = &kept {
        let _alone = alone(path)?;
        for end in ["-wal", "-shm", ""] {
            let (old, new) = (beside(path, end), beside(kept, end));
            if old.exists() {
                fs::rename(&old, &new).map_err(failed)?;
            }
        }
    }
    fs::rename(copy, path).map_err(failed)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    flush(folder.unwrap_or(Path::new("."))).map_err(failed)?;
    Ok(kept)
}

/// A connection that has the database for itself. A log that was left behind is moved into the file.
fn alone(path: &Path) -> Result<Connection, Fault> {
    let text = path.to_str().ok_or_else(|| Fault("the database has a name that is no text".to_owned()))?;
    let connection = connect(text, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(std::time::Duration::ZERO)?;
    let taken = connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;");
    match taken {
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => {
            Err(Fault(format!(
                "{} is in use: end the server, and every command that has it open, first",
                path.display()
            )))
        }
        // Its log goes into its file, so that the file says all of it wherever it lies.
        Ok(()) => super::checkpoints::move_whole_log(&connection).map(|()| connection),
        // Damaged, or no database at all: nothing can have it open, and it is kept as it is.
        Err(_) => Ok(connection),
    }
}

fn copy_private(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = File::open(from)?;
    let mut target = OpenOptions::new().write(true).create(true).truncate(true).mode(PRIVATE).open(to)?;
    target.set_permissions(Permissions::from_mode(PRIVATE))?;
    io::copy(&mut source, &mut target)?;
    target.sync_all()
}

fn flush(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
