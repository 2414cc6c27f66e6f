//! What does not go well: nobody pays in time, the total changes, money comes too late or does not fit, nobody answers.

use guichet_sandbox::Action;
use serde_json::{Value, json};

use super::shop::Shop;
use crate::support::call::text;

/// What events are signed with where Guichet itself sends none.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

#[tokio::test(flavor = "multi_thread")]
async fn an_order_fails_in_time_and_can_be_paid_again() {
    let shop = Shop::open("woocommerce-expired").await.with_webhooks().await;
    let bought = shop.order("2500.00", "DZD").await;
    let order = shop.check_out(&bought).await;
    shop.pass_s(61).await;
    shop.until(&bought, "failed").await;
    let (_, _, notes) = shop.told(&bought).await;
    assert_eq!(notes.matches("Nobody paid in time").count(), 1, "{notes}");
    // The next day the same order is taken up again, and what comes now is not late.
    let again = shop.check_out(&bought).await;
    assert_eq!((&again["id"], &again["status"]), (&order["id"], &json!("pending")));
    assert_eq!(shop.told(&bought).await.0, "pending");
    shop.at_the_gateway(&again, Action::Pay).await;
    shop.until(&bought, "processing").await;
    assert_eq!(shop.told(&bought).await.1, 1);
    // Whoever comes back to an order that is over may pay for it.
    let second = shop.order("3000.00", "DZD").await;
    let order = shop.check_out(&second).await;
    let id = text(&order, "/id");
    shop.caller.press(&format!("/v1/orders/{id}/cancel")).await.expect(200);
    shop.until(&second, "cancelled").await;
    assert!(shop.come_back(&second).await.contains("order-received"), "what is cancelled is not to be paid");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_total_is_another_order_and_the_earlier_one_is_called_off() {
    let shop = Shop::open("woocommerce-changed").await.with_webhooks().await;
    let bought = shop.order("2500.00", "DZD").await;
    let first = shop.check_out(&bought).await;
    let open = json!({ "gateway": "ocpay" });
    let path = format!("/v1/orders/{}/payments", text(&first, "/id"));
    let opened = shop.caller.post(&path, &open).await.expect(201).json();
    shop.site.act("change", &json!({ "order": bought.number, "total": "3000.00" })).await;
    let second = shop.check_out(&bought).await;
    assert_ne!(first["id"], second["id"]);
    assert_eq!(second["amount"], 300_000);
    assert_eq!(shop.read(&text(&first, "/id")).await["status"], "cancelled");
    assert_eq!(shop.told(&bought).await.0, "pending", "that it is called off there is not the end here");
    // The customer pays by the page of before, which they had open still.
    let link = text(&opened, "/payments/0/reference");
    shop.server.sandbox.act(&link, Action::Pay).expect("it is open");
    shop.caller.press(&format!("/v1/orders/{}/check", text(&first, "/id"))).await.expect(200);
    shop.until(&bought, "on-hold").await;
    let (_, completed, notes) = shop.told(&bought).await;
    assert!(completed == 0 && notes.contains("does not fit: paid_late 2500.00 DZD"), "{notes}");
    // Paid, and then the total changes: a person looks at it.
    let other = shop.order("2500.00", "DZD").await;
    let order = shop.check_out(&other).await;
    shop.site.act("change", &json!({ "order": other.number, "total": "2600.00" })).await;
    shop.at_the_gateway(&order, Action::Pay).await;
    shop.until(&other, "on-hold").await;
    let (_, completed, notes) = shop.told(&other).await;
    assert!(
        completed == 0 && notes.contains("2500.00 DZD was paid") && notes.contains("2600.00 DZD"),
        "{notes}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn money_that_does_not_fit_is_shown_and_never_delivered_for() {
    let shop = Shop::open("woocommerce-odd").await.with_webhooks().await;
    // Less than was asked for.
    let less = shop.order("2500.00", "DZD").await;
    let order = shop.check_out(&less).await;
    shop.at_the_gateway(&order, Action::PayOther).await;
    shop.until(&less, "on-hold").await;
    let (_, completed, notes) = shop.told(&less).await;
    assert!(completed == 0 && notes.contains("amount_mismatch 2499.00 DZD"), "{notes}");
    assert!(shop.press(&less).await.is_ok_and(|page| page.contains("order-received")), "nobody pays twice");
    // The shop cancels, Guichet hears of it, and the money comes all the same.
    let late = shop.order("2500.00", "DZD").await;
    let order = shop.check_out(&late).await;
    let path = format!("/v1/orders/{}/payments", text(&order, "/id"));
    let opened = shop.caller.post(&path, &json!({ "gateway": "ocpay" })).await.expect(201).json();
    shop.site.act("change", &json!({ "order": late.number, "status": "cancelled" })).await;
    assert_eq!(shop.at_guichet(&late).await["status"], "cancelled");
    shop.server.sandbox.act(&text(&opened, "/payments/0/reference"), Action::Pay).expect("it is open");
    shop.caller.press(&format!("/v1/orders/{}/check", text(&order, "/id"))).await.expect(200);
    shop.until(&late, "on-hold").await;
    assert!(shop.told(&late).await.2.contains("paid_late"));
    // Guichet's owner takes it; what to do with an order that was cancelled is the shop's to say.
    let held = shop.at_guichet(&late).await;
    let honour = json!({ "payment": text(&held, "/held/0/payment"), "resolution": "honour" });
    let path = format!("/v1/orders/{}/resolve", text(&held, "/id"));
    shop.caller.post(&path, &honour).await.expect(200);
    shop.until(&late, "processing").await;
    // Cancelled in the shop while Guichet could not be told, and paid.
    let unheard = shop.order("2500.00", "DZD").await;
    let order = shop.check_out(&unheard).await;
    shop.lose_guichet().await;
    shop.site.act("change", &json!({ "order": unheard.number, "status": "cancelled" })).await;
    shop.find_guichet().await;
    shop.at_the_gateway(&order, Action::Pay).await;
    shop.until(&unheard, "on-hold").await;
    let (_, completed, notes) = shop.told(&unheard).await;
    assert!(completed == 0 && notes.contains("after this order had become"), "{notes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_while_nobody_answers() {
    let shop = Shop::open("woocommerce-away").await;
    shop.lose_guichet().await;
    let bought = shop.order("2500.00", "DZD").await;
    let refusal = shop.press(&bought).await.expect_err("nobody answers");
    assert!(refusal.contains("your order is kept") && refusal.contains("(no_answer)"), "{refusal}");
    shop.site.act("language", &json!({ "language": "fr_FR" })).await;
    let refusal = shop.press(&bought).await.expect_err("nobody answers");
    assert!(refusal.contains("votre commande est conservée"), "{refusal}");
    shop.site.act("language", &json!({ "language": "" })).await;
    assert_eq!(shop.told(&bought).await.0, "pending");
    shop.find_guichet().await;
    let order = shop.check_out(&bought).await;
    shop.at_the_gateway(&order, Action::Pay).await;
    // The customer comes back while the shop cannot ask, and the alarm catches up.
    shop.lose_guichet().await;
    assert!(shop.come_back(&bought).await.contains("order-received"));
    shop.ring().await;
    assert_eq!(shop.told(&bought).await.0, "pending");
    assert!(shop.site.log().contains("no_answer"));
    shop.find_guichet().await;
    shop.ring().await;
    assert_eq!(shop.told(&bought).await.0, "processing");
    // The answer to the making of an order was lost: the next try finds the order by its name.
    let lost = shop.order("2500.00", "DZD").await;
    shop.lose_guichet().await;
    shop.press(&lost).await.expect_err("nobody answers");
    shop.find_guichet().await;
    let there = shop.check_out(&lost).await;
    let reference = text(&there, "/reference");
    let listed = shop.caller.get(&format!("/v1/orders?reference={reference}")).await.expect(200).json();
    assert_eq!(listed["data"].as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_is_not_guichets_does_nothing() {
    let shop = Shop::open("woocommerce-forged").await;
    let bought = shop.order("2500.00", "DZD").await;
    let order = shop.check_out(&bought).await;
    let told = shop.tell(SECRET, "order.paid", &order).await.expect(503);
    assert!(told.text().contains("no webhook secret"), "{}", told.text());
    shop.save(&json!({ "webhook_secret": SECRET })).await;
    // Paid at Guichet, which has no endpoint and tells nothing: only the signature keeps a stranger from telling.
    let paid = shop.at_the_gateway(&order, Action::Pay).await;
    let forged = shop.tell("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "order.paid", &paid).await.expect(401);
    assert!(forged.text().contains("No signature"), "{}", forged.text());
    shop.lose_guichet().await;
    let told = shop.tell(SECRET, "order.paid", &paid).await.expect(503);
    assert!(told.text().contains("send it again") && told.header("retry-after") == "5", "{}", told.text());
    assert_eq!(shop.told(&bought).await.0, "pending");
    shop.find_guichet().await;
    shop.site.send("GET", "/?wc-api=guichet", &[], "").await.expect(405);
    // Another shop of the same merchant may have an order of that number, or one of a number that is none here.
    let mut elsewhere: Value = paid.clone();
    elsewhere["id"] = json!("ord_01kaqwm3v0e9r8t7y6v5w4x3z1");
    let told = shop.tell(SECRET, "order.paid", &elsewhere).await.expect(200);
    assert!(told.text().contains("no order that was made for this"), "{}", told.text());
    elsewhere["metadata"] = json!({});
    let told = shop.tell(SECRET, "order.paid", &elsewhere).await.expect(200);
    assert!(told.text().contains("no order of this shop"), "{}", told.text());
    assert_eq!(shop.told(&bought).await.0, "pending");
    // All that may reach a handler, as Guichet itself tries it.
    let hook = shop.hook();
    let arguments = ["webhook", "certify", &hook, "--secret", SECRET, "--allow-network", "127.0.0.0/8"];
    println!("{}", shop.server.command(&arguments));
    shop.tell(SECRET, "order.paid", &paid).await.expect(200);
    assert_eq!(shop.told(&bought).await.0, "processing");
}
