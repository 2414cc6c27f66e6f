//! The native API as a shop calls it: over HTTP, with its key, and knowing no more of an order than
//! what the API shows.

use anyhow::{Context, bail};
use http::{Method, header};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A client of the API with one key.
#[derive(Debug, Clone)]
pub(super) struct Api {
    client: reqwest::Client,
    base_url: String,
    key: String,
}

/// What a shop reads of an order, in the API's answers and in webhooks.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(super) struct ShownOrder {
    pub(super) id: String,
    pub(super) reference: String,
    /// `test` or `live`.
    pub(super) environment: String,
    pub(super) title: String,
    pub(super) status: String,
    pub(super) version: i64,
    /// Minor units.
    pub(super) amount: i64,
    /// ISO 4217 code.
    pub(super) currency: String,
    pub(super) payment_url: Option<String>,
    pub(super) checkout_url: String,
    pub(super) status_url: String,
    pub(super) payments: Vec<ShownPayment>,
    pub(super) held: Vec<ShownHeld>,
    pub(super) needs_you: bool,
    pub(super) paid_late: bool,
}

/// One attempt to pay.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(super) struct ShownPayment {
    pub(super) id: String,
    pub(super) status: String,
    pub(super) payment_url: Option<String>,
}

/// Money that does not fit.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(super) struct ShownHeld {
    pub(super) kind: String,
}

/// One line of an order's journal.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct ShownEvent {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) old: Option<String>,
    pub(super) new: Option<String>,
    pub(super) why: String,
    pub(super) timestamp: String,
}

#[derive(Deserialize)]
struct OrderList {
    data: Vec<ShownOrder>,
}

#[derive(Deserialize)]
struct EventList {
    data: Vec<ShownEvent>,
}

#[derive(Deserialize)]
struct Refused {
    code: String,
    detail: String,
}

impl Api {
    pub(super) fn new(client: reqwest::Client, base_url: &str, key: String) -> Self {
        Api { client, base_url: base_url.to_owned(), key }
    }

    /// Makes an order; its reference is also the idempotency key.
    pub(super) async fn create(&self, order: &Value) -> anyhow::Result<ShownOrder> {
        let key = order["reference"].as_str().unwrap_or_default();
        read(&self.call(Method::POST, "/v1/orders", Some((key, order.to_string()))).await?)
    }

    pub(super) async fn order(&self, id: &str) -> anyhow::Result<ShownOrder> {
        read(&self.call(Method::GET, &format!("/v1/orders/{id}"), None).await?)
    }

    /// The order of that reference.
    pub(super) async fn find(&self, reference: &str) -> anyhow::Result<ShownOrder> {
        let list: OrderList =
            read(&self.call(Method::GET, &format!("/v1/orders?reference={reference}"), None).await?)?;
        list.data.into_iter().next().with_context(|| format!("there is no order {reference}"))
    }

    /// Cancels or fulfils an order; `key` makes a repetition safe.
    pub(super) async fn act(&self, id: &str, what: &str, key: &str) -> anyhow::Result<ShownOrder> {
        let path = format!("/v1/orders/{id}/{what}");
        read(&self.call(Method::POST, &path, Some((key, String::new()))).await?)
    }

    /// Says that cash was received.
    pub(super) async fn record(&self, id: &str, payment: &str) -> anyhow::Result<ShownOrder> {
        let path = format!("/v1/orders/{id}/payments/{payment}/record");
        read(&self.call(Method::POST, &path, Some((payment, String::new()))).await?)
    }

    /// Opens a payment of an order at that gateway; `key` makes a repetition safe.
    pub(super) async fn open(&self, id: &str, gateway: &str, key: &str) -> anyhow::Result<ShownOrder> {
        let (path, body) = (format!("/v1/orders/{id}/payments"), json!({ "gateway": gateway }));
        read(&self.call(Method::POST, &path, Some((key, body.to_string()))).await?)
    }

    /// Has events of that kind sent to that address.
    pub(super) async fn notify(&self, url: &str, kind: &str) -> anyhow::Result<()> {
        let body = json!({ "url": url, "events": [kind] });
        self.call(Method::POST, "/v1/webhook_endpoints", Some((url, body.to_string()))).await.map(drop)
    }

    /// The whole journal of an order.
    pub(super) async fn journal(&self, id: &str) -> anyhow::Result<Vec<ShownEvent>> {
        let list: EventList = read(&self.call(Method::GET, &format!("/v1/orders/{id}/events"), None).await?)?;
        Ok(list.data)
    }

    /// One call; what was posted is an idempotency key and a body.
    async fn call(
        &self,
        method: Method,
        path: &str,
        posted: Option<(&str, String)>,
    ) -> anyhow::Result<Vec<u8>> {
        let what = format!("{method} {path}");
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.base_url))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.key));
        if let Some((key, body)) = posted {
            request = request.header("idempotency-key", key);
            if !body.is_empty() {
                request = request.header(header::CONTENT_TYPE, "application/json").body(body);
            }
        }
        let answer = request.send().await.with_context(|| what.clone())?;
        let status = answer.status();
        let body = answer.bytes().await.with_context(|| what.clone())?;
        if !status.is_success() {
            match serde_json::from_slice::<Refused>(&body) {
                Ok(refused) => bail!("{what} was answered {status}, {}: {}", refused.code, refused.detail),
                Err(_) => bail!("{what} was answered {status}"),
            }
        }
        Ok(body.to_vec())
    }
}

fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> anyhow::Result<T> {
    serde_json::from_slice(body).context("the API answered something else than its description says")
}
