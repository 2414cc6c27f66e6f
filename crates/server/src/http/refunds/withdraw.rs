//! `POST /v1/orders/{id}/refunds/{refund}/withdraw`: the record of a refund was a mistake.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use guichet_core::{Event, OrderId, RefundId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::{App, checked_reason};
use crate::http::caller::Caller;
use crate::http::input::Sent;
use crate::http::orders::act;
use crate::http::problem::Problem;
use crate::view::OrderView;

/// Why a record is withdrawn.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = WithdrawRefundRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct WithdrawRequest {
    /// Why: 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500, example = "It was another order.")]
    reason: String,
}

/// Withdraw a refund
///
/// No money went back after all: the record was a mistake. It stays with the order, marked as withdrawn, and leaves the book.
#[utoipa::path(post, path = "/v1/orders/{id}/refunds/{refund}/withdraw", tag = "Refunds", request_body = WithdrawRequest,
    params(("id" = String, Path, description = "The order's identifier."),
           ("refund" = String, Path, description = "The refund's identifier."),
           ("Idempotency-Key" = Option<String>, Header, description = "Makes a repetition safe; kept for 30 days.")),
    responses(
        (status = 200, description = "The order as it is now.", body = OrderView),
        (status = 404, description = "`not_found`, `no_such_refund`.", body = Problem),
        (status = 422, description = "`text_length`, `text_control_character`.", body = Problem),
    ))]
pub(crate) async fn withdraw_refund(
    State(app): State<App>,
    caller: Caller,
    path: Result<Path<(String, String)>, PathRejection>,
    sent: Sent,
) -> Result<Response, Problem> {
    let Path((order, refund)) = path.map_err(|_| Problem::not_found("refund"))?;
    let both = order.parse::<OrderId>().ok().zip(refund.parse::<RefundId>().ok());
    let (order, refund) = both.ok_or_else(|| Problem::not_found("refund"))?;
    let request: WithdrawRequest = sent.json()?;
    let reason = checked_reason(&request.reason)?;
    let event = Event::RefundWithdrawn { refund, reason, actor: caller.actor() };
    act(&app, &caller, &sent, order, &event).await
}
