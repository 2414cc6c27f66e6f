//! `GET /office/customers/{id}`: a customer, how they stand, what they ordered and where they are signed in.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use crate::access::ShownDevice;
use crate::catalogue::{FormValue, Project, marked};
use crate::office::answer::{Problem, page as shown_page};
use crate::office::desk::Desk;
use crate::office::localized::localized;
use crate::office::state::{self, Told};
use crate::office::visitor::Visitor;
use crate::operators::Permission::{SeeOrders, WorkCustomers};
use crate::pages::Language;
use crate::store::{CustomerRow, CustomerStatus, Fault, LoginRow, Stored};

use super::desk;
use super::standing::{called, told};
use super::texts::{Texts, texts};

/// How many orders a page has: with as many sessions as there can be it stays light.
const PAGE: usize = 10;

/// What was just done, by its word, and the number of the last order of the page before.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    done: Option<String>,
    #[serde(default)]
    before: Option<i64>,
}

/// The page.
#[derive(Template)]
#[template(path = "office/customer.html", whitespace = "minimize")]
struct CustomerPage {
    desk: Desk,
    words: &'static Texts,
    done: Option<&'static str>,
    refused: Option<&'static str>,
    id: String,
    called: String,
    login: String,
    number: i64,
    shop: String,
    provider: String,
    email: Option<String>,
    phone: Option<String>,
    state: Told,
    since: String,
    changed: String,
    /// What else they filled in: what it is called, and what was filled in.
    filled: Vec<(String, String)>,
    may_work: bool,
    can: Can,
    orders: Vec<OrderShown>,
    older: Option<i64>,
    is_first: bool,
    sessions: Vec<SessionShown>,
}

/// What can be done about whether they sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Can {
    Archive,
    TakeBack,
    /// Nothing, and why.
    Nothing(&'static str),
}

/// An order.
struct OrderShown {
    id: String,
    reference: String,
    made: String,
    amount: String,
    state: Told,
}

/// A device on which they are signed in.
struct SessionShown {
    id: String,
    device: String,
    language: String,
    since: String,
    used: String,
}

pub(super) async fn shown(
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let customer = visitor.customer(&id).await?;
    let page = page(&visitor, &customer, asked.before).await?;
    let done = asked.done.as_deref().and_then(|word| page.words.done(word));
    Ok(shown_page(&CustomerPage { done, ..page }))
}

/// The page as it is now, which says that what was asked for could not be done any more.
pub(super) async fn unchanged(visitor: &Visitor, id: &str) -> Result<Response, Problem> {
    let customer = visitor.customer(id).await?;
    let page = page(visitor, &customer, None).await?;
    let refused = Some(page.words.unchanged);
    Ok((StatusCode::CONFLICT, shown_page(&CustomerPage { refused, ..page })).into_response())
}

async fn page(
    visitor: &Visitor,
    customer: &CustomerRow,
    before: Option<i64>,
) -> Result<CustomerPage, Problem> {
    let mut desk = desk(visitor).await?;
    // The address of an action cannot be asked for.
    desk.here = format!("/customers/{}", customer.id);
    if visitor.path() != desk.here {
        desk.same_page = format!("{}{}?", desk.base, desk.here);
    }
    let read = read(visitor, customer, before).await.map_err(|fault| visitor.problem(fault.into()))?;
    Ok(CustomerPage::new(visitor, desk, customer, read).from(before))
}

/// What belongs to a customer.
struct Belongings {
    orders: Vec<(i64, Stored)>,
    sessions: Vec<LoginRow>,
}

async fn read(visitor: &Visitor, customer: &CustomerRow, before: Option<i64>) -> Result<Belongings, Fault> {
    let app = &visitor.office().app;
    let (store, most) = (app.store(), i64::try_from(PAGE + 1).unwrap_or(i64::MAX));
    let orders = match visitor.may(SeeOrders, customer.merchant, customer.environment) {
        true => store.purchases_before(customer.id, before.unwrap_or(i64::MAX), most).await?,
        false => Vec::new(),
    };
    Ok(Belongings { orders, sessions: store.logins(customer.id, app.clock().now_ms()).await? })
}

