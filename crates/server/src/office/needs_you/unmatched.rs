//! `POST /office/needs-you/unmatched/{id}/tie` and `…/dismiss`: what becomes of a payment that no order has.

use axum::extract::{Path, State};
use axum::response::Response;
use guichet_core::UnmatchedId;
use serde::Deserialize;

use crate::office::Office;
use crate::office::answer::{Problem, Trouble, redirect};
use crate::office::form::Form;
use crate::office::visitor::Visitor;
use crate::operators::{AuditedAction, Permission};
use crate::store::{UnmatchedRow, UnmatchedStatus};

/// The notification, if the visitor decides about that shop's.
async fn open(office: &Office, visitor: &Visitor, id: &str) -> Result<UnmatchedRow, Problem> {
    let missing = || visitor.problem(Trouble::NotFound);
    let id: UnmatchedId = id.parse().map_err(|_| missing())?;
    let row = office.app.store().unmatched(id).await.map_err(|fault| visitor.problem(fault.into()))?;
    let row = row.filter(|row| visitor.may(Permission::Decide, row.merchant, row.environment));
    match row.ok_or_else(missing)? {
        row if row.status == UnmatchedStatus::Open => Ok(row),
        _ => Err(visitor.problem(Trouble::Refused(guichet_core::Code::NotificationSettled))),
    }
}

/// The order that it is for, by the shop's reference or our identifier.
#[derive(Deserialize)]
pub(super) struct For {
    order: String,
}

pub(super) async fn tie(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(wanted): Form<For>,
) -> Result<Response, Problem> {
    let row = open(&office, &visitor, &id).await?;
    let scope = [(row.merchant, row.environment)];
    let called = office.app.orders_called(&scope, wanted.order.trim()).await;
    let called = called.map_err(|fault| visitor.problem(fault.into()))?;
    let order = called.first().map(|stored| stored.order.id);
    let order = order.ok_or_else(|| visitor.problem(Trouble::BadField("order")))?;
    let tied = office.app.tie(&row, order, visitor.actor()).await;
    tied.map_err(|error| visitor.problem(error.into()))?;
    let say =
        |noted: crate::operators::Noted| noted.to(order).with("what", "tie").with("notification", row.id);
    visitor.note(Some(row.merchant), AuditedAction::ActedOnOrder, say).await?;
    Ok(redirect(&format!("{}/orders/{order}", visitor.base())))
}

pub(super) async fn dismiss(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let row = open(&office, &visitor, &id).await?;
    let dismissed = office.app.dismiss(&row, &visitor.actor()).await;
    dismissed.map_err(|error| visitor.problem(error.into()))?;
    let say = |noted: crate::operators::Noted| noted.to(row.id).with("what", "dismiss");
    visitor.note(Some(row.merchant), AuditedAction::ActedOnOrder, say).await?;
    Ok(redirect(&format!("{}/needs-you?done=dismiss", visitor.base())))
}
