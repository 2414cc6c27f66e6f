//! One call: what is sent, how an answer is read, and when it is made again.

use std::time::Duration;

use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Refusal};

/// Where the server is, and as whom it is called.
pub(crate) struct Settings {
    pub(crate) base_url: String,
    pub(crate) api_key: String,
    pub(crate) retries: u32,
    pub(crate) http: reqwest::Client,
}

/// What is sent.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Option<serde_json::Result<Vec<u8>>>,
    pub(crate) idempotency_key: Option<String>,
    /// Whether doing it twice does what doing it once does.
    pub(crate) is_safe: bool,
}

impl Call {
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Call { method: Method::GET, path: path.into(), body: None, idempotency_key: None, is_safe: true }
    }

    pub(crate) fn post(path: impl Into<String>, is_safe: bool) -> Self {
        Call { method: Method::POST, is_safe, ..Call::get(path) }
    }

    pub(crate) fn with(mut self, body: &impl Serialize) -> Self {
        self.body = Some(serde_json::to_vec(body));
        self
    }

    /// Makes the call, again where that is safe and may help, and reads the answer.
    pub(crate) async fn make<Answer: DeserializeOwned>(self, settings: &Settings) -> Result<Answer, Error> {
        let body = self.made(settings).await?;
        serde_json::from_slice(if body.is_empty() { b"null" } else { &body }).map_err(Error::Unreadable)
    }

    async fn made(mut self, settings: &Settings) -> Result<Vec<u8>, Error> {
        let body = self.body.take().transpose().map_err(Error::Unreadable)?;
        let mut tries = 0;
        loop {
            let error = match self.once(settings, body.as_deref()).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let may_go_again = self.is_safe || self.idempotency_key.is_some();
            let pause = pause(&error, tries).filter(|_| tries < settings.retries && may_go_again);
            let Some(pause) = pause else { return Err(error) };
            tokio::time::sleep(pause).await;
            tries += 1;
        }
    }

    async fn once(&self, settings: &Settings, body: Option<&[u8]>) -> Result<Vec<u8>, Error> {
        let address = format!("{}{}", settings.base_url, self.path);
        let mut request = settings.http.request(self.method.clone(), address).bearer_auth(&settings.api_key);
        if let Some(key) = &self.idempotency_key {
            request = request.header("idempotency-key", key);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_vec());
        }
        let answer = request.send().await.map_err(Error::ConnectionFailed)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.bytes().await.map_err(Error::ConnectionFailed)?;
        if status.is_success() {
            return Ok(body.to_vec());
        }
        Err(Error::Refused(Box::new(Refusal::read(status.as_u16(), &headers, &body))))
    }
}

/// An idempotency key for one call alone.
pub(crate) fn random_key() -> Result<String, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Error::Machine(Box::new(error)))?;
    Ok(data_encoding::HEXLOWER.encode(&bytes))
}

/// An identifier as a part of a path.
pub(crate) fn part(id: &str) -> String {
    let mut part = String::new();
    for byte in id.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' | b'.' => part.push(char::from(byte)),
            _ => part.push_str(&format!("%{byte:02X}")),
        }
    }
    part
}

/// How long to wait before the call is made again; nothing where that would not help.
fn pause(error: &Error, tries: u32) -> Option<Duration> {
    let usual = Duration::from_millis(500) * 2_u32.saturating_pow(tries);
    match error {
        Error::ConnectionFailed(error) if !error.is_builder() => Some(usual),
        Error::Refused(refusal) => {
            let may_pass =
                refusal.status >= 500 || refusal.status == 429 || refusal.code == "idempotency_in_progress";
            let asked = Duration::from_secs(refusal.retry_after_s.unwrap_or(0));
            may_pass.then(|| usual.max(asked))
        }
        Error::ConnectionFailed(_) | Error::Unreadable(_) | Error::Misused(_) | Error::Machine(_) => None,
    }
}