impl CustomerPage {
    fn new(visitor: &Visitor, desk: Desk, customer: &CustomerRow, belongings: Belongings) -> Self {
        let (language, words) = (desk.language, texts(desk.language));
        let now_ms = visitor.office().app.clock().now_ms();
        let zone = visitor.zone_of(customer.merchant, now_ms);
        let moment = |at_ms: i64| language.moment(at_ms, zone.iana_name());
        let project = visitor.snapshot().projects.get(&customer.merchant).map(|project| &**project);
        let Belongings { mut orders, sessions } = belongings;
        let has_more = orders.len() > PAGE;
        orders.truncate(PAGE);
        let order = |(_, stored): &(i64, Stored)| OrderShown {
            id: stored.order.id.to_string(),
            reference: stored.order.terms.reference.clone(),
            made: moment(stored.order.created_at_ms),
            amount: language.money(stored.order.terms.money),
            state: state::told(language, &stored.order),
        };
        let session = |login: &LoginRow| {
            let device = ShownDevice::of(login);
            SessionShown {
                id: login.id.to_string(),
                device: device_called(words, &device),
                language: device.location,
                since: moment(login.created_at_ms),
                used: moment(login.used_at_ms),
            }
        };
        let login = if customer.is_forgotten() { "–".to_owned() } else { customer.identifier.clone() };
        CustomerPage {
            done: None,
            refused: None,
            id: customer.id.to_string(),
            called: called(words, customer),
            login,
            number: customer.number,
            shop: visitor.shop_title(customer.merchant).to_owned(),
            provider: provider(language, project, customer),
            email: customer.profile.email.clone(),
            phone: customer.profile.phone_sms.clone(),
            state: told(words, customer),
            since: moment(customer.created_at_ms),
            changed: moment(customer.updated_at_ms),
            filled: filled(language, project, customer),
            may_work: visitor.may(WorkCustomers, customer.merchant, customer.environment),
            can: can(words, customer),
            older: orders.last().map(|(number, _)| *number).filter(|_| has_more),
            orders: orders.iter().map(order).collect(),
            is_first: true,
            sessions: sessions.iter().map(session).collect(),
            words,
            desk,
        }
    }

    /// The same where its orders go on behind that number.
    fn from(self, before: Option<i64>) -> Self {
        CustomerPage { is_first: before.is_none(), ..self }
    }
}

fn can(words: &Texts, customer: &CustomerRow) -> Can {
    match customer.status {
        CustomerStatus::Active => Can::Archive,
        CustomerStatus::Inactive => Can::Nothing(words.inactive_means),
        CustomerStatus::Archived if customer.is_forgotten() => Can::Nothing(words.forgotten_means),
        CustomerStatus::Archived => Can::TakeBack,
    }
}

/// What a device is called, as far as it told.
fn device_called(words: &Texts, device: &ShownDevice) -> String {
    let told: Vec<&str> =
        [device.browser.as_str(), device.os.as_str()].into_iter().filter(|text| !text.is_empty()).collect();
    if told.is_empty() { words.unknown_device.to_owned() } else { told.join(" · ") }
}

/// What the way to sign in is called that they signed up by.
fn provider(language: Language, project: Option<&Project>, customer: &CustomerRow) -> String {
    let known = project.and_then(|project| marked(&project.providers, &customer.provider));
    let title = known.map(|(_, provider)| localized(&provider.title, language)).unwrap_or_default();
    if title.is_empty() { customer.provider.clone() } else { title.to_owned() }
}

/// What they filled in when they signed up, under what the form calls it.
fn filled(language: Language, project: Option<&Project>, customer: &CustomerRow) -> Vec<(String, String)> {
    let form = project.and_then(|project| marked(&project.forms, &customer.profile.form));
    let title = |marker: &str| {
        let field = form.and_then(|(_, form)| form.fields.iter().find(|field| field.marker == marker));
        let title = field.map(|field| localized(&field.title, language)).unwrap_or_default();
        if title.is_empty() { marker.to_owned() } else { title.to_owned() }
    };
    let told = |one: &FormValue| Some((title(&one.marker), text_of(&one.value)?));
    customer.profile.form_data.iter().filter_map(told).collect()
}

/// A value that people can read; `None` where there is nothing to read.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(list) => {
            let texts: Vec<String> = list.iter().filter_map(text_of).collect();
            Some(texts.join(", ")).filter(|text| !text.is_empty())
        }
        Value::Null | Value::Bool(_) | Value::Object(_) => None,
    }
}
