//! The integration guide's scenario: sign in, order, open a session, read it.

use guichet_core::Environment;
use serde_json::json;

use crate::front::shop::Front;
use crate::support::shop_file::{Account, Merchant};
use crate::support::test_server::TestServer;

/// The guide's own project: dollars, cash, an order form with a name.
fn guide() -> Merchant {
    let project = json!({
        "currency": "USD",
        "accounts": [{ "identifier": "cash", "gateway_account": "door" }],
        "forms": [
            { "identifier": "order", "fields": [{ "marker": "name" }] },
            {
                "identifier": "reg",
                "type": "sign_in_up",
                "fields": [
                    { "marker": "email_reg", "role": "identifier" },
                    { "marker": "password_reg", "role": "password" },
                    { "marker": "last_name" },
                ],
            },
        ],
        "providers": [{ "identifier": "email", "form": "reg", "activation": false }],
        "storages": [{ "identifier": "orders", "form": "order", "accounts": ["cash"] }],
    });
    Merchant::named("guide")
        .account(Account::at("cash", "door", Environment::Test))
        .project(project)
        .products(json!([{ "id": 14, "title": "Box", "price": 34_000 }]))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guides_scenario_to_the_letter() {
    let server = TestServer::start("front-guide").await;
    server.declare(guide()).await;
    let front = Front::of(&server, "guide", Environment::Test).await.customer("your-user@email.com").await;
    let wanted = json!({
        "formIdentifier": "order", "paymentAccountIdentifier": "cash",
        "formData": { "en_US": [{ "type": "string", "marker": "name", "value": "Christina Thomas" }] },
        "products": [{ "productId": 14, "quantity": 1 }],
    });
    let answer = front.post("/orders-storage/marker/orders/orders", &wanted).await.expect(201);
    assert!(answer.text().contains(r#""totalSum":340,"#), "{}", answer.text());
    let order = answer.json();
    let id = order["id"].as_i64().expect("a number");
    let expected = json!({
        "id": id, "formIdentifier": "order", "paymentAccountIdentifier": "cash",
        "formData": [{ "type": "string", "marker": "name", "value": "Christina Thomas" }],
        "products": [{ "productId": 14, "quantity": 1 }],
        "currency": "USD", "totalSum": 340, "createdDate": order["createdDate"], "statusIdentifier": "pending",
    });
    assert_eq!(order, expected);
    let session = front.opens(id).await;
    let expected = json!({
        "id": id * 32 + 1, "createdDate": session["createdDate"], "updatedDate": session["updatedDate"],
        "type": "session", "status": "waiting", "paymentAccountId": 1, "orderId": id, "paymentUrl": null,
        "amount": 340,
    });
    assert_eq!(session, expected);
    assert_eq!(front.session(id).await, session);
}
