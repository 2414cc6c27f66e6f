//! What no front may ask for: each is refused in OneEntry's shape, and nothing is written.

use serde_json::{Value, json};

use crate::front::shop::{Front, Shops, order, refused, session};

const ORDERS: &str = "/orders-storage/marker/orders/orders";

/// The usual order with some fields changed; a name with a minus before it is left out.
fn changed(change: &Value) -> Value {
    let mut body = order("cash", 14, 1);
    let fields = body.as_object_mut().expect("an object");
    for (name, value) in change.as_object().expect("an object") {
        match name.strip_prefix('-') {
            Some(name) => fields.remove(name),
            None => fields.insert(name.clone(), value.clone()),
        };
    }
    body
}

fn field(marker: &str, value: Value) -> Value {
    json!({ "formData": { "en_US": [{ "marker": "name", "value": "Amel" }, { "marker": marker, "value": value }] } })
}

fn line(id: Value, quantity: Value) -> Value {
    json!({ "products": [{ "productId": id, "quantity": quantity }] })
}

/// What is wrong with an order, and what the message says of it.
fn wrong_orders() -> Vec<(Value, &'static str)> {
    let account = "Payment account identifier is wrong or payment accounts are not defined";
    let card = |product: i64| json!({ "paymentAccountIdentifier": "card", "products": [{ "productId": product, "quantity": 1 }] });
    vec![
        (json!({ "-formIdentifier": 0 }), "formIdentifier is missing"),
        (json!({ "formIdentifier": "reg" }), "'order'"),
        (json!({ "formIdentifier": 7 }), "body cannot be used"),
        (json!({ "-paymentAccountIdentifier": 0 }), "paymentAccountIdentifier is missing"),
        (json!({ "paymentAccountIdentifier": "wallet" }), account),
        (json!({ "paymentAccountIdentifier": "" }), account),
        (json!({ "paymentAccountIdentifier": "old" }), account),
        (json!({ "paymentAccountIdentifier": "elsewhere" }), account),
        (json!({ "paymentAccountIdentifier": "wire" }), account),
        (json!({ "paymentAccountIdentifier": ["cash"] }), "body cannot be used"),
        (json!({ "-products": 0 }), "products is missing"),
        (json!({ "products": null }), "products is missing"),
        (json!({ "products": [] }), "1 to 100"),
        (json!({ "products": "14" }), "1 to 100"),
        (json!({ "products": vec![json!({ "productId": 14, "quantity": 1 }); 101] }), "1 to 100"),
        (line(json!(99), json!(1)), "Product 99 is not sold here"),
        (line(json!(20), json!(1)), "Product 20 is not sold here"),
        (line(json!("14"), json!(1)), "products[0].productId"),
        (line(json!(14), json!(0)), "products[0].quantity"),
        (line(json!(14), json!(-1)), "products[0].quantity"),
        (line(json!(14), json!(2.5)), "products[0].quantity"),
        (line(json!(14), json!(1.5)), "products[0].quantity"),
        (line(json!(14), json!("1")), "products[0].quantity"),
        (line(json!(14), json!(1_000_001)), "products[0].quantity"),
        (line(json!(14), json!(i64::MAX)), "products[0].quantity"),
        (line(json!(18), json!(2)), "add up to more"),
        (line(json!(18), json!(1_000_000)), "add up to more"),
        (line(json!(19), json!(3)), "nothing to pay"),
        (card(16), "amount"),
        (card(17), "whole"),
        (json!({ "currency": "EUR" }), "DZD"),
        (json!({ "currency": 5 }), "DZD"),
        (json!({ "couponCode": "HALF" }), "couponCode cannot be used"),
        (json!({ "bonusAmount": 10 }), "bonusAmount cannot be used"),
        (json!({ "additionalDiscountsMarkers": ["vip"] }), "additionalDiscountsMarkers cannot be used"),
        (json!({ "formData": null }), "'name' is required"),
        (json!({ "formData": { "en_US": [null] } }), "'name' is required"),
        (json!({ "formData": "Amel" }), "formData is a list"),
        (json!({ "formData": { "en_US": [{ "marker": "name", "value": "n".repeat(41) }] } }), "0 to 40"),
        (json!({ "formData": { "en_US": [{ "marker": "name", "value": 5 }] } }), "must be a text"),
        (
            json!({ "formData": { "en_US": [{ "marker": "name", "type": "list", "value": "A" }] } }),
            "type must be",
        ),
        (field("age", json!(3)), "'age' is not in the form"),
        (field("password_reg", json!("123456")), "not in the form"),
        (field("mail", json!("nobody")), "'mail'"),
        (field("phone", json!("0665 98 34 3")), "'phone'"),
        (field("phone", json!("+22507000001")), "Ivory Coast"),
        (json!({ "statusIdentifier": "shipped" }), "statusIdentifier must be one of"),
        (json!({ "statusIdentifier": 5 }), "statusIdentifier is a text"),
        (field("floor", json!("third")), "'floor' is not a valid integer"),
        (field("when", json!("noon")), "one of [am, pm]"),
        (field("name", json!("Again")), "filled in twice"),
    ]
}

