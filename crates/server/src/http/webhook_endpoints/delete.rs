//! `DELETE /v1/webhook_endpoints/{id}`.

use axum::extract::State;
use guichet_core::EndpointId;
use http::StatusCode;

use crate::app::{App, Error};
use crate::http::caller::Caller;
use crate::http::input::Id;
use crate::http::problem::Problem;
use crate::store::{end_endpoint, move_revision};

use super::endpoint_of;

/// Delete a webhook endpoint
///
/// What waits to be sent there is given up. One that the operator's shop file declares comes back when that file is applied
/// again.
#[utoipa::path(delete, path = "/v1/webhook_endpoints/{id}", tag = "Webhooks",
    params(("id" = String, Path, description = "The endpoint's identifier.")),
    responses((status = 204, description = "Nothing is sent there any more."),
              (status = 404, description = "`not_found`.", body = Problem)))]
pub(crate) async fn delete_endpoint(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<EndpointId>,
) -> Result<StatusCode, Problem> {
    endpoint_of(&app, &caller, id).await?;
    let writes = vec![end_endpoint(id, app.clock().now_ms()), move_revision()];
    app.store().commit(writes).await.map_err(Error::from)?;
    app.registry().refresh().await?;
    Ok(StatusCode::NO_CONTENT)
}
