//! A running server: its health, its numbers, its settings from the environment, and its end.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::call::{Caller, text};
use crate::support::program::{ServerProcess, guichet, succeed};
use crate::support::scratch::scratch;
use crate::support::shop_file::{NOWHERE, ShopFile, two_shops};
use crate::support::test_server::{TestServer, plain_order};

fn key(directory: &std::path::Path, merchant: &str) -> String {
    succeed(directory, &["key", "create", "--merchant", merchant]).trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn healthy_counted_and_named() {
    let directory = scratch("operations-health");
    ShopFile::from(two_shops(NOWHERE)).write_to(&directory);
    succeed(&directory, &["apply", "shop.toml"]);
    let key = key(&directory, "alger");
    let server = ServerProcess::start(&directory, |_| {});
    let shop = Caller::new(&server.base_url, Some(&key));
    for (path, body) in [("/healthz", "ok\n"), ("/readyz", "ready\n")] {
        assert_eq!(shop.get(path).await.expect(200).text(), body);
    }
    shop.order(&plain_order("one")).await;
    let metrics = shop.without_key().get(&server.metrics_url).await.expect(200).text();
    for name in ["guichet_http_requests_total", "guichet_commit_batch"] {
        assert!(metrics.contains(name), "{metrics}");
    }
    assert!(!metrics.contains("ord_"), "{metrics}");
    let mut seen = std::collections::HashSet::new();
    for path in
        ["/healthz", "/readyz", "/metrics", "/docs", "/nowhere", "/v1/orders", "/status/x", "/checkout/x"]
    {
        let id = shop.get(path).await.header("request-id").to_owned();
        assert!(id.starts_with("req_") && seen.insert(id), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_applies_is_followed() {
    let directory = scratch("operations-follow");
    let server = ServerProcess::start(&directory, |_| {});
    ShopFile::from(two_shops(NOWHERE)).write_to(&directory);
    let first = succeed(&directory, &["apply", "shop.toml"]);
    let second = succeed(&directory, &["apply", "shop.toml"]);
    assert_eq!(first.lines().filter(|line| line.starts_with("made ")).count(), 10, "{first}");
    assert!(second.starts_with("Nothing to do"), "applying twice is the same as once: {second}");
    let shop = Caller::new(&server.base_url, Some(&key(&directory, "alger")));
    // It follows by itself, within a second; asking is the only way to see when.
    while shop.get("/v1/orders").await.status == 401 {
        tokio::task::yield_now().await;
    }
    shop.post("/v1/orders", &plain_order("one")).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_environment_sets_what_options_set() {
    let directory = scratch("operations-environment");
    std::fs::create_dir(directory.join("elsewhere")).expect("a directory");
    let server = ServerProcess::start(&directory, |command| {
        command.env("GUICHET_DATABASE", "sqlite:elsewhere/other.db");
        command.env("GUICHET_KEY", "0".repeat(64));
        command.env("GUICHET_PUBLIC_URL", "https://pay.shop.example/");
    });
    assert!(directory.join("elsewhere/other.db").exists());
    assert!(!directory.join("elsewhere/guichet.key").exists(), "the key was given, none is made");
    let mut apply = guichet(&directory);
    ShopFile::from(two_shops(NOWHERE)).write_to(&directory);
    apply.env("GUICHET_DATABASE", "sqlite:elsewhere/other.db").env("GUICHET_KEY", "0".repeat(64));
    assert!(apply.args(["apply", "shop.toml"]).output().expect("it runs").status.success());
    let mut create = guichet(&directory);
    create.env("GUICHET_DATABASE", "sqlite:elsewhere/other.db").env("GUICHET_KEY", "0".repeat(64));
    let made = create.args(["key", "create", "--merchant", "alger"]).output().expect("it runs");
    let shop = Caller::new(&server.base_url, Some(String::from_utf8_lossy(&made.stdout).trim()));
    while shop.get("/v1/orders").await.status == 401 {
        tokio::task::yield_now().await;
    }
    let order = shop.order(&plain_order("one")).await;
    assert!(text(&order, "/checkout_url").starts_with("https://pay.shop.example/checkout/"), "{order}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_under_way_finishes_before_the_end() {
    let directory = scratch("operations-drain");
    ShopFile::from(two_shops(NOWHERE)).write_to(&directory);
    succeed(&directory, &["apply", "shop.toml"]);
    let key = key(&directory, "alger");
    let server = ServerProcess::start(&directory, |_| {});
    let address = server.base_url.trim_start_matches("http://").to_owned();
    Caller::new(&server.base_url, Some(&key)).get("/healthz").await.expect(200);

    let body = plain_order("one").to_string();
    let (half, rest) = body.split_at(20);
    let mut stream = TcpStream::connect(&address).await.expect("a connection");
    let head = format!(
        "POST /v1/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Length: {}\r\n\
         Content-Type: application/json\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("it is written");
    // The server asks for the body: the request is under way.
    let mut asked = [0; 25];
    stream.read_exact(&mut asked).await.expect("100 Continue");
    assert!(asked.starts_with(b"HTTP/1.1 100"), "{}", String::from_utf8_lossy(&asked));
    stream.write_all(half.as_bytes()).await.expect("half of it is written");
    server.terminate();
    // New connections are refused once it has begun to stop.
    while TcpStream::connect(&address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    stream.write_all(rest.as_bytes()).await.expect("the rest is written");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer and the end");
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    let (well, log) = server.ended();
    assert!(well && log.contains("requests under way may finish"), "{log}");
    let listed = succeed(&directory, &["order", "list", "--json"]);
    assert_eq!(listed.lines().count(), 1, "what was acknowledged is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_never_ends_is_given_up() {
    let server = TestServer::start("operations-head").await;
    let address = server.base_url.trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n").await.expect("half a head");
    let mut answer = Vec::new();
    // It ends by the server's doing: the client keeps its side open.
    stream.read_to_end(&mut answer).await.expect("the end");
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
}
