//! `GET /v1/orders/{id}`.

use axum::extract::State;
use axum::response::Response;
use guichet_core::OrderId;

use crate::app::App;
use crate::http::caller::Caller;
use crate::http::idempotency::answered;
use crate::http::input::Id;
use crate::http::problem::Problem;
use crate::view::OrderView;

/// Read an order
///
/// The order as it is now, with its payments. Reading asks no gateway: `POST /v1/orders/{id}/check` does.
#[utoipa::path(get, path = "/v1/orders/{id}", tag = "Orders",
    params(("id" = String, Path, description = "The order's identifier.")),
    responses(
        (status = 200, description = "The order as it is now.", body = OrderView),
        (status = 404, description = "`not_found`.", body = Problem),
    ))]
pub(crate) async fn read_order(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<OrderId>,
) -> Result<Response, Problem> {
    let stored = app.order_of(caller.merchant, caller.environment, id).await?;
    Ok(answered(super::ok(&app, &stored)))
}
