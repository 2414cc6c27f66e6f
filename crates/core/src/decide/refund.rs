//! Money that went back, as a person records it, and a record that was a mistake.

use crate::event::{Actor, EntryKind};
use crate::id::RefundId;
use crate::refund::Refund;
use crate::refusal::Refusal;

use super::draft::Draft;

/// The most refunds that one order may have.
const MOST_REFUNDS: usize = 20;

pub(super) fn record(draft: &mut Draft<'_>, refund: &Refund) -> Result<(), Refusal> {
    if draft.order.refunds.iter().any(|known| known.id == refund.id) {
        return Ok(());
    }
    draft.payment(refund.payment)?;
    let left = draft.order.refundable(refund.payment).ok_or(Refusal::NothingToRefund)?;
    if draft.order.refunds.len() >= MOST_REFUNDS {
        return Err(Refusal::TooManyRefunds);
    }
    if refund.money.currency != left.currency {
        return Err(Refusal::RefundCurrency);
    }
    if !(1..=left.amount_minor).contains(&refund.money.amount_minor) {
        return Err(Refusal::RefundExceedsPaid);
    }
    let why = format!("{} recorded that {}", refund.recorded_by, refund.sentence());
    draft.order.refunds.push(Refund { at_ms: draft.now_ms, withdrawn_at_ms: None, ..refund.clone() });
    draft.note(EntryKind::OrderRefunded, Some(refund.payment), why);
    Ok(())
}

pub(super) fn withdraw(
    draft: &mut Draft<'_>,
    id: RefundId,
    reason: &str,
    actor: &Actor,
) -> Result<(), Refusal> {
    let now_ms = draft.now_ms;
    let known = draft.order.refunds.iter_mut().find(|refund| refund.id == id);
    let refund = known.ok_or(Refusal::NoSuchRefund)?;
    if !refund.counts() {
        return Ok(());
    }
    refund.withdrawn_at_ms = Some(now_ms);
    let (payment, money) = (refund.payment, refund.money);
    let why = format!("{actor} withdrew the record that {money} went back to the payer: {reason}");
    draft.note(EntryKind::OrderRefundWithdrawn, Some(payment), why);
    Ok(())
}
