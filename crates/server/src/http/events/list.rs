//! `GET /v1/events`: what the shop has not acknowledged yet, oldest first.

use axum::Json;
use axum::extract::State;
use guichet_core::EventId;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::app::App;
use crate::http::caller::Caller;
use crate::http::input::Query;
use crate::http::paged::{cursor, cut, page_size};
use crate::http::problem::Problem;

use super::{EventPage, EventView};

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// `true`: those acknowledged already, to read them again.
    acknowledged: Option<bool>,
    /// The identifier of the last event of the page before.
    cursor: Option<String>,
    /// How many: 1 to 100, otherwise 20.
    limit: Option<i64>,
}

/// Pull events
///
/// An event stays in this list until it is acknowledged, so nothing is missed and nothing has to be
/// remembered between two calls.
#[utoipa::path(get, path = "/v1/events", tag = "Events", params(Wanted),
    responses((status = 200, description = "A page of events.", body = EventPage),
              (status = 422, description = "`query_invalid`, `limit_out_of_range`, `cursor_invalid`.", body = Problem)))]
pub(crate) async fn list_events(
    State(app): State<App>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<EventPage>, Problem> {
    let size = page_size(wanted.limit)?;
    let after: Option<EventId> = cursor(wanted.cursor.as_deref(), "an event")?;
    let acked = wanted.acknowledged.unwrap_or(false);
    let mut found = app.store().events(caller.merchant, caller.environment, acked, after, size + 1).await?;
    let has_more = cut(&mut found, size);
    let archived = app.store().archived_events(caller.merchant, caller.environment).await?;
    let data = found.into_iter().map(EventView::from).collect();
    Ok(Json(EventPage { data, has_more, archived: archived.map(Into::into) }))
}
