//! `POST /v1/webhook_endpoints`.

use axum::Json;
use axum::extract::State;
use guichet_core::{Code, EndpointId};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::{App, Error};
use crate::http::caller::Caller;
use crate::http::input::Sent;
use crate::http::problem::Problem;
use crate::registry::endpoint_binding;
use crate::store::{EndpointRow, MadeBy, Standing, insert_endpoint, move_revision};
use crate::{random, webhook};

use super::{EndpointView, endpoint_of, failing_since};

/// The most endpoints one merchant has in one environment.
const MOST: usize = 32;

/// Where to send what.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = WebhookEndpointRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndpointRequest {
    /// Where events are sent: an https (or http) address on the public Internet.
    #[schema(example = "https://shop.example/webhooks")]
    url: String,
    /// Which event types; `["order.*"]` when left out.
    #[serde(default)]
    #[schema(example = json!(["order.*"]))]
    events: Option<Vec<String>>,
}

/// Create a webhook endpoint
///
/// The answer shows the signing secret, this once. The same address with the same events answers the
/// endpoint you have, so a repetition is always safe.
#[utoipa::path(post, path = "/v1/webhook_endpoints", tag = "Webhooks", request_body = EndpointRequest,
    responses((status = 201, description = "The endpoint with its signing secret.", body = EndpointView),
              (status = 200, description = "You had this endpoint already.", body = EndpointView),
              (status = 409, description = "`too_many_endpoints`.", body = Problem),
              (status = 422, description = "`url_invalid`, `event_type_unknown`.", body = Problem)))]
pub(crate) async fn create_endpoint(
    State(app): State<App>,
    caller: Caller,
    sent: Sent,
) -> Result<(StatusCode, Json<EndpointView>), Problem> {
    let request: EndpointRequest = sent.json()?;
    let events = request.events.unwrap_or_else(|| vec!["order.*".to_owned()]);
    if let Some(index) = events.iter().position(|event| !webhook::is_event_type(event)) {
        let rule = "Event types are listed under /docs; a type may end with “*”, and “*” is all of them.";
        return Err(Problem::field(format!("events[{index}]"), Code::EventTypeUnknown, rule));
    }
    let url = url::Url::parse(&request.url).ok().filter(|_| request.url.len() <= 2048);
    let url = url.ok_or("it must be an address of at most 2048 characters");
    url.and_then(|url| app.reach().judge(&url)).map_err(|why| {
        Problem::field("url", Code::UrlInvalid, format!("The endpoint's address cannot be used: {why}."))
    })?;
    let snapshot = app.registry().snapshot();
    let theirs = snapshot.endpoints_of(caller.merchant, caller.environment);
    if let Some(known) =
        theirs.iter().find(|known| known.row.url == request.url && known.row.event_types == events)
    {
        let since_ms = failing_since(&app, known.row.id).await?;
        return Ok((StatusCode::OK, Json(EndpointView::new(known, since_ms, app.clock().now_ms()))));
    }
    if theirs.len() >= MOST {
        let detail = format!("You have {MOST} webhook endpoints; delete one first.");
        return Err(Problem::new(Code::TooManyEndpoints, detail));
    }
    let now_ms = app.clock().now_ms();
    let id = EndpointId::new(now_ms, random::bytes());
    let sealed = app.registry().vault()?.seal(&webhook::new_secret(), &endpoint_binding(id))?;
    let row = EndpointRow {
        id,
        merchant: caller.merchant,
        environment: caller.environment,
        url: request.url,
        event_types: events,
        sealed_secrets: vec![sealed],
        created_at_ms: now_ms,
        made_by: MadeBy::Api,
        standing: Standing::default(),
    };
    app.store()
        .commit(vec![app.registry().sealed()?, insert_endpoint(&row), move_revision()])
        .await
        .map_err(Error::from)?;
    let endpoint = endpoint_of(&app, &caller, id).await?;
    Ok((StatusCode::CREATED, Json(EndpointView::with_secret(&endpoint, None, now_ms)?)))
}
