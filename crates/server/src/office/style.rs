//! The style of all screens: one file, named by its content, so that a browser fetches it once.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

use crate::random;

use super::route::{Needs, Route};

/// The style as it is sent.
static STYLE: LazyLock<String> =
    LazyLock::new(|| crate::pages::squeeze(include_str!("../../templates/office/office.css")));

/// Its name.
static NAME: LazyLock<String> =
    LazyLock::new(|| format!("{}.css", &random::fingerprint(STYLE.as_bytes())[..16]));

/// Where the style is, below the office's own path.
pub(super) fn address() -> String {
    format!("/style/{}", *NAME)
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::shows("/style/{name}", Needs::Nothing, style)]
}

async fn style(Path(name): Path<String>) -> Response {
    if name != *NAME {
        return StatusCode::NOT_FOUND.into_response();
    }
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, STYLE.as_str()).into_response()
}
