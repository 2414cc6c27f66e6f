//! `POST /v1/orders/{id}/refunds`: money went back to the payer, a person says.

use axum::extract::State;
use axum::response::Response;
use guichet_core::{BadId, Code, OrderId, RefundMethod};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::{App, RefundTerms};
use crate::http::caller::Caller;
use crate::http::input::{Id, Sent};
use crate::http::orders::act;
use crate::http::problem::Problem;
use crate::view::OrderView;

/// Money that went back.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = RecordRefundRequest)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefundRequest {
    /// The payment whose money it was; the one that paid the order when left out.
    #[schema(example = "pay_01kaqwm3v0e9r8t7y6v5w4x3z2")]
    payment: Option<String>,
    /// How much, in minor units of the currency that was paid; everything that is left when left out.
    #[schema(example = 100_000)]
    amount: Option<i64>,
    /// How it went back: `gateway_portal`, `cash` or `transfer`.
    #[schema(value_type = String, example = "gateway_portal")]
    method: RefundMethod,
    /// The number under which the gateway, the bank or the till finds it, at most 100 characters.
    #[schema(max_length = 100, example = "R-2026-0042")]
    reference: Option<String>,
    /// Why: 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500, example = "Out of stock.")]
    reason: String,
}

/// Record a refund
///
/// Money of this order went back to the payer: you sent it at your gateway's portal, in cash or by a transfer of your own.
/// Guichet moves no money back. The order stays paid; `order.refunded` tells of it, and the day's book has it.
#[utoipa::path(post, path = "/v1/orders/{id}/refunds", tag = "Refunds", request_body = RefundRequest,
    params(("id" = String, Path, description = "The order's identifier."),
           ("Idempotency-Key" = Option<String>, Header, description = "Makes a repetition safe; kept for 30 days.")),
    responses(
        (status = 200, description = "The order as it is now.", body = OrderView),
        (status = 404, description = "`not_found`, `no_such_payment`.", body = Problem),
        (status = 409, description = "`nothing_to_refund`, `too_many_refunds`.", body = Problem),
        (status = 422, description = "`refund_exceeds_paid`, `identifier_invalid`, `text_length`, `text_control_character`.", body = Problem),
    ))]
pub(crate) async fn record_refund(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<OrderId>,
    sent: Sent,
) -> Result<Response, Problem> {
    let request: RefundRequest = sent.json()?;
    let terms = request.terms()?.checked()?;
    let stored = app.order_of(caller.merchant, caller.environment, id).await?;
    let event = app.refund_recorded(&stored.order, terms, caller.actor())?;
    act(&app, &caller, &sent, id, &event).await
}

impl RefundRequest {
    fn terms(self) -> Result<RefundTerms, Problem> {
        let payment = self.payment.as_deref().map(str::parse).transpose();
        let payment = payment.map_err(|error: BadId| {
            Problem::field("payment", Code::IdentifierInvalid, format!("{error}."))
        })?;
        let RefundRequest { amount: amount_minor, method, reference, reason, .. } = self;
        Ok(RefundTerms { payment, amount_minor, method, reference, reason })
    }
}
