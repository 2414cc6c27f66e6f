//! Whose payment it is that a gateway speaks of and no order has: the order whose reference the payment's identifier is made
//! of, where there is such an order already. An order that was in the backup, and whose payment was opened since, is
//! found so, and one that the shop has sent again before the gateway notified.

use guichet_core::{Actor, OrderMark, PaymentId};

use crate::store::{OrderFilter, Span, Stored, UnmatchedRow};

use super::application::App;
use super::error::Error;

/// How long before its payment an order may have been made, in ms: the longest life of an order, and a day.
const ORDER_LIFE_MS: i64 = 31 * 24 * 3_600_000;

/// How many orders are looked at, the newest first. This is rare, and no customer waits for it.
const MOST_LOOKED_AT: usize = 20_000;

/// How many of them are read at once.
const PAGE: usize = 200;

/// How much earlier than its order a payment may be dated, in ms: both are made by one request.
const SLACK_MS: i64 = 1_000;

impl App {
    /// Ties the payment to the order that it was made for, if there is one. What fails here is left to a person.
    pub(super) async fn tie_to_its_order(&self, row: &UnmatchedRow) {
        let Some(payment) = row.payment else { return };
        let tied = async {
            let Some(stored) = self.order_of_payment(row, payment).await? else { return Ok(()) };
            self.tie(row, stored.order.id, Actor::Worker).await.map(drop)
        };
        if let Err(error) = tied.await {
            let error: Error = error;
            tracing::warn!(id = %row.id, %payment, %error, "a payment could not be tied to the order that it was made for");
        }
    }

    async fn order_of_payment(
        &self,
        row: &UnmatchedRow,
        payment: PaymentId,
    ) -> Result<Option<Stored>, Error> {
        let from_ms = Some(payment.made_at_ms() - ORDER_LIFE_MS);
        let filter = OrderFilter { created: Span { from_ms, before_ms: None }, ..OrderFilter::default() };
        let (mut before, mut looked_at) = (None, 0);
        while looked_at < MOST_LOOKED_AT {
            let page = self.store().orders(row.merchant, row.environment, &filter, before, PAGE).await?;
            looked_at += page.len();
            before = page.last().map(|stored| stored.order.id);
            let is_last = page.len() < PAGE;
            for stored in page {
                let order = &stored.order;
                let mark = OrderMark::of(order.merchant, order.environment, &order.terms.reference);
                if mark == payment.order_mark() {
                    let may_be = self.may_be_of(&stored, payment).await?;
                    return Ok(Some(stored).filter(|_| may_be));
                }
            }
            if is_last {
                break;
            }
        }
        Ok(None)
    }

    /// Whether a payment with the order's mark may be this order's. The reference of an order of a shop front is made of a
    /// number of ours, which may have been given to another order before the database was restored: such an order has
    /// no payments that are older than itself.
    pub(super) async fn may_be_of(&self, stored: &Stored, payment: PaymentId) -> Result<bool, Error> {
        let order = &stored.order;
        let made_since = payment.made_at_ms() >= order.created_at_ms - SLACK_MS;
        Ok(made_since || self.store().purchase_number(order.id).await?.is_none())
    }
}
