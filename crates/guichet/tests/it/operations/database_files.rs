//! The database as files: what lies there after a clean stop, how a backup comes back, who may read them, and what a
//! full disk looks like.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use rusqlite::{Connection, OpenFlags};

use crate::support::call::Caller;
use crate::support::database::Database;
use crate::support::program::{ServerProcess, guichet, run, succeed};
use crate::support::scratch::scratch;
use crate::support::shop_file::{NOWHERE, ShopFile, two_shops};
use crate::support::test_server::plain_order;

/// A declared database, and a key of its shop.
fn declared(name: &str) -> (std::path::PathBuf, String) {
    let directory = scratch(name);
    ShopFile::from(two_shops(NOWHERE)).write_to(&directory);
    succeed(&directory, &["apply", "shop.toml"]);
    let key = succeed(&directory, &["key", "create", "--merchant", "alger"]).trim().to_owned();
    (directory, key)
}

/// Serves, makes orders of these references, and stops cleanly; the files are as they were left until what this answers
/// is dropped, which audits them.
async fn serve_and_order(directory: &Path, key: &str, references: &[&str]) -> ServerProcess {
    let mut server = ServerProcess::start(directory, |_| {});
    let shop = Caller::new(&server.base_url, Some(key));
    for reference in references {
        shop.order(&plain_order(reference)).await;
    }
    server.terminate();
    let (status, log) = server.end();
    assert!(status.success(), "{log}");
    server
}

/// The references of the orders in a database file that is whole, though it may have no log beside it.
fn references(file: &Path) -> Vec<String> {
    let read_only = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(file, read_only).expect("the database opens");
    let whole: String =
        database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("it can be read");
    assert_eq!(whole, "ok");
    let sql = "SELECT reference FROM order_references ORDER BY 1";
    let mut orders = database.prepare(sql).expect("a query");
    let references = orders.query_map([], |row| row.get(0)).expect("orders");
    references.collect::<Result<_, _>>().expect("rows")
}

