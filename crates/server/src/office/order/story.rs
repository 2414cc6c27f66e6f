//! The story of an order, as its journal has it: what happened, who caused it, and the evidence point by point.

use guichet_core::{Actor, Environment, Event, Evidence, FailureReason, Order, Payment, PaymentId, Seen};
use jiff::tz::TimeZone;

use crate::office::dates::{time_of_day, time_to_the_second};
use crate::office::state;
use crate::pages::Language;
use crate::store::JournalRow;

use super::story_texts::{Texts, Told, texts};

/// A step of the story.
#[derive(Debug)]
pub(super) struct Step {
    /// `good`, `bad`, `wait`, or nothing.
    pub(super) tone: &'static str,
    /// The icon's name.
    pub(super) icon: &'static str,
    pub(super) title: &'static str,
    pub(super) line: String,
    /// When, to the second.
    pub(super) time: String,
    /// The states before and after, where the order's changed.
    pub(super) turn: Option<(&'static str, &'static str)>,
    /// What was asked for beside what was seen.
    pub(super) proof: Vec<Point>,
    /// What the journal says.
    pub(super) original: String,
}

/// A point of the evidence.
#[derive(Debug)]
pub(super) struct Point {
    pub(super) what: &'static str,
    pub(super) asked: String,
    pub(super) seen: String,
    /// Whether it agrees; `None` where the gateway does not say.
    pub(super) fits: Option<bool>,
}

/// What a step is told with.
struct Teller<'a> {
    language: Language,
    words: &'static Texts,
    order: &'a Order,
    zone: &'a TimeZone,
}

/// The story, oldest first.
pub(super) fn story(language: Language, order: &Order, journal: &[JournalRow], zone: &TimeZone) -> Vec<Step> {
    let teller = Teller { language, words: texts(language), order, zone };
    let mut cause: Option<&Event> = None;
    let mut steps = Vec::new();
    for row in journal {
        // Only the first entry of a decision says what caused it; the others follow from the same.
        if row.record.cause.is_some() || !row.record.kind.starts_with("order.") {
            cause = row.record.cause.as_ref().or(cause);
        }
        steps.push(teller.step(row, cause));
    }
    steps
}

