//! The SQLite driver: one connection that writes, several that read, the file in WAL mode with a
//! full flush at every commit.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, Params, PrepFlags, Statement, ToSql, params_from_iter};

use super::checkpoints::Checkpoints;
use super::committer::{Lane, Writer};
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
        self.ready(Connection::open_with_flags(&*self.path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX))
    }

    fn ready(&self, opened: rusqlite::Result<Connection>) -> Result<Connection, Fault> {
        let connection =
            opened.map_err(|error| Fault(format!("cannot open the database file {}: {error}", self.path)))?;
        connection.busy_timeout(std::time::Duration::from_millis(BUSY_MS))?;
        connection.set_prepared_statement_cache_capacity(96);
        // Plans must not depend on bound values: such statements are compiled anew at every use.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok(connection)
    }

    pub(super) fn writer(&self) -> Result<SqliteWriter, Fault> {
        let gathering = guichet_wal::register().map_err(|error| Fault(error.to_string()))?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection =
            self.ready(Connection::open_with_flags_and_vfs(&*self.path, flags, gathering))?;
        // The full flush and no spilling are also what `guichet_wal` relies on.
        connection.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_spill = OFF;
             PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16000;",
        )?;
        let checkpoints = Checkpoints::of(self.path.clone(), &mut connection)?;
        Ok(SqliteWriter { connection, checkpoints })
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
pub(super) struct SqliteWriter {
    connection: Connection,
    checkpoints: Checkpoints,
}

impl SqliteWriter {
    pub(super) fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        Ok(self.connection.execute_batch(sql)?)
    }

    pub(super) fn select(&mut self, sql: &str, params: &Values) -> Result<Vec<Values>, Fault> {
        select(&self.connection, sql, params)
    }
}

impl Writer for SqliteWriter {
    fn lend(mut self, work: impl FnOnce(&mut dyn Lane)) {
        work(&mut SqliteLane {
            connection: &self.connection,
            statements: HashMap::new(),
            checkpoints: &mut self.checkpoints,
        });
    }
}

/// That connection at work. It keeps every statement that it has ever run: there are only those that stand in this
/// program, and to look for one by its text costs a twentieth of what writing takes.
struct SqliteLane<'a> {
    connection: &'a Connection,
    /// By where their text is in the program.
    statements: HashMap<*const str, Statement<'a>>,
    checkpoints: &'a mut Checkpoints,
}

impl SqliteLane<'_> {
    fn run(&mut self, sql: &'static str, params: impl Params) -> Result<usize, Fault> {
        let statement = match self.statements.entry(sql) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let flags = PrepFlags::SQLITE_PREPARE_PERSISTENT;
                place.insert(self.connection.prepare_with_flags(sql, flags)?)
            }
        };
        Ok(statement.execute(params)?)
    }
}

impl Lane for SqliteLane<'_> {
    fn begin(&mut self) -> Result<(), Fault> {
        self.run("BEGIN IMMEDIATE", []).map(drop)
    }

    fn execute(&mut self, write: &Write) -> Result<usize, Fault> {
        self.run(write.sql, params_from_iter(write.params.iter()))
    }

    fn commit(&mut self) -> Result<(), Fault> {
        self.run("COMMIT", []).map(drop)
    }

    fn rollback(&mut self) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.connection.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "a transaction could not be rolled back");
        }
    }

    fn tend(&mut self) {
        if let Err(error) = self.checkpoints.tend(self.connection) {
            tracing::warn!(%error, "the log of the database could not be moved into its file");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_writer_keeps_what_gathering_relies_on() {
        let path = std::env::temp_dir().join(format!("guichet-writer-{}.db", std::process::id()));
        let writer =
            Sqlite::new(path.to_str().expect("UTF-8")).expect("new enough").writer().expect("opened");
        let setting = |pragma: &str| {
            writer.connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).expect("a number")
        };
        // FULL, and OFF.
        assert_eq!((setting("synchronous"), setting("cache_spill")), (2, 0));
        drop(writer);
        std::fs::remove_file(path).expect("removed");
    }
}
