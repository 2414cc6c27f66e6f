//! What the shop remembers: its orders as the last webhook showed them, and the webhooks it
//! received, each once however often it came.

use std::collections::VecDeque;

use crate::api::ShownOrder;

/// At most so many orders are remembered; the oldest goes first.
const MOST_ORDERS: usize = 500;
/// At most so many webhooks.
const MOST_RECEIVED: usize = 2000;

/// A webhook that was received.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    /// Its `webhook-id`.
    pub(crate) id: String,
    /// What it tells, such as `order.paid`.
    pub(crate) kind: String,
    /// The order it is about.
    pub(crate) order: String,
    /// The time of day it came, by the shop's clock.
    pub(crate) time: String,
}

/// The books.
#[derive(Debug, Default)]
pub(super) struct Books {
    orders: VecDeque<ShownOrder>,
    received: VecDeque<Received>,
    forged: usize,
}

impl Books {
    /// Takes note of an order, unless a later version of it is known: webhooks overtake each other.
    pub(super) fn learn(&mut self, order: ShownOrder) {
        match self.orders.iter_mut().find(|known| known.id == order.id) {
            Some(known) if known.version < order.version => *known = order,
            Some(_) => {}
            None => {
                self.orders.push_back(order);
                if self.orders.len() > MOST_ORDERS {
                    self.orders.pop_front();
                }
            }
        }
    }

    /// Whether this webhook was received before.
    pub(super) fn knows(&self, id: &str) -> bool {
        self.received.iter().any(|received| received.id == id)
    }

    /// Takes note of a webhook whose work is done.
    pub(super) fn enter(&mut self, received: Received) {
        if self.knows(&received.id) {
            return;
        }
        self.received.push_back(received);
        if self.received.len() > MOST_RECEIVED {
            self.received.pop_front();
        }
    }

    /// Counts a webhook that nobody signed.
    pub(super) fn turn_away(&mut self) {
        self.forged += 1;
    }

    pub(super) fn forged(&self) -> usize {
        self.forged
    }

    pub(super) fn order(&self, reference: &str) -> Option<ShownOrder> {
        self.orders.iter().find(|order| order.reference == reference).cloned()
    }

    /// Its orders, newest first.
    pub(super) fn newest(&self, most: usize) -> Vec<ShownOrder> {
        self.orders.iter().rev().take(most).cloned().collect()
    }

    /// Webhooks about one order, oldest first.
    pub(super) fn received_about(&self, order: &str) -> Vec<Received> {
        self.received.iter().filter(|received| received.order == order).cloned().collect()
    }
}
