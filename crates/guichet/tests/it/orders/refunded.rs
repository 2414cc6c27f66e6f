//! Money that went back: recorded by a person, told to the shop, never more than came, and withdrawn where it was a mistake.

use guichet_core::Environment;
use guichet_sandbox::Action;
use serde_json::{Value, json};

use crate::support::call::{Answer, Caller, text};
use crate::support::card_shop::{CardShop, order, webhooks};
use crate::support::shop_file::Account;
use crate::support::test_server::TestServer;

fn went_back(amount: Option<i64>) -> Value {
    json!({ "amount": amount, "method": "gateway_portal", "reference": "R-42", "reason": "Out of stock." })
}

/// A shop with an order of 2,500 dinars that is paid.
async fn paid(name: &str) -> (CardShop, String) {
    let shop = CardShop::open(name).await;
    let made = shop.caller.order(&order("paid", 3600)).await;
    shop.server.sandbox.act(&text(&made, "/payments/0/reference"), Action::Pay).expect("the link is open");
    let id = text(&made, "/id");
    assert_eq!(shop.check(&id).await["status"], "paid");
    (shop, id)
}

async fn record(caller: &Caller, id: &str, refund: &Value) -> Answer {
    caller.post(&format!("/v1/orders/{id}/refunds"), refund).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_went_back_is_recorded_told_and_never_more_than_came() {
    let (shop, id) = paid("refunded").await;
    let now = record(&shop.caller, &id, &went_back(Some(100_000))).await.expect(200).json();
    assert_eq!(now["status"], "paid", "the order stays paid");
    let refund = &now["refunds"][0];
    let expected = json!({ "amount": 100_000, "currency": "DZD", "decimal": "1000.00" });
    assert_eq!(refund["amount"], expected, "{refund}");
    let (payment, by) = (&now["payments"][0]["id"], &refund["recorded_by"]);
    assert_eq!((&refund["payment"], &by["by"]), (payment, &json!("key")), "{refund}");
    assert_eq!((&refund["method"], &refund["reference"]), (&json!("gateway_portal"), &json!("R-42")));

    for (wrong, status, code) in [
        (went_back(Some(150_001)), 422, "refund_exceeds_paid"),
        (went_back(Some(0)), 422, "refund_exceeds_paid"),
        (went_back(Some(-1)), 422, "refund_exceeds_paid"),
        (json!({ "method": "cash", "reason": " " }), 422, "text_length"),
        (json!({ "method": "cash", "reason": "a\nb" }), 422, "text_control_character"),
        (json!({ "method": "cash", "reason": "ab", "reference": "x".repeat(101) }), 422, "text_length"),
        (json!({ "method": "by hand", "reason": "ab" }), 422, "field_invalid"),
        (json!({ "method": "cash" }), 422, "field_missing"),
        (json!({ "method": "cash", "reason": "ab", "payment": "pay_1" }), 422, "identifier_invalid"),
        (
            json!({ "method": "cash", "reason": "ab", "payment": "pay_01kaqwm3v0e9r8t7y6v5w4x3z1" }),
            404,
            "no_such_payment",
        ),
    ] {
        let refused = record(&shop.caller, &id, &wrong).await.expect(status).json();
        assert_eq!(refused["code"], code, "{wrong}: {refused}");
    }
    // The rest, once under its key.
    let (path, body) = (format!("/v1/orders/{id}/refunds"), went_back(None).to_string().into_bytes());
    let key = [("idempotency-key", "the rest")];
    let rest = shop.caller.send("POST", &path, &key, body.clone()).await.expect(200);
    assert_eq!(rest.json()["refunds"][1]["amount"]["amount"], 150_000);
    let again = shop.caller.send("POST", &path, &key, body).await.expect(200);
    assert_eq!((again.header("idempotency-replayed"), &again.bytes), ("true", &rest.bytes));
    let nothing = record(&shop.caller, &id, &went_back(None)).await.expect(409).json();
    assert_eq!(nothing["code"], "nothing_to_refund", "{nothing}");

    shop.server.settle().await;
    let told = webhooks(&shop.inbox.letters(), "order.refunded");
    assert_eq!(told[&id].len(), 2, "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_was_a_mistake_is_withdrawn_and_stays_to_be_seen() {
    let (shop, id) = paid("refund-withdrawn").await;
    let now = record(&shop.caller, &id, &went_back(None)).await.expect(200).json();
    let withdraw = format!("/v1/orders/{id}/refunds/{}/withdraw", text(&now, "/refunds/0/id"));
    let reason = json!({ "reason": "It was another order." });
    let now = shop.caller.post(&withdraw, &reason).await.expect(200).json();
    assert!(now["refunds"][0]["withdrawn_at"].is_string(), "{now}");
    let again = shop.caller.post(&withdraw, &reason).await.expect(200).json();
    assert_eq!(again["version"], now["version"], "once is enough");
    let other = format!("/v1/orders/{id}/refunds/rfd_01kaqwm3v0e9r8t7y6v5w4x3z6/withdraw");
    assert_eq!(shop.caller.post(&other, &reason).await.expect(404).json()["code"], "no_such_refund");
    let now = record(&shop.caller, &id, &went_back(None)).await.expect(200).json();
    assert_eq!(now["refunds"].as_array().map(Vec::len), Some(2));
    shop.server.settle().await;
    let letters = shop.inbox.letters();
    let told = |kind| webhooks(&letters, kind)[&id].len();
    assert_eq!((told("order.refunded"), told("order.refund_withdrawn")), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_order_that_nobody_paid_nothing_goes_back() {
    let shop = CardShop::open("refund-unpaid").await;
    let waits = text(&shop.caller.order(&order("waits", 3600)).await, "/id");
    let refused = record(&shop.caller, &waits, &went_back(None)).await.expect(409).json();
    assert_eq!(refused["code"], "nothing_to_refund", "{refused}");
    let free = json!({ "reference": "free", "amount": 0, "currency": "DZD", "discount": 100,
                       "items": [{ "name": "A pen", "quantity": 1, "unit_amount": 100 }] });
    let free = text(&shop.caller.order(&free).await, "/id");
    assert_eq!(
        record(&shop.caller, &free, &went_back(None)).await.expect(409).json()["code"],
        "nothing_to_refund"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_fits_no_order_goes_back_by_what_came() {
    let server = TestServer::start("refund-unfit").await;
    let shop = server.shop().await;
    let made = shop.order(&crate::support::test_server::order("odd", "Book [wrong-amount]")).await;
    server.pass(std::time::Duration::from_secs(30)).await;
    let id = text(&made, "/id");
    let held = shop.get(&format!("/v1/orders/{id}")).await.expect(200).json();
    let (payment, seen) = (text(&held, "/held/0/payment"), held["held"][0]["seen"].clone());
    let whole = json!({ "payment": payment, "method": "cash", "reason": "It was too little." });
    let now = record(&shop, &id, &whole).await.expect(200).json();
    assert_eq!(now["refunds"][0]["amount"], seen, "{now}");
    assert_eq!(now["needs_you"], true, "what to do about it is another decision");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_a_shops_refunds_are_listed_newest_first() {
    let (shop, id) = paid("refund-list").await;
    for part in 1..=3 {
        record(&shop.caller, &id, &went_back(Some(part))).await.expect(200);
    }
    let page = shop.caller.get("/v1/refunds?limit=2").await.expect(200).json();
    let amounts = |page: &Value| -> Vec<i64> {
        let refunds = page["data"].as_array().expect("a list").iter();
        refunds.map(|refund| refund["amount"]["amount"].as_i64().expect("an amount")).collect()
    };
    assert_eq!((amounts(&page), &page["has_more"]), (vec![3, 2], &json!(true)));
    assert_eq!(
        (&page["data"][0]["order"], &page["data"][0]["order_reference"]),
        (&json!(id), &json!("paid"))
    );
    let next = format!("/v1/refunds?limit=2&cursor={}", text(&page, "/data/1/id"));
    let last = shop.caller.get(&next).await.expect(200).json();
    assert_eq!((amounts(&last), &last["has_more"]), (vec![1], &json!(false)));
    let live = shop.server.caller("tickets", Environment::Live).await;
    assert_eq!(amounts(&live.get("/v1/refunds").await.expect(200).json()), [0; 0]);
    let bad = shop.caller.get("/v1/refunds?cursor=ord_1").await.expect(422).json();
    assert_eq!(bad["code"], "cursor_invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fee_is_shown_as_told_or_as_declared() {
    let server = TestServer::start("fee-declared").await;
    let door = Account::at("cash", "door", Environment::Test).fee(json!({ "per_mille": 20, "fixed": 1_000 }));
    server.declare(crate::support::shop_file::Merchant::named("souk").account(door)).await;
    let shop = server.caller("souk", Environment::Test).await;
    let made = json!({ "reference": "one", "amount": 250_000, "currency": "DZD", "gateway": "cash" });
    let made = shop.order(&made).await;
    assert!(made["payments"][0]["declared_fee"].is_null(), "nothing has come yet: {made}");
    let paid = format!("/v1/orders/{}/payments/{}/record", text(&made, "/id"), text(&made, "/payments/0/id"));
    let paid = shop.press(&paid).await.expect(200).json();
    let (told, declared) = (&paid["payments"][0]["fee"], &paid["payments"][0]["declared_fee"]);
    assert_eq!((told, &declared["amount"]), (&Value::Null, &json!(6_000)), "{paid}");
    for (fee, said) in [
        (json!({ "per_mille": 1_001 }), "fee.per_mille is 0 to 1000"),
        (json!({ "fixed": -1 }), "fee.fixed is an amount in minor units"),
        (json!({ "percent": 2 }), "percent"),
    ] {
        let door = Account::at("cash", "door", Environment::Test).fee(fee);
        let refused =
            server.try_declare(crate::support::shop_file::Merchant::named("souk").account(door)).await;
        let refused = format!("{:#}", refused.expect_err("it is refused"));
        assert!(refused.contains(said), "{refused}");
    }
}
