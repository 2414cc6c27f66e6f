//! The page at `/`: what this is, what it takes, what can be forced, and what happened lately.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use guichet_gateways::{DIALECTS, Dialect, ExampleKey, Notifies, VendorProfile};
use http::{HeaderMap, StatusCode};

use crate::clock::time_of_day;
use crate::control::ROUTES;
use crate::html::{html, see_other};
use crate::magic_input::TAGS;
use crate::misbehaviour::MisbehaviourView;
use crate::misbehaviour_kind::MISBEHAVIOURS;
use crate::notifications::NotificationView;
use crate::outbox::MessageView;
use crate::payment_view::PaymentView;
use crate::refusal::Refusal;
use crate::sandbox::Sandbox;
use crate::tenant::MAGIC_KEYS;

/// The number of payments, of notifications and of messages that the page shows.
const RECENT: usize = 20;
const RECENT_NOTICES: usize = 10;
const RECENT_MESSAGES: usize = 5;

/// The routes for people.
pub(crate) fn router() -> Router<Sandbox> {
    Router::new().route("/", get(show)).route("/clock", post(advance))
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    base_url: String,
    now: String,
    ahead: String,
    vendors: Vec<Vendor>,
    payments: Vec<PaymentView>,
    has_more: bool,
    notifications: Vec<NotificationView>,
    messages: Vec<MessageView>,
    waiting: Vec<MisbehaviourView>,
    magic_keys: &'static [(&'static str, &'static str)],
    tags: &'static [(&'static str, &'static str)],
    misbehaviours: &'static [(&'static str, &'static str)],
    routes: &'static [(&'static str, &'static str, &'static str)],
}

/// A vendor as the page shows it.
struct Vendor {
    name: &'static str,
    title: &'static str,
    endpoints: &'static [(&'static str, &'static str, &'static str)],
    credentials: String,
    examples: &'static [ExampleKey],
    operators: Vec<(&'static str, String)>,
    lapses_after: String,
    notifies: &'static str,
}

impl Vendor {
    fn of(dialect: &dyn Dialect) -> Vendor {
        let profile = dialect.profile();
        Vendor {
            name: dialect.name(),
            title: profile.title,
            endpoints: profile.endpoints,
            credentials: profile.credentials.join(", "),
            examples: profile.example_keys,
            operators: operators(profile),
            lapses_after: span(profile.link_ttl_ms / 1000),
            notifies: match profile.notifies {
                Notifies::Never => "It does not notify.",
                Notifies::ByRequest => "It notifies at the address that each request names.",
                Notifies::BySetting => "It notifies at the address set up with POST /sandbox/webhooks.",
            },
        }
    }
}

/// The codes of a vendor's operators, and their names with what they require of the payer.
fn operators(profile: &VendorProfile) -> Vec<(&'static str, String)> {
    let shown = profile.operators.iter().map(|operator| {
        let asks = match (operator.asks_otp, operator.asks_on_phone) {
            (false, false) => "",
            (true, false) => ", asks for a code",
            (false, true) => ", asks on the phone",
            (true, true) => ", asks for a code and on the phone",
        };
        (operator.code, format!("{}{asks}", operator.name))
    });
    shown.collect()
}

async fn show(State(sandbox): State<Sandbox>, headers: HeaderMap) -> Response {
    let (payments, has_more) = sandbox.newest(RECENT, |_| true);
    let (notifications, _) = sandbox.newest_notifications(RECENT_NOTICES, |_| true);
    let mut messages = sandbox.messages();
    messages.truncate(RECENT_MESSAGES);
    let page = HomePage {
        base_url: sandbox.base_url(&headers),
        now: time_of_day(sandbox.clock().now_ms()),
        ahead: span(sandbox.clock().offset_ms() / 1000),
        vendors: DIALECTS.iter().map(|dialect| Vendor::of(*dialect)).collect(),
        payments,
        has_more,
        notifications,
        messages,
        waiting: sandbox.misbehaviours(),
        magic_keys: MAGIC_KEYS,
        tags: TAGS,
        misbehaviours: MISBEHAVIOURS,
        routes: ROUTES,
    };
    html(StatusCode::OK, &page)
}

async fn advance(State(sandbox): State<Sandbox>, Form(form): Form<HashMap<String, String>>) -> Response {
    let seconds = form.get("seconds").and_then(|seconds| seconds.parse().ok());
    let moved = seconds
        .ok_or_else(|| Refusal::invalid("seconds", "seconds must be a whole number, zero or more."))
        .and_then(|seconds| sandbox.advance(seconds));
    match moved {
        Ok(_) => see_other("/"),
        Err(refusal) => refusal.into_response(),
    }
}

/// So many seconds for people: `1 d 2 h 3 min 4 s`, without the parts that are nothing.
fn span(seconds: i64) -> String {
    let parts = [
        (seconds / 86_400, "d"),
        (seconds / 3_600 % 24, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ];
    let parts = parts.iter().filter(|(number, _)| *number > 0);
    parts.map(|(number, unit)| format!("{number} {unit}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_well() {
        for (seconds, expected) in [(0, ""), (60, "1 min"), (90_061, "1 d 1 h 1 min 1 s"), (7_200, "2 h")] {
            assert_eq!(span(seconds), expected);
        }
    }
}
