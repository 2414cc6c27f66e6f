//! An endpoint at which nothing arrives for long: the API shows it, and the doctor is not content.

use std::time::Duration;

use serde_json::{Value, json};

use super::{announced, endpoint, moment_ms};
use crate::support::call::{Caller, text};
use crate::support::inbox::Inbox;
use crate::support::program::run;
use crate::support::test_server::TestServer;

async fn shown(shop: &Caller) -> Value {
    shop.get("/v1/webhook_endpoints").await.expect(200).json()["data"][0].clone()
}

/// Whether the doctor is content, and what it says of endpoints.
fn doctor(server: &TestServer) -> (bool, String) {
    let output = run(server.directory(), &["doctor"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines: Vec<&str> = said.lines().filter(|line| line.starts_with("WRONG")).collect();
    (output.status.success(), lines.join("\n"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_fails_for_long_is_shown_as_failing() {
    let server = TestServer::start("webhook-failing").await;
    let shop = server.shop().await;
    let inbox = Inbox::open().await;
    let made = endpoint(&shop, &inbox, &["order.created"]).await;
    assert_eq!((&made["status"], &made["failing_since"]), (&json!("in_use"), &Value::Null));
    announced(&server, &shop, "before").await;
    inbox.answer(500);
    announced(&server, &shop, "one").await;
    let began = shown(&shop).await;
    assert_eq!(began["status"], "in_use", "one failed try is nothing yet: {began}");
    let since_ms = moment_ms(&began["failing_since"]);

    server.pass(Duration::from_secs(11 * 60)).await;
    let failing = shown(&shop).await;
    assert_eq!(failing["status"], "failing", "{failing}");
    assert_eq!(moment_ms(&failing["failing_since"]), since_ms, "since the first try that failed");
    let again =
        shop.post("/v1/webhook_endpoints", &json!({ "url": inbox.url, "events": ["order.created"] })).await;
    assert_eq!(again.expect(200).json()["status"], "failing");
    // The doctor goes by the machine's own time.
    server.rows().alter("UPDATE target_health SET since_ms = since_ms - 660000");
    let (well, said) = doctor(&server);
    for part in [
        text(&made, "/id").as_str(),
        &inbox.url,
        "of alger (test)",
        "answered 500",
        "1 deliveries wait for it",
    ] {
        assert!(!well && said.contains(part), "{part}: {said}");
    }

    inbox.answer(204);
    server.pass(Duration::from_secs(40 * 60)).await;
    let well_again = shown(&shop).await;
    assert_eq!((&well_again["status"], &well_again["failing_since"]), (&json!("in_use"), &Value::Null));
    let (_, said) = doctor(&server);
    assert!(!said.contains("failing since"), "{said}");
}

/// What a node knows of its endpoints is not in its memory alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_restart_forgets_no_trouble() {
    let mut server = TestServer::start("webhook-failing-restart").await;
    let shop = server.shop().await;
    let inbox = Inbox::open().await;
    endpoint(&shop, &inbox, &["order.created"]).await;
    inbox.answer(500);
    announced(&server, &shop, "one").await;
    let since_ms = moment_ms(&shown(&shop).await["failing_since"]);
    server.restart_after(Duration::from_secs(3600)).await;
    server.settle().await;
    let after = shown(&shop).await;
    assert_eq!((after["status"].as_str(), moment_ms(&after["failing_since"])), (Some("failing"), since_ms));
    inbox.answer(204);
    server.restart_after(Duration::from_secs(10 * 3600)).await;
    server.settle().await;
    assert_eq!(shown(&shop).await["status"], "in_use");
}
