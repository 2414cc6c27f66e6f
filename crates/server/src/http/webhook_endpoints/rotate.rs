//! `POST /v1/webhook_endpoints/{id}/rotate_secret`: a new signing secret beside the old one.

use axum::Json;
use axum::extract::State;
use guichet_core::EndpointId;

use crate::app::App;
use crate::endpoints;
use crate::http::caller::Caller;
use crate::http::input::Id;
use crate::http::problem::Problem;

use super::{EndpointView, endpoint_of, failing_since};

/// Rotate the signing secret
///
/// From now on everything is signed with the new secret and with the one before; rotate once more
/// to be rid of the old one. An endpoint that was disabled because it answered 410 is enabled again; one that the operator
/// disabled is not.
#[utoipa::path(post, path = "/v1/webhook_endpoints/{id}/rotate_secret", tag = "Webhooks",
    params(("id" = String, Path, description = "The endpoint's identifier.")),
    responses((status = 200, description = "The endpoint with its new secret.", body = EndpointView),
              (status = 404, description = "`not_found`.", body = Problem)))]
pub(crate) async fn rotate_secret(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<EndpointId>,
) -> Result<Json<EndpointView>, Problem> {
    let endpoint = endpoint_of(&app, &caller, id).await?;
    endpoints::rotate(&app, &endpoint.row).await?;
    let (endpoint, since_ms) = (endpoint_of(&app, &caller, id).await?, failing_since(&app, id).await?);
    Ok(Json(EndpointView::with_secret(&endpoint, since_ms, app.clock().now_ms())?))
}
