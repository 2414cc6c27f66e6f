//! Commands beside a server: they write and send what it would, and it does for them what has to be done.

use std::time::Duration;

use guichet_server::Clock;
use serde_json::Value;

use crate::support::call::{Caller, text};
use crate::support::database::{Database, Row};
use crate::support::program::{ServerProcess, guichet, run, succeed};
use crate::support::scratch::scratch;
use crate::support::shop_file::{ShopFile, two_shops};
use crate::support::test_server::{TestServer, acquirer, order, plain_order};

const PUBLIC_URL: &str = "https://pay.shop.example";

/// What the journal keeps of the newest event of a kind: the order as shops are told of it, and what caused it.
fn told(database: &Database, order: &str, kind: &str) -> (Value, Value) {
    let entries = database
        .rows(&format!(
                "SELECT unpacked(entries, id || subject || at_ms) FROM journal WHERE subject = '{order}' ORDER BY seq DESC"
            ),
            |row| row.get::<String>(0),
        );
    let entries =
        entries.iter().flat_map(|entries| serde_json::from_str::<Vec<Value>>(entries).expect("a list"));
    let mut entries = entries.filter(|entry| entry["type"] == kind);
    let entry = entries.next().unwrap_or_else(|| panic!("nobody was told of {kind}"));
    (entry["data"].clone(), entry)
}

