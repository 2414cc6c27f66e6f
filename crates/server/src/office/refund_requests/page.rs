//! How the screen of the refund requests is written.

use askama::Template;
use guichet_core::{Actor, Money, Refund, RefundMethod};

use crate::office::dates::day_and_time;
use crate::office::desk::Desk;
use crate::office::person;
use crate::office::visitor::Visitor;
use crate::operators::Permission;
use crate::pages::Language;
use crate::store::{RefundStatus, Stored};

use super::query::{Found, Request};
use super::texts::{Texts, texts};

/// The page.
#[derive(Template)]
#[template(path = "office/refund_requests.html", whitespace = "minimize")]
pub(super) struct RefundRequestsPage {
    desk: Desk,
    words: &'static Texts,
    done: Option<&'static str>,
    /// Each status's word in the address, what it is called, and whether it is the one that is shown.
    statuses: Vec<(&'static str, &'static str, bool)>,
    status: &'static str,
    is_open: bool,
    requests: Vec<RequestShown>,
    older: Option<String>,
    is_first: bool,
    refunds: Vec<RefundShown>,
    older_refunds: Option<String>,
    is_first_of_refunds: bool,
    shows_shop: bool,
}

/// What a customer asks to have paid back.
struct RequestShown {
    shop_id: String,
    number: i64,
    shop: String,
    order: String,
    reference: String,
    amount: String,
    customer: String,
    phone: Option<(String, String)>,
    note: String,
    products: Vec<(String, i64)>,
    since: String,
    closed: Option<String>,
}

/// What went back.
struct RefundShown {
    id: String,
    order: String,
    reference: String,
    shop: String,
    at: String,
    amount: String,
    method: &'static str,
    under: Option<String>,
    reason: String,
    by: String,
    withdrawn: Option<String>,
    may_withdraw: bool,
}

impl RefundRequestsPage {
    pub(super) fn new(visitor: &Visitor, desk: Desk, found: &Found, done: Option<&str>) -> Self {
        let (language, words) = (desk.language, texts(desk.language));
        let statuses = RefundStatus::ALL.map(|one| (one.as_str(), words.status(one), one == found.status));
        RefundRequestsPage {
            done: match done {
                Some("granted") => Some(words.done_granted),
                Some("declined") => Some(words.done_declined),
                Some("withdrawn") => Some(words.done_withdrawn),
                _ => None,
            },
            statuses: statuses.into(),
            status: found.status.as_str(),
            is_open: found.status == RefundStatus::Requested,
            requests: found.requests.iter().map(|one| request(visitor, language, one)).collect(),
            older: found.older.clone(),
            is_first: found.is_first,
            refunds: found
                .refunds
                .iter()
                .map(|(one, stored)| refund(visitor, language, words, one, stored))
                .collect(),
            older_refunds: found.older_refunds.map(|id| id.to_string()),
            is_first_of_refunds: found.is_first_of_refunds,
            shows_shop: visitor.shops().len() > 1,
            words,
            desk,
        }
    }
}

impl RefundRequestsPage {
    fn withdrawn_at(&self, at: &str) -> String {
        self.words.withdrawn.replace("{}", at)
    }
}

fn request(visitor: &Visitor, language: Language, request: &Request) -> RequestShown {
    let (row, order) = (&request.row, &request.stored.order);
    let (terms, zone) = (&order.terms, visitor.zone_of(row.merchant, row.created_at_ms));
    RequestShown {
        shop_id: row.merchant.to_string(),
        number: row.number,
        shop: visitor.shop_title(row.merchant).to_owned(),
        order: order.id.to_string(),
        reference: terms.reference.clone(),
        amount: language.money(Money::new(row.amount_minor, terms.money.currency)),
        customer: person::name(&terms.payer),
        phone: terms.payer.phone.as_ref().map(|phone| {
            let phone = phone.to_string();
            (person::masked(&phone), phone)
        }),
        note: row.note.clone(),
        products: request.products.clone(),
        since: day_and_time(language, row.created_at_ms, &zone),
        closed: row.closed_at_ms.map(|at_ms| day_and_time(language, at_ms, &zone)),
    }
}

fn refund(
    visitor: &Visitor,
    language: Language,
    words: &'static Texts,
    refund: &Refund,
    stored: &Stored,
) -> RefundShown {
    let order = &stored.order;
    let zone = visitor.zone_of(order.merchant, refund.at_ms);
    let when = |at_ms: i64| day_and_time(language, at_ms, &zone);
    RefundShown {
        id: refund.id.to_string(),
        order: order.id.to_string(),
        reference: order.terms.reference.clone(),
        shop: visitor.shop_title(order.merchant).to_owned(),
        at: when(refund.at_ms),
        amount: language.money(refund.money),
        method: match refund.method {
            RefundMethod::GatewayPortal => words.portal,
            RefundMethod::Cash => words.in_cash,
            RefundMethod::Transfer => words.transfer,
        },
        under: refund.reference.clone(),
        reason: refund.reason.clone(),
        by: by(words, &refund.recorded_by),
        withdrawn: refund.withdrawn_at_ms.map(when),
        may_withdraw: refund.counts()
            && visitor.may(Permission::RecordRefunds, order.merchant, order.environment),
    }
}

/// Who recorded it.
fn by(words: &Texts, actor: &Actor) -> String {
    match actor {
        Actor::Operator { login } => login.clone(),
        Actor::Key { .. } | Actor::Credential { .. } => words.your_site.to_owned(),
        Actor::Customer { .. } => words.customer.to_owned(),
        Actor::Worker => "Guichet".to_owned(),
    }
}
