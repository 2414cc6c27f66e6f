//! What a running server tells Prometheus, held against the real `promtool`, the alert rules, the dashboard and the book.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use guichet_core::Environment;
use guichet_sandbox::{Misbehaviour, MisbehaviourKind, On};
use guichet_server::Clock;
use serde_json::{Value, json};

use crate::support::call::{Caller, text};
use crate::support::database::Database;
use crate::support::inbox::Inbox;
use crate::support::patience::Patience;
use crate::support::program::{ServerProcess, succeed};
use crate::support::scratch::scratch;
use crate::support::shop_file::{Account, Merchant, NOWHERE, ShopFile, two_shops};
use crate::support::test_server::{acquirer, order};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the workspace").to_owned()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Runs `promtool` and insists on its consent.
#[track_caller]
fn promtool(directory: &Path, arguments: &[&str], input: &str) -> String {
    use std::io::Write as _;
    let mut command = Command::new("promtool");
    command.current_dir(directory).args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child =
        command.spawn().expect("promtool is missing: run ./test once, it installs what the tests need");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("its output");
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "promtool {}: {said}", arguments.join(" "));
    said
}

/// The values of a scrape, by name and labels.
fn samples(scrape: &str) -> BTreeMap<String, String> {
    let lines = scrape.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .filter_map(|line| line.rsplit_once(' '))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The value of one metric whose labels are these, in whichever order.
#[track_caller]
fn value(scrape: &str, name: &str, labels: &[(&str, &str)]) -> String {
    let all = samples(scrape);
    let fits = |sample: &str| {
        let (known, rest) = sample.split_once('{').unwrap_or((sample, ""));
        known == name && labels.iter().all(|(name, value)| rest.contains(&format!("{name}=\"{value}\"")))
    };
    let mut found = all.iter().filter(|(sample, _)| fits(sample));
    let (_, first) = found.next().unwrap_or_else(|| panic!("no {name} {labels:?} in {scrape}"));
    assert_eq!(found.next(), None, "{name} {labels:?} is one");
    first.clone()
}

async fn scrape(server: &ServerProcess) -> String {
    Caller::new(&server.base_url, None).get(&server.metrics_url).await.expect(200).text()
}

/// A server that was never asked for anything.
fn fresh(name: &str) -> ServerProcess {
    let directory = scratch(name);
    ShopFile::from(two_shops(NOWHERE)).write_to(&directory);
    succeed(&directory, &["apply", "shop.toml"]);
    ServerProcess::start(&directory, |_| {})
}

#[tokio::test(flavor = "multi_thread")]
async fn they_exist_from_the_first_scrape_and_promtool_has_nothing_against_them() {
    let server = fresh("metrics-first");
    let first = scrape(&server).await;
    let said = promtool(Path::new("/"), &["check", "metrics"], &first);
    assert_eq!(said, "", "promtool has something against them");
    let zeros: [(&str, &[(&str, &str)]); 19] = [
        ("guichet_http_requests_total", &[("route", "/v1/orders/{id}"), ("status", "5xx")]),
        ("guichet_http_requests_total", &[("route", "/status/{token}"), ("status", "4xx")]),
        ("guichet_http_requests_total", &[("route", "/v2/payment"), ("status", "2xx")]),
        ("guichet_http_request_duration_seconds_count", &[("class", "page")]),
        ("guichet_events_total", &[("type", "order.needs_you")]),
        ("guichet_gateway_opens_total", &[("gateway", "novasend"), ("outcome", "lost")]),
        ("guichet_gateway_checks_total", &[("gateway", "ocpay"), ("seen", "unknown")]),
        (
            "guichet_gateway_call_duration_seconds_bucket",
            &[("gateway", "ocpay"), ("call", "open"), ("le", "30")],
        ),
        ("guichet_gateway_budget_spent_total", &[("gateway", "cinetpay")]),
        (
            "guichet_gateway_breaker_open",
            &[("merchant", "oran"), ("environment", "live"), ("account", "card")],
        ),
        ("guichet_callbacks_total", &[("outcome", "forged")]),
        ("guichet_dialect_calls_total", &[("dialect", "cinetpay"), ("outcome", "refused")]),
        ("guichet_delivery_tries_total", &[("to", "customer"), ("status", "given_up")]),
        ("guichet_delivery_duration_seconds_count", &[("to", "client")]),
        ("guichet_deliveries_overdue", &[("to", "endpoint")]),
        ("guichet_endpoints", &[("merchant", "alger"), ("environment", "test"), ("status", "failing")]),
        ("guichet_orders_needing_you", &[("merchant", "alger"), ("environment", "live")]),
        ("guichet_payments_unknown", &[("merchant", "oran"), ("environment", "test")]),
        ("guichet_alarms_overdue", &[]),
    ];
    for (name, labels) in zeros {
        assert_eq!(value(&first, name, labels), "0", "{name} {labels:?}");
    }
    for name in ["guichet_database_writable", "guichet_scrape_complete", "guichet_build_info"] {
        assert_eq!(value(&first, name, &[]), "1", "{name}");
    }
    let ids = Database::of(&server.directory)
        .rows("SELECT id FROM gateway_accounts UNION SELECT id FROM merchants", |row| row.get::<String>(0));
    assert!(!ids.is_empty() && ids.iter().all(|id| !first.contains(id)), "an identifier is a label");
}

/// They tell how much is sold, so the public address has them only where somebody asked for that.
#[tokio::test(flavor = "multi_thread")]
async fn they_are_nowhere_unless_asked_for() {
    let server = fresh("metrics-apart");
    let public = Caller::new(&server.base_url, None);
    public.get("/metrics").await.expect(404);
    let metrics = server.metrics_url.trim_end_matches("/metrics");
    for path in ["/", "/readyz", "/v1/orders", "/docs"] {
        public.get(&format!("{metrics}{path}")).await.expect(404);
    }
    drop(server);
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|bound| bound.local_addr());
    let address = port.expect("a free port").to_string();
    let directory = scratch("metrics-public");
    let mut command = crate::support::program::guichet(&directory);
    command.args(["serve", "--listen", &address, "--metrics-listen", &address]).stdout(Stdio::null());
    let mut child = command.spawn().expect("the binary starts");
    let caller = Caller::new(&format!("http://{address}"), None);
    let mut patience = Patience::that("it serves");
    while caller.try_send("GET", "/healthz", &[], Vec::new()).await.is_err() {
        patience.again().await;
    }
    let told = caller.get("/metrics").await.expect(200).text();
    child.kill().and_then(|()| child.wait()).expect("its end");
    assert!(told.contains("guichet_build_info"), "{told}");
}

