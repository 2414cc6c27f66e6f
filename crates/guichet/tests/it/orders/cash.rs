//! Cash takes days: an order that is to be paid so is given its own time, nobody asks a gateway, and a person says that
//! it came.

use std::time::Duration;

use guichet_core::Environment;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::support::call::{Caller, text};
use crate::support::shop_file::{Account, Merchant};
use crate::support::test_server::TestServer;

const HOUR_S: i64 = 3600;
const DAY_S: i64 = 24 * HOUR_S;

/// For how many seconds an order waits from now on.
fn waits_s(server: &TestServer, order: &Value) -> i64 {
    let until: Timestamp = text(order, "/expires_at").parse().expect("RFC 3339");
    (until.as_millisecond() - server.clock.now_ms() + 500).div_euclid(1000)
}

fn order(reference: &str, more: Value) -> Value {
    let mut order = json!({ "reference": reference, "amount": 250_000, "currency": "DZD" });
    order.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    order
}

async fn pass_s(server: &TestServer, seconds: i64) {
    server.pass(Duration::from_secs(seconds.unsigned_abs())).await;
}

async fn read(shop: &Caller, id: &str) -> Value {
    shop.get(&format!("/v1/orders/{id}")).await.expect(200).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_in_cash_waits_for_days() {
    let server = TestServer::start("cash-days").await;
    let door = |days: Option<i64>| {
        let door = Account::at("cash", "door", Environment::Test);
        days.map_or(door.clone(), |days| door.days(days))
    };
    let card = |token: &str| {
        let token = json!({ "access_token": format!("sk_sandbox_{token}") });
        Account::at("ocpay", "card", Environment::Test).url(&server.sandbox_url).secret(token)
    };
    let west = Account::at("cinetpay", "west", Environment::Test).secret(json!({
        "api_key": "key-of-west", "site_id": "445160", "secret_key": "secret_of_key-of-west",
    }));
    server
        .declare([
            Merchant::named("both").account(card("both")).account(door(None)),
            Merchant::named("only").account(door(None)),
            Merchant::named("quick").account(door(Some(2))),
            Merchant::named("west").account(west).account(door(None)),
        ])
        .await;
    for (merchant, more, expected_s) in [
        ("both", json!({ "gateway": "cash" }), 7 * DAY_S),
        ("both", json!({ "account": "door" }), 7 * DAY_S),
        ("both", json!({ "gateway": "cash", "expires_in": 600 }), 600),
        ("both", json!({ "gateway": "ocpay" }), HOUR_S),
        ("both", json!({}), HOUR_S),
        ("both", json!({ "gateway": "auto" }), HOUR_S),
        ("only", json!({}), 7 * DAY_S),
        ("only", json!({ "expires_in": 600 }), 600),
        ("quick", json!({}), 2 * DAY_S),
        ("quick", json!({ "gateway": "cash" }), 2 * DAY_S),
        // CinetPay takes no dinars, so cash is the only way.
        ("west", json!({}), 7 * DAY_S),
    ] {
        let shop = server.caller(merchant, Environment::Test).await;
        let made = shop.post("/v1/orders", &order(&more.to_string(), more.clone())).await.expect(201).json();
        assert_eq!(waits_s(&server, &made), expected_s, "{merchant}: {more}");
        let journal = shop.get(&format!("/v1/orders/{}/events", text(&made, "/id"))).await.expect(200).json();
        let revised =
            journal["data"].as_array().expect("entries").iter().any(|entry| entry["type"] == "order.revised");
        assert!(!revised, "it was made so: {journal}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_days_are_for_cash_and_within_reason() {
    let server = TestServer::start("cash-file").await;
    let card = Account::at("ocpay", "card", Environment::Test).url(&server.sandbox_url);
    let card = card.secret(json!({ "access_token": "sk_sandbox_card" }));
    for (account, rule) in [
        (card.days(3), "expires_in_days is for what is paid by hand"),
        (Account::at("cash", "door", Environment::Test).days(0), "expires_in_days is 1 to 30, not 0"),
        (Account::at("cash", "door", Environment::Test).days(31), "expires_in_days is 1 to 30, not 31"),
    ] {
        let refused = server.try_declare(Merchant::named("shop").account(account)).await.expect_err("a rule");
        assert!(format!("{refused:#}").contains(rule), "{refused:#}");
    }
}

/// The customer finds out on the checkout page: the order is given the time then, and its journal says why.
#[tokio::test(flavor = "multi_thread")]
async fn a_customer_who_chooses_cash_is_given_the_time() {
    let server = TestServer::start("cash-chosen").await;
    let shop = server.shop().await;
    for (reference, more, expected_s) in
        [("usual", json!({}), 7 * DAY_S), ("chosen", json!({ "expires_in": HOUR_S }), HOUR_S - 600)]
    {
        let made = shop.order(&order(reference, more)).await;
        let id = text(&made, "/id");
        pass_s(&server, 600).await;
        let door = "SELECT gateway_accounts.id FROM gateway_accounts JOIN merchants ON merchants.id = merchant_id \
            WHERE gateway_accounts.name = 'door' AND environment = 'test' AND merchants.name = 'alger'";
        let door: String = server.rows().rows(door, |row| row.get(0)).pop().expect("the account for cash");
        let form = format!("account={door}").into_bytes();
        let page = text(&made, "/checkout_url");
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let led = shop.without_key().send("POST", &page, &headers, form).await.expect(303);
        assert!(led.header("location").contains("/status/"), "{reference}");
        let now = read(&shop, &id).await;
        assert_eq!(now["payments"][0]["gateway"], "cash", "{reference}");
        assert_eq!(waits_s(&server, &now), expected_s, "{reference}");
        let journal = shop.get(&format!("/v1/orders/{id}/events")).await.expect(200).json();
        let why = journal["data"]
            .as_array()
            .expect("entries")
            .iter()
            .find(|entry| entry["type"] == "order.revised");
        match why {
            Some(entry) => assert!(text(entry, "/why").contains("through cash takes longer"), "{entry}"),
            None => assert_eq!(reference, "chosen", "{journal}"),
        }
    }
}

/// Nobody is asked, whatever is pressed; the money is recorded by hand on the sixth day; what nobody brings expires.
#[tokio::test(flavor = "multi_thread")]
async fn cash_is_asked_of_nobody_and_recorded_by_hand() {
    let server = TestServer::start("cash-hand").await;
    let shop = server.shop().await;
    let brought = shop.order(&order("brought", json!({ "gateway": "cash" }))).await;
    let forgotten = shop.order(&order("forgotten", json!({ "gateway": "cash" }))).await;
    let alarm = || {
        server.rows().count("SELECT COUNT(*) FROM orders WHERE wake_at_ms < (SELECT MAX(created_at_ms) FROM orders) + 604700000")
    };
    assert_eq!(alarm(), 0, "the alarm is the expiry, a week from now");
    for _ in 0..6 {
        pass_s(&server, DAY_S - HOUR_S).await;
        for made in [&brought, &forgotten] {
            let checked =
                shop.press(&format!("/v1/orders/{}/check", text(made, "/id"))).await.expect(200).json();
            assert_eq!(checked["payments"][0]["checked_at"], Value::Null);
            assert_eq!(checked["status"], "pending", "{checked}");
        }
    }
    let (id, payment) = (text(&brought, "/id"), text(&brought, "/payments/0/id"));
    let record = format!("/v1/orders/{id}/payments/{payment}/record");
    assert_eq!(shop.press(&record).await.expect(200).json()["status"], "paid");
    pass_s(&server, 2 * DAY_S).await;
    assert_eq!(read(&shop, &id).await["paid_late"], false);
    let end = read(&shop, &text(&forgotten, "/id")).await;
    assert_eq!((&end["status"], &end["payments"][0]["status"]), (&json!("expired"), &json!("expired")));
}

/// An order in cash that expired is taken up again, for as long as cash takes.
#[tokio::test(flavor = "multi_thread")]
async fn an_expired_order_in_cash_is_given_its_time_anew() {
    let server = TestServer::start("cash-again").await;
    let shop = server.shop().await;
    let body = order("again", json!({ "gateway": "cash" }));
    let made = shop.order(&body).await;
    pass_s(&server, 8 * DAY_S).await;
    let now = shop.post("/v1/orders", &body).await.expect(200).json();
    assert_eq!((&now["id"], &now["status"]), (&made["id"], &json!("pending")));
    assert_eq!(waits_s(&server, &now), 7 * DAY_S);
    let record = format!("/v1/orders/{}/payments/{}/record", text(&now, "/id"), text(&now, "/payments/1/id"));
    assert_eq!(shop.press(&record).await.expect(200).json()["status"], "paid");
}
