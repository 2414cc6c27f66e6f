//! `GET /v1/orders/{id}/events`: the journal of one order, as far as it is not archived.

use axum::Json;
use axum::extract::State;
use guichet_core::OrderId;

use crate::app::App;
use crate::http::caller::Caller;
use crate::http::events::{ArchivedView, EventPage, EventView};
use crate::http::input::Id;
use crate::http::problem::Problem;

/// Read an order's journal
///
/// Everything that happened to the order, oldest first, and why. Each entry is linked to the one before, so that none can be
/// removed or altered unseen.
#[utoipa::path(get, path = "/v1/orders/{id}/events", tag = "Events",
    params(("id" = String, Path, description = "The order's identifier.")),
    responses(
        (status = 200, description = "Everything that happened to the order, oldest first; how many events are archived, if any.", body = EventPage),
        (status = 404, description = "`not_found`.", body = Problem),
    ))]
pub(crate) async fn order_events(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<OrderId>,
) -> Result<Json<EventPage>, Problem> {
    let stored = app.order_of(caller.merchant, caller.environment, id).await?;
    let data: Vec<_> = app.store().journal(id.into()).await?.into_iter().map(EventView::from).collect();
    let is_here = data.first().is_some_and(EventView::is_first) || stored.entries == 0;
    let archived = if is_here { None } else { app.store().archived(id.into()).await? };
    let archived = archived.and_then(|archived| ArchivedView::of_order(archived.entries));
    Ok(Json(EventPage { data, has_more: false, archived }))
}
