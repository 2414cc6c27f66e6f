//! `POST /users-auth-providers/marker/{marker}/users/refresh`: new tokens for an old refresh token.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use http::HeaderMap;

use crate::catalogue::marked;
use crate::oneentry::customer::{AuthEntity, Device, Entrance, shown_token, token_terms};
use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;

/// Neither the device nor the provider's marker has to be that of the login: the SDK's parts have a fingerprint each, and
/// older ones refresh under the marker `email` only. A body without a token is like a wrong one: the SDK asks with `{}` after a sign-in that failed.
pub(super) async fn refresh(
    State(front): State<Front>,
    entrance: Entrance,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<AuthEntity>, FrontError> {
    Device::required(&headers, &entrance.provider)?;
    let token = shown_token(&body).ok_or_else(FrontError::unauthorized)?;
    let login = entrance.login_of(&front, &token).await?.ok_or_else(FrontError::unauthorized)?;
    let customer = login.customer.clone();
    let own = marked(&entrance.project.providers, &customer.provider);
    let provider = own.map_or(&entrance.provider, |(_, provider)| provider);
    let tokens = front.access.renew(login, &token, token_terms(provider)).await?;
    let tokens = tokens.ok_or_else(FrontError::unauthorized)?;
    Ok(Json(AuthEntity::new(&customer, tokens)))
}
