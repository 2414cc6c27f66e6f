//! The answer to a check, and a callback. An order becomes paid only here: by a check that matched, or because it
//! asks for nothing.

use crate::event::{Actor, EntryKind, Evidence, Seen};
use crate::id::PaymentId;
use crate::order::{HeldKind, LatePolicy, OrderState};
use crate::payment::{FailureReason, Payment, PaymentState, Recovery};
use crate::refusal::Refusal;
use crate::schedule;

use super::draft::Draft;

/// The time for which a gateway's answers may be unclear before a person is to look: 3 minutes.
const UNCLEAR_MS: i64 = 3 * 60_000;

pub(super) fn checked(
    draft: &mut Draft<'_>,
    id: PaymentId,
    asked_at_ms: i64,
    seen: &Seen,
    actor: &Actor,
) -> Result<(), Refusal> {
    let payment = draft.payment(id)?;
    if matches!(payment.state, PaymentState::Paid { .. }) {
        return Ok(()); // Paid stays paid: a later answer neither revokes the money nor counts it twice.
    }
    let (was_in_trouble, now_ms) = (payment.in_trouble, draft.now_ms);
    let called_back_meanwhile = payment.called_back_at_ms.is_some_and(|at| at >= asked_at_ms);
    draft.edit(id, |payment| {
        payment.checked_at_ms = Some(now_ms);
        payment.called_back_at_ms = payment.called_back_at_ms.filter(|_| called_back_meanwhile);
        payment.in_trouble = false;
    });
    match seen {
        Seen::Unknown { trouble, raw, unclear } => {
            note_unknown(draft, id, was_in_trouble, trouble, raw);
            if *unclear {
                note_unclear(draft, id, trouble, raw);
            }
        }
        Seen::Paid(evidence) if names_another_payment(draft, id, evidence) => {
            note_unknown(draft, id, was_in_trouble, "other_reference", &evidence.reference);
            note_unclear(draft, id, "other_reference", &evidence.reference);
        }
        Seen::Pending { processing } => {
            understood(draft, id);
            still_pending(draft, id, *processing);
        }
        Seen::Failed { reason } => {
            understood(draft, id);
            not_paid(draft, id, reason);
            resolve_undecided(draft, id);
        }
        Seen::Paid(evidence) => {
            understood(draft, id);
            paid(draft, id, evidence, actor);
        }
    }
    draft.reschedule(id);
    if called_back_meanwhile {
        ask_again(draft, id);
    }
    Ok(())
}

/// The answer may be older than what the gateway called back about, so it is asked again as soon as it allows.
fn ask_again(draft: &mut Draft<'_>, id: PaymentId) {
    let now_ms = draft.now_ms;
    draft.edit(id, |payment| {
        let soonest_ms = schedule::soonest_check(payment, now_ms);
        payment.check_at_ms = payment.check_at_ms.map(|at| at.min(soonest_ms));
    });
}

fn note_unknown(draft: &mut Draft<'_>, id: PaymentId, was_in_trouble: bool, trouble: &str, raw: &str) {
    draft.edit(id, |payment| payment.in_trouble = true);
    if !was_in_trouble {
        let why = format!("A check told us nothing ({trouble}); the checks go on. {raw}");
        draft.note(EntryKind::PaymentTrouble, Some(id), why.trim_end().to_owned());
    }
}

/// An answer that is not understood says neither that money came nor that it did not. Where the gateway goes on
/// answering so, a person looks, once for each such spell: money may have come, and waiting would not tell.
fn note_unclear(draft: &mut Draft<'_>, id: PaymentId, trouble: &str, raw: &str) {
    let now_ms = draft.now_ms;
    let Some(payment) = draft.order.payment(id) else { return };
    let live = payment.state.is_live();
    // A time in the future means that the clock was set back.
    let since_ms = payment.unclear_since_ms.filter(|at| *at <= now_ms).unwrap_or(now_ms);
    draft.edit(id, |payment| payment.unclear_since_ms = Some(since_ms));
    let asked = draft.order.held.iter().any(|held| held.asks_about_spell(id, since_ms));
    if !live || asked || now_ms - since_ms < UNCLEAR_MS {
        return;
    }
    let why = format!(
        "The gateway has answered for {} minutes, and what it says is not understood ({trouble}), so nobody knows \
         whether this was paid; look it up at the gateway. The checks go on. It says: {raw}",
        (now_ms - since_ms) / 60_000
    );
    draft.hold(id, HeldKind::Undecided, None, why);
}

