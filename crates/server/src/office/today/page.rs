//! How Today is written.

use askama::Template;
use guichet_core::{HeldKind, Money, Sums};
use jiff::tz::TimeZone;

use crate::office::dates::{city, time_of_day};
use crate::office::desk::Desk;
use crate::office::fared::Fared;
use crate::office::state;
use crate::pages::Language;
use crate::zones::number_of;

use super::chart::Chart;
use super::query::{Book, DAYS, Failing, Today};
use super::texts::{Texts, texts};

/// The page.
#[derive(Template)]
#[template(path = "office/today.html", whitespace = "minimize")]
pub(super) struct TodayPage {
    desk: Desk,
    words: &'static Texts,
    /// The day, and the clocks of the shops.
    day: String,
    clocks: Vec<String>,
    needing: Option<NeedingShown>,
    failing: Vec<(bool, String)>,
    books: Vec<BookShown>,
}

/// What waits for a decision, as it is shown.
struct NeedingShown {
    count: usize,
    kinds: Vec<(&'static str, &'static str, usize)>,
    oldest: Option<String>,
    held: Vec<String>,
    perhaps: Option<String>,
    unmatched: usize,
}

/// A currency's part, as it is shown.
struct BookShown {
    code: &'static str,
    called: &'static str,
    shops: String,
    figures: Vec<Figure>,
    chart: Chart,
    top: String,
    half: String,
    first_day: String,
    middle_day: String,
    described: String,
    rows: Vec<(String, i64, String)>,
    total: (i64, String),
    gateways: Vec<GatewayShown>,
}

/// A sum, with what it is beside.
struct Figure {
    called: &'static str,
    amount: String,
    beside: String,
    /// The days whose orders the figure leads to.
    query: String,
}

/// How a gateway fared.
struct GatewayShown {
    title: &'static str,
    name: String,
    /// Of a thousand payments that ended, how many brought money.
    rate: String,
    rate_told: String,
    mean: String,
    amount: String,
}

impl TodayPage {
    pub(super) fn new(desk: Desk, today: Today) -> Self {
        let (language, words) = (desk.language, texts(desk.language));
        let clock = |zone: &TimeZone| {
            format!("{} {} {}", time_of_day(today.now_ms, zone), words.at, city(language, zone))
        };
        let first_zone = today.zones.first().cloned().unwrap_or(TimeZone::UTC);
        let since = |at_ms: i64| since(language, at_ms, &first_zone);
        let needing = today.needing.as_ref().map(|needing| NeedingShown {
            count: needing.kinds.iter().map(|(_, count)| count).sum::<usize>() + needing.unmatched,
            kinds: needing.kinds.iter().map(|(kind, n)| (words.kind(*kind), kind.as_str(), *n)).collect(),
            oldest: needing.oldest.map(|(kind, at_ms, shop)| oldest(&desk, words, kind, &since(at_ms), shop)),
            held: needing.held.iter().map(|money| language.money(*money)).collect(),
            perhaps: perhaps(language, words, &needing.perhaps),
            unmatched: needing.unmatched,
        });
        let failing = today.failing.iter().map(|failing| told(words, failing, &since)).collect();
        let books = today.books.iter().map(|book| shown(language, words, &today, book)).collect();
        TodayPage {
            day: language.long_day(today.day),
            clocks: today.zones.iter().map(clock).collect(),
            needing,
            failing,
            books,
            words,
            desk,
        }
    }
}

fn oldest(desk: &Desk, words: &Texts, kind: HeldKind, since: &str, shop: guichet_core::MerchantId) -> String {
    let id = shop.to_string();
    let title = desk.shops.iter().find(|(known, ..)| *known == id).map_or("", |(_, title, _)| title);
    words.oldest.replace("{since}", since).replace("{kind}", words.kind(kind)).replace("{shop}", title)
}

fn perhaps(language: Language, words: &Texts, perhaps: &[Money]) -> Option<String> {
    let sums: Vec<String> = perhaps.iter().map(|money| language.money(*money)).collect();
    (!sums.is_empty()).then(|| words.perhaps.replace("{}", &sums.join(", ")))
}

/// A moment as a day and a time.
fn since(language: Language, at_ms: i64, zone: &TimeZone) -> String {
    let date =
        jiff::Timestamp::from_millisecond(at_ms).map(|moment| moment.to_zoned_datetime(zone.clone()).date());
    let day = date.map(|date| language.short_day(number_of(date))).unwrap_or_default();
    format!("{day}, {}", time_of_day(at_ms, zone))
}