/// A server with a public address of its own, its sandbox and a key.
async fn started(name: &str) -> (ServerProcess, Caller, guichet_sandbox::Sandbox, Clock) {
    let directory = scratch(name);
    let clock = Clock::default();
    let (sandbox, sandbox_url) = acquirer(&clock).await;
    ShopFile::from(two_shops(&sandbox_url)).write_to(&directory);
    succeed(&directory, &["apply", "shop.toml"]);
    let key = succeed(&directory, &["key", "create", "--merchant", "alger"]);
    let server = ServerProcess::start(&directory, |command| {
        command.args(["--public-url", PUBLIC_URL]);
    });
    let shop = Caller::new(&server.base_url, Some(key.trim()));
    (server, shop, sandbox, clock)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_with_a_bare_environment_writes_the_links_of_the_server_that_ran() {
    let (server, shop, _sandbox, clock) = started("beside-links").await;
    let id = text(&shop.order(&order("one", "Book [paid]")).await, "/id");
    let directory = server.directory.clone();
    server.terminate();
    assert!(server.ended().0);
    // The customer pays while the server is away, and the operator asks.
    clock.advance(60_000);
    let checked: Value =
        serde_json::from_str(&succeed(&directory, &["order", "check", &id, "--json"])).expect("JSON");
    assert_eq!(checked["status"], "paid", "{checked}");
    let (data, entry) = told(&Database::of(&directory), &id, "order.paid");
    let links = data.to_string();
    assert!(links.contains(PUBLIC_URL) && !links.contains("127.0.0.1"), "{entry}");
    assert!(text(&checked, "/status_url").starts_with(PUBLIC_URL), "{checked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_running_server_does_what_a_command_asks() {
    let (server, shop, _sandbox, _clock) = started("beside-errands").await;
    let directory = server.directory.clone();
    let waiting = text(&shop.order(&plain_order("waiting")).await, "/id");
    let open = text(&shop.order(&order("open", "Book [pending]")).await, "/id");
    let mut cancel = guichet(&directory);
    let cancelled =
        cancel.args(["order", "cancel", &waiting, "--json"]).env("USER", "amina").output().expect("it runs");
    assert!(cancelled.status.success(), "{}", String::from_utf8_lossy(&cancelled.stderr));
    let cancelled: Value = serde_json::from_slice(&cancelled.stdout).expect("JSON");
    assert_eq!(cancelled["status"], "cancelled");
    succeed(&directory, &["order", "check", &open]);
    // It is the server that did it: it counts, and it says so.
    let metrics = shop.get(&server.metrics_url).await.expect(200).text();
    assert!(metrics.contains("guichet_events_total{type=\"order.cancelled\"} 1"), "{metrics}");
    for order in [&waiting, &open] {
        let is_it = |line: &str| line.contains(order.as_str()) && line.contains("a command had this done");
        server.logged("the server says that it did it", is_it).await;
        let log = server.log();
        assert_eq!(log.lines().filter(|line| is_it(line)).count(), 1, "{log}");
    }
    let database = Database::of(&directory);
    let (_, entry) = told(&database, &waiting, "order.cancelled");
    assert!(entry.to_string().contains("amina"), "the journal names who it was: {entry}");
    // What the domain refuses is refused by the server as well, with the same status.
    let no_payment = ["order", "resolve", &open, "--payment", "pay_01kaqwm3v0e9r8t7y6v5w4x3z1", "dismiss"];
    let again = run(&directory, &no_payment);
    assert_eq!(again.status.code(), Some(4), "{}", String::from_utf8_lossy(&again.stderr));
    assert_eq!(database.count("SELECT COUNT(*) FROM errands"), 0, "nothing is left behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_over_an_errand_leaves_it_to_the_command() {
    let (server, shop, _sandbox, _clock) = started("beside-death").await;
    let directory = server.directory.clone();
    let waiting = text(&shop.order(&plain_order("waiting")).await, "/id");
    // Its leases outlive it by some seconds, and the command finds out.
    server.kill();
    let cancelled: Value =
        serde_json::from_str(&succeed(&directory, &["order", "cancel", &waiting, "--json"])).expect("JSON");
    assert_eq!(cancelled["status"], "cancelled");
    let database = Database::of(&directory);
    assert_eq!(database.count("SELECT COUNT(*) FROM errands"), 0);
    let (data, _) = told(&database, &waiting, "order.cancelled");
    assert!(data.to_string().contains(PUBLIC_URL), "{data}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_nobody_knows_is_not_made_up() {
    let mut server = TestServer::start("beside-unknown").await;
    let shop = server.shop().await;
    let waiting = text(&shop.order(&plain_order("waiting")).await, "/id");
    let kept = server.rows().rows("SELECT document FROM kept_settings", |row| row.get::<String>(0));
    assert!(kept[0].contains(&server.base_url), "what was derived from the address is kept: {kept:?}");
    let directory = server.directory().to_owned();
    server.stop().await;
    server.rows().alter("DELETE FROM kept_settings");
    let refused = run(&directory, &["order", "cancel", &waiting]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(4), "{said}");
    assert!(said.contains("--public-url") && said.contains("guichet serve"), "{said}");
    assert_eq!(server.rows().count("SELECT COUNT(*) FROM orders WHERE status = 'cancelled'"), 0);
    // What needs no address works, and so does the rest once it is told.
    succeed(&directory, &["order", "list"]);
    succeed(&directory, &["order", "explain", &waiting]);
    succeed(&directory, &["order", "cancel", &waiting, "--public-url", PUBLIC_URL]);
    assert!(told(&server.rows(), &waiting, "order.cancelled").0.to_string().contains(PUBLIC_URL));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_runs_with_counts_more_than_the_shells_environment() {
    let server = TestServer::start("beside-shell").await;
    let shop = server.shop().await;
    let waiting = text(&shop.order(&plain_order("waiting")).await, "/id");
    let directory = server.directory();
    std::fs::write(directory.join("guichet.toml"), "allow_networks = [\"10.0.0.0/8\"]\n").expect("a file");
    let show = |environment: Option<&str>, line: &[&str]| {
        let mut command = guichet(directory);
        command.args(["order", "show", &waiting, "--json"]).args(line);
        command.envs(environment.map(|url| ("GUICHET_PUBLIC_URL", url)));
        let output = command.output().expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let order: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        (text(&order, "/checkout_url"), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (link, said) = show(Some("https://other.example"), &[]);
    assert!(link.starts_with(&server.base_url), "{link}");
    for part in ["https://other.example", "--public-url", "10.0.0.0/8", "--allow-network"] {
        assert!(said.contains(part), "{said}");
    }
    let (link, said) = show(Some(&server.base_url), &["--allow-network", "10.0.0.0/8"]);
    assert!(link.starts_with(&server.base_url) && said.is_empty(), "{link} {said}");
    let (link, _) = show(Some("https://other.example"), &["--public-url", PUBLIC_URL]);
    assert!(link.starts_with(PUBLIC_URL), "the command's own line counts most: {link}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_start_keeps_what_it_runs_with() {
    let mut server = TestServer::start("beside-restart").await;
    let kept = |server: &TestServer| {
        let read = |row: &Row| (row.get::<String>(0), row.get(1), row.get(2));
        let rows: Vec<(String, String, i64)> =
            server.rows().rows("SELECT document, version, kept_at_ms FROM kept_settings", read);
        assert_eq!(rows.len(), 1);
        rows.into_iter().next().expect("a row")
    };
    let (document, version, first_ms) = kept(&server);
    assert!(document.contains("127.0.0.0/8"), "{document}");
    assert_eq!(version, env!("CARGO_PKG_VERSION"));
    server = server.under("/pay").await;
    let (document, _, _) = kept(&server);
    assert!(document.contains(&format!("{}/pay", server.base_url)), "{document}");
    server.restart_after(Duration::from_secs(3600)).await;
    let (same, _, then_ms) = kept(&server);
    assert_eq!(same, document);
    assert!(then_ms >= first_ms + 3_600_000, "{first_ms} {then_ms}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_errand_that_nobody_waits_for_is_not_done() {
    let server = TestServer::start("beside-stale").await;
    let shop = server.shop().await;
    let mut orders = Vec::new();
    for reference in ["stale", "foreign", "fresh"] {
        orders.push(text(&shop.order(&plain_order(reference)).await, "/id"));
    }
    let [stale, foreign, fresh] = orders.as_slice() else { panic!("{orders:?}") };
    let leave = |order: &str, errand: &str, asked_ms: i64| {
        server.rows().alter(&format!(
            "INSERT INTO errands (shard, order_id, id, errand, asked_at_ms) \
             SELECT shard, id, 'x', '{errand}', {asked_ms} FROM orders WHERE id = '{order}'"
        ));
    };
    // Whoever asked for this gave up long ago.
    let cancel = r#"{"actor":{"by":"operator","login":"amina"},"task":{"what":"cancel"}}"#;
    let now_ms = Clock::default().now_ms();
    leave(stale, cancel, now_ms - 120_000);
    leave(foreign, r#"{"actor":{"by":"operator","login":"amina"},"task":{"what":"dance"}}"#, now_ms);
    server.command(&["order", "cancel", fresh]);
    // What is asked in words of another version is refused, and not kept waiting.
    let answers = "SELECT COUNT(*) FROM errands WHERE answer LIKE '%another version%'";
    while server.rows().count(answers) == 0 {
        tokio::task::yield_now().await;
    }
    for (order, status) in [(stale, "pending"), (foreign, "pending"), (fresh, "cancelled")] {
        let seen = shop.get(&format!("/v1/orders/{order}")).await.expect(200).json();
        assert_eq!(seen["status"], status, "{order}");
    }
    assert_eq!(server.rows().count("SELECT COUNT(*) FROM errands WHERE begun_at_ms IS NULL"), 1);
}
