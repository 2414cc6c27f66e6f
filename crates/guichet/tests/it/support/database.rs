//! The database read by a stranger: rows as they are stored, and not as the server says them, in either engine.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use guichet_server::store::unpack;
use guichet_testing::postgres::{Connection, Rows};
use rusqlite::OpenFlags;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;

use super::engine::{Place, file, in_a_cluster};

/// The tables of a server on PostgreSQL, their columns as SQLite has them, and a place for each.
const TABLES: &str = "SELECT t.relname, string_agg(format('\"%s\" %s', a.attname, \
    CASE a.atttypid WHEN 'bigint'::regtype THEN 'INTEGER' ELSE 'TEXT' END), ', ' ORDER BY a.attnum), \
    string_agg('?', ', ') FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 \
    AND NOT a.attisdropped WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r' GROUP BY t.relname";

/// Reads every index of these tables against its table.
const EXAMINED: &str = "SELECT stranger.bt_index_check(i.indexrelid, true) FROM pg_index i \
    JOIN pg_class t ON t.oid = i.indrelid WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r'";

/// An open database.
pub(crate) enum Database {
    Sqlite(rusqlite::Connection),
    Postgres(Mutex<Connection>),
}

/// A row, each value as its text.
#[derive(Debug)]
pub(crate) struct Row(Vec<Option<String>>);

impl Row {
    /// The value of that column.
    #[track_caller]
    pub(crate) fn get<T: Cell>(&self, column: usize) -> T {
        T::of(self.0[column].as_deref())
    }
}

/// What a column can be read as.
pub(crate) trait Cell {
    /// Its value, or none where it is NULL.
    fn of(text: Option<&str>) -> Self;
}

impl Cell for String {
    #[track_caller]
    fn of(text: Option<&str>) -> Self {
        text.expect("a text and not NULL").to_owned()
    }
}

impl Cell for i64 {
    #[track_caller]
    fn of(text: Option<&str>) -> Self {
        text.and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{text:?} is no number"))
    }
}

impl<T: Cell> Cell for Option<T> {
    fn of(text: Option<&str>) -> Self {
        text.map(|text| T::of(Some(text)))
    }
}

impl Database {
    /// The database of a directory, beside its server or left by one.
    pub(crate) fn of(directory: &Path) -> Database {
        match in_a_cluster(directory) {
            Some(place) => Database::in_a_cluster(&place),
            None => Database::open(&file(directory)),
        }
    }

    fn in_a_cluster(place: &Place) -> Database {
        Database::Postgres(Mutex::new(place.connect()))
    }

    /// A file of SQLite's.
    pub(crate) fn open(path: &Path) -> Database {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = rusqlite::Connection::open_with_flags(path, flags).expect("the database opens");
        connection.busy_timeout(std::time::Duration::from_secs(10)).expect("a timeout");
        // A stranger that closes the database must not tidy up what the server has to recover.
        let quietly = rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
        connection.set_db_config(quietly, true).expect("a setting");
        unpacks(&connection);
        Database::Sqlite(connection)
    }

    /// Changes something behind the server's back.
    pub(crate) fn alter(&self, sql: &str) {
        self.query(sql);
    }

    /// A number.
    pub(crate) fn count(&self, sql: &str) -> i64 {
        let rows = self.rows(sql, |row| row.get(0));
        let [number] = rows[..] else { panic!("{sql}: {rows:?}") };
        number
    }

    /// Every row of a query, one column after the other.
    pub(crate) fn rows<T>(&self, sql: &str, read: impl FnMut(&Row) -> T) -> Vec<T> {
        let rows: Vec<Row> = self.query(sql).into_iter().map(Row).collect();
        rows.iter().map(read).collect()
    }