fn beside(directory: &Path) -> Vec<String> {
    let names = fs::read_dir(directory).expect("the directory");
    let names = names.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"));
    let mut names: Vec<String> = names.filter(|name| name.starts_with("guichet.db")).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_clean_stop_the_file_stands_alone() {
    let (directory, key) = declared("files-alone");
    assert_eq!(beside(&directory), ["guichet.db"], "commands leave no log behind");
    let _stopped = serve_and_order(&directory, &key, &["one", "two", "three"]).await;
    assert_eq!(beside(&directory), ["guichet.db"], "a stopped server leaves no log behind");
    let copy = directory.join("copy.db");
    fs::copy(directory.join("guichet.db"), &copy).expect("a copy");
    assert_eq!(references(&copy), ["one", "three", "two"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_comes_back() {
    let (directory, key) = declared("files-restore");
    let server = ServerProcess::start(&directory, |_| {});
    let shop = Caller::new(&server.base_url, Some(&key));
    shop.order(&plain_order("before")).await;
    succeed(&directory, &["backup", "monday.db"]);
    shop.order(&plain_order("after")).await;
    let refused = run(&directory, &["restore", "monday.db"]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("is in use"), "{said}");
    shop.order(&plain_order("later")).await;
    server.terminate();
    assert!(server.ended().0);

    let said: serde_json::Value =
        serde_json::from_str(&succeed(&directory, &["restore", "monday.db", "--json"])).expect("JSON");
    assert_eq!(said["orders"], 1, "{said}");
    assert_eq!(references(&directory.join("guichet.db")), ["before"]);
    let kept = directory.join(said["kept"].as_str().expect("a file"));
    assert_eq!(references(&kept), ["after", "before", "later"], "what was there before is kept whole");
    assert_eq!(references(&directory.join("monday.db")), ["before"], "the backup stays");
    succeed(&directory, &["copy", "lift", "--yes"]);
    succeed(&directory, &["doctor"]);
    drop(serve_and_order(&directory, &key, &["again"]).await);
    assert_eq!(references(&directory.join("guichet.db")), ["again", "before"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_servers_log_is_not_replayed_over_a_backup() {
    let (directory, key) = declared("files-killed");
    let server = ServerProcess::start(&directory, |_| {});
    let shop = Caller::new(&server.base_url, Some(&key));
    shop.order(&plain_order("before")).await;
    succeed(&directory, &["backup", "monday.db"]);
    for number in 0..20 {
        shop.order(&plain_order(&format!("after-{number}"))).await;
    }
    drop(server); // Killed: its log stays.
    assert!(directory.join("guichet.db-wal").exists());
    let said = succeed(&directory, &["restore", "monday.db"]);
    assert!(said.contains("1 orders") && said.contains("before-"), "{said}");
    assert_eq!(references(&directory.join("guichet.db")), ["before"]);
}

#[test]
fn what_is_no_backup_is_not_restored() {
    let (directory, _) = declared("files-no-backup");
    let before = fs::read(directory.join("guichet.db")).expect("the database");
    fs::write(directory.join("text.db"), "no database").expect("a file");
    let mut cut = before.clone();
    cut.truncate(before.len() / 2);
    fs::write(directory.join("cut.db"), cut).expect("a file");
    for (wrong, status) in [("text.db", 6), ("cut.db", 6), ("nowhere.db", 3), ("guichet.db", 4)] {
        let refused = run(&directory, &["restore", wrong]);
        let said = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(status), "{wrong}: {said}");
        assert!(said.contains(wrong), "{said}");
        assert_eq!(fs::read(directory.join("guichet.db")).expect("the database"), before, "{wrong}");
        assert_eq!(beside(&directory), ["guichet.db"], "{wrong} leaves nothing behind");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_may_read_the_files() {
    let (directory, key) = declared("files-private");
    let server = ServerProcess::start(&directory, |_| {});
    Caller::new(&server.base_url, Some(&key)).order(&plain_order("one")).await;
    succeed(&directory, &["backup", "monday.db"]);
    for file in ["guichet.db", "guichet.db-wal", "guichet.db-shm", "guichet.key", "monday.db"] {
        let mode = fs::metadata(directory.join(file)).expect(file).permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[test]
fn looking_never_migrates() {
    let (directory, _) = declared("files-older");
    Database::open(&directory.join("guichet.db")).alter("DELETE FROM migrations");
    for command in [&["doctor"][..], &["backup", "monday.db"], &["order", "list"], &["key", "list"]] {
        let output = run(&directory, command);
        let said = String::from_utf8_lossy(&output.stderr) + String::from_utf8_lossy(&output.stdout);
        assert!(!output.status.success() && said.contains("guichet migrate"), "{command:?}: {said}");
    }
    assert_eq!(Database::open(&directory.join("guichet.db")).count("SELECT COUNT(*) FROM migrations"), 0);
}

/// Fills the disk that the database is on, as a namespace of its own may have one of four megabytes.
const FULL_DISK: &str = r#"
    set -e
    mkdir -p disk && mount -t tmpfs -o size=4m none disk && cp guichet.db guichet.key disk/
    dd if=/dev/zero of=disk/filler bs=4096 2>/dev/null || true
    cd disk && exec "$0" doctor
"#;

#[test]
fn the_doctor_names_a_full_disk() {
    let (directory, _) = declared("files-full");
    let program = guichet(&directory).get_program().to_owned();
    let mut shell = Command::new("unshare");
    shell.args(["--user", "--map-root-user", "--mount", "sh", "-c", FULL_DISK]).arg(program);
    let output = shell.current_dir(&directory).output().expect("unshare");
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("WRONG") && said.contains("the disk is almost full"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_database_gives_no_number_twice_and_is_worked_by_nobody() {
    let (directory, key) = declared("files-numbers");
    let server = ServerProcess::start(&directory, |_| {});
    Caller::new(&server.base_url, Some(&key)).order(&plain_order("one")).await;
    let rows = || Database::open(&directory.join("guichet.db"));
    rows().alter(
        "INSERT INTO numbers (merchant_id, environment, kind, next) SELECT id, 'test', 'purchase', 17 FROM merchants LIMIT 1",
    );
    succeed(&directory, &["backup", "monday.db"]);
    server.terminate();
    assert!(server.ended().0);
    succeed(&directory, &["restore", "monday.db"]);
    assert_eq!(rows().count("SELECT next FROM numbers"), 100_017);
    assert_eq!(rows().count("SELECT COUNT(*) FROM shard_leases WHERE owner <> ''"), 0);
}
