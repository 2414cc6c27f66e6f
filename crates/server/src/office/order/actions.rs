//! What can be done about an order. Each builds an event that says which operator it was, and the order's journal keeps it.

use axum::extract::{Path, State};
use axum::response::Response;
use guichet_core::{
    DeliveryId, Event, Evidence, OrderId, Payment, PaymentId, PaymentState, Receipt, RefundMethod, Seen,
};
use serde::Deserialize;

use crate::app::{Attachment, Errand, RefundTerms, Task};
use crate::fields::typed_money;
use crate::office::Office;
use crate::office::addresses::onward;
use crate::office::answer::{Problem, Trouble, redirect};
use crate::office::form::Form;
use crate::office::route::{Needs, Route};
use crate::office::sending;
use crate::office::visitor::Visitor;
use crate::operators::{AuditedAction, Permission};
use crate::store::{NoteRow, Stored, TillEntry, Write, put_in_till, put_note};

/// The longest note, in characters.
const MOST_NOTE: usize = 2_000;

pub(super) fn routes() -> Vec<Route> {
    use Permission::{RecordRefunds, TakeCash, WorkOrders, WorkWebhooks};
    vec![
        Route::acts("/orders/{id}/check", Needs::May(WorkOrders), check),
        Route::acts("/orders/{id}/cancel", Needs::May(WorkOrders), cancel),
        Route::acts("/orders/{id}/fulfil", Needs::May(WorkOrders), fulfil),
        Route::acts("/orders/{id}/reopen", Needs::May(WorkOrders), reopen),
        Route::acts("/orders/{id}/note", Needs::May(WorkOrders), note),
        Route::acts("/orders/{id}/cash", Needs::MayWithProof(TakeCash), cash),
        Route::acts("/orders/{id}/refund", Needs::MayWithProof(RecordRefunds), refund),
        Route::acts("/orders/{id}/resend", Needs::May(WorkWebhooks), resend),
    ]
}

/// Back to the order, which says what was done.
fn done(visitor: &Visitor, order: OrderId, word: &str) -> Response {
    redirect(&format!("{}/orders/{order}?done={word}", visitor.base()))
}

/// Lets the event happen, and writes down who did what.
async fn act(
    office: &Office,
    visitor: &Visitor,
    stored: Stored,
    event: &Event,
    word: &str,
    attachment: Option<&dyn Attachment>,
) -> Result<Response, Problem> {
    let (id, merchant) = (stored.order.id, stored.order.merchant);
    let applied = office.app.apply_to(stored, event, attachment).await;
    applied.map_err(|error| visitor.problem(error.into()))?;
    visitor
        .note(Some(merchant), AuditedAction::ActedOnOrder, |noted| noted.to(id).with("what", word))
        .await?;
    Ok(done(visitor, id, word))
}

async fn check(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let stored = visitor.order(&id).await?;
    let errand = Errand { actor: visitor.actor(), task: Task::Check };
    match office.app.carry_out(stored.order.id, &errand).await.map_err(Trouble::from) {
        Ok(_) => Ok(done(&visitor, stored.order.id, "checked")),
        // A gateway that does not answer is no failure of the page.
        Err(Trouble::NotNow) => Ok(done(&visitor, stored.order.id, "unanswered")),
        Err(trouble) => Err(visitor.problem(trouble)),
    }
}

async fn cancel(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let stored = visitor.order(&id).await?;
    let event = Event::CancelRequested { actor: visitor.actor() };
    act(&office, &visitor, stored, &event, "cancelled", None).await
}

async fn fulfil(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let stored = visitor.order(&id).await?;
    let event = Event::FulfilRequested { actor: visitor.actor() };
    act(&office, &visitor, stored, &event, "fulfilled", None).await
}

/// For how long an order is taken up again.
#[derive(Deserialize)]
struct Again {
    hours: i64,
}

async fn reopen(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(again): Form<Again>,
) -> Result<Response, Problem> {
    let stored = visitor.order(&id).await?;
    if !(1..=720).contains(&again.hours) {
        return Err(visitor.problem(Trouble::BadField("hours")));
    }
    // What may still bring money is asked about first.
    let looked = office.app.looked_into(stored, &visitor.actor()).await;
    let stored = looked.map_err(|error| visitor.problem(error.into()))?;
    let expires_at_ms = office.app.clock().now_ms() + again.hours * 3_600_000;
    let terms = guichet_core::Terms::clone(&stored.order.terms).expiring_at(expires_at_ms);
    let event = Event::ReopenRequested { terms: Box::new(terms), actor: visitor.actor() };
    act(&office, &visitor, stored, &event, "reopened", None).await
}

/// A note that is written with what it is about.
pub(in crate::office) struct NoteAttached(pub(in crate::office) NoteRow);

impl Attachment for NoteAttached {
    fn writes(&self, stored: &Stored) -> Vec<Write> {
        vec![put_note(stored.order.id, &self.0)]
    }
}

