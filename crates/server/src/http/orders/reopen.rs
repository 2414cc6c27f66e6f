//! `POST /v1/orders/{id}/reopen`: an order that expired or was cancelled waits for money again.

use std::pin::pin;

use axum::extract::State;
use axum::response::Response;
use guichet_core::{Event, OrderId, Terms, USUAL_LIFE_MS, WATCH_MS};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::caller::Caller;
use crate::http::idempotency::Idempotency;
use crate::http::input::{Id, Sent};
use crate::http::problem::Problem;
use crate::view::OrderView;

use super::choice::Choice;
use super::ok;
use super::terms::life_ms;

/// How long the order is to wait.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReopenRequest {
    /// After how many seconds from now the order expires unpaid: 60 to 2592000 (30 days); otherwise 3600, and a week where
    /// it can only be paid in cash.
    #[serde(default)]
    #[schema(minimum = 60, maximum = 2592000, example = 3600)]
    expires_in: Option<i64>,
}

/// Take up again an order that had closed
///
/// An order that expired or was cancelled without money waits for it again, under the same identifier and the same
/// pages. What may still bring money is asked about first: while a payment may be on its way, or money is held, the
/// order stays as it is. To ask for something else, send the order anew with its `reference`. An order that waits
/// already is answered as it is. The body may be left out.
#[utoipa::path(post, path = "/v1/orders/{id}/reopen", tag = "Orders", request_body = Option<ReopenRequest>,
    params(("id" = String, Path, description = "The order's identifier."),
           ("Idempotency-Key" = Option<String>, Header, description = "Makes a repetition safe; kept for 30 days.")),
    responses(
        (status = 200, description = "The order as it is now.", body = OrderView),
        (status = 404, description = "`not_found`.", body = Problem),
        (status = 409, description = "`order_already_paid`, `payment_undecided`, `payment_in_progress`, `money_held`, `money_came`, `client_was_told`, `too_many_payments`.", body = Problem),
        (status = 422, description = "`expiry_out_of_range`, or no account takes the order any more.", body = Problem),
    ))]
pub(crate) async fn reopen_order(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<OrderId>,
    sent: Sent,
) -> Result<Response, Problem> {
    let idempotency = Idempotency::of(&caller, &sent)?;
    let reopened = pin!(reopened(&app, &caller, id, &sent, &idempotency));
    idempotency.once(&app, ok, reopened).await
}

async fn reopened(
    app: &App,
    caller: &Caller,
    id: OrderId,
    sent: &Sent,
    idempotency: &Idempotency,
) -> Result<Response, Problem> {
    let request: ReopenRequest = if sent.body.is_empty() { ReopenRequest::default() } else { sent.json()? };
    let wanted_ms = life_ms(request.expires_in)?;
    let stored = app.order_of(caller.merchant, caller.environment, id).await?;
    let stored = app.looked_into(stored, &caller.actor()).await?;
    let (terms, now_ms) = (&stored.order.terms, app.clock().now_ms());
    let event = if stored.order.has_closed(now_ms) {
        let (_, usual_life_ms) =
            Choice::OPEN.accounts_and_life(app, &app.registry().snapshot(), caller, terms)?;
        renewed(terms, wanted_ms, usual_life_ms, now_ms)
    } else {
        Terms::clone(terms)
    };
    let event = Event::ReopenRequested { terms: Box::new(event), actor: caller.actor() };
    let applied = app.apply_to(stored, &event, idempotency.whole(app, ok).as_deref()).await?;
    Ok(idempotency.answer(app, &applied.stored, ok))
}

/// The same terms from now on: for as long as the shop wants, otherwise as long as the way to pay takes.
pub(super) fn renewed(
    terms: &Terms,
    wanted_ms: Option<i64>,
    usual_life_ms: Option<i64>,
    now_ms: i64,
) -> Terms {
    let expires_at_ms = now_ms + USUAL_LIFE_MS;
    let watch_until_ms = expires_at_ms + WATCH_MS;
    let usual = Terms { expires_at_ms, watch_until_ms, expiry_is_usual: true, ..terms.clone() };
    match wanted_ms {
        Some(wanted_ms) => usual.expiring_at(now_ms + wanted_ms),
        None => usual.given(usual_life_ms, now_ms),
    }
}
