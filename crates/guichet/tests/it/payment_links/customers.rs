//! Whoever opens a link.

use std::time::Duration;

use guichet_core::Environment;
use serde_json::json;
use tokio::task::JoinSet;

use super::{Customer, coffee, link, mark_of, orders_of, with};
use crate::checkout::abidjan;
use crate::support::call::{Caller, text};
use crate::support::test_server::TestServer;

/// Chooses the only way to pay on a checkout page.
async fn pay(browser: &Caller, checkout: &str) {
    let page = browser.get(checkout).await.expect(200).text();
    let (_, rest) = page.split_once("name=\"account\" value=\"").expect("a way to pay");
    let account = rest.split_once('"').expect("an end").0;
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let path = checkout.split('?').next().expect("a path");
    let body = format!("account={account}").into_bytes();
    browser.send("POST", path, &headers, body).await.expect(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_goes_on_makes_an_order_and_pays_it_and_whoever_looks_makes_none() {
    let server = TestServer::start("links-paid").await;
    let shop = server.shop().await;
    let made = link(&shop, &with(coffee(), json!({ "metadata": { "stall": 7 } }))).await;
    let customer = Customer::of(&server, &text(&made, "/url"));
    let before = server.census();
    let page = customer.open().await.expect(200).text();
    assert!(page.contains("Coffee [paid]") && page.contains("2,500"), "{page}");
    customer.browser.send("HEAD", &customer.url, &[], Vec::new()).await.expect(200);
    assert_eq!(server.census(), before, "a look made something");

    let mark = mark_of(&page);
    let first = customer.go_on(&[("mark", &mark), ("lang", "fr")]).await.expect(303);
    let checkout = first.header("location").to_owned();
    assert!(checkout.starts_with("/checkout/") && checkout.ends_with("?lang=fr"), "{checkout}");
    let twice = customer.go_on(&[("mark", &mark), ("lang", "fr")]).await.expect(303);
    assert_eq!(twice.header("location"), checkout, "the same page makes one order");
    assert_ne!(customer.order(&[]).await, checkout, "another page makes another");

    pay(&customer.browser, &checkout).await;
    server.pass(Duration::from_secs(30)).await;
    let orders = orders_of(&shop, &made).await;
    let statuses: Vec<&str> =
        orders.iter().map(|order| order["status"].as_str().expect("a status")).collect();
    assert_eq!(statuses, ["pending", "paid"]);
    for order in &orders {
        assert_eq!(order["payment_link"], made["id"]);
        assert_eq!(order["metadata"], json!({ "stall": 7 }));
        assert!(text(order, "/reference").starts_with("COFFEE-"), "{order}");
    }
    let found = shop.get(&format!("/v1/orders?q={}", text(&made, "/id"))).await.expect(200).json();
    assert_eq!(found["data"].as_array().expect("orders").len(), 2, "a search finds them, too");
    let paid = customer.go_on(&[("mark", &mark)]).await.expect(303);
    assert!(
        paid.header("location").starts_with("/status/"),
        "a page that was sent again shows what became of it"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_for_one_order_has_one_whoever_comes_and_takes_it_up_again() {
    let server = TestServer::start("links-one").await;
    let shop = server.shop().await;
    let made = link(&shop, &with(coffee(), json!({ "single_use": true }))).await;
    let customer = Customer::of(&server, &text(&made, "/url"));
    let mut running = JoinSet::new();
    for _ in 0..8 {
        let customer = customer.clone();
        running.spawn(async move { customer.order(&[]).await });
    }
    let places = running.join_all().await;
    assert!(places.iter().all(|place| *place == places[0] && place.starts_with("/checkout/")), "{places:?}");
    assert_eq!(orders_of(&shop, &made).await.len(), 1);

    server.pass(Duration::from_secs(2 * 3600)).await;
    assert_eq!(orders_of(&shop, &made).await[0]["status"], "expired");
    let checkout = customer.order(&[]).await;
    let orders = orders_of(&shop, &made).await;
    assert_eq!((orders.len(), &orders[0]["status"]), (1, &json!("pending")), "it is taken up again");
    pay(&customer.browser, &checkout).await;
    server.pass(Duration::from_secs(30)).await;
    let paid = customer.open().await.expect(303);
    assert!(paid.header("location").starts_with("/status/"), "who opens it then sees that it is paid");
    assert_eq!(orders_of(&shop, &made).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_over_makes_nothing_and_neither_does_one_that_never_was() {
    let server = TestServer::start("links-over").await;
    let shop = server.shop().await;
    let ended = link(&shop, &coffee()).await;
    let short = link(&shop, &with(coffee(), json!({ "reference": "SHORT", "expires_in": 60 }))).await;
    let customers = [&ended, &short].map(|link| Customer::of(&server, &text(link, "/url")));
    let marks = [customers[0].mark().await, customers[1].mark().await];
    shop.press(&format!("/v1/payment_links/{}/end", text(&ended, "/id"))).await.expect(200);
    server.pass(Duration::from_secs(60)).await;
    let before = server.census();
    for (customer, mark) in customers.iter().zip(&marks) {
        let page = customer.open().await.expect(410).text();
        assert!(page.contains("This link is over"), "{page}");
        customer.go_on(&[("mark", mark)]).await.expect(410);
    }
    let nowhere = Customer::of(&server, &format!("{}/l/nothing", server.base_url));
    nowhere.open().await.expect(404);
    nowhere.go_on(&[("mark", &marks[0])]).await.expect(404);
    assert_eq!(server.census(), before, "something was written");
    let status = shop.get(&format!("/v1/payment_links/{}", text(&short, "/id"))).await.expect(200).json();
    assert_eq!(status["status"], "expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_customer_says_how_much_within_bounds_and_who_they_are() {
    let server = TestServer::start("links-open").await;
    let shop = server.shop().await;
    let asked = json!({ "amount": null, "minimum": 100_000, "maximum": 1_000_000, "asks_for": ["given_name", "phone"] });
    let made = link(&shop, &with(coffee(), asked)).await;
    let customer = Customer::of(&server, &text(&made, "/url"));
    let before = server.census();
    for (amount, name, phone) in [
        ("", "Amina", "0551 23 45 67"),
        ("999.99", "Amina", "0551 23 45 67"),
        ("10 000.01", "Amina", "0551 23 45 67"),
        ("many", "Amina", "0551 23 45 67"),
        ("2500", "", "0551 23 45 67"),
        ("2500", "Amina", "12"),
    ] {
        let mark = customer.mark().await;
        let form = [("mark", mark.as_str()), ("amount", amount), ("given_name", name), ("phone", phone)];
        let page = customer.go_on(&form).await.expect(422).text();
        for typed in [amount, name, phone].into_iter().filter(|typed| !typed.is_empty()) {
            assert!(page.contains(&format!("value=\"{typed}\"")), "what was typed stays: {page}");
        }
        assert!(page.contains("aria-invalid=\"true\"") && page.contains(&mark), "{page}");
    }
    assert_eq!(server.census(), before, "something was written");
    for (typed, expected) in [("2 500,50", 250_050), ("٢٥٠٠", 250_000), ("1000", 100_000)] {
        customer.order(&[("amount", typed), ("given_name", "Amina"), ("phone", "0551 23 45 67")]).await;
        let order = orders_of(&shop, &made).await.remove(0);
        assert_eq!((&order["amount"], &order["payer"]["given_name"]), (&json!(expected), &json!("Amina")));
        assert_eq!(order["payer"]["phone"], "+213551234567");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_amount_that_no_gateway_takes_is_told_at_its_field() {
    let server = TestServer::start("links-too-little").await;
    server.declare(abidjan(&server.sandbox_url)).await;
    let shop = server.caller("abidjan", Environment::Test).await;
    let made = link(&shop, &json!({ "title": "Donation", "currency": "XOF" })).await;
    let customer = Customer::of(&server, &text(&made, "/url"));
    let before = server.census();
    let mark = customer.mark().await;
    let page = customer.go_on(&[("mark", &mark), ("amount", "1")]).await.expect(422).text();
    assert!(page.contains("This amount cannot be paid here") && page.contains("value=\"1\""), "{page}");
    assert_eq!(server.census(), before, "something was written");
    assert!(customer.order(&[("amount", "5000")]).await.starts_with("/checkout/"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_cannot_fill_the_shop_with_orders() {
    let server = TestServer::start("links-many").await;
    let shop = server.shop().await;
    let made = link(&shop, &coffee()).await;
    let customer = Customer::of(&server, &text(&made, "/url"));
    let mut made_orders = 0;
    let refused = loop {
        let mark = customer.mark().await;
        let answer = customer.go_on(&[("mark", &mark)]).await;
        if answer.status != 303 {
            break answer;
        }
        made_orders += 1;
        assert!(made_orders < 100, "nobody stopped it");
    };
    assert_eq!((refused.status, made_orders), (429, 60));
    let page = refused.text();
    assert!(page.contains("Too much at once") && page.contains("Nothing was ordered"), "{page}");
    server.pass(Duration::from_secs(60)).await;
    customer.order(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_none_of_ours_makes_nothing() {
    let server = TestServer::start("links-forms").await;
    let shop = server.shop().await;
    let made = link(&shop, &coffee()).await;
    let customer = Customer::of(&server, &text(&made, "/url"));
    let before = server.census();
    for form in [&[][..], &[("mark", "")], &[("mark", "../../x")], &[("mark", "ABCDEFGHIJKLMNOP")]] {
        let page = customer.go_on(form).await.expect(422).text();
        assert_eq!(mark_of(&page).len(), 16, "a new page comes with a mark of its own");
    }
    let headers = [("content-type", "application/json")];
    customer.browser.send("POST", &customer.url, &headers, b"{}".to_vec()).await.expect(422);
    assert_eq!(server.census(), before, "something was written");
    let other = server.caller("oran", Environment::Test).await;
    other.get(&format!("/v1/payment_links/{}", text(&made, "/id"))).await.expect(404);
    let found =
        other.get(&format!("/v1/orders?payment_link={}", text(&made, "/id"))).await.expect(200).json();
    assert_eq!(found["data"], json!([]));
}
