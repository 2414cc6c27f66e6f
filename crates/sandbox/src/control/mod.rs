//! The control API, by which a script acts as customer or bank, moves the clock and injects misbehaviours. JSON in
//! and out, without a key: whoever reaches the sandbox may use it.

mod misbehaviours;
mod notifications;
mod outbox;
mod query;

use std::collections::HashMap;

use axum::Json;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::routing::{get, post};
use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};

use crate::action::{Action, LATE_S, Means};
use crate::clock::timestamp;
use crate::fields::Fields;
use crate::payment::Payment;
use crate::payment_view::PaymentView;
use crate::refusal::Refusal;
use crate::sandbox::Sandbox;

use query::ListQuery;

/// The longest body that the control API takes.
const MAX_BODY_BYTES: usize = 256 * 1024;

/// Every path and what it is for, for the home page.
pub(crate) const ROUTES: &[(&str, &str, &str)] = &[
    ("GET", "/sandbox/payments?limit=100", "payments, newest first; also ?dialect= and ?merchant_reference="),
    ("GET", "/sandbox/payments/{ref}", "one payment"),
    (
        "POST",
        "/sandbox/payments/{ref}/{action}",
        "initiate, pay, pay_late, pay_other, decline, cancel or expire, perhaps with {\"operator\", \"phone\"}",
    ),
    ("GET", "/sandbox/clock", "the sandbox's time"),
    ("POST", "/sandbox/clock/advance", "{\"seconds\": 1200} lets 20 minutes pass"),
    ("GET", "/sandbox/faults", "the faults that wait"),
    ("POST", "/sandbox/faults", "{\"fault\": \"cut_after\", \"on\": \"open\", \"count\": 1}"),
    ("DELETE", "/sandbox/faults", "no more faults"),
    (
        "GET",
        "/sandbox/notifications",
        "notifications, newest first, with every try; also ?dialect= and ?ref=",
    ),
    ("GET", "/sandbox/webhooks", "what merchants have set up for notifications"),
    ("POST", "/sandbox/webhooks", "{\"dialect\", \"key\", \"account\", \"url\", \"secret\"}"),
    ("DELETE", "/sandbox/webhooks", "no more of that; also ?dialect= and ?key="),
    ("GET", "/sandbox/outbox", "messages to customers that were laid down here, newest first"),
    ("POST", "/sandbox/outbox", "{\"channel\": \"email\" or \"sms\", \"to\", \"subject\", \"text\"}"),
    ("POST", "/sandbox/reset", "begin again: everything above, the clock and the seed"),
];

/// The routes under `/sandbox`.
pub(crate) fn router() -> Router<Sandbox> {
    Router::new()
        .merge(misbehaviours::router())
        .merge(notifications::router())
        .merge(outbox::router())
        .route("/sandbox/payments", get(list))
        .route("/sandbox/payments/{ref}", get(show))
        .route("/sandbox/payments/{ref}/{action}", post(act))
        .route("/sandbox/clock", get(clock))
        .route("/sandbox/clock/advance", post(advance))
        .route("/sandbox/reset", post(reset))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
}

async fn list(
    State(sandbox): State<Sandbox>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, Refusal> {
    let wanted = ListQuery(query);
    let is_wanted = |payment: &Payment| {
        wanted.admits("dialect", payment.tenant().dialect().name())
            && wanted.admits("merchant_reference", &payment.request().reference)
    };
    let (payments, has_more) = sandbox.newest(wanted.limit()?, is_wanted);
    Ok(Json(json!({ "data": payments, "has_more": has_more })))
}

async fn show(
    State(sandbox): State<Sandbox>,
    Path(reference): Path<String>,
) -> Result<Json<PaymentView>, Refusal> {
    sandbox.payment(&reference).map(Json)
}

async fn act(
    State(sandbox): State<Sandbox>,
    Path((reference, action)): Path<(String, String)>,
    body: Bytes,
) -> Result<Json<PaymentView>, Refusal> {
    let mut fields = Fields::read(&body)?;
    let action = match action.as_str() {
        "initiate" => Action::Initiate,
        "pay" => Action::Pay,
        "pay_late" => Action::PayLate { seconds: fields.whole("seconds")?.unwrap_or(LATE_S) },
        "pay_other" => Action::PayOther,
        "decline" => Action::Decline,
        "cancel" => Action::Cancel,
        "expire" => Action::Expire,
        _ => return Err(Refusal::NoSuchRoute { path: format!("/sandbox/payments/{reference}/{action}") }),
    };
    let means = Means { operator: fields.text("operator")?, phone: fields.text("phone")? };
    fields.finish()?;
    sandbox.act_by(&reference, action, means).map(Json)
}

async fn clock(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(clock_view(&sandbox))
}

async fn advance(State(sandbox): State<Sandbox>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let mut fields = Fields::read(&body)?;
    let seconds = fields.whole("seconds")?.ok_or_else(|| {
        Refusal::invalid("seconds", "seconds is missing; say by how much the clock is to move.")
    })?;
    fields.finish()?;
    sandbox.advance(seconds)?;
    Ok(Json(clock_view(&sandbox)))
}

fn clock_view(sandbox: &Sandbox) -> Value {
    let now_ms = sandbox.clock().now_ms();
    let offset_s = sandbox.clock().offset_ms() / 1000;
    json!({ "now": timestamp(now_ms), "now_ms": now_ms, "advanced_seconds": offset_s })
}

async fn reset(State(sandbox): State<Sandbox>) -> StatusCode {
    sandbox.reset();
    StatusCode::NO_CONTENT
}
