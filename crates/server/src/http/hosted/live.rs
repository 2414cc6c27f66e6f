//! `GET /status/{token}/live`: what the status page's script asks now and then.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use serde::Serialize;

use crate::app::App;

use super::Visitor;
use super::status::page;

#[derive(Serialize)]
struct Live {
    shown: String,
    left: i64,
}

/// A fingerprint of what the page would show now, in a few bytes. Asking tells the worker that a customer
/// is waiting.
pub(crate) async fn live_status(State(app): State<App>, mut visitor: Visitor) -> Response {
    visitor.attend(&app).await;
    let page = page(&app, &visitor);
    let mut response = Json(Live { shown: page.shown(), left: page.seconds_left }).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
