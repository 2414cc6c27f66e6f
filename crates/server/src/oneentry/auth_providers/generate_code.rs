//! `POST /users-auth-providers/marker/{marker}/users/generate-code`: sends a customer a code.

use axum::Json;
use axum::extract::State;
use http::HeaderMap;
use serde::Deserialize;

use crate::app::App;
use crate::oneentry::body::Body;
use crate::oneentry::customer::{Claimant, Device, Entrance, Source, check_event, normalized, send_code};
use crate::oneentry::trouble::Trouble;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CodeRequest {
    user_identifier: String,
    event_identifier: String,
}

/// The answer is the same whether there is such a customer or not, and so is what it counts for.
pub(super) async fn generate_code(
    State(app): State<App>,
    entrance: Entrance,
    source: Source,
    headers: HeaderMap,
    Body(sent): Body<CodeRequest>,
) -> Result<Json<bool>, Trouble> {
    check_event(&sent.event_identifier)?;
    let (identifier, device) = (normalized(&sent.user_identifier), Device::any(&headers));
    let claimant = Claimant::find(&app, &entrance, &identifier, &device, source).await?;
    let (doorkeeper, now_ms) = (app.doorkeeper(), app.clock().now_ms());
    claimant.charge(&doorkeeper.code_requests, now_ms)?;
    doorkeeper.pacing.take(claimant.name, now_ms).map_err(Trouble::too_many)?;
    send_code(&app, &entrance, claimant, &sent.event_identifier).await?;
    Ok(Json(true))
}
