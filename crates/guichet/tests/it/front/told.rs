//! Orders of the front are orders like any other: the shop's webhooks tell of them, the pages show them,
//! and a restart in the middle changes nothing.

use guichet_sandbox::Action;
use serde_json::json;

use crate::front::shop::{Front, Shops, order};
use crate::support::call::text;
use crate::support::inbox::Inbox;

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_say_what_was_bought_and_by_whom() {
    let shops = Shops::open("front-webhooks").await;
    let inbox = Inbox::open().await;
    let shop = shops.server.shop().await;
    shop.post("/v1/webhook_endpoints", &json!({ "url": inbox.url })).await.expect(201);
    let amel = shops.alger.customer("amel@example.com").await;
    let mut body = order("card", 15, 1);
    body["formData"] = json!({ "fr_FR": [
        { "marker": "name", "type": "string", "value": "Christina" },
        { "marker": "mail", "type": "string", "value": "pay@example.com" },
    ] });
    let made = amel.post("/orders-storage/marker/orders/orders", &body).await.expect(201).json();
    let id = made["id"].as_i64().expect("a number");
    amel.opens(id).await;
    shops.act(250_000, Action::Pay);
    shops.pass_s(31).await;
    let letters = inbox.wait_for(2).await;
    let types: Vec<String> = letters.iter().map(|letter| text(&letter.json(), "/type")).collect();
    assert_eq!(types, ["order.created", "order.paid"]);
    let paid = letters[1].json()["data"].clone();
    let notes = json!({ "oneentry": {
        "number": id, "storage": "orders", "customer": 1, "form": "order", "payment_account": "card",
        "form_data": [
            { "marker": "name", "type": "string", "value": "Christina" },
            { "marker": "mail", "type": "string", "value": "pay@example.com" },
        ],
        "products": [{ "productId": 15, "quantity": 1, "title": "Atlas", "price": 250_000 }],
    } });
    assert_eq!(paid["metadata"], notes);
    assert_eq!((&paid["status"], &paid["reference"]), (&json!("paid"), &json!(format!("orders-{id}"))));
    assert_eq!(paid["items"], json!([{ "name": "Atlas", "quantity": 1, "unit_amount": 250_000 }]));
    let payer = &paid["payer"];
    assert_eq!((&payer["given_name"], &payer["family_name"]), (&json!("Christina"), &json!("Kaci")));
    assert_eq!((&payer["email"], &payer["phone"]), (&json!("pay@example.com"), &json!("+213665983439")));
    assert_eq!(
        (&paid["title"], &paid["return_url"]),
        (&json!(format!("Commande {id}")), &json!("https://shop.example/thanks"))
    );
    let page = amel.caller.get(&text(&paid, "/status_url")).await.expect(200).text();
    assert!(page.contains("https://shop.example/thanks"), "the way back to the shop");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_in_the_middle_changes_nothing() {
    let mut shops = Shops::open("front-restart").await;
    let amel = shops.alger.customer("amel@example.com").await;
    let (card, cash) = (amel.orders("card", 15).await, amel.orders("cash", 14).await);
    let (first, second) = (amel.opens(card).await, amel.opens(cash).await);
    let (read, base_url) = (amel.order(card).await, shops.server.base_url.clone());

    shops.server.restart().await;
    assert_eq!(shops.server.base_url, base_url);
    let amel = Front { caller: shops.server.shop().await.without_key(), ..amel };
    assert_eq!(amel.order(card).await, read);
    assert_eq!((amel.opens(card).await, amel.opens(cash).await), (first, second));
    assert_eq!(shops.server.sandbox.payments().len(), 1);
    shops.act(250_000, Action::Pay);
    shops.pass_s(31).await;
    amel.agreed(card, "completed").await;
    let next = amel.orders("cash", 14).await;
    assert!(next > cash, "a number is never given twice: {next}");
}
