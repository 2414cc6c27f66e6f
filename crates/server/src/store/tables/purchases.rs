//! Purchases: which customer an order belongs to, in which storage, and the small number that fronts
//! know it by.

use guichet_core::{CustomerId, Environment, MerchantId, OrderId};
use serde::de::IgnoredAny;

use super::orders::{Stored, environment, payments};
use crate::store::Store;
use crate::store::engine::value::{Values, params};
use crate::store::engine::{Fault, Write};

/// How many of a customer's orders, the newest, are looked through for their payments.
const MOST_LOOKED_THROUGH: i64 = 1_000;

/// An order that a customer made at a shop front.
#[derive(Debug, Clone)]
pub struct PurchaseRow {
    /// Whose shop it is.
    pub merchant: MerchantId,
    /// Of which environment.
    pub environment: Environment,
    /// The number by which fronts know it.
    pub number: i64,
    /// Who made it.
    pub customer: CustomerId,
    /// The storage it was put into, by marker.
    pub storage: String,
    /// The order.
    pub order: OrderId,
}

/// How many payments an order has.
#[derive(Debug, Clone, Copy)]
pub struct PaymentCount {
    /// The order.
    pub order: OrderId,
    /// Its payments.
    pub payments: usize,
}

impl Store {
    /// The purchase of that number.
    pub async fn purchase(
        &self,
        merchant: MerchantId,
        environment: Environment,
        number: i64,
    ) -> Result<Option<PurchaseRow>, Fault> {
        const SQL: &str = "SELECT merchant_id, environment, number, customer_id, storage, order_id FROM purchases \
            WHERE merchant_id = $1 AND environment = $2 AND number = $3";
        self.find(SQL, params![merchant, environment.as_str(), number])
            .await?
            .first()
            .map(purchase)
            .transpose()
    }

    /// The number by which fronts know an order, if one made it.
    pub async fn purchase_number(&self, order: OrderId) -> Result<Option<i64>, Fault> {
        const SQL: &str = "SELECT number FROM purchases WHERE shard = $1 AND order_id = $2";
        self.find(SQL, params![order.shard(), order]).await?.first().map(|row| row.int(0)).transpose()
    }

    /// A customer's orders in a storage with their numbers, newest first: a page of them.
    pub async fn purchases_of(
        &self,
        customer: CustomerId,
        storage: &str,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<(i64, Stored)>, Fault> {
        const SQL: &str = "SELECT number, order_id FROM purchases WHERE customer_id = $1 AND storage = $2 \
            ORDER BY number DESC LIMIT $3 OFFSET $4";
        let mut found = Vec::new();
        for row in self.scan(SQL, params![customer, storage, limit, offset]).await? {
            if let Some(stored) = self.order(row.parsed(1)?).await? {
                found.push((row.int(0)?, stored));
            }
        }
        Ok(found)
    }

    /// A customer's orders in all storages with their numbers, newest first: those before that number, so many at the most.
    pub async fn purchases_before(
        &self,
        customer: CustomerId,
        before: i64,
        limit: i64,
    ) -> Result<Vec<(i64, Stored)>, Fault> {
        const SQL: &str = "SELECT number, order_id FROM purchases WHERE customer_id = $1 AND number < $2 \
            ORDER BY number DESC LIMIT $3";
        let mut found = Vec::new();
        for row in self.scan(SQL, params![customer, before, limit]).await? {
            if let Some(stored) = self.order(row.parsed(1)?).await? {
                found.push((row.int(0)?, stored));
            }
        }
        Ok(found)
    }

    /// Whose order it is, if a customer made it at a front.
    pub async fn buyer_of(&self, order: OrderId) -> Result<Option<CustomerId>, Fault> {
        const SQL: &str = "SELECT customer_id FROM purchases WHERE shard = $1 AND order_id = $2";
        self.find(SQL, params![order.shard(), order]).await?.first().map(|row| row.parsed(0)).transpose()
    }

    /// How many orders a customer has in a storage.
    pub async fn count_purchases(&self, customer: CustomerId, storage: &str) -> Result<i64, Fault> {
        const SQL: &str = "SELECT COUNT(*) FROM purchases WHERE customer_id = $1 AND storage = $2";
        self.scan(SQL, params![customer, storage]).await?.first().map_or(Ok(0), |row| row.int(0))
    }

    /// How many of a customer's newest orders, so many at the most, wait for money.
    pub async fn count_waiting(&self, customer: CustomerId, newest: i64) -> Result<i64, Fault> {
        const SQL: &str = "SELECT COUNT(*) FROM (SELECT shard, order_id FROM purchases WHERE customer_id = $1 \
            ORDER BY number DESC LIMIT $2) AS newest \
            JOIN orders ON orders.shard = newest.shard AND orders.id = newest.order_id \
            WHERE orders.status IN ('pending', 'failed')";
        self.scan(SQL, params![customer, newest]).await?.first().map_or(Ok(0), |row| row.int(0))
    }

    /// How many payments each of a customer's newest orders has, newest order first; those without any
    /// are left out.
    pub async fn payments_of(&self, customer: CustomerId) -> Result<Vec<PaymentCount>, Fault> {
        const SQL: &str = "SELECT purchases.order_id, orders.payments, orders.account_id FROM purchases \
            JOIN orders ON orders.shard = purchases.shard AND orders.id = purchases.order_id \
            WHERE purchases.customer_id = $1 ORDER BY purchases.number DESC LIMIT $2";
        let rows = self.scan(SQL, params![customer, MOST_LOOKED_THROUGH]).await?;
        let counts = rows.iter().map(|row| {
            let payments: Vec<IgnoredAny> = payments(row.text(1)?, row.maybe_text(2))?;
            Ok(PaymentCount { order: row.parsed(0)?, payments: payments.len() })
        });
        counts.filter(|count| count.as_ref().map_or(true, |count| count.payments > 0)).collect()
    }
}

fn purchase(row: &Values) -> Result<PurchaseRow, Fault> {
    Ok(PurchaseRow {
        merchant: row.parsed(0)?,
        environment: environment(row.text(1)?)?,
        number: row.int(2)?,
        customer: row.parsed(3)?,
        storage: row.text(4)?.to_owned(),
        order: row.parsed(5)?,
    })
}

/// Ties an order to its customer; belongs into the transaction that makes the order.
pub fn insert(row: &PurchaseRow) -> Write {
    const SQL: &str = "INSERT INTO purchases (merchant_id, environment, number, customer_id, storage, shard, \
        order_id) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let row = params![
        row.merchant,
        row.environment.as_str(),
        row.number,
        row.customer,
        row.storage.as_str(),
        row.order.shard(),
        row.order,
    ];
    Write::new(SQL, row)
}
