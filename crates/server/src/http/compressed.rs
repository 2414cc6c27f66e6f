//! Which answers are compressed with gzip, for whom asks for it. On the wire the length of an answer
//! shows, and a text that repeats a secret beside it makes the whole shorter (BREACH); so an answer
//! that may hold both is never compressed (decision 39).

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::{Extensions, HeaderMap, HeaderValue, StatusCode, Version, header};
use tower::ServiceExt as _;
use tower_http::CompressionLevel;
use tower_http::compression::Compression;
use tower_http::compression::predicate::{Predicate as _, SizeAbove};

/// From how many bytes on it is worth it: less fits a packet anyway.
const FEWEST_BYTES: u16 = 1024;

/// What holds the addresses of customers' pages, which are all it takes to open them, or signing
/// secrets, or the token of a form, beside texts that customers or strangers choose.
const SECRETIVE: [&str; 5] =
    ["/v1/orders", "/v1/events", "/v1/webhook_endpoints", "/v1/deliveries", "/office"];

/// Answers, compressed where that is asked for and harmless.
pub(super) async fn run(request: Request, next: Next) -> Response {
    if !request.headers().contains_key(header::ACCEPT_ENCODING) || !is_harmless(&request) {
        return next.run(request).await;
    }
    let worthwhile = SizeAbove::new(FEWEST_BYTES).and(is_text);
    let compression = Compression::new(next).compress_when(worthwhile).quality(CompressionLevel::Fastest);
    let answered: Result<_, Infallible> = compression.oneshot(request).await;
    match answered {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    }
}

/// What is only read, by a route of ours, and none of the secretive ones. Whoever posts is often
/// answered with a secret: a token, a key, the page of an order.
fn is_harmless(request: &Request) -> bool {
    let route = request.extensions().get::<MatchedPath>();
    request.method().is_safe()
        && route.is_some_and(|route| !SECRETIVE.iter().any(|start| route.as_str().starts_with(start)))
}

fn is_text(_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let kind = content_type.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    [&b"text/html"[..], b"text/css", b"text/javascript", b"application/json", b"image/svg+xml"]
        .contains(&kind)
}