fn understood(draft: &mut Draft<'_>, id: PaymentId) {
    draft.edit(id, |payment| payment.unclear_since_ms = None);
}

/// Whether the evidence carries a reference that is neither the gateway's nor ours for this payment.
fn names_another_payment(draft: &Draft<'_>, id: PaymentId, evidence: &Evidence) -> bool {
    let Some(payment) = draft.order.payment(id) else { return false };
    let link = payment.state.link();
    link.is_some_and(|link| link.reference != evidence.reference)
        && payment.our_reference().as_deref() != Some(evidence.reference.as_str())
        && evidence.reference != id.to_string()
}

fn still_pending(draft: &mut Draft<'_>, id: PaymentId, processing: bool) {
    if processing {
        draft.edit(id, |payment| payment.begun = true);
    }
    let Some(payment) = draft.order.payment(id) else { return };
    let live = payment.state.is_live();
    if let (true, PaymentState::Open { link }) = (processing, &payment.state) {
        let state = PaymentState::Processing { link: link.clone() };
        let why = "A check saw that the payer has begun.".to_owned();
        draft.move_payment(id, state, EntryKind::PaymentProcessing, why);
    }
    // After the end of the watch nobody would ask again.
    if live {
        resolve_undecided(draft, id);
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

fn paid(draft: &mut Draft<'_>, id: PaymentId, evidence: &Evidence, actor: &Actor) {
    let Some(payment) = draft.order.payment(id) else { return };
    let link = payment.state.link().cloned();
    let told = sentence(payment, evidence, actor);
    let receipt = evidence.receipt.clone().with_fee_of_opening(link.as_ref().and_then(|link| link.fee));
    let state = PaymentState::Paid { link, at_ms: draft.now_ms, receipt };
    draft.move_payment(id, state, EntryKind::PaymentPaid, told.clone());
    resolve_undecided(draft, id);
    match verdict(draft, id, evidence) {
        Verdict::Settle { late } => settle(draft, Some(id), late, told),
        Verdict::Hold(kind, why) => draft.hold(id, kind, evidence.money, why),
    }
}

/// Resolves what was held because no check had told the outcome: the gateway has told it now.
fn resolve_undecided(draft: &mut Draft<'_>, id: PaymentId) {
    let now_ms = draft.now_ms;
    if let Some(held) = draft.order.held.iter_mut().find(|held| held.is_undecided(id)) {
        held.resolved_at_ms = Some(now_ms);
        let why = "A check was told how it stands after all, so nobody need look into it any more.";
        draft.note(EntryKind::OrderResolved, Some(id), why.to_owned());
    }
}

enum Verdict {
    Settle { late: bool },
    Hold(HeldKind, String),
}

fn verdict(draft: &Draft<'_>, id: PaymentId, evidence: &Evidence) -> Verdict {
    let order = &draft.order;
    let opened_for = order.payment(id).and_then(|payment| payment.opened_for);
    if let Some(environment) = evidence.environment.filter(|seen| *seen != order.environment) {
        let why = format!(
            "The gateway says this was {} money, but the order is a {} order; nothing is settled.",
            environment.as_str(),
            order.environment.as_str()
        );
        return Verdict::Hold(HeldKind::WrongEnvironment, why);
    }
    if evidence.money.is_none() && order.payment(id).is_some_and(|payment| payment.tied) {
        let why = "The gateway does not say how much was paid, and nothing is known here of how this payment was \
                   opened; look it up at the gateway. Nothing is settled.";
        return Verdict::Hold(HeldKind::AmountMismatch, why.to_owned());
    }
    if let Some(money) = evidence.money.or(opened_for).filter(|seen| *seen != order.terms.money) {
        let why = match evidence.money {
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

fn sentence(payment: &Payment, evidence: &Evidence, actor: &Actor) -> String {
    let money = match evidence.money {
        Some(money) => format!("{money} paid"),
        None => "it paid (the gateway's answer states no amount)".to_owned(),
    };
    let reference = &evidence.reference;
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
    if !undecided || !askable {
        return Ok(());
    }
    let now_ms = draft.now_ms;
    if payment.check_at_ms.is_none_or(|at| at <= now_ms || at > due_at) {
        // A check may be under way that was asked before this.
        draft.edit(id, |payment| payment.called_back_at_ms = Some(now_ms));
    }
    if !due_already {
        draft.edit(id, |payment| payment.check_at_ms = Some(due_at));
        let why = format!("The gateway called back, so it is asked at once. It sent: {body}");
        draft.note(EntryKind::PaymentCalledBack, Some(id), why);
    }
    Ok(())
}
