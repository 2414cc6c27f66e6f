//! The story of one payment in five steps: what to click, and what happened inside, as the order's journal and the webhooks that came
//! tell it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use crate::api::{ShownEvent, ShownOrder};
use crate::language::{Language, Reader};

use super::pages::{EXPIRES_IN_S, html, missing, trouble};
use super::products::{self, price};
use super::story_words::{StepWords, StoryWords, story_words};
use super::words::{Words, words};
use super::{Received, Shop};

/// Where it begins.
pub(crate) const PATH: &str = "/histoire";

/// How many steps come before the last, which has no end.
const LAST: usize = 4;

/// The kinds of entries that belong to each step.
const ORDERED: &[&str] = &["order.created"];
const OPENED: &[&str] =
    &["payment.opening", "payment.opened", "payment.unknown", "payment.trouble", "payment.tied"];
const SETTLED: &[&str] = &[
    "payment.called_back",
    "payment.processing",
    "payment.paid",
    "payment.failed",
    "payment.expired",
    "payment.cancelled",
    "order.failed",
    "order.expired",
    "order.needs_you",
    "order.paid",
];
const TOLD: &[&str] = &["order.fulfilled"];

#[derive(Template)]
#[template(path = "shop/story.html")]
struct StoryPage {
    language: Language,
    words: &'static Words,
    story: &'static StoryWords,
    steps: Vec<Step>,
    /// How many steps are done.
    done: usize,
    /// Whether it may change by itself soon.
    moves: bool,
    price: String,
    sandbox: String,
    office: String,
}

/// A step as the page shows it.
struct Step {
    words: &'static StepWords,
    act: Act,
    is_done: bool,
    is_now: bool,
    /// What the journal says of it.
    entries: Vec<ShownEvent>,
    /// The webhooks that came in it.
    received: Vec<Received>,
}

/// What the person does in a step.
enum Act {
    /// Buys.
    Buy,
    /// Opens a page.
    Open(String),
    /// Waits.
    Wait,
    /// Breaks something.
    Break,
}

impl StoryPage {
    /// The page of an order's story, or of one that has not begun.
    async fn of(shop: &Shop, language: Language, order: Option<ShownOrder>) -> anyhow::Result<StoryPage> {
        let journal = match &order {
            Some(order) => shop.api(&order.environment).journal(&order.id).await?,
            None => Vec::new(),
        };
        let received = order.as_ref().map(|order| shop.received(&order.id)).unwrap_or_default();
        let has = |kind: &str| journal.iter().any(|entry| entry.kind == kind);
        let told = has("order.fulfilled") && received.iter().any(|webhook| webhook.kind == "order.paid");
        let done = [has("order.created"), has("payment.opened"), has("order.paid"), told];
        let done = done.into_iter().take_while(|done| *done).count();
        let product = &products::ALL[0];
        Ok(StoryPage {
            language,
            words: words(language),
            story: story_words(language),
            steps: steps(language, order.as_ref(), &journal, received, done),
            done,
            // Once there is a payment, the bank and the server go on without a click here.
            moves: (2..LAST).contains(&done),
            price: price(product.price_minor, product.currency, language),
            sandbox: shop.0.others.sandbox.clone(),
            office: shop.0.others.office.clone(),
        })
    }
}

/// The five steps.
fn steps(
    language: Language,
    order: Option<&ShownOrder>,
    journal: &[ShownEvent],
    received: Vec<Received>,
    done: usize,
) -> Vec<Step> {
    let checkout = order.map(|order| order.checkout_url.clone()).unwrap_or_default();
    let bank = order.and_then(|order| order.payment_url.clone()).unwrap_or_else(|| checkout.clone());
    let parts = [
        (Act::Buy, ORDERED, Vec::new()),
        (Act::Open(checkout), OPENED, Vec::new()),
        (Act::Open(bank), SETTLED, Vec::new()),
        (Act::Wait, TOLD, received),
        (Act::Break, &[], Vec::new()),
    ];
    let mut steps = Vec::new();
    for (words, (act, kinds, received)) in story_words(language).steps.iter().zip(parts) {
        let own = journal.iter().filter(|entry| kinds.contains(&entry.kind.as_str()));
        let (is_done, is_now) = (steps.len() < done, steps.len() == done);
        steps.push(Step { words, act, is_done, is_now, entries: own.cloned().collect(), received });
    }
    steps
}

/// The story before it has begun.
pub(super) async fn begin(State(shop): State<Shop>, reader: Reader) -> Response {
    show(&shop, reader, None).await
}

/// The first click: an order is made, and its story goes on.
pub(super) async fn buy(State(shop): State<Shop>, reader: Reader) -> Response {
    match shop.sell(&products::ALL[0], reader.language, EXPIRES_IN_S, "histoire").await {
        Ok(order) => Redirect::to(&format!("{PATH}/{}", order.reference)).into_response(),
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "the shop could not make an order");
            trouble(StatusCode::BAD_GATEWAY, reader, |words| &words.trouble)
        }
    }
}

/// How far an order's story has come.
pub(super) async fn follow(
    State(shop): State<Shop>,
    reader: Reader,
    Path(reference): Path<String>,
) -> Response {
    let Some(order) = shop.books().order(&reference) else { return missing(reader) };
    // A payment that was opened is told by no webhook that this shop wants, so the server is asked.
    let order = shop.api(&order.environment).order(&order.id).await.unwrap_or(order);
    show(&shop, reader, Some(order)).await
}

async fn show(shop: &Shop, reader: Reader, order: Option<ShownOrder>) -> Response {
    match StoryPage::of(shop, reader.language, order).await {
        Ok(page) => html(StatusCode::OK, reader, &page),
        Err(error) => {
            tracing::warn!(error = format!("{error:#}"), "the shop could not read a journal");
            trouble(StatusCode::BAD_GATEWAY, reader, |words| &words.trouble)
        }
    }
}

/// The time of day of an entry, as the journal has it.
fn moment(entry: &ShownEvent) -> &str {
    entry.timestamp.split_once('T').and_then(|(_, time)| time.get(..8)).unwrap_or(&entry.timestamp)
}
