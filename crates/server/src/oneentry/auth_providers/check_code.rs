//! `POST /users-auth-providers/marker/{marker}/users/check-code`: whether a code is right.

use axum::Json;
use axum::extract::State;
use http::HeaderMap;
use serde::Deserialize;

use crate::app::App;
use crate::oneentry::body::Body;
use crate::oneentry::customer::{Claimant, Device, Entrance, Source, TypedCode, normalized, right_code};
use crate::oneentry::trouble::Trouble;

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
    State(app): State<App>,
    entrance: Entrance,
    source: Source,
    headers: HeaderMap,
    Body(sent): Body<CodeCheck>,
) -> Result<Json<bool>, Trouble> {
    let (identifier, device) = (normalized(&sent.user_identifier), Device::any(&headers));
    let claimant = Claimant::find(&app, &entrance, &identifier, &device, source).await?;
    let event = sent.event_identifier.as_deref();
    Ok(Json(right_code(&app, claimant, event, &sent.code).await?.is_some()))
}
