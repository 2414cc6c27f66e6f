//! `POST /status/{token}/check`: the customer's Check button.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use guichet_core::{Actor, PaymentId};

use crate::app::App;

use super::Visitor;

/// Asks the gateways (as often as they allow, together with whoever else asks) and shows the page.
pub(crate) async fn check_button(State(app): State<App>, visitor: Visitor) -> Response {
    let order = &visitor.stored.order;
    let undecided: Vec<PaymentId> = order
        .payments
        .iter()
        .filter(|payment| payment.check_at_ms.is_some())
        .map(|payment| payment.id)
        .collect();
    for payment in undecided {
        if let Err(error) = app.check(order.id, payment, Actor::Customer { id: None }).await {
            tracing::warn!(order = %order.id, %payment, %error, "a check from the status page failed");
        }
    }
    Redirect::to(&visitor.path("status")).into_response()
}
