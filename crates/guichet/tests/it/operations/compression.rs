//! Answers that are compressed, and those that never are.

use std::io::Read as _;

use flate2::read::GzDecoder;
use serde_json::json;

use crate::support::call::{Answer, Caller, text};
use crate::support::test_server::{TestServer, order};

async fn ask(shop: &Caller, path: &str, accepted: &str) -> Answer {
    shop.send("GET", path, &[("accept-encoding", accepted)], Vec::new()).await
}

fn unpacked(answer: &Answer) -> String {
    let mut out = String::new();
    GzDecoder::new(&answer.bytes[..]).read_to_string(&mut out).expect("gzip of a text");
    out
}

/// A text up to what changes from one second to the next on a customer's page.
fn frame(text: &str) -> &str {
    text.split("<main").next().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_compressed_is_for_whom_asks() {
    let server = TestServer::start("operations-compression").await;
    let shop = server.shop().await;
    let made = shop.order(&order("one", "Book")).await;
    let page = |name: &str| text(&made, &format!("/{name}_url")).replace(&server.base_url, "");
    let gzip = ["gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8, *;q=0.1"];
    for path in ["/docs", "/openapi.json", &page("checkout"), &page("status")] {
        let plain = shop.get(path).await.expect(200);
        assert_eq!(plain.header("content-encoding"), "", "{path}");
        assert_eq!(plain.header("content-length"), plain.bytes.len().to_string(), "{path}");
        for accepted in gzip {
            let answer = ask(&shop, path, accepted).await.expect(200);
            assert_eq!(answer.header("content-encoding"), "gzip", "{path} {accepted}");
            let varies = answer.headers.get_all("vary").iter().any(|value| value == "accept-encoding");
            assert!(varies, "{path}: {:?}", answer.headers);
            assert!(answer.bytes.len() * 3 < plain.bytes.len() * 2, "{path}: {} bytes", answer.bytes.len());
            assert_eq!(frame(&unpacked(&answer)), frame(&plain.text()), "{path}");
        }
        for accepted in ["", "identity", "br", "gzip;q=0"] {
            let answer = ask(&shop, path, accepted).await.expect(200);
            assert_eq!(answer.header("content-encoding"), "", "{path} {accepted:?}");
            assert_eq!(frame(&answer.text()), frame(&plain.text()), "{path}");
        }
        let head = shop.send("HEAD", path, &[("accept-encoding", "gzip")], Vec::new()).await.expect(200);
        assert!(head.bytes.is_empty(), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_holds_a_secret_is_not_nor_what_is_short() {
    let server = TestServer::start("operations-uncompressed").await;
    let shop = server.shop().await;
    let gzip = [("accept-encoding", "gzip")];
    let long = "Book ".repeat(39);
    let keyed = [gzip[0], ("idempotency-key", "once")];
    let body = order("one", &long).to_string().into_bytes();
    let made = shop.send("POST", "/v1/orders", &keyed, body.clone()).await.expect(201);
    let again = shop.send("POST", "/v1/orders", &keyed, body).await;
    assert_eq!((made.header("content-encoding"), &made.bytes), ("", &again.bytes), "the same answer twice");
    let made = made.json();
    let hook = json!({ "url": format!("https://shop.example/{}", "x".repeat(1500)), "events": ["*"] });
    let hook =
        shop.send("POST", "/v1/webhook_endpoints", &gzip, hook.to_string().into_bytes()).await.expect(201);
    assert!(hook.bytes.len() > 1024 && hook.text().contains("whsec_"), "{}", hook.text());
    assert_eq!(hook.header("content-encoding"), "");
    let live = format!("{}/live", text(&made, "/status_url").replace(&server.base_url, ""));
    let id = text(&made, "/id");
    for (path, long) in [
        ("/v1/orders", true),
        (&format!("/v1/orders/{id}"), true),
        ("/v1/events", true),
        ("/v1/webhook_endpoints", true),
        ("/healthz", false),
        (&live, false),
    ] {
        let answer = ask(&shop, path, "gzip").await.expect(200);
        assert_eq!(answer.bytes.len() > 1024, long, "{path}: {} bytes", answer.bytes.len());
        assert_eq!(answer.header("content-encoding"), "", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_script_of_the_reference_is_kept_by_browsers() {
    let server = TestServer::start("operations-script").await;
    let anybody = server.shop().await.without_key();
    let page = anybody.get("/docs").await.expect(200).text();
    let path = page.split("src=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a script");
    let script = ask(&anybody, &format!("/{path}"), "gzip").await.expect(200);
    assert_eq!(script.header("content-encoding"), "gzip");
    assert_eq!(script.header("cache-control"), "public, max-age=31536000, immutable");
    assert!(unpacked(&script).starts_with("/*! RapiDoc"));
}
