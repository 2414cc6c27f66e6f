//! Orders that are paid: once each, however many say so, and none on somebody's word.

use guichet_core::Environment;
use guichet_sandbox::Action;
use serde_json::json;

use super::shop::Shop;
use crate::support::call::text;
use crate::support::patience::Patience;
use crate::support::shop_file::{Account, Merchant, alger};

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_completed_once_however_many_say_that_it_is_paid() {
    let shop = Shop::open("woocommerce-paid").await.with_webhooks().await;
    let bought = shop.order("2500.00", "DZD").await;
    // A double click makes one order.
    let (first, second) = tokio::join!(shop.press(&bought), shop.press(&bought));
    assert_eq!(first, second);
    let order = shop.check_out(&bought).await;
    assert_eq!((&order["amount"], &order["currency"]), (&json!(250_000), &json!("DZD")));
    assert_eq!(order["metadata"]["woocommerce_order"], bought.number);
    let listed = shop.caller.get("/v1/orders").await.expect(200).json();
    assert_eq!(listed["data"].as_array().map(Vec::len), Some(1), "{listed}");
    // Whoever comes back unpaid is thanked for the order and no more, and who says that it is paid is not believed.
    assert!(shop.come_back(&bought).await.contains("order-received"));
    let mut said = order.clone();
    said["status"] = json!("paid");
    shop.tell(&shop.secret, "order.paid", &said).await.expect(200);
    assert_eq!(shop.told(&bought).await.0, "pending");
    // Guichet's own webhook comes at the same time as all of these.
    let paid = shop.at_the_gateway(&order, Action::Pay).await;
    assert_eq!(paid["status"], "paid");
    let tell = || shop.tell(&shop.secret, "order.paid", &paid);
    let came =
        tokio::join!(tell(), tell(), tell(), shop.come_back(&bought), shop.come_back(&bought), shop.ring());
    for answer in [came.0, came.1, came.2] {
        assert!(matches!(answer.status, 200 | 503), "{} {}", answer.status, answer.text());
    }
    shop.until(&bought, "processing").await;
    shop.tell(&shop.secret, "order.paid", &paid).await.expect(200);
    shop.server.settle().await;
    let (status, completed, notes) = shop.told(&bought).await;
    assert_eq!((status.as_str(), completed), ("processing", 1), "{notes}");
    assert_eq!(notes.matches("Guichet saw 2500.00 DZD").count(), 1, "{notes}");
    assert!(notes.contains("test money") && !notes.contains("twice"), "{notes}");
    assert_eq!(shop.state(&bought).await["transaction"], paid["id"]);
    // One that is paid is not opened again.
    assert!(shop.press(&bought).await.is_ok_and(|page| page.contains("order-received")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_return_and_the_alarm_do_without_webhooks() {
    let shop = Shop::open("woocommerce-return").await;
    let first = shop.order("2500.00", "DZD").await;
    let order = shop.check_out(&first).await;
    shop.at_the_gateway(&order, Action::Pay).await;
    // A stranger's return moves nothing.
    let path = format!("/?wc-api=guichet_return&order={}&key=wc_order_wrong", first.number);
    let led = shop.site.send("GET", &path, &[], "").await.expect(302);
    assert!(led.header("location").contains("page=shop"), "{}", led.header("location"));
    assert_eq!(shop.told(&first).await.0, "pending");
    assert!(shop.come_back(&first).await.contains("order-received"));
    assert_eq!(shop.told(&first).await.0, "processing");
    // Neither came: the alarm asks. A failed payment is no end, and is told once.
    let second = shop.order("3000", "DZD").await;
    let order = shop.check_out(&second).await;
    shop.at_the_gateway(&order, Action::Decline).await;
    shop.ring().await;
    shop.ring().await;
    let (status, _, notes) = shop.told(&second).await;
    assert_eq!((status.as_str(), notes.matches("came to nothing").count()), ("pending", 1), "{notes}");
    shop.at_the_gateway(&order, Action::Pay).await;
    shop.ring().await;
    let (status, completed, notes) = shop.told(&second).await;
    assert_eq!((status.as_str(), completed), ("processing", 1), "{notes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn money_is_counted_in_the_units_of_its_currency() {
    let shop = Shop::open("woocommerce-money").await;
    let secret = json!({ "api_key": "key-of-west", "site_id": "445160", "secret_key": "secret" });
    let west =
        Account::at("cinetpay", "west", Environment::Test).url(&shop.server.sandbox_url).secret(secret);
    shop.server.declare(alger(&shop.server.sandbox_url).account(west)).await;
    let lines = json!([
        { "name": "Café <b>moulu</b>", "quantity": 2, "total": "2000.0000", "tax": "0" },
        { "name": "Livraison", "quantity": 1, "total": "423.73", "tax": "76.27" },
    ]);
    let billing = json!({ "first_name": "Awa", "phone": "00225 07 07 00 00 01", "country": "CI" });
    let fields = json!({
        "total": "2500.00", "currency": "XOF", "items": lines.to_string(), "billing": billing.to_string(),
    });
    let order = shop.check_out(&shop.order_of(&fields).await).await;
    assert_eq!((&order["amount"], &order["payer"]["phone"]), (&json!(2500), &json!("+2250707000001")));
    assert_eq!(order["items"], json!([]), "a fraction of a franc is no line");
    let fields = json!({ "total": "2500.00", "currency": "DZD", "items": lines.to_string() });
    let order = shop.check_out(&shop.order_of(&fields).await).await;
    let line = |name: &str, minor: i64| json!({ "name": name, "quantity": 1, "unit_amount": minor });
    assert_eq!(order["items"], json!([line("Café moulu × 2", 200_000), line("Livraison", 50_000)]));
    // Lines that do not add up, because WooCommerce rounds the sum alone, are left out; the sum stands.
    let fields = json!({ "total": "2500.50", "currency": "DZD", "items": lines.to_string() });
    let order = shop.check_out(&shop.order_of(&fields).await).await;
    assert_eq!((&order["amount"], &order["items"]), (&json!(250_050), &json!([])));
    // What a currency cannot count is asked of nobody.
    for (total, currency) in [("2500.50", "XOF"), ("2500.005", "DZD"), ("1e3", "DZD"), ("", "DZD")] {
        let bought = shop.order(total, currency).await;
        let refusal = shop.press(&bought).await.expect_err("it cannot be counted");
        assert!(refusal.contains("digits behind the point"), "{refusal}");
        assert_eq!(shop.state(&bought).await["orders"], json!([]));
    }
    // What is wrong about the payer does not keep them from paying.
    let billing = json!({ "email": "not an address", "phone": "+213 1", "country": "ZZ" });
    let fields = json!({ "total": "2500.00", "currency": "DZD", "billing": billing.to_string() });
    let order = shop.check_out(&shop.order_of(&fields).await).await;
    assert_eq!(order["payer"]["email"], json!(null), "{order}");
    // What no gateway of the shop takes is refused with a word for the shop, however often it is tried.
    let token = json!({ "access_token": "sk_sandbox_alger" });
    let card = Account::at("ocpay", "card", Environment::Test).url(&shop.server.sandbox_url).secret(token);
    shop.server.declare(Merchant::named("alger").account(card)).await;
    let half = shop.order("2500.50", "DZD").await;
    for _ in 0..2 {
        let refusal = shop.press(&half).await.expect_err("whole dinars only");
        assert!(
            refusal.contains("cannot be paid in this way") && refusal.contains("(amount_not_whole)"),
            "{refusal}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refunds_are_recorded_and_told() {
    let shop = Shop::open("woocommerce-refunds").await.with_webhooks().await;
    let bought = shop.order("2500.00", "DZD").await;
    let early = json!({ "order": bought.number, "amount": "1000.00" });
    assert_eq!(shop.site.act("refund", &early).await["code"], "not_paid");
    let order = shop.check_out(&bought).await;
    shop.at_the_gateway(&order, Action::Pay).await;
    shop.until(&bought, "processing").await;
    // Half of a centime, more than came, and a key that may not.
    for (amount, code) in [("0.005", "amount_not_exact"), ("2500.01", "refund_exceeds_paid")] {
        let refused = shop.site.act("refund", &json!({ "order": bought.number, "amount": amount })).await;
        assert_eq!(refused["code"], code, "{refused}");
    }
    let create = ["key", "create", "--merchant", "alger", "--environment", "test", "--role", "clerk"];
    let clerk = shop.server.command(&create);
    shop.save(&json!({ "api_key": clerk.trim() })).await;
    let asked = json!({ "order": bought.number, "amount": "1000.00", "reason": "Out of stock." });
    let refused = shop.site.act("refund", &asked).await;
    assert_eq!(refused["code"], "key_not_permitted", "{refused}");
    shop.save(&json!({ "api_key": shop.caller.key })).await;
    assert!(shop.state(&bought).await["refunds"] == 0, "a refund that was refused is none");
    // It did not answer: whoever tries again records it once.
    shop.lose_guichet().await;
    assert_eq!(shop.site.act("refund", &asked).await["code"], "no_answer");
    shop.find_guichet().await;
    assert_eq!(shop.site.act("refund", &asked).await["code"], json!(null));
    let there = shop.at_guichet(&bought).await;
    let recorded = &there["refunds"][0];
    assert_eq!(
        (&recorded["amount"]["amount"], &recorded["reason"]),
        (&json!(100_000), &json!("Out of stock."))
    );
    let (_, _, notes) = shop.told(&bought).await;
    assert!(
        notes.contains("recorded a refund of 1000.00 DZD") && notes.contains("No money has moved"),
        "{notes}"
    );
    // Another one is another one, and one that was recorded elsewhere is told here.
    assert_eq!(shop.site.act("refund", &asked).await["code"], json!(null));
    let elsewhere = json!({ "amount": 50_000, "method": "cash", "reason": "A dented box." });
    let id = text(&there, "/id");
    shop.caller.post(&format!("/v1/orders/{id}/refunds"), &elsewhere).await.expect(200);
    let mut patience = Patience::that("the shop is told of the refund");
    while !shop.told(&bought).await.2.contains("Enter it here") {
        patience.again().await;
    }
    let (status, _, notes) = shop.told(&bought).await;
    assert_eq!((status.as_str(), notes.matches("Enter it here").count()), ("processing", 1), "{notes}");
    assert_eq!(shop.at_guichet(&bought).await["refunds"].as_array().map(Vec::len), Some(3));
}
