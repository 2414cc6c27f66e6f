//! Taking up again an order that expired or was cancelled, and has no money. Its payments of before stay with it and
//! go on being watched; one that may still bring money unseen forbids it, because a second one might pay twice.

use crate::event::{Actor, EntryKind};
use crate::id::PaymentId;
use crate::order::{Order, OrderState, Terms};
use crate::payment::{Payment, PaymentState, Recovery};
use crate::refusal::Refusal;

use super::checked::settle_free;
use super::draft::Draft;
use super::opening::MOST_PAYMENTS;
use super::revise::{changes, put};

pub(super) fn reopen(draft: &mut Draft<'_>, wanted: &Terms, actor: &Actor) -> Result<(), Refusal> {
    let old = draft.order.terms.clone();
    let new = Terms {
        reference: old.reference.clone(),
        origin: old.origin.clone(),
        payment_link: old.payment_link,
        ..wanted.clone()
    };
    let changes = changes(&old, &new);
    let was = match &draft.order.state {
        // Its last checks are still due.
        OrderState::Pending | OrderState::Failed if draft.now_ms >= old.expires_at_ms => {
            return Err(Refusal::PaymentUndecided);
        }
        OrderState::Pending | OrderState::Failed if changes.is_empty() => return Ok(()),
        OrderState::Pending | OrderState::Failed => return Err(Refusal::OrderWaits),
        OrderState::Paid { .. } | OrderState::Fulfilled { .. } => return Err(Refusal::AlreadyPaid),
        OrderState::Expired { .. } => "had expired",
        OrderState::Cancelled { .. } => "had been cancelled",
    };
    if draft.now_ms >= new.expires_at_ms {
        return Err(Refusal::OrderExpired);
    }
    may_be_taken_up(&draft.order, &new, draft.now_ms)?;
    let how =
        if changes.is_empty() { String::new() } else { format!(", and changed {}", changes.join(", ")) };
    put(draft, new);
    let why = format!("{actor} took the order up again, which {was}{how}.");
    draft.move_order(OrderState::Pending, EntryKind::OrderReopened, None, why);
    expire_lapsed_links(draft);
    for payment in draft.order.payments.iter_mut().filter(|payment| !payment.state.is_live()) {
        payment.before_reopening = true;
    }
    draft.reschedule_all();
    settle_free(draft);
    Ok(())
}

/// # Errors
/// Money of the order came, or may come without anybody knowing.
fn may_be_taken_up(order: &Order, new: &Terms, now_ms: i64) -> Result<(), Refusal> {
    if order.terms.origin.is_some() {
        return Err(Refusal::ClientWasTold);
    }
    if order.needs_you() {
        return Err(Refusal::MoneyHeld);
    }
    if order.payments.len() >= MOST_PAYMENTS {
        return Err(Refusal::TooManyPayments);
    }
    let same_price = order.terms.money == new.money;
    for payment in &order.payments {
        let may_be_paid = may_be_paid(payment, now_ms)?;
        if may_be_paid && !same_price {
            return Err(Refusal::PaymentOpen);
        }
    }
    Ok(())
}

/// Whether the payment may still be paid by somebody, which the order is then paid by.
///
/// # Errors
/// It may have been paid, or may be about to be, and no check could have told.
fn may_be_paid(payment: &Payment, now_ms: i64) -> Result<bool, Refusal> {
    match &payment.state {
        PaymentState::Opening => Err(Refusal::PaymentInProgress),
        PaymentState::Open { .. } if payment.is_payable(now_ms) => Ok(true),
        PaymentState::Open { .. } if seen_unpaid_since_it_lapsed(payment, now_ms) => Ok(false),
        PaymentState::Open { .. } | PaymentState::Processing { .. } => Err(Refusal::PaymentUndecided),
        PaymentState::Unknown { .. } if payment.begun => Err(Refusal::PaymentUndecided),
        PaymentState::Unknown { .. } => match payment.terms.recovery {
            // Nobody was given the link, but its answer may come yet.
            Recovery::LapsesUnseen => Ok(true),
            Recovery::LookupByOurReference if payment.checked_at_ms.is_some() && !payment.in_trouble => {
                Ok(true)
            }
            Recovery::LookupByOurReference | Recovery::OpenAgain => Err(Refusal::PaymentUndecided),
        },
        PaymentState::Paid { .. } => Err(Refusal::MoneyCame),
        PaymentState::Failed { .. } | PaymentState::Expired { .. } | PaymentState::Cancelled { .. } => {
            Ok(false)
        }
    }
}

/// Whether a check after the link's end saw that nobody had begun to pay. Where checks do not tell that, whoever has begun
/// may pay a lapsed link yet.
fn seen_unpaid_since_it_lapsed(payment: &Payment, now_ms: i64) -> bool {
    let lapsed_ms = payment.state.link().and_then(|link| link.expires_at_ms);
    let asked = payment.checked_at_ms.filter(|at| *at <= now_ms);
    let told = payment.terms.tells_begun && !payment.in_trouble;
    told && lapsed_ms.zip(asked).is_some_and(|(lapsed_ms, asked_ms)| asked_ms >= lapsed_ms)
}

/// A link whose end has passed without anybody beginning to pay is over for us; money is watched for all the same.
fn expire_lapsed_links(draft: &mut Draft<'_>) {
    let now_ms = draft.now_ms;
    let open = |payment: &&Payment| matches!(payment.state, PaymentState::Open { .. });
    let lapsed: Vec<(PaymentId, PaymentState)> = draft
        .order
        .payments
        .iter()
        .filter(open)
        .filter(|payment| !payment.is_payable(now_ms))
        .map(|payment| {
            (payment.id, PaymentState::Expired { link: payment.state.link().cloned(), at_ms: now_ms })
        })
        .collect();
    for (id, state) in lapsed {
        let why = "Its link had lapsed before anybody began to pay.".to_owned();
        draft.move_payment(id, state, EntryKind::PaymentExpired, why);
    }
}
