//! What waits for a decision.

use guichet_core::OrderId;

use crate::office::Office;
use crate::office::visitor::Visitor;
use crate::store::{Fault, Stored, UnmatchedRow, UnmatchedStatus};

/// How many decisions a page has: each brings its form along.
const PAGE: usize = 4;

/// What waits.
#[derive(Debug)]
pub(super) struct Waiting {
    /// The orders with held money, the one that has waited longest first.
    pub(super) orders: Vec<Stored>,
    /// What gateways tell of payments that no order has.
    pub(super) unmatched: Vec<UnmatchedRow>,
    /// The order behind which the next ones are, if there are some.
    pub(super) next: Option<OrderId>,
    /// Whether it is the first page of them.
    pub(super) is_first: bool,
    /// Whether there are more payments without an order than are shown.
    pub(super) has_more: bool,
    /// Now (unix ms).
    pub(super) now_ms: i64,
}

/// Reads what is behind that order. What no order has comes behind all orders.
pub(super) async fn read(
    office: &Office,
    visitor: &Visitor,
    after: Option<OrderId>,
) -> Result<Waiting, Fault> {
    let (store, environment) = (office.app.store(), visitor.environment());
    let one_more = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut orders = Vec::new();
    for shop in visitor.shops() {
        orders.extend(store.longest_needing_you((*shop, environment), after, one_more).await?);
    }
    orders.sort_by_key(|stored| stored.order.id);
    let next = (orders.len() > PAGE).then(|| orders.get(PAGE - 1).map(|stored| stored.order.id)).flatten();
    orders.truncate(PAGE);
    let room = if next.is_some() { 0 } else { (PAGE - orders.len()).max(1) };
    let mut unmatched = Vec::new();
    for shop in visitor.shops().iter().filter(|_| room > 0) {
        unmatched
            .extend(store.unmatched_page(*shop, environment, UnmatchedStatus::Open, None, one_more).await?);
    }
    unmatched.sort_by_key(|row| row.first_at_ms);
    let has_more = unmatched.len() > room;
    unmatched.truncate(room);
    let (is_first, now_ms) = (after.is_none(), office.app.clock().now_ms());
    Ok(Waiting { orders, unmatched, next, is_first, has_more, now_ms })
}
