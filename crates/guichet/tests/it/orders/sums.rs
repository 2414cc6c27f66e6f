//! What an order asks for: lines, discounts and taxes that make the amount, and an order of nothing.

use serde_json::{Value, json};

use crate::support::call::text;
use crate::support::card_shop::{CardShop, webhooks};

/// The usual order with these members.
fn order(reference: &str, members: &Value) -> Value {
    let mut order = json!({ "reference": reference, "currency": "DZD" });
    order.as_object_mut().expect("an object").extend(members.as_object().expect("an object").clone());
    order
}

fn item(name: &str, quantity: i64, unit_amount: i64) -> Value {
    json!({ "name": name, "quantity": quantity, "unit_amount": unit_amount })
}

#[tokio::test(flavor = "multi_thread")]
async fn discounts_and_taxes_make_the_amount() {
    let shop = CardShop::open("sums").await;
    let books = || item("Book", 2, 150_000);
    // The request, and what it asks for: the amount, the discount, the tax and the tax within.
    for (number, (members, expected)) in [
        (json!({ "items": [books()] }), (300_000, 0, 0, 0)),
        (json!({ "items": [books()], "discount": 50_000 }), (250_000, 50_000, 0, 0)),
        (json!({ "items": [books()], "discount": 50_000, "amount": 250_000 }), (250_000, 50_000, 0, 0)),
        (json!({ "items": [books(), item("Coupon SUMMER", 1, -50_000)] }), (250_000, 0, 0, 0)),
        (json!({ "items": [books()], "tax": 57_000 }), (357_000, 0, 57_000, 0)),
        (json!({ "items": [books()], "included_tax": 47_899 }), (300_000, 0, 0, 47_899)),
        (
            json!({ "items": [books(), item("Gift", 1, 0)], "discount": 50_000, "tax": 47_500, "included_tax": 100, "amount": 297_500 }),
            (297_500, 50_000, 47_500, 100),
        ),
        (json!({ "amount": 250_000, "discount": 50_000, "tax": 47_500 }), (250_000, 50_000, 47_500, 0)),
    ]
    .into_iter()
    .enumerate()
    {
        let reference = format!("sum-{number}");
        let made = shop.caller.post("/v1/orders", &order(&reference, &members)).await.expect(201).json();
        let (amount, discount, tax, included_tax) = expected;
        let parts = [("amount", amount), ("discount", discount), ("tax", tax), ("included_tax", included_tax)];
        for (part, minor) in parts {
            assert_eq!(made[part], minor, "{members}: {part}");
        }
        assert_eq!(made["items"].as_array().map(Vec::len), members["items"].as_array().map(Vec::len).or(Some(0)));
        // The same again is the same order; the parts are its content.
        shop.caller.post("/v1/orders", &order(&reference, &members)).await.expect(200);
        let mut other = order(&reference, &members);
        other["discount"] = json!(discount + 100);
        other["amount"] = json!(if members["items"].is_array() { amount - 100 } else { amount });
        let refused = shop.caller.post("/v1/orders", &other).await.expect(409).json();
        assert_eq!(refused["code"], "reference_taken", "{members}");
    }
    shop.pass_s(0).await;
    let letters = shop.inbox.letters();
    let told = letters
        .iter()
        .map(|letter| letter.json())
        .find(|told| told["data"]["reference"] == "sum-6")
        .expect("a webhook");
    assert_eq!((&told["data"]["discount"], &told["data"]["tax"]), (&json!(50_000), &json!(47_500)));
    assert_eq!(told["data"]["items"][1]["unit_amount"], 0);
}

