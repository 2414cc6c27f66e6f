//! `POST /v1/webhook_endpoints/{id}/test`: an event that says that it is a test.

use axum::Json;
use axum::extract::State;
use guichet_core::{Code, EndpointId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::endpoints;
use crate::http::caller::Caller;
use crate::http::input::Id;
use crate::http::problem::Problem;

use super::endpoint_of;

/// What came of a try of an endpoint.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookTest)]
pub(crate) struct TestView {
    /// Whether it took the event.
    arrived: bool,
    /// What it answered, when it answered.
    #[schema(example = 204)]
    status_code: Option<u16>,
    /// What came of it, in a few words.
    #[schema(example = "answered 204 No Content")]
    outcome: String,
    /// The first kilobyte of what it wrote.
    #[schema(example = "ok")]
    answer: Option<String>,
}

/// Send a test event
///
/// An event of the type `endpoint.test` is sent to the endpoint, signed as all are, once and at once; the answer says what
/// came of it. Nothing of it is kept, and an endpoint that is disabled gets it, too.
#[utoipa::path(post, path = "/v1/webhook_endpoints/{id}/test", tag = "Webhooks",
    params(("id" = String, Path, description = "The endpoint's identifier.")),
    responses((status = 200, description = "What came of it.", body = TestView),
              (status = 404, description = "`not_found`.", body = Problem)))]
pub(crate) async fn test_endpoint(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<EndpointId>,
) -> Result<Json<TestView>, Problem> {
    let endpoint = endpoint_of(&app, &caller, id).await?;
    let tried = endpoints::test(&app, &endpoint).await.map_err(|error| {
        crate::repeats::fault("a test event could not be made", &error);
        Problem::new(Code::InternalError, "The test event could not be made; the server's log says why.")
    })?;
    let endpoints::TestOutcome { arrived, status_code, outcome, answer } = tried;
    Ok(Json(TestView { arrived, status_code, outcome, answer }))
}
