//! Endpoints that move, leave the file, are deleted or are disabled: the old address learns nothing more, and what waits is
//! sent once to where the endpoint is now, or given up with the reason.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::support::call::{Caller, text};
use crate::support::inbox::Inbox;
use crate::support::program::run;
use crate::support::shop_file::Endpoint;
use crate::support::test_server::{TestServer, plain_order};

use super::{door, row};

fn at(inbox: &Inbox) -> Endpoint {
    Endpoint::at(&inbox.url, &["order.created"])
}

/// An order of which webhooks tell.
async fn announced(server: &TestServer, shop: &Caller, reference: &str) -> String {
    let order = text(&shop.order(&plain_order(reference)).await, "/id");
    server.settle().await;
    order
}

async fn deliveries(shop: &Caller, order: &str) -> Vec<Value> {
    let log = shop.get(&format!("/v1/orders/{order}/deliveries")).await.expect(200).json();
    log["data"].as_array().expect("deliveries").clone()
}

const A_DAY: Duration = Duration::from_secs(24 * 3_600);

#[tokio::test(flavor = "multi_thread")]
async fn a_moved_endpoint_takes_along_what_waits() {
    let server = TestServer::start("manifest-moved").await;
    let (shop, old, new) = (server.shop().await, Inbox::open().await, Inbox::open().await);
    server.declare(door().endpoint(at(&old))).await;
    old.answer(500);
    let waiting = announced(&server, &shop, "waiting").await;
    let before = old.letters();
    assert_eq!(before.len(), 1);

    let report = server.declare(door().endpoint(at(&new))).await;
    assert!(
        report.iter().any(|line| line.contains("what waits for it goes to the new address")),
        "{report:?}"
    );
    server.pass(A_DAY).await;
    let later = announced(&server, &shop, "later").await;
    server.pass(A_DAY).await;
    assert_eq!(old.letters().len(), 1, "the old address is told nothing more");
    let letters = new.letters();
    let orders: Vec<Value> = letters.iter().map(|letter| letter.json()["order"].clone()).collect();
    assert_eq!(orders, [json!(waiting), json!(later)], "everything, once");
    assert_eq!(letters[0].header("webhook-id"), before[0].header("webhook-id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_address_that_is_gone_says_nothing_about_the_new_one() {
    let server = TestServer::start("manifest-gone").await;
    let (shop, new) = (server.shop().await, Inbox::open().await);
    // It is asked, and answers 410 only when the endpoint has moved.
    let (asked, may_answer) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let old = format!("http://{}/hook", listener.local_addr().expect("a bound port"));
    let (was_asked, answers) = (asked.clone(), may_answer.clone());
    let router = axum::Router::new().fallback(move || {
        let (was_asked, answers) = (was_asked.clone(), answers.clone());
        async move {
            was_asked.notify_one();
            answers.notified().await;
            http::StatusCode::GONE
        }
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    server.declare(door().endpoint(Endpoint::at(&old, &["order.created"]))).await;
    let order = text(&shop.order(&plain_order("one")).await, "/id");
    asked.notified().await;
    server.declare(door().endpoint(at(&new))).await;
    may_answer.notify_one();
    server.settle().await;
    server.pass(A_DAY).await;
    let letters = new.letters();
    let orders: Vec<Value> = letters.iter().map(|letter| letter.json()["order"].clone()).collect();
    assert_eq!(orders, [json!(order)], "it is tried at the new address");
    let listed = shop.get("/v1/webhook_endpoints").await.expect(200).json();
    assert_eq!(listed["data"][0]["status"], "in_use", "{listed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_an_endpoint_that_ends_is_given_up() {
    let server = TestServer::start("manifest-ended-endpoint").await;
    let (shop, declared, made) = (server.shop().await, Inbox::open().await, Inbox::open().await);
    server.declare(door().endpoint(at(&declared))).await;
    let by_api = json!({ "url": made.url, "events": ["order.created"] });
    let by_api = shop.post("/v1/webhook_endpoints", &by_api).await.expect(201).json();
    declared.answer(500);
    made.answer(500);
    let order = announced(&server, &shop, "one").await;

    // The file never knew the endpoint that the API made.
    let report = server.declare(door()).await;
    assert!(report.iter().any(|line| line == "    1 delivery waits for it and is given up"), "{report:?}");
    let listed = shop.get("/v1/webhook_endpoints").await.expect(200).json();
    assert_eq!(listed["data"].as_array().map(Vec::len), Some(1), "{listed}");
    assert_eq!((&listed["data"][0]["id"], &listed["data"][0]["declared"]), (&by_api["id"], &json!(false)));
    made.answer(204);
    server.pass(A_DAY).await;
    assert_eq!((declared.letters().len(), made.letters().len()), (1, 2));
    shop.send("DELETE", &format!("/v1/webhook_endpoints/{}", text(&by_api, "/id")), &[], Vec::new())
        .await
        .expect(204);
    server.settle().await;
    let log = deliveries(&shop, &order).await;
    let mut ends: Vec<String> = log
        .iter()
        .map(|delivery| {
            let attempts = delivery["attempts"].as_array().expect("tries");
            format!("{} {}", text(delivery, "/status"), text(attempts.last().expect("a try"), "/outcome"))
        })
        .collect();
    ends.sort();
    assert_eq!(ends, ["delivered answered 204 No Content", "given_up not sent: the endpoint has ended"]);

    // What will never leave is not promised.
    let directory = server.directory();
    for delivery in log {
        let id = text(&delivery, "/id");
        let problem = shop.press(&format!("/v1/deliveries/{id}/resend")).await.expect(409).json();
        assert_eq!(problem["code"], "target_not_in_use", "{problem}");
        let said = run(directory, &["webhook", "resend", &id]);
        assert!(String::from_utf8_lossy(&said.stderr).contains("has ended"), "{said:?}");
    }
    let listed = server.command(&["endpoint", "list", "--json"]);
    for (url, made_by) in [(&declared.url, "file"), (&made.url, "api")] {
        let endpoint = row(&listed, "url", url);
        assert_eq!((&endpoint["made_by"], &endpoint["state"]), (&json!(made_by), &json!("ended")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_deleted_endpoint_ends_at_once() {
    let server = TestServer::start("manifest-deleted").await;
    let (shop, inbox) = (server.shop().await, Inbox::open().await);
    inbox.answer(500);
    let made = shop.post("/v1/webhook_endpoints", &json!({ "url": inbox.url })).await.expect(201).json();
    let mut orders = Vec::new();
    // More than are under way to one endpoint at a time.
    for number in 0..40 {
        orders.push(text(&shop.order(&plain_order(&format!("order-{number}"))).await, "/id"));
    }
    server.settle().await;
    let path = format!("/v1/webhook_endpoints/{}", text(&made, "/id"));
    shop.send("DELETE", &path, &[], Vec::new()).await.expect(204);
    server.settle().await;
    for order in orders {
        let log = deliveries(&shop, &order).await;
        assert_eq!(log[0]["status"], "given_up", "{log:?}");
    }
    let heard = inbox.letters().len();
    server.pass(A_DAY).await;
    assert_eq!(inbox.letters().len(), heard, "it is told nothing more");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_disabled_by_hand_waits_for_an_operator() {
    let mut server = TestServer::start("manifest-endpoint-switch").await;
    server.without_audit("an endpoint is disabled for a while, and no row remembers from when to when");
    let (shop, inbox) = (server.shop().await, Inbox::open().await);
    server.declare(door().endpoint(at(&inbox))).await;
    inbox.answer(500);
    announced(&server, &shop, "one").await;
    server.command(&["endpoint", "disable", &inbox.url]);
    server.settle().await;
    let unheard = announced(&server, &shop, "two").await;
    assert!(deliveries(&shop, &unheard).await.is_empty());
    let listed = shop.get("/v1/webhook_endpoints").await.expect(200).json();
    assert_eq!(
        (&listed["data"][0]["status"], &listed["data"][0]["declared"]),
        (&json!("disabled"), &json!(true))
    );
    // Neither the shop nor a file undoes it.
    let id = text(&listed, "/data/0/id");
    shop.press(&format!("/v1/webhook_endpoints/{id}/rotate_secret")).await.expect(200);
    server.declare(door().endpoint(at(&inbox))).await;
    server.pass(A_DAY).await;
    assert_eq!(inbox.letters().len(), 1, "nothing is sent there");
    let endpoint = row(&server.command(&["endpoint", "list", "--json"]), "id", &id);
    assert_eq!(endpoint["state"], "disabled", "{endpoint}");

    inbox.answer(204);
    server.command(&["endpoint", "enable", &id]);
    server.settle().await;
    assert_eq!(inbox.letters().len(), 2, "what waited is due");
}
