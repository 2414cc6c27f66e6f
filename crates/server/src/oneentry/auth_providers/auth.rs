//! `POST /users-auth-providers/marker/{marker}/users/auth`: signs a customer in.

use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::app::App;
use crate::oneentry::body::Body;
use crate::oneentry::customer::{
    AuthEntity, Claimant, Claimed, Device, Entrance, Source, Unhurried, sign_in,
};
use crate::oneentry::trouble::Trouble;
use crate::store::CustomerStatus;

/// Whoever asks learns the same from an identifier that nobody has, a wrong password, and a customer who
/// is not activated, in the same time: the same is read, and a password is hashed in each case. A
/// stranger who signed up under somebody's address must not learn from the right password whether that
/// address was free.
pub(super) async fn auth(
    State(app): State<App>,
    entrance: Entrance,
    source: Source,
    headers: HeaderMap,
    Body(sent): Body<Value>,
) -> Result<Json<AuthEntity>, Trouble> {
    let device = Device::required(&headers, &entrance.provider)?;
    // The guide sends the list itself as the body.
    let auth_data = sent.get("authData").unwrap_or(&sent);
    let (identifier, password) = Claimed::read(&entrance.form, auth_data)?.both(&entrance.form)?;
    let claimant = Claimant::find(&app, &entrance, &identifier, &device, source).await?;
    let (doorkeeper, now_ms) = (app.doorkeeper(), app.clock().now_ms());
    let charged = claimant.charge(&doorkeeper.failures, now_ms)?;
    claimant.charge(&doorkeeper.hashes, now_ms)?;
    let customer = claimant.customer;
    let unhurried = Unhurried::begin(&app);
    let phc = customer.as_ref().map(|customer| customer.password.as_str());
    let right = doorkeeper.passwords.verify(password, phc).await?;
    let customer = customer.filter(|customer| right && customer.status == CustomerStatus::Active);
    let signed_in = match &customer {
        Some(customer) => sign_in(&app, customer, &entrance.provider, device).await?,
        None => None,
    };
    let Some(signed_in) = signed_in else {
        unhurried.end().await;
        return Err(wrong());
    };
    doorkeeper.failures.give_back(charged);
    Ok(Json(signed_in))
}

fn wrong() -> Trouble {
    let message = "Wrong identifier or password, or the account is not activated";
    Trouble::new(StatusCode::UNAUTHORIZED, message)
}
