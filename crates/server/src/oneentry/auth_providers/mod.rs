//! `/users-auth-providers`: how customers sign up, sign in, and prove who they are.

mod auth;
mod sign_up;

use axum::Router;
use axum::routing::post;

use crate::app::App;

/// The routes, relative to `/api/content`.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/users-auth-providers/marker/{marker}/users/sign-up", post(sign_up::sign_up))
        .route("/users-auth-providers/marker/{marker}/users/auth", post(auth::auth))
}
