//! What goes before an order is taken up again: the gateways are asked about everything that may still bring money, so
//! that the decision about it knows what they know.

use guichet_core::{Actor, Event, Order, PaymentId};

use crate::store::Stored;

use super::application::App;
use super::error::Error;

impl App {
    /// The order as it is once whatever of it is undecided was asked about, if it has closed; an order that waits, or is
    /// paid, as it was.
    pub async fn looked_into(&self, stored: Stored, actor: &Actor) -> Result<Stored, Error> {
        let id = stored.order.id;
        if !stored.order.has_closed(self.clock().now_ms()) {
            return Ok(stored);
        }
        for payment in undecided(&stored.order) {
            if let Err(error) = self.check(id, payment, actor.clone()).await {
                tracing::warn!(order = %id, %payment, %error, "a check before taking an order up again failed");
            }
        }
        // One whose time ran out a moment ago waits for the worker to say so.
        let waits = stored.order.state.is_waiting();
        let stored = self.store().order(id).await?.ok_or(Error::NoSuchOrder)?;
        if !waits {
            return Ok(stored);
        }
        Ok(self.apply_to(stored, &Event::Tick, None).await?.stored)
    }
}

fn undecided(order: &Order) -> Vec<PaymentId> {
    let undecided =
        order.payments.iter().filter(|payment| payment.terms.checkable && payment.state.is_live());
    undecided.map(|payment| payment.id).collect()
}
