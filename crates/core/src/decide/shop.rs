//! The shop's requests: to cancel, which a customer may ask for too, to fulfil, to resolve held money.

use crate::event::{Actor, EntryKind, Resolution};
use crate::id::PaymentId;
use crate::order::{HeldKind, OrderState};
use crate::payment::{Payment, PaymentState, Recovery};
use crate::refusal::Refusal;

use super::checked::settle;
use super::draft::Draft;

pub(super) fn cancel(draft: &mut Draft<'_>, actor: &Actor) -> Result<(), Refusal> {
    match &draft.order.state {
        OrderState::Pending | OrderState::Failed => {
            // The shop may call off what is under way, and deals with the money; a customer would lose sight of it.
            if matches!(actor, Actor::Customer { .. })
                && let Some(refusal) = draft.order.payments.iter().find_map(under_way)
            {
                return Err(refusal);
            }
            let at_ms = draft.now_ms;
            let why = format!("{} called the order off.", actor);
            draft.move_order(OrderState::Cancelled { at_ms }, EntryKind::OrderCancelled, None, why);
            let offline: Vec<(PaymentId, PaymentState)> = draft
                .order
                .payments
                .iter()
                .filter(|payment| payment.state.is_live() && !payment.terms.checkable)
                .map(|payment| {
                    let link = payment.state.link().cloned();
                    (payment.id, PaymentState::Cancelled { link, at_ms })
                })
                .collect();
            for (id, state) in offline {
                let why = "It was called off with its order.".to_owned();
                draft.move_payment(id, state, EntryKind::PaymentCancelled, why);
            }
            draft.reschedule_all();
            Ok(())
        }
        OrderState::Cancelled { .. } => Ok(()),
        OrderState::Paid { .. } | OrderState::Fulfilled { .. } => Err(Refusal::AlreadyPaid),
        OrderState::Expired { .. } => Err(Refusal::OrderExpired),
    }
}

/// The reason why a customer cannot call off the order of such a payment: its money may be on its way.
fn under_way(payment: &Payment) -> Option<Refusal> {
    match &payment.state {
        PaymentState::Opening => Some(Refusal::PaymentInProgress),
        PaymentState::Processing { .. } | PaymentState::Paid { .. } => Some(Refusal::PaymentUndecided),
        PaymentState::Unknown { .. } => match payment.terms.recovery {
            Recovery::LapsesUnseen => None,
            Recovery::LookupByOurReference if payment.checked_at_ms.is_some() && !payment.begun => None,
            Recovery::LookupByOurReference | Recovery::OpenAgain => Some(Refusal::PaymentUndecided),
        },
        PaymentState::Open { .. }
        | PaymentState::Failed { .. }
        | PaymentState::Expired { .. }
        | PaymentState::Cancelled { .. } => None,
    }
}

pub(super) fn fulfil(draft: &mut Draft<'_>, actor: &Actor) -> Result<(), Refusal> {
    match draft.order.state {
        OrderState::Paid { payment, at_ms: paid_at_ms, late } => {
            let state = OrderState::Fulfilled { payment, paid_at_ms, at_ms: draft.now_ms, late };
            let why = format!("{} handed over the goods.", actor);
            draft.move_order(state, EntryKind::OrderFulfilled, payment, why);
            Ok(())
        }
        OrderState::Fulfilled { .. } => Ok(()),
        OrderState::Pending
        | OrderState::Failed
        | OrderState::Expired { .. }
        | OrderState::Cancelled { .. } => Err(Refusal::NotPaid),
    }
}

pub(super) fn resolve(
    draft: &mut Draft<'_>,
    id: PaymentId,
    resolution: Resolution,
    actor: &Actor,
) -> Result<(), Refusal> {
    draft.payment(id)?;
    let now_ms = draft.now_ms;
    let is_paid = draft.order.state.is_paid();
    let open = draft.order.held.iter_mut().find(|held| held.payment == id && held.resolved_at_ms.is_none());
    let held = open.ok_or(Refusal::NothingHeld)?;
    if resolution == Resolution::Honour {
        if held.kind != HeldKind::PaidLate {
            return Err(Refusal::NotHonourable);
        }
        if is_paid {
            return Err(Refusal::AlreadyPaid);
        }
    }
    held.resolved_at_ms = Some(now_ms);
    let (what, taken) = match resolution {
        Resolution::Honour => ("honoured the late money", true),
        Resolution::Dismiss => ("dealt with what was held and dismissed it", false),
    };
    let why = format!("{} {what}.", actor);
    draft.note(EntryKind::OrderResolved, Some(id), why.clone());
    if taken {
        settle(draft, Some(id), true, why);
    }
    Ok(())
}
