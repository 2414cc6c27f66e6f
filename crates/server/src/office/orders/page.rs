//! How the list of orders is written.

use askama::Template;
use guichet_core::{Environment, Fee, Order, OrderState};
use guichet_gateways::GATEWAYS;
use jiff::Timestamp;

use crate::office::dates::{city, time_of_day};
use crate::office::desk::Desk;
use crate::office::person;
use crate::office::state::{self, Told};
use crate::office::visitor::Visitor;
use crate::operators::Permission;
use crate::pages::Language;
use crate::store::Stored;
use crate::zones::number_of;

use super::query::{Asked, Found};
use super::texts::{Texts, texts};

/// The page.
#[derive(Template)]
#[template(path = "office/orders.html", whitespace = "minimize")]
pub(super) struct OrdersPage {
    desk: Desk,
    words: &'static Texts,
    asked: Asked,
    clocks: String,
    days: Vec<Day>,
    /// Each state's word in the address, what it is called, and whether it is the one that is shown.
    states: Vec<(String, &'static str, bool)>,
    /// What narrows the list beside the state: what it is, and the address without it.
    narrowed: Vec<(String, String)>,
    gateways: Vec<(&'static str, &'static str)>,
    /// What the address calls each account, and the shop.
    accounts: Vec<(String, String)>,
    currencies: Vec<&'static str>,
    older: Option<String>,
    is_first: bool,
    /// Why the list is empty.
    empty: Option<&'static str>,
    /// How far back was looked, where older ones have to be asked for.
    looked_back: Option<String>,
    may_export: bool,
    /// The list as an export is asked for it.
    exported: String,
    shows_shop: bool,
}

/// The orders of a day.
struct Day {
    called: String,
    rows: Vec<Row>,
}

/// An order.
struct Row {
    id: String,
    reference: String,
    made: String,
    shop: String,
    customer: String,
    phone: String,
    amount: String,
    gateway: &'static str,
    told: Told,
    beside: String,
    fee: String,
}

impl OrdersPage {
    pub(super) fn new(visitor: &Visitor, desk: Desk, asked: Asked, found: Found) -> Self {
        let (language, words) = (desk.language, texts(desk.language));
        let day_of = |at_ms: i64| {
            let moment = Timestamp::from_millisecond(at_ms);
            moment
                .map(|moment| number_of(moment.to_zoned_datetime(found.zone.clone()).date()))
                .unwrap_or_default()
        };
        let today = day_of(found.now_ms);
        let mut days: Vec<(i64, Day)> = Vec::new();
        for stored in &found.orders {
            let day = day_of(stored.order.created_at_ms);
            if days.last().is_none_or(|(last, _)| *last != day) {
                days.push((day, Day { called: called(language, words, today, day), rows: Vec::new() }));
            }
            if let Some((_, day)) = days.last_mut() {
                day.rows.push(row(visitor, language, words, &found, stored));
            }
        }
        let is_narrowed = asked.parts().into_iter().any(|(_, value)| !value.is_empty());
        let empty = match (found.orders.is_empty(), found.is_meaningless, is_narrowed) {
            (false, ..) => None,
            (true, true, _) => Some(words.too_short),
            (true, false, true) if found.older.is_some() => Some(words.none_here),
            (true, false, true) => Some(words.none),
            (true, false, false) => Some(words.not_yet),
        };
        let older = found.older.map(|before| asked.query_with("before", &before.to_string()));
        let looked_back = found.looked_back_ms.map(|at_ms| language.moment(at_ms, found.zone.iana_name()));
        OrdersPage {
            clocks: words.clocks.replace("{}", &city(language, &found.zone)),
            days: days.into_iter().map(|(_, day)| day).collect(),
            states: states(language, words, &asked),
            narrowed: narrowed(visitor, words, &asked),
            gateways: GATEWAYS.iter().map(|g| (g.name(), state::gateway(language, g.name()))).collect(),
            accounts: accounts(visitor, &asked),
            currencies: currencies(),
            older,
            is_first: asked.before.is_empty(),
            empty,
            looked_back: looked_back.map(|moment| words.looked_back.replace("{}", &moment)),
            exported: asked.query_with("", ""),
            may_export: !visitor.shops_with(Permission::Export).is_empty(),
            shows_shop: visitor.shops().len() > 1,
            asked,
            words,
            desk,
        }
    }
}

fn called(language: Language, words: &Texts, today: i64, day: i64) -> String {
    let date = language.weekday_and_day(day);
    match today - day {
        0 => format!("{}, {date}", words.today),
        1 => format!("{}, {date}", words.yesterday),
        ..300 => date,
        _ => language.long_day(day),
    }
}

fn row(visitor: &Visitor, language: Language, words: &Texts, found: &Found, stored: &Stored) -> Row {
    let order = &stored.order;
    let payer = &order.terms.payer;
    let main = order.main_payment();
    let fee = main.and_then(|payment| Fee::of(payment, order.money_of(payment.id)?));
    Row {
        id: order.id.to_string(),
        reference: order.terms.reference.clone(),
        made: time_of_day(order.created_at_ms, &found.zone),
        shop: visitor.shop_title(order.merchant).to_owned(),
        customer: person::name(payer),
        phone: payer.phone.as_ref().map(|phone| person::masked(&phone.to_string())).unwrap_or_default(),
        amount: language.money(order.terms.money),
        gateway: main.map_or("–", |main| state::gateway(language, &main.gateway)),
        told: state::told(language, order),
        beside: beside(language, words, found, order),
        fee: fee.map_or_else(|| "–".to_owned(), |fee| language.money(fee.money)),
    }
}

/// What stands beside the state: when, how long still, or why.
fn beside(language: Language, words: &Texts, found: &Found, order: &Order) -> String {
    if let Some(held) = order.held.iter().find(|held| held.resolved_at_ms.is_none()) {
        return state::held(language, held.kind).to_owned();
    }
    let at = |at_ms: i64| words.at.replace("{}", &time_of_day(at_ms, &found.zone));
    match order.state {
        OrderState::Pending | OrderState::Failed => {
            let left_ms = order.terms.expires_at_ms - found.now_ms;
            if left_ms > 0 { words.left.replace("{}", &language.duration(left_ms)) } else { String::new() }
        }
        OrderState::Paid { at_ms, .. }
        | OrderState::Fulfilled { at_ms, .. }
        | OrderState::Expired { at_ms }
        | OrderState::Cancelled { at_ms } => at(at_ms),
    }
}

fn states(language: Language, words: &'static Texts, asked: &Asked) -> Vec<(String, &'static str, bool)> {
    let all = (asked.query_with("status", ""), words.all, asked.status.is_empty());
    let others = OrderState::STATUSES.iter().map(|status| {
        let told = state::of_status(language, status);
        (asked.query_with("status", status), told.word, asked.status == **status)
    });
    std::iter::once(all).chain(others).collect()
}

fn narrowed(visitor: &Visitor, words: &Texts, asked: &Asked) -> Vec<(String, String)> {
    let called = |name: &str| match name {
        "created_after" => words.created_after,
        "created_before" => words.created_before,
        "paid_after" => words.paid_after,
        "paid_before" => words.paid_before,
        "gateway" => words.gateway,
        "account" => words.account,
        "currency" => words.currency,
        "amount" => words.amount,
        "q" => words.search,
        _ => "",
    };
    let parts = asked.parts().into_iter();
    let given = parts.filter(|(name, value)| !value.is_empty() && *name != "status" && *name != "needs_you");
    let told = |name: &str, value: &str| match name {
        "account" => account_name(visitor, value).unwrap_or_else(|| value.to_owned()),
        _ => value.to_owned(),
    };
    let part = |(name, value): (&str, &str)| {
        (format!("{} : {}", called(name), told(name, value)), asked.query_with(name, ""))
    };
    given.map(part).collect()
}

/// The currencies that gateways take.
fn currencies() -> Vec<&'static str> {
    let limits = GATEWAYS.iter().flat_map(|gateway| gateway.capabilities().limits);
    let mut codes: Vec<&'static str> = limits.map(|limit| limit.currency).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// The shop's name for an account that is called by its identifier, as links to this list do: two shops may have the same names.
fn account_name(visitor: &Visitor, called: &str) -> Option<String> {
    let account = visitor.snapshot().accounts.get(&called.parse().ok()?);
    account.filter(|account| visitor.shops().contains(&account.merchant)).map(|account| account.name.clone())
}

/// The accounts of the shops that are looked at, by their names, and the one that is asked for.
fn accounts(visitor: &Visitor, asked: &Asked) -> Vec<(String, String)> {
    let environment: Environment = visitor.environment();
    let of_shop = |shop: &guichet_core::MerchantId| visitor.snapshot().all_accounts_of(*shop, environment);
    let mut names: Vec<String> =
        visitor.shops().iter().flat_map(of_shop).map(|account| account.name.clone()).collect();
    names.sort();
    names.dedup();
    let chosen = account_name(visitor, &asked.account).map(|name| (asked.account.clone(), name));
    chosen.into_iter().chain(names.into_iter().map(|name| (name.clone(), name))).collect()
}