impl Teller<'_> {
    fn step(&self, row: &JournalRow, cause: Option<&Event>) -> Step {
        let record = &row.record;
        let payment = record.payment.and_then(|id| self.order.payment(id));
        let by_hand = payment.is_some_and(|payment| !payment.terms.checkable);
        let (told, tone, icon) = self.told(&record.kind, by_hand);
        let proof = match (record.kind.as_str(), cause) {
            ("payment.paid", Some(Event::Checked { seen: Seen::Paid(evidence), .. })) if !by_hand => {
                self.proof(payment, record.payment, evidence)
            }
            _ => Vec::new(),
        };
        let turn =
            |word: &Option<String>| word.as_deref().map(|word| state::of_status(self.language, word).word);
        let is_of_order = record.kind.starts_with("order.");
        Step {
            tone,
            icon,
            title: told.0,
            line: self.filled(told.1, payment, cause),
            time: time_to_the_second(record.at_ms, self.zone),
            turn: turn(&record.old).zip(turn(&record.new)).filter(|(old, new)| is_of_order && old != new),
            proof,
            original: record.why.clone(),
        }
    }

    fn told(&self, kind: &str, by_hand: bool) -> (Told, &'static str, &'static str) {
        let words = self.words;
        match kind {
            "order.created" => (words.created, "", "list"),
            "order.revised" => (words.revised, "", "note"),
            "payment.opening" => (words.opening, "", "out"),
            "payment.opened" => (words.opened, "", "out"),
            "payment.tied" => (words.tied, "", "hold"),
            "payment.unknown" => (words.unknown, "wait", "ask"),
            "payment.processing" => (words.processing, "wait", "wait"),
            "payment.called_back" => (words.called_back, "wait", "ask"),
            "payment.trouble" => (words.trouble, "wait", "ask"),
            "payment.paid" if by_hand => (words.paid_by_hand, "good", "give"),
            "payment.paid" => (words.paid, "good", "look"),
            "payment.failed" => (words.payment_failed, "bad", "no"),
            "payment.expired" => (words.payment_expired, "", "end"),
            "payment.cancelled" => (words.payment_cancelled, "", "off"),
            "order.failed" => (words.order_failed, "bad", "no"),
            "order.reopened" => (words.reopened, "wait", "wait"),
            "order.paid" => (words.order_paid, "good", "ok"),
            "order.expired" => (words.expired, "", "end"),
            "order.cancelled" => (words.cancelled, "", "off"),
            "order.fulfilled" => (words.fulfilled, "good", "give"),
            "order.needs_you" => (words.needs_you, "wait", "hold"),
            "order.resolved" => (words.resolved, "good", "ok"),
            "order.refunded" => (words.refunded, "", "out"),
            "order.refund_withdrawn" => (words.refund_withdrawn, "", "off"),
            _ => (words.other, "", "list"),
        }
    }

    fn filled(&self, line: &str, payment: Option<&Payment>, cause: Option<&Event>) -> String {
        let gateway = payment.map_or("–", |payment| state::gateway(self.language, &payment.gateway));
        let terms = &self.order.terms;
        let (amount, reason) = match cause {
            Some(Event::RefundRecorded { refund }) => (refund.money, refund.reason.clone()),
            Some(Event::Checked { seen: Seen::Failed { reason }, .. })
            | Some(Event::OpenFailed { reason, .. }) => (terms.money, self.reason(reason)),
            _ => (terms.money, String::new()),
        };
        line.replace("{gateway}", gateway)
            .replace("{amount}", &self.language.money(amount))
            .replace("{until}", &time_of_day(terms.expires_at_ms, self.zone))
            .replace("{by}", &self.by(cause))
            .replace("{reason}", &reason)
            .replace("{ref}", &terms.reference)
    }

    fn reason(&self, reason: &FailureReason) -> String {
        match reason {
            FailureReason::Declined => self.words.declined.to_owned(),
            FailureReason::Cancelled => self.words.stopped.to_owned(),
            FailureReason::LinkExpired => self.words.lapsed.to_owned(),
            FailureReason::DeclinedCancelledOrExpired => self.words.one_of.to_owned(),
            FailureReason::OpenRefused { message, .. } => format!("{} (« {message} »)", self.words.refused),
            FailureReason::NotSent { message } => format!("{} (« {message} »)", self.words.not_sent),
        }
    }

    /// Who caused it.
    fn by(&self, cause: Option<&Event>) -> String {
        let actor = match cause {
            Some(
                Event::PaymentRequested { actor, .. }
                | Event::Checked { actor, .. }
                | Event::PaymentTied { actor, .. }
                | Event::CancelRequested { actor }
                | Event::FulfilRequested { actor }
                | Event::RevisionRequested { actor, .. }
                | Event::ReopenRequested { actor, .. }
                | Event::PayerCompleted { actor, .. }
                | Event::HeldResolved { actor, .. }
                | Event::RefundWithdrawn { actor, .. },
            ) => Some(actor),
            Some(Event::RefundRecorded { refund }) => Some(&refund.recorded_by),
            Some(
                Event::PaymentOpened { .. }
                | Event::OpenFailed { .. }
                | Event::OpenLost { .. }
                | Event::CallbackReceived { .. }
                | Event::CustomerWaiting
                | Event::Tick
                | Event::ClockSetBack,
            )
            | None => None,
        };
        match actor {
            Some(Actor::Operator { login }) => login.clone(),
            Some(Actor::Key { .. } | Actor::Credential { .. }) => self.words.shop.to_owned(),
            Some(Actor::Customer { .. }) => self.words.customer.to_owned(),
            Some(Actor::Worker) | None => self.words.worker.to_owned(),
        }
    }

    /// What was asked for beside what the gateway said, point by point.
    fn proof(&self, payment: Option<&Payment>, id: Option<PaymentId>, evidence: &Evidence) -> Vec<Point> {
        let words = self.words;
        let asked = payment.and_then(|payment| payment.opened_for).unwrap_or(self.order.terms.money);
        let kind = |environment: Environment| match environment {
            Environment::Live => words.live,
            Environment::Test => words.test,
        };
        let not_told = || words.not_told.to_owned();
        let number = payment.and_then(|payment| payment.state.link()).map(|link| link.reference.clone());
        let number = number.or_else(|| id.map(|id| id.to_string())).unwrap_or_default();
        let names = payment.map(|payment| {
            let link = payment.state.link();
            let alias = link.and_then(|link| link.alias.clone());
            [Some(number.clone()), alias, payment.our_reference(), Some(payment.id.to_string())]
        });
        let fits_number =
            names.is_some_and(|names| names.into_iter().flatten().any(|name| name == evidence.reference));
        vec![
            Point {
                what: words.amount,
                asked: self.language.money(asked),
                seen: evidence.money.map_or_else(not_told, |money| self.language.money(money)),
                fits: evidence.money.map(|money| money.amount_minor == asked.amount_minor),
            },
            Point {
                what: words.currency,
                asked: asked.currency.code().to_owned(),
                seen: evidence.money.map_or_else(not_told, |money| money.currency.code().to_owned()),
                fits: evidence.money.map(|money| money.currency == asked.currency),
            },
            Point {
                what: words.number,
                asked: number,
                seen: evidence.reference.clone(),
                fits: Some(fits_number),
            },
            Point {
                what: words.money,
                asked: kind(self.order.environment).to_owned(),
                seen: evidence.environment.map_or_else(not_told, |seen| kind(seen).to_owned()),
                fits: evidence.environment.map(|seen| seen == self.order.environment),
            },
        ]
    }
}
