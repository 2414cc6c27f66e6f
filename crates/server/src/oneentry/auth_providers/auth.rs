//! `POST /users-auth-providers/marker/{marker}/users/auth`: signs a customer in.

use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::access::Source;
use crate::oneentry::body::Body;
use crate::oneentry::customer::{AuthEntity, Claimed, Device, Entrance, token_terms};
use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::store::CustomerStatus;

/// Whoever asks learns the same from an identifier that nobody has, a wrong password, and a customer who
/// is not activated, in the same time: the same is read, and a password is hashed in each case. A
/// stranger who signed up under somebody's address must not learn from the right password whether that
/// address was free.
pub(super) async fn auth(
    State(front): State<Front>,
    entrance: Entrance,
    source: Source,
    headers: HeaderMap,
    Body(sent): Body<Value>,
) -> Result<Json<AuthEntity>, FrontError> {
    let device = Device::required(&headers, &entrance.provider)?;
    // The guide sends the list itself as the body.
    let auth_data = sent.get("authData").unwrap_or(&sent);
    let (identifier, password) = Claimed::read(&entrance.form, auth_data)?.both(&entrance.form)?;
    let (access, now_ms) = (&front.access, front.clock().now_ms());
    let claimant = access.claimant(entrance.claim(&identifier), &device.fingerprint, source).await?;
    let charged = access.charge_attempt(&claimant, now_ms)?;
    claimant.charge(&access.limits().hashes, now_ms)?;
    let customer = claimant.customer;
    let even_time = access.even_time();
    let stored = customer.as_ref().map(|customer| customer.password.as_str());
    let right = access.verify(password, stored).await?;
    let customer = customer.filter(|customer| right && customer.status == CustomerStatus::Active);
    let signed_in = match &customer {
        Some(customer) => {
            let tokens = access.open_login(customer, device.into(), token_terms(&entrance.provider)).await?;
            tokens.map(|tokens| AuthEntity::new(customer, tokens))
        }
        None => None,
    };
    let Some(signed_in) = signed_in else {
        even_time.end().await;
        return Err(wrong());
    };
    access.give_attempt_back(&charged);
    Ok(Json(signed_in))
}

fn wrong() -> FrontError {
    let message = "Wrong identifier or password, or the account is not activated";
    FrontError::new(StatusCode::UNAUTHORIZED, message)
}
