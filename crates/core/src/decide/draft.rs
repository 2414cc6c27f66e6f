//! The draft of a decision: a copy of the order, and the journal entries of what changes in it. A state
//! changes only together with an entry.

use crate::event::{Entry, EntryKind};
use crate::id::PaymentId;
use crate::money::Money;
use crate::order::{Held, HeldKind, Order, OrderState};
use crate::payment::{Payment, PaymentState};
use crate::refusal::Refusal;
use crate::schedule;

use super::decision::{Change, Decision, Effect};

pub(super) struct Draft<'a> {
    before: &'a Order,
    pub(super) order: Order,
    pub(super) now_ms: i64,
    entries: Vec<Entry>,
    effects: Vec<Effect>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(before: &'a Order, now_ms: i64) -> Self {
        Draft { before, order: before.clone(), now_ms, entries: Vec::new(), effects: Vec::new() }
    }

    pub(super) fn payment(&self, id: PaymentId) -> Result<&Payment, Refusal> {
        self.order.payment(id).ok_or(Refusal::NoSuchPayment)
    }

    pub(super) fn edit(&mut self, id: PaymentId, change: impl FnOnce(&mut Payment)) {
        if let Some(payment) = self.order.payments.iter_mut().find(|payment| payment.id == id) {
            change(payment);
        }
    }

    pub(super) fn note(&mut self, kind: EntryKind, payment: Option<PaymentId>, why: String) {
        self.entries.push(Entry { kind, payment, old: None, new: None, why });
    }

    pub(super) fn effect(&mut self, effect: Effect) {
        if !self.effects.contains(&effect) {
            self.effects.push(effect);
        }
    }

    /// A payment that the order has from now on, in a state that it came into elsewhere.
    pub(super) fn take_in(&mut self, payment: Payment, kind: EntryKind, why: String) {
        let (id, new) = (payment.id, payment.state.status());
        self.order.payments.push(payment);
        self.entries.push(Entry { kind, payment: Some(id), old: None, new: Some(new), why });
    }

    pub(super) fn move_payment(&mut self, id: PaymentId, state: PaymentState, kind: EntryKind, why: String) {
        let Some(old) = self.order.payment(id).map(|payment| payment.state.status()) else { return };
        let new = state.status();
        self.edit(id, |payment| payment.state = state);
        self.entries.push(Entry { kind, payment: Some(id), old: Some(old), new: Some(new), why });
    }

    pub(super) fn move_order(
        &mut self,
        state: OrderState,
        kind: EntryKind,
        payment: Option<PaymentId>,
        why: String,
    ) {
        let old = self.order.state.status();
        let new = state.status();
        self.order.state = state;
        self.entries.push(Entry { kind, payment, old: Some(old), new: Some(new), why });
    }

    pub(super) fn hold(&mut self, payment: PaymentId, kind: HeldKind, seen: Option<Money>, why: String) {
        self.order.held.push(Held { payment, kind, seen, at_ms: self.now_ms, resolved_at_ms: None });
        self.note(EntryKind::OrderNeedsYou, Some(payment), why);
    }

    /// Recomputes the time of this payment's next check.
    pub(super) fn reschedule(&mut self, id: PaymentId) {
        let next = self
            .order
            .payment(id)
            .and_then(|payment| schedule::next_check(&self.order, payment, self.now_ms));
        self.edit(id, |payment| payment.check_at_ms = next);
    }

    /// Recomputes the time of every payment's next check, after the order's state changed.
    pub(super) fn reschedule_all(&mut self) {
        let ids: Vec<PaymentId> = self.order.payments.iter().map(|payment| payment.id).collect();
        for id in ids {
            self.reschedule(id);
        }
    }

    /// An order whose every payment failed is failed, until one is live again. What failed before it was taken up
    /// again does not count.
    fn follow_payments(&mut self) {
        let payments = &self.order.payments;
        let any_tried = payments.iter().any(|payment| !payment.before_reopening);
        let any_live = payments.iter().any(|payment| payment.state.is_live());
        let any_paid = payments.iter().any(|payment| matches!(payment.state, PaymentState::Paid { .. }));
        if self.order.state == OrderState::Pending && any_tried && !any_live && !any_paid {
            let why = "Every payment so far failed; the customer may try again until the order expires.";
            self.move_order(OrderState::Failed, EntryKind::OrderFailed, None, why.to_owned());
        } else if self.order.state == OrderState::Failed && (any_live || any_paid) {
            let why = "A payment is under way again, or money came.";
            self.move_order(OrderState::Pending, EntryKind::OrderReopened, None, why.to_owned());
        }
    }

    pub(super) fn finish(mut self) -> Decision {
        self.follow_payments();
        if self.entries.is_empty() && self.order == *self.before {
            return if self.effects.is_empty() { Decision::Unchanged } else { Decision::Due(self.effects) };
        }
        self.order.version += 1;
        Decision::Changed(Box::new(Change {
            order: self.order,
            entries: self.entries,
            effects: self.effects,
        }))
    }
}
