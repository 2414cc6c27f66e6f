//! The answer to a check, and a callback. An order becomes paid only here: by a check that matched, or because it
//! asks for nothing.

use crate::event::{Actor, EntryKind, Receipt, Seen};
use crate::id::PaymentId;
use crate::order::{HeldKind, LatePolicy, OrderState};
use crate::payment::{FailureReason, Payment, PaymentState, Recovery};
use crate::refusal::Refusal;
use crate::schedule;

use super::draft::Draft;

pub(super) fn checked(
    draft: &mut Draft<'_>,
    id: PaymentId,
    seen: &Seen,
    actor: &Actor,
) -> Result<(), Refusal> {
    let payment = draft.payment(id)?;
    if matches!(payment.state, PaymentState::Paid { .. }) {
        return Ok(()); // Paid stays paid: a later answer neither revokes the money nor counts it twice.
    }
    let (was_in_trouble, now_ms) = (payment.in_trouble, draft.now_ms);
    draft.edit(id, |payment| {
        payment.checked_at_ms = Some(now_ms);
        payment.in_trouble = false;
    });
    match seen {
        Seen::Unknown { trouble, raw } => note_unknown(draft, id, was_in_trouble, trouble, raw),
        Seen::Paid(receipt) if names_another_payment(draft, id, receipt) => {
            note_unknown(draft, id, was_in_trouble, "other_reference", &receipt.reference);
        }
        Seen::Pending { processing } => still_pending(draft, id, *processing),
        Seen::Failed { reason } => {
            not_paid(draft, id, reason);
            resolve_undecided(draft, id);
        }
        Seen::Paid(receipt) => paid(draft, id, receipt, actor),
    }
    draft.reschedule(id);
    Ok(())
}

fn note_unknown(draft: &mut Draft<'_>, id: PaymentId, was_in_trouble: bool, trouble: &str, raw: &str) {
    draft.edit(id, |payment| payment.in_trouble = true);
    if !was_in_trouble {
        let why = format!("A check told us nothing ({trouble}); the checks go on. {raw}");
        draft.note(EntryKind::PaymentTrouble, Some(id), why.trim_end().to_owned());
    }
}

/// Whether the receipt carries a reference that is neither the gateway's nor ours for this payment.
fn names_another_payment(draft: &Draft<'_>, id: PaymentId, receipt: &Receipt) -> bool {
    let Some(payment) = draft.order.payment(id) else { return false };
    let link = payment.state.link();
    link.is_some_and(|link| link.reference != receipt.reference)
        && payment.our_reference().as_deref() != Some(receipt.reference.as_str())
        && receipt.reference != id.to_string()
}

fn still_pending(draft: &mut Draft<'_>, id: PaymentId, processing: bool) {
    if processing {
        draft.edit(id, |payment| payment.begun = true);
    }
    let Some(payment) = draft.order.payment(id) else { return };
    if let (true, PaymentState::Open { link }) = (processing, &payment.state) {
        let state = PaymentState::Processing { link: link.clone() };
        let why = "A check saw that the payer has begun.".to_owned();
        draft.move_payment(id, state, EntryKind::PaymentProcessing, why);
    }
}

fn not_paid(draft: &mut Draft<'_>, id: PaymentId, reason: &FailureReason) {
    let Some(payment) = draft.order.payment(id).filter(|payment| payment.state.is_live()) else { return };
    let (link, at_ms) = (payment.state.link().cloned(), draft.now_ms);
    let (state, kind) = match reason {
        FailureReason::Cancelled => (PaymentState::Cancelled { link, at_ms }, EntryKind::PaymentCancelled),
        FailureReason::LinkExpired => (PaymentState::Expired { link, at_ms }, EntryKind::PaymentExpired),
        FailureReason::Declined
        | FailureReason::DeclinedCancelledOrExpired
        | FailureReason::OpenRefused { .. }
        | FailureReason::NotSent { .. } => {
            (PaymentState::Failed { link, reason: reason.clone(), at_ms }, EntryKind::PaymentFailed)
        }
    };
    let why = format!("A check saw that it will not be paid: {}.", reason.code().replace('_', " "));
    draft.move_payment(id, state, kind, why);
}

fn paid(draft: &mut Draft<'_>, id: PaymentId, receipt: &Receipt, actor: &Actor) {
    let Some(payment) = draft.order.payment(id) else { return };
    let link = payment.state.link().cloned();
    let told = evidence(payment, receipt, actor);
    let state = PaymentState::Paid { link, at_ms: draft.now_ms, fee: receipt.fee, charged: receipt.charged };
    draft.move_payment(id, state, EntryKind::PaymentPaid, told.clone());
    resolve_undecided(draft, id);
    match verdict(draft, id, receipt) {
        Verdict::Settle { late } => settle(draft, Some(id), late, told),
        Verdict::Hold(kind, why) => draft.hold(id, kind, receipt.money, why),
    }
}

