//! `POST /v1/orders`: makes an order and, with a gateway, opens its first payment.

use std::pin::pin;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use guichet_core::NewOrder;

use crate::app::{App, Error};
use crate::http::caller::Caller;
use crate::http::idempotency::Idempotency;
use crate::http::input::Sent;
use crate::http::problem::Problem;
use crate::view::OrderView;

use super::again::{Asked, again};
use super::choice::Choice;
use super::created;
use super::terms::OrderRequest;

/// Create an order
///
/// With `gateway`, a payment is opened at once and `payment_url` is where to send the customer; it is
/// null when the gateway could not open one (see `payments`), and `checkout_url` always works. The
/// same `reference` with the same content answers the order you have, with 200. One that expired or was cancelled
/// without money is taken up again by that, with the same content or other. An order that none of your accounts
/// could take is refused.
#[utoipa::path(post, path = "/v1/orders", tag = "Orders", request_body = OrderRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repetition safe; kept for 30 days.")),
    responses(
        (status = 201, description = "The order is made.", body = OrderView),
        (status = 200, description = "You had this order already.", body = OrderView),
        (status = 409, description = "`reference_taken`, `idempotency_in_progress`; of an order that closed, `payment_undecided`, `payment_open`, `money_held`, `money_came`.", body = Problem),
        (status = 422, description = "A field breaks a rule: see `field` and `code`.", body = Problem),
    ))]
pub(crate) async fn create_order(
    State(app): State<App>,
    caller: Caller,
    sent: Sent,
) -> Result<Response, Problem> {
    let idempotency = Idempotency::of(&caller, &sent)?;
    let made = pin!(made(&app, &caller, &sent, &idempotency));
    idempotency.once(&app, created, made).await
}

async fn made(
    app: &App,
    caller: &Caller,
    sent: &Sent,
    idempotency: &Idempotency,
) -> Result<Response, Problem> {
    let asked = asked(app, caller, &sent.json()?)?;
    let new = NewOrder {
        id: app.new_order_id(),
        merchant: caller.merchant,
        environment: caller.environment,
        terms: asked.terms.clone(),
        actor: caller.actor(),
    };
    let accounts = &asked.accounts;
    let first = accounts
        .first()
        .map(|account| app.payment_requested(account, &asked.terms.reference, caller.actor()));
    let claim = match first {
        Some(_) => idempotency.begin(app),
        None => idempotency.whole(app, created),
    };
    match app.create(new, first.as_ref(), &asked.fingerprint, claim.as_deref()).await {
        Ok(placed) if first.is_none() => Ok(idempotency.answer(app, &placed.stored, created)),
        Ok(placed) => {
            let end = idempotency.end(app, created);
            let stored = app.open_in_turn(placed, accounts, &caller.actor(), end.as_deref()).await?;
            Ok(idempotency.answer(app, &stored, created))
        }
        Err(Error::ReferenceTaken) => Box::pin(again(app, caller, idempotency, &asked)).await,
        Err(error) => Err(error.into()),
    }
}

/// What the request asks for, every rule checked.
fn asked(app: &App, caller: &Caller, request: &OrderRequest) -> Result<Asked, Problem> {
    let snapshot = app.registry().snapshot();
    let merchant = caller.merchant_row(&snapshot)?;
    let now_ms = app.clock().now_ms();
    let terms = request.terms(merchant, caller.environment, now_ms)?;
    let choice = Choice { gateway: request.gateway.as_deref(), account: request.account.as_deref() };
    let (accounts, life_ms) = choice.accounts_and_life(app, &snapshot, caller, &terms)?;
    let terms = Arc::new(terms.given(life_ms, now_ms));
    Ok(Asked { terms, fingerprint: request.fingerprint(), accounts })
}
