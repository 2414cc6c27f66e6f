//! `/forms`: what customers fill in.

mod entity;
mod list;
mod read;

use axum::Router;
use axum::routing::get;

use crate::oneentry::front::Front;

/// The routes, relative to `/api/content`.
pub(super) fn routes() -> Router<Front> {
    Router::new().route("/forms", get(list::list_forms)).route("/forms/marker/{marker}", get(read::read_form))
}
