//! The page at `/`: what this is, what it takes, what can be forced, and what happened lately.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use guichet_gateways::DIALECTS;
use http::{HeaderMap, StatusCode};

use crate::clock::time_of_day;
use crate::control::ROUTES;
use crate::faults::{FAULTS, FaultView};
use crate::key::SHAPES;
use crate::page::{html, see_other};
use crate::payment::PaymentView;
use crate::refusal::Refusal;
use crate::sandbox::Sandbox;
use crate::tag::TAGS;

/// How many payments the page shows.
const RECENT: usize = 20;

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
    dialects: Vec<&'static str>,
    payments: Vec<PaymentView>,
    has_more: bool,
    waiting: Vec<FaultView>,
    keys: &'static [(&'static str, &'static str)],
    tags: &'static [(&'static str, &'static str)],
    faults: &'static [(&'static str, &'static str)],
    routes: &'static [(&'static str, &'static str, &'static str)],
}

async fn show(State(sandbox): State<Sandbox>, headers: HeaderMap) -> Response {
    let (payments, has_more) = sandbox.newest(RECENT);
    let page = HomePage {
        base_url: sandbox.base_url(&headers),
        now: time_of_day(sandbox.clock().now_ms()),
        ahead: span(sandbox.clock().offset_ms() / 1000),
        dialects: DIALECTS.iter().map(|dialect| dialect.name()).collect(),
        payments,
        has_more,
        waiting: sandbox.faults(),
        keys: SHAPES,
        tags: TAGS,
        faults: FAULTS,
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
