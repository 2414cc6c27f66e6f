//! What comes of an event: nothing, something to be done outside, or a change to commit.

use std::sync::Arc;

use crate::event::{Actor, Entry};
use crate::id::{MerchantId, OrderId, PaymentId};
use crate::order::{Environment, Order, Terms};

/// What an event does to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Nothing: it had happened before, or it does not matter any more.
    Unchanged,
    /// Nothing changes, but these are due.
    Due(Vec<Effect>),
    /// The order changes; commit it, guarded by the version it had.
    Changed(Box<Change>),
}

/// A change to commit in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The order as it is from now on, its version one higher.
    pub order: Order,
    /// What to append to its journal; empty when only an alarm moved.
    pub entries: Vec<Entry>,
    /// What to do once this is committed.
    pub effects: Vec<Effect>,
}

/// Something to be done outside, after the commit; its outcome comes back as an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Ask the gateway to open this payment.
    Open(PaymentId),
    /// Ask the gateway what it knows of this payment.
    Check(PaymentId),
}

/// What a new order is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrder {
    /// The identifier for it.
    pub id: OrderId,
    /// Whose it is.
    pub merchant: MerchantId,
    /// Whether real money is meant.
    pub environment: Environment,
    /// What the shop asked for, already checked.
    pub terms: Arc<Terms>,
    /// Who asked.
    pub actor: Actor,
}
