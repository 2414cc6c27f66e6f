//! A sandbox that listens on a port of its own, and a shop that calls it as the guides say.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use guichet_sandbox::{Clock, Sandbox, Settings};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::wire::{Call, Sale, Seller, seller};

/// 2025-01-15T10:30:00Z, as in a vendor's examples.
pub(crate) const START_MS: i64 = 1_736_937_000_000;

/// Where the customer comes back to.
pub(crate) const RETURN_URL: &str = "https://shop.example/return?order=7";

/// A running sandbox and a client of it.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) sandbox: Sandbox,
    pub(crate) base_url: String,
    pub(crate) seller: Seller,
    client: reqwest::Client,
    sales: Arc<AtomicU64>,
}

/// An answer, read whole.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn location(&self) -> &str {
        self.headers[reqwest::header::LOCATION].to_str().expect("a readable address")
    }
}

impl Shop {
    /// A sandbox whose clock stands still until it is advanced, and a seller at the first vendor.
    pub(crate) async fn open() -> Shop {
        Shop::open_at(&seller(guichet_gateways::DIALECTS[0].name(), 7)).await
    }

    /// The same with that seller.
    pub(crate) async fn open_at(seller: &Seller) -> Shop {
        let clock = Clock::frozen(START_MS);
        Shop::open_with(seller, Settings { seed: 7, clock, ..Settings::default() }).await
    }

    pub(crate) async fn open_with(seller: &Seller, settings: Settings) -> Shop {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let sandbox = Sandbox::new(settings);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base_url = format!("http://{}", listener.local_addr().expect("a bound port"));
        tokio::spawn(sandbox.clone().serve(listener));
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .expect("a client");
        Shop { sandbox, base_url, seller: seller.clone(), client, sales: Arc::default() }
    }

    /// The same sandbox with another seller.
    pub(crate) fn with(&self, seller: &Seller) -> Shop {
        Shop { seller: seller.clone(), ..self.clone() }
    }

    /// How long the seller's links live, in seconds.
    pub(crate) fn link_ttl_s(&self) -> u64 {
        u64::try_from(self.seller.profile().link_ttl_ms / 1000).expect("a time")
    }

    /// A sale that no other is like.
    pub(crate) fn sale(&self, title: &str) -> Sale {
        let number = self.sales.fetch_add(1, Ordering::SeqCst);
        Sale {
            title: title.to_owned(),
            reference: format!("order-{number}"),
            idempotency_key: format!("00000000-0000-4000-8000-{number:012}"),
            notify_url: "http://127.0.0.1:9/".to_owned(),
            return_url: RETURN_URL.to_owned(),
            failure_url: None,
            more: Value::Null,
        }
    }

    /// Sends a call; fails when the connection breaks before the whole answer is there.
    pub(crate) async fn send(&self, call: Call) -> reqwest::Result<Answer> {
        let mut request = self.client.request(call.method, format!("{}{}", self.base_url, call.path));
        if !call.headers.iter().any(|(name, _)| *name == "Content-Type") {
            request = request.header("Content-Type", "application/json");
        }
        for (name, value) in call.headers {
            request = request.header(name, value);
        }
        let response = request.body(call.body).send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await?;
        Ok(Answer { status, headers, text })
    }

    /// A call that is no vendor's.
    pub(crate) async fn call(&self, method: Method, path: &str, body: &str) -> reqwest::Result<Answer> {
        let (path, body) = (path.to_owned(), body.to_owned());
        self.send(Call { method, path, headers: Vec::new(), body }).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, "").await.expect("an answer")
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, &body.to_string()).await.expect("an answer")
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, "").await.expect("an answer")
    }

    /// Presses a button of the hosted page, with what the customer typed.
    pub(crate) async fn press(&self, reference: &str, button: &str, typed: &str) -> Answer {
        self.submit(&format!("/pay/{reference}/{button}"), typed).await
    }

    /// Sends a form, as a browser does.
    pub(crate) async fn submit(&self, path: &str, typed: &str) -> Answer {
        let form = ("Content-Type", "application/x-www-form-urlencoded".to_owned());
        let (path, body) = (path.to_owned(), typed.to_owned());
        let call = Call { method: Method::POST, path, headers: vec![form], body };
        self.send(call).await.expect("an answer")
    }

    /// Opens a payment, whatever comes of it.
    pub(crate) async fn try_create(&self, title: &str) -> reqwest::Result<Answer> {
        self.send(self.seller.open(&self.sale(title))).await
    }

    /// Opens a payment; answers the vendor's reference.
    pub(crate) async fn create(&self, title: &str) -> String {
        self.create_sale(&self.sale(title)).await
    }

    /// The same for that sale.
    pub(crate) async fn create_sale(&self, sale: &Sale) -> String {
        let answer = self.send(self.seller.open(sale)).await.expect("an answer");
        assert!(answer.status.is_success(), "{}", answer.text);
        let (reference, url) = self.seller.opened(&answer.json());
        assert_eq!(url, format!("{}/pay/{reference}", self.base_url));
        reference
    }

    /// Asks how a payment stands, whatever comes of it.
    pub(crate) async fn try_check(&self, reference: &str) -> reqwest::Result<Answer> {
        self.send(self.seller.check(reference)).await
    }

    /// Asks how a payment stands; answers the body.
    pub(crate) async fn check(&self, reference: &str) -> Value {
        let answer = self.try_check(reference).await.expect("an answer");
        assert!(answer.status.is_success(), "{}", answer.text);
        answer.json()
    }

    /// Asks how a payment stands; answers `pending`, `paid` or `failed`.
    pub(crate) async fn status(&self, reference: &str) -> &'static str {
        self.seller.outcome(&self.check(reference).await)
    }

    /// Sets up where the seller's notifications go, as on a vendor's portal.
    pub(crate) async fn set_webhook(&self, url: Option<&str>, secret: Option<&str>) -> Answer {
        let Seller { dialect, key, account } = &self.seller;
        let body =
            json!({ "dialect": dialect, "key": key, "account": account, "url": url, "secret": secret });
        self.post("/sandbox/webhooks", body).await
    }
}
