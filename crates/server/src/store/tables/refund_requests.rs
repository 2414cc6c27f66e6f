//! What customers ask to have paid back: records for the merchant to act on. Of an order at most one is
//! open at a time.

use std::collections::BTreeMap;

use guichet_core::{CustomerId, Environment, MerchantId, OrderId};
use serde::{Deserialize, Serialize};

use super::orders::environment;
use crate::store::Store;
use crate::store::engine::value::{Values, params};
use crate::store::engine::{Fault, Guard, Write};

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundStatus {
    /// It waits for the merchant.
    Requested,
    /// The customer took it back.
    Cancelled,
    /// The merchant paid, or will pay.
    Granted,
    /// The merchant does not.
    Declined,
}

impl RefundStatus {
    /// Every status.
    pub const ALL: [RefundStatus; 4] =
        [RefundStatus::Requested, RefundStatus::Cancelled, RefundStatus::Granted, RefundStatus::Declined];

    /// The word for it in the API and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            RefundStatus::Requested => "requested",
            RefundStatus::Cancelled => "cancelled",
            RefundStatus::Granted => "granted",
            RefundStatus::Declined => "declined",
        }
    }

    /// The status of that word.
    pub fn of(word: &str) -> Option<Self> {
        RefundStatus::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// How many of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HowMany {
    /// At least one.
    pub quantity: i64,
}

/// Products by number.
pub type Returned = BTreeMap<i64, HowMany>;

/// A request.
#[derive(Debug, Clone)]
pub struct RefundRow {
    /// Whose shop it is.
    pub merchant: MerchantId,
    /// Of which environment.
    pub environment: Environment,
    /// The number by which everybody knows it.
    pub number: i64,
    /// The order.
    pub order: OrderId,
    /// The customer who asks, where that is a registered one.
    pub customer: Option<CustomerId>,
    /// What is given back.
    pub products: Returned,
    /// The customer's words.
    pub note: String,
    /// What those products cost, in minor units of the order's currency.
    pub amount_minor: i64,
    /// Where it stands.
    pub status: RefundStatus,
    /// When it was made (unix ms).
    pub created_at_ms: i64,
    /// When it was closed (unix ms).
    pub closed_at_ms: Option<i64>,
}

impl Store {
    /// What was ever asked back of an order, oldest first.
    pub async fn refund_requests_of(&self, order: OrderId) -> Result<Vec<RefundRow>, Fault> {
        const SQL: &str = "SELECT merchant_id, environment, number, order_id, customer_id, products, note, \
            amount_minor, status, created_at_ms, closed_at_ms FROM refund_requests \
            WHERE shard = $1 AND order_id = $2 ORDER BY number";
        self.find(SQL, params![order.shard(), order]).await?.iter().map(refund).collect()
    }

    /// The request of that number.
    pub async fn refund_request(
        &self,
        merchant: MerchantId,
        environment: Environment,
        number: i64,
    ) -> Result<Option<RefundRow>, Fault> {
        const SQL: &str = "SELECT merchant_id, environment, number, order_id, customer_id, products, note, \
            amount_minor, status, created_at_ms, closed_at_ms FROM refund_requests \
            WHERE merchant_id = $1 AND environment = $2 AND number = $3";
        self.find(SQL, params![merchant, environment.as_str(), number]).await?.first().map(refund).transpose()
    }

    /// A merchant's requests, newest first: those before that number, of that status if one is given.
    pub async fn refund_requests(
        &self,
        merchant: MerchantId,
        environment: Environment,
        status: Option<RefundStatus>,
        before: i64,
        limit: i64,
    ) -> Result<Vec<RefundRow>, Fault> {
        const ALL: &str = "SELECT merchant_id, environment, number, order_id, customer_id, products, note, \
            amount_minor, status, created_at_ms, closed_at_ms FROM refund_requests \
            WHERE merchant_id = $1 AND environment = $2 AND number < $3 ORDER BY number DESC LIMIT $4";
        const BY_STATUS: &str = "SELECT merchant_id, environment, number, order_id, customer_id, products, note, \
            amount_minor, status, created_at_ms, closed_at_ms FROM refund_requests \
            WHERE merchant_id = $1 AND environment = $2 AND status = $3 AND number < $4 \
            ORDER BY number DESC LIMIT $5";
        let environment = environment.as_str();
        let rows = match status {
            None => self.scan(ALL, params![merchant, environment, before, limit]).await?,
            Some(status) => {
                let params = params![merchant, environment, status.as_str(), before, limit];
                self.scan(BY_STATUS, params).await?
            }
        };
        rows.iter().map(refund).collect()
    }
}

fn refund(row: &Values) -> Result<RefundRow, Fault> {
    let word = row.text(8)?;
    Ok(RefundRow {
        merchant: row.parsed(0)?,
        environment: environment(row.text(1)?)?,
        number: row.int(2)?,
        order: row.parsed(3)?,
        customer: row.maybe_text(4).map(|_| row.parsed(4)).transpose()?,
        products: row.json(5)?,
        note: row.text(6)?.to_owned(),
        amount_minor: row.int(7)?,
        status: RefundStatus::of(word)
            .ok_or_else(|| Fault::new(format!("“{word}” is no status of a refund request")))?,
        created_at_ms: row.int(9)?,
        closed_at_ms: row.maybe_int(10),
    })
}

/// Makes a request, if its order has as many of them as `known` and none of those is open; guarded by
/// [`Guard::Row`].
pub fn insert(row: &RefundRow, known: usize) -> Write {
    const SQL: &str = "INSERT INTO refund_requests (merchant_id, environment, number, shard, order_id, \
        customer_id, products, note, amount_minor, status, created_at_ms) \
        SELECT $1, $2, CAST($3 AS BIGINT), CAST($4 AS BIGINT), $5, $6, $7, $8, CAST($9 AS BIGINT), $10, \
        CAST($11 AS BIGINT) \
        WHERE (SELECT COUNT(*) FROM refund_requests WHERE shard = $4 AND order_id = $5) = $12 \
        ON CONFLICT DO NOTHING";
    let row = params![
        row.merchant,
        row.environment.as_str(),
        row.number,
        row.order.shard(),
        row.order,
        row.customer,
        serde_json::to_string(&row.products).unwrap_or_default(),
        row.note.as_str(),
        row.amount_minor,
        row.status.as_str(),
        row.created_at_ms,
        i64::try_from(known).unwrap_or(i64::MAX),
    ];
    Write::guarded(SQL, row, Guard::Row)
}

/// Closes an open request; guarded by [`Guard::Row`].
pub fn close(row: &RefundRow, status: RefundStatus, now_ms: i64) -> Write {
    const SQL: &str = "UPDATE refund_requests SET status = $1, closed_at_ms = $2 \
        WHERE merchant_id = $3 AND environment = $4 AND number = $5 AND status = 'requested'";
    let key = params![status.as_str(), now_ms, row.merchant, row.environment.as_str(), row.number];
    Write::guarded(SQL, key, Guard::Row)
}