#[test]
fn the_alert_rules_fire_on_trouble_and_on_nothing_else() {
    let directory = root().join("observability");
    promtool(&directory, &["check", "rules", "guichet.rules.yml"], "");
    promtool(&directory, &["test", "rules", "guichet.rules.test.yml"], "");
    promtool(&directory, &["check", "config", "--syntax-only", "prometheus.yml"], "");
}

/// Every expression of the dashboard.
fn expressions() -> Vec<String> {
    let dashboard: Value = serde_json::from_str(&read("observability/guichet.dashboard.json")).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("panels").iter();
    let targets = panels.filter_map(|panel| panel["targets"].as_array()).flatten();
    targets.map(|target| text(target, "/expr")).collect()
}

/// The names of metrics in a text.
fn names(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    let ours = words.filter(|word| word.starts_with("guichet_") || word.starts_with("process_"));
    ours.map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_dashboard_and_book_name_what_there_is_and_all_of_it() {
    let server = fresh("metrics-names");
    let told = scrape(&server).await;
    let families: BTreeSet<String> = told
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next().map(str::to_owned))
        .collect();
    let described: BTreeSet<String> = told
        .lines()
        .filter_map(|line| line.strip_prefix("# HELP ")?.split(' ').next().map(str::to_owned))
        .collect();
    assert_eq!(families, described);
    let book = names(&read("docs/src/operating/metrics.md"));
    assert_eq!(book, families, "the book");
    let family = |name: String| {
        let parts = ["_bucket", "_sum", "_count"].into_iter();
        let of = parts.filter_map(|part| name.strip_suffix(part)).find(|name| families.contains(*name));
        of.map(str::to_owned).unwrap_or(name)
    };
    let dashboard = expressions();
    let looked_at: BTreeSet<String> = names(&dashboard.join(" ")).into_iter().map(family).collect();
    assert_eq!(looked_at, families, "the dashboard");
    let rules = read("observability/guichet.rules.yml");
    let unknown: Vec<String> =
        names(&rules).into_iter().map(family).filter(|name| !families.contains(name)).collect();
    assert!(unknown.is_empty(), "the rules name {unknown:?}");

    // What the dashboard asks is read by the same program that reads the rules.
    let rules: Vec<Value> = dashboard
        .iter()
        .enumerate()
        .map(|(at, expr)| json!({ "record": format!("panel_{at}"), "expr": expr.replace("$__rate_interval", "5m") }))
        .collect();
    let directory = scratch("metrics-dashboard");
    let file = json!({ "groups": [{ "name": "dashboard", "rules": rules }] });
    std::fs::write(directory.join("dashboard.json"), file.to_string()).expect("a file");
    promtool(&directory, &["check", "rules", "dashboard.json"], "");
}

