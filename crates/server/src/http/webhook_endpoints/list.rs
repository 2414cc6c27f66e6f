//! `GET /v1/webhook_endpoints`.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::registry::OpenEndpoint;
use crate::store::Target;

use super::EndpointView;

/// The endpoints of a merchant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookEndpointPage)]
pub(crate) struct EndpointPage {
    /// All of them, oldest first.
    data: Vec<EndpointView>,
    /// Always false: they fit on one page.
    has_more: bool,
}

/// List webhook endpoints
///
/// Those of this environment, with how each fares; their secrets are not shown.
#[utoipa::path(get, path = "/v1/webhook_endpoints", tag = "Webhooks",
    responses((status = 200, description = "Your endpoints, without their secrets.", body = EndpointPage)))]
pub(crate) async fn list_endpoints(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<EndpointPage>, Problem> {
    app.registry().refresh().await?;
    let snapshot = app.registry().snapshot();
    let (failing, now_ms) = (app.store().failing_since().await?, app.clock().now_ms());
    let view = |endpoint: &OpenEndpoint| {
        let since_ms = failing.get(&Target::Endpoint(endpoint.row.id)).map(|failing| failing.since_ms);
        EndpointView::new(endpoint, since_ms, now_ms)
    };
    let data = snapshot.endpoints_of(caller.merchant, caller.environment).into_iter().map(view).collect();
    Ok(Json(EndpointPage { data, has_more: false }))
}
