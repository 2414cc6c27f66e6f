//! The day's book: what came and went on the shop's own days, as the API and the command line tell it, and held against
//! the orders.

use std::time::Duration;

use guichet_core::Environment;
use guichet_sandbox::Action;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::support::call::{Caller, text};
use crate::support::card_shop::{CardShop, declared, order};
use crate::support::program::run;
use crate::support::shop_file::Merchant;
use crate::support::test_server::TestServer;

const DAY_S: i64 = 24 * 3600;

/// The day of a moment (unix ms) where the shop is.
fn day(zone: &str, at_ms: i64) -> Date {
    let zone = TimeZone::get(zone).expect("a time zone");
    Timestamp::from_millisecond(at_ms).expect("a time").to_zoned_datetime(zone).date()
}

async fn paid(shop: &CardShop, reference: &str) -> String {
    let made = shop.caller.order(&order(reference, 3600)).await;
    shop.server.sandbox.act(&text(&made, "/payments/0/reference"), Action::Pay).expect("the link is open");
    let id = text(&made, "/id");
    assert_eq!(shop.check(&id).await["status"], "paid");
    id
}

/// The lines of the book: day, payments that paid, what they brought, what went back, and what ended without money.
async fn lines(shop: &Caller, query: &str) -> Vec<(String, i64, i64, i64, i64)> {
    let book = shop.get(&format!("/v1/reports/days{query}")).await.expect(200).json();
    let number =
        |line: &Value, pointer: &str| line.pointer(pointer).and_then(Value::as_i64).expect("a number");
    let lines = book["data"].as_array().expect("a list").iter().map(|line| {
        let paid = (number(line, "/paid/count"), number(line, "/paid/amount/amount"));
        (text(line, "/day"), paid.0, paid.1, number(line, "/refunds/amount/amount"), number(line, "/unpaid"))
    });
    lines.collect()
}