/// The customer sees what was taken off and what came on top, beside the lines.
#[tokio::test(flavor = "multi_thread")]
async fn the_checkout_page_shows_them() {
    let shop = CardShop::open("sums-page").await;
    let members = json!({
        "items": [item("Book", 2, 150_000), item("Coupon", 1, -20_000)],
        "discount": 30_000, "tax": 47_500, "included_tax": 1_900,
    });
    let made = shop.caller.post("/v1/orders", &order("page", &members)).await.expect(201).json();
    for (language, words) in [
        ("fr", ["Remise", "Taxes", "dont taxes"]),
        ("en", ["Discount", "Tax", "of which tax"]),
        ("ar", ["تخفيض", "ضريبة", "منها ضريبة"]),
    ] {
        let url = format!("{}?lang={language}", text(&made, "/checkout_url"));
        let page = shop.caller.without_key().get(&url).await.expect(200).text();
        for word in words.into_iter().chain(["Coupon", "475", "300", "200"]) {
            assert!(page.contains(word), "{language}: no {word}: {page}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_add_up_says_by_how_much() {
    let shop = CardShop::open("sums-wrong").await;
    let books = || item("Book", 2, 150_000);
    for (members, code, field, said) in [
        (
            json!({ "items": [books()], "amount": 300_001 }),
            "items_do_not_add_up",
            "amount",
            "which is 1 more",
        ),
        (
            json!({ "items": [books()], "discount": 50_000, "amount": 300_000 }),
            "items_do_not_add_up",
            "amount",
            "The items add up to 300000, less the discount of 50000 250000, but amount says 300000, which is 50000 more",
        ),
        (
            json!({ "items": [books()], "discount": 50_000, "tax": 47_500, "amount": 250_000 }),
            "items_do_not_add_up",
            "amount",
            "which is 47500 less",
        ),
        (json!({ "items": [books()], "discount": 300_001 }), "amount_out_of_range", "amount", "add up to -1"),
        (json!({ "items": [item("Coupon", 1, -1)] }), "amount_out_of_range", "amount", "add up to -1"),
        (json!({ "amount": 100, "tax": 101 }), "items_do_not_add_up", "tax", "more than the amount"),
        (
            json!({ "amount": 100, "included_tax": 101 }),
            "amount_out_of_range",
            "included_tax",
            "a part of the amount",
        ),
        (json!({ "amount": 100, "discount": -1 }), "amount_out_of_range", "discount", "-1 was sent"),
        (json!({ "amount": 100, "tax": -1 }), "amount_out_of_range", "tax", "-1 was sent"),
        (
            json!({ "amount": 100, "included_tax": i64::MAX }),
            "amount_out_of_range",
            "included_tax",
            "must be 0 to",
        ),
        (json!({ "amount": 0 }), "amount_out_of_range", "amount", "must say why there is nothing to pay"),
        (
            json!({ "items": [item("Gift", 1, 0)] }),
            "amount_out_of_range",
            "amount",
            "must say why there is nothing to pay",
        ),
    ] {
        let before = shop.server.census();
        let refused = shop.caller.post("/v1/orders", &order("wrong", &members)).await.expect(422).json();
        assert_eq!(
            (&refused["code"], &refused["field"]),
            (&json!(code), &json!(field)),
            "{members}: {refused}"
        );
        assert!(text(&refused, "/detail").contains(said), "{members}: {refused}");
        assert_eq!(shop.server.census(), before, "{members}");
    }
}

/// A coupon for the whole price: paid at once, once, and through no gateway.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_nothing_is_paid_at_once() {
    let shop = CardShop::open("nothing").await;
    let free = |reference: &str, more: Value| {
        let mut order = order(reference, &json!({ "items": [item("Book", 1, 150_000)] }));
        order.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        order
    };
    for (reference, body) in [
        ("discount", free("discount", json!({ "discount": 150_000 }))),
        ("said", free("said", json!({ "discount": 150_000, "amount": 0 }))),
        ("line", order("line", &json!({ "items": [item("Book", 1, 150_000), item("Coupon", 1, -150_000)] }))),
        ("amount", order("amount", &json!({ "amount": 0, "discount": 150_000 }))),
        ("gift", order("gift", &json!({ "items": [item("Gift", 1, 0)], "amount": 0 }))),
        // A shop's code names the gateway every time; there is nothing to open there.
        ("card", free("card", json!({ "discount": 150_000, "account": "card" }))),
        ("auto", free("auto", json!({ "discount": 150_000, "gateway": "auto" }))),
    ] {
        let made = shop.caller.post("/v1/orders", &body).await.expect(201).json();
        let id = text(&made, "/id");
        assert_eq!((&made["status"], &made["amount"]), (&json!("paid"), &json!(0)), "{made}");
        assert_eq!((&made["payments"], &made["payment_url"]), (&json!([]), &Value::Null), "{reference}");
        assert_eq!(made["paid_at"], made["created_at"], "{reference}");
        let again = shop.caller.post("/v1/orders", &body).await.expect(200).json();
        assert_eq!((&again["id"], &again["version"]), (&made["id"], &made["version"]), "{reference}");
        let payment = json!({ "account": "card" });
        let refused =
            shop.caller.post(&format!("/v1/orders/{id}/payments"), &payment).await.expect(409).json();
        assert_eq!(refused["code"], "order_already_paid", "{reference}");
        assert_eq!(shop.check(&id).await["status"], "paid");
        let page = shop.caller.without_key().get(&text(&made, "/checkout_url")).await.expect(303);
        assert!(page.header("location").contains("/status/"), "{reference}");
        let status = format!("{}?lang=en", text(&made, "/status_url"));
        let page = shop.caller.without_key().get(&status).await.expect(200).text();
        assert!(page.contains(reference) && page.contains("Paid"), "{reference}: a receipt all the same");
        shop.pass_s(3 * 24 * 3600).await;
        assert_eq!(webhooks(&shop.inbox.letters(), "order.paid")[&id].len(), 1, "{reference}");
        assert_eq!(webhooks(&shop.inbox.letters(), "order.created")[&id].len(), 1, "{reference}");
        let done = shop.caller.press(&format!("/v1/orders/{id}/fulfil")).await.expect(200).json();
        assert_eq!(done["status"], "fulfilled", "{reference}");
        let story = shop.server.command(&["order", "explain", &id]);
        assert!(story.contains("There was nothing to pay."), "{story}");
    }
    assert!(shop.server.sandbox.payments().is_empty(), "no gateway heard of them");
    let unknown = free("unknown", json!({ "discount": 150_000, "account": "nobody" }));
    assert_eq!(
        shop.caller.post("/v1/orders", &unknown).await.expect(422).json()["code"],
        "gateway_not_configured"
    );
}

/// The coupon came the next day: the order is taken up again for nothing, and so is paid.
#[tokio::test(flavor = "multi_thread")]
async fn a_closed_order_may_come_to_ask_for_nothing() {
    let shop = CardShop::open("nothing-later").await;
    let first = order("later", &json!({ "items": [item("Book", 1, 150_000)] }));
    let made = shop.caller.post("/v1/orders", &first).await.expect(201).json();
    shop.pass_s(7200).await;
    let mut free = first.clone();
    free["discount"] = json!(150_000);
    let now = shop.caller.post("/v1/orders", &free).await.expect(200).json();
    assert_eq!((&now["id"], &now["status"]), (&made["id"], &json!("paid")), "{now}");
    shop.pass_s(0).await;
    let id = text(&made, "/id");
    for kind in ["order.reopened", "order.paid"] {
        assert_eq!(webhooks(&shop.inbox.letters(), kind)[&id].len(), 1, "{kind}");
    }
}
