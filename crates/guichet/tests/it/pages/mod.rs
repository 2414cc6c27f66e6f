//! What the customers' pages say: in which language, in which words, and where they lead afterwards. How they
//! look and behave in a browser is the matter of `browser`.

mod language;
mod way_back;
mod words;

use std::time::Duration;

use serde_json::Value;

use crate::support::call::{Answer, Caller, text};
use crate::support::test_server::TestServer;

/// A page as a browser in that language gets it.
async fn page(customer: &Caller, url: &str, browser: &str) -> Answer {
    customer.send("GET", url, &[("accept-language", browser)], Vec::new()).await
}

/// The language of a page.
#[track_caller]
fn language_of(page: &Answer) -> String {
    let html = page.text();
    let (_, rest) = html.split_once("<html lang=\"").unwrap_or_else(|| panic!("no page: {html}"));
    rest[..2].to_owned()
}

/// What stands between the two, the first time.
#[track_caller]
fn between(html: &str, before: &str, after: &str) -> String {
    let (_, rest) = html.split_once(before).unwrap_or_else(|| panic!("no {before} in {html}"));
    rest.split_once(after).unwrap_or_else(|| panic!("no {after} after {before}")).0.to_owned()
}

/// The status page of an order, half a minute after it was made.
async fn status_page(server: &TestServer, shop: &Caller, order: &Value) -> String {
    let made = shop.order(order).await;
    server.pass(Duration::from_secs(30)).await;
    let answer = page(&shop.without_key(), &text(&made, "/status_url"), "en").await.expect(200);
    answer.text()
}
