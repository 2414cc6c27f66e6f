//! A webhook that a handler is tried with: like one of the server's, or with one thing wrong.

use guichet_core::{EventId, OrderId};
use guichet_server::clock::rfc3339;
use guichet_server::webhook::signature;
use guichet_server::{example_order, random};
use serde_json::{Value, json};

/// A webhook to be sent.
#[derive(Debug, Clone)]
pub(super) struct Letter {
    /// What `webhook-id` says.
    pub(super) id: Option<String>,
    /// What `webhook-timestamp` says.
    pub(super) timestamp: Option<String>,
    /// What `webhook-signature` says.
    pub(super) signature: Option<String>,
    /// The bytes.
    pub(super) body: Vec<u8>,
}

/// Writes and signs webhooks about one order.
#[derive(Debug, Clone)]
pub(super) struct Writer<'a> {
    secret: &'a str,
    now_ms: i64,
    /// The order's own identifier.
    order: String,
    /// The shop's name for it, by which the handler may be asked what it did.
    pub(super) reference: String,
}

impl<'a> Writer<'a> {
    /// Writes about a new order.
    pub(super) fn new(secret: &'a str, now_ms: i64) -> Self {
        let order = OrderId::new(now_ms, random::bytes()).to_string();
        let reference = format!("certify-{}", &random::token()[..12]);
        Writer { secret, now_ms, order, reference }
    }

    /// The order as such an event shows it.
    pub(super) fn data(&self, kind: &str) -> Value {
        let mut order = example_order();
        let status = match kind.strip_prefix("order.") {
            Some(status @ ("paid" | "failed" | "expired" | "cancelled" | "fulfilled")) => status,
            Some(_) | None => "pending",
        };
        for (name, value) in [("id", self.order.as_str()), ("reference", &self.reference), ("status", status)]
        {
            order[name] = json!(value);
        }
        order
    }

    /// The event of that type that happened so many seconds ago, with those data.
    pub(super) fn event(&self, kind: &str, ago_s: i64, data: Value) -> Value {
        json!({
            "id": EventId::new(self.now_ms, random::bytes()).to_string(),
            "type": kind,
            "timestamp": rfc3339(self.now_ms - ago_s * 1000),
            "order": self.order,
            "why": "guichet webhook certify tries a handler",
            "data": data,
        })
    }

    /// What the server would send about an event of that type.
    pub(super) fn letter(&self, kind: &str) -> Letter {
        let event = self.event(kind, 0, self.data(kind));
        let id = event["id"].as_str().unwrap_or_default().to_owned();
        self.signed(&id, event.to_string().into_bytes(), 0)
    }

    /// These bytes, signed so many seconds ago.
    pub(super) fn signed(&self, id: &str, body: Vec<u8>, ago_s: i64) -> Letter {
        let timestamp_s = self.now_ms / 1000 - ago_s;
        Letter {
            id: Some(id.to_owned()),
            timestamp: Some(timestamp_s.to_string()),
            signature: signature(self.secret, id, timestamp_s, &body),
            body,
        }
    }

    /// The same letter as another try sends it: under the same identifier, with the same bytes, signed anew.
    pub(super) fn again(&self, letter: &Letter, later_s: i64) -> Letter {
        self.signed(letter.id.as_deref().unwrap_or_default(), letter.body.clone(), -later_s)
    }
}

impl Letter {
    /// The headers of the specification, as far as it has them.
    pub(super) fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("webhook-id", &self.id),
            ("webhook-timestamp", &self.timestamp),
            ("webhook-signature", &self.signature),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)))
    }

    /// The same with one signature in place of the good one.
    pub(super) fn signature(self, signature: impl Into<String>) -> Self {
        Letter { signature: Some(signature.into()), ..self }
    }
}
