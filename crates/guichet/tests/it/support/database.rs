//! The database read by a stranger: rows as they are stored, and not as the server says them.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

/// An open database.
pub(crate) struct Database(pub(super) Connection);

impl Database {
    /// A database beside its server, or left by one.
    pub(crate) fn open(path: &Path) -> Database {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).expect("the database opens");
        connection.busy_timeout(std::time::Duration::from_secs(10)).expect("a timeout");
        // A stranger that closes the database must not tidy up what the server has to recover.
        let quietly = rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
        connection.set_db_config(quietly, true).expect("a setting");
        Database(connection)
    }

    /// Changes something behind the server's back.
    pub(crate) fn alter(&self, sql: &str) {
        self.0.execute(sql, []).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// A number.
    pub(crate) fn count(&self, sql: &str) -> i64 {
        self.0.query_row(sql, [], |row| row.get(0)).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Every row of a query, one column after the other.
    pub(crate) fn rows<T>(
        &self,
        sql: &str,
        read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Vec<T> {
        let mut statement = self.0.prepare(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let rows = statement.query_map([], read).expect("rows");
        rows.collect::<Result<_, _>>().unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// How many rows each table has, the worker's leases and tries apart.
    pub(crate) fn census(&self) -> Vec<(String, i64)> {
        let tables: Vec<String> = self.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
             AND name NOT IN ('shard_leases', 'delivery_attempts') ORDER BY name",
            |row| row.get(0),
        );
        let count = |table: String| {
            let rows = self.count(&format!("SELECT COUNT(*) FROM {table}"));
            (table, rows)
        };
        tables.into_iter().map(count).collect()
    }
}