/// Sends it; it is refused so, and nothing is written.
async fn check(
    shops: &Shops,
    what: &str,
    answer: impl Future<Output = crate::support::call::Answer>,
    status: u16,
) -> String {
    let before = shops.server.census();
    let answer = answer.await;
    assert_eq!(answer.status, status, "{what}: {}", answer.text());
    let message = refused(&answer, status);
    assert_eq!(shops.server.census(), before, "{what}: something was written");
    message
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_that_cannot_be() {
    let shops = Shops::open("front-bad-orders").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let known = amel.orders("cash", 14).await;
    let first = amel.order(known).await;
    for (change, rule) in wrong_orders() {
        let what = change.to_string();
        let body = changed(&change);
        let message = check(&shops, &what, amel.post(ORDERS, &body), 400).await;
        assert!(message.contains(rule), "{what}: {message}");
        // What an order cannot be made of, it cannot be changed to; what is left out stays there.
        if message.contains("is missing") || message.contains("'name' is required") {
            continue;
        }
        let message = check(&shops, &what, amel.put(&format!("{ORDERS}/{known}"), &body), 400).await;
        assert!(message.contains(rule), "{what}: {message}");
    }
    assert_eq!(amel.order(known).await, first);
    for body in ["", "{", "[]", "5", "null", "\"order\"", "{\"products\":", "\u{0}"] {
        check(&shops, body, amel.send("POST", ORDERS, body.as_bytes().to_vec()), 400).await;
    }
    check(&shops, "not UTF-8", amel.send("POST", ORDERS, vec![0xff; 9]), 400).await;
    check(&shops, "too long", amel.send("POST", ORDERS, vec![b' '; 70_000]), 413).await;
    let long = changed(
        &json!({ "formData": { "en_US": [{ "marker": "name", "value": "Amel" }] }, "note": "x".repeat(60_000) }),
    );
    amel.post(ORDERS, &long).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn things_that_are_not_there() {
    let shops = Shops::open("front-missing").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let id = amel.orders("cash", 14).await;
    amel.opens(id).await;
    for path in [
        "/orders-storage/marker/none".to_owned(),
        "/orders-storage/marker/none/orders".to_owned(),
        "/orders-storage/marker/none/order-statuses".to_owned(),
        format!("/orders-storage/marker/none/orders/{id}"),
        format!("/orders-storage/marker/pickup/orders/{id}"),
        format!("/orders-storage/marker/orders/orders/{}", id + 1),
        "/orders-storage/marker/orders/orders/0".to_owned(),
        "/orders-storage/marker/orders/orders/-1".to_owned(),
        "/orders-storage/marker/orders/orders/abc".to_owned(),
        "/orders-storage/marker/orders/orders/99999999999999999999".to_owned(),
        format!("/payments/sessions/{id}"),
        format!("/payments/sessions/{}", id * 32 + 2),
        format!("/payments/sessions/{}", id * 32 + 31),
        format!("/payments/sessions/{}", i64::MIN),
        "/payments/sessions/abc".to_owned(),
        format!("/payments/sessions/order/{}", id + 1),
        "/payments/sessions/order/abc".to_owned(),
        "/payments/accounts/4".to_owned(),
        "/payments/accounts/99".to_owned(),
        "/payments/accounts/card".to_owned(),
        format!("/orders/{}/refund", id + 1),
        "/products/99".to_owned(),
        "/products/20".to_owned(),
        "/products/abc".to_owned(),
        "/forms/marker/none".to_owned(),
        "/nothing".to_owned(),
        "/orders-storage/nothing/at/all".to_owned(),
    ] {
        check(&shops, &path, amel.get(&path), 404).await;
    }
    for (method, path) in [("PATCH", "/payments/sessions"), ("DELETE", "/products/14"), ("POST", "/forms")] {
        let message = check(&shops, path, amel.call(method, path, None), 404).await;
        assert_eq!(message, format!("Cannot {method} /api/content{path}"));
    }
    check(
        &shops,
        "no such storage",
        amel.post("/orders-storage/marker/none/orders", &order("cash", 14, 1)),
        404,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_and_sessions_that_cannot_be() {
    let shops = Shops::open("front-bad-queries").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let id = amel.orders("cash", 14).await;
    for list in [
        ORDERS,
        "/orders-storage",
        "/orders-storage/marker/orders/order-statuses",
        "/payments/sessions",
        "/payments/sessions/",
        "/forms",
    ] {
        for query in ["offset=-1", "offset=x", "limit=0", "limit=1.5", "limit=", "limit=99999999999999999999"]
        {
            let path = format!("{list}?{query}");
            check(&shops, &path, amel.get(&path), 400).await;
        }
        amel.get(&format!("{list}?offset=1000000&limit=1000000&langCode=xx")).await.expect(200);
    }
    for ids in ["", "?ids=", "?ids=a", "?ids=1,,2", "?ids=1.5"] {
        check(&shops, ids, amel.get(&format!("/products/ids{ids}")), 400).await;
    }
    let many: Vec<String> = (0..101).map(|id| id.to_string()).collect();
    check(&shops, "101 ids", amel.get(&format!("/products/ids?ids={}", many.join(","))), 400).await;
    for (body, status) in [
        (json!({ "orderId": id, "type": "intent" }), 501),
        (json!({ "orderId": id, "type": "session", "automaticTaxEnabled": true }), 501),
        (json!({ "orderId": id, "type": "session", "successUrl": "https://shop.example/thanks" }), 501),
        (json!({ "orderId": id, "type": "gift" }), 400),
        (json!({ "orderId": id }), 400),
        (json!({ "type": "session" }), 400),
        (json!({ "orderId": "one", "type": "session" }), 400),
        (json!({ "orderId": 1.5, "type": "session" }), 400),
        (session(id + 1), 404),
        (session(-1), 404),
        (session(i64::MAX), 404),
    ] {
        check(&shops, &body.to_string(), amel.post("/payments/sessions", &body), status).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_fills_the_shop_up() {
    let shops = Shops::open("front-bounds").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let first = amel.orders("cash", 14).await;
    for quantity in 2..=100 {
        amel.put(&format!("{ORDERS}/{first}"), &order("cash", 14, quantity)).await.expect(200);
    }
    let once_more = async || amel.put(&format!("{ORDERS}/{first}"), &order("cash", 14, 1)).await;
    assert!(check(&shops, "changed", once_more(), 400).await.contains("too often"));
    for _ in 1..50 {
        amel.orders("cash", 14).await;
    }
    let another = async || amel.post(ORDERS, &order("cash", 14, 1)).await;
    assert!(check(&shops, "ordered", another(), 429).await.contains("wait to be paid"));
    let badis = shops.alger.customer("badis@example.com").await;
    badis.orders("cash", 14).await;
    shops.pass_s(3_601).await;
    another().await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn totals_come_from_the_catalogue() {
    let shops = Shops::open("front-totals").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let mut body = order("cash", 14, 2);
    body["totalSum"] = json!(1);
    body["totalDue"] = json!(0);
    body["currency"] = json!("dzd");
    body["products"][0]["price"] = json!(1);
    body["products"]
        .as_array_mut()
        .expect("a list")
        .push(json!({ "productId": 16, "quantity": 3, "price": -5 }));
    let made = amel.post(ORDERS, &body).await.expect(201).json();
    assert_eq!((&made["totalSum"], &made["currency"]), (&json!(681.5), &json!("DZD")));
    let id = made["id"].as_i64().expect("a number");
    let read = amel.order(id).await;
    assert_eq!(read["totalSum"], "681.50");
    assert_eq!((&read["products"][0]["price"], &read["products"][1]["price"]), (&json!(340), &json!(0.5)));

    let preview = json!({ "products": body["products"], "totalSum": 5 });
    let preview =
        shops.alger.post("/orders-storage/orders/preview?langCode=en_US", &preview).await.expect(200).json();
    let expected = json!({
        "totalSum": 681.5, "totalSumWithDiscount": 681.5, "totalDue": 681.5, "bonusApplied": 0, "currency": "DZD",
        "orderPreview": [
            { "id": 14, "price": 340, "quantity": 2, "discountPrice": null, "isGift": false },
            { "id": 16, "price": 0.5, "quantity": 3, "discountPrice": null, "isGift": false },
        ],
        "discountConfig": {
            "bonus": null, "coupon": null, "orderDiscounts": [], "productDiscounts": [],
            "settings": { "allowGiftStacking": false, "allowStacking": false, "maxDiscountValue": null },
        },
    });
    assert_eq!(preview, expected);
    for wrong in
        [json!({}), json!({ "products": [] }), json!({ "products": body["products"], "couponCode": "X" })]
    {
        let path = "/orders-storage/orders/preview";
        check(&shops, &wrong.to_string(), shops.alger.post(path, &wrong), 400).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_offered_says_so() {
    let shops = Shops::open("front-not-offered").await;
    let anybody = Front { token: String::new(), ..shops.alger.clone() };
    for (method, path) in [
        ("GET", "/admins"),
        ("POST", "/admins/all"),
        ("GET", "/attributes-sets/a/attributes"),
        ("GET", "/blocks?langCode=en_US"),
        ("GET", "/blocks/marker/b"),
        ("GET", "/discounts"),
        ("GET", "/discounts/bonus-balance"),
        ("POST", "/events/subscribe/marker/e"),
        ("POST", "/files/"),
        ("POST", "/form-data"),
        ("POST", "/form-data/marker/m"),
        ("GET", "/general-types"),
        ("GET", "/integration-collections/marker/m/rows"),
        ("GET", "/menus/marker/m"),
        ("GET", "/pages/root"),
        ("GET", "/payments/connected"),
        ("POST", "/payments/webhook/stripe"),
        ("GET", "/product-statuses"),
        ("POST", "/products/empty-page"),
        ("POST", "/products/page/1"),
        ("POST", "/products/page/url/books"),
        ("POST", "/products/page/url/books/counts"),
        ("GET", "/products/page/books/prices"),
        ("GET", "/products/14/blocks"),
        ("GET", "/products/14/related"),
        ("GET", "/sitemap"),
        ("GET", "/system/test404"),
        ("GET", "/template-previews/1"),
        ("GET", "/templates/all"),
        ("GET", "/ws/?EIO=4"),
    ] {
        let answer = anybody.call(method, path, None).await;
        let message = refused(&answer, 501);
        assert!(message.starts_with("Not offered here: "), "{path}: {message}");
    }
    // What a front asks of an endpoint that is there, and would not get.
    for (method, path) in [
        ("POST", "/products/all?signPrice=orders"),
        ("POST", "/products/all?templateMarker=card"),
        ("GET", "/products/14?signPrice=orders"),
        ("GET", "/products/ids?ids=14&signPrice=orders"),
    ] {
        refused(&shops.alger.call(method, path, None).await, 501);
    }
    let some = shops.alger.call("POST", "/products/all?ids=14,16,20", None).await.expect(200).json();
    assert_eq!((&some["total"], &some["items"][1]["id"]), (&json!(2), &json!(16)));
    let amel = shops.alger.customer("amel@example.com").await;
    let change = json!({ "status": "completed" });
    let message = refused(&amel.put("/payments/sessions/33", &change).await, 501);
    assert!(message.contains("changing a session"), "{message}");
    assert_eq!(
        amel.get("/products/14").await.header("access-control-expose-headers"),
        "retry-after, request-id"
    );
}
