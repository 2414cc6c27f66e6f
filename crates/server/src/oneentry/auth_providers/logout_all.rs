//! `POST /users-auth-providers/marker/{marker}/users/logout-all`: ends every login of the customer.

use axum::Json;
use axum::extract::State;

use crate::oneentry::customer::Entrance;
use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::signed_in::SignedIn;
use crate::store::close_logins;

pub(super) async fn logout_all(
    State(front): State<Front>,
    _entrance: Entrance,
    signed_in: SignedIn,
) -> Result<Json<bool>, FrontError> {
    front.store().commit(close_logins(signed_in.customer.id, None).into()).await?;
    Ok(Json(true))
}
