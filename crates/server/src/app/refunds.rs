//! What somebody says of money that went back, and the event that records it; and the answer to a customer who asks for it.

use guichet_core::{Actor, Event, Money, Order, PaymentId, Refund, RefundId, RefundMethod, Refusal};
use serde::{Deserialize, Serialize};

use crate::fields::line;
use crate::random;
use crate::store::{CommitError, Guard, NoteRow, RefundRow, RefundStatus, close_refund_request, put_note};

use super::application::App;
use super::error::Error;
use super::finding::Meaningless;

/// The longest reason, in characters.
const MOST_REASON: usize = 500;

/// The longest reference, in characters.
const MOST_REFERENCE: usize = 100;

/// A refund as somebody says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundTerms {
    /// The payment whose money it was; the one that paid the order where none is named.
    pub payment: Option<PaymentId>,
    /// How much went back, in minor units of the currency that was paid; all that is left where nothing is said.
    pub amount_minor: Option<i64>,
    /// The way.
    pub method: RefundMethod,
    /// The number under which the gateway, the bank or the till finds it.
    pub reference: Option<String>,
    /// The reason.
    pub reason: String,
}

impl RefundTerms {
    /// The same with texts as they are kept: trimmed single lines.
    ///
    /// # Errors
    /// A text is empty, too long or no single line.
    pub fn checked(self) -> Result<Self, Meaningless> {
        let reference = self.reference.as_deref().map(|text| line("reference", text, MOST_REFERENCE));
        Ok(RefundTerms {
            reference: reference.transpose().map_err(Meaningless)?,
            reason: checked_reason(&self.reason)?,
            ..self
        })
    }
}

/// The reason for a refund or its withdrawal, as it is kept.
///
/// # Errors
/// It is empty, too long or no single line.
pub fn checked_reason(reason: &str) -> Result<String, Meaningless> {
    line("reason", reason, MOST_REASON).map_err(Meaningless)
}

impl App {
    /// The event that records it. What is wrong about the amount is for the order to say, when the event happens to it.
    ///
    /// # Errors
    /// No payment is named, and none paid the order.
    pub fn refund_recorded(
        &self,
        order: &Order,
        terms: RefundTerms,
        recorded_by: Actor,
    ) -> Result<Event, Refusal> {
        let payment = terms.payment.or(order.state.paid_by()).ok_or(Refusal::NothingToRefund)?;
        let left = order.refundable(payment).or_else(|| order.money_of(payment));
        let left = left.unwrap_or(order.terms.money);
        let now_ms = self.clock().now_ms();
        let refund = Refund {
            id: RefundId::new(now_ms, random::bytes()),
            payment,
            money: Money { amount_minor: terms.amount_minor.unwrap_or(left.amount_minor), ..left },
            method: terms.method,
            reference: terms.reference,
            reason: terms.reason,
            recorded_by,
            at_ms: now_ms,
            withdrawn_at_ms: None,
        };
        Ok(Event::RefundRecorded { refund: Box::new(refund) })
    }

    /// Closes what a customer asked to have paid back, with a note on its order where somebody wrote one: the request as it
    /// is then. Somebody else may have closed it before, otherwise even; then nothing is written.
    ///
    /// # Errors
    /// It cannot be stored.
    pub(crate) async fn close_refund_request(
        &self,
        request: &RefundRow,
        status: RefundStatus,
        note: Option<&NoteRow>,
    ) -> Result<Option<RefundRow>, Error> {
        let mut writes = vec![close_refund_request(request, status, self.clock().now_ms())];
        writes.extend(note.map(|note| put_note(request.order, note)));
        match self.store().commit(writes).await {
            Ok(()) | Err(CommitError::Conflict(Guard::Row)) => {}
            Err(error) => return Err(error.into()),
        }
        let (merchant, environment) = (request.merchant, request.environment);
        Ok(self.store().refund_request(merchant, environment, request.number).await?)
    }
}