/// Whether it is down (and not resting), and what there is to say.
fn told(words: &Texts, failing: &Failing, since: &dyn Fn(i64) -> String) -> (bool, String) {
    match failing {
        Failing::Endpoint { shop, url, since_ms, outcome } => {
            let line = words.endpoint_line.replace("{shop}", shop).replace("{url}", url);
            (true, line.replace("{since}", &since(*since_ms)).replace("{why}", outcome))
        }
        Failing::Account { shop, gateway, account, since_ms, until_ms, trouble } => {
            let line = words.account_line.replace("{gateway}", gateway).replace("{account}", account);
            let line = line.replace("{shop}", shop).replace("{since}", &since(*since_ms));
            (false, line.replace("{why}", trouble).replace("{until}", &since(*until_ms)))
        }
    }
}

fn shown(language: Language, words: &'static Texts, today: &Today, book: &Book) -> BookShown {
    let money = |minor: i64| language.money(Money::new(minor, book.currency));
    let day = |ago: usize| today.day - i64::try_from(ago).unwrap_or_default();
    let bars = (0..DAYS).rev().map(|ago| {
        let amount = book.days[ago].paid_amount;
        (amount, format!("{} : {}", language.short_day(day(ago)), money(amount)))
    });
    let chart = Chart::of(bars.collect());
    let best = (0..DAYS).max_by_key(|ago| (book.days[*ago].paid_amount, *ago)).unwrap_or_default();
    let described = words
        .best_day
        .replace("{day}", &language.short_day(day(best)))
        .replace("{amount}", &money(book.days[best].paid_amount))
        .replace("{today}", &money(book.days[0].paid_amount));
    let month = book.of_days(0, DAYS);
    BookShown {
        code: book.currency.code(),
        called: words.currency(book.currency.code()),
        shops: book.shops.join(", "),
        figures: figures(language, words, today, book),
        top: money(chart.top),
        half: money(chart.top / 2),
        first_day: language.short_day(day(DAYS - 1)),
        middle_day: language.short_day(day(DAYS / 2)),
        described,
        rows: (0..DAYS)
            .map(|ago| {
                let sums = book.days[ago];
                (language.short_day(day(ago)), sums.paid_payments, money(sums.paid_amount))
            })
            .collect(),
        total: (month.paid_payments, money(month.paid_amount)),
        gateways: book.gateways.iter().map(|(name, sums)| gateway(language, book, name, sums)).collect(),
        chart,
    }
}

fn figures(language: Language, words: &'static Texts, today: &Today, book: &Book) -> Vec<Figure> {
    let money = |minor: i64| language.money(Money::new(minor, book.currency));
    let now = book.of_days(0, 1);
    let yesterday = money(book.of_days(1, 1).paid_amount);
    let code = book.currency.code();
    let query = |days: i64| {
        let from = crate::zones::date_of(today.day - days + 1).map(|date| date.to_string());
        format!("paid_after={}&currency={code}", from.unwrap_or_default())
    };
    let compared = |days: usize| {
        let (now, before) = (book.of_days(0, days).paid_amount, book.of_days(days, days).paid_amount);
        change(words, now, before, days)
    };
    vec![
        Figure {
            called: words.today,
            amount: money(now.paid_amount),
            beside: format!("{} : {} · {} {yesterday}", words.number, now.paid_payments, words.yesterday),
            query: query(1),
        },
        Figure {
            called: words.days_7,
            amount: money(book.of_days(0, 7).paid_amount),
            beside: compared(7),
            query: query(7),
        },
        Figure {
            called: words.days_30,
            amount: money(book.of_days(0, DAYS).paid_amount),
            beside: compared(DAYS),
            query: query(30),
        },
    ]
}

/// By how much more or less came than before; empty where there was nothing before.
fn change(words: &Texts, now: i64, before: i64, days: usize) -> String {
    if before <= 0 {
        return String::new();
    }
    let percent = (i128::from(now) - i128::from(before)) * 100 / i128::from(before);
    let text = match percent {
        0 => words.as_before,
        1.. => words.more,
        _ => words.less,
    };
    text.replace("{}", &percent.abs().to_string()).replace("{days}", &days.to_string())
}

fn gateway(language: Language, book: &Book, name: &str, sums: &Sums) -> GatewayShown {
    let Fared { rate, rate_told, mean } = Fared::of(language, sums);
    GatewayShown {
        title: state::gateway(language, name),
        name: name.to_owned(),
        rate,
        rate_told,
        mean,
        amount: language.money(Money::new(sums.paid_amount, book.currency)),
    }
}
