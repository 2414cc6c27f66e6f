//! Endpoints beside each other: one that is dead or slow holds up no other, one that comes back gets
//! what it missed, and each gets only what it asked for.

use std::time::Duration;

use serde_json::json;

use super::{announced, deliveries, endpoint};
use crate::support::call::text;
use crate::support::inbox::Inbox;
use crate::support::test_server::{TestServer, plain_order};

/// More orders than deliveries that one endpoint may have under way.
const ORDERS: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_and_a_dead_endpoint_delay_no_other() {
    let server = TestServer::start("webhook-slow").await;
    let shop = server.shop().await;
    let slow = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let slow_url = format!("http://{}/", slow.local_addr().expect("a bound port"));
    let slow = tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok(accepted) = slow.accept().await {
            open.push(accepted);
        }
    });
    let dead = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let dead_url = format!("http://{}/", dead.local_addr().expect("a bound port"));
    drop(dead);
    let mut slow_id = String::new();
    for url in [&slow_url, &dead_url] {
        let wanted = json!({ "url": url, "events": ["order.created"] });
        let made = shop.post("/v1/webhook_endpoints", &wanted).await.expect(201).json();
        if url == &slow_url {
            slow_id = text(&made, "/id");
        }
    }
    let inbox = Inbox::open().await;
    endpoint(&shop, &inbox, &["order.created"]).await;

    let mut orders = Vec::new();
    for number in 0..ORDERS {
        orders.push(text(&shop.order(&plain_order(&format!("slow-{number}"))).await, "/id"));
    }
    inbox.wait_for(ORDERS).await;
    for order in orders {
        for delivery in deliveries(&shop, &order).await {
            if delivery["target"] == slow_id.as_str() {
                assert_ne!(delivery["status"], "delivered", "{delivery}");
            }
        }
    }
    // It hangs up, so that nothing is under way for long when the server stops.
    slow.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_comes_back_gets_what_it_missed() {
    let server = TestServer::start("webhook-back").await;
    let shop = server.shop().await;
    let inbox = Inbox::open().await;
    inbox.answer(500);
    endpoint(&shop, &inbox, &["order.created"]).await;
    let mut missed = Vec::new();
    for number in 0..3 {
        missed.push(announced(&server, &shop, &format!("missed-{number}")).await);
    }
    server.pass(Duration::from_secs(3 * 3600)).await;
    inbox.answer(200);
    missed.push(announced(&server, &shop, "heard").await);
    // No time passes: the success alone brings forward what waits.
    server.settle().await;
    for order in missed {
        let log = deliveries(&shop, &order).await;
        assert_eq!(log[0]["status"], "delivered", "{log:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_endpoint_gets_what_it_asked_for() {
    let server = TestServer::start("webhook-filters").await;
    let shop = server.shop().await;
    let table: [&[&str]; 4] = [&["*"], &["order.*"], &["payment.*", "order.paid"], &["order.expired"]];
    let mut inboxes = Vec::new();
    for events in table {
        let inbox = Inbox::open().await;
        endpoint(&shop, &inbox, events).await;
        inboxes.push((events, inbox));
    }
    let order = server.paid_order(&shop, "one").await;
    server.settle().await;
    let journal = shop.get(&format!("/v1/orders/{}/events", text(&order, "/id"))).await.expect(200).json();
    let happened: Vec<&str> = journal["data"]
        .as_array()
        .expect("events")
        .iter()
        .filter_map(|event| event["type"].as_str())
        .collect();
    assert!(happened.contains(&"order.paid") && happened.contains(&"payment.opened"), "{happened:?}");
    for (events, inbox) in inboxes {
        let wants = |kind: &&str| {
            events.iter().any(|wanted| {
                wanted.strip_suffix('*').map_or(wanted == kind, |prefix| kind.starts_with(prefix))
            })
        };
        let mut expected: Vec<String> = happened.iter().copied().filter(wants).map(str::to_owned).collect();
        let mut came: Vec<String> =
            inbox.letters().iter().map(|letter| text(&letter.json(), "/type")).collect();
        expected.sort();
        came.sort();
        assert_eq!(came, expected, "{events:?}");
    }
}
