//! Orders found by what somebody knows of them: over the API, and by the commands, which take the same words.

use std::time::Duration;

use guichet_core::Environment;
use serde_json::{Value, json};

use crate::support::call::{Caller, text};
use crate::support::program::run;
use crate::support::test_server::{TestServer, order, plain_order};

/// The references of the orders that such a list has, in its order.
async fn found(shop: &Caller, query: &str) -> Vec<String> {
    let page = shop.get(&format!("/v1/orders?{query}")).await.expect(200).json();
    let data = page["data"].as_array().expect("a list");
    data.iter().map(|order| text(order, "/reference")).collect()
}

/// The order with somebody who pays.
fn with_payer(mut order: Value, given: &str, family: &str, email: &str, phone: &str) -> Value {
    order["payer"] = json!({ "given_name": given, "family_name": family, "email": email, "phone": phone });
    order
}

/// A server with five orders of `alger`, one of `oran`, and one of real money, an hour between each.
async fn sold(name: &str) -> (TestServer, Caller) {
    let server = TestServer::start(name).await;
    let shop = server.shop().await;
    let hour = Duration::from_secs(3_600);
    let kamel =
        with_payer(order("A-1", "Book [paid]"), "Kamel", "Benali", "Kamel@Example.com", "+213551234567");
    shop.order(&kamel).await;
    server.pass(hour).await;
    shop.order(&with_payer(plain_order("A-2"), "Amina", "Ben Ali", "amina@example.com", "+213661000002"))
        .await;
    server.pass(hour).await;
    shop.order(&order("A-3", "Book [paid]")).await;
    server.pass(hour).await;
    shop.order(&with_payer(plain_order("B-4"), "أحمد", "بن علي", "ahmed@example.org", "+2250707000001"))
        .await;
    let oran = server.caller("oran", Environment::Test).await;
    oran.order(&with_payer(plain_order("A-2"), "Amina", "Ben Ali", "amina@example.com", "+213661000002"))
        .await;
    server.pass(hour).await;
    let mut francs = plain_order("C-5");
    francs["currency"] = "XOF".into();
    shop.order(&francs).await;
    let live = server.caller("alger", Environment::Live).await;
    live.order(&plain_order("A-1")).await;
    (server, shop)
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_are_narrowed_and_searched() {
    let (server, shop) = sold("finding-list").await;
    let paid = shop.get("/v1/orders?reference=A-1").await.expect(200).json()["data"][0].clone();
    let (id, payment) = (text(&paid, "/id"), text(&paid, "/payments/0/id"));
    let reference = text(&paid, "/payments/0/reference");
    let account = text(&paid, "/payments/0/account");
    let made = |hours: i64| {
        let at_ms = server.clock.now_ms() - hours * 3_600_000 + 1_800_000;
        jiff::Timestamp::from_millisecond(at_ms).expect("a time").to_string()
    };
    // Half an hour before each of the five was made, the first of them five hours ago.
    let (first, third, fourth) = (made(5), made(3), made(2));
    for (query, expected) in [
        (String::new(), &["C-5", "B-4", "A-3", "A-2", "A-1"][..]),
        ("status=paid".into(), &["A-3", "A-1"]),
        ("gateway=ocpay".into(), &["A-3", "A-1"]),
        ("gateway=cash".into(), &[]),
        ("account=card".into(), &["A-3", "A-1"]),
        (format!("account={account}"), &["A-3", "A-1"]),
        ("currency=XOF".into(), &["C-5"]),
        ("status=pending".into(), &["C-5"]),
        ("currency=DZD&status=pending".into(), &[]),
        ("currency=DZD&status=expired".into(), &["B-4", "A-2"]),
        (format!("created_after={third}"), &["C-5", "B-4", "A-3"]),
        (format!("created_before={third}"), &["A-2", "A-1"]),
        (format!("created_after={third}&created_before={fourth}"), &["A-3"]),
        (format!("paid_after={first}"), &["A-3", "A-1"]),
        (format!("paid_after={third}"), &["A-3"]),
        (format!("paid_before={third}"), &["A-1"]),
        (format!("paid_after={third}&gateway=ocpay&currency=DZD&q=A-"), &["A-3"]),
        (format!("paid_after={third}&q=kamel"), &[]),
        ("reference=A-2".into(), &["A-2"]),
        ("reference=a-2".into(), &[]),
        ("q=A-".into(), &["A-3", "A-2", "A-1"]),
        ("q=a-2".into(), &["A-2"]),
        (format!("q={id}"), &["A-1"]),
        (format!("q={payment}"), &["A-1"]),
        (format!("q={reference}"), &["A-1"]),
        (format!("q={}", &reference[..reference.len() - 3]), &["A-1"]),
        ("q=benali".into(), &["A-1"]),
        ("q=ben%20ali".into(), &["A-2"]),
        ("q=AMINA".into(), &["A-2"]),
        ("q=amina@example.com".into(), &["A-2"]),
        ("q=KAMEL@".into(), &["A-1"]),
        ("q=0551%2023%2045%2067".into(), &["A-1"]),
        ("q=%2B213551234567".into(), &["A-1"]),
        ("q=4567".into(), &["A-1"]),
        ("q=0707000001".into(), &["B-4"]),
        ("q=%D8%A7%D8%AD%D9%85%D8%AF".into(), &["B-4"]),
        ("q=nobody".into(), &[]),
        ("needs_you=true".into(), &[]),
    ] {
        assert_eq!(found(&shop, &query).await, expected, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_is_read_page_by_page() {
    let (_server, shop) = sold("finding-pages").await;
    for query in ["", "q=A-", "q=ben", "currency=DZD", "status=expired", "paid_after=2000-01-01T00:00:00Z"] {
        let whole = found(&shop, query).await;
        let (mut paged, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = shop.get(&format!("/v1/orders?limit=1&{query}{cursor}")).await.expect(200).json();
            let Some(order) = page["data"].as_array().and_then(|data| data.first()) else { break };
            paged.push(text(order, "/reference"));
            cursor = format!("&cursor={}", text(order, "/id"));
            if page["has_more"] == false {
                break;
            }
        }
        assert!(!whole.is_empty() && paged == whole, "{query}: {paged:?} {whole:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_means_nothing_is_refused_with_its_field() {
    let server = TestServer::start("finding-refused").await;
    let shop = server.shop().await;
    for (query, field, code) in [
        ("status=payed", "status", "status_unknown"),
        ("gateway=ocpai", "gateway", "gateway_unknown"),
        ("account=till", "account", "account_unknown"),
        ("account=acc_01kaqwm3v0e9r8t7y6v5w4x3z1", "account", "account_unknown"),
        ("currency=dinars", "currency", "currency_unknown"),
        ("created_before=tomorrow", "created_before", "time_invalid"),
        ("paid_after=2026-11-22T10:00:00", "paid_after", "time_invalid"),
        ("q=x", "q", "search_invalid"),
        ("cursor=A-1", "cursor", "cursor_invalid"),
        ("limit=0", "limit", "limit_out_of_range"),
    ] {
        let problem = shop.get(&format!("/v1/orders?{query}")).await.expect(422).json();
        assert_eq!((&problem["field"], &problem["code"]), (&json!(field), &json!(code)), "{query}");
    }
    let problem = shop.get("/v1/orders?payed_after=2026-11-22").await.expect(422).json();
    assert_eq!(problem["code"], "query_invalid", "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_found_by_the_payer_that_it_has_now() {
    let server = TestServer::start("finding-payer").await;
    let shop = server.shop().await;
    let before = with_payer(plain_order("A-1"), "Kamel", "Benali", "kamel@example.com", "+213551234567");
    let id = text(&shop.order(&before).await, "/id");
    shop.press(&format!("/v1/orders/{id}/cancel")).await.expect(200);
    let after = with_payer(plain_order("A-1"), "Kamel", "Haddad", "kamel@example.com", "+213661234568");
    shop.post("/v1/orders", &after).await.expect(200);
    for (query, is_found) in
        [("q=kamel", true), ("q=haddad", true), ("q=4568", true), ("q=benali", false), ("q=4567", false)]
    {
        assert_eq!(found(&shop, query).await.len(), usize::from(is_found), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_lists_in_columns_and_takes_the_same_words() {
    let (server, shop) = sold("finding-command").await;
    let listed = server.command(&["order", "list"]);
    let mut lines = listed.lines();
    let header: Vec<&str> = lines.next().expect("a header").split_whitespace().collect();
    assert_eq!(
        header,
        [
            "ORDER",
            "REFERENCE",
            "MERCHANT",
            "ENVIRONMENT",
            "STATUS",
            "AMOUNT",
            "GATEWAY",
            "AGE",
            "NEEDS",
            "YOU"
        ]
    );
    assert_eq!(lines.count(), 7, "every merchant's, of both environments: {listed}");
    let of = |arguments: &[&str]| {
        let listed = server.command(&[&["order", "list", "--json"][..], arguments].concat());
        let references = listed.lines().map(|line| {
            let order: Value = serde_json::from_str(line).expect("JSON");
            text(&order, "/reference")
        });
        references.collect::<Vec<String>>()
    };
    for (arguments, expected) in [
        (&["--merchant", "oran"][..], &["A-2"][..]),
        (&["--environment", "live"], &["A-1"]),
        (&["--merchant", "alger", "--environment", "test", "--search", "A-"], &["A-3", "A-2", "A-1"]),
        (&["--payer", "amina", "--merchant", "alger"], &["A-2"]),
        (&["--payer", "A-2"], &[]),
        (&["--gateway", "ocpay", "--limit", "1"], &["A-3"]),
        (&["--account", "card", "--currency", "DZD"], &["A-3", "A-1"]),
        (&["--reference", "C-5"], &["C-5"]),
        (&["--paid-after", "2000-01-01", "--status", "paid", "-q", "4567"], &["A-1"]),
        (&["--created-before", "2000-01-01"], &[]),
    ] {
        assert_eq!(of(arguments), expected, "{arguments:?}");
    }
    // One order, word for word as the API shows it.
    let printed: Value = serde_json::from_str(&server.command(&[
        "order",
        "list",
        "--json",
        "--reference",
        "A-3",
        "--merchant",
        "alger",
    ]))
    .expect("JSON");
    let shown = shop.get("/v1/orders?reference=A-3").await.expect(200).json()["data"][0].clone();
    assert_eq!(printed, shown);
    let directory = server.directory();
    for (wrong, status, says) in [
        (&["order", "list", "--gateway", "ocpai"][..], 2, "--gateway"),
        (&["order", "list", "--paid-after", "yesterday"], 2, "--paid-after"),
        (&["order", "list", "--search", "x"], 2, "--search"),
        (&["order", "list", "--merchant", "nobody"], 3, "nobody"),
        (&["order", "show", "A-9"], 3, "A-9"),
        (&["order", "show", "ord_01kaqwm3v0e9r8t7y6v5w4x3z1"], 3, "ord_01kaqwm3v0e9r8t7y6v5w4x3z1"),
        (&["order", "show", "A-1"], 2, "--environment"),
        (&["order", "explain", "A-2"], 2, "oran (test)"),
    ] {
        let output = run(directory, wrong);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), said.contains(says)), (Some(status), true), "{wrong:?}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_command_takes_the_shops_own_reference() {
    let server = TestServer::start("finding-reference").await;
    let shop = server.shop().await;
    let id = text(&shop.order(&plain_order("ORD 1/é")).await, "/id");
    server.caller("alger", Environment::Live).await.order(&plain_order("ORD 1/é")).await;
    let which = ["ORD 1/é", "--environment", "test"];
    let json = |command: &str| {
        let printed = server.command(&[&["order", command][..], &which, &["--json"]].concat());
        serde_json::from_str::<Value>(&printed).expect("JSON")
    };
    assert_eq!(json("show")["id"], id.as_str());
    assert_eq!(json("check")["id"], id.as_str());
    assert_eq!(json("cancel")["status"], "cancelled");
    assert!(server.command(&[&["order", "explain"][..], &which].concat()).contains("order.cancelled"));
    let by_id: Value =
        serde_json::from_str(&server.command(&["order", "show", &id, "--json"])).expect("JSON");
    assert_eq!(by_id, json("show"));
}
