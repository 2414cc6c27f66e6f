//! The shop's pages: what it sells, and where an order stands as far as webhooks have told.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{HeaderValue, StatusCode, header};

use crate::api::ShownOrder;

use super::products::{self, Product, price};
use super::{Received, Shop};

/// How many orders the home page lists.
const LISTED: usize = 5;

/// How long an order waits for money, in seconds: 20 minutes, as long as a link of the gateway.
const EXPIRES_IN_S: i64 = 1200;

/// How far the button in the wings moves the clock, in ms: 20 minutes.
const STEP_MS: i64 = 20 * 60_000;

#[derive(Template)]
#[template(path = "shop/home.html")]
struct HomePage {
    products: &'static [Product],
    orders: Vec<ShownOrder>,
}

#[derive(Template)]
#[template(path = "shop/order.html")]
struct OrderPage {
    order: ShownOrder,
    stage: Stage,
    received: Vec<Received>,
    time: String,
}

#[derive(Template)]
#[template(path = "shop/trouble.html")]
struct TroublePage {
    heading: &'static str,
    line: String,
}

/// What the customer reads about an order.
#[derive(Debug, Clone, Copy)]
struct Stage {
    tone: &'static str,
    word: &'static str,
    line: &'static str,
    /// Whether it may change soon.
    moving: bool,
    /// Whether the customer may still pay.
    payable: bool,
}

impl Stage {
    fn of(order: &ShownOrder) -> Self {
        let stage = |tone, word, line| Stage { tone, word, line, moving: false, payable: false };
        if order.needs_you && order.status != "fulfilled" {
            let line =
                "Un paiement est arrivé, mais il ne correspond pas. Nous le vérifions et vous recontactons.";
            return stage("wait", "À vérifier", line);
        }
        match order.status.as_str() {
            "paid" => {
                let line = "Le paiement est confirmé. Nous préparons le colis.";
                Stage { moving: true, ..stage("good", "Payée", line) }
            }
            "fulfilled" => stage("good", "Payée et expédiée", "Merci ! Votre colis est en route."),
            "failed" => {
                let line = "Le paiement n’a pas abouti. Rien n’a été débité ; vous pouvez réessayer.";
                Stage { moving: true, payable: true, ..stage("bad", "Paiement refusé", line) }
            }
            "expired" => stage("bad", "Expirée", "Le délai de paiement est passé. Vous pouvez recommander."),
            "cancelled" => stage("bad", "Annulée", "La boutique a annulé cette commande."),
            _ => {
                let line = "Dès que la banque confirme, la commande part.";
                Stage { moving: true, payable: true, ..stage("wait", "En attente du paiement", line) }
            }
        }
    }
}

/// The products, and the orders made so far.
pub(super) async fn home(State(shop): State<Shop>) -> Response {
    let orders = shop.books().newest(LISTED);
    html(StatusCode::OK, &HomePage { products: products::ALL, orders })
}

/// Makes an order and leads to the checkout page.
pub(super) async fn buy(State(shop): State<Shop>, Path(slug): Path<String>) -> Response {
    let Some(product) = products::find(&slug) else { return missing() };
    match shop.sell(product, EXPIRES_IN_S).await {
        Ok(order) => Redirect::to(&order.checkout_url).into_response(),
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "the shop could not make an order");
            let line = "La commande n’a pas pu être créée. Rien n’a été débité ; réessayez dans un instant.";
            let page = TroublePage { heading: "Un instant…", line: line.to_owned() };
            html(StatusCode::BAD_GATEWAY, &page)
        }
    }
}

/// Where one order stands.
pub(super) async fn order(State(shop): State<Shop>, Path(reference): Path<String>) -> Response {
    let Some(order) = shop.books().order(&reference) else { return missing() };
    let (stage, received) = (Stage::of(&order), shop.received(&order.id));
    let time = time_of_day(shop.0.clock.now_ms());
    html(StatusCode::OK, &OrderPage { order, stage, received, time })
}

/// Lets twenty minutes pass, everywhere in the demo.
pub(super) async fn advance(State(shop): State<Shop>, headers: http::HeaderMap) -> Response {
    shop.0.clock.advance(STEP_MS);
    let from = headers.get(header::REFERER).and_then(|value| value.to_str().ok());
    let back = from.and_then(|from| from.strip_prefix(shop.url())).filter(|path| path.starts_with('/'));
    Redirect::to(back.unwrap_or("/")).into_response()
}

fn missing() -> Response {
    let line = "Cette page n’existe pas, ou la démonstration a été relancée depuis.".to_owned();
    html(StatusCode::NOT_FOUND, &TroublePage { heading: "Introuvable", line })
}

/// `14:05:09`, in UTC.
pub(super) fn time_of_day(at_ms: i64) -> String {
    let moment = jiff::Timestamp::from_millisecond(at_ms);
    moment.map(|moment| moment.strftime("%H:%M:%S").to_string()).unwrap_or_default()
}

/// A page that is complete in itself and runs nothing.
fn html(status: StatusCode, page: &impl Template) -> Response {
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
    (status, headers, body).into_response()
}
