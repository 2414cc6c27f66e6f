//! A sandbox that listens on a port of its own, and a shop that calls it as the guide says.

use guichet_sandbox::{Clock, Sandbox, Settings};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// 2025-01-15T10:30:00Z, as in the vendor's examples.
pub(crate) const START_MS: i64 = 1_736_937_000_000;

/// A running sandbox and a client of it.
pub(crate) struct Shop {
    pub(crate) sandbox: Sandbox,
    pub(crate) base_url: String,
    pub(crate) key: String,
    client: reqwest::Client,
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
    /// A sandbox whose clock stands still until it is advanced.
    pub(crate) async fn open() -> Shop {
        let clock = Clock::frozen(START_MS);
        Shop::open_with(Settings { seed: 7, clock, ..Settings::default() }).await
    }

    pub(crate) async fn open_with(settings: Settings) -> Shop {
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
        Shop { sandbox, base_url, key: "sk_sandbox_abc12345".into(), client }
    }

    /// The same sandbox with another key.
    pub(crate) fn with_key(&self, key: &str) -> Shop {
        Shop {
            sandbox: self.sandbox.clone(),
            base_url: self.base_url.clone(),
            key: key.into(),
            client: self.client.clone(),
        }
    }

    /// Any call; fails when the connection breaks before the whole answer is there.
    pub(crate) async fn call(&self, method: Method, path: &str, body: &str) -> reqwest::Result<Answer> {
        let request = self.client.request(method, format!("{}{path}", self.base_url));
        let request = request.header("X-Access-Token", &self.key).header("Content-Type", "application/json");
        let response = request.body(body.to_owned()).send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await?;
        Ok(Answer { status, headers, text })
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, "").await.expect("an answer")
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, &body.to_string()).await.expect("an answer")
    }

    /// createLink, whatever comes of it.
    pub(crate) async fn try_create(&self, title: &str) -> reqwest::Result<Answer> {
        let body = json!({
            "productInfo": { "title": title, "amount": 2500 },
            "redirectUrl": "https://shop.example/return?order=7",
        });
        self.call(Method::POST, "/v3/ocpay/createLink", &body.to_string()).await
    }

    /// createLink; answers the reference.
    pub(crate) async fn create(&self, title: &str) -> String {
        let answer = self.try_create(title).await.expect("an answer");
        assert!(answer.status.is_success(), "{}", answer.text);
        let body = answer.json();
        let reference = body["data"]["paymentRef"].as_str().expect("a reference").to_owned();
        assert_eq!(body["data"]["paymentUrl"], format!("{}/pay/{reference}", self.base_url));
        reference
    }

    /// checkPayment, whatever comes of it.
    pub(crate) async fn try_check(&self, reference: &str) -> reqwest::Result<Answer> {
        self.call(Method::GET, &format!("/v3/ocpay/checkPayment/{reference}"), "").await
    }

    /// checkPayment; answers the `data`.
    pub(crate) async fn check(&self, reference: &str) -> Value {
        let answer = self.try_check(reference).await.expect("an answer");
        assert!(answer.status.is_success(), "{}", answer.text);
        answer.json()["data"].take()
    }

    /// checkPayment; answers the status.
    pub(crate) async fn status(&self, reference: &str) -> String {
        self.check(reference).await["status"].as_str().expect("a status").to_owned()
    }
}
