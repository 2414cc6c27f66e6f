//! `POST /users-auth-providers/marker/{marker}/users/logout`: ends one login.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use http::HeaderMap;

use crate::oneentry::customer::{Device, Entrance, shown_token};
use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::signed_in::SignedIn;
use crate::store::close_login;

/// Ends the login of the refresh token; without one, that of the access token. When there is nothing to
/// end, all is as it was asked for.
pub(super) async fn logout(
    State(front): State<Front>,
    entrance: Entrance,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<bool>, FrontError> {
    Device::required(&headers, &entrance.provider)?;
    let shown = match shown_token(&body) {
        Some(token) => entrance.login_of(&front, &token).await?.map(|login| login.row.id),
        None => {
            SignedIn::by_token(&front, entrance.visitor, &headers).await.ok().map(|customer| customer.login)
        }
    };
    if let Some(login) = shown {
        front.store().commit(close_login(login).into()).await?;
    }
    Ok(Json(true))
}
