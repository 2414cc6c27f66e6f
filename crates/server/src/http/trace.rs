//! Every answer carries a `Request-Id`, is counted, and never shows a panic's text.

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use guichet_core::{Code, RequestId};
use http::{HeaderValue, Method, StatusCode, Uri};

use crate::app::App;
use crate::counters;
use crate::random;

use super::finish::ToItsEnd;
use super::problem::Problem;

pub(super) async fn trace(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = RequestId::new(app.clock().now_ms(), random::bytes());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let mut response = run(request, next).await;
    let status = response.status();
    // What a front asks for that is not offered is nobody's error.
    if status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED {
        tracing::warn!(request = %id, status = status.as_u16(), "answered with a server error");
    }
    counters::answer(route.as_ref().map_or("none", MatchedPath::as_str), class(status)).increment(1);
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert("request-id", value);
    }
    response
}

async fn run(request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    ToItsEnd::new(next.run(request)).await.unwrap_or_else(|fault| Problem::from(fault).into_response())
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        ..300 => "2xx",
        300..400 => "3xx",
        400..500 | 501 => "4xx",
        500.. => "5xx",
    }
}

pub(super) async fn no_such_route(uri: Uri) -> Response {
    let path: String = uri.path().chars().take(100).collect();
    let detail = format!("There is nothing at {path}; the API is described at /docs.");
    Problem::new(Code::NoSuchRoute, detail).into_response()
}

pub(super) async fn no_such_method(method: Method) -> Response {
    let detail = format!("{method} is not possible here; the API is described at /docs.");
    Problem::new(Code::NoSuchMethod, detail).into_response()
}
