//! `/v1/orders`: one file for each endpoint.

mod again;
pub(crate) mod cancel;
pub(crate) mod check;
mod choice;
pub(crate) mod create;
pub(crate) mod deliveries;
pub(crate) mod events;
pub(crate) mod fulfil;
mod item;
pub(crate) mod list;
pub(crate) mod open_payment;
pub(crate) mod read;
pub(crate) mod record_payment;
pub(crate) mod reopen;
pub(crate) mod resolve;
mod sum;
mod terms;

use std::pin::pin;

use axum::response::Response;
use guichet_core::{Event, OrderId};
use http::StatusCode;

use crate::app::App;
use crate::store::{Answer, Stored, json_text};

use super::caller::Caller;
use super::idempotency::Idempotency;
use super::input::Sent;
use super::problem::Problem;

/// How long an order with one payment is as JSON, roughly.
const VIEW_BYTES: usize = 1536;

fn shown(app: &App, stored: &Stored, status: StatusCode) -> Answer {
    Answer { status_code: status.as_u16(), body: json_text(&app.view(stored), VIEW_BYTES) }
}

/// The order as it is now, with 200.
pub(crate) fn ok(app: &App, stored: &Stored) -> Answer {
    shown(app, stored, StatusCode::OK)
}

/// The order as it is now, with 201.
pub(crate) fn created(app: &App, stored: &Stored) -> Answer {
    shown(app, stored, StatusCode::CREATED)
}

/// Lets one event of the shop happen to its order, under its idempotency key, and shows the order.
pub(super) async fn act(
    app: &App,
    caller: &Caller,
    sent: &Sent,
    id: OrderId,
    event: &Event,
) -> Result<Response, Problem> {
    let idempotency = Idempotency::of(caller, sent)?;
    let request = pin!(async {
        let stored = app.order_of(caller.merchant, caller.environment, id).await?;
        let applied = app.apply_to(stored, event, idempotency.whole(app, ok).as_deref()).await?;
        Ok(idempotency.answer(app, &applied.stored, ok))
    });
    idempotency.once(app, ok, request).await
}
