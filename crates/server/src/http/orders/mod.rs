//! `/v1/orders`: one file for each endpoint.

pub(crate) mod cancel;
pub(crate) mod check;
pub(crate) mod create;
pub(crate) mod deliveries;
pub(crate) mod events;
pub(crate) mod fulfil;
pub(crate) mod list;
pub(crate) mod open_payment;
pub(crate) mod payer;
pub(crate) mod read;
pub(crate) mod record_payment;
pub(crate) mod resolve;
mod terms;

use axum::response::Response;
use guichet_core::{Event, OrderId};
use http::StatusCode;

use crate::app::{App, Error};
use crate::store::{Answer, Stored};

use super::caller::Caller;
use super::idempotency::{Idempotency, Turn};
use super::input::Sent;
use super::problem::Problem;

pub(crate) use terms::MOST_MINOR;

fn shown(app: &App, stored: &Stored, status: StatusCode) -> Answer {
    let body = serde_json::to_string(&app.view(stored)).unwrap_or_default();
    Answer { status_code: status.as_u16(), body }
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
async fn act(
    app: &App,
    caller: &Caller,
    sent: &Sent,
    id: OrderId,
    event: &Event,
) -> Result<Response, Problem> {
    let idempotency = Idempotency::of(caller, sent)?;
    if let Turn::Replay(response) = idempotency.turn(app)? {
        return Ok(response);
    }
    let stored = app.order_of(caller.merchant, caller.environment, id)?;
    match app.apply_to(stored, event, idempotency.whole(app, ok).as_ref()).await {
        Ok(applied) => Ok(idempotency.answer(app, &applied.stored, ok)),
        Err(Error::KeyTaken) => second_turn(app, &idempotency),
        Err(error) => Err(error.into()),
    }
}

/// Another request with the same key was faster: its answer, when there is one already.
fn second_turn(app: &App, idempotency: &Idempotency) -> Result<Response, Problem> {
    match idempotency.turn(app)? {
        Turn::Replay(response) => Ok(response),
        Turn::Run | Turn::Resume(_) => Err(Error::KeyTaken.into()),
    }
}

/// A request that had its first effect and then died with its server: its answer is the order as it
/// is now.
async fn resume(app: &App, idempotency: &Idempotency, order: OrderId) -> Result<Response, Problem> {
    let stored = app.store().order(order)?.ok_or(Error::NoSuchOrder)?;
    if let Some(end) = idempotency.end(app, created) {
        app.store().commit(end(&stored)).await.map_err(Error::from)?;
    }
    second_turn(app, idempotency)
}
