//! `POST /office/refund-requests/{shop}/{number}/close`: what a customer asked back is granted or declined, with a note.

use axum::extract::{Path, State};
use axum::response::Response;
use guichet_core::{Code, MerchantId};
use serde::Deserialize;

use crate::office::Office;
use crate::office::answer::{Problem, Trouble, redirect};
use crate::office::form::Form;
use crate::office::order::text_of;
use crate::office::visitor::Visitor;
use crate::operators::{AuditedAction, Noted, Permission};
use crate::store::{NoteRow, RefundStatus};

/// What was decided.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    /// It is paid back.
    Granted,
    /// It is not.
    Declined,
}

impl From<Outcome> for RefundStatus {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Granted => RefundStatus::Granted,
            Outcome::Declined => RefundStatus::Declined,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Answered {
    outcome: Outcome,
    note: String,
}

pub(super) async fn answer(
    State(office): State<Office>,
    visitor: Visitor,
    Path((shop, number)): Path<(String, String)>,
    Form(answered): Form<Answered>,
) -> Result<Response, Problem> {
    let missing = || visitor.problem(Trouble::NotFound);
    let (shop, number): (MerchantId, i64) = shop.parse().ok().zip(number.parse().ok()).ok_or_else(missing)?;
    let environment = visitor.environment();
    if !visitor.may(Permission::AnswerRefundRequests, shop, environment) {
        return Err(missing());
    }
    let request = office.app.store().refund_request(shop, environment, number).await;
    let request = request.map_err(|fault| visitor.problem(fault.into()))?.ok_or_else(missing)?;
    let text = text_of(&answered.note).ok_or_else(|| visitor.problem(Trouble::BadField("note")))?;
    let refused = || visitor.problem(Trouble::Refused(Code::RefundRequestClosed));
    if request.status != RefundStatus::Requested {
        return Err(refused());
    }
    let status = RefundStatus::from(answered.outcome);
    let login = visitor.signed().operator.login.clone();
    let note = NoteRow { at_ms: office.app.clock().now_ms(), login, text };
    let closed = office.app.close_refund_request(&request, status, Some(&note)).await;
    let closed = closed.map_err(|error| visitor.problem(error.into()))?.ok_or_else(missing)?;
    if closed.status != status {
        return Err(refused());
    }
    let say = |noted: Noted| {
        noted.to(request.order).with("what", status.as_str()).with("refund_request", request.number)
    };
    visitor.note(Some(shop), AuditedAction::ActedOnOrder, say).await?;
    Ok(redirect(&format!("{}/refund-requests?done={}", visitor.base(), status.as_str())))
}
