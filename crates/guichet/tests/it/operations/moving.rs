//! A whole database moves to another one: nothing is left behind, a command that is killed is followed by one that goes on,
//! and neither half a target nor a source that was left is worked by a server.

use std::path::Path;
use std::process::Stdio;

use guichet_testing::postgres::Cluster;
use serde_json::{Value, json};

use super::keys::declare_sealed;
use crate::support::call::{Caller, text};
use crate::support::database::Database;
use crate::support::patience::Patience;
use crate::support::program::{ServerProcess, guichet, run, succeed};
use crate::support::scratch::scratch;
use crate::support::test_server::plain_order;

const MOVE: [&str; 6] = ["migrate", "--from", "sqlite:guichet.db", "--to", "sqlite:new.db", "--json"];

/// A database with a few orders, whose server was stopped; the key of its shop.
async fn source(directory: &Path) -> String {
    let key = declare_sealed(directory);
    let server = ServerProcess::start(directory, |_| {});
    let shop = Caller::new(&server.base_url, Some(&key));
    for number in 0..7 {
        shop.order(&plain_order(&number.to_string())).await;
    }
    server.terminate();
    assert!(server.ended().0);
    key
}

/// What a command is refused with.
#[track_caller]
fn refused(directory: &Path, arguments: &[&str], why: &str) {
    let output = run(directory, arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(4) && said.contains(why), "{why}: {} {said}", output.status);
}

