//! The seam between a gateway client and the network: one request out, one answer in, and, when
//! there is no answer, whether the request can have had an effect.

use async_trait::async_trait;
use bytes::Bytes;

/// An HTTP request to a gateway.
#[derive(Debug, Clone)]
pub struct Request {
    /// GET, POST…
    pub method: http::Method,
    /// The whole address.
    pub url: url::Url,
    /// Headers; secret ones are marked sensitive.
    pub headers: http::HeaderMap,
    /// The body; empty for a GET.
    pub body: Bytes,
}

/// A gateway's answer, whatever it says.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status code.
    pub status: http::StatusCode,
    /// The body, read whole and never more than [`MAX_BODY_BYTES`].
    pub body: Bytes,
}

/// The longest answer that is read: 256 KiB. The gateways' real ones stay under 4 KiB.
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection was made: the request cannot have had an effect.
    #[error("no connection could be made: {0}")]
    NotSent(String),
    /// The request may have arrived: a timeout, a cut connection, an answer that broke off.
    #[error("the answer was lost: {0}")]
    Lost(String),
}

/// Sends one request, never follows a redirect, never repeats.
#[async_trait]
pub trait Transport: Send + Sync {
    /// One request, one answer.
    async fn send(&self, request: Request) -> Result<Response, TransportError>;
}
