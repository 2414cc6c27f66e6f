//! `POST /users-auth-providers/marker/{marker}/users/generate-code`: sends a customer a code.

use axum::Json;
use axum::extract::State;
use http::HeaderMap;
use serde::Deserialize;

use crate::access::{Source, normalized};
use crate::oneentry::body::Body;
use crate::oneentry::customer::{Device, Entrance, check_event, code_terms};
use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CodeRequest {
    user_identifier: String,
    event_identifier: String,
}

/// The answer is the same whether there is such a customer or not, and so is what it counts for.
pub(super) async fn generate_code(
    State(front): State<Front>,
    entrance: Entrance,
    source: Source,
    headers: HeaderMap,
    Body(sent): Body<CodeRequest>,
) -> Result<Json<bool>, FrontError> {
    check_event(&sent.event_identifier)?;
    let (identifier, device) = (normalized(&sent.user_identifier), Device::any(&headers));
    let (access, now_ms) = (&front.access, front.clock().now_ms());
    let claimant = access.claimant(entrance.claim(&identifier), &device.fingerprint, source).await?;
    claimant.charge(&access.limits().code_requests, now_ms)?;
    access.may_send_code(claimant.name).await?;
    access.send_code(claimant, code_terms(&entrance.provider, &sent.event_identifier)).await?;
    Ok(Json(true))
}
