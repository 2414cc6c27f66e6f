//! `GET /`: a small page for people who typed the server's address.

use axum::extract::State;
use axum::response::Response;
use http::request::Parts;

use crate::app::App;
use crate::pages::HomePage;

use super::{language, shown};

/// The page, in the visitor's language.
pub(crate) async fn home_page(State(app): State<App>, parts: Parts) -> Response {
    let docs_url = format!("{}/docs", app.public_url().path());
    let quiet = app.registry().quiet().is_some();
    shown(HomePage { language: language(&parts), docs_url, quiet }.render(), None)
}
