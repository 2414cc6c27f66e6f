//! A shop written for Novasend: it makes payins under idempotency keys, is notified of their ends by
//! signed JSON, and asks by the vendor's reference.

use axum::body::Bytes;
use axum::extract::State;
use data_encoding::BASE64;
use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};

use guichet_server::random;

use super::notices::Notice;
use super::wire::{Wire, is_signed, part, text};
use super::{Asked, Checked, VendorShops};

/// The shop.
pub(super) struct Shop {
    wire: Wire,
    authorization: String,
    webhook_secret: String,
    url: String,
}

impl Shop {
    pub(super) fn new(wire: Wire, credential: &[(&'static str, String)], url: &str) -> anyhow::Result<Self> {
        let pair = format!("{}:{}", part(credential, "api_key")?, part(credential, "api_client")?);
        Ok(Shop {
            wire,
            authorization: format!("Basic {}", BASE64.encode(pair.as_bytes())),
            webhook_secret: part(credential, "webhook_secret")?,
            url: url.to_owned(),
        })
    }

    /// A shop that asks the vendor itself, with that merchant's own account there.
    pub(super) fn straight(&self, vendor_url: &str, merchant: &str) -> anyhow::Result<Self> {
        let part = |name, of: &str| (name, format!("{of}{merchant}"));
        let account =
            [part("api_key", "ns_"), part("api_client", "client_"), part("webhook_secret", "secret_of_ns_")];
        Shop::new(self.wire.of(vendor_url), &account, &self.url)
    }

    pub(super) async fn ask(&self, reference: &str, amount: &str) -> anyhow::Result<Asked> {
        let body = json!({
            "reference": reference,
            "amount": amount,
            "country": "SN",
            "msisdn": "+221770000001",
            "customerName": "Awa Ndiaye",
            "action": { "successUrl": self.url, "failureUrl": self.url },
        });
        let key = uuid::Builder::from_random_bytes(random::bytes()).into_uuid().to_string();
        let headers = [("authorization", self.authorization.as_str()), ("x-idempotency-key", &key)];
        let answer = self.wire.call(Method::POST, "/v1/payin/sessions", &headers, Some(body)).await?;
        Ok(Asked {
            reference: reference.to_owned(),
            name: text(&answer, "/reference"),
            url: text(&answer, "/paymentUrl"),
        })
    }

    pub(super) async fn check(&self, reference: &str) -> anyhow::Result<Checked> {
        let path = format!("/v1/payin/{reference}");
        let headers = [("authorization", self.authorization.as_str())];
        let answer = self.wire.call(Method::GET, &path, &headers, None).await?;
        let said = (text(&answer, "/status"), text(&answer, "/transaction/status"));
        let status = match (said.0.as_str(), said.1.as_str()) {
            ("processed", "completed") => "paid",
            ("failed", _) | ("expired", _) => "failed",
            (_, _) => "pending",
        };
        Ok(Checked { status, amount: text(&answer, "/transaction/amount") })
    }
}

/// A payin as JSON; `x-signature-value` signs the bytes.
pub(super) async fn notified(
    State(shops): State<VendorShops>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let payin: Value = serde_json::from_slice(&body).unwrap_or_default();
    let secret = &shops.0.novasend.webhook_secret;
    shops.notices().enter(Notice {
        reference: text(&payin, "/reference"),
        is_signed: is_signed(secret, [body.as_ref()], header("x-signature-value")),
        says_paid: header("x-novasend-event") == "payin.confirmed",
    });
    StatusCode::OK
}
