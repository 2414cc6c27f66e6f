//! `POST /office/customers/{id}/sessions/end`: a customer is signed out wherever they are signed in.

use axum::extract::{Path, State};
use axum::response::Response;

use crate::office::Office;
use crate::office::answer::Problem;
use crate::office::visitor::Visitor;
use crate::operators::{AuditedAction, Noted};
use crate::store::close_logins;

use super::done;

pub(super) async fn posted(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let customer = visitor.customer(&id).await?;
    let ended = office.app.store().commit(close_logins(customer.id, None).into()).await;
    ended.map_err(|error| visitor.problem(error.into()))?;
    let say = |noted: Noted| noted.to(customer.id).with("customer", customer.number).with("session", "all");
    visitor.note(Some(customer.merchant), AuditedAction::EndedCustomerSession, say).await?;
    Ok(done(&visitor, customer.id, "ended_all"))
}
