//! The wall between tenants: every operation of the OpenAPI document, called with identifiers of
//! another merchant or of the other environment, says that there is no such thing; and without a
//! key it says nothing at all. A new operation joins by itself.

use guichet_core::Environment;
use serde_json::{Value, json};

use super::{Refused, Row, check, shop};
use crate::support::call::{Caller, text};
use crate::support::inbox::Inbox;
use crate::support::test_server::{TestServer, order};

/// What one shop has, one of each kind.
struct Belongings {
    order: String,
    payment: String,
    endpoint: String,
    delivery: String,
    event: String,
    link: String,
}

async fn belongings(shop: &Caller) -> Belongings {
    let inbox = Inbox::open().await;
    inbox.answer(500);
    let endpoint = shop.post("/v1/webhook_endpoints", &json!({ "url": inbox.url })).await.expect(201).json();
    let order = shop.order(&order("theirs", "Book")).await;
    let id = text(&order, "/id");
    let deliveries = shop.get(&format!("/v1/orders/{id}/deliveries")).await.expect(200).json();
    let events = shop.get("/v1/events").await.expect(200).json();
    let link = json!({ "title": "Coffee", "amount": 250_000, "currency": "DZD" });
    let link = shop.post("/v1/payment_links", &link).await.expect(201).json();
    Belongings {
        link: text(&link, "/id"),
        payment: text(&order, "/payments/0/id"),
        endpoint: text(&endpoint, "/id"),
        delivery: text(&deliveries, "/data/0/id"),
        event: text(&events, "/data/0/id"),
        order: id,
    }
}

/// Every operation of the document: method and path.
async fn operations(shop: &Caller) -> Vec<(&'static str, String)> {
    let document = shop.get("/openapi.json").await.expect(200).json();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            if item.get(method.to_lowercase()).is_some() {
                found.push((method, path.clone()));
            }
        }
    }
    assert!(found.len() >= 17, "{found:?}");
    found
}

impl Belongings {
    fn path(&self, template: &str) -> String {
        let id = match template.split('/').nth(2) {
            Some("orders") => &self.order,
            Some("webhook_endpoints") => &self.endpoint,
            Some("deliveries") => &self.delivery,
            Some("events") => &self.event,
            Some("payment_links") => &self.link,
            Some("unmatched_notifications") => "unm_01kaqwm3v0e9r8t7y6v5w4x3z1",
            Some("refund_requests" | "products" | "project" | "refunds" | "reports") => "1",
            other => panic!("say in this test whose identifier {other:?} takes"),
        };
        let path = template.replace("{id}", id).replace("{number}", id).replace("{payment}", &self.payment);
        let path = path.replace("{date}", "2026-01-31");
        let path = path.replace("{refund}", "rfd_01kaqwm3v0e9r8t7y6v5w4x3z6");
        assert!(!path.contains('{'), "say in this test what {template} takes");
        path
    }

    /// A body that the operation would take.
    fn body(&self, template: &str) -> Value {
        match template.rsplit('/').next() {
            Some("payments") => json!({ "gateway": "cash" }),
            Some("tie") => json!({ "order": self.order }),
            Some("refunds") => json!({ "method": "cash", "reason": "Out of stock." }),
            Some("withdraw") => json!({ "reason": "It was another order." }),
            Some("close") => json!({ "outcome": "granted" }),
            Some("resolve") => json!({ "payment": self.payment, "resolution": "dismiss" }),
            Some(_) | None => json!({}),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_others_is_not_there() {
    let (server, shop) = shop("bad-tenants").await;
    let theirs = belongings(&shop).await;
    let others = [
        server.caller("oran", Environment::Test).await,
        server.caller("oran", Environment::Live).await,
        server.caller("alger", Environment::Live).await,
    ];
    let operations = operations(&shop).await;
    for other in &others {
        // A product's number is each merchant's own, as a day is: whoever puts one makes it.
        let own = ["/v1/products/", "/v1/reports/days/"];
        let shared = |path: &str| !path.contains('{') || own.iter().any(|begin| path.starts_with(begin));
        let rows = operations.iter().filter(|(_, path)| !shared(path)).map(|(method, template)| {
            let path = theirs.path(template);
            let body = if *method == "POST" { theirs.body(template).to_string().into() } else { Vec::new() };
            let row = Row::post(format!("{method} {template}"), path, body, Refused(404, "not_found", ""));
            Row { method, ..row }
        });
        check(&server, other, rows.collect()).await;
        shows_nothing(&server, other, &theirs).await;
    }
    let still = shop.get(&format!("/v1/orders/{}", theirs.order)).await.expect(200).json();
    assert_eq!(still["status"], "pending");
}

/// Lists of others are empty, and what they acknowledge or reuse is not the owner's.
async fn shows_nothing(server: &TestServer, other: &Caller, theirs: &Belongings) {
    for list in [
        "/v1/orders",
        "/v1/orders?reference=theirs",
        "/v1/events",
        "/v1/webhook_endpoints",
        "/v1/refund_requests",
        "/v1/refunds",
        "/v1/payment_links",
        "/v1/reports/days",
        "/v1/products",
    ] {
        assert_eq!(other.get(list).await.expect(200).json()["data"], json!([]), "{list}");
    }
    let before = acknowledged(server);
    other.post("/v1/events/ack", &json!({ "ids": [theirs.event] })).await.expect(204);
    assert_eq!(acknowledged(server), before);
    // A cursor of another's tells nothing either: it is only a place in time.
    let cursor = format!("/v1/orders?cursor={}", theirs.order);
    assert_eq!(other.get(&cursor).await.expect(200).json()["data"], json!([]));
}

fn acknowledged(server: &TestServer) -> i64 {
    server.rows().count("SELECT COALESCE(SUM(taken), 0) FROM journal")
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_nothing_is_said() {
    let (server, shop) = shop("bad-nobody").await;
    let theirs = belongings(&shop).await;
    let missing = Refused(401, "key_missing", "");
    let rows = operations(&shop).await.into_iter().map(|(method, template)| {
        let path = theirs.path(&template);
        Row { method, ..Row::post(format!("{method} {template}"), path, b"{}".to_vec(), missing) }
    });
    check(&server, &shop.without_key(), rows.collect()).await;
}
