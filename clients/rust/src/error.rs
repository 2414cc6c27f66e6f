//! What may go wrong in a call.

use std::fmt;

use http::HeaderMap;
use serde::Deserialize;

/// What may go wrong in a call.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server refused it, or could not do it.
    #[error(transparent)]
    Refused(Box<Refusal>),
    /// No answer came. What was asked for may have been done: the same call with the same idempotency key is safe.
    #[error("No answer came.")]
    ConnectionFailed(#[source] reqwest::Error),
    /// An answer that is none of this contract.
    #[error("The answer cannot be read.")]
    Unreadable(#[source] serde_json::Error),
    /// What a client is made of is wrong.
    #[error("{0}")]
    Misused(&'static str),
    /// The machine lacks what calls need: certificates, or random numbers.
    #[error("The machine lacks what calls need.")]
    Machine(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A refusal: what was wrong, where, and what to do.
#[derive(Debug)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The kind of problem in one word, which programs may rely on; `unknown` where something before the server answered.
    pub code: String,
    /// What was wrong, as a sentence.
    pub detail: String,
    /// The field that was wrong, as a path such as `items[0].quantity`.
    pub field: Option<String>,
    /// The call's name in the server's log: tell it whoever runs the server.
    pub request_id: Option<String>,
    /// After how many seconds it is worth asking again.
    pub retry_after_s: Option<u64>,
}

/// A problem, as far as something before the server did not answer.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Said {
    code: Option<String>,
    detail: Option<String>,
    field: Option<String>,
}

impl Refusal {
    pub(crate) fn read(status: u16, headers: &HeaderMap, body: &[u8]) -> Self {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let said: Said = serde_json::from_slice(body).unwrap_or_default();
        Refusal {
            status,
            code: said.code.unwrap_or_else(|| "unknown".to_owned()),
            detail: said.detail.unwrap_or_else(|| format!("The server answered {status}.")),
            field: said.field,
            request_id: header("request-id").map(str::to_owned),
            retry_after_s: header("retry-after").and_then(|value| value.parse().ok()),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Refusal {}

impl Error {
    /// The refusal, where it is one.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Error::Refused(refusal) => Some(refusal),
            Error::ConnectionFailed(_) | Error::Unreadable(_) | Error::Misused(_) | Error::Machine(_) => None,
        }
    }
}
