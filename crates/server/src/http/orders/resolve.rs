//! `POST /v1/orders/{id}/resolve`: decides about money that does not fit.

use axum::extract::State;
use axum::response::Response;
use guichet_core::{Code, Event, OrderId, PaymentId, Resolution};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::caller::Caller;
use crate::http::input::{Id, Sent};
use crate::http::problem::Problem;
use crate::view::OrderView;

/// A decision about held money.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResolveRequest {
    /// The payment that brought the money.
    #[schema(example = "pay_01kaqwm3v0e9r8t7y6v5w4x3z2")]
    payment: String,
    /// `honour`: take late money, the order becomes paid. `dismiss`: you have dealt with it elsewhere.
    #[schema(value_type = String, example = "dismiss")]
    resolution: Resolution,
}

/// Decide about held money
///
/// Money that came late, twice, of another amount or for play waits until you say what becomes of it. Only late money can be
/// honoured.
#[utoipa::path(post, path = "/v1/orders/{id}/resolve", tag = "Orders", request_body = ResolveRequest,
    params(("id" = String, Path, description = "The order's identifier."),
           ("Idempotency-Key" = Option<String>, Header, description = "Makes a repetition safe; kept for 30 days.")),
    responses(
        (status = 200, description = "The order as it is now.", body = OrderView),
        (status = 404, description = "`not_found`, `no_such_payment`.", body = Problem),
        (status = 409, description = "`nothing_held`, `not_honourable`, `order_already_paid`.", body = Problem),
    ))]
pub(crate) async fn resolve_order(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<OrderId>,
    sent: Sent,
) -> Result<Response, Problem> {
    let request: ResolveRequest = sent.json()?;
    let payment: PaymentId = request.payment.parse().map_err(|error: guichet_core::BadId| {
        Problem::field("payment", Code::IdentifierInvalid, format!("{error}."))
    })?;
    let event = Event::HeldResolved { payment, resolution: request.resolution, actor: caller.actor() };
    super::act(&app, &caller, &sent, id, &event).await
}
