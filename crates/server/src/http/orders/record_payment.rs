//! `POST /v1/orders/{id}/payments/{payment}/record`: cash was paid, a person says.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::Response;
use guichet_core::{Code, Event, Evidence, OrderId, PaymentId, Receipt, Seen};

use crate::app::App;
use crate::http::caller::Caller;
use crate::http::input::Sent;
use crate::http::problem::Problem;
use crate::view::OrderView;

/// Record a payment by hand
///
/// For payments at a gateway that cannot be asked, which is cash: you have received the money.
#[utoipa::path(post, path = "/v1/orders/{id}/payments/{payment}/record", tag = "Payments",
    params(("id" = String, Path, description = "The order's identifier."),
           ("payment" = String, Path, description = "The payment's identifier."),
           ("Idempotency-Key" = Option<String>, Header, description = "Makes a repetition safe; kept for 30 days.")),
    responses(
        (status = 200, description = "The order as it is now.", body = OrderView),
        (status = 404, description = "`not_found`.", body = Problem),
        (status = 409, description = "`payment_is_checked`: only the gateway's word counts for this payment.", body = Problem),
    ))]
pub(crate) async fn record_payment(
    State(app): State<App>,
    caller: Caller,
    path: Result<Path<(String, String)>, PathRejection>,
    sent: Sent,
) -> Result<Response, Problem> {
    let Path((order, payment)) = path.map_err(|_| Problem::not_found("payment"))?;
    let (order, payment) = order
        .parse::<OrderId>()
        .ok()
        .zip(payment.parse::<PaymentId>().ok())
        .ok_or_else(|| Problem::not_found("payment"))?;
    let stored = app.order_of(caller.merchant, caller.environment, order).await?;
    let known = stored.order.payment(payment).ok_or_else(|| Problem::not_found("payment"))?;
    if known.terms.checkable {
        let detail = "This payment goes through a gateway that is asked; only its word counts.";
        return Err(Problem::new(Code::PaymentIsChecked, detail));
    }
    let evidence = Evidence {
        money: Some(stored.order.terms.money),
        reference: payment.to_string(),
        environment: Some(stored.order.environment),
        receipt: Receipt::default(),
    };
    let (asked_at_ms, seen) = (app.clock().now_ms(), Seen::Paid(evidence));
    let event = Event::Checked { payment, asked_at_ms, seen, actor: caller.actor() };
    super::act(&app, &caller, &sent, order, &event).await
}
