//! `POST /office/needs-you/orders/{id}`: a decision about held money, with a note.

use axum::extract::{Path, State};
use axum::response::Response;
use guichet_core::{Event, HeldKind, PaymentId, RefundMethod, Resolution};
use serde::Deserialize;

use crate::app::RefundTerms;
use crate::office::Office;
use crate::office::answer::{Problem, Trouble, redirect};
use crate::office::form::Form;
use crate::office::order::{NoteAttached, text_of};
use crate::office::visitor::Visitor;
use crate::operators::AuditedAction;
use crate::store::NoteRow;

/// The longest part of a note that is a refund's reason, in characters.
const MOST_REASON: usize = 500;

/// What was decided.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Decision {
    /// The order becomes paid.
    Honour,
    /// The money went back.
    PaidBack,
    /// It was dealt with otherwise.
    Dismiss,
}

impl Decision {
    fn as_str(self) -> &'static str {
        match self {
            Decision::Honour => "honour",
            Decision::PaidBack => "paid_back",
            Decision::Dismiss => "dismiss",
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Decided {
    payment: String,
    decision: Decision,
    #[serde(default)]
    refund_reference: String,
    note: String,
}

pub(super) async fn decide(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(decided): Form<Decided>,
) -> Result<Response, Problem> {
    let bad = |field: &'static str| visitor.problem(Trouble::BadField(field));
    let stored = visitor.order(&id).await?;
    let payment: PaymentId = decided.payment.parse().map_err(|_| bad("payment"))?;
    let text = text_of(&decided.note).ok_or_else(|| bad("note"))?;
    let resolution = match decided.decision {
        Decision::Honour => Resolution::Honour,
        Decision::PaidBack | Decision::Dismiss => Resolution::Dismiss,
    };
    let mut events = Vec::new();
    let came = stored.order.money_of(payment).is_some();
    let is_undecided = |kind: HeldKind| kind == HeldKind::Undecided;
    let held = stored.order.held.iter().find(|held| held.payment == payment);
    // What nobody has seen come cannot be recorded as gone back; the note says what was found.
    if matches!(decided.decision, Decision::PaidBack)
        && came
        && !held.is_some_and(|held| is_undecided(held.kind))
    {
        let reason: String = text.replace('\n', " ").chars().take(MOST_REASON).collect();
        let reference = Some(decided.refund_reference.clone()).filter(|text| !text.trim().is_empty());
        let method = RefundMethod::GatewayPortal;
        let terms = RefundTerms { payment: Some(payment), amount_minor: None, method, reference, reason };
        let terms = terms.checked().map_err(|_| bad("refund_reference"))?;
        let event = office.app.refund_recorded(&stored.order, terms, visitor.actor());
        events.push(event.map_err(|refusal| visitor.problem(Trouble::Refused(refusal.code())))?);
    }
    events.push(Event::HeldResolved { payment, resolution, actor: visitor.actor() });
    let login = visitor.signed().operator.login.clone();
    let at_ms = office.app.clock().now_ms();
    let text = match decided.refund_reference.trim() {
        "" => text,
        reference => format!("{text} ({reference})"),
    };
    let note = NoteAttached(NoteRow { at_ms, login, text });
    let (order, merchant) = (stored.order.id, stored.order.merchant);
    let applied = office.app.apply_all(stored, &events, Some(&note)).await;
    applied.map_err(|error| visitor.problem(error.into()))?;
    let what = decided.decision.as_str();
    visitor
        .note(Some(merchant), AuditedAction::ActedOnOrder, |noted| noted.to(order).with("what", what))
        .await?;
    Ok(redirect(&format!("{}/needs-you?done={what}", visitor.base())))
}
