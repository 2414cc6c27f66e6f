//! Real databases, written through this and read by SQLite's own means, as another process would.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

/// A folder that is gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("guichet-wal-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Folder(path)
    }

    fn database(&self) -> PathBuf {
        self.0.join("data.db")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

fn gathering(path: &Path) -> Connection {
    let name = guichet_wal::register().expect("registered");
    prepared(Connection::open_with_flags_and_vfs(path, OpenFlags::default(), name).expect("opened"))
}

fn plain(path: &Path) -> Connection {
    prepared(Connection::open(path).expect("opened"))
}

fn prepared(connection: Connection) -> Connection {
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_spill = OFF; PRAGMA cache_size = 20;
             CREATE TABLE IF NOT EXISTS t (number INTEGER PRIMARY KEY, text TEXT NOT NULL);",
        )
        .expect("prepared");
    connection
}

/// Writes rows that fill more than a page each, in one transaction.
fn write(connection: &mut Connection, numbers: std::ops::Range<i64>) {
    let transaction = connection.transaction().expect("begun");
    for number in numbers {
        transaction.execute("INSERT INTO t VALUES (?1, ?2)", (number, text(number))).expect("written");
    }
    transaction.commit().expect("committed");
}

fn text(number: i64) -> String {
    format!("{number:08}").repeat(700)
}

/// The rows that are there, all of them whole.
fn rows(connection: &Connection) -> i64 {
    let damage: String =
        connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("checked");
    assert_eq!(damage, "ok");
    let mut statement =
        connection.prepare("SELECT number, text FROM t ORDER BY number").expect("a statement");
    let mut rows = statement.query([]).expect("rows");
    let mut count = 0;
    while let Some(row) = rows.next().expect("a row") {
        assert_eq!(row.get::<_, String>(1).expect("text"), text(row.get(0).expect("a number")));
        count += 1;
    }
    count
}

#[test]
fn whoever_reads_sees_each_commit_at_once() {
    let folder = Folder::new("reads");
    let (mut writer, reader) = (gathering(&folder.database()), plain(&folder.database()));
    for commit in 0..40 {
        write(&mut writer, commit * 5..commit * 5 + 5);
        assert_eq!(rows(&reader), commit * 5 + 5);
        assert_eq!(rows(&writer), commit * 5 + 5);
    }
}

#[test]
fn what_was_committed_is_in_the_files() {
    let (folder, copy) = (Folder::new("files"), Folder::new("copy"));
    let mut writer = gathering(&folder.database());
    for commit in 0..60 {
        write(&mut writer, commit * 3..commit * 3 + 3);
        // As a machine that stops here would leave them.
        for file in ["data.db", "data.db-wal"] {
            std::fs::copy(folder.0.join(file), copy.0.join(file)).expect("copied");
        }
        assert_eq!(rows(&plain(&copy.database())), commit * 3 + 3);
    }
}

#[test]
fn others_write_in_between() {
    let folder = Folder::new("others");
    let (mut one, mut other) = (gathering(&folder.database()), plain(&folder.database()));
    for round in 0..30 {
        write(&mut one, round * 100..round * 100 + 1);
        // Far more pages than the cache holds, and then none of it.
        let undone = one.transaction().expect("begun");
        for number in 0..50 {
            let number = 1_000_000 + number;
            undone.execute("INSERT INTO t VALUES (?1, ?2)", (number, text(number))).expect("written");
        }
        undone.rollback().expect("undone");
        write(&mut other, round * 100 + 1..round * 100 + 4);
        if round % 7 == 0 {
            other.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").expect("moved");
        }
        assert_eq!(rows(&one), (round + 1) * 4);
        assert_eq!(rows(&other), (round + 1) * 4);
    }
}
