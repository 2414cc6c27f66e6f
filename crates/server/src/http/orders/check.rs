//! `POST /v1/orders/{id}/check`: asks the gateways now.

use axum::extract::State;
use axum::response::Response;
use guichet_core::{Code, OrderId, PaymentId};

use crate::app::{App, Checked};
use crate::http::caller::Caller;
use crate::http::idempotency::answered;
use crate::http::input::Id;
use crate::http::problem::Problem;
use crate::view::OrderView;

/// Check an order now
///
/// Asks the gateway of every payment that is not decided yet. A payment that was asked about a
/// moment ago is not asked about again: `checked_at` tells how fresh the answer is.
#[utoipa::path(post, path = "/v1/orders/{id}/check", tag = "Payments",
    params(("id" = String, Path, description = "The order's identifier.")),
    responses(
        (status = 200, description = "The order as it is now.", body = OrderView),
        (status = 404, description = "`not_found`.", body = Problem),
        (status = 429, description = "`check_budget_spent`: the gateway account has made its checks of this second.", body = Problem),
    ))]
pub(crate) async fn check_order(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<OrderId>,
) -> Result<Response, Problem> {
    let mut stored = app.order_of(caller.merchant, caller.environment, id).await?;
    let undecided: Vec<PaymentId> = stored
        .order
        .payments
        .iter()
        .filter(|payment| payment.state.is_live() || payment.check_at_ms.is_some())
        .map(|payment| payment.id)
        .collect();
    for payment in undecided {
        match app.check(id, payment, caller.actor()).await? {
            Checked::Asked(now) | Checked::AsItWas(now) | Checked::Unanswered { stored: now, .. } => {
                stored = *now
            }
            Checked::BudgetSpent { retry_after_ms } => {
                let detail =
                    "This gateway account has made its checks of this second; ask again in a moment.";
                let problem = Problem::new(Code::CheckBudgetSpent, detail);
                return Err(problem.retry_after(retry_after_ms.div_euclid(1000) + 1));
            }
        }
    }
    Ok(answered(super::ok(&app, &stored)))
}
