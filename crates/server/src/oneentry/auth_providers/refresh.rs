//! `POST /users-auth-providers/marker/{marker}/users/refresh`: new tokens for an old refresh token.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use http::HeaderMap;

use crate::app::App;
use crate::oneentry::customer::{AuthEntity, Device, Entrance, renew, shown_token};
use crate::oneentry::trouble::Trouble;

/// A body without a token is like a wrong one: the SDK asks with `{}` after a sign-in that failed.
pub(super) async fn refresh(
    State(app): State<App>,
    entrance: Entrance,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<AuthEntity>, Trouble> {
    Device::required(&headers, &entrance.provider)?;
    let token = shown_token(&body).ok_or_else(Trouble::unauthorized)?;
    Ok(Json(renew(&app, &entrance, &token).await?))
}
