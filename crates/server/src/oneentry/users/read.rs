//! `GET /users/me`: the customer who asks.

use axum::Json;
use axum::extract::State;

use crate::oneentry::customer::UserEntity;
use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::signed_in::SignedIn;
use crate::store::Fault;

pub(super) async fn read_me(
    State(front): State<Front>,
    signed_in: SignedIn,
) -> Result<Json<UserEntity>, FrontError> {
    let SignedIn { visitor, customer, .. } = signed_in;
    // The currency was read when the project was declared.
    let currency = visitor.project.currency().map_err(|error| Fault::new(error.to_string()))?;
    let spent_minor = front.store().spent(customer.id, currency.code()).await?;
    Ok(Json(UserEntity::new(customer, spent_minor, currency)))
}
