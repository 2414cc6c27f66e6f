//! The demo's front: the grocery's other shop, written for OneEntry. Its page runs in the customer's
//! browser and knows nothing but `/api/content` of a server at another origin; `customer.rs` is such a
//! browser without a page.

mod customer;
mod page;

use serde_json::json;

use super::language::{Language, Text};
use super::shop::{Product, in_dinars};

pub(super) use customer::{Customer, Session};

/// Where the page is, below the shop's address.
pub(super) const PATH: &str = "/boutique";

/// By which markers the project knows the ways to pay.
pub(super) const BY_CARD: &str = "ocpay";
/// Cash at the door.
pub(super) const BY_CASH: &str = "cash";

/// The only storage of the project, and the form that goes with its orders.
const STORAGE: &str = "orders";
const ORDER_FORM: &str = "livraison";

/// A front as it is set up: where the project is, and the key that it shows.
#[derive(Debug, Clone)]
pub(super) struct Front {
    client: reqwest::Client,
    server_url: String,
    app_token: String,
}

impl Front {
    pub(super) fn new(client: reqwest::Client, server_url: &str, app_token: String) -> Self {
        Front { client, server_url: server_url.to_owned(), app_token }
    }

    /// Its publishable key.
    pub(super) fn app_token(&self) -> &str {
        &self.app_token
    }
}

/// The reference by which the shop knows the order of that number.
pub(super) fn reference(number: i64) -> String {
    format!("{STORAGE}-{number}")
}

/// What the grocery's shop file says of its front.
pub(super) fn project(shop_url: &str) -> String {
    let products = (1..).zip(in_dinars()).map(|(number, product)| declared(number, product, shop_url));
    include_str!("project.toml").replace("{shop_url}", shop_url) + &products.collect::<String>()
}

fn declared(number: i64, product: &Product, shop_url: &str) -> String {
    // A text in JSON is a text in TOML.
    let quoted = |text: &str| json!(text).to_string();
    let each = |text: Text| {
        let texts =
            Language::ALL.map(|language| format!("{} = {}", language.code(), quoted(text.of(language))));
        format!("{{ {} }}", texts.join(", "))
    };
    let (title, words) = (each(product.name), each(product.words));
    let (price, picture) = (product.price_minor, quoted(&format!("{shop_url}{PATH}/{}.svg", product.slug)));
    format!(
        r#"
[[merchants.products]]
id = {number}
title = {title}
price = {price}
image = {picture}
attributes = {{ words = {{ type = "text", value = {words} }} }}
"#
    )
}
