//! The opening of a payment: requested, opened, failed, or its answer lost.

use std::sync::Arc;

use crate::event::{Actor, EntryKind};
use crate::id::{AccountId, PaymentId};
use crate::order::{OrderState, Terms};
use crate::payment::{FailureReason, Link, Payment, PaymentState, PaymentTerms, Recovery};
use crate::refusal::Refusal;

use super::decision::Effect;
use super::draft::Draft;

/// The most payments of one order.
pub(super) const MOST_PAYMENTS: usize = 20;

pub(super) fn requested(
    draft: &mut Draft<'_>,
    id: PaymentId,
    account: AccountId,
    gateway: &str,
    terms: PaymentTerms,
    actor: &Actor,
) -> Result<(), Refusal> {
    match &draft.order.state {
        OrderState::Pending | OrderState::Failed => {}
        OrderState::Paid { .. } | OrderState::Fulfilled { .. } => return Err(Refusal::AlreadyPaid),
        OrderState::Expired { .. } => return Err(Refusal::OrderExpired),
        OrderState::Cancelled { .. } => return Err(Refusal::OrderCancelled),
    }
    if draft.now_ms >= draft.order.terms.expires_at_ms {
        return Err(Refusal::OrderExpired);
    }
    let mut served = draft.order.payment(id).is_some();
    if !served {
        // All of them are asked: one whose money may be on its way forbids a second, even where another has a
        // link that can be paid.
        for payment in &draft.order.payments {
            let serves = already_serves(payment, account, draft.now_ms)?;
            if !serves && draft.order.held.iter().any(|held| held.is_undecided(payment.id)) {
                return Err(Refusal::PaymentUndecided);
            }
            served |= serves;
        }
    }
    if served {
        return Ok(());
    }
    if draft.order.payments.len() >= MOST_PAYMENTS {
        return Err(Refusal::TooManyPayments);
    }
    draft.order.payments.push(Payment {
        id,
        account,
        gateway: gateway.to_owned(),
        terms,
        state: PaymentState::Opening,
        created_at_ms: draft.now_ms,
        checked_at_ms: None,
        check_at_ms: None,
        in_trouble: false,
        unclear_since_ms: None,
        called_back_at_ms: None,
        begun: false,
        opened_for: None,
        before_reopening: false,
        tied: false,
    });
    let why = format!("{actor} asked for a payment through {gateway}.");
    draft.note(EntryKind::PaymentOpening, Some(id), why);
    draft.effect(Effect::Open(id));
    prolong(draft, gateway, terms);
    Ok(())
}

/// An order whose expiry nobody chose waits as long as its way to pay takes.
fn prolong(draft: &mut Draft<'_>, gateway: &str, terms: PaymentTerms) {
    let Some(life_ms) = terms.order_life_ms else { return };
    let (old, expires_at_ms) = (&draft.order.terms, draft.now_ms + life_ms);
    if !old.expiry_is_usual || expires_at_ms <= old.expires_at_ms {
        return;
    }
    draft.order.terms = Arc::new(Terms::clone(old).expiring_at(expires_at_ms));
    let hours = life_ms / 3_600_000;
    let why = format!("To be paid through {gateway} takes longer: it waits {hours} hours from now.");
    draft.note(EntryKind::OrderRevised, None, why);
    draft.reschedule_all();
}

