//! Customers change their minds while an order waits.

use guichet_sandbox::Action;
use serde_json::json;

use crate::front::shop::{Shops, order, refused};
use crate::support::call::text;

fn path(id: i64) -> String {
    format!("/orders-storage/marker/orders/orders/{id}")
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_may_change_before_a_link_is_open() {
    let shops = Shops::open("front-changes").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let id = amel.orders("cash", 14).await;
    let before = amel.order(id).await;
    let wanted = json!({
        "formIdentifier": "order", "paymentAccountIdentifier": "card",
        "formData": { "fr_FR": [{ "marker": "name", "type": "string", "value": "Amel" }, { "marker": "when", "type": "list", "value": "pm" }] },
        "products": [{ "productId": 15, "quantity": 2 }], "currency": "DZD", "totalSum": 1,
    });
    let changed = amel.put(&path(id), &wanted).await.expect(200).json();
    assert_eq!((&changed["id"], &changed["totalSum"]), (&json!(id), &json!(5000)));
    assert_eq!(changed["paymentAccountIdentifier"], "card");
    assert_eq!(changed["formData"][1], json!({ "marker": "when", "type": "list", "value": "pm" }));
    let read = amel.order(id).await;
    assert_eq!((&read["totalSum"], &read["createdDate"]), (&json!("5000.00"), &before["createdDate"]));
    let opened = amel.opens(id).await;
    assert_eq!(opened["amount"], 5000);
    assert_eq!(shops.server.sandbox.payments()[0].amount_minor, 500_000);
    shops.act(500_000, Action::Pay);
    shops.pass_s(31).await;
    amel.agreed(id, "completed").await;

    let shop = shops.server.shop().await;
    let listed = shop.get(&format!("/v1/orders?reference=orders-{id}")).await.expect(200).json();
    let native = &listed["data"][0];
    assert_eq!((&native["amount"], &native["items"][0]["quantity"]), (&json!(500_000), &json!(2)));
    assert_eq!(native["title"], format!("Commande {id}"));
    let story = shops.server.command(&[
        "order",
        "explain",
        &text(native, "/id"),
        "--database",
        &shops.server.database_url(),
    ]);
    assert!(story.contains("order.revised") && story.contains("from 340.00 DZD to 5000.00 DZD"), "{story}");
    assert!(story.contains("The journal is whole."), "{story}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_price_is_fixed_while_a_link_is_open() {
    let shops = Shops::open("front-fixed").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let id = amel.orders("card", 15).await;
    let opened = amel.opens(id).await;
    let before = amel.order(id).await;
    let message = refused(&amel.put(&path(id), &order("card", 15, 2)).await, 400);
    assert!(message.contains("opened for what it asks for now"), "{message}");
    refused(&amel.put(&path(id), &order("cash", 14, 1)).await, 400);
    assert_eq!(amel.order(id).await, before);
    // Another price would be another payment; another name is not.
    let mut renamed = order("card", 15, 1);
    renamed["formData"]["en_US"][0]["value"] = json!("Amel");
    amel.put(&path(id), &renamed).await.expect(200);
    assert_eq!(amel.order(id).await["formData"][0]["value"], "Amel");
    assert_eq!(amel.opens(id).await, opened);

    shops.act(250_000, Action::Decline);
    shops.pass_s(31).await;
    amel.put(&path(id), &order("cash", 14, 1)).await.expect(200);
    let cash = amel.opens(id).await;
    assert_eq!((&cash["paymentUrl"], &cash["amount"]), (&json!(null), &json!(340)));
    amel.put(&path(id), &order("cash", 14, 3)).await.expect(200);
    let (read, cash) = amel.agreed(id, "waiting").await;
    assert_eq!((&read["totalSum"], &cash["amount"]), (&json!("1020.00"), &json!(1020)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_out_stays_as_it_is() {
    let shops = Shops::open("front-partly").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let id = amel.orders("cash", 14).await;
    let before = amel.order(id).await;
    // The SDK sends no form data as a list of nothing.
    let nothing = json!({ "formData": { "en_US": [null] } });
    let changed = amel.put(&path(id), &nothing).await.expect(200).json();
    assert_eq!((&changed["totalSum"], &changed["formData"]), (&json!(340), &before["formData"]));
    assert_eq!(amel.order(id).await, before);
    amel.put(&path(id), &json!({ "products": [{ "productId": 14, "quantity": 5 }] })).await.expect(200);
    let read = amel.order(id).await;
    assert_eq!((&read["totalSum"], &read["formData"]), (&json!("1700.00"), &before["formData"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_changes_once_it_is_over() {
    let shops = Shops::open("front-over").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let paid = amel.orders("card", 15).await;
    amel.opens(paid).await;
    shops.act(250_000, Action::Pay);
    shops.pass_s(31).await;
    let expired = amel.orders("cash", 14).await;
    shops.pass_s(3601).await;
    for (id, rule) in [(paid, "already paid"), (expired, "expired")] {
        let before = amel.order(id).await;
        for body in [order("cash", 14, 2), json!({})] {
            let message = refused(&amel.put(&path(id), &body).await, 400);
            assert!(message.contains(rule), "{message}");
        }
        assert_eq!(amel.order(id).await, before);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_order_costs_what_the_catalogue_says_then() {
    let shops = Shops::open("front-prices").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let id = amel.orders("cash", 14).await;
    let live = shops.server.caller("alger", guichet_core::Environment::Live).await;
    let book = json!({ "id": 14, "title": "Book, second edition", "price": 50_000 });
    live.send("PUT", "/v1/products/14", &[], book.to_string().into_bytes()).await.expect(200);
    let read = amel.order(id).await;
    assert_eq!((&read["totalSum"], &read["products"][0]["title"]), (&json!("340.00"), &json!("Book")));
    amel.put(&path(id), &json!({ "paymentAccountIdentifier": "cash" })).await.expect(200);
    assert_eq!(amel.order(id).await, read, "nobody asked for other products");
    amel.put(&path(id), &order("cash", 14, 1)).await.expect(200);
    assert_eq!(amel.order(id).await["totalSum"], "500.00");
    live.send("DELETE", "/v1/products/14", &[], Vec::new()).await.expect(204);
    assert_eq!(amel.order(id).await["products"][0]["title"], "Book, second edition");
    refused(&amel.put(&path(id), &order("cash", 14, 2)).await, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_cancels_by_the_word_that_shops_send() {
    let shops = Shops::open("front-cancels").await;
    let amel = shops.alger.customer("amel@example.com").await;
    // As the vendor's own demo shop does it: the order as it was read, with another status.
    let cancelling = async |id: i64, word: &str| {
        let mut body = amel.order(id).await;
        let products = body["products"].as_array().expect("products").clone();
        let wanted =
            products.iter().map(|one| json!({ "productId": one["id"], "quantity": one["quantity"] }));
        body["products"] = wanted.collect();
        body["statusIdentifier"] = json!(word);
        amel.put(&path(id), &body).await
    };
    let waiting = amel.orders("card", 15).await;
    let before = amel.order(waiting).await;
    let present = text(&before, "/statusIdentifier");
    cancelling(waiting, &present).await.expect(200);
    assert_eq!(amel.order(waiting).await, before, "the present word changes nothing");
    for (word, rule) in
        [("done", "given by Guichet"), ("paid", "must be one of"), ("expired", "given by Guichet")]
    {
        let message = refused(&cancelling(waiting, word).await, 400);
        assert!(message.contains(rule), "{word}: {message}");
        assert_eq!(amel.order(waiting).await, before);
    }

    // A link that nobody has opened yet: the order is called off, and what is paid all the same is held.
    amel.opens(waiting).await;
    let cancelled = cancelling(waiting, "canceled").await.expect(200).json();
    assert_eq!(cancelled["statusIdentifier"], "cancelled");
    let (read, session) = amel.agreed(waiting, "canceled").await;
    assert_eq!((&read["paymentUrl"], &session["paymentUrl"]), (&json!(null), &json!(null)));
    cancelling(waiting, "cancelled").await.expect(200);

    // One that was paid a moment ago is not, though nobody had asked the gateway yet.
    let second = amel.orders("card", 15).await;
    amel.put(&path(second), &order("card", 15, 2)).await.expect(200);
    amel.opens(second).await;
    shops.act(500_000, Action::Pay);
    let message = refused(&cancelling(second, "canceled").await, 400);
    assert!(message.contains("already paid"), "{message}");
    amel.agreed(second, "completed").await;
    refused(&cancelling(second, "canceled").await, 400);

    // Cash is under way nowhere.
    let cash = amel.orders("cash", 14).await;
    amel.opens(cash).await;
    cancelling(cash, "canceled").await.expect(200);
    amel.agreed(cash, "canceled").await;

    let mut new = order("cash", 14, 1);
    for (word, rule) in [("canceled", "leave statusIdentifier out"), ("done", "given by Guichet")] {
        new["statusIdentifier"] = json!(word);
        let message = refused(&amel.post("/orders-storage/marker/orders/orders", &new).await, 400);
        assert!(message.contains(rule), "{word}: {message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_taken_as_customers_dial_them() {
    let shops = Shops::open("front-numbers").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let with = |typed: &str| {
        let mut body = order("cash", 14, 1);
        let phone = json!({ "marker": "phone", "type": "string", "value": typed });
        body["formData"]["en_US"].as_array_mut().expect("a list").push(phone);
        body
    };
    for (typed, expected) in [
        ("0551 23 45 67", "+213551234567"),
        ("00213 551-23-45-67", "+213551234567"),
        ("٠٥٥١٢٣٤٥٦٧", "+213551234567"),
        ("+225 07 01 02 03 04", "+2250701020304"),
    ] {
        let made = amel.post("/orders-storage/marker/orders/orders", &with(typed)).await.expect(201).json();
        assert_eq!(made["formData"][1]["value"], typed, "what is filled in is kept as it came");
        let shop = shops.server.shop().await;
        let listed =
            shop.get(&format!("/v1/orders?reference=orders-{}", made["id"])).await.expect(200).json();
        assert_eq!(listed["data"][0]["payer"]["phone"], expected, "{typed}");
    }
    for (typed, rule) in
        [("0551 23 45", "a phone number in Algeria is +213"), ("+22507000001", "Ivory Coast")]
    {
        let message = refused(&amel.post("/orders-storage/marker/orders/orders", &with(typed)).await, 400);
        assert!(message.to_lowercase().contains(&rule.to_lowercase()), "{message}");
    }
    let contact = |phone: &str| json!({ "notificationData": { "phoneSMS": phone } });
    amel.put("/users/me", &contact("0665 98 34 39")).await.expect(200);
    refused(&amel.put("/users/me", &contact("+22507000001")).await, 400);
}
