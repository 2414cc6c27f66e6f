//! The shop's pages: what it sells, and where an order stands as far as webhooks have told.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderValue, StatusCode, header};

use crate::api::ShownOrder;
use crate::language::{Language, Reader};

use super::products::{self, Product, price};
use super::words::{Stated, Words, words};
use super::{Received, Shop};

/// How many orders the home page lists.
const LISTED: usize = 5;

/// How long an order waits for money, in seconds: 20 minutes, as long as a link of the gateway.
pub(super) const EXPIRES_IN_S: i64 = 1200;

/// How far the button in the wings moves the clock, in ms: 20 minutes.
const STEP_MS: i64 = 20 * 60_000;

#[derive(Template)]
#[template(path = "shop/home.html")]
struct HomePage {
    language: Language,
    words: &'static Words,
    products: &'static [Product],
    orders: Vec<ShownOrder>,
}

#[derive(Template)]
#[template(path = "shop/order.html")]
struct OrderPage {
    language: Language,
    words: &'static Words,
    order: ShownOrder,
    stage: Stage,
    received: Vec<Received>,
    time: String,
}

#[derive(Template)]
#[template(path = "shop/trouble.html")]
struct TroublePage {
    language: Language,
    words: &'static Words,
    told: &'static Stated,
}

/// What the customer reads about an order.
#[derive(Debug, Clone, Copy)]
struct Stage {
    tone: &'static str,
    told: &'static Stated,
    /// Whether it may change soon.
    moving: bool,
    /// Whether the customer may still pay.
    payable: bool,
}

impl Stage {
    fn of(order: &ShownOrder, words: &'static Words) -> Self {
        let stage = |tone, told| Stage { tone, told, moving: false, payable: false };
        if order.needs_you && order.status != "fulfilled" {
            return stage("wait", &words.review);
        }
        match order.status.as_str() {
            "paid" => Stage { moving: true, ..stage("good", &words.paid) },
            "fulfilled" => stage("good", &words.fulfilled),
            "failed" => Stage { moving: true, payable: true, ..stage("bad", &words.failed) },
            "expired" => stage("bad", &words.expired),
            "cancelled" => stage("bad", &words.cancelled),
            _ => Stage { moving: true, payable: true, ..stage("wait", &words.waiting) },
        }
    }
}

/// The products, and the orders made so far.
pub(super) async fn home(State(shop): State<Shop>, reader: Reader) -> Response {
    let (language, words) = (reader.language, words(reader.language));
    let orders = shop.books().newest(LISTED);
    html(StatusCode::OK, reader, &HomePage { language, words, products: products::ALL, orders })
}

/// Makes an order and leads to the checkout page.
pub(super) async fn buy(State(shop): State<Shop>, reader: Reader, Path(slug): Path<String>) -> Response {
    let Some(product) = products::find(&slug) else { return missing(reader) };
    match shop.sell(product, reader.language, EXPIRES_IN_S, "commandes").await {
        Ok(order) => Redirect::to(&order.checkout_url).into_response(),
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "the shop could not make an order");
            trouble(StatusCode::BAD_GATEWAY, reader, |words| &words.trouble)
        }
    }
}

/// Where one order stands.
pub(super) async fn order(
    State(shop): State<Shop>,
    reader: Reader,
    Path(reference): Path<String>,
) -> Response {
    let Some(order) = shop.books().order(&reference) else { return missing(reader) };
    let (language, words) = (reader.language, words(reader.language));
    let (stage, received) = (Stage::of(&order, words), shop.received(&order.id));
    let time = time_of_day(shop.0.clock.now_ms());
    html(StatusCode::OK, reader, &OrderPage { language, words, order, stage, received, time })
}

/// Lets twenty minutes pass, everywhere in the demo.
pub(super) async fn advance(State(shop): State<Shop>, headers: http::HeaderMap) -> Response {
    shop.0.clock.advance(STEP_MS);
    let from = headers.get(header::REFERER).and_then(|value| value.to_str().ok());
    let back = from.and_then(|from| from.strip_prefix(shop.url())).filter(|path| path.starts_with('/'));
    Redirect::to(back.unwrap_or("/")).into_response()
}

pub(super) fn missing(reader: Reader) -> Response {
    trouble(StatusCode::NOT_FOUND, reader, |words| &words.missing)
}

pub(super) fn trouble(
    status: StatusCode,
    reader: Reader,
    told: fn(&'static Words) -> &'static Stated,
) -> Response {
    let (language, words) = (reader.language, words(reader.language));
    html(status, reader, &TroublePage { language, words, told: told(words) })
}

/// `14:05:09`, in UTC.
pub(super) fn time_of_day(at_ms: i64) -> String {
    let moment = jiff::Timestamp::from_millisecond(at_ms);
    moment.map(|moment| moment.strftime("%H:%M:%S").to_string()).unwrap_or_default()
}

/// A page that is complete in itself and runs nothing. A language that was chosen on it is kept.
pub(super) fn html(status: StatusCode, reader: Reader, page: &impl Template) -> Response {
    let Ok(body) = page.render() else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; \
                  frame-ancestors 'none'";
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy)),
    ];
    let mut answer = (status, headers, body).into_response();
    if let Some(cookie) = HeaderValue::try_from(reader.language.cookie()).ok().filter(|_| reader.has_chosen) {
        answer.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    answer
}
