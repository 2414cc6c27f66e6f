//! `GET /v1/orders/{id}/events`: the whole journal of one order.

use axum::Json;
use axum::extract::State;
use guichet_core::OrderId;

use crate::app::App;
use crate::http::caller::Caller;
use crate::http::events::{EventPage, EventView};
use crate::http::input::Id;
use crate::http::problem::Problem;

/// Read an order's journal
#[utoipa::path(get, path = "/v1/orders/{id}/events", tag = "Events",
    params(("id" = String, Path, description = "The order's identifier.")),
    responses(
        (status = 200, description = "Everything that happened to the order, oldest first.", body = EventPage),
        (status = 404, description = "`not_found`.", body = Problem),
    ))]
pub(crate) async fn order_events(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<OrderId>,
) -> Result<Json<EventPage>, Problem> {
    app.order_of(caller.merchant, caller.environment, id).await?;
    let data = app.store().journal(id.into()).await?.into_iter().map(EventView::from).collect();
    Ok(Json(EventPage { data, has_more: false }))
}
