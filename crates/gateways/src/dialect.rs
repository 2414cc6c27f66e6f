//! A dialect: the inbound HTTP API of a vendor, without an HTTP server. It reads a vendor-shaped
//! request, asks a [`Backend`], and writes a vendor-shaped answer.

use async_trait::async_trait;
use bytes::Bytes;

use crate::payin::Backend;

/// A request of a vendor's client, as the HTTP server received it.
#[derive(Debug, Clone)]
pub struct VendorRequest {
    /// GET, POST…
    pub method: http::Method,
    /// The path, without the query.
    pub path: String,
    /// All headers.
    pub headers: http::HeaderMap,
    /// The raw bytes.
    pub body: Bytes,
}

/// The answer to it.
#[derive(Debug, Clone)]
pub struct VendorResponse {
    /// The status code.
    pub status: http::StatusCode,
    /// The value of `content-type`.
    pub content_type: &'static str,
    /// The raw bytes.
    pub body: Bytes,
}

/// What serves one vendor's clients.
#[async_trait]
pub trait Dialect: Send + Sync {
    /// The gateway's name.
    fn name(&self) -> &'static str;

    /// Whether a request for this path belongs to this dialect.
    fn serves(&self, path: &str) -> bool;

    /// Answers a request; a request that makes no sense gets the vendor's error shape.
    async fn answer(&self, backend: &dyn Backend, request: VendorRequest) -> VendorResponse;
}
