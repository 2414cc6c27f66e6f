//! `/locales`: the languages of the front.

mod active;

use axum::Router;
use axum::routing::get;

use crate::oneentry::front::Front;

/// The routes, relative to `/api/content`.
pub(super) fn routes() -> Router<Front> {
    Router::new().route("/locales/active/all", get(active::list_locales))
}
