//! The decision about an event: nothing, effects to carry out, or a change to commit.

use std::sync::Arc;

use crate::event::{Actor, Entry};
use crate::id::{MerchantId, OrderId, PaymentId};
use crate::order::{Environment, Order, Terms};

/// The decision about an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Nothing changes: it had happened before, or it does not matter any more.
    Unchanged,
    /// Nothing changes, but these effects are due.
    Due(Vec<Effect>),
    /// The order changes; commit it, guarded by the version it had.
    Changed(Box<Change>),
}

/// A change to commit in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The new order, its version one higher.
    pub order: Order,
    /// The entries to append to its journal; empty when only an alarm moved.
    pub entries: Vec<Entry>,
    /// The effects to carry out after the commit.
    pub effects: Vec<Effect>,
}

impl Change {
    /// This change and the one that was decided upon it, as one.
    #[must_use]
    pub fn then(mut self, next: Change) -> Change {
        self.order = next.order;
        self.entries.extend(next.entries);
        self.effects.extend(next.effects);
        self
    }
}

/// A call to a gateway, made after the commit; its outcome comes back as an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Ask the gateway to open this payment.
    Open(PaymentId),
    /// Check this payment at the gateway.
    Check(PaymentId),
}

/// The parts of a new order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrder {
    /// Its identifier.
    pub id: OrderId,
    /// Its merchant.
    pub merchant: MerchantId,
    /// Its environment.
    pub environment: Environment,
    /// Its terms, already validated.
    pub terms: Arc<Terms>,
    /// The actor who creates it.
    pub actor: Actor,
}
