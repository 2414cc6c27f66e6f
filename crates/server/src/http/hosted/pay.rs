//! `POST /checkout/{token}`: the customer has chosen; on to the gateway.

use std::sync::Arc;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use guichet_core::{AccountId, Actor, FailureReason, PaymentState, Refusal};
use serde::Deserialize;

use crate::app::{App, Error};
use crate::pages::Notice;
use crate::registry::OpenAccount;

use super::checkout::draw;
use super::{PageProblem, Visitor};

/// What the form sends.
#[derive(Debug, Deserialize)]
pub(crate) struct Choice {
    account: String,
    lang: Option<String>,
}

/// Opens a payment and leads to the gateway's page, or says why not.
pub(crate) async fn pay(
    State(app): State<App>,
    mut visitor: Visitor,
    form: Result<Form<Choice>, FormRejection>,
) -> Result<Response, PageProblem> {
    let choice = match form {
        Ok(Form(choice)) => choice,
        Err(unread) => {
            let page = draw(&app, &visitor, Some(Notice::NotAvailable));
            return Ok((unread.status(), page).into_response());
        }
    };
    visitor.choose(&app, choice.lang.as_deref()).await;
    if !visitor.may_choose() {
        return Ok(Redirect::to(&visitor.path("status")).into_response());
    }
    let Some(account) = chosen(&app, &visitor, &choice.account) else {
        return Ok(draw(&app, &visitor, Some(Notice::NotAvailable)));
    };
    match app
        .request_payment(
            visitor.stored.order.id,
            std::slice::from_ref(&account),
            &Actor::Customer { id: None },
            None,
            None,
        )
        .await
    {
        Ok(stored) => {
            visitor.stored = stored;
            Ok(lead_on(&app, &visitor, account.id))
        }
        Err(Error::Refused(Refusal::PaymentInProgress | Refusal::PaymentUndecided)) => {
            Ok(draw(&app, &visitor, Some(Notice::Undecided)))
        }
        Err(Error::Refused(Refusal::TooManyPayments)) => Ok(draw(&app, &visitor, Some(Notice::NotAvailable))),
        Err(Error::Refused(_)) => Ok(Redirect::to(&visitor.path("status")).into_response()),
        Err(error) => Err(PageProblem::trouble(error, visitor.language)),
    }
}

/// The account that the form names, if it is one of those that the checkout page offers.
fn chosen(app: &App, visitor: &Visitor, account: &str) -> Option<Arc<OpenAccount>> {
    let (order, wanted) = (&visitor.stored.order, account.parse::<AccountId>().ok()?);
    let snapshot = app.registry().snapshot();
    let offered = app.serving(&snapshot, order.merchant, order.environment, &order.terms, true).ok()?;
    offered.into_iter().find(|account| account.id == wanted)
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
            draw(app, visitor, Some(Notice::AnswerLost))
        }
        Some(PaymentState::Failed { reason: FailureReason::NotSent { .. }, .. }) => {
            draw(app, visitor, Some(Notice::GatewayBusy))
        }
        Some(
            PaymentState::Failed { .. }
            | PaymentState::Paid { .. }
            | PaymentState::Expired { .. }
            | PaymentState::Cancelled { .. },
        )
        | None => draw(app, visitor, Some(Notice::PaymentFailed)),
    }
}
