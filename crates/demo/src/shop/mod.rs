//! The demo shop: a real client of Guichet. It makes orders through the API, sends customers to the
//! checkout page, believes nothing but signed webhooks, and hands over the goods on `order.paid`.

mod books;
mod pages;
mod products;
mod story;
mod story_words;
mod webhooks;
mod words;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use serde_json::{Value, json};

use guichet_server::clock::Clock;
use guichet_server::random;

use super::api::{Api, ShownOrder};
use super::language::Language;
use books::Books;
pub(super) use books::Received;
pub(super) use products::{Product, drawing, in_dinars};
pub(super) use story::PATH as STORY;

/// The longest body that is read: 64 KiB.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// The shop; a clone is the same shop.
#[derive(Clone)]
pub(super) struct Shop(Arc<Inner>);

struct Inner {
    test: Api,
    live: Api,
    url: String,
    signing_secret: String,
    clock: Clock,
    others: Others,
    books: Mutex<Books>,
}

/// Where the others of the demo are, for links.
pub(super) struct Others {
    /// The acquirer's page.
    pub(super) sandbox: String,
    /// The back office.
    pub(super) office: String,
}

impl Shop {
    /// A shop with a client for play money and one for real money.
    pub(super) fn new(
        [test, live]: [Api; 2],
        url: String,
        signing_secret: String,
        clock: Clock,
        others: Others,
    ) -> Self {
        Shop(Arc::new(Inner { test, live, url, signing_secret, clock, others, books: Mutex::default() }))
    }

    /// Everything it serves.
    pub(super) fn router(&self) -> Router {
        Router::new()
            .route("/", get(pages::home))
            .route("/acheter/{slug}", post(pages::buy))
            .route("/commandes/{reference}", get(pages::order))
            .route("/avancer", post(pages::advance))
            .route(story::PATH, get(story::begin).post(story::buy))
            .route("/histoire/{reference}", get(story::follow))
            .route("/webhooks", post(webhooks::receive))
            .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
            .with_state(self.clone())
    }

    /// Its client of the API for `test` or `live` orders.
    pub(super) fn api(&self, environment: &str) -> &Api {
        if environment == "live" { &self.0.live } else { &self.0.test }
    }

    /// Where it is reached, without a trailing slash.
    pub(super) fn url(&self) -> &str {
        &self.0.url
    }

    /// The address of its page about an order.
    pub(super) fn order_url(&self, reference: &str) -> String {
        format!("{}/commandes/{reference}", self.0.url)
    }

    /// The webhooks it received about an order, oldest first, each once.
    pub(super) fn received(&self, order: &str) -> Vec<Received> {
        self.books().received_about(order)
    }

    /// How many webhooks it turned away because their signature was not Guichet's.
    pub(super) fn forged(&self) -> usize {
        self.books().forged()
    }

    /// What it believes of an order, after the webhooks it received.
    pub(super) fn status(&self, reference: &str) -> Option<String> {
        self.books().order(reference).map(|order| order.status)
    }

    /// Its newest order.
    pub(super) fn newest(&self) -> Option<ShownOrder> {
        self.books().newest(1).pop()
    }

    /// An order for its first product that waits for a day.
    pub(super) async fn sample(&self) -> anyhow::Result<ShownOrder> {
        self.sell(&products::ALL[0], Language::Fr, 24 * 3600, "commandes").await
    }

    /// Makes an order; the customer comes back to the page of its reference below `page`.
    async fn sell(
        &self,
        product: &Product,
        language: Language,
        expires_in: i64,
        page: &str,
    ) -> anyhow::Result<ShownOrder> {
        let name = product.name.of(language);
        let reference = format!("CMD-{}", random::token()[..8].to_ascii_uppercase());
        let order = json!({
            "reference": reference,
            "currency": product.currency,
            "items": [{ "name": name, "quantity": 1, "unit_amount": product.price_minor }],
            "title": name,
            "payer": payer(product.currency),
            "language": language.tag(),
            "return_url": format!("{}/{page}/{reference}", self.0.url),
            "expires_in": expires_in,
        });
        let order = self.api("test").create(&order).await?;
        self.books().learn(order.clone());
        Ok(order)
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who buys: somebody from where that money is used, who can be written to.
fn payer(currency: &str) -> Value {
    let (phone, country) = if currency == "DZD" { ("+213550000001", "DZ") } else { ("+2250700000001", "CI") };
    json!({
        "family_name": "Benali", "given_name": "Amel", "email": "amel@example.com", "phone": phone, "country": country,
    })
}
