//! Accounts that leave the file or are disabled: nothing new is opened there, and what is open goes its way.

use std::time::Duration;

use guichet_core::Environment;
use serde_json::{Value, json};

use crate::support::call::{Caller, text};
use crate::support::shop_file::{Merchant, alger};
use crate::support::test_server::{TestServer, order, plain_order};

use super::{card, door, row};

/// The identifier of the account by card for play money.
fn card_id(server: &TestServer) -> String {
    let listed = server.command(&["account", "list", "--merchant", "alger", "--json"]);
    let test: String = listed
        .lines()
        .filter(|line| line.contains(r#""environment":"test""#))
        .map(|line| format!("{line}\n"))
        .collect();
    text(&row(&test, "name", "card"), "/id")
}

/// Why a payment by card is refused, in the native API's words.
async fn refusal(shop: &Caller, reference: &str) -> Value {
    let wanted = json!({
        "reference": reference, "amount": 250_000, "currency": "DZD", "title": "Book", "gateway": "ocpay",
    });
    shop.post("/v1/orders", &wanted).await.expect(422).json()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_leaves_the_file_opens_nothing_and_finishes_what_is_open() {
    let server = TestServer::start("manifest-account").await;
    let shop = server.shop().await;
    let parts =
        server.node().create_credential("alger", Environment::Test, "ocpay", None).await.expect("made");
    let id = card_id(&server);
    let open = shop.order(&order("open", "Book [paid]")).await;
    let chosen = shop.order(&plain_order("chosen")).await;
    let page = text(&chosen, "/checkout_url");
    assert!(shop.get(&page).await.expect(200).text().contains("OCPay"));

    let report = server.declare(door()).await;
    let ended = report.iter().filter(|line| line.starts_with("ended test account card at ocpay of alger"));
    assert_eq!(ended.count(), 1, "{report:?}");
    assert!(
        report.iter().any(|line| line == "    1 order with a payment there is still watched"),
        "{report:?}"
    );

    // The shop's own call, its checkout page, what the page posts, and its client of another vendor.
    let problem = refusal(&shop, "new").await;
    assert_eq!(problem["code"], "gateway_not_configured");
    assert!(problem["detail"].as_str().expect("a sentence").contains("has ended"), "{problem}");
    let by_id = json!({ "account": id });
    let chosen_id = text(&chosen, "/id");
    shop.post(&format!("/v1/orders/{chosen_id}/payments"), &by_id).await.expect(422);
    assert!(!shop.get(&page).await.expect(200).text().contains("OCPay"));
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let pressed = shop.send("POST", &page, &form, format!("account={id}").into_bytes()).await;
    assert_eq!(pressed.header("location"), "", "{}", pressed.text());
    let token = parts.iter().find(|(name, _)| *name == "access_token").expect("a token").1.as_str();
    let headers = [("x-access-token", token)];
    let wanted = json!({
        "productInfo": { "title": "Book", "amount": 2500 }, "redirectUrl": "https://shop.example/thanks",
    });
    let refused = shop.send("POST", "/v3/ocpay/createLink", &headers, wanted.to_string().into_bytes()).await;
    assert!(refused.status >= 400, "{}", refused.text());
    assert_eq!(server.sandbox.payments().len(), 1, "nothing new was opened");

    // The gateway is still heard, and asked; the receipt still says how it was paid.
    let reference = text(&open, "/payments/0/reference");
    let note = json!({ "paymentRef": reference });
    shop.without_key().post(&format!("/callbacks/ocpay/{id}"), &note).await.expect(200);
    server.pass(Duration::from_secs(30)).await;
    let paid = shop.get(&format!("/v1/orders/{}", text(&open, "/id"))).await.expect(200).json();
    assert_eq!(paid["status"], "paid", "{paid}");
    let status = format!("{}?stay", text(&open, "/status_url"));
    assert!(shop.get(&status).await.expect(200).text().contains("OCPay"));

    // Declared again it is what it was.
    let again = server.declare(door().account(card(&server.sandbox_url))).await;
    assert!(
        again
            .iter()
            .any(|line| *line == format!("taken up again test account card at ocpay of alger ({id})")),
        "{again:?}"
    );
    shop.order(&order("new", "Book [paid]")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_leads_to_no_account_that_is_disabled() {
    let server = TestServer::start("manifest-disabled").await;
    let shop = server.shop().await;
    let file = || alger(&server.sandbox_url).route(json!({ "accounts": ["card", "door"] }));
    server.declare(file()).await;
    let auto = |reference: &str| json!({ "reference": reference, "amount": 250_000, "currency": "DZD", "title": "Book", "gateway": "auto" });
    let named = ["card", "--merchant", "alger", "--environment", "test"];
    let said = server.command(&[&["account", "disable"][..], &named].concat());
    assert!(said.contains("is disabled: it takes no new payments"), "{said}");
    server.settle().await;
    let listed = server.command(&["account", "list"]);
    let disabled = listed.lines().filter(|line| line.contains("  disabled by ")).count();
    assert_eq!(disabled, 1, "{listed}");
    assert!(listed.starts_with("ACCOUNT"), "{listed}");
    let problem = refusal(&shop, "named").await;
    assert!(problem["detail"].as_str().expect("a sentence").contains("is disabled"), "{problem}");
    let led = shop.order(&auto("led")).await;
    assert_eq!(led["payments"][0]["gateway"], "cash", "{led}");

    // Applying a file says so, and does not enable it.
    let report = server.declare(file()).await;
    assert!(
        report.iter().any(|line| line.contains("disabled by") && line.contains("account enable")),
        "{report:?}"
    );
    refusal(&shop, "still").await;

    let said = server.command(&[&["account", "enable"][..], &named].concat());
    assert!(said.contains("takes payments again"), "{said}");
    let said = server.command(&[&["account", "enable"][..], &named].concat());
    assert!(said.contains("was so already: in use"), "{said}");
    server.settle().await;
    let led = shop.order(&auto("led-again")).await;
    assert_eq!(led["payments"][0]["gateway"], "ocpay", "{led}");
    let account =
        row(&server.command(&["account", "list", "--merchant", "alger", "--json"]), "id", &card_id(&server));
    assert_eq!(account["state"], "in_use");
    assert!(
        account["switched_by"].is_string() && account["switched_at"].is_string(),
        "who enabled it is kept: {account}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merchant_ends_only_where_a_file_says_so() {
    let server = TestServer::start("manifest-merchant").await;
    let (alger_shop, oran_shop) = (server.shop().await, server.caller("oran", Environment::Test).await);
    server.declare(Merchant::named("third")).await;
    alger_shop.order(&order("one", "Book [paid]")).await;
    let open = oran_shop.order(&order("one", "Book [paid]")).await;
    server.declare(Merchant::named("oran").ended()).await;
    let problem = refusal(&oran_shop, "two").await;
    assert_eq!(problem["code"], "gateway_not_configured");
    server.pass(Duration::from_secs(30)).await;
    let paid = oran_shop.get(&format!("/v1/orders/{}", text(&open, "/id"))).await.expect(200).json();
    assert_eq!(paid["status"], "paid", "its keys read on, and its payments are still looked after");
    alger_shop.order(&order("two", "Book [paid]")).await;
    let listed = server.command(&["merchant", "list", "--json"]);
    for (name, state, accounts) in [("alger", "in_use", 4), ("oran", "ended", 0), ("third", "in_use", 0)] {
        let merchant = row(&listed, "name", name);
        assert_eq!(
            (&merchant["state"], &merchant["accounts"]),
            (&json!(state), &json!(accounts)),
            "{merchant}"
        );
    }
    let findings = server.command(&["account", "list"]);
    assert!(findings.contains("  ended "), "{findings}");
}
