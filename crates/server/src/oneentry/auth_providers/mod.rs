//! `/users-auth-providers`: how customers sign up, sign in, and prove who they are.

mod activate;
mod auth;
mod change_password;
mod check_code;
mod generate_code;
mod list;
mod logout;
mod logout_all;
mod oauth;
mod read;
mod refresh;
mod sessions;
mod sign_up;

use axum::Router;
use axum::routing::{get, post};

use crate::oneentry::front::Front;

/// The routes, relative to `/api/content`.
pub(super) fn routes() -> Router<Front> {
    let users = Router::new()
        .route("/sign-up", post(sign_up::sign_up))
        .route("/generate-code", post(generate_code::generate_code))
        .route("/check-code", post(check_code::check_code))
        .route("/activate", post(activate::activate))
        .route("/auth", post(auth::auth))
        .route("/refresh", post(refresh::refresh))
        .route("/logout", post(logout::logout))
        .route("/logout-all", post(logout_all::logout_all))
        .route("/change-password", post(change_password::change_password))
        .route("/sessions", get(sessions::sessions));
    Router::new()
        .route("/users-auth-providers", get(list::list_providers))
        .route("/users-auth-providers/", get(list::list_providers))
        .route("/users-auth-providers/marker/{marker}", get(read::read_provider))
        .route("/users-auth-providers/marker/{marker}/oauth", post(oauth::oauth))
        .nest("/users-auth-providers/marker/{marker}/users", users)
}
