//! The one script of the screens, which keeps them as the shop is. It is served like the style: one file, named by its content. Every
//! screen works without it.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

use crate::random;

use super::route::{Needs, Route};

/// The script as it is sent.
static SCRIPT: LazyLock<String> =
    LazyLock::new(|| crate::pages::squeeze(include_str!("../../templates/office/office.js")));

/// Its name.
static NAME: LazyLock<String> =
    LazyLock::new(|| format!("{}.js", &random::fingerprint(SCRIPT.as_bytes())[..16]));

/// Where the script is, below the office's own path.
pub(super) fn address() -> String {
    format!("/script/{}", *NAME)
}

pub(super) fn routes() -> Vec<Route> {
    vec![Route::shows("/script/{name}", Needs::Nothing, script)]
}

async fn script(Path(name): Path<String>) -> Response {
    if name != *NAME {
        return StatusCode::NOT_FOUND.into_response();
    }
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, SCRIPT.as_str()).into_response()
}
