//! How the screens of the webhooks are written.

use askama::Template;
use jiff::tz::TimeZone;

use crate::endpoints::TestOutcome;
use crate::office::dates::{city, day_and_time};
use crate::office::desk::Desk;
use crate::office::state::Told;
use crate::office::visitor::Visitor;
use crate::pages::Language;
use crate::store::{Attempt, EndpointRow};
use crate::webhook::{self, EndpointStatus};
use crate::zones::date_of;

use super::body::indented;
use super::query::{Log, MOST_WAITING, Seen, Sent};
use super::range;
use super::texts::{Texts, texts};

/// The list of endpoints.
#[derive(Template)]
#[template(path = "office/webhooks.html", whitespace = "minimize")]
pub(super) struct WebhooksPage {
    desk: Desk,
    words: &'static Texts,
    endpoints: Vec<EndpointShown>,
    shows_shop: bool,
}

/// An endpoint.
struct EndpointShown {
    id: String,
    url: String,
    shop: String,
    events: String,
    told: Told,
    beside: String,
    waiting: String,
}

/// An endpoint with what was sent to it.
#[derive(Template)]
#[template(path = "office/webhook.html", whitespace = "minimize")]
pub(super) struct EndpointPage {
    desk: Desk,
    words: &'static Texts,
    done: Option<String>,
    once: Shown,
    endpoint: EndpointShown,
    is_in_use: bool,
    made: String,
    signs: usize,
    clocks: String,
    today: String,
    most: usize,
    sent: Vec<SentShown>,
    older: Option<String>,
    is_first: bool,
}

/// Something that was sent.
struct SentShown {
    id: String,
    kind: String,
    at: String,
    order: Option<(String, String)>,
    told: Told,
    tries: i64,
    last: Option<TryShown>,
}

/// What a page shows once, after something was done.
#[derive(Default)]
pub(super) struct Shown {
    /// The signing secret that the endpoint was just given.
    pub(super) secret: Option<String>,
    /// What came of a test event.
    pub(super) tried: Option<TestOutcome>,
}

/// A try.
struct TryShown {
    number: i64,
    at: String,
    code: String,
    outcome: String,
    answer: Option<String>,
}

/// A delivery with all its tries and what it carries.
#[derive(Template)]
#[template(path = "office/webhook_delivery.html", whitespace = "minimize")]
pub(super) struct DeliveryPage {
    desk: Desk,
    words: &'static Texts,
    done: Option<&'static str>,
    endpoint: String,
    url: String,
    is_in_use: bool,
    sent: SentShown,
    event: String,
    outlook: Option<(&'static str, String)>,
    tries: Vec<TryShown>,
    body: Option<String>,
}

impl WebhooksPage {
    pub(super) fn new(visitor: &Visitor, desk: Desk, endpoints: &[Seen]) -> Self {
        let (language, words) = (desk.language, texts(desk.language));
        let endpoints: Vec<EndpointShown> =
            endpoints.iter().map(|seen| endpoint(visitor, language, words, seen)).collect();
        WebhooksPage { endpoints, shows_shop: visitor.shops().len() > 1, words, desk }
    }
}

impl EndpointPage {
    pub(super) fn new(visitor: &Visitor, desk: Desk, seen: &Seen, log: &Log) -> Self {
        let (language, words) = (desk.language, texts(desk.language));
        let zone = visitor.zone_of(seen.row.merchant, seen.now_ms);
        let merchant = visitor.snapshot().merchants.get(&seen.row.merchant);
        let today = merchant.map_or(0, |row| row.zones.day_of(seen.now_ms));
        EndpointPage {
            done: None,
            once: Shown::default(),
            endpoint: endpoint(visitor, language, words, seen),
            is_in_use: seen.row.standing.is_in_use(),
            made: day_and_time(language, seen.row.created_at_ms, &zone),
            signs: seen.row.sealed_secrets.len(),
            clocks: words.clocks.replace("{}", &city(language, &zone)),
            today: date_of(today).map(|date| date.to_string()).unwrap_or_default(),
            most: range::MOST,
            sent: log.sent.iter().map(|sent| shown(language, words, sent, &zone)).collect(),
            older: log.older.map(|event| event.to_string()),
            is_first: log.is_first,
            words,
            desk,
        }
    }

    /// The same, saying what was just done.
    pub(super) fn saying(self, done: Option<&str>, count: Option<u32>) -> Self {
        let sentence = done.and_then(|word| self.words.done(word));
        let count = count.unwrap_or_default().to_string();
        EndpointPage { done: sentence.map(|sentence| sentence.replace("{}", &count)), ..self }
    }

