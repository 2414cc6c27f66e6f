//! A client as a shop has one: a base address, a key, and answers read whole.

use http::{HeaderMap, Method};
use serde_json::Value;

/// Calls one server with one key.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) base_url: String,
    pub(crate) key: Option<String>,
    client: reqwest::Client,
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// A header, or the empty text.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The same, insisting on the status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }
}

/// A text out of a JSON value by pointer, such as `/payments/0/id`.
#[track_caller]
pub(crate) fn text(value: &Value, pointer: &str) -> String {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("no text at {pointer}: {value}")).to_owned()
}

impl Caller {
    pub(crate) fn new(base_url: &str, key: Option<&str>) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .expect("a client");
        Caller { base_url: base_url.to_owned(), key: key.map(str::to_owned), client }
    }

    /// The same client with another key.
    pub(crate) fn with_key(&self, key: &str) -> Self {
        Caller { key: Some(key.to_owned()), ..self.clone() }
    }

    /// The same client without a key.
    pub(crate) fn without_key(&self) -> Self {
        Caller { key: None, ..self.clone() }
    }

    /// Any request; headers given here win over the usual ones.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer {
        self.try_send(method, path, headers, body).await.expect("an answer")
    }

    /// The same for a server that may die before it has answered.
    pub(crate) async fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> reqwest::Result<Answer> {
        let method: Method = method.parse().expect("a method");
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base_url) };
        let mut request = self.client.request(method, url);
        let given = |name: &str| headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name));
        if let Some(key) = self.key.as_deref().filter(|_| !given("authorization")) {
            request = request.header("authorization", format!("Bearer {key}"));
        }
        if !body.is_empty() && !given("content-type") {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.body(body).send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await?.to_vec();
        Ok(Answer { status, headers, bytes })
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], Vec::new()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &[], body.to_string().into_bytes()).await
    }

    /// POST without a body.
    pub(crate) async fn press(&self, path: &str) -> Answer {
        self.send("POST", path, &[], Vec::new()).await
    }

    /// Makes an order and returns it.
    pub(crate) async fn order(&self, body: &Value) -> Value {
        let answer = self.post("/v1/orders", body).await;
        assert!(matches!(answer.status, 200 | 201), "{} {}", answer.status, answer.text());
        answer.json()
    }
}