    #[track_caller]
    fn query(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        let asks = sql.starts_with("SELECT");
        let read = |database: &rusqlite::Connection| {
            read(database, sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
        };
        match self {
            Database::Sqlite(connection) => read(connection),
            // One language to ask in, whatever the rows lie in.
            Database::Postgres(_) if asks => read(&self.copy()),
            Database::Postgres(connection) => ask(connection, sql).cells,
        }
    }

    /// The rows of every table as they are now, in a database of SQLite's in memory, where nothing holds them together.
    fn copy(&self) -> rusqlite::Connection {
        let copy = rusqlite::Connection::open_in_memory().expect("memory");
        unpacks(&copy);
        let Database::Postgres(connection) = self else { panic!("a file is read where it lies") };
        ask(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ");
        for table in ask(connection, TABLES).cells {
            let [Some(name), Some(columns), Some(places)] = &table[..] else { panic!("{table:?}") };
            copy.execute_batch(&format!("CREATE TABLE {name} ({columns})")).expect("a table");
            let mut insert =
                copy.prepare(&format!("INSERT INTO {name} VALUES ({places})")).expect("an insert");
            for row in ask(connection, &format!("SELECT * FROM {name}")).cells {
                insert.execute(rusqlite::params_from_iter(row)).expect("a row");
            }
        }
        ask(connection, "COMMIT");
        copy
    }

    /// What is read of the rows as they are at one moment, where more than one thing is asked and a server may be writing.
    pub(super) fn at_one_moment<T>(&self, read: impl FnOnce(&Database) -> T) -> T {
        match self {
            Database::Sqlite(connection) => {
                let _transaction = connection.unchecked_transaction().expect("a transaction");
                read(self)
            }
            Database::Postgres(_) => read(&Database::Sqlite(self.copy())),
        }
    }

    /// A copy that may be damaged, on SQLite in that file.
    pub(super) fn to_damage(&self, path: &Path) -> Database {
        match self {
            Database::Postgres(_) => Database::Sqlite(self.copy()),
            Database::Sqlite(_) => {
                self.alter(&format!("VACUUM INTO '{}'", path.display()));
                Database::open(path)
            }
        }
    }

    /// How many rows each table has, the worker's leases and tries apart.
    pub(crate) fn census(&self) -> Vec<(String, i64)> {
        self.at_one_moment(Database::counted)
    }

    fn counted(&self) -> Vec<(String, i64)> {
        let tables =
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
        let mut tables: Vec<String> = self.rows(tables, |row| row.get(0));
        tables.retain(|table| !["nodes", "shard_leases", "delivery_attempts"].contains(&table.as_str()));
        let count = |table: String| {
            let rows = self.count(&format!("SELECT COUNT(*) FROM {table}"));
            (table, rows)
        };
        tables.into_iter().map(count).collect()
    }

    /// The tables and their indexes are whole.
    pub(super) fn is_sound(&self) {
        match self {
            Database::Sqlite(_) => {
                assert_eq!(self.rows("PRAGMA integrity_check", |row| row.get::<String>(0)), ["ok"]);
                assert_eq!(self.count("SELECT COUNT(*) FROM pragma_foreign_key_check"), 0);
            }
            // An index that is not whole is an error here.
            Database::Postgres(connection) => drop(ask(connection, EXAMINED)),
        }
    }
}

/// All that a directory's database keeps: on SQLite its files, which are itself, its log and its index; and else every row.
pub(crate) fn everything_kept(directory: &Path) -> Vec<(String, String)> {
    let Some(place) = in_a_cluster(directory) else { return files_kept(directory) };
    let connection = Mutex::new(place.connect());
    let rows = |table: Vec<Option<String>>| {
        let name = table.into_iter().next().flatten().expect("a name");
        let rows = ask(&connection, &format!("SELECT * FROM {name}")).cells;
        (name, rows.into_iter().flatten().flatten().collect::<Vec<_>>().join("\n"))
    };
    ask(&connection, TABLES).cells.into_iter().map(rows).collect()
}

fn files_kept(directory: &Path) -> Vec<(String, String)> {
    let files = std::fs::read_dir(directory).expect("the directory").map(|file| file.expect("a file").path());
    let files: Vec<_> = files.filter(|path| path.to_string_lossy().contains("guichet.db")).collect();
    let read = |path: &std::path::PathBuf| {
        let bytes = std::fs::read(path).expect("its bytes");
        (path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned())
    };
    files.iter().map(read).collect()
}

#[track_caller]
fn ask(connection: &Mutex<Connection>, sql: &str) -> Rows {
    let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
    connection.query(sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

fn read(connection: &rusqlite::Connection, sql: &str) -> rusqlite::Result<Vec<Vec<Option<String>>>> {
    let mut statement = connection.prepare(sql)?;
    let columns = statement.column_count();
    let rows =
        statement.query_map([], |row| (0..columns).map(|column| text(row.get_ref(column)?)).collect())?;
    rows.collect()
}

fn text(value: ValueRef<'_>) -> rusqlite::Result<Option<String>> {
    Ok(match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(text) | ValueRef::Blob(text) => Some(String::from_utf8_lossy(text).into_owned()),
    })
}

/// Lets statements read what is stored packed: `unpacked(text, what of its row it was packed beside)`.
fn unpacks(connection: &rusqlite::Connection) {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    let unpacked = |call: &mut Context<'_>| {
        let (stored, known): (String, String) = (call.get(0)?, call.get(1)?);
        unpack(stored.trim_end_matches(' '), &known)
            .map_err(|fault| rusqlite::Error::UserFunctionError(fault.to_string().into()))
    };
    connection.create_scalar_function("unpacked", 2, flags, unpacked).expect("a function");
}