/// Resolves what was held because no check had told the outcome: the gateway has told it now.
fn resolve_undecided(draft: &mut Draft<'_>, id: PaymentId) {
    let now_ms = draft.now_ms;
    if let Some(held) = draft.order.held.iter_mut().find(|held| held.is_undecided(id)) {
        held.resolved_at_ms = Some(now_ms);
        let why = "A check learnt what became of it after all, so nobody need look into it any more.";
        draft.note(EntryKind::OrderResolved, Some(id), why.to_owned());
    }
}

enum Verdict {
    Settle { late: bool },
    Hold(HeldKind, String),
}

fn verdict(draft: &Draft<'_>, id: PaymentId, receipt: &Receipt) -> Verdict {
    let order = &draft.order;
    let opened_for = order.payment(id).and_then(|payment| payment.opened_for);
    if let Some(environment) = receipt.environment.filter(|seen| *seen != order.environment) {
        let why = format!(
            "The gateway says this was {} money, but the order is a {} order; nothing is settled.",
            environment.as_str(),
            order.environment.as_str()
        );
        return Verdict::Hold(HeldKind::WrongEnvironment, why);
    }
    if let Some(money) = receipt.money.or(opened_for).filter(|seen| *seen != order.terms.money) {
        let why = match receipt.money {
            Some(_) => format!("The gateway saw {money}, but {} was asked for", order.terms.money),
            None => format!("It was opened for {money}, but {} is asked for since", order.terms.money),
        };
        let why = format!("{why}; nothing is settled.");
        return Verdict::Hold(HeldKind::AmountMismatch, why);
    }
    let policy = order.terms.policy;
    match &order.state {
        OrderState::Pending | OrderState::Failed => Verdict::Settle { late: false },
        OrderState::Paid { payment, .. } | OrderState::Fulfilled { payment, .. } => {
            let how = match payment {
                Some(payment) => format!("been paid by {payment}"),
                None => "asked for nothing".to_owned(),
            };
            let why = format!("The order had already {how}; this money should go back.");
            Verdict::Hold(HeldKind::PaidTwice, why)
        }
        OrderState::Expired { .. } => late(policy.paid_after_expiry, "expired"),
        OrderState::Cancelled { .. } => late(policy.paid_after_cancel, "been cancelled"),
    }
}

fn late(policy: LatePolicy, what: &str) -> Verdict {
    match policy {
        LatePolicy::Honour => Verdict::Settle { late: true },
        LatePolicy::Hold => {
            let why = format!(
                "The money came after the order had {what}; honour it, or pay it back and dismiss it."
            );
            Verdict::Hold(HeldKind::PaidLate, why)
        }
    }
}

pub(super) fn settle(draft: &mut Draft<'_>, payment: Option<PaymentId>, late: bool, why: String) {
    let state = OrderState::Paid { payment, at_ms: draft.now_ms, late };
    draft.move_order(state, EntryKind::OrderPaid, payment, why);
    draft.reschedule_all();
}

/// An order that waits for nothing is paid, and by no payment.
pub(super) fn settle_free(draft: &mut Draft<'_>) {
    if draft.order.state.is_waiting() && draft.order.terms.is_free() {
        settle(draft, None, false, "There was nothing to pay.".to_owned());
    }
}

fn evidence(payment: &Payment, receipt: &Receipt, actor: &Actor) -> String {
    let money = match receipt.money {
        Some(money) => format!("{money} paid"),
        None => "it paid (the gateway's answer states no amount)".to_owned(),
    };
    let reference = &receipt.reference;
    if payment.terms.checkable {
        format!("A check at the gateway saw {money} under its reference {reference}.")
    } else {
        format!("{} recorded by hand: {money} under {reference}.", actor)
    }
}

pub(super) fn called_back(draft: &mut Draft<'_>, id: PaymentId, body: &str) -> Result<(), Refusal> {
    let payment = draft.payment(id)?;
    let undecided = payment.terms.checkable && !matches!(payment.state, PaymentState::Paid { .. });
    let due_at = schedule::soonest_check(payment, draft.now_ms);
    let due_already = payment.check_at_ms.is_some_and(|at| at <= due_at);
    let looked_up = matches!(payment.state, PaymentState::Unknown { .. })
        && payment.terms.recovery == Recovery::LookupByOurReference;
    let askable = looked_up || payment.state.link().is_some();
    if undecided && askable && !due_already {
        draft.edit(id, |payment| payment.check_at_ms = Some(due_at));
        let why = format!("The gateway called back, so it is asked at once. It sent: {body}");
        draft.note(EntryKind::PaymentCalledBack, Some(id), why);
    }
    Ok(())
}
