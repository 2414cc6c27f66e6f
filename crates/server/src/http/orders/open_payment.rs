//! `POST /v1/orders/{id}/payments`: opens a payment at a gateway.

use std::pin::pin;

use axum::extract::State;
use axum::response::Response;
use guichet_core::{Code, Event, OrderId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::caller::Caller;
use crate::http::idempotency::Idempotency;
use crate::http::input::{Id, Sent};
use crate::http::problem::Problem;
use crate::view::OrderView;

use super::choice::Choice;
use super::created;
use super::reopen::renewed;

/// Where to pay.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PaymentRequest {
    /// The gateway, such as `ocpay`; `auto` follows your routes, and goes on to the next account when
    /// one certainly opened nothing.
    #[serde(default)]
    #[schema(example = "ocpay")]
    gateway: Option<String>,
    /// The gateway account, by identifier or name, where you have several at one gateway.
    #[serde(default)]
    #[schema(example = "ocpay-main")]
    account: Option<String>,
}

/// Open a payment
///
/// While a payment at that account can still be paid, it is answered again: a page that asks twice
/// makes one link. An order that expired or was cancelled without money is taken up again, for as long as one that is
/// made.
#[utoipa::path(post, path = "/v1/orders/{id}/payments", tag = "Payments", request_body = PaymentRequest,
    params(("id" = String, Path, description = "The order's identifier."),
           ("Idempotency-Key" = Option<String>, Header, description = "Makes a repetition safe; kept for 30 days.")),
    responses(
        (status = 201, description = "The order with its payment; `payment_url` is where to send the customer.", body = OrderView),
        (status = 404, description = "`not_found`.", body = Problem),
        (status = 409, description = "`order_already_paid`, `payment_in_progress`, `payment_undecided`, `too_many_payments`; of an order that closed, `money_held`, `money_came`, `client_was_told`.", body = Problem),
        (status = 422, description = "`gateway_not_configured`, or a rule of the gateway.", body = Problem),
    ))]
pub(crate) async fn open_payment(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<OrderId>,
    sent: Sent,
) -> Result<Response, Problem> {
    let idempotency = Idempotency::of(&caller, &sent)?;
    let opened = pin!(opened(&app, &caller, id, &sent, &idempotency));
    idempotency.once(&app, created, opened).await
}

async fn opened(
    app: &App,
    caller: &Caller,
    id: OrderId,
    sent: &Sent,
    idempotency: &Idempotency,
) -> Result<Response, Problem> {
    let request: PaymentRequest = sent.json()?;
    let stored = app.order_of(caller.merchant, caller.environment, id).await?;
    let snapshot = app.registry().snapshot();
    let choice = Choice { gateway: request.gateway.as_deref(), account: request.account.as_deref() };
    let accounts = choice.accounts(app, &snapshot, caller, &stored.order.terms)?;
    if accounts.is_empty() {
        let rule = "Name the gateway, or the gateway account, to pay at; `auto` follows your routes.";
        return Err(Problem::field("gateway", Code::FieldMissing, rule));
    }
    let (begin, end) = (idempotency.begin(app), idempotency.end(app, created));
    let actor = caller.actor();
    let stored = app.looked_into(stored, &actor).await?;
    let now_ms = app.clock().now_ms();
    let reopening = stored.order.has_closed(now_ms).then(|| {
        let usual_life_ms = accounts.first().and_then(|account| account.order_life_ms);
        let terms = Box::new(renewed(&stored.order.terms, None, usual_life_ms, now_ms));
        Event::ReopenRequested { terms, actor: actor.clone() }
    });
    let (begin, end) = (begin.as_deref(), end.as_deref());
    let stored = app.request_payment_after(stored, reopening, &accounts, &actor, begin, end).await?;
    Ok(idempotency.answer(app, &stored, created))
}
