//! `POST /office/refund-requests/refunds/{id}/withdraw`: the record of a refund was a mistake.

use axum::extract::{Path, State};
use axum::response::Response;
use guichet_core::{Event, RefundId};
use serde::Deserialize;

use crate::app::checked_reason;
use crate::office::Office;
use crate::office::answer::{Problem, Trouble, redirect};
use crate::office::form::Form;
use crate::office::visitor::Visitor;
use crate::operators::{AuditedAction, Noted};

/// The order whose refund it was, and why it was none.
#[derive(Deserialize)]
pub(super) struct Withdrawn {
    order: String,
    reason: String,
}

pub(super) async fn withdraw(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(withdrawn): Form<Withdrawn>,
) -> Result<Response, Problem> {
    let refund: RefundId = id.parse().map_err(|_| visitor.problem(Trouble::NotFound))?;
    let stored = visitor.order(&withdrawn.order).await?;
    let (order, merchant) = (stored.order.id, stored.order.merchant);
    let reason = checked_reason(&withdrawn.reason);
    let reason = reason.map_err(|_| visitor.problem(Trouble::BadField("reason")))?;
    let event = Event::RefundWithdrawn { refund, reason, actor: visitor.actor() };
    let applied = office.app.apply_to(stored, &event, None).await;
    applied.map_err(|error| visitor.problem(error.into()))?;
    let say = |noted: Noted| noted.to(order).with("what", "refund_withdrawn").with("refund", refund);
    visitor.note(Some(merchant), AuditedAction::ActedOnOrder, say).await?;
    Ok(redirect(&format!("{}/refund-requests?done=withdrawn#refunds", visitor.base())))
}
