//! `/v1/webhook_endpoints`: where a shop wants its events sent.

pub(super) mod create;
pub(super) mod delete;
pub(super) mod list;
pub(super) mod rotate;
pub(super) mod test;

use guichet_core::EndpointId;
use secrecy::ExposeSecret;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::clock::rfc3339;
use crate::registry::OpenEndpoint;
use crate::store::{Fault, MadeBy, Target};
use crate::vault::{Secret, opened};
use crate::webhook::EndpointStatus;

use super::caller::Caller;
use super::problem::Problem;

/// A webhook endpoint.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookEndpoint)]
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
    /// `in_use`; `failing` when nothing has arrived there for more than ten minutes; or `disabled` after it answered 410 or by the
    /// operator.
    #[schema(example = "failing")]
    status: &'static str,
    /// Since when nothing arrives there, while tries fail.
    #[schema(format = DateTime, example = "2026-01-31T13:00:00Z")]
    failing_since: Option<String>,
    /// Whether the operator's shop file declares it; false for one that was made here.
    declared: bool,
    /// The newest signing secret; only shown when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")]
    secret: Option<String>,
    /// When it was made.
    #[schema(format = DateTime, example = "2026-01-31T12:00:00Z")]
    created_at: String,
}

impl EndpointView {
    fn new(endpoint: &OpenEndpoint, failing_since_ms: Option<i64>, now_ms: i64) -> Self {
        let row = &endpoint.row;
        let status = EndpointStatus::of(row.standing.is_in_use(), failing_since_ms, now_ms);
        EndpointView {
            id: row.id.to_string(),
            url: row.url.clone(),
            events: row.event_types.clone(),
            status: status.as_str(),
            failing_since: failing_since_ms.map(rfc3339),
            declared: row.made_by == MadeBy::File,
            secret: None,
            created_at: rfc3339(row.created_at_ms),
        }
    }

    fn with_secret(endpoint: &OpenEndpoint, failing_since_ms: Option<i64>, now_ms: i64) -> Secret<Self> {
        let secrets = opened(&endpoint.secrets)?;
        let secret = secrets.first().map(|secret| secret.expose_secret().to_owned());
        Ok(EndpointView { secret, ..EndpointView::new(endpoint, failing_since_ms, now_ms) })
    }
}

/// Since when nothing arrives at an endpoint (unix ms).
async fn failing_since(app: &App, id: EndpointId) -> Result<Option<i64>, Fault> {
    let failing = app.store().failing_since().await?;
    Ok(failing.get(&Target::Endpoint(id)).map(|failing| failing.since_ms))
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
