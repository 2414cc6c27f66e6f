//! Payment links over real sockets: what a shop may ask for, and what becomes of whoever opens one.

mod api;
mod customers;

use serde_json::{Value, json};
use url::form_urlencoded;

use crate::support::call::{Answer, Caller};
use crate::support::test_server::TestServer;

/// What a link is, unless a test says otherwise.
fn coffee() -> Value {
    json!({ "reference": "COFFEE", "title": "Coffee [paid]", "amount": 250_000, "currency": "DZD" })
}

/// Those fields, with these in their stead.
fn with(mut base: Value, fields: Value) -> Value {
    let fields = fields.as_object().expect("an object").clone();
    base.as_object_mut().expect("an object").extend(fields);
    base
}

/// A customer's browser in front of a link.
#[derive(Clone)]
struct Customer {
    browser: Caller,
    url: String,
}

impl Customer {
    fn of(server: &TestServer, url: &str) -> Customer {
        Customer { browser: Caller::new(&server.base_url, None), url: url.to_owned() }
    }

    async fn open(&self) -> Answer {
        self.browser.send("GET", &self.url, &[("accept-language", "en")], Vec::new()).await
    }

    /// The mark of the page, which is opened for it.
    async fn mark(&self) -> String {
        mark_of(&self.open().await.expect(200).text())
    }

    async fn go_on(&self, fields: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("accept-language", "en")];
        self.browser.send("POST", &self.url, &headers, body.into_bytes()).await
    }

    /// Opens the page and goes on with these fields: where that leads.
    async fn order(&self, fields: &[(&str, &str)]) -> String {
        let mark = self.mark().await;
        let mut all = vec![("mark", mark.as_str())];
        all.extend(fields);
        self.go_on(&all).await.expect(303).header("location").to_owned()
    }
}

/// The mark that a page carries.
fn mark_of(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"mark\" value=\"").unwrap_or_else(|| panic!("no mark: {page}"));
    rest.split_once('"').expect("an end").0.to_owned()
}

/// Makes a link and returns it.
async fn link(shop: &Caller, body: &Value) -> Value {
    shop.post("/v1/payment_links", body).await.expect(201).json()
}

/// The orders of a link, newest first.
async fn orders_of(shop: &Caller, link: &Value) -> Vec<Value> {
    let path = format!("/v1/orders?payment_link={}", link["id"].as_str().expect("an identifier"));
    let page = shop.get(&path).await.expect(200).json();
    page["data"].as_array().expect("orders").clone()
}
