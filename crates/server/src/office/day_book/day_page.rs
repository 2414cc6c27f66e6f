//! How a day of the book is written: account by account, as it was closed and as it stands.

use askama::Template;
use guichet_core::{Currency, Line, Share, Sums};
use jiff::civil::Date;

use crate::office::dates::{city, time_of_day};
use crate::office::desk::Desk;
use crate::office::state;
use crate::office::today::currency_called;
use crate::office::visitor::Visitor;
use crate::operators::Permission;
use crate::pages::Language;
use crate::store::ClosedDay;

use super::figures::{Figures, total};
use super::month_page::named;
use super::query::OneDay;
use super::texts::{Texts, texts};

/// The page.
#[derive(Template)]
#[template(path = "office/day.html", whitespace = "minimize")]
pub(super) struct DayPage {
    desk: Desk,
    words: &'static Texts,
    called: String,
    shop: String,
    clocks: String,
    /// The month's address, and the day's own.
    month: String,
    address: String,
    books: Vec<BookShown>,
    refunds: Vec<RefundShown>,
    closed: Option<ClosedShown>,
    /// Why the day cannot be closed.
    not_closable: Option<String>,
    environment: &'static str,
    may_export: bool,
    was_closed: bool,
}

/// What came and went in one currency.
struct BookShown {
    currency: &'static str,
    parts: Vec<Part>,
}

/// Lines that belong together: those that were closed, what came later, and what stands.
struct Part {
    /// What they are; nothing where the day is not closed.
    called: &'static str,
    rows: Vec<Row>,
    total: Option<(&'static str, Figures)>,
}

/// A line.
struct Row {
    account: String,
    gateway: &'static str,
    figures: Figures,
    /// The list of the orders that were paid.
    orders: Option<String>,
}

impl Row {
    /// The list of the orders whose fees these are, where they are of these orders alone.
    fn fee_orders(&self) -> Option<&String> {
        self.orders.as_ref().filter(|_| self.figures.unfit_count == 0)
    }
}

/// A refund.
struct RefundShown {
    href: String,
    reference: String,
    money: String,
    at: String,
}

/// Who closed the day.
struct ClosedShown {
    line: String,
    note: String,
}

impl DayPage {
    pub(super) fn new(visitor: &Visitor, desk: Desk, day: &OneDay, was_closed: bool) -> Self {
        let (language, words) = (desk.language, texts(desk.language));
        let (merchant, environment) = (day.of.merchant, day.of.environment);
        let town = city(language, &day.zone);
        let mut currencies: Vec<Currency> = day.book.lines().keys().map(|line| line.currency).collect();
        currencies.sort_by_key(|currency| currency.code());
        currencies.dedup();
        let books = currencies.into_iter().map(|currency| BookShown {
            currency: currency_called(language, currency.code()),
            parts: parts(visitor, &desk, words, day, currency),
        });
        let refunds = day.refunds.iter().map(|refund| RefundShown {
            href: format!("{}/orders/{}", desk.base, refund.order),
            reference: refund.reference.clone(),
            money: language.money(refund.money),
            at: time_of_day(refund.at_ms, &day.zone),
        });
        let not_closable = match (day.is_over, visitor.may(Permission::CloseDays, merchant, environment)) {
            (false, _) => Some(words.not_over.replace("{}", &town)),
            (true, false) => Some(words.not_yours.to_owned()),
            (true, true) => None,
        };
        DayPage {
            called: language.long_day(day.of.day),
            shop: visitor.shop_title(merchant).to_owned(),
            clocks: words.clocks.replace("{}", &town),
            month: format!("{}/day-book?month={}", desk.base, named(day.date)),
            address: format!("{}/day-book/{merchant}/{}", desk.base, day.date),
            books: books.collect(),
            refunds: refunds.collect(),
            closed: day.book.closed.as_ref().map(|closed| closed_shown(language, words, day, closed)),
            not_closable,
            environment: environment.as_str(),
            may_export: visitor.may(Permission::Export, merchant, environment),
            was_closed,
            words,
            desk,
        }
    }

    /// How many there were, in words.
    fn number(&self, count: &i64) -> String {
        self.words.number.replace("{}", &count.to_string().replace('-', "\u{2212}"))
    }
}

fn closed_shown(language: Language, words: &Texts, day: &OneDay, closed: &ClosedDay) -> ClosedShown {
    let moment = jiff::Timestamp::from_millisecond(closed.at_ms);
    let date = moment.map(|moment| moment.to_zoned_datetime(day.zone.clone()).date());
    let date = date.map(|date| language.long_day(crate::zones::number_of(date))).unwrap_or_default();
    let line = words.closed_by.replace("{by}", &closed.by).replace("{day}", &date);
    ClosedShown {
        line: line.replace("{time}", &time_of_day(closed.at_ms, &day.zone)),
        note: closed.note.clone(),
    }
}

/// The parts of a day in one currency.
fn parts(
    visitor: &Visitor,
    desk: &Desk,
    words: &'static Texts,
    day: &OneDay,
    currency: Currency,
) -> Vec<Part> {
    let language = desk.language;
    let lines = |share: &Share| -> Vec<(Line, Sums)> {
        let of_it = share.iter().filter(|(line, _)| line.currency == currency);
        of_it.map(|(line, sums)| (line.clone(), *sums)).collect()
    };
    let row = |(line, sums): &(Line, Sums), figures: Figures| Row {
        account: account(visitor, line),
        gateway: state::gateway(language, &line.gateway),
        figures,
        orders: (sums.paid_payments > 0).then(|| orders(desk, day.date, line)),
    };
    let sum = |lines: &[(Line, Sums)]| total(lines.iter().map(|(_, sums)| sums));
    let standing = lines(day.book.standing());
    let rows = standing.iter().map(|one| row(one, Figures::of(language, currency, &one.1))).collect();
    let in_all = Figures::of(language, currency, &sum(&standing));
    let called = if day.book.closed.is_some() { words.as_closed } else { "" };
    let mut parts = vec![Part { called, rows, total: (standing.len() > 1).then_some((words.total, in_all)) }];
    let later = lines(&day.book.corrections());
    if !later.is_empty() {
        let figures = |one: &(Line, Sums)| Figures::of_correction(language, currency, &one.1);
        let rows = later.iter().map(|one| Row { orders: None, ..row(one, figures(one)) }).collect();
        let now = Figures::of(language, currency, &sum(&lines(&day.book.present)));
        parts.push(Part { called: words.corrections, rows, total: Some((words.with_corrections, now)) });
    }
    parts
}

/// The shop's name for an account.
fn account(visitor: &Visitor, line: &Line) -> String {
    let known = visitor.snapshot().accounts.get(&line.account);
    known.map_or_else(|| line.account.to_string(), |account| account.name.clone())
}

/// The list of the orders that were paid on a day at an account.
fn orders(desk: &Desk, date: Date, line: &Line) -> String {
    let before = date.tomorrow().unwrap_or(date);
    let (account, code) = (line.account, line.currency.code());
    format!("{}/orders?paid_after={date}&paid_before={before}&account={account}&currency={code}", desk.base)
}
