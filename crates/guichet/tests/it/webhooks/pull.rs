//! Events for shops that would rather ask: listed until acknowledged, page by page, and the same
//! events as the webhooks by the same names.

use serde_json::{Value, json};

use super::{announced, endpoint};
use crate::support::call::{Caller, text};
use crate::support::inbox::Inbox;
use crate::support::test_server::TestServer;

async fn page(shop: &Caller, query: &str) -> (Vec<String>, bool) {
    let page = shop.get(&format!("/v1/events{query}")).await.expect(200).json();
    let ids = page["data"].as_array().expect("events").iter().map(|event| text(event, "/id")).collect();
    (ids, page["has_more"] == Value::Bool(true))
}

/// All events, by pages of that size.
async fn walk(shop: &Caller, size: usize) -> Vec<String> {
    let (mut walked, mut query) = (Vec::new(), format!("?limit={size}"));
    loop {
        let (ids, more) = page(shop, &query).await;
        walked.extend(ids);
        if !more {
            return walked;
        }
        query = format!("?limit={size}&cursor={}", walked.last().expect("an event"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pulled_page_by_page_and_acknowledged() {
    let server = TestServer::start("webhook-pull").await;
    let shop = server.shop().await;
    let inbox = Inbox::open().await;
    endpoint(&shop, &inbox, &["*"]).await;
    for number in 0..5 {
        announced(&server, &shop, &format!("pull-{number}")).await;
    }
    let (all, more) = page(&shop, "?limit=100").await;
    assert!(all.len() >= 5 && !more, "{all:?}");

    assert_eq!(walk(&shop, 2).await, all, "a walk by cursor sees each event once, oldest first");
    let mut sent: Vec<String> =
        inbox.letters().iter().map(|letter| letter.header("webhook-id").to_owned()).collect();
    sent.sort();
    let mut pulled = all.clone();
    pulled.sort();
    assert_eq!(sent, pulled, "webhooks and pulled events are the same events");

    let taken = &all[..2];
    for _ in 0..2 {
        shop.post("/v1/events/ack", &json!({ "ids": taken })).await.expect(204);
        assert_eq!(page(&shop, "?limit=100").await.0, all[2..]);
        assert_eq!(page(&shop, "?limit=100&acknowledged=true").await.0, taken);
    }
    shop.post("/v1/events/ack", &json!({ "ids": [] })).await.expect(204);
    shop.post("/v1/events/ack", &json!({ "ids": all })).await.expect(204);
    assert!(page(&shop, "").await.0.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_events_of_one_decision_are_taken_one_by_one() {
    let server = TestServer::start("webhook-pull-parts").await;
    let shop = server.shop().await;
    for reference in ["one", "two"] {
        server.paid_order(&shop, reference).await;
    }
    let (mut left, mut taken) = (page(&shop, "?limit=100").await.0, Vec::new());
    assert!(left.len() >= 10, "{left:?}");
    for size in 1..5 {
        assert_eq!(walk(&shop, size).await, left, "by pages of {size}");
    }
    // The last one first, so that every decision is taken in part for a while.
    while let Some(id) = left.pop() {
        shop.post("/v1/events/ack", &json!({ "ids": [id] })).await.expect(204);
        taken.insert(0, id);
        assert_eq!(page(&shop, "?limit=100").await.0, left);
        assert_eq!(page(&shop, "?limit=100&acknowledged=true").await.0, taken);
        assert_eq!(walk(&shop, 1).await, left);
    }
}
