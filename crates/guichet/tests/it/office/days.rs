//! The days of those who work in the back office, without a browser: what they look for, decide and record.

use std::time::Duration;

use guichet_core::Environment;
use guichet_sandbox::Action;
use guichet_server::store::Role;
use guichet_server::webhook::verify;
use serde_json::{Value, json};

use super::operator::{Operator, between, shop};
use crate::support::call::{Caller, text};
use crate::support::inbox::Inbox;
use crate::support::test_server::TestServer;

async fn made(caller: &Caller, reference: &str, amount: i64, more: Value) -> Value {
    let mut order =
        json!({ "reference": reference, "amount": amount, "currency": "DZD", "gateway": "ocpay" });
    order.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    caller.order(&order).await
}

/// The customer pays, and the gateway is asked.
async fn paid(server: &TestServer, caller: &Caller, order: &Value) -> Value {
    server.sandbox.act(&text(order, "/payments/0/reference"), Action::Pay).expect("the link is open");
    caller.press(&format!("/v1/orders/{}/check", text(order, "/id"))).await.expect(200).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_finds_whoever_rings_with_a_phone_number_and_an_amount() {
    let server = TestServer::start("office-owner-finds").await;
    let caller = server.caller("alger", Environment::Test).await;
    for (reference, amount, phone) in [
        ("A-1", 250_000, "+213551234567"),
        ("A-2", 475_000, "+213551234567"),
        ("A-3", 475_000, "+213661111111"),
        ("A-4", 990_000, "+213771112222"),
    ] {
        made(&caller, reference, amount, json!({ "payer": { "phone": phone, "given_name": "Karim" } })).await;
    }
    let owner = Operator::come(&server, Role::Owner, Some("alger")).await;
    owner.look_at_test().await;
    for (query, found) in [
        ("q=0551+23+45+67", vec!["A-1", "A-2"]),
        ("q=0551234567&amount=4+750", vec!["A-2"]),
        ("q=4+750%2C00+DA", vec!["A-2", "A-3"]),
        ("q=4750", vec!["A-2", "A-3"]),
        ("q=karim&amount=9900", vec!["A-4"]),
        ("q=a-3", vec!["A-3"]),
        ("amount=2500.00&status=pending", vec!["A-1"]),
        ("amount=2500&status=paid", vec![]),
        ("q=x", vec![]),
    ] {
        let page = owner.get(&format!("/office/orders?{query}")).await.expect(200).text();
        for reference in ["A-1", "A-2", "A-3", "A-4"] {
            let shows = page.contains(&format!("<bdi>{reference}</bdi>"));
            assert_eq!(shows, found.contains(&reference), "{query} {reference}");
        }
    }
    owner.get("/office/orders?amount=many").await.expect(422);
    owner.get("/office/orders?created_after=yesterday").await.expect(422);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_resolves_late_money_and_sees_who_did_what() {
    let server = TestServer::start("office-owner-resolves").await;
    let caller = server.caller("alger", Environment::Test).await;
    let owner = Operator::come(&server, Role::Owner, Some("alger")).await;
    owner.look_at_test().await;
    assert!(owner.get("/office/today").await.expect(200).text().contains("Nothing to decide."));
    for (reference, decision) in [("L-1", "honour"), ("L-2", "paid_back"), ("L-3", "dismiss")] {
        let order = made(&caller, reference, 650_000, json!({})).await;
        let id = text(&order, "/id");
        caller.press(&format!("/v1/orders/{id}/cancel")).await.expect(200);
        assert_eq!(paid(&server, &caller, &order).await["needs_you"], true);
        let today = owner.get("/office/today").await.expect(200).text();
        assert!(today.contains("6,500\u{a0}DA") && today.contains("paid too late"), "{today}");
        let page = owner.get("/office/needs-you").await.expect(200).text();
        assert!(page.contains(reference) && page.contains("Honour"), "{page}");
        let payment = between(&page, "name=\"payment\" value=\"", "\"").to_owned();
        let path = format!("/office/needs-you/orders/{id}");
        owner.act(&path, &[("payment", &payment), ("decision", decision), ("note", " ")]).await.expect(422);
        let fields = [
            ("payment", payment.as_str()),
            ("decision", decision),
            ("refund_reference", "R-20418"),
            ("note", "Rang the customer."),
        ];
        owner.act(&path, &fields).await.expect(303);
        owner.act(&path, &fields).await.expect(409);
        let now = caller.get(&format!("/v1/orders/{id}")).await.expect(200).json();
        assert_eq!(now["needs_you"], false);
        assert_eq!(now["status"], if decision == "honour" { "paid" } else { "cancelled" });
        assert_eq!(now["refunds"].as_array().expect("a list").len(), usize::from(decision == "paid_back"));
        let story = owner.get(&format!("/office/orders/{id}")).await.expect(200).text();
        assert!(story.contains(&owner.login) && story.contains("Rang the customer."), "{story}");
        assert!(story.contains("Journal whole"), "{story}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_law_of_an_order_forbids_is_not_done_by_hand() {
    let server = TestServer::start("office-law").await;
    let caller = server.caller("alger", Environment::Test).await;
    let owner = Operator::come(&server, Role::Owner, Some("alger")).await;
    owner.look_at_test().await;
    let order = made(&caller, "W-1", 250_000, json!({})).await;
    let id = text(&order, "/id");
    // Only the gateway's word counts for a payment that can be asked about.
    owner.act(&format!("/office/orders/{id}/cash"), &[]).await.expect(404);
    owner.act(&format!("/office/orders/{id}/fulfil"), &[]).await.expect(409);
    paid(&server, &caller, &order).await;
    owner.act(&format!("/office/orders/{id}/cancel"), &[]).await.expect(409);
    let payment = text(&order, "/payments/0/id");
    let refund = |amount: &str| {
        let amount = amount.to_owned();
        let (payment, owner, id) = (payment.clone(), &owner, id.clone());
        async move {
            let fields = [
                ("payment", payment.as_str()),
                ("amount", &amount),
                ("method", "gateway_portal"),
                ("reference", "R-1"),
                ("reason", "Broken jar"),
            ];
            owner.act(&format!("/office/orders/{id}/refund"), &fields).await.status
        }
    };
    assert_eq!(refund("2500,01").await, 409, "never more than was paid");
    assert_eq!(refund("-5").await, 422);
    assert_eq!(refund("1 000,00").await, 303);
    assert_eq!(refund("1500.01").await, 409);
    let now = caller.get(&format!("/v1/orders/{id}")).await.expect(200).json();
    assert_eq!(now["refunds"][0]["amount"]["amount"], 100_000);
    owner.act(&format!("/office/orders/{id}/fulfil"), &[]).await.expect(303);
    let now = caller.get(&format!("/v1/orders/{id}")).await.expect(200).json();
    assert_eq!(now["status"], "fulfilled");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_closed_is_taken_up_again() {
    let server = TestServer::start("office-again").await;
    let caller = server.caller("alger", Environment::Test).await;
    let clerk = Operator::come(&server, Role::Clerk, Some("alger")).await;
    clerk.look_at_test().await;
    let order = made(&caller, "E-1", 250_000, json!({ "expires_in": 60 })).await;
    let id = text(&order, "/id");
    server.pass(Duration::from_secs(26 * 3600)).await;
    assert_eq!(caller.get(&format!("/v1/orders/{id}")).await.json()["status"], "expired");
    // The session is idle no longer than a night.
    let clerk = Operator::come(&server, Role::Clerk, Some("alger")).await;
    clerk.look_at_test().await;
    clerk.act(&format!("/office/orders/{id}/reopen"), &[("hours", "0")]).await.expect(422);
    clerk.act(&format!("/office/orders/{id}/reopen"), &[("hours", "24")]).await.expect(303);
    let now = caller.get(&format!("/v1/orders/{id}")).await.expect(200).json();
    assert!(["pending", "failed"].contains(&now["status"].as_str().expect("a status")), "{now}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_event_arrives_signed_at_once_and_is_kept_nowhere() {
    let server = TestServer::start("webhook-test-event").await;
    let shop = server.shop().await;
    let inbox = Inbox::open().await;
    let made = shop.post("/v1/webhook_endpoints", &json!({ "url": inbox.url })).await.expect(201).json();
    let (path, secret) =
        (format!("/v1/webhook_endpoints/{}/test", text(&made, "/id")), text(&made, "/secret"));
    let developer = Operator::come(&server, Role::Developer, Some("alger")).await;
    developer.look_at_test().await;
    let page = format!("/office/webhooks/{}/test", text(&made, "/id"));
    let before = server.census();
    for (status, body, arrived) in [(200, "thanks", true), (500, "Fatal error", false)] {
        inbox.answer(status);
        inbox.write(body.as_bytes());
        let told = shop.press(&path).await.expect(200).json();
        assert_eq!((&told["arrived"], &told["status_code"]), (&json!(arrived), &json!(status)), "{told}");
        assert_eq!(told["answer"], body);
        let shown = developer.act(&page, &[]).await.expect(200).text();
        let word = if arrived { "The test arrived." } else { "The test did not arrive." };
        assert!(shown.contains(word) && shown.contains(body), "{shown}");
    }
    let letters = inbox.letters();
    assert_eq!(letters.len(), 4);
    for letter in &letters {
        assert!(verify(&secret, &|name| letter.header(name), &letter.body));
        assert_eq!(letter.json()["type"], "endpoint.test");
    }
    assert_eq!(server.census(), before, "something was written");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_is_tried_with_play_money_where_a_gateway_can_be_asked() {
    let server = TestServer::start("office-try").await;
    let caller = server.shop().await;
    let developer = Operator::come(&server, Role::Developer, Some("alger")).await;
    developer.look_at_test().await;
    let snapshot = server.node().app().registry().snapshot();
    let mut tried = 0;
    for account in snapshot.accounts.values().filter(|account| account.merchant == shop(&server, "alger")) {
        let answer = developer.act(&format!("/office/gateways/{}/try", account.id), &[]).await;
        let can_be = account.environment == Environment::Test && account.gateway.capabilities().checkable;
        assert_eq!(answer.status, if can_be { 303 } else { 404 }, "{} {}", account.name, answer.text());
        if can_be {
            let page = answer.header("location").to_owned();
            let shown = developer.get(&page).await.expect(200).text();
            assert!(shown.contains("The trial is made"), "{shown}");
            tried += 1;
        }
    }
    assert!(tried > 0, "nothing was tried");
    let orders = caller.get("/v1/orders").await.expect(200).json();
    assert_eq!(orders["data"].as_array().expect("orders").len(), tried);
    let order = &orders["data"][0];
    assert!(text(order, "/reference").starts_with("TRY-"), "{order}");
    assert_eq!(order["payments"][0]["status"], "open", "{order}");
}
