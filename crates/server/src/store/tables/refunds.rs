//! Refunds, which stand with their orders. Here is the way from a merchant to the orders that have some.

use guichet_core::{Environment, MerchantId, Order, Refund, RefundId};

use crate::store::Store;
use crate::store::engine::value::{Json, params};
use crate::store::engine::{Fault, Write};

use super::orders::Stored;

impl Store {
    /// A merchant's refunds, newest first: those before that one. Each with its order.
    pub async fn refunds(
        &self,
        merchant: MerchantId,
        environment: Environment,
        before: Option<RefundId>,
        limit: i64,
    ) -> Result<Vec<(Refund, Stored)>, Fault> {
        const SQL: &str = "SELECT id, order_id FROM refunds \
            WHERE merchant_id = $1 AND environment = $2 AND id < $3 ORDER BY id DESC LIMIT $4";
        // Every identifier sorts before this.
        let before = before.map_or_else(|| "rfd_~".to_owned(), |before| before.to_string());
        let rows = self.scan(SQL, params![merchant, environment.as_str(), before, limit]).await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let (id, order): (RefundId, _) = (row.parsed(0)?, row.parsed(1)?);
            let stored = self.order(order).await?;
            let of = |stored: Stored| {
                let refund = stored.order.refunds.iter().find(|refund| refund.id == id).cloned();
                refund.map(|refund| (refund, stored))
            };
            found.extend(stored.and_then(of));
        }
        Ok(found)
    }
}

/// The refunds of an order as they are now, as far as they were not so `before`; belongs with the order's update, whose
/// guard they stand under.
pub fn keep_refunds(before: &[Refund], order: &Order) -> Vec<Write> {
    const ORDER: &str = "UPDATE orders SET refunds = $1 WHERE shard = $2 AND id = $3";
    const INDEX: &str =
        "INSERT INTO refunds (shard, order_id, id, merchant_id, environment) VALUES ($1, $2, $3, $4, $5)";
    if before == order.refunds {
        return Vec::new();
    }
    let shard = order.id.shard();
    let mut writes =
        vec![Write::new(ORDER, params![Json(&order.refunds, 0), shard, order.id]).in_shard(shard)];
    writes.extend(order.refunds.iter().skip(before.len()).map(|refund| {
        let row = params![shard, order.id, refund.id, order.merchant, order.environment.as_str()];
        Write::new(INDEX, row).in_shard(shard)
    }));
    writes
}
