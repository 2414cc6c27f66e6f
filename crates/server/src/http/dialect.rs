//! Every path that is none of our own: a vendor's client may mean the vendor's API, which the dialects
//! serve over our orders. What none of them serves is not there.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use axum::response::{IntoResponse, Response};
use guichet_gateways::{BackendRefusal, DIALECTS, VendorRequest, VendorResponse};
use http::{HeaderValue, header};

use crate::app::App;
use crate::app::DialectBackend;

use super::input::Sent;
use super::not_found;

/// Answers a vendor's client in the vendor's own shapes.
pub(super) async fn answer(State(app): State<App>, request: Request) -> Response {
    let Some(dialect) = DIALECTS.iter().find(|dialect| dialect.serves(request.uri().path())) else {
        return not_found::no_such_route(request.uri().clone()).await;
    };
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let headers = request.headers().clone();
    let answer = match Sent::from_request(request, &app).await {
        Ok(Sent { body, .. }) => {
            let request = VendorRequest { method, path, headers, body };
            dialect.answer(&DialectBackend::new(&app), request).await
        }
        Err(problem) => {
            let request = VendorRequest { method, path, headers, body: Bytes::new() };
            let (code, message) = (problem.code().word(), problem.detail().to_owned());
            dialect.refuse(&request, BackendRefusal::Refused { code, message }, app.clock().now_ms())
        }
    };
    let outcome = if answer.status.is_success() { "done" } else { "refused" };
    metrics::counter!("guichet_dialect_calls_total", "dialect" => dialect.name(), "outcome" => outcome)
        .increment(1);
    shown(answer)
}

fn shown(answer: VendorResponse) -> Response {
    let mut response = (answer.status, answer.body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    if let Some(seconds) = answer.retry_after_s {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
