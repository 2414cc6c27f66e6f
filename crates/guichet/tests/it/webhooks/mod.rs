//! Webhooks as a shop meets them: signed as foreign libraries verify them, tried again exactly on
//! schedule, logged, resent, and never held up by another shop's dead endpoint.

mod answers;
mod failing;
mod neighbours;
mod pull;
mod reach;
mod schedule;
mod signatures;

use serde_json::{Value, json};

use crate::support::call::{Caller, text};
use crate::support::inbox::Inbox;
use crate::support::test_server::{TestServer, plain_order};

/// An endpoint for these events at that inbox; its secret is in the answer.
async fn endpoint(shop: &Caller, inbox: &Inbox, events: &[&str]) -> Value {
    let wanted = json!({ "url": inbox.url, "events": events });
    shop.post("/v1/webhook_endpoints", &wanted).await.expect(201).json()
}

/// The deliveries about an order.
async fn deliveries(shop: &Caller, order: &str) -> Vec<Value> {
    let log = shop.get(&format!("/v1/orders/{order}/deliveries")).await.expect(200).json();
    log["data"].as_array().expect("deliveries").clone()
}

/// Makes an order, which is one event for whoever wants `order.created`, and does what is due.
async fn announced(server: &TestServer, shop: &Caller, reference: &str) -> String {
    let order = text(&shop.order(&plain_order(reference)).await, "/id");
    server.settle().await;
    order
}

/// A moment as the API writes it, in unix ms.
fn moment_ms(value: &Value) -> i64 {
    let moment: jiff::Timestamp = value.as_str().expect("a moment").parse().expect("RFC 3339");
    moment.as_millisecond()
}
