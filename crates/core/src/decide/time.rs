//! The passing of time, and a customer who waits: what becomes due, and what expires.

use crate::event::EntryKind;
use crate::id::PaymentId;
use crate::order::{HeldKind, Order, OrderState};
use crate::payment::{Payment, PaymentState, Recovery};
use crate::schedule::{self, LAST_CHECK_MS};

use super::decision::Effect;
use super::draft::Draft;

/// The interval at which it is recorded that a customer is still waiting: 30 s.
const ATTENTION_STEP_MS: i64 = 30_000;

pub(super) fn customer_waiting(draft: &mut Draft<'_>) {
    let now_ms = draft.now_ms;
    let just_now = 0..ATTENTION_STEP_MS; // A time in the future means that the clock was set back.
    let noted_lately = draft.order.attended_at_ms.is_some_and(|at| just_now.contains(&(now_ms - at)));
    if noted_lately || !draft.order.state.is_waiting() {
        return;
    }
    draft.order.attended_at_ms = Some(now_ms);
    for payment in &mut draft.order.payments {
        if payment.state.is_live() {
            let soonest = schedule::soonest_check(payment, now_ms);
            payment.check_at_ms = payment.check_at_ms.map(|at| at.min(soonest));
        }
    }
}

/// Checks that were planned while the clock was ahead come to where the schedule puts them from now.
pub(super) fn clock_set_back(draft: &mut Draft<'_>) {
    let ids: Vec<PaymentId> = draft.order.payments.iter().map(|payment| payment.id).collect();
    for id in ids {
        let Some(payment) = draft.order.payment(id) else { continue };
        let next_ms = schedule::next_check(&draft.order, payment, draft.now_ms);
        if let (Some(planned_ms), Some(next_ms)) = (payment.check_at_ms, next_ms)
            && next_ms < planned_ms
        {
            draft.edit(id, |payment| payment.check_at_ms = Some(next_ms));
        }
    }
}

pub(super) fn tick(draft: &mut Draft<'_>) {
    let ids: Vec<PaymentId> = draft.order.payments.iter().map(|payment| payment.id).collect();
    for id in &ids {
        give_up(draft, *id);
    }
    for id in ids {
        ask_if_due(draft, id);
    }
    if draft.order.state.is_waiting() {
        expire_order(draft);
    } else {
        end_watch(draft);
    }
}

/// An opening that was never answered becomes unknown; an unknown payment whose link nobody was given expires.
fn give_up(draft: &mut Draft<'_>, id: PaymentId) {
    let Some(payment) = draft.order.payment(id) else { return };
    if schedule::given_up_at(payment).is_none_or(|at| at > draft.now_ms) {
        return;
    }
    if payment.state == PaymentState::Opening {
        let state = PaymentState::Unknown { since_ms: draft.now_ms };
        let why = "No answer to opening it was recorded in time, so nobody can tell whether it was opened.";
        draft.move_payment(id, state, EntryKind::PaymentUnknown, why.to_owned());
        draft.reschedule(id);
    } else {
        let state = PaymentState::Expired { link: None, at_ms: draft.now_ms };
        let why = "If the gateway opened it, its link was never handed out and has lapsed by now.";
        draft.move_payment(id, state, EntryKind::PaymentExpired, why.to_owned());
    }
}

fn ask_if_due(draft: &mut Draft<'_>, id: PaymentId) {
    let Some(payment) = draft.order.payment(id) else { return };
    if payment.check_at_ms.is_none_or(|at| at > draft.now_ms) {
        return;
    }
    let again = matches!(payment.state, PaymentState::Unknown { .. })
        && payment.terms.recovery == Recovery::OpenAgain;
    let may_be_paid = draft.order.state.is_waiting() && draft.now_ms < draft.order.terms.expires_at_ms;
    if again && !may_be_paid {
        return draft.edit(id, |payment| payment.check_at_ms = None); // Nobody may pay it any more.
    }
    draft.effect(if again { Effect::Open(id) } else { Effect::Check(id) });
}

