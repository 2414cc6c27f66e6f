//! `GET /office/live`: tells an open page that something of the shops it shows has changed, as server-sent events. What changed is not
//! told: the page fetches itself anew. The source is the journal, so that it does not matter which node did it.

mod stream;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use guichet_core::EventId;
use http::{HeaderMap, HeaderName, header};
use tokio::sync::mpsc;

use crate::operators::Permission;

use super::Office;
use super::answer::{Problem, Trouble};
use super::headers::text;
use super::route::{Needs, Route};
use super::visitor::Visitor;

use stream::{Stream, Told};

/// When it is worth asking again where as many pages listen as may, in seconds.
const AGAIN_S: i64 = 60;

/// How much waits for a page that reads slowly; one that reads more slowly is left.
const MOST_WAITING: usize = 8;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::shows("/live", Needs::SignedIn, live)]
}

async fn live(
    State(office): State<Office>,
    visitor: Visitor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let shops = visitor.shops_with(Permission::SeeOrders);
    if shops.is_empty() {
        return Err(visitor.problem(Trouble::NotAllowed));
    }
    let place = office.live.places.take(visitor.signed().operator.id);
    let place = place.ok_or_else(|| visitor.problem(Trouble::TooMany(AGAIN_S)))?;
    let (page, told) = mpsc::channel(MOST_WAITING);
    let stream = Stream {
        shops: shops.into_iter().map(|shop| (shop, visitor.environment())).collect(),
        heard: heard(&headers),
        page,
        live: office.live.clone(),
        app: office.app,
    };
    tokio::spawn(async move {
        stream.run().await;
        drop(place);
    });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // A proxy that gathers answers before it hands them on would hand this one on at its end.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, Body::new(Told(told))).into_response())
}

/// The newest event that the page has heard of, where its browser comes back.
fn heard(headers: &HeaderMap) -> Option<EventId> {
    text(headers, HeaderName::from_static("last-event-id")).parse().ok()
}
