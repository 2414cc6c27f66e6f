//! The SQLite engine: one connection that writes, several that read, the file in WAL mode with a full flush at every
//! commit. The log is moved into the file by us and never by a connection that happens to be the last to close.

mod checkpoints;
mod files;
mod writer;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql, params_from_iter};

use super::fault::{Fault, FaultKind};
use super::value::{Value, Values};

pub use files::DiskUse;
pub(super) use files::{discard, exchange, publish, stage};
pub(super) use writer::SqliteWriter;

/// Older SQLite can corrupt a WAL file on checkpoint.
const OLDEST_SQLITE: i32 = 3_051_003;

/// How many reading connections are kept for the next reader.
const IDLE_READERS: usize = 8;

/// How long a writer waits for another process (the command line) to finish, in ms.
const BUSY_MS: u64 = 10_000;

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Fault::of(kind(&error), format!("SQLite: {error}"))
    }
}

/// What SQLite's own word for a trouble means.
fn kind(error: &rusqlite::Error) -> FaultKind {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => FaultKind::Damaged,
        Some(
            ErrorCode::CannotOpen
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::PermissionDenied
            | ErrorCode::ReadOnly
            | ErrorCode::SystemIoFailure,
        ) => FaultKind::Unreachable,
        _ => FaultKind::Internal,
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Int(value) => ValueRef::Integer(*value),
            Value::Text(text) => ValueRef::Text(text),
            Value::Null => ValueRef::Null,
        }))
    }
}

/// A SQLite file.
#[derive(Debug, Clone)]
pub(crate) struct Sqlite {
    path: Arc<str>,
    idle: Arc<Mutex<Vec<Connection>>>,
    closed: Arc<AtomicBool>,
    /// Whether nobody writes it, so that it is read without a log and without a lock.
    at_rest: bool,
}

impl Sqlite {
    pub(super) fn new(path: &str) -> Result<Self, Fault> {
        if rusqlite::version_number() < OLDEST_SQLITE {
            return Err(Fault::new(format!(
                "SQLite {} is too old to be trusted with money",
                rusqlite::version()
            )));
        }
        Ok(Sqlite { path: path.into(), idle: Arc::default(), closed: Arc::default(), at_rest: false })
    }

    /// A file that nobody writes, such as a backup; reading it leaves no trace beside it.
    pub(super) fn at_rest(path: &str) -> Result<Self, Fault> {
        Ok(Sqlite { at_rest: true, ..Sqlite::new(path)? })
    }

    pub(super) fn exists(&self) -> bool {
        Path::new(&*self.path).exists()
    }

    pub(super) fn path(&self) -> &Path {
        Path::new(&*self.path)
    }

    /// The writing connection, whose file is made when it is not there.
    pub(super) fn writer(&self) -> Result<SqliteWriter, Fault> {
        files::make(self.path())?;
        let connection = connect(&self.path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        // Nothing of an open transaction is spilled into the log, so that one that cannot be committed leaves no trace.
        connection.execute_batch(
            "PRAGMA synchronous = FULL; PRAGMA cache_spill = OFF; PRAGMA foreign_keys = ON;
             PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000;",
        )?;
        // It is not done before the step behind its last row; whoever reads the row alone is not told that it failed.
        let mut mode = connection.prepare("PRAGMA journal_mode = WAL")?;
        let mut rows = mode.query([])?;
        while rows.next()?.is_some() {}
        drop(rows);
        drop(mode);
        Ok(SqliteWriter::new(self.clone(), connection))
    }

    /// Runs a query on a reading connection, on the thread of the caller.
    pub(super) fn query(&self, sql: &'static str, params: &Values) -> Result<Vec<Values>, Fault> {
        let spare = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match spare {
            Some(connection) => connection,
            None => self.reader()?,
        };
        let rows = select(&connection, sql, params);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_READERS && !self.closed.load(Ordering::Acquire) {
            idle.push(connection);
        }
        rows
    }

    fn reader(&self) -> Result<Connection, Fault> {
        let connection = match self.at_rest {
            false => connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY)?,
            true => connect(
                &immutable(&self.path),
                OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI,
            )?,
        };
        connection.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -1000;")?;
        Ok(connection)
    }

    /// Keeps no reading connection from now on, so that the log can be put away.
    fn close_readers(&self) {
        self.closed.store(true, Ordering::Release);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// The address of a file that nobody writes while it is read.
fn immutable(path: &str) -> String {
    let path = path.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("file:{path}?immutable=1")
}

/// Opens a connection to an existing file.
fn connect(path: &str, flags: OpenFlags) -> Result<Connection, Fault> {
    let opened = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX);
    let connection = opened
        .map_err(|error| Fault::of(kind(&error), format!("cannot open the database file {path}: {error}")))?;
    connection.busy_timeout(std::time::Duration::from_millis(BUSY_MS))?;
    connection.set_prepared_statement_cache_capacity(96);
    // Plans must not depend on bound values: such statements are compiled anew at every use.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // Closing a connection moves the log without saying whether that failed. We move it, and look.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(connection)
}

fn select(connection: &Connection, sql: &str, params: &Values) -> Result<Vec<Values>, Fault> {
    let mut statement = connection.prepare_cached(sql)?;
    let columns = statement.column_count();
    let mut rows = statement.query(params_from_iter(params.iter()))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let mut values = Values::with_capacity(columns);
        for column in 0..columns {
            values.add_value(value(row.get_ref(column)?)?);
        }
        found.push(values);
    }
    Ok(found)
}

fn value(value: ValueRef<'_>) -> Result<Value<'_>, Fault> {
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(value) => Ok(Value::Int(value)),
        ValueRef::Text(text) => Ok(Value::Text(text)),
        ValueRef::Real(_) | ValueRef::Blob(_) => {
            Err(Fault::new("a stored value is of a type nobody writes".to_owned()))
        }
    }
}
