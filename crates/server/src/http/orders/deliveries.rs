//! `GET /v1/orders/{id}/deliveries`: what was sent about an order, and what came of each try.

use axum::Json;
use axum::extract::State;
use guichet_core::OrderId;

use crate::app::App;
use crate::http::caller::Caller;
use crate::http::deliveries::{DeliveryPage, DeliveryView};
use crate::http::events::ArchivedView;
use crate::http::input::Id;
use crate::http::problem::Problem;

/// Read an order's delivery log
///
/// What was sent about the order, to your webhook endpoints, to clients of other vendors and to the customer, with every try.
#[utoipa::path(get, path = "/v1/orders/{id}/deliveries", tag = "Webhooks",
    params(("id" = String, Path, description = "The order's identifier.")),
    responses(
        (status = 200, description = "Every delivery with its tries; how many are archived, if any.", body = DeliveryPage),
        (status = 404, description = "`not_found`.", body = Problem),
    ))]
pub(crate) async fn order_deliveries(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<OrderId>,
) -> Result<Json<DeliveryPage>, Problem> {
    app.order_of(caller.merchant, caller.environment, id).await?;
    let mut data = Vec::new();
    for row in app.store().deliveries_of(id.into()).await? {
        let attempts = app.store().attempts(&row.delivery).await?;
        data.push(DeliveryView::new(&row, attempts));
    }
    let archived = app.store().archived(id.into()).await?;
    let archived = archived.and_then(|archived| ArchivedView::of_order(archived.deliveries));
    Ok(Json(DeliveryPage { data, archived }))
}
