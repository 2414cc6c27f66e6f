//! What pages say about money, time, ways to pay, the shop, failures and cash; and the receipt of a paid order.

use std::time::Duration;

use guichet_core::Environment;
use serde_json::{Value, json};

use super::{page, status_page};
use crate::support::call::text;
use crate::support::shop_file::{Account, Merchant};
use crate::support::test_server::{TestServer, order, plain_order};

fn token() -> Value {
    json!({ "access_token": "sk_sandbox_phare" })
}

/// A shop that declares everything that customers see of it.
fn phare(sandbox_url: &str) -> Merchant {
    let labels = json!({ "fr": "Carte bancaire", "ar": "بطاقة بنكية", "en": "Bank card" });
    Merchant::named("alger")
        .title("Librairie du Phare")
        .time_zone("Africa/Algiers")
        .pages(json!({
            "phone": "+213555000001", "whatsapp": "+213555000002", "email": "boutique@phare.example",
            "logo": "data:image/png;base64,iVBORw0KGgo=", "color": "#7a1f3d",
        }))
        .account(
            Account::at("ocpay", "card", Environment::Test).labels(labels).url(sandbox_url).secret(token()),
        )
        .account(Account::at("cash", "door", Environment::Test))
}

async fn opened(name: &str) -> TestServer {
    let server = TestServer::start(name).await;
    server.declare(phare(&server.sandbox_url)).await;
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn the_checkout_page_speaks_the_customers_language_about_money_and_ways_to_pay() {
    let server = opened("words-checkout").await;
    let shop = server.shop().await;
    let made = shop
        .order(&json!({
            "reference": "one", "currency": "DZD",
            "items": [{ "name": "Livre", "quantity": 2, "unit_amount": 125_000 }],
        }))
        .await;
    let url = text(&made, "/checkout_url");
    for (language, money, label, cash) in [
        ("fr", "2\u{a0}500\u{a0}DA", "Carte bancaire", "Espèces, à la livraison"),
        ("ar", "2\u{a0}500\u{a0}د.ج", "بطاقة بنكية", "نقدًا عند الاستلام"),
        ("en", "2,500\u{a0}DA", "Bank card", "Cash on delivery"),
    ] {
        let html = page(&shop.without_key(), &url, language).await.expect(200).text();
        for part in [money, label, cash, "EDAHABIA", "Librairie du Phare", "×\u{a0}2</bdi>"] {
            assert!(html.contains(part), "{language}: no {part} in {html}");
        }
        for wrong in ["DZD", ">ocpay<", ">card<", ">door<", ">cash<"] {
            assert!(!html.contains(wrong), "{language}: {wrong}");
        }
    }
}

/// The shop is reached from every page about its orders, in its colour, under its logo.
#[tokio::test(flavor = "multi_thread")]
async fn the_shop_shows_itself() {
    let server = opened("words-shop").await;
    let shop = server.shop().await;
    let made = shop.order(&plain_order("one")).await;
    for url in [text(&made, "/checkout_url"), text(&made, "/status_url")] {
        let answer = page(&shop.without_key(), &url, "fr").await.expect(200);
        let html = answer.text();
        for part in [
            "href=\"tel:+213555000001\"",
            "href=\"https://wa.me/213555000002\"",
            "href=\"mailto:boutique@phare.example\"",
            "<img src=\"data:image/png;base64,iVBORw0KGgo=\"",
            "--head:#7a1f3d",
            "name=\"theme-color\" content=\"#7a1f3d\"",
        ] {
            assert!(html.contains(part), "no {part} in {html}");
        }
    }
    for (pages, named) in [
        (json!({ "phone": "0555" }), "phone"),
        (json!({ "color": "wine" }), "color"),
        (json!({ "logo": "http://phare.example/l.png" }), "logo"),
        (json!({ "logo": "https://phare.example/a;script-src *" }), "logo"),
        (json!({ "fax": "+213555000001" }), "fax"),
    ] {
        let error = server.try_declare(Merchant::named("alger").pages(pages)).await.unwrap_err();
        assert!(format!("{error:#}").contains(named), "{error:#}");
    }
    let error = server.try_declare(Merchant::named("alger").time_zone("Alger")).await.unwrap_err();
    assert!(format!("{error:#}").contains("time_zone"), "{error:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paid_page_is_a_receipt() {
    let server = opened("words-receipt").await;
    let shop = server.shop().await;
    let made = server.paid_order(&shop, "CMD-7").await;
    let url = text(&made, "/status_url");
    let html = page(&shop.without_key(), &url, "fr").await.expect(200).text();
    let paid_at: jiff::Timestamp = text(&made, "/paid_at").parse().expect("a time");
    let zone = jiff::tz::TimeZone::get("Africa/Algiers").expect("a zone");
    let local = paid_at.to_zoned_datetime(zone).strftime("%d/%m/%Y à %H:%M").to_string();
    for part in [
        "CMD-7",
        "2\u{a0}500\u{a0}DA",
        "Payé avec",
        "Carte bancaire",
        "Payé le",
        &local,
        "class=\"qr\"",
        "@media print",
    ] {
        assert!(html.contains(part), "no {part} in {html}");
    }
    assert!(!html.contains("id=\"left\"") && !html.contains("/check\""), "{html}");
    assert!(html.contains("data-every=\"0\""), "nothing more is asked");
}

/// What failed says why, and what can be done.
#[tokio::test(flavor = "multi_thread")]
async fn a_failed_page_says_why() {
    let server = opened("words-failed").await;
    let shop = server.shop().await;
    let html = status_page(&server, &shop, &order("declined", "Livre [declined]")).await;
    assert!(html.contains("declined or cancelled, or its time ran out. You can try again."), "{html}");
    assert!(html.contains(">Try again</a>"), "{html}");
}

/// Whoever has not begun to pay is offered to pay, and nothing is checked that was never begun.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_nobody_began_to_pay_offers_to_pay_first() {
    let server = opened("words-unpaid").await;
    let shop = server.shop().await;
    let html = status_page(&server, &shop, &plain_order("new")).await;
    assert!(
        html.contains(">To be paid</h1>") && html.contains("<a class=\"button\" href=\"/checkout/"),
        "{html}"
    );
    assert!(!html.contains("/check\""), "{html}");
    let begun = status_page(&server, &shop, &order("begun", "Livre")).await;
    assert!(begun.contains(">Waiting</h1>") && begun.contains("/check\""), "{begun}");
    // The payment that is open already is gone on with, not another one begun.
    assert!(
        begun.contains(&format!("<a class=\"button quiet\" href=\"{}/pay/", server.sandbox_url)),
        "{begun}"
    );
}

/// Cash: its own words, and nothing that a machine would have to know.
#[tokio::test(flavor = "multi_thread")]
async fn cash_is_paid_on_delivery() {
    let server = opened("words-cash").await;
    let shop = server.shop().await;
    let mut body = plain_order("cash");
    body["gateway"] = json!("cash");
    let made = shop.order(&body).await;
    for (language, words) in
        [("en", "You pay on delivery"), ("fr", "Vous payez en espèces"), ("ar", "تدفع نقدًا عند استلامه")]
    {
        let html = page(&shop.without_key(), &text(&made, "/status_url"), language).await.expect(200).text();
        assert!(html.contains(words), "{language}: {html}");
        for wrong in ["id=\"left\"", "/check\"", "http-equiv=\"refresh\"", "id=\"after\""] {
            assert!(!html.contains(wrong), "{language}: {wrong}");
        }
        assert!(html.contains("data-every=\"0\""), "{language}: it is polled");
        assert!(
            html.contains("<a class=\"button quiet\" href=\"/checkout/"),
            "{language}: no other way to pay"
        );
    }
    server.pass(Duration::from_secs(60)).await;
}

/// What was taken off and what came on top stands on the receipt too; and an order of nothing is paid, without
/// anything that it was paid with.
#[tokio::test(flavor = "multi_thread")]
async fn discounts_taxes_and_orders_of_nothing() {
    let server = opened("words-sums").await;
    let shop = server.shop().await;
    let items = json!([{ "name": "Livre", "quantity": 1, "unit_amount": 300_000 }]);
    let made = shop
        .order(&json!({
            "reference": "sums", "currency": "DZD", "items": items, "discount": 100_000, "included_tax": 38_000,
            "title": "Livre [paid]", "gateway": "ocpay",
        }))
        .await;
    server.pass(Duration::from_secs(30)).await;
    let html = page(&shop.without_key(), &text(&made, "/status_url"), "fr").await.expect(200).text();
    for part in [
        "2\u{a0}000\u{a0}DA",
        "Remise",
        "\u{2212}1\u{a0}000\u{a0}DA",
        "dont taxes",
        "380\u{a0}DA",
        "class=\"qr\"",
    ] {
        assert!(html.contains(part), "no {part} in {html}");
    }
    let free = shop
        .order(&json!({ "reference": "free", "currency": "DZD", "items": items, "discount": 300_000 }))
        .await;
    let html = page(&shop.without_key(), &text(&free, "/status_url"), "fr").await.expect(200).text();
    for part in ["Il n’y a rien à payer.", "Payé le", "class=\"qr\"", "0\u{a0}DA"] {
        assert!(html.contains(part), "no {part} in {html}");
    }
    assert!(!html.contains("Payé avec") && !html.contains("<a class=\"button\" href=\"/checkout/"), "{html}");
}
