//! Nobody sees or changes what is another's: every route of the front, called by everybody who should
//! not get through. A route that is missing here is missing in the table of who may call it.

use guichet_core::Environment;
use guichet_sandbox::Action;
use serde_json::{Value, json};

use crate::front::shop::{Front, Shops, order, refused, session};

/// Who may call a route.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum For {
    /// Anybody at the front, with its key.
    Anybody,
    /// Customers; each sees their own.
    Customers,
    /// The customer whose order it is about.
    ItsOwner,
}

/// Every route that sells: method, path with `{order}` and `{session}`, who may call it, a good body.
fn routes() -> Vec<(&'static str, &'static str, For, Value)> {
    use For::{Anybody, Customers, ItsOwner};
    let orders = "/orders-storage/marker/orders/orders";
    let one = "/orders-storage/marker/orders/orders/{order}";
    let refund = "/orders/{order}/refund";
    vec![
        ("GET", "/orders-storage", Anybody, Value::Null),
        ("GET", "/orders-storage/marker/orders", Anybody, Value::Null),
        ("GET", "/orders-storage/marker/orders/order-statuses", Anybody, Value::Null),
        ("POST", "/orders-storage/orders/preview", Anybody, order("cash", 14, 1)),
        ("GET", orders, Customers, Value::Null),
        ("POST", orders, Customers, order("cash", 14, 1)),
        ("GET", one, ItsOwner, Value::Null),
        ("PUT", one, ItsOwner, order("cash", 14, 2)),
        ("GET", "/payments/sessions", Customers, Value::Null),
        ("GET", "/payments/sessions/", Customers, Value::Null),
        ("POST", "/payments/sessions", ItsOwner, json!({ "orderId": "{order}", "type": "session" })),
        ("GET", "/payments/sessions/{session}", ItsOwner, Value::Null),
        ("GET", "/payments/sessions/order/{order}", ItsOwner, Value::Null),
        ("GET", "/payments/accounts", Customers, Value::Null),
        ("GET", "/payments/accounts/1", Customers, Value::Null),
        ("GET", refund, ItsOwner, Value::Null),
        ("POST", refund, ItsOwner, json!({ "products": { "15": { "quantity": 1 } } })),
        ("DELETE", refund, ItsOwner, Value::Null),
        ("POST", "/products/all", Anybody, json!({})),
        ("POST", "/products/all/counts", Anybody, json!([])),
        ("GET", "/products/ids?ids=14", Anybody, Value::Null),
        ("GET", "/products/quick/search?name=book", Anybody, Value::Null),
        ("GET", "/products/14", Anybody, Value::Null),
        ("GET", "/forms", Anybody, Value::Null),
        ("GET", "/forms/marker/order", Anybody, Value::Null),
        ("GET", "/locales/active/all", Anybody, Value::Null),
    ]
}

async fn call(
    front: &Front,
    order: i64,
    route: &(&'static str, &'static str, For, Value),
) -> crate::support::call::Answer {
    let (method, path, _, body) = route;
    let path =
        path.replace("{order}", &order.to_string()).replace("{session}", &(order * 32 + 1).to_string());
    let body = body.to_string().replace("\"{order}\"", &order.to_string());
    let body = if body == "null" { Vec::new() } else { body.into_bytes() };
    front.send(method, &path, body).await
}

/// Everybody who is not the customer, and the status that keeps them from an order of theirs.
async fn strangers(shops: &Shops, amel: &Front) -> Vec<(&'static str, Front, u16)> {
    let live = Front::of(&shops.server, "alger", Environment::Live).await;
    let access = amel.access.clone();
    vec![
        ("another customer", shops.alger.customer("badis@example.com").await, 404),
        ("another shop's customer", shops.oran.customer("amel@example.com").await, 404),
        ("a customer of the other environment", live.customer("amel@example.com").await, 404),
        ("nobody", shops.alger.clone(), 401),
        (
            "a forged token",
            Front { access: Some(format!("{}x", access.clone().unwrap_or_default())), ..amel.clone() },
            401,
        ),
        ("the token at another shop", Front { access: access.clone(), ..shops.oran.clone() }, 401),
        ("the token in the other environment", Front { access, ..live }, 401),
        ("no key of the front", Front { token: String::new(), ..amel.clone() }, 403),
        ("a forged key of the front", Front { token: "pk_test_forged".to_owned(), ..amel.clone() }, 403),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_and_everybody_else() {
    let shops = Shops::open("front-walls").await;
    let amel = shops.alger.customer("amel@example.com").await;
    // In each world the numbers begin anew; these are beyond those of everybody else's orders.
    for _ in 0..8 {
        amel.orders("cash", 14).await;
    }
    // One that waits with an open session, one that is paid with an open refund request.
    let waiting = amel.orders("cash", 14).await;
    amel.opens(waiting).await;
    let paid = amel.orders("card", 15).await;
    amel.opens(paid).await;
    shops.act(250_000, Action::Pay);
    shops.pass_s(31).await;
    let refund = json!({ "products": { "15": { "quantity": 1 } } });
    amel.post(&format!("/orders/{paid}/refund"), &refund).await.expect(201);
    let before = [mine(&amel, waiting).await, mine(&amel, paid).await];

    for (who, stranger, status) in strangers(&shops, &amel).await {
        for route in routes() {
            let rows = shops.server.census();
            for order in [waiting, paid] {
                let what = format!("{who}: {} {} of {order}", route.0, route.1);
                let answer = call(&stranger, order, &route).await;
                let expected = match (route.2, status) {
                    (For::Anybody, 401) | (For::Anybody | For::Customers, 404) => None,
                    (For::Anybody | For::Customers | For::ItsOwner, status) => Some(status),
                };
                match expected {
                    Some(status) => {
                        assert_eq!(answer.status, status, "{what}: {}", answer.text());
                        refused(&answer, status);
                        assert_eq!(shops.server.census(), rows, "{what}: something was written");
                    }
                    None => assert!(matches!(answer.status, 200 | 201), "{what}: {}", answer.text()),
                }
            }
        }
        let sees = |list: &'static str| {
            let stranger = stranger.clone();
            async move { stranger.get(list).await.json()["items"].to_string() }
        };
        if status == 404 {
            assert_eq!(sees("/payments/sessions").await, "[]", "{who}");
            let theirs = sees("/orders-storage/marker/orders/orders").await;
            assert!(!theirs.contains("Atlas"), "{who}: {theirs}");
        }
    }
    assert_eq!([mine(&amel, waiting).await, mine(&amel, paid).await], before);
}

/// All that a customer sees of an order.
async fn mine(amel: &Front, order: i64) -> Value {
    let refunds = amel.get(&format!("/orders/{order}/refund")).await.expect(200).json();
    json!([amel.order(order).await, amel.session(order).await, refunds])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_is_about_real_routes() {
    let shops = Shops::open("front-walls-own").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let paid = amel.orders("card", 15).await;
    amel.opens(paid).await;
    shops.act(250_000, Action::Pay);
    shops.pass_s(31).await;
    let waiting = amel.orders("cash", 14).await;
    amel.post("/payments/sessions", &session(waiting)).await.expect(201);
    for route in routes() {
        let order = if route.1.contains("/refund") { paid } else { waiting };
        let answer = call(&amel, order, &route).await;
        assert!(matches!(answer.status, 200 | 201), "{} {}: {}", route.0, route.1, answer.text());
    }
}