/// Every alert is tried by the rules' own test, firing and silent.
#[test]
fn every_alert_is_tried() {
    let tried = read("observability/guichet.rules.test.yml");
    for line in read("observability/guichet.rules.yml").lines() {
        let Some(name) = line.trim().strip_prefix("- alert: ") else { continue };
        assert!(tried.contains(name), "{name} is not tried");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn they_tell_how_things_stand() {
    let (sandbox, sandbox_url) = acquirer(&Clock::default()).await;
    let directory = scratch("metrics-standing");
    let card = Account::at("ocpay", "card", Environment::Test).url(&sandbox_url);
    let card = card.secret(json!({ "access_token": "sk_sandbox_card" }));
    ShopFile::from(Merchant::named("shop").account(card)).write_to(&directory);
    succeed(&directory, &["apply", "shop.toml"]);
    let key = succeed(&directory, &["key", "create", "--merchant", "shop"]);
    let server = ServerProcess::start(&directory, |_| {});
    let shop = Caller::new(&server.base_url, Some(key.trim()));
    let inbox = Inbox::open().await;
    inbox.answer(500);
    let endpoint = json!({ "url": inbox.url, "events": ["order.created"] });
    shop.post("/v1/webhook_endpoints", &endpoint).await.expect(201);
    sandbox.inject(Misbehaviour::next(MisbehaviourKind::Error503).on(On::Open)).expect("a fault");
    shop.order(&order("one", "Book")).await;
    inbox.wait_for(1).await;
    // What came of the try is written after it was answered.
    let mut patience = Patience::that("the failed try is measured");
    let failed = async || {
        value(&scrape(&server).await, "guichet_delivery_duration_seconds_count", &[("to", "endpoint")])
    };
    while failed().await == "0" {
        patience.again().await;
    }
    let rows = Database::of(&directory);
    let began = "SELECT COUNT(*) FROM target_health";
    let mut patience = Patience::that("the endpoint's trouble is on disk");
    while rows.count(began) == 0 {
        patience.again().await;
    }
    rows.alter("UPDATE target_health SET since_ms = since_ms - 660000");
    let now = scrape(&server).await;
    let test = ("environment", "test");
    for (name, labels, expected) in [
        ("guichet_payments_unknown", vec![("merchant", "shop"), test], "1"),
        ("guichet_payments_unknown", vec![("merchant", "shop"), ("environment", "live")], "0"),
        ("guichet_deliveries_pending", vec![("to", "endpoint")], "1"),
        ("guichet_endpoints", vec![test, ("status", "failing")], "1"),
        ("guichet_endpoints", vec![test, ("status", "in_use")], "0"),
        ("guichet_gateway_opens_total", vec![("gateway", "ocpay"), ("outcome", "lost")], "1"),
        ("guichet_gateway_call_duration_seconds_count", vec![("gateway", "ocpay"), ("call", "open")], "1"),
        ("guichet_gateway_budget_left", vec![("account", "card"), test], "200000"),
        ("guichet_http_requests_total", vec![("route", "/v1/orders"), ("status", "2xx")], "1"),
    ] {
        assert_eq!(value(&now, name, &labels), expected, "{name} {labels:?}");
    }
    inbox.answer(204);
    // The next try is five seconds after the first; a person need not wait for it.
    let id = rows.rows("SELECT id FROM deliveries", |row| row.get::<String>(0)).remove(0);
    shop.press(&format!("/v1/deliveries/{id}/resend")).await.expect(202);
    let mut patience = Patience::that("the endpoint is in use again");
    while value(&scrape(&server).await, "guichet_endpoints", &[test, ("status", "in_use")]) == "0" {
        patience.again().await;
    }
    assert_eq!(value(&scrape(&server).await, "guichet_deliveries_pending", &[("to", "endpoint")]), "0");
    // An account that is out of use is not told of for ever: what is gone is forgotten by the next restart at the latest.
    assert_eq!(value(&scrape(&server).await, "guichet_scrape_complete", &[]), "1");
}
