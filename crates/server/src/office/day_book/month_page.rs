//! How a month of the day's book is written.

use std::collections::BTreeMap;

use askama::Template;
use guichet_core::{Currency, MerchantId, Share, Sums};
use jiff::civil::Date;

use crate::book::BookDay;
use crate::office::dates::city;
use crate::office::desk::Desk;
use crate::office::state::Told;
use crate::office::today::currency_called;
use crate::office::visitor::Visitor;
use crate::operators::Permission;
use crate::pages::Language;
use crate::zones::date_of;

use super::figures::{Figures, total};
use super::query::Month;
use super::texts::{Texts, texts};

/// The page.
#[derive(Template)]
#[template(path = "office/day_book.html", whitespace = "minimize")]
pub(super) struct MonthPage {
    desk: Desk,
    words: &'static Texts,
    month: String,
    /// The month as the address has it.
    asked: String,
    older: Option<String>,
    newer: Option<String>,
    /// The books of the month: the number of each, what it is called, and whether it is the one that is shown.
    chips: Vec<(usize, String, bool)>,
    books: Vec<BookShown>,
    may_export: bool,
}

/// A shop's book in one currency.
struct BookShown {
    shop: String,
    currency: &'static str,
    clocks: String,
    rows: Vec<Row>,
    total: Figures,
}

/// A day, or what came to it after it was closed.
struct Row {
    called: String,
    /// The day's page; a correction has none of its own.
    href: Option<String>,
    told: Told,
    figures: Figures,
}

impl MonthPage {
    pub(super) fn new(visitor: &Visitor, desk: Desk, month: &Month, chosen: usize) -> Self {
        let (language, words) = (desk.language, texts(desk.language));
        let mut books = Vec::new();
        for (shop, days) in &month.shops {
            let Some(row) = visitor.snapshot().merchants.get(shop) else { continue };
            let today = row.zones.day_of(month.now_ms);
            for currency in currencies(days) {
                let all = days.values().map(|day| of_currency(&day.present, currency));
                books.push(BookShown {
                    shop: row.title.clone(),
                    currency: currency_called(language, currency.code()),
                    clocks: words.clocks.replace("{}", &city(language, &row.zones.at(month.now_ms))),
                    rows: rows(&desk, words, (*shop, today), currency, days),
                    total: Figures::of(language, currency, &total(all.collect::<Vec<_>>().iter())),
                });
            }
        }
        // One at a time: a month of several currencies is long.
        let chosen = chosen.min(books.len().saturating_sub(1));
        let called = |(number, book): (usize, &BookShown)| {
            (number, format!("{} · {}", book.shop, book.currency), number == chosen)
        };
        let chips: Vec<_> = books.iter().enumerate().map(called).collect();
        let books = books.into_iter().skip(chosen).take(1).collect();
        MonthPage {
            chips: if chips.len() > 1 { chips } else { Vec::new() },
            month: language.month(month.first),
            asked: named(month.first),
            older: month.older.map(named),
            newer: month.newer.map(named),
            books,
            may_export: !visitor.shops_with(Permission::Export).is_empty(),
            words,
            desk,
        }
    }
}

/// A month as an address has it, such as `2026-11`.
pub(super) fn named(month: Date) -> String {
    format!("{:04}-{:02}", month.year(), month.month())
}

/// The currencies in which something stands, or stood when it was closed.
fn currencies(days: &BTreeMap<i64, BookDay>) -> Vec<Currency> {
    let lines = days.values().flat_map(|day| day.present.keys().chain(day.standing().keys()));
    let mut found: Vec<Currency> = lines.map(|line| line.currency).collect();
    found.sort_by_key(|currency| currency.code());
    found.dedup();
    found
}

fn of_currency(share: &Share, currency: Currency) -> Sums {
    total(share.iter().filter(|(line, _)| line.currency == currency).map(|(_, sums)| sums))
}

/// The days of a shop whose today is that, the newest first; below a closed one its correction.
fn rows(
    desk: &Desk,
    words: &'static Texts,
    (shop, today): (MerchantId, i64),
    currency: Currency,
    days: &BTreeMap<i64, BookDay>,
) -> Vec<Row> {
    let language = desk.language;
    let mut rows = Vec::new();
    for (number, day) in days.iter().rev() {
        let (standing, later) =
            (of_currency(day.standing(), currency), of_currency(&day.corrections(), currency));
        if standing.is_empty() && later.is_empty() {
            continue;
        }
        let date = date_of(*number).map(|date| date.to_string()).unwrap_or_default();
        rows.push(Row {
            called: language.short_day(*number),
            href: Some(format!("{}/day-book/{shop}/{date}", desk.base)),
            told: told(words, day, *number >= today),
            figures: Figures::of(language, currency, &standing),
        });
        if !later.is_empty() {
            rows.push(Row {
                called: words.correction_of.replace("{}", &language.short_day(*number)),
                href: None,
                told: Told { word: words.correction, tone: "wait", icon: "note" },
                figures: Figures::of_correction(language, currency, &later),
            });
        }
    }
    rows
}

/// How a day stands.
fn told(words: &'static Texts, day: &BookDay, is_running: bool) -> Told {
    match (&day.closed, is_running) {
        (Some(_), _) => Told { word: words.closed, tone: "good", icon: "ok" },
        (None, true) => Told { word: words.running, tone: "", icon: "wait" },
        (None, false) => Told { word: words.open, tone: "", icon: "end" },
    }
}
