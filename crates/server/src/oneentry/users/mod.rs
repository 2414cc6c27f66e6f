//! `/users/me`: what customers see and change of themselves.

mod archive;
mod delete;
mod fcm_token;
mod read;
mod update;

use axum::Router;
use axum::routing::{get, post};

use crate::oneentry::front::Front;

/// How often a change is made anew because the customer was changed meanwhile.
const ATTEMPTS: usize = 8;

/// The routes, relative to `/api/content`.
pub(super) fn routes() -> Router<Front> {
    let me = get(read::read_me).put(update::update_me).delete(archive::archive_me);
    let token = post(fcm_token::fcm_token).delete(fcm_token::fcm_token);
    Router::new()
        .route("/users/me", me)
        .route("/users/me/account", axum::routing::delete(delete::delete_me))
        .route("/users/me/fcm-token/{token}", token)
}