/// A text as it is kept: trimmed, not empty, not too long, and without what controls a terminal.
pub(in crate::office) fn text_of(text: &str) -> Option<String> {
    let text = text.trim();
    let is_fine = |c: char| !c.is_control() || c == '\n' || c == '\r';
    let fits = !text.is_empty() && text.chars().count() <= MOST_NOTE && text.chars().all(is_fine);
    fits.then(|| text.replace("\r\n", "\n"))
}

#[derive(Deserialize)]
struct Note {
    note: String,
}

async fn note(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(form): Form<Note>,
) -> Result<Response, Problem> {
    let stored = visitor.order(&id).await?;
    let text = text_of(&form.note).ok_or_else(|| visitor.problem(Trouble::BadField("note")))?;
    let login = visitor.signed().operator.login.clone();
    let row = NoteRow { at_ms: office.app.clock().now_ms(), login, text };
    let written = office.app.store().commit(vec![put_note(stored.order.id, &row)]).await;
    written.map_err(|error| visitor.problem(error.into()))?;
    Ok(done(&visitor, stored.order.id, "noted"))
}

/// Where the clerk comes from, to go back there; the order's page where nothing is said.
#[derive(Deserialize)]
struct Taken {
    #[serde(default)]
    next: String,
}

async fn cash(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(taken): Form<Taken>,
) -> Result<Response, Problem> {
    let stored = visitor.order(&id).await?;
    let by_hand = stored.order.payments.iter().rev().find(|payment| !payment.terms.checkable);
    let payment = by_hand.map(|payment| payment.id).ok_or_else(|| visitor.problem(Trouble::NotFound))?;
    let evidence = Evidence {
        money: Some(stored.order.terms.money),
        reference: payment.to_string(),
        environment: Some(stored.order.environment),
        receipt: Receipt::default(),
    };
    let (asked_at_ms, seen) = (office.app.clock().now_ms(), Seen::Paid(evidence));
    let event = Event::Checked { payment, asked_at_ms, seen, actor: visitor.actor() };
    let login = visitor.signed().operator.login.clone();
    let till = TillAttached { payment, login, asked_at_ms };
    let done = act(&office, &visitor, stored, &event, "cash", Some(&till)).await?;
    Ok(if taken.next.is_empty() { done } else { redirect(&onward(&office, Some(&taken.next))) })
}

/// Cash that goes into the till of whoever took it, with the payment that it is.
struct TillAttached {
    payment: PaymentId,
    login: String,
    asked_at_ms: i64,
}

impl Attachment for TillAttached {
    fn writes(&self, stored: &Stored) -> Vec<Write> {
        let order = &stored.order;
        // What was paid before is in somebody else's till, or was recorded by the shop's own server.
        let is_new = |payment: &Payment| matches!(payment.state, PaymentState::Paid { at_ms, .. } if at_ms >= self.asked_at_ms);
        let Some(payment) = order.payment(self.payment).filter(|payment| is_new(payment)) else {
            return Vec::new();
        };
        vec![put_in_till(&TillEntry {
            merchant: order.merchant,
            environment: order.environment,
            login: self.login.clone(),
            order: order.id,
            payment: payment.id,
            money: order.money_of(payment.id).unwrap_or(order.terms.money),
            at_ms: self.asked_at_ms,
        })]
    }
}

/// Money that went back.
#[derive(Deserialize)]
struct WentBack {
    payment: String,
    amount: String,
    method: RefundMethod,
    reference: String,
    reason: String,
}

async fn refund(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(form): Form<WentBack>,
) -> Result<Response, Problem> {
    let bad = |field: &'static str| visitor.problem(Trouble::BadField(field));
    let stored = visitor.order(&id).await?;
    let payment: PaymentId = form.payment.parse().map_err(|_| bad("payment"))?;
    let came = stored.order.money_of(payment).ok_or_else(|| bad("payment"))?;
    let money = typed_money(&form.amount, came.currency).ok_or_else(|| bad("amount"))?;
    let terms = RefundTerms {
        payment: Some(payment),
        amount_minor: Some(money.amount_minor),
        method: form.method,
        reference: Some(form.reference).filter(|reference| !reference.trim().is_empty()),
        reason: form.reason,
    };
    let terms = terms
        .checked()
        .map_err(|error| bad(if error.field() == "reference" { "reference" } else { "reason" }))?;
    let event = office.app.refund_recorded(&stored.order, terms, visitor.actor());
    let event = event.map_err(|refusal| visitor.problem(Trouble::Refused(refusal.code())))?;
    act(&office, &visitor, stored, &event, "refunded", None).await
}

/// What is sent again.
#[derive(Deserialize)]
struct Resent {
    delivery: DeliveryId,
}

async fn resend(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(form): Form<Resent>,
) -> Result<Response, Problem> {
    let stored = visitor.order(&id).await?;
    let row =
        office.app.store().delivery(form.delivery).await.map_err(|fault| visitor.problem(fault.into()))?;
    let is_its = |row: &crate::store::DeliveryRow| row.delivery.subject.order() == Some(stored.order.id);
    let row = row.filter(is_its).ok_or_else(|| visitor.problem(Trouble::NotFound))?;
    sending::again(&office, &visitor, stored.order.merchant, &row).await?;
    Ok(done(&visitor, stored.order.id, "resent"))
}
