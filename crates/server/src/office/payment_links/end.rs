//! `POST /office/payment-links/{id}/end`: a payment link makes no orders any more.

use axum::extract::{Path, State};
use axum::response::Response;

use crate::office::Office;
use crate::office::answer::{Problem, redirect};
use crate::office::visitor::Visitor;
use crate::operators::{AuditedAction, Noted};

use super::link_of;

pub(super) async fn posted(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let link = link_of(&office, &visitor, &id).await?;
    office.app.end_payment_link(link.id).await.map_err(|error| visitor.problem(error.into()))?;
    let say = |noted: Noted| noted.to(&link.reference).with("label", &link.terms.title);
    visitor.note(Some(link.merchant), AuditedAction::EndedPaymentLink, say).await?;
    Ok(redirect(&format!("{}/payment-links/{}?done=ended", visitor.base(), link.id)))
}
