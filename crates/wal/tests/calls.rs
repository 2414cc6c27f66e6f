//! Counts the calls to the system. Alone in its process, since the system counts for the whole of it.

use rusqlite::{Connection, OpenFlags};

/// How often this process has asked the system to write (proc(5), `syscw`).
fn calls() -> u64 {
    let io = std::fs::read_to_string("/proc/self/io").expect("this system counts calls");
    let line = io.lines().find_map(|line| line.strip_prefix("syscw: ")).expect("a count of writes");
    line.parse().expect("a number")
}

/// What one commit of forty pages costs.
fn commit(connection: &Connection) -> u64 {
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_spill = OFF;
             CREATE TABLE t (bytes BLOB);",
        )
        .expect("prepared");
    let before = calls();
    connection.execute("INSERT INTO t VALUES (zeroblob(160000))", []).expect("written");
    calls() - before
}

#[test]
fn a_commit_is_a_few_writes() {
    let folder = std::env::temp_dir().join(format!("guichet-wal-calls-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let plain = commit(&Connection::open(folder.join("plain.db")).expect("opened"));
    let name = guichet_wal::register().expect("registered");
    let path = folder.join("gathering.db");
    let gathering =
        commit(&Connection::open_with_flags_and_vfs(path, OpenFlags::default(), name).expect("opened"));
    std::fs::remove_dir_all(&folder).expect("removed");
    assert!(plain >= 80, "SQLite makes two for every page: {plain}");
    assert!(gathering <= 4, "{gathering}");
}
