//! A shop written for OCPay: it makes links, is told nothing, and asks by the vendor's reference,
//! which is the only name that a payment has there.

use http::Method;
use serde_json::json;

use super::wire::{Wire, part, text};
use super::{Asked, Checked};

/// The shop.
pub(super) struct Shop {
    wire: Wire,
    access_token: String,
    url: String,
}

impl Shop {
    pub(super) fn new(wire: Wire, credential: &[(&'static str, String)], url: &str) -> anyhow::Result<Self> {
        Ok(Shop { wire, access_token: part(credential, "access_token")?, url: url.to_owned() })
    }

    pub(super) async fn ask(&self, dinars: &str) -> anyhow::Result<Asked> {
        let body = json!({
            "productInfo": { "title": "Semoule fine, sac de 10 kg", "amount": dinars.parse::<i64>()? },
            "redirectUrl": self.url,
        });
        let headers = [("x-access-token", self.access_token.as_str())];
        let answer = self.wire.call(Method::POST, "/v3/ocpay/createLink", &headers, Some(body)).await?;
        let name = text(&answer, "/data/paymentRef");
        Ok(Asked { reference: name.clone(), name, url: text(&answer, "/data/paymentUrl") })
    }

    pub(super) async fn check(&self, reference: &str) -> anyhow::Result<Checked> {
        let path = format!("/v3/ocpay/checkPayment/{reference}");
        let headers = [("x-access-token", self.access_token.as_str())];
        let answer = self.wire.call(Method::GET, &path, &headers, None).await?;
        let status = match text(&answer, "/data/status").as_str() {
            "CONFIRMED" => "paid",
            "FAILED" => "failed",
            _ => "pending",
        };
        Ok(Checked { status, amount: text(&answer, "/data/transactionDetails/amount") })
    }
}
