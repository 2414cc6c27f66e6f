//! How Needs you is written.

use askama::Template;
use guichet_core::{Held, HeldKind, Order, Seen};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::office::dates::{city, time_of_day};
use crate::office::desk::Desk;
use crate::office::visitor::Visitor;
use crate::office::{person, state};
use crate::pages::Language;
use crate::store::UnmatchedRow;
use crate::zones::number_of;

use super::query::Waiting;
use super::texts::{Kind, Texts, texts};

/// The page.
#[derive(Template)]
#[template(path = "office/needs_you.html", whitespace = "minimize")]
pub(super) struct NeedsYouPage {
    desk: Desk,
    words: &'static Texts,
    done: Option<&'static str>,
    held: Vec<HeldShown>,
    unmatched: Vec<UnmatchedShown>,
    has_more: bool,
    next: Option<String>,
    is_first: bool,
}

/// Money that does not fit its order.
struct HeldShown {
    order: String,
    payment: String,
    kind_word: &'static str,
    kind: &'static Kind,
    reference: String,
    shop: String,
    money: String,
    /// What was asked and what was seen, where these differ.
    amounts: Option<(String, String)>,
    customer: String,
    phone: Option<(String, String)>,
    since: String,
    gateway: &'static str,
    at_gateway: String,
    may_honour: bool,
    may_pay_back: bool,
    no_honour: &'static str,
}

/// A payment that no order has.
struct UnmatchedShown {
    id: String,
    shop: String,
    gateway: &'static str,
    line: String,
    reference: String,
    signed: bool,
    said_paid: Option<String>,
    times: i64,
    since: String,
}

impl NeedsYouPage {
    pub(super) fn new(visitor: &Visitor, desk: Desk, waiting: Waiting, done: Option<&str>) -> Self {
        let (language, words) = (desk.language, texts(desk.language));
        let zone_of = |merchant| {
            let row = visitor.snapshot().merchants.get(&merchant);
            row.map_or(TimeZone::UTC, |row| row.zones.at(waiting.now_ms))
        };
        let mut held = Vec::new();
        for stored in &waiting.orders {
            let order = &stored.order;
            let zone = zone_of(order.merchant);
            let open = order.held.iter().filter(|held| held.resolved_at_ms.is_none());
            held.extend(open.map(|one| shown(visitor, language, words, order, one, &zone)));
        }
        let unmatched = waiting.unmatched.iter();
        NeedsYouPage {
            done: match done {
                Some("honour") => Some(words.done_honour),
                Some("paid_back") => Some(words.done_paid_back),
                Some("dismiss") => Some(words.done_dismiss),
                _ => None,
            },
            held,
            unmatched: unmatched
                .map(|row| announced(visitor, language, words, row, &zone_of(row.merchant)))
                .collect(),
            has_more: waiting.has_more,
            next: waiting.next.map(|next| next.to_string()),
            is_first: waiting.is_first,
            words,
            desk,
        }
    }
}

impl NeedsYouPage {
    fn at(&self, gateway: &str) -> String {
        self.words.at.replace("{}", gateway)
    }
}

fn since(language: Language, at_ms: i64, zone: &TimeZone) -> String {
    let date = Timestamp::from_millisecond(at_ms).map(|moment| moment.to_zoned_datetime(zone.clone()).date());
    let day = date.map(|date| language.short_day(number_of(date))).unwrap_or_default();
    format!("{day}, {} ({})", time_of_day(at_ms, zone), city(language, zone))
}

fn shown(
    visitor: &Visitor,
    language: Language,
    words: &'static Texts,
    order: &Order,
    held: &Held,
    zone: &TimeZone,
) -> HeldShown {
    let payment = order.payment(held.payment);
    let asked = payment.and_then(|payment| payment.opened_for).unwrap_or(order.terms.money);
    let money = order.money_of(held.payment).or(held.seen);
    let kind = words.kind(held.kind);
    let is_real = held.kind != HeldKind::WrongEnvironment;
    let paid = order.state.is_paid();
    let payer = &order.terms.payer;
    HeldShown {
        order: order.id.to_string(),
        payment: held.payment.to_string(),
        kind_word: held.kind.as_str(),
        kind,
        reference: order.terms.reference.clone(),
        shop: visitor.shop_title(order.merchant).to_owned(),
        money: match (held.kind, money) {
            (HeldKind::Undecided, _) => words.perhaps.replace("{}", &language.money(asked)),
            (_, Some(money)) => language.money(money),
            (_, None) => language.money(asked),
        },
        amounts: (held.kind == HeldKind::AmountMismatch).then(|| {
            let seen = held.seen.map_or_else(|| words.not_told.to_owned(), |seen| language.money(seen));
            (language.money(asked), seen)
        }),
        customer: person::name(payer),
        phone: payer.phone.as_ref().map(|phone| {
            let phone = phone.to_string();
            (person::masked(&phone), phone)
        }),
        since: since(language, held.at_ms, zone),
        gateway: payment.map_or("–", |payment| state::gateway(language, &payment.gateway)),
        at_gateway: payment
            .and_then(|payment| payment.state.link().map(|link| link.reference.clone()))
            .unwrap_or_else(|| held.payment.to_string()),
        may_honour: held.kind == HeldKind::PaidLate && !paid,
        may_pay_back: is_real,
        no_honour: if held.kind == HeldKind::PaidLate && paid { words.already_paid } else { kind.no_honour },
    }
}

fn announced(
    visitor: &Visitor,
    language: Language,
    words: &'static Texts,
    row: &UnmatchedRow,
    zone: &TimeZone,
) -> UnmatchedShown {
    let gateway = state::gateway(language, &row.gateway);
    let paid = match &row.seen {
        Some(Seen::Paid(evidence)) => {
            let money = evidence.money.map(|money| language.money(money)).unwrap_or_default();
            Some(format!("{} {money}", words.said_paid))
        }
        _ => None,
    };
    UnmatchedShown {
        id: row.id.to_string(),
        shop: visitor.shop_title(row.merchant).to_owned(),
        line: words.unmatched_line.replace("{}", gateway),
        gateway,
        reference: row.reference.clone(),
        signed: row.signed,
        said_paid: paid,
        times: row.received,
        since: since(language, row.first_at_ms, zone),
    }
}
