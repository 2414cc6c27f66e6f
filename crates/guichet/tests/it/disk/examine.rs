//! Whether a database is whole and holds what was acknowledged, by SQLite alone.

use std::collections::HashMap;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::scene::Acknowledged;

/// What is wrong with the database in a directory, if anything is. Its log is read and stays as it is.
pub(crate) fn examine<'a>(
    directory: &Path,
    acknowledged: impl Iterator<Item = &'a Acknowledged>,
) -> Result<(), String> {
    let versions = versions(&directory.join("guichet.db")).map_err(|error| format!("SQLite: {error}"))??;
    for order in acknowledged {
        match versions.get(&order.id) {
            None => return Err(format!("{} was acknowledged and is lost", order.id)),
            Some(kept) if *kept < order.version => {
                return Err(format!(
                    "{} was acknowledged at version {} and is at {kept}",
                    order.id, order.version
                ));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// The version of every order.
fn versions(database: &Path) -> rusqlite::Result<Result<HashMap<String, i64>, String>> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(database, flags)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // Nobody else has it open: the index of the log can be in this process's memory.
    connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE")?;
    let found: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if found != "ok" {
        return Ok(Err(format!("integrity_check: {found}")));
    }
    let mut statement = connection.prepare("SELECT id, version FROM orders")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect::<rusqlite::Result<_>>().map(Ok)
}