/// Whether the customer can pay with this payment, so that no second one is opened.
///
/// # Errors
/// A second payment now might pay the order twice.
fn already_serves(payment: &Payment, account: AccountId, now_ms: i64) -> Result<bool, Refusal> {
    let serves = payment.account == account && payment.is_payable(now_ms) && !payment.tied;
    match &payment.state {
        PaymentState::Opening if payment.account == account => Err(Refusal::PaymentInProgress),
        PaymentState::Processing { .. } if !serves => Err(Refusal::PaymentUndecided),
        PaymentState::Open { .. } | PaymentState::Processing { .. } => Ok(serves),
        PaymentState::Unknown { .. } => match payment.terms.recovery {
            Recovery::LapsesUnseen => Ok(false),
            // A check since then saw no money, and nobody was given the link, unless a check saw that the payer had
            // begun.
            Recovery::LookupByOurReference if payment.checked_at_ms.is_some() && !payment.begun => Ok(false),
            Recovery::LookupByOurReference | Recovery::OpenAgain => Err(Refusal::PaymentUndecided),
        },
        PaymentState::Opening
        | PaymentState::Paid { .. }
        | PaymentState::Failed { .. }
        | PaymentState::Expired { .. }
        | PaymentState::Cancelled { .. } => Ok(false),
    }
}

pub(super) fn opened(draft: &mut Draft<'_>, id: PaymentId, link: &Link) -> Result<(), Refusal> {
    let payment = draft.payment(id)?;
    match &payment.state {
        // It was opened for money that the order no longer asks for.
        PaymentState::Expired { link: None, .. } if payment.opened_for.is_some() => {}
        // An expired payment without a link is one whose answer was given up: the answer reopens it.
        PaymentState::Opening | PaymentState::Unknown { .. } | PaymentState::Expired { link: None, .. } => {
            let why = format!("The gateway opened it under its reference {}.", link.reference);
            let state = PaymentState::Open { link: link.clone() };
            draft.move_payment(id, state, EntryKind::PaymentOpened, why);
            draft.reschedule(id);
        }
        PaymentState::Open { .. }
        | PaymentState::Processing { .. }
        | PaymentState::Paid { .. }
        | PaymentState::Failed { .. }
        | PaymentState::Expired { link: Some(_), .. }
        | PaymentState::Cancelled { .. } => {}
    }
    Ok(())
}

pub(super) fn failed(draft: &mut Draft<'_>, id: PaymentId, reason: &FailureReason) -> Result<(), Refusal> {
    match &draft.payment(id)?.state {
        PaymentState::Opening | PaymentState::Unknown { .. } => {
            let why = match reason {
                FailureReason::OpenRefused { refusal, message } => {
                    format!("The gateway refused to open it ({refusal}): {message}")
                }
                FailureReason::NotSent { message } => {
                    format!("The request never reached the gateway, so nothing was opened: {message}")
                }
                FailureReason::Declined
                | FailureReason::Cancelled
                | FailureReason::LinkExpired
                | FailureReason::DeclinedCancelledOrExpired => "The gateway did not open it.".to_owned(),
            };
            let state = PaymentState::Failed { link: None, reason: reason.clone(), at_ms: draft.now_ms };
            draft.move_payment(id, state, EntryKind::PaymentFailed, why);
            draft.reschedule(id);
        }
        PaymentState::Open { .. }
        | PaymentState::Processing { .. }
        | PaymentState::Paid { .. }
        | PaymentState::Failed { .. }
        | PaymentState::Expired { .. }
        | PaymentState::Cancelled { .. } => {}
    }
    Ok(())
}

pub(super) fn lost(draft: &mut Draft<'_>, id: PaymentId, trouble: &str) -> Result<(), Refusal> {
    match &draft.payment(id)?.state {
        PaymentState::Opening => {
            let why = format!(
                "The gateway's answer was lost ({trouble}), so nobody can tell whether it was opened; \
                 no link was handed out."
            );
            let state = PaymentState::Unknown { since_ms: draft.now_ms };
            draft.move_payment(id, state, EntryKind::PaymentUnknown, why);
            draft.reschedule(id);
        }
        PaymentState::Unknown { .. } => draft.reschedule(id),
        PaymentState::Open { .. }
        | PaymentState::Processing { .. }
        | PaymentState::Paid { .. }
        | PaymentState::Failed { .. }
        | PaymentState::Expired { .. }
        | PaymentState::Cancelled { .. } => {}
    }
    Ok(())
}
