//! Customers ask for their money back; the merchant decides.

use guichet_core::Environment;
use guichet_sandbox::Action;
use serde_json::{Value, json};

use crate::front::shop::{Front, Shops, order, refused};

/// An order of three atlases and a book that is paid; its number.
async fn bought(shops: &Shops, amel: &Front) -> i64 {
    let mut body = order("card", 15, 3);
    body["products"].as_array_mut().expect("a list").push(json!({ "productId": 14, "quantity": 1 }));
    let made = amel.post("/orders-storage/marker/orders/orders", &body).await.expect(201).json();
    let id = made["id"].as_i64().expect("a number");
    amel.opens(id).await;
    shops.act(784_000, Action::Pay);
    shops.pass_s(31).await;
    amel.agreed(id, "completed").await;
    id
}

fn of(products: Value) -> Value {
    json!({ "products": products, "note": "It came wet.\nSorry." })
}

async fn ask(amel: &Front, id: i64, products: Value) -> crate::support::call::Answer {
    amel.post(&format!("/orders/{id}/refund"), &of(products)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_for_taken_back_granted() {
    let shops = Shops::open("front-refunds").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let id = bought(&shops, &amel).await;
    let path = format!("/orders/{id}/refund");
    assert_eq!(amel.get(&path).await.expect(200).json(), json!([]));
    refused(&amel.call("DELETE", &path, None).await, 404);

    assert_eq!(ask(&amel, id, json!({ "15": { "quantity": 2 } })).await.expect(201).json(), json!(true));
    let listed = amel.get(&path).await.expect(200).json();
    let expected = json!([{
        "id": 1, "createdDate": listed[0]["createdDate"], "status": "requested", "amount": 5000,
        "note": "It came wet.\nSorry.", "products": { "15": { "quantity": 2 } }, "orderId": id,
        "orderStorageId": 1, "userId": 1, "orderStorage": { "id": 1, "identifier": "orders" },
        "user": { "id": 1, "identifier": "amel@example.com" },
    }]);
    assert_eq!(listed, expected);
    let message = refused(&ask(&amel, id, json!({ "14": { "quantity": 1 } })).await, 400);
    assert!(message.contains("open already"), "{message}");
    assert_eq!(amel.call("DELETE", &path, None).await.expect(200).json(), json!(true));
    refused(&amel.call("DELETE", &path, None).await, 404);

    // What was taken back can be asked for again; what was granted cannot.
    ask(&amel, id, json!({ "15": { "quantity": 2 }, "14": { "quantity": 1 } })).await.expect(201);
    let shop = shops.server.shop().await;
    let close = |outcome: &'static str| {
        let shop = shop.clone();
        async move { shop.post("/v1/refund_requests/2/close", &json!({ "outcome": outcome })).await }
    };
    let granted = close("granted").await.expect(200).json();
    assert_eq!((&granted["status"], &granted["amount"]["amount"]), (&json!("granted"), &json!(534_000)));
    assert_eq!(close("granted").await.expect(200).json(), granted);
    assert_eq!(close("declined").await.expect(409).json()["code"], "refund_request_closed");
    let message = refused(&ask(&amel, id, json!({ "15": { "quantity": 2 } })).await, 400);
    assert!(message.contains("1 can be given back"), "{message}");
    refused(&ask(&amel, id, json!({ "14": { "quantity": 1 } })).await, 400);
    ask(&amel, id, json!({ "15": { "quantity": 1 } })).await.expect(201);
    shop.post("/v1/refund_requests/3/close", &json!({ "outcome": "declined" })).await.expect(200);
    ask(&amel, id, json!({ "15": { "quantity": 1 } })).await.expect(201);
    let statuses = amel.get(&path).await.expect(200).json();
    let statuses: Vec<_> =
        statuses.as_array().expect("a list").iter().map(|one| one["status"].clone()).collect();
    assert_eq!(statuses, ["cancelled", "granted", "declined", "requested"]);
    assert_eq!(amel.order(id).await["isCompleted"], true, "no money moves from here");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_asked_for() {
    let shops = Shops::open("front-refunds-bad").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let unpaid = amel.orders("cash", 14).await;
    refused(&ask(&amel, unpaid, json!({ "14": { "quantity": 1 } })).await, 400);
    let id = bought(&shops, &amel).await;
    let before = shops.server.census();
    for products in [
        json!({}),
        json!([]),
        json!(null),
        json!({ "16": { "quantity": 1 } }),
        json!({ "15": { "quantity": 4 } }),
        json!({ "15": { "quantity": 0 } }),
        json!({ "15": { "quantity": -1 } }),
        json!({ "15": { "quantity": 1.5 } }),
        json!({ "15": { "quantity": "1" } }),
        json!({ "15": { "quantity": i64::MAX } }),
        json!({ "15": 1 }),
        json!({ "015": { "quantity": 1 } }),
        json!({ "atlas": { "quantity": 1 } }),
    ] {
        refused(&ask(&amel, id, products).await, 400);
    }
    for note in [json!("n".repeat(1001)), json!("a\u{0}b"), json!(5)] {
        let body = json!({ "products": { "15": { "quantity": 1 } }, "note": note });
        refused(&amel.post(&format!("/orders/{id}/refund"), &body).await, 400);
    }
    assert_eq!(shops.server.census(), before);
    let bare = json!({ "products": { "15": { "quantity": 1 } } });
    amel.post(&format!("/orders/{id}/refund"), &bare).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_asks_for_ever() {
    let shops = Shops::open("front-refunds-bound").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let id = bought(&shops, &amel).await;
    for _ in 0..20 {
        ask(&amel, id, json!({ "15": { "quantity": 1 } })).await.expect(201);
        amel.call("DELETE", &format!("/orders/{id}/refund"), None).await.expect(200);
    }
    let message = refused(&ask(&amel, id, json!({ "15": { "quantity": 1 } })).await, 400);
    assert!(message.contains("Too many refund requests"), "{message}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_eight_at_once_one_is_taken() {
    let shops = Shops::open("front-refunds-race").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let id = bought(&shops, &amel).await;
    let asking: Vec<_> = (0..8)
        .map(|_| {
            let amel = amel.clone();
            tokio::spawn(async move { ask(&amel, id, json!({ "15": { "quantity": 1 } })).await })
        })
        .collect();
    let mut taken = 0;
    for asked in asking {
        let answer = asked.await.expect("an answer");
        if answer.status == 201 {
            taken += 1;
        } else {
            refused(&answer, 400);
        }
    }
    assert_eq!(taken, 1);
    assert_eq!(
        amel.get(&format!("/orders/{id}/refund")).await.expect(200).json().as_array().map(Vec::len),
        Some(1)
    );
    // The customer takes it back while the merchant decides: one of them is right.
    let shop = shops.server.shop().await;
    let number = amel.get(&format!("/orders/{id}/refund")).await.expect(200).json()[0]["id"].clone();
    let (path, outcome) = (format!("/v1/refund_requests/{number}/close"), json!({ "outcome": "granted" }));
    let own = format!("/orders/{id}/refund");
    let (closed, cancelled) = tokio::join!(shop.post(&path, &outcome), amel.call("DELETE", &own, None));
    assert_ne!(closed.status == 200, cancelled.status == 200, "{} {}", closed.text(), cancelled.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_merchants_list() {
    let shops = Shops::open("front-refunds-list").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let id = bought(&shops, &amel).await;
    for _ in 0..3 {
        ask(&amel, id, json!({ "14": { "quantity": 1 } })).await.expect(201);
        amel.call("DELETE", &format!("/orders/{id}/refund"), None).await.expect(200);
    }
    ask(&amel, id, json!({ "14": { "quantity": 1 } })).await.expect(201);
    let shop = shops.server.shop().await;
    let page = shop.get("/v1/refund_requests?limit=3").await.expect(200).json();
    assert_eq!((&page["has_more"], &page["data"][0]["number"]), (&json!(true), &json!(4)));
    let first = &page["data"][0];
    assert_eq!((&first["order_number"], &first["customer"]), (&json!(id), &json!(1)));
    let native =
        shop.get(&format!("/v1/orders/{}", first["order"].as_str().expect("an id"))).await.expect(200).json();
    assert_eq!(native["reference"], format!("orders-{id}"));
    let rest = shop.get("/v1/refund_requests?limit=3&cursor=2").await.expect(200).json();
    assert_eq!((&rest["has_more"], &rest["data"][0]["number"]), (&json!(false), &json!(1)));
    let open = shop.get("/v1/refund_requests?status=requested").await.expect(200).json();
    assert_eq!(open["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        shop.get("/v1/refund_requests?status=lost").await.expect(422).json()["code"],
        "status_unknown"
    );
    for other in [
        shops.server.caller("oran", Environment::Test).await,
        shops.server.caller("alger", Environment::Live).await,
    ] {
        assert_eq!(other.get("/v1/refund_requests").await.expect(200).json()["data"], json!([]));
        other.post("/v1/refund_requests/4/close", &json!({ "outcome": "granted" })).await.expect(404);
    }
    for body in [json!({}), json!({ "outcome": "cancelled" }), json!({ "outcome": "granted", "amount": 1 })] {
        shop.post("/v1/refund_requests/4/close", &body).await.expect(422);
    }
}
