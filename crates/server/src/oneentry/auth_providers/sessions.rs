//! `GET /users-auth-providers/marker/{marker}/users/sessions`: where the customer is signed in.

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::access::ShownDevice;
use crate::oneentry::customer::Entrance;
use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::signed_in::SignedIn;

/// OneEntry's `IActiveSession`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Session {
    device_info: ShownDevice,
}

pub(super) async fn sessions(
    State(front): State<Front>,
    _entrance: Entrance,
    signed_in: SignedIn,
) -> Result<Json<Vec<Session>>, FrontError> {
    let logins = front.store().logins(signed_in.customer.id, front.clock().now_ms()).await?;
    Ok(Json(logins.iter().map(|login| Session { device_info: ShownDevice::of(login) }).collect()))
}