/// Whether the gateway must still be asked before `end_ms` may count as passed for this payment.
fn owes_last_check(payment: &Payment, end_ms: i64, now_ms: i64) -> bool {
    let asked = payment.checked_at_ms.is_some_and(|at| (end_ms - LAST_CHECK_MS..=now_ms).contains(&at));
    let can_be_asked = match &payment.state {
        PaymentState::Open { .. } | PaymentState::Processing { .. } => true,
        PaymentState::Unknown { .. } => payment.terms.recovery == Recovery::LookupByOurReference,
        PaymentState::Opening
        | PaymentState::Paid { .. }
        | PaymentState::Failed { .. }
        | PaymentState::Expired { .. }
        | PaymentState::Cancelled { .. } => false,
    };
    payment.terms.checkable && can_be_asked && !asked
}

fn owed_checks(draft: &mut Draft<'_>, end_ms: i64) -> bool {
    let owed: Vec<PaymentId> = draft
        .order
        .payments
        .iter()
        .filter(|payment| owes_last_check(payment, end_ms, draft.now_ms))
        .map(|payment| payment.id)
        .collect();
    for id in &owed {
        draft.effect(Effect::Check(*id));
    }
    !owed.is_empty()
}

fn expire_order(draft: &mut Draft<'_>) {
    let expires_at_ms = draft.order.terms.expires_at_ms;
    if draft.now_ms < expires_at_ms || owed_checks(draft, expires_at_ms) {
        return;
    }
    let why = "Its time ran out before money that fits was seen.";
    let state = OrderState::Expired { at_ms: draft.now_ms };
    draft.move_order(state, EntryKind::OrderExpired, None, why.to_owned());
    expire_payments(draft, |payment| !payment.terms.checkable, "It lapsed with its order.");
    draft.reschedule_all();
}

/// At the end of the watch every live payment expires, because it is not checked any more.
fn end_watch(draft: &mut Draft<'_>) {
    let watch_until_ms = draft.order.terms.watch_until_ms;
    if draft.now_ms < watch_until_ms || owed_checks(draft, watch_until_ms) {
        return;
    }
    hold_undecided(draft);
    expire_payments(draft, |_| true, "The watch over it ended, and the gateway never said that it was paid.");
    let now_ms = draft.now_ms;
    for payment in &mut draft.order.payments {
        // A check that a callback brought forward to a time still to come is made then.
        payment.check_at_ms = payment.check_at_ms.filter(|at| *at > now_ms);
    }
}

/// A payment whose last check learnt nothing, or whose opening was never answered at a gateway that
/// could not be asked about it, may have been paid unseen: a person looks.
fn hold_undecided(draft: &mut Draft<'_>) {
    let Order { payments, held, .. } = &draft.order;
    let silent: Vec<PaymentId> = payments
        .iter()
        .filter(|payment| payment.state.is_live() && (payment.in_trouble || never_answered(payment)))
        .filter(|payment| {
            let since_ms = payment.unclear_since_ms.unwrap_or(draft.now_ms);
            !held.iter().any(|held| held.asks_about_spell(payment.id, since_ms))
        })
        .map(|payment| payment.id)
        .collect();
    for id in silent {
        let why = "The checks told us nothing to the end of the watch, so nobody knows whether this was paid; \
                   look it up at the gateway, then dismiss it.";
        draft.hold(id, HeldKind::Undecided, None, why.to_owned());
    }
}

fn never_answered(payment: &Payment) -> bool {
    matches!(payment.state, PaymentState::Unknown { .. }) && payment.terms.recovery == Recovery::OpenAgain
}

fn expire_payments(draft: &mut Draft<'_>, which: impl Fn(&Payment) -> bool, why: &str) {
    let expiring: Vec<(PaymentId, PaymentState)> = draft
        .order
        .payments
        .iter()
        .filter(|payment| payment.state.is_live() && which(payment))
        .map(|payment| {
            let link = payment.state.link().cloned();
            (payment.id, PaymentState::Expired { link, at_ms: draft.now_ms })
        })
        .collect();
    for (id, state) in expiring {
        draft.move_payment(id, state, EntryKind::PaymentExpired, why.to_owned());
    }
}
