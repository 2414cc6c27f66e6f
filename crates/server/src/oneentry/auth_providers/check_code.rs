//! `POST /users-auth-providers/marker/{marker}/users/check-code`: whether a code is right.

use axum::Json;
use axum::extract::State;
use http::HeaderMap;
use serde::Deserialize;

use crate::access::{Source, normalized};
use crate::oneentry::body::Body;
use crate::oneentry::customer::{Device, Entrance, TypedCode};
use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CodeCheck {
    user_identifier: String,
    #[serde(default)]
    event_identifier: Option<String>,
    code: TypedCode,
}

/// A right code is not used up by this, so that a front can ask first and act then.
pub(super) async fn check_code(
    State(front): State<Front>,
    entrance: Entrance,
    source: Source,
    headers: HeaderMap,
    Body(sent): Body<CodeCheck>,
) -> Result<Json<bool>, FrontError> {
    let (identifier, device) = (normalized(&sent.user_identifier), Device::any(&headers));
    let access = &front.access;
    let claimant = access.claimant(entrance.claim(&identifier), &device.fingerprint, source).await?;
    let event = sent.event_identifier.as_deref();
    Ok(Json(access.right_code(claimant, event, &sent.code.0).await?.is_some()))
}
