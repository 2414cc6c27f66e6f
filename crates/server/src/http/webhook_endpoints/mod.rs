//! `/v1/webhook_endpoints`: where a shop wants its events sent.

pub(super) mod create;
pub(super) mod delete;
pub(super) mod list;
pub(super) mod rotate;

use guichet_core::EndpointId;
use secrecy::ExposeSecret;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::clock::rfc3339;
use crate::registry::OpenEndpoint;

use super::caller::Caller;
use super::problem::Problem;

/// A webhook endpoint.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EndpointView {
    /// Its identifier.
    #[schema(example = "whe_01kaqwm3v0e9r8t7y6v5w4x3z5")]
    id: String,
    /// Where events are sent.
    #[schema(example = "https://shop.example/webhooks")]
    url: String,
    /// Which event types: exact, with a `*` at the end, or `*` for all.
    #[schema(example = json!(["order.*"]))]
    events: Vec<String>,
    /// `enabled`, or `disabled` after it answered 410.
    #[schema(example = "enabled")]
    status: &'static str,
    /// The newest signing secret; only shown when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")]
    secret: Option<String>,
    /// When it was made.
    #[schema(example = "2026-01-31T12:00:00Z")]
    created_at: String,
}

impl EndpointView {
    fn new(endpoint: &OpenEndpoint) -> Self {
        let row = &endpoint.row;
        EndpointView {
            id: row.id.to_string(),
            url: row.url.clone(),
            events: row.event_types.clone(),
            status: if row.disabled_at_ms.is_some() { "disabled" } else { "enabled" },
            secret: None,
            created_at: rfc3339(row.created_at_ms),
        }
    }

    fn with_secret(endpoint: &OpenEndpoint) -> Self {
        let secret = endpoint.secrets.first().map(|secret| secret.expose_secret().to_owned());
        EndpointView { secret, ..EndpointView::new(endpoint) }
    }
}

/// An endpoint of the caller's merchant and environment.
async fn endpoint_of(app: &App, caller: &Caller, id: EndpointId) -> Result<OpenEndpoint, Problem> {
    app.registry().refresh().await?;
    let snapshot = app.registry().snapshot();
    let theirs = snapshot.endpoints.get(&id).filter(|endpoint| {
        endpoint.row.merchant == caller.merchant && endpoint.row.environment == caller.environment
    });
    theirs.cloned().ok_or_else(|| Problem::not_found("webhook endpoint"))
}
