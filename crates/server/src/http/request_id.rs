//! Every answer carries a `Request-Id`, which stands in every line that is logged while the request is
//! worked; it is counted, and never shows a panic's text.

use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use guichet_core::{Code, RequestId};
use http::{HeaderValue, Method, StatusCode};
use tracing::{Instrument as _, Level, Span};

use crate::app::App;
use crate::counters::{self, Stopwatch};
use crate::random;
use crate::repeats;

use super::compressed;
use super::finish::ToItsEnd;
use super::problem::Problem;
use super::rate_limit::RateLimit;
use super::vendor_route;

/// The target of what is logged for every request: its span as an error, so that whatever is said of the request
/// says which it is, and as information the line that it was answered, which not every log wants.
pub const REQUESTS: &str = "requests";

pub(super) async fn around(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let rate_limit = RateLimit::of(request.extensions_mut());
    let id = RequestId::new(app.clock().now_ms(), random::bytes()).to_string();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let template =
        route.as_ref().map_or_else(|| vendor_route::template(request.uri().path()), MatchedPath::as_str);
    let span = span(&id, &request, template);
    let begun = Stopwatch::begin();
    // The template may be the request's own, which goes along with it.
    let template = template.to_owned();
    let mut response = run(request, next, &span).await;
    let taken = begun.taken();
    span.in_scope(|| log(&response, taken));
    counters::answer(&template, class(response.status())).increment(1);
    counters::answered_in(&template, taken);
    rate_limit.write(response.headers_mut());
    if let Ok(value) = HeaderValue::try_from(id) {
        response.headers_mut().insert("request-id", value);
    }
    response
}

/// What is said of a request in every line: its id and its route. What the client chose itself, such as a token in
/// the path, is not in it.
fn span(id: &str, request: &Request, template: &str) -> Span {
    tracing::error_span!(
        target: REQUESTS,
        "request",
        request = id,
        route = format_args!("{} {template}", method(request.method()))
    )
}

/// The name of a method; clients may make up others.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::PATCH => "PATCH",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

fn log(response: &Response, taken: Duration) {
    let status = response.status();
    let code = response.extensions().get::<Code>().map(|code| code.word());
    // What a front asks for that is not offered is nobody's error.
    let ours = status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED;
    let status = status.as_u16();
    if ours {
        let kind = format!("{status} {}", code.unwrap_or_default());
        repeats::say("answered with a server error", &kind, move |left_out| {
            tracing::warn!(status, code, left_out, "answered with a server error");
        });
    }
    if tracing::enabled!(target: REQUESTS, Level::INFO) {
        let took_us = u64::try_from(taken.as_micros()).unwrap_or(u64::MAX);
        tracing::info!(target: REQUESTS, status, code, took_us, "answered");
    } else if !ours {
        tracing::debug!(status, code, "answered");
    }
}

async fn run(request: Request, next: Next, span: &Span) -> Response {
    let safe = request.method().is_safe();
    let work = compressed::run(request, next).instrument(span.clone());
    if safe {
        return work.await;
    }
    let done = ToItsEnd::new(work).await;
    done.unwrap_or_else(|fault| span.in_scope(|| Problem::from(fault).into_response()))
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        ..300 => "2xx",
        300..400 => "3xx",
        400..500 | 501 => "4xx",
        500.. => "5xx",
    }
}
