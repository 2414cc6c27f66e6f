//! A shop written for CinetPay: it opens payments by `POST /v2/payment`, is notified by a signed form,
//! and asks by its own `transaction_id`.

use axum::body::Bytes;
use axum::extract::State;
use http::{HeaderMap, Method, StatusCode};
use serde_json::json;
use url::form_urlencoded;

use super::notices::Notice;
use super::wire::{Wire, is_signed, part, text};
use super::{Asked, Checked, VendorShops};

/// The shop.
pub(super) struct Shop {
    wire: Wire,
    apikey: String,
    site_id: String,
    secret_key: String,
    url: String,
}

impl Shop {
    pub(super) fn new(wire: Wire, credential: &[(&'static str, String)], url: &str) -> anyhow::Result<Self> {
        Ok(Shop {
            wire,
            apikey: part(credential, "apikey")?,
            site_id: part(credential, "site_id")?,
            secret_key: part(credential, "secret_key")?,
            url: url.to_owned(),
        })
    }

    pub(super) async fn ask(&self, transaction_id: &str, amount: &str) -> anyhow::Result<Asked> {
        let body = json!({
            "apikey": self.apikey,
            "site_id": self.site_id,
            "transaction_id": transaction_id,
            "amount": amount,
            "currency": "XOF",
            "description": "Attieke du jour",
            "channels": "ALL",
            "notify_url": format!("{}/cinetpay", self.url),
            "return_url": self.url,
            "customer_name": "Kouassi",
            "customer_surname": "Awa",
            "customer_phone_number": "+2250700000001",
            "customer_country": "CI",
        });
        let answer = self.wire.call(Method::POST, "/v2/payment", &[], Some(body)).await?;
        let name = transaction_id.to_owned();
        Ok(Asked { reference: name.clone(), name, url: text(&answer, "/data/payment_url") })
    }

    pub(super) async fn check(&self, transaction_id: &str) -> anyhow::Result<Checked> {
        let body = json!({
            "apikey": self.apikey, "site_id": self.site_id, "transaction_id": transaction_id,
        });
        let answer = self.wire.call(Method::POST, "/v2/payment/check", &[], Some(body)).await?;
        let status = match (text(&answer, "/code").as_str(), text(&answer, "/data/status").as_str()) {
            ("00", "ACCEPTED") => "paid",
            (_, "REFUSED") => "failed",
            (_, _) => "pending",
        };
        Ok(Checked { status, amount: text(&answer, "/data/amount") })
    }
}

/// A form of sixteen fields; `x-token` signs their values in the order in which they came.
pub(super) async fn notified(
    State(shops): State<VendorShops>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let fields: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let value = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let token = headers.get("x-token").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let shop = &shops.0.cinetpay;
    let signed = is_signed(&shop.secret_key, fields.iter().map(|(_, value)| value.as_bytes()), token);
    shops.notices().enter(Notice {
        reference: value("cpm_trans_id").unwrap_or_default().to_owned(),
        is_signed: signed && value("cpm_site_id") == Some(shop.site_id.as_str()),
        says_paid: value("cpm_error_message") == Some("SUCCES"),
    });
    StatusCode::OK
}
