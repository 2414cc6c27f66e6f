//! What waits for a decision.

use crate::office::Office;
use crate::office::visitor::Visitor;
use crate::store::{Fault, OrderFilter, Stored, UnmatchedRow, UnmatchedStatus};

/// How many orders, and how many payments without one, are shown of a shop.
const MOST: usize = 50;

/// What waits.
#[derive(Debug)]
pub(super) struct Waiting {
    /// The orders with held money, the one that has waited longest first.
    pub(super) orders: Vec<Stored>,
    /// What gateways tell of payments that no order has.
    pub(super) unmatched: Vec<UnmatchedRow>,
    /// Whether there is more than is shown.
    pub(super) has_more: bool,
    /// Now (unix ms).
    pub(super) now_ms: i64,
}

/// Reads it.
pub(super) async fn read(office: &Office, visitor: &Visitor) -> Result<Waiting, Fault> {
    let (store, environment) = (office.app.store(), visitor.environment());
    let filter = OrderFilter { needing_you: true, ..OrderFilter::default() };
    let (mut orders, mut unmatched, mut has_more) = (Vec::new(), Vec::new(), false);
    for shop in visitor.shops() {
        let found = store.orders(*shop, environment, &filter, None, MOST + 1).await?;
        has_more |= found.len() > MOST;
        orders.extend(found.into_iter().take(MOST));
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        unmatched.extend(store.unmatched_page(*shop, environment, UnmatchedStatus::Open, None, most).await?);
    }
    let since = |stored: &Stored| {
        let open = stored.order.held.iter().filter(|held| held.resolved_at_ms.is_none());
        open.map(|held| held.at_ms).min().unwrap_or(i64::MAX)
    };
    orders.sort_by_key(since);
    unmatched.sort_by_key(|row| row.first_at_ms);
    Ok(Waiting { orders, unmatched, has_more, now_ms: office.app.clock().now_ms() })
}