/// All rows of a database but its own notes, as texts.
fn rows(path: &Path) -> Vec<String> {
    let database = Database::open(path);
    let tables: Vec<String> = database.rows(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
         AND name NOT IN ('moves', 'copy_mark', 'nodes', 'shard_leases') ORDER BY name",
        |row| row.get(0),
    );
    let mut found = Vec::new();
    for table in tables {
        let mut theirs = database.rows(&format!("SELECT * FROM {table}"), |row| format!("{table}: {row:?}"));
        theirs.sort();
        found.extend(theirs);
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_moves_and_the_source_keeps_quiet() {
    let directory = scratch("moving-all");
    let key = source(&directory).await;
    let running = ServerProcess::start(&directory, |_| {});
    refused(&directory, &MOVE, "a server works the source");
    running.terminate();
    assert!(running.ended().0);
    let before = rows(&directory.join("guichet.db"));
    let moved: Value = serde_json::from_str(&succeed(&directory, &MOVE)).expect("JSON");
    assert_eq!((&moved["resumed_at"], moved["rows"].as_i64() > Some(7)), (&json!(0), true), "{moved}");
    assert_eq!(rows(&directory.join("new.db")), before);
    assert_eq!(rows(&directory.join("guichet.db")), before, "the source is as it was");
    refused(&directory, &MOVE, "a move that is done");
    refused(
        &directory,
        &["migrate", "--from", "sqlite:new.db", "--to", "sqlite:guichet.db"],
        "the target is in use",
    );

    let new = ServerProcess::start(&directory, |command| {
        command.args(["--database", "sqlite:new.db"]);
    });
    let shop = Caller::new(&new.base_url, Some(&key));
    let next = shop.order(&plain_order("7")).await;
    let again = shop.order(&plain_order("3")).await;
    assert_ne!(text(&next, "/id"), text(&again, "/id"));
    assert_eq!(
        Database::open(&directory.join("new.db")).count("SELECT COUNT(*) FROM orders"),
        8,
        "3 was there"
    );
    let found = succeed(&directory, &["copy", "show", "--json"]);
    assert!(found.contains("moved to another one"), "a server on the source sends nothing: {found}");
}

/// More rows than are moved in one go, so that a command can be killed on the way.
fn fill(directory: &Path) {
    Database::open(&directory.join("guichet.db")).alter(
        "INSERT INTO order_terms WITH RECURSIVE many (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < 60000) \
         SELECT 'x' || n, merchant_id, environment, shard, id FROM many, (SELECT * FROM orders LIMIT 1)",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_was_killed_goes_on() {
    let directory = scratch("moving-killed");
    source(&directory).await;
    fill(&directory);
    let before = rows(&directory.join("guichet.db"));
    let mut command = guichet(&directory);
    let mut child =
        command.args(MOVE).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    let target = directory.join("new.db");
    let moved = || {
        let has_schema = "SELECT COUNT(*) FROM sqlite_master WHERE name = 'errands_waiting'";
        let is_there = target.exists() && Database::open(&target).count(has_schema) > 0;
        if is_there { Database::open(&target).count("SELECT COALESCE(MAX(moved), 0) FROM moves") } else { 0 }
    };
    let mut patience = Patience::that("some rows are there");
    while moved() < 5_000 && child.try_wait().expect("its state").is_none() {
        patience.again().await;
    }
    child.kill().expect("killed");
    child.wait().expect("it ended");
    let half = moved();
    assert!(half >= 5_000);
    let half_target = ["doctor", "--database", "sqlite:new.db"];
    let told = run(&directory, &half_target);
    let said = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(said.contains("is being filled from another one"), "{said}");
    let serve = ServerProcess::try_start(&directory, |command| {
        command.args(["--database", "sqlite:new.db"]);
    });
    let (status, log) = serve.err().expect("it does not serve half a database");
    assert!(status.code() == Some(4) && log.contains("is being filled from another one"), "{log}");
    let done: Value = serde_json::from_str(&succeed(&directory, &MOVE)).expect("JSON");
    assert_eq!(done["resumed_at"], json!(half), "{done}");
    assert_eq!(rows(&target), before, "nothing is lost or doubled");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_changed_meanwhile_is_found_out() {
    let directory = scratch("moving-changed");
    source(&directory).await;
    succeed(&directory, &MOVE);
    // As if the command had been killed before it compared.
    let (source, target) =
        (Database::open(&directory.join("guichet.db")), Database::open(&directory.join("new.db")));
    source.alter("DELETE FROM copy_mark");
    target.alter("UPDATE moves SET done = 0, table_name = 'errands', behind = ''");
    source.alter("UPDATE orders SET page_language = 'ar'");
    let output = run(&directory, &MOVE);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(6) && said.contains("the table orders differs"), "{said}");
    let mut anew = MOVE.to_vec();
    anew.push("--begin-anew");
    let done: Value = serde_json::from_str(&succeed(&directory, &anew)).expect("JSON");
    assert_eq!(done["resumed_at"], json!(0), "{done}");
    assert_eq!(rows(&directory.join("new.db")), rows(&directory.join("guichet.db")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_moves_to_postgresql_and_back() {
    let directory = scratch("moving-postgresql");
    let key = source(&directory).await;
    fill(&directory);
    let before = rows(&directory.join("guichet.db"));
    let cluster = Cluster::shared();
    let name = format!("moved_{}", std::process::id());
    cluster.create(&name);
    let url = cluster.url(&name);
    let there = ["migrate", "--from", "sqlite:guichet.db", "--to", &url, "--json"];
    let mut command = guichet(&directory);
    let mut child =
        command.args(there).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    let moved = || {
        let has_schema =
            "SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public' AND tablename = 'errands'";
        let mut target = cluster.connect(&name);
        let mut number = |sql: &str| target.query(sql).expect("rows").cells[0][0].clone().expect("a number");
        match &*number(has_schema) {
            "0" => 0,
            _ => number("SELECT COALESCE(MAX(moved), 0) FROM moves").parse::<i64>().expect("a number"),
        }
    };
    let mut patience = Patience::that("some rows are there");
    while moved() < 2_000 && child.try_wait().expect("its state").is_none() {
        patience.again().await;
    }
    child.kill().expect("killed");
    child.wait().expect("it ended");
    let half = moved();
    let done: Value = serde_json::from_str(&succeed(&directory, &there)).expect("JSON");
    assert!(done["resumed_at"].as_i64() >= Some(half) && half >= 2_000, "{half}: {done}");
    refused(&directory, &there, "a move that is done");

    let server = ServerProcess::start(&directory, |command| {
        command.args(["--database", &url]);
    });
    let shop = Caller::new(&server.base_url, Some(&key));
    shop.order(&plain_order("3")).await;
    let back = ["migrate", "--from", &url, "--to", "sqlite:back.db", "--json"];
    refused(&directory, &back, "a server works the source");
    server.terminate();
    assert!(server.ended().0);
    let done: Value = serde_json::from_str(&succeed(&directory, &back)).expect("JSON");
    assert_eq!(done["resumed_at"], json!(0), "{done}");
    let mut after = rows(&directory.join("back.db"));
    // The server has kept its settings anew, and looked at the time.
    let own = |row: &String| row.starts_with("kept_settings: ") || row.starts_with("revisions: ");
    after.retain(|row| !own(row));
    assert_eq!(after, before.into_iter().filter(|row| !own(row)).collect::<Vec<_>>());
    cluster.drop_database(&name);
}
