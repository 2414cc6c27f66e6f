//! The control API, by which a script acts as customer or bank, moves the clock and injects misbehaviours. JSON in
//! and out, without a key: whoever reaches the sandbox may use it.

mod calls;
mod clock;
mod misbehaviours;
mod notifications;
mod outbox;
mod payments;
mod query;
mod reset;

use axum::Router;
use axum::extract::DefaultBodyLimit;

use crate::sandbox::Sandbox;

/// The longest body that the control API takes.
const MAX_BODY_BYTES: usize = 256 * 1024;

/// Every path and what it is for, for the home page.
pub(crate) const ROUTES: &[(&str, &str, &str)] = &[
    ("GET", "/sandbox/payments?limit=100", "payments, newest first; also ?dialect= and ?merchant_reference="),
    (
        "POST",
        "/sandbox/payments",
        "a payment as a merchant's client would make it: {\"dialect\", \"key\", \"account\", \"currency\", \"amount_minor\"}, perhaps \
         with {\"reference\", \"title\", \"description\", \"notify_url\", \"return_url\"} and {\"action\": \"pay\", \"silent\": true}",
    ),
    ("GET", "/sandbox/payments/{ref}", "one payment"),
    (
        "POST",
        "/sandbox/payments/{ref}/{action}",
        "initiate, pay, pay_late, pay_other, decline, cancel or expire, perhaps with {\"operator\", \"phone\"}",
    ),
    (
        "GET",
        "/sandbox/calls",
        "calls of clients, newest first, with what was answered, and what the vendor would have answered where a fault struck; \
         also ?dialect=, ?merchant= and ?ref=",
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
        .merge(calls::router())
        .merge(clock::router())
        .merge(misbehaviours::router())
        .merge(notifications::router())
        .merge(outbox::router())
        .merge(payments::router())
        .merge(reset::router())
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
}
