//! What is around every endpoint for fronts: browsers may call from any origin, every error has
//! OneEntry's shape, and a panic is an error like any other.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde_json::json;
use tracing::Instrument as _;

use crate::clock::rfc3339;
use crate::oneentry::front::Front;
use crate::store::Fault;

use super::PREFIX;
use super::front_error::FrontError;

const ALLOWED_HEADERS: &str = "content-type, x-app-token, x-device-metadata, authorization";
const ALLOWED_METHODS: &str = "GET, POST, PUT, DELETE, OPTIONS";
/// What a page may read of an answer beside its body: when to come back, and the name of the request.
const EXPOSED_HEADERS: &str = "retry-after, request-id";
/// How long a browser may remember what is allowed, in seconds.
const REMEMBERED_S: &str = "86400";

/// Answers preflights, and gives everything else its shape.
pub(super) async fn around(State(front): State<Front>, request: Request, next: Next) -> Response {
    if request.method() == Method::OPTIONS {
        let mut response = StatusCode::NO_CONTENT.into_response();
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(ALLOWED_HEADERS));
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(ALLOWED_METHODS));
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(REMEMBERED_S));
        open_to_browsers(headers);
        return response;
    }
    let asked = format!("{} {PREFIX}{}", request.method(), request.uri().path());
    let mut response = match read_whole(request).await {
        None => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Some(request) => match tokio::spawn(next.run(request).in_current_span()).await {
            Ok(response) => response,
            Err(error) => {
                FrontError::from(Fault::new(format!("a request was broken off: {error}"))).into_response()
            }
        },
    };
    if let Some(trouble) = trouble_of(&mut response, &asked) {
        response = written(&front, &trouble);
    }
    open_to_browsers(response.headers_mut());
    response
}

/// The request once its body is here. An answer that goes out before that, such as one to a wrong token,
/// breaks off the connection on which the body is still coming, and the front sees no answer at all.
async fn read_whole(request: Request) -> Option<Request> {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, super::MAX_BODY_BYTES).await.ok()?;
    Some(Request::from_parts(head, Body::from(body)))
}

/// The error that an answer is; what the framework says in plain text is one too.
fn trouble_of(response: &mut Response, asked: &str) -> Option<FrontError> {
    let status = response.status();
    if let Some(trouble) = response.extensions_mut().remove::<FrontError>() {
        return Some(trouble);
    }
    let message = match status.as_u16() {
        ..400 => return None,
        404 | 405 => format!("Cannot {asked}"),
        413 => "The body is too long; send less.".to_owned(),
        _ => status.canonical_reason().unwrap_or("Error").to_owned(),
    };
    Some(FrontError::new(status, message))
}

fn written(front: &Front, trouble: &FrontError) -> Response {
    let body = json!({
        "statusCode": trouble.status.as_u16(),
        "message": trouble.message,
        "timestamp": rfc3339(front.clock().now_ms()),
        "pageData": null,
    });
    let mut response = (trouble.status, Body::from(body.to_string())).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(seconds) = trouble.retry_after_s {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// No cookie opens anything here, so a page of any origin may ask what its user could ask.
fn open_to_browsers(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED_HEADERS));
}
