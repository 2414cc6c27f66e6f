//! The SQLite driver: one connection that writes, several that read, the file in WAL mode with a
//! full flush at every commit.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, ToSql, params_from_iter};

use super::committer::Lane;
use super::value::{Fault, Value, Values};
use super::write::Write;

/// Older SQLite can corrupt a WAL file on checkpoint.
const OLDEST_SQLITE: i32 = 3_051_003;

/// How many reading connections are kept for the next reader.
const IDLE_READERS: usize = 8;

/// How long a writer waits for another process (the command line) to finish, in ms.
const BUSY_MS: u64 = 10_000;

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Fault(format!("SQLite: {error}"))
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
pub(super) struct Sqlite {
    path: Arc<str>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Sqlite {
    pub(super) fn new(path: &str) -> Result<Self, Fault> {
        if rusqlite::version_number() < OLDEST_SQLITE {
            return Err(Fault(format!("SQLite {} is too old to be trusted with money", rusqlite::version())));
        }
        Ok(Sqlite { path: path.into(), idle: Arc::default() })
    }

    pub(super) fn exists(&self) -> bool {
        Path::new(&*self.path).exists()
    }

    fn connect(&self, flags: OpenFlags) -> Result<Connection, Fault> {
        let connection = Connection::open_with_flags(&*self.path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(|error| Fault(format!("cannot open the database file {}: {error}", self.path)))?;
        connection.busy_timeout(std::time::Duration::from_millis(BUSY_MS))?;
        connection.set_prepared_statement_cache_capacity(96);
        // Plans must not depend on bound values: such statements are compiled anew at every use.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok(connection)
    }

    pub(super) fn writer(&self) -> Result<SqliteLane, Fault> {
        let connection = self.connect(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16000;",
        )?;
        Ok(SqliteLane(connection))
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
        if idle.len() < IDLE_READERS {
            idle.push(connection);
        }
        rows
    }

    fn reader(&self) -> Result<Connection, Fault> {
        let connection = self.connect(OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -1000;")?;
        Ok(connection)
    }

    /// Copies the whole database, as of one moment, to a new file while others read and write.
    pub(super) fn backup(&self, to: &str) -> Result<(), Fault> {
        let connection = self.reader()?;
        connection.execute_batch("PRAGMA query_only = OFF")?;
        connection.execute("VACUUM INTO ?1", [to])?;
        Ok(())
    }

    /// Reads the whole file for damage; an empty list is health.
    pub(super) fn integrity(&self) -> Result<Vec<String>, Fault> {
        let connection = self.reader()?;
        let mut statement = connection.prepare("PRAGMA integrity_check(10)")?;
        let found = statement.query_map([], |row| row.get::<_, String>(0))?;
        Ok(found.collect::<Result<Vec<_>, _>>()?.into_iter().filter(|line| line != "ok").collect())
    }
}

fn select(connection: &Connection, sql: &str, params: &Values) -> Result<Vec<Values>, Fault> {
    let mut statement = connection.prepare_cached(sql)?;
    let columns = statement.column_count();
    let mut rows = statement.query(params_from_iter(params.iter()))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let mut values = Values::with_room(columns);
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
            Err(Fault("a stored value is of a type nobody writes".to_owned()))
        }
    }
}

/// The connection that writes.
#[derive(Debug)]
pub(super) struct SqliteLane(Connection);

impl SqliteLane {
    pub(super) fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        Ok(self.0.execute_batch(sql)?)
    }

    pub(super) fn select(&mut self, sql: &str, params: &Values) -> Result<Vec<Values>, Fault> {
        select(&self.0, sql, params)
    }
}

impl Lane for SqliteLane {
    fn begin(&mut self) -> Result<(), Fault> {
        self.0.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        Ok(())
    }

    fn execute(&mut self, write: &Write) -> Result<usize, Fault> {
        let mut statement = self.0.prepare_cached(write.sql)?;
        Ok(statement.execute(params_from_iter(write.params.iter()))?)
    }

    fn commit(&mut self) -> Result<(), Fault> {
        self.0.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }

    fn rollback(&mut self) {
        if !self.0.is_autocommit()
            && let Err(error) = self.0.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "a transaction could not be rolled back");
        }
    }
}
