//! How the list of customers is written.

use askama::Template;

use crate::office::dates::city;
use crate::office::desk::Desk;
use crate::office::person::masked;
use crate::office::state::Told;
use crate::office::visitor::Visitor;
use crate::pages::Language;
use crate::store::{CustomerRow, CustomerStatus};

use super::query::{Asked, Found};
use super::standing::{called, of_status, told};
use super::texts::{Texts, texts};

/// The page.
#[derive(Template)]
#[template(path = "office/customers.html", whitespace = "minimize")]
pub(super) struct CustomersPage {
    desk: Desk,
    words: &'static Texts,
    asked: Asked,
    clocks: String,
    /// Each status's query, what it is called, and whether it is the one that is shown.
    statuses: Vec<(String, &'static str, bool)>,
    rows: Vec<Row>,
    older: Option<String>,
    newest: String,
    /// Why the list is empty.
    empty: Option<&'static str>,
    shows_shop: bool,
}

/// A customer.
struct Row {
    id: String,
    called: String,
    login: String,
    email: String,
    phone: String,
    shop: String,
    since: String,
    state: Told,
}

impl CustomersPage {
    pub(super) fn new(visitor: &Visitor, desk: Desk, asked: Asked, found: &Found) -> Self {
        let words = texts(desk.language);
        let zone = found.zone.iana_name();
        let row = |customer: &CustomerRow| Row {
            id: customer.id.to_string(),
            called: called(words, customer),
            login: Some(&customer.identifier)
                .filter(|_| !customer.is_forgotten() && !customer.profile.name.is_empty())
                .cloned()
                .unwrap_or_default(),
            email: customer.profile.email.clone().unwrap_or_default(),
            phone: customer.profile.phone_sms.as_deref().map(masked).unwrap_or_default(),
            shop: visitor.shop_title(customer.merchant).to_owned(),
            since: desk.language.moment(customer.created_at_ms, zone),
            state: told(words, customer),
        };
        let is_narrowed = !asked.q.trim().is_empty() || !asked.status.is_empty();
        let empty = match (found.customers.is_empty(), found.is_meaningless, is_narrowed) {
            (false, ..) => None,
            (true, true, _) => Some(words.too_short),
            (true, false, true) => Some(words.none),
            (true, false, false) => Some(words.not_yet),
        };
        let last = found.customers.last().filter(|_| found.has_more);
        CustomersPage {
            clocks: words.clocks.replace("{}", &city(desk.language, &found.zone)),
            statuses: statuses(words, &asked),
            rows: found.customers.iter().map(row).collect(),
            older: last.map(|last| asked.query(&asked.status, &last.id.to_string())),
            newest: asked.query(&asked.status, ""),
            empty,
            shows_shop: visitor.shops().len() > 1,
            asked,
            words,
            desk,
        }
    }
}

fn statuses(words: &Texts, asked: &Asked) -> Vec<(String, &'static str, bool)> {
    let all = (asked.query("", ""), words.all, asked.status.is_empty());
    let others = CustomerStatus::ALL.map(|status| {
        let word = status.as_str();
        (asked.query(word, ""), of_status(words, status).word, asked.status == word)
    });
    std::iter::once(all).chain(others).collect()
}
