//! What every shop of another vendor needs to speak at all: calls with JSON, the parts of its
//! credential by name, and a look at a signature.

use anyhow::{Context, ensure};
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use http::{Method, header};
use serde_json::Value;
use sha2::Sha256;

use guichet_server::random;

/// A client of a vendor's API, which is Guichet.
#[derive(Debug, Clone)]
pub(super) struct Wire {
    client: reqwest::Client,
    base_url: String,
}

impl Wire {
    pub(super) fn new(client: reqwest::Client, base_url: &str) -> Self {
        Wire { client, base_url: base_url.to_owned() }
    }

    /// The same client of another server.
    pub(super) fn of(&self, base_url: &str) -> Self {
        Wire { base_url: base_url.to_owned(), ..self.clone() }
    }

    /// One call; anything but a success is an error.
    pub(super) async fn call(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> anyhow::Result<Value> {
        let what = format!("{method} {path}");
        let mut request = self.client.request(method, format!("{}{path}", self.base_url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.header(header::CONTENT_TYPE, "application/json").body(body.to_string());
        }
        let answer = request.send().await.with_context(|| what.clone())?;
        let status = answer.status();
        let body = answer.text().await.with_context(|| what.clone())?;
        ensure!(status.is_success(), "{what} was answered {status}: {body}");
        serde_json::from_str(&body).with_context(|| format!("{what} was answered something else than JSON"))
    }
}

/// A part of a credential, by the vendor's name for it.
pub(super) fn part(credential: &[(&'static str, String)], name: &str) -> anyhow::Result<String> {
    let part = credential.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
    part.with_context(|| format!("the credential has no {name}"))
}

/// The text at that pointer of an answer; a number as it is written; empty when there is neither.
pub(super) fn text(answer: &Value, pointer: &str) -> String {
    match answer.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) | None => String::new(),
    }
}

/// Whether these parts, one after the other, were signed with that secret (HMAC-SHA256, hexadecimal).
pub(super) fn is_signed<'a>(secret: &str, parts: impl IntoIterator<Item = &'a [u8]>, given: &str) -> bool {
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
    let mac = parts.into_iter().fold(mac, |mac, part| mac.chain_update(part));
    random::same(&HEXLOWER.encode(&mac.finalize().into_bytes()), given)
}
