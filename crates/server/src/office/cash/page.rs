//! How the screen of the cash is written.

use askama::Template;
use guichet_core::{MerchantId, Money};

use crate::office::dates::{city, day_and_time};
use crate::office::desk::Desk;
use crate::office::person;
use crate::office::visitor::Visitor;
use crate::pages::Language;
use crate::store::{OpenTill, Stored, TillRow};

use super::query::Found;
use super::texts::{Texts, texts};

/// The page.
#[derive(Template)]
#[template(path = "office/cash.html", whitespace = "minimize")]
pub(super) struct CashPage {
    desk: Desk,
    words: &'static Texts,
    done: Option<&'static str>,
    waiting: Vec<Row>,
    older: Option<String>,
    is_first: bool,
    shows_shop: bool,
    tills: Vec<TillShown>,
    just_closed: Vec<ClosedShown>,
    closed: Option<Vec<ClosedShown>>,
    older_tills: Option<i64>,
}

/// An order whose money is to be taken.
struct Row {
    id: String,
    reference: String,
    shop: String,
    customer: String,
    phone: Option<(String, String)>,
    age: String,
    made: String,
    amount: String,
}

/// The visitor's till of a shop.
struct TillShown {
    shop: String,
    title: String,
    lines: Vec<TillLine>,
}

/// What is in it in one currency.
struct TillLine {
    code: &'static str,
    amount: String,
    expected: i64,
    orders: i64,
    since: String,
}

/// A closed till, in one currency.
struct ClosedShown {
    at: String,
    login: String,
    shop: String,
    orders: i64,
    expected: String,
    counted: String,
    difference: String,
    tone: &'static str,
    note: String,
}

impl CashPage {
    pub(super) fn new(visitor: &Visitor, desk: Desk, found: &Found, done: Option<&str>) -> Self {
        let (language, words) = (desk.language, texts(desk.language));
        let closed = |(shop, row): &(MerchantId, TillRow)| closed(visitor, language, words, *shop, row);
        let just_closed = |row: &TillRow| shown_closed(language, words, String::new(), String::new(), row);
        CashPage {
            done: match done {
                Some("taken") => Some(words.done_taken),
                Some("changed") => Some(words.done_changed),
                _ => None,
            },
            waiting: found
                .waiting
                .iter()
                .map(|stored| row(visitor, language, found.now_ms, stored))
                .collect(),
            older: found.older.map(|order| order.to_string()),
            is_first: found.is_first,
            shows_shop: visitor.shops().len() > 1,
            tills: found
                .tills
                .iter()
                .map(|(shop, open)| till(visitor, language, found.now_ms, *shop, open))
                .collect(),
            just_closed: found.just_closed.iter().map(just_closed).collect(),
            closed: found.closed.as_ref().map(|rows| rows.iter().map(closed).collect()),
            older_tills: found.older_tills,
            words,
            desk,
        }
    }
}

fn row(visitor: &Visitor, language: Language, now_ms: i64, stored: &Stored) -> Row {
    let order = &stored.order;
    let payer = &order.terms.payer;
    let zone = visitor.zone_of(order.merchant, now_ms);
    Row {
        id: order.id.to_string(),
        reference: order.terms.reference.clone(),
        shop: visitor.shop_title(order.merchant).to_owned(),
        customer: person::name(payer),
        phone: payer.phone.as_ref().map(|phone| {
            let phone = phone.to_string();
            (person::masked(&phone), phone)
        }),
        age: language.duration(now_ms - order.created_at_ms),
        made: format!("{} ({})", day_and_time(language, order.created_at_ms, &zone), city(language, &zone)),
        amount: language.money(order.terms.money),
    }
}

fn till(
    visitor: &Visitor,
    language: Language,
    now_ms: i64,
    shop: MerchantId,
    open: &[OpenTill],
) -> TillShown {
    let zone = visitor.zone_of(shop, now_ms);
    let line = |till: &OpenTill| TillLine {
        code: till.money.currency.code(),
        amount: language.money(till.money),
        expected: till.money.amount_minor,
        orders: till.orders,
        since: day_and_time(language, till.since_ms, &zone),
    };
    TillShown {
        shop: shop.to_string(),
        title: visitor.shop_title(shop).to_owned(),
        lines: open.iter().map(line).collect(),
    }
}

fn closed(
    visitor: &Visitor,
    language: Language,
    words: &'static Texts,
    shop: MerchantId,
    row: &TillRow,
) -> ClosedShown {
    let zone = visitor.zone_of(shop, row.closed_at_ms);
    let at = day_and_time(language, row.closed_at_ms, &zone);
    shown_closed(language, words, at, visitor.shop_title(shop).to_owned(), row)
}

fn shown_closed(
    language: Language,
    words: &'static Texts,
    at: String,
    shop: String,
    row: &TillRow,
) -> ClosedShown {
    let minor = row.counted.amount_minor.saturating_sub(row.expected.amount_minor);
    let amount = language.money(Money::new(minor.saturating_abs(), row.expected.currency));
    let (difference, tone) = match minor {
        0 => (words.no_difference.to_owned(), "good"),
        1.. => (words.too_much.replace("{}", &amount), "wait"),
        _ => (words.missing.replace("{}", &amount), "bad"),
    };
    ClosedShown {
        at,
        login: row.login.clone(),
        shop,
        orders: row.orders,
        expected: language.money(row.expected),
        counted: language.money(row.counted),
        difference,
        tone,
        note: row.note.clone(),
    }
}