/// The shop is in that time zone from now on.
async fn move_to(shop: &CardShop, zone: &str) {
    let merchant: Merchant = declared(&shop.gateway.url, &shop.inbox.url).time_zone(zone);
    shop.server.declare(merchant).await;
    // A zone begins once every node knows it.
    shop.pass_s(120).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_and_goes_stands_on_the_shops_own_days() {
    let shop = CardShop::open("book-days").await;
    move_to(&shop, "Africa/Algiers").await;
    let first = paid(&shop, "one").await;
    paid(&shop, "two").await;
    let declined = shop.caller.order(&order("three", 3600)).await;
    shop.server.sandbox.act(&text(&declined, "/payments/0/reference"), Action::Decline).expect("it is open");
    shop.check(&text(&declined, "/id")).await;
    let today = day("Africa/Algiers", shop.server.clock.now_ms());
    shop.pass_s(DAY_S).await;
    let refund = json!({ "amount": 100_000, "method": "cash", "reason": "Torn." });
    shop.caller.post(&format!("/v1/orders/{first}/refunds"), &refund).await.expect(200);
    let tomorrow = day("Africa/Algiers", shop.server.clock.now_ms());
    let expected = [(today.to_string(), 2, 500_000, 0, 1), (tomorrow.to_string(), 0, 0, 100_000, 0)];
    assert_eq!(lines(&shop.caller, "").await, expected);
    assert_eq!(lines(&shop.caller, &format!("?from={tomorrow}&to={tomorrow}")).await, expected[1..]);
    let live = shop.server.caller("tickets", Environment::Live).await;
    assert_eq!(lines(&live, "").await, []);
    for (query, code) in [
        ("?from=today", "day_invalid"),
        ("?from=2026-02-30", "day_invalid"),
        ("?from=2026-02-02&to=2026-02-01", "day_invalid"),
        ("?from=2025-01-01&to=2026-02-01", "day_invalid"),
        ("?day=2026-02-01", "query_invalid"),
    ] {
        let refused = shop.caller.get(&format!("/v1/reports/days{query}")).await.expect(422).json();
        assert_eq!(refused["code"], code, "{query}");
    }
    let until = tomorrow.to_string();
    let shown = shop.server.command(&["day-book", "show", "--merchant", "tickets", "--to", &until, "--json"]);
    let shown: Vec<Value> = shown.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let net: i64 = shown.iter().map(|line| line["net"]["amount"].as_i64().expect("a number")).sum();
    assert_eq!(net, 400_000, "{shown:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_moves_does_not_move_its_book() {
    let shop = CardShop::open("book-zones").await;
    move_to(&shop, "Pacific/Kiritimati").await;
    let id = paid(&shop, "far east").await;
    let before = lines(&shop.caller, "").await;
    let until = format!("?to={}", before[0].0);
    move_to(&shop, "Pacific/Pago_Pago").await;
    paid(&shop, "far west").await;
    let refund = json!({ "method": "cash", "reason": "Torn." });
    shop.caller.post(&format!("/v1/orders/{id}/refunds"), &refund).await.expect(200);
    // Where the shop is now, it is a day earlier.
    let after = lines(&shop.caller, &until).await;
    let (east, west) = (&before[0].0, day("Pacific/Pago_Pago", shop.server.clock.now_ms()).to_string());
    assert_eq!(after, [(west, 1, 250_000, 250_000, 0), (east.clone(), 1, 250_000, 0, 0)]);
    assert!(shop.server.command(&["day-book", "check"]).contains("what its orders say: 2 orders"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_book_that_is_wrong_is_found_out_and_put_right() {
    let server = TestServer::start("book-wrong").await;
    let shop = server.shop().await;
    server.paid_order(&shop, "one").await;
    let before = lines(&shop, "").await;
    let directory = server.directory().to_owned();
    for damage in [
        "UPDATE book_lines SET paid_amount = paid_amount - 1",
        "UPDATE book_lines SET day = day + 1",
        "DELETE FROM book_lines",
    ] {
        server.rows().alter(damage);
        let found = run(&directory, &["day-book", "check"]);
        let said = String::from_utf8_lossy(&found.stdout);
        assert_eq!(found.status.code(), Some(6), "{damage}: {said}");
        assert!(said.contains("the orders say paid_") && said.contains("--mend"), "{damage}: {said}");
        assert!(server.command(&["day-book", "check", "--mend"]).contains("was put right"));
        assert!(server.command(&["day-book", "check"]).contains("what its orders say: 1 orders"));
        assert_eq!(lines(&shop, "").await, before, "{damage}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_records_lists_and_withdraws_beside_the_server() {
    let server = TestServer::start("refund-commands").await;
    let shop = server.shop().await;
    server.paid_order(&shop, "one").await;
    server.pass(Duration::from_secs(1)).await;
    let record = ["refund", "record", "one", "--method", "cash", "--reason", "Torn", "--json"];
    let now: Value = serde_json::from_str(&server.command(&[&record[..], &["--amount", "1000.00"]].concat()))
        .expect("JSON");
    let refund = &now["refunds"][0];
    assert_eq!(
        (&refund["amount"]["amount"], &refund["recorded_by"]["by"]),
        (&json!(100_000), &json!("operator"))
    );
    let listed = server.command(&["refund", "list", "--merchant", "alger"]);
    let id = text(refund, "/id");
    assert!(listed.contains(&id) && listed.contains("1000.00 DZD"), "{listed}");
    let directory = server.directory().to_owned();
    for (more, status, said) in [
        (&["--amount", "1000,00"][..], 2, "--amount: “1000,00” is no amount of DZD"),
        (&["--amount", "1500.01"], 4, "No more can go back than came"),
        (&["--refund-reference", " "], 2, "--refund-reference: "),
    ] {
        let refused = run(&directory, &[&record[..], more].concat());
        let told = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(status), "{told}");
        assert!(told.contains(said), "{told}");
    }
    server.command(&["refund", "withdraw", &id, "one", "--reason", "Another order"]);
    assert!(shop.get("/v1/refunds").await.expect(200).json()["data"][0]["withdrawn_at"].is_string());
    let unknown = run(&directory, &["refund", "withdraw", "rfd_1", "one", "--reason", "Another order"]);
    assert_eq!(unknown.status.code(), Some(3), "{}", String::from_utf8_lossy(&unknown.stderr));
}
