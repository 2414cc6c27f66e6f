//! `POST /checkout/{token}`: the customer has chosen; on to the gateway.

use std::sync::Arc;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use guichet_core::{AccountId, Actor, Event, FailureReason, Payer, PayerField, PaymentState, Refusal};
use http::StatusCode;

use crate::app::{App, Error};
use crate::pages::{Mistake, Notice};
use crate::registry::OpenAccount;

use super::checkout::draw;
use super::payer_form::{Typed, fields, read};
use super::{PageProblem, Visitor};

/// How long an order's journal may be when its customer fills in something once more.
const MOST_ENTRIES: i64 = 100;

/// What the form sends: the account, the language, and for each account the fields that it asks for.
pub(crate) type Sent = Form<Vec<(String, String)>>;

/// The last value of that name; a browser sends each once.
pub(super) fn sent<'a>(form: &'a [(String, String)], name: &str) -> Option<&'a str> {
    form.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// Opens a payment and leads to the gateway's page, or says why not.
pub(crate) async fn pay(
    State(app): State<App>,
    mut visitor: Visitor,
    form: Result<Sent, FormRejection>,
) -> Result<Response, PageProblem> {
    let form = match form {
        Ok(Form(form)) if form.iter().filter(|(name, _)| name == "account").count() == 1 => form,
        Ok(_) => return Ok(refused(&app, &visitor, StatusCode::UNPROCESSABLE_ENTITY)),
        Err(unread) => return Ok(refused(&app, &visitor, unread.status())),
    };
    visitor.choose(&app, sent(&form, "lang")).await;
    if !visitor.may_choose() {
        return Ok(Redirect::to(&visitor.path("status")).into_response());
    }
    let chosen = sent(&form, "account").and_then(|account| chosen(&app, &visitor, account));
    let Some((account, asked)) = chosen else {
        return Ok(draw(&app, &visitor, Some(Notice::NotAvailable), None));
    };
    let actor = Actor::Customer { id: None };
    if !asked.is_empty() {
        let payer = match filled_in(&app, &visitor, &account, &asked, &form) {
            Ok(payer) => payer,
            Err(typed) => {
                let page = draw(&app, &visitor, Some(Notice::FillIn), Some(&typed));
                return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
            }
        };
        if visitor.stored.entries >= MOST_ENTRIES {
            return Ok(draw(&app, &visitor, Some(Notice::NotAvailable), None));
        }
        let event = Event::PayerCompleted { payer: Box::new(payer), actor: actor.clone() };
        match app.apply_to(visitor.stored.clone(), &event, None).await {
            Ok(applied) => visitor.stored = applied.stored,
            Err(error) => return not_paid(&app, &visitor, error),
        }
    }
    let order = visitor.stored.order.id;
    match app.request_payment(order, std::slice::from_ref(&account), &actor, None, None).await {
        Ok(stored) => {
            visitor.stored = stored;
            Ok(lead_on(&app, &visitor, account.id))
        }
        Err(error) => not_paid(&app, &visitor, error),
    }
}

/// The page again, because the form makes no sense.
fn refused(app: &App, visitor: &Visitor, status: StatusCode) -> Response {
    (status, draw(app, visitor, Some(Notice::NotAvailable), None)).into_response()
}

fn not_paid(app: &App, visitor: &Visitor, error: Error) -> Result<Response, PageProblem> {
    match error {
        Error::Refused(Refusal::PaymentInProgress | Refusal::PaymentUndecided | Refusal::PaymentOpen) => {
            Ok(draw(app, visitor, Some(Notice::Undecided), None))
        }
        Error::Refused(Refusal::TooManyPayments) => Ok(draw(app, visitor, Some(Notice::NotAvailable), None)),
        Error::Refused(_) => Ok(Redirect::to(&visitor.path("status")).into_response()),
        Error::Quiet(_) => Ok(refused(app, visitor, StatusCode::SERVICE_UNAVAILABLE)),
        other @ (Error::NoSuchOrder
        | Error::Locked(_)
        | Error::ReferenceTaken
        | Error::KeyTaken
        | Error::GatewayReferenceTaken
        | Error::LeaseLost
        | Error::Overloaded
        | Error::Unwritable(_)
        | Error::Fault(_)) => Err(PageProblem::trouble(other, visitor.language)),
    }
}

/// The account that the form names, if it is one of those that the checkout page offers, and what it asks for.
fn chosen(app: &App, visitor: &Visitor, account: &str) -> Option<(Arc<OpenAccount>, Vec<PayerField>)> {
    let (order, wanted) = (&visitor.stored.order, account.parse::<AccountId>().ok()?);
    let snapshot = app.registry().snapshot();
    let offered = app.offered(&snapshot, order.merchant, order.environment, &order.terms);
    offered.into_iter().find(|(account, _)| account.id == wanted)
}

/// What the customer filled in for that account, once its gateway takes the order with it.
///
/// # Errors
/// The fields with what was typed, and what is wrong with it.
fn filled_in(
    app: &App,
    visitor: &Visitor,
    account: &OpenAccount,
    asked: &[PayerField],
    form: &[(String, String)],
) -> Result<Payer, Typed> {
    let (snapshot, terms) = (app.registry().snapshot(), &visitor.stored.order.terms);
    let mut typed = fields(app, &snapshot, visitor, account, asked);
    for field in &mut typed {
        let name = format!("{}.{}", account.id, field.field.as_str());
        field.value = sent(form, &name).unwrap_or_default().to_owned();
    }
    let home = app.country_of(&snapshot, account, terms);
    let read = read(&mut typed, home.as_deref());
    let refusal = read.as_ref().and_then(|payer| app.takes_with(account, terms, payer).err());
    match (read, refusal) {
        (Some(payer), None) => Ok(payer),
        (_, refusal) => {
            if let Some(rule) = refusal {
                // A country that is not served is read off the number where nothing else says it.
                let at = typed
                    .iter()
                    .position(|field| PayerField::of_order_field(rule.field) == Some(field.field));
                if let Some(field) = typed.get_mut(at.unwrap_or_default()) {
                    field.mistake = Some(Mistake::NotTaken);
                }
            }
            Err(Typed { account: account.id, fields: typed })
        }
    }
}

/// To the gateway's page; without one (cash) to the status; otherwise back, with the reason.
fn lead_on(app: &App, visitor: &Visitor, account: AccountId) -> Response {
    let newest = visitor.stored.order.payments.iter().rev().find(|payment| payment.account == account);
    match newest.map(|payment| &payment.state) {
        Some(PaymentState::Open { link } | PaymentState::Processing { link }) => {
            let target = link.url.clone().unwrap_or_else(|| visitor.path("status"));
            Redirect::to(&target).into_response()
        }
        Some(PaymentState::Unknown { .. } | PaymentState::Opening) => {
            draw(app, visitor, Some(Notice::AnswerLost), None)
        }
        Some(PaymentState::Failed { reason: FailureReason::NotSent { .. }, .. }) => {
            draw(app, visitor, Some(Notice::GatewayBusy), None)
        }
        Some(
            PaymentState::Failed { .. }
            | PaymentState::Paid { .. }
            | PaymentState::Expired { .. }
            | PaymentState::Cancelled { .. },
        )
        | None => draw(app, visitor, Some(Notice::PaymentFailed), None),
    }
}
