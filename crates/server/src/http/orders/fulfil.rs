//! `POST /v1/orders/{id}/fulfil`.

use axum::extract::State;
use axum::response::Response;
use guichet_core::{Event, OrderId};

use crate::app::App;
use crate::http::caller::Caller;
use crate::http::input::{Id, Sent};
use crate::http::problem::Problem;
use crate::view::OrderView;

/// Mark an order as fulfilled
///
/// You have handed over the goods. Only a paid order can be fulfilled.
#[utoipa::path(post, path = "/v1/orders/{id}/fulfil", tag = "Orders",
    params(("id" = String, Path, description = "The order's identifier."),
           ("Idempotency-Key" = Option<String>, Header, description = "Makes a repetition safe; kept for 30 days.")),
    responses(
        (status = 200, description = "The order as it is now.", body = OrderView),
        (status = 404, description = "`not_found`.", body = Problem),
        (status = 409, description = "`order_not_paid`.", body = Problem),
    ))]
pub(crate) async fn fulfil_order(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<OrderId>,
    sent: Sent,
) -> Result<Response, Problem> {
    let event = Event::FulfilRequested { actor: caller.actor() };
    super::act(&app, &caller, &sent, id, &event).await
}
