//! `POST /v1/events/ack`: the shop has taken these events.

use axum::extract::State;
use guichet_core::{Code, EventId};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::{App, Error};
use crate::http::caller::Caller;
use crate::http::input::Sent;
use crate::http::problem::Problem;
use crate::store::acknowledge;

/// What was taken.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AcknowledgeRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct AckRequest {
    /// Identifiers of events, at most 100.
    #[schema(max_items = 100, example = json!(["evt_01kaqwm3v0e9r8t7y6v5w4x3z4"]))]
    ids: Vec<String>,
}

/// Acknowledge events
///
/// Doing so again changes nothing, so a repetition is always safe.
#[utoipa::path(post, path = "/v1/events/ack", tag = "Events", request_body = AckRequest,
    responses((status = 204, description = "They leave the list."),
              (status = 422, description = "`identifier_invalid`, `too_many_ids`.", body = Problem)))]
pub(crate) async fn ack_events(
    State(app): State<App>,
    caller: Caller,
    sent: Sent,
) -> Result<StatusCode, Problem> {
    let request: AckRequest = sent.json()?;
    if request.ids.len() > 100 {
        return Err(Problem::field("ids", Code::TooManyIds, "Acknowledge at most 100 events at once."));
    }
    let mut writes = Vec::with_capacity(request.ids.len());
    for (index, id) in request.ids.iter().enumerate() {
        let id: EventId = id.parse().map_err(|error| {
            Problem::field(format!("ids[{index}]"), Code::IdentifierInvalid, format!("{error}."))
        })?;
        writes.push(acknowledge(caller.merchant, caller.environment, id));
    }
    app.store().commit(writes).await.map_err(Error::from)?;
    Ok(StatusCode::NO_CONTENT)
}