    /// The same with what is shown this once.
    pub(super) fn showing(self, once: Shown) -> Self {
        EndpointPage { once, ..self }
    }
}

impl DeliveryPage {
    pub(super) fn new(visitor: &Visitor, desk: Desk, endpoint: &EndpointRow, sent: &Sent) -> Self {
        let (language, words) = (desk.language, texts(desk.language));
        let zone = visitor.zone_of(endpoint.merchant, sent.row.due_at_ms);
        let when = |at_ms: i64| day_and_time(language, at_ms, &zone);
        let outlook = match (sent.row.settled_at_ms, sent.row.status.as_str()) {
            (Some(at_ms), "delivered") => Some((words.arrived_at, when(at_ms))),
            (Some(at_ms), _) => Some((words.given_up_at, when(at_ms))),
            (None, _) => endpoint.standing.is_in_use().then(|| (words.next_try, when(sent.row.due_at_ms))),
        };
        let body = sent.event.as_ref().and_then(|event| webhook::body(&event.record).ok());
        DeliveryPage {
            done: None,
            endpoint: endpoint.id.to_string(),
            url: endpoint.url.clone(),
            is_in_use: endpoint.standing.is_in_use(),
            event: sent.event.as_ref().map(|event| event.record.id.to_string()).unwrap_or_default(),
            outlook,
            tries: sent.attempts.iter().rev().map(|attempt| tried(language, attempt, &zone)).collect(),
            body: body.map(|body| indented(&body)),
            sent: shown(language, words, sent, &zone),
            words,
            desk,
        }
    }

    /// The same, saying what was just done.
    pub(super) fn saying(self, done: Option<&str>) -> Self {
        DeliveryPage { done: done.and_then(|word| self.words.done(word)), ..self }
    }
}

fn endpoint(visitor: &Visitor, language: Language, words: &'static Texts, seen: &Seen) -> EndpointShown {
    let row = &seen.row;
    let zone = visitor.zone_of(row.merchant, seen.now_ms);
    let when = |at_ms: i64| day_and_time(language, at_ms, &zone);
    let since_ms = seen.failing.as_ref().map(|failing| failing.since_ms);
    let why = seen.failing.as_ref().map(|failing| {
        words.failing_since.replace("{since}", &when(failing.since_ms)).replace("{why}", &failing.outcome)
    });
    let (told, beside) = match EndpointStatus::of(row.standing.is_in_use(), since_ms, seen.now_ms) {
        EndpointStatus::Failing => (Told { word: words.failing, tone: "bad", icon: "no" }, why),
        // What failed a moment ago may be nothing.
        EndpointStatus::InUse => (Told { word: words.in_use, tone: "good", icon: "ok" }, why),
        EndpointStatus::Disabled => {
            let at_ms = row.standing.disabled_at_ms;
            let by = row.standing.switched_by.as_deref();
            let line = by.map_or_else(|| words.gone.to_owned(), |by| words.disabled_by.replace("{by}", by));
            let line = at_ms.map(|at_ms| line.replace("{since}", &when(at_ms)));
            (Told { word: words.disabled, tone: "", icon: "off" }, line)
        }
    };
    EndpointShown {
        id: row.id.to_string(),
        url: row.url.clone(),
        shop: visitor.shop_title(row.merchant).to_owned(),
        events: match row.event_types.iter().any(|known| known == "*") {
            true => words.all_events.to_owned(),
            false => row.event_types.join(", "),
        },
        told,
        beside: beside.unwrap_or_default(),
        waiting: match seen.waiting {
            more if more > MOST_WAITING => format!("{MOST_WAITING}+"),
            count => count.to_string(),
        },
    }
}

fn shown(language: Language, words: &'static Texts, sent: &Sent, zone: &TimeZone) -> SentShown {
    let row = &sent.row;
    let told = match row.status.as_str() {
        "delivered" => Told { word: words.arrived, tone: "good", icon: "ok" },
        "given_up" => Told { word: words.given_up, tone: "bad", icon: "no" },
        _ if row.delivery.attempts > 0 => Told { word: words.failed, tone: "wait", icon: "wait" },
        _ => Told { word: words.waits, tone: "wait", icon: "wait" },
    };
    let record = sent.event.as_ref().map(|event| &event.record);
    SentShown {
        id: row.delivery.id.to_string(),
        kind: record.map_or_else(|| "…".to_owned(), |record| record.kind.clone()),
        at: record.map(|record| day_and_time(language, record.at_ms, zone)).unwrap_or_default(),
        order: sent.order.as_ref().map(|(id, reference)| (id.to_string(), reference.clone())),
        told,
        tries: row.delivery.attempts,
        last: sent.attempts.last().map(|attempt| tried(language, attempt, zone)),
    }
}

fn tried(language: Language, attempt: &Attempt, zone: &TimeZone) -> TryShown {
    TryShown {
        number: attempt.number,
        at: day_and_time(language, attempt.at_ms, zone),
        code: attempt.status_code.map_or_else(|| "–".to_owned(), |code| code.to_string()),
        outcome: attempt.outcome.clone(),
        answer: attempt.answer.clone(),
    }
}
