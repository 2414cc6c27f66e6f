//! The language of a customer's pages: chosen now, chosen before on this order, asked for by the order, or the
//! browser's, in this order; and what is sent agrees with what its link opens.

use std::time::Duration;

use serde_json::{Value, json};

use super::{language_of, page};
use crate::support::call::{Caller, text};
use crate::support::shop_file::alger;
use crate::support::test_server::{TestServer, order, plain_order};

const CODES: [&str; 3] = ["fr", "ar", "en"];

/// What a customer chose, the order asks for and the browser speaks, and the language of the pages then: on
/// the checkout page, at the gateway, and back on the status page.
#[tokio::test(flavor = "multi_thread")]
async fn every_wish_in_its_turn() {
    let server = TestServer::start("page-language").await;
    let shop = server.shop().await;
    let customer = shop.without_key();
    let mut number = 0;
    for chosen in [None, Some("ar")] {
        for asked in [None, Some("fr"), Some("ar"), Some("en")] {
            for browser in CODES {
                number += 1;
                let expected = chosen.or(asked).unwrap_or(browser);
                let case = format!("chosen {chosen:?}, order {asked:?}, browser {browser}");
                let mut body = plain_order(&format!("language-{number}"));
                body["language"] = asked.map_or(Value::Null, |code| json!(code));
                let made = shop.order(&body).await;
                let (checkout, status) = (text(&made, "/checkout_url"), text(&made, "/status_url"));
                let first = match chosen {
                    Some(code) => format!("{checkout}?lang={code}"),
                    None => checkout.clone(),
                };
                let shown = page(&customer, &first, browser).await.expect(200);
                assert_eq!(language_of(&shown), expected, "{case}: checkout");
                // The addresses on the page name no language: the order knows it.
                assert!(
                    !shown.text().contains(&format!("{}?lang=", &status[server.base_url.len()..])),
                    "{case}"
                );
                for url in [&checkout, &status] {
                    assert_eq!(language_of(&page(&customer, url, browser).await), expected, "{case}: {url}");
                }
                // CinetPay brings the browser back by a POST from elsewhere.
                let form =
                    [("content-type", "application/x-www-form-urlencoded"), ("accept-language", browser)];
                let back = customer.send("POST", &status, &form, b"transaction_id=x".to_vec()).await;
                assert_eq!(language_of(&back), expected, "{case}: back by POST");
            }
        }
    }
    assert_eq!(number, 24);
}

/// A choice on one page holds on the next, whatever browser opens it, until there is another.
#[tokio::test(flavor = "multi_thread")]
async fn a_choice_holds_until_the_next_one() {
    let server = TestServer::start("page-choice").await;
    let shop = server.shop().await;
    let customer = shop.without_key();
    let made = shop
        .order(&json!({
            "reference": "choice", "amount": 250_000, "currency": "DZD", "language": "fr",
        }))
        .await;
    let (checkout, status) = (text(&made, "/checkout_url"), text(&made, "/status_url"));
    for (asked, browser, expected) in [
        (status.clone(), "en", "fr"),
        (format!("{status}?lang=ar"), "en", "ar"),
        (status.clone(), "en", "ar"),
        (checkout.clone(), "fr", "ar"),
        (format!("{status}?lang=xx"), "fr", "ar"),
        (format!("{checkout}?lang=en"), "fr", "en"),
        (status.clone(), "ar", "en"),
    ] {
        assert_eq!(language_of(&page(&customer, &asked, browser).await), expected, "{asked}");
    }
    // Looking is no choice: what the script asks leaves everything as it was.
    let version = shop.get(&format!("/v1/orders/{}", text(&made, "/id"))).await.json()["version"].clone();
    page(&customer, &format!("{status}/live?lang=fr"), "fr").await.expect(200);
    assert_eq!(language_of(&page(&customer, &status, "ar").await), "en");
    assert_eq!(shop.get(&format!("/v1/orders/{}", text(&made, "/id"))).await.json()["version"], version);
    // Pressing Pay in a language is a choice.
    let account = shop.get("/v1/orders").await.json();
    assert!(account["data"].is_array());
    let form = [("content-type", "application/x-www-form-urlencoded"), ("accept-language", "en")];
    customer.send("POST", &checkout, &form, b"account=none&lang=ar".to_vec()).await;
    assert_eq!(language_of(&page(&customer, &status, "en").await), "ar");
}

/// The text of the newest message once there are that many. What another task of the server is sending just now
/// arrives a moment later.
async fn newest(server: &TestServer, customer: &Caller, count: usize) -> String {
    loop {
        let outbox = customer.get(&format!("{}/sandbox/outbox", server.sandbox_url)).await.expect(200).json();
        let messages = outbox["data"].as_array().expect("messages");
        assert!(messages.len() <= count, "{outbox}");
        if messages.len() == count {
            return text(&messages[0], "/text");
        }
        server.settle().await;
    }
}

/// A message is written in the language in which its link opens.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_and_its_link_agree() {
    let server = TestServer::start("page-messages").await;
    let messages = json!({
        "outbox": format!("{}/sandbox/outbox", server.sandbox_url),
        "sms": { "url": "https://sms.example/?to={to}&text={text}", "method": "GET" },
    });
    server.declare(alger(&server.sandbox_url).messages(messages)).await;
    let shop = server.shop().await;
    let customer = shop.without_key();
    let mut told = 0;
    for chosen in [None, Some("ar"), Some("en")] {
        for asked in [None, Some("fr"), Some("en")] {
            for browser in CODES {
                told += 1;
                let case = format!("chosen {chosen:?}, order {asked:?}, browser {browser}");
                let mut body = order(&format!("told-{told}"), "Livre");
                body["language"] = asked.map_or(Value::Null, |code| json!(code));
                body["payer"] = json!({ "phone": "+213555000001" });
                let made = shop.order(&body).await;
                if let Some(code) = chosen {
                    page(&customer, &format!("{}?lang={code}", text(&made, "/status_url")), browser).await;
                }
                let link = text(&made, "/payments/0/payment_url");
                customer.press(&format!("{link}/pay")).await;
                server.pass(Duration::from_secs(40)).await;
                let message = newest(&server, &customer, told).await;
                let written = match &message {
                    text if text.contains("تم دفع") => "ar",
                    text if text.contains("is paid") => "en",
                    _ => "fr",
                };
                let link = message.split_whitespace().find(|word| word.starts_with("http")).expect("a link");
                let mut opened = page(&customer, link, browser).await;
                while (300..400).contains(&opened.status) {
                    let location = opened.header("location").to_owned();
                    opened = page(&customer, &location, browser).await;
                }
                assert_eq!(language_of(&opened), written, "{case}: {message}");
                let wished = chosen.or(asked);
                assert!(wished.is_none_or(|wished| wished == written), "{case}: {message}");
            }
        }
    }
}
