//! The book as it is kept: sums of each day, gateway account and currency, spread over the shards of their orders, and
//! written with what they sum up.

use std::collections::HashMap;

use guichet_core::{Currency, Environment, Line, MerchantId, Order, Share, Sums};

use crate::store::Store;
use crate::store::engine::value::{Values, params};
use crate::store::engine::{Fault, Write};

/// The lines of merchants' books, by merchant and environment.
pub type Books = HashMap<(MerchantId, Environment), Share>;

impl Store {
    /// A merchant's book from one day to another, both counted.
    pub async fn book(
        &self,
        merchant: MerchantId,
        environment: Environment,
        (first, last): (i64, i64),
    ) -> Result<Share, Fault> {
        const SQL: &str = "SELECT day, account_id, currency, gateway, \
            CAST(SUM(paid_payments) AS BIGINT), CAST(SUM(paid_amount) AS BIGINT), CAST(SUM(paid_after_ms) AS BIGINT), \
            CAST(SUM(unfit_payments) AS BIGINT), CAST(SUM(unfit_amount) AS BIGINT), CAST(SUM(told_fees) AS BIGINT), \
            CAST(SUM(declared_fees) AS BIGINT), CAST(SUM(refunds) AS BIGINT), CAST(SUM(refunded_amount) AS BIGINT), \
            CAST(SUM(unpaid_payments) AS BIGINT) FROM book_lines \
            WHERE merchant_id = $1 AND environment = $2 AND day BETWEEN $3 AND $4 \
            GROUP BY day, account_id, currency, gateway";
        let rows = self.scan(SQL, params![merchant, environment.as_str(), first, last]).await?;
        let lines = rows
            .iter()
            .map(|row| line(row, 0))
            .filter(|line| !matches!(line, Ok((_, sums)) if sums.is_empty()));
        lines.collect()
    }

    /// The lines that are kept in a shard, of all merchants.
    pub async fn book_lines(&self, shard: i64) -> Result<Books, Fault> {
        const SQL: &str = "SELECT merchant_id, environment, day, account_id, currency, gateway, paid_payments, \
            paid_amount, paid_after_ms, unfit_payments, unfit_amount, told_fees, declared_fees, refunds, \
            refunded_amount, unpaid_payments FROM book_lines WHERE shard = $1";
        let mut books = Books::new();
        for row in self.scan(SQL, params![shard]).await? {
            let (line, sums) = line(&row, 2)?;
            if !sums.is_empty() {
                let whose = (row.parsed(0)?, super::orders::environment(row.text(1)?)?);
                books.entry(whose).or_default().insert(line, sums);
            }
        }
        Ok(books)
    }
}

fn line(row: &Values, at: usize) -> Result<(Line, Sums), Fault> {
    let currency = Currency::from_code(row.text(at + 2)?).map_err(|error| Fault::new(error.to_string()))?;
    let line = Line {
        day: row.int(at)?,
        account: row.parsed(at + 1)?,
        currency,
        gateway: row.text(at + 3)?.to_owned(),
    };
    let mut sums = [0; Sums::NAMES.len()];
    for (index, sum) in sums.iter_mut().enumerate() {
        *sum = row.int(at + 4 + index)?;
    }
    Ok((line, Sums::from_array(sums)))
}

/// Adds to the book what a change of an order adds to it; what it takes away is less than nothing.
pub fn add_to_book(order: &Order, difference: &Share) -> Vec<Write> {
    let whose = (order.merchant, order.environment);
    difference.iter().map(|(line, sums)| add_line(order.id.shard(), whose, line, *sums)).collect()
}

/// The same of one line.
pub fn add_line(
    shard: i64,
    (merchant, environment): (MerchantId, Environment),
    line: &Line,
    sums: Sums,
) -> Write {
    const SQL: &str = "INSERT INTO book_lines (shard, merchant_id, environment, day, account_id, currency, gateway, \
        paid_payments, paid_amount, paid_after_ms, unfit_payments, unfit_amount, told_fees, declared_fees, refunds, \
        refunded_amount, unpaid_payments) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) \
        ON CONFLICT (shard, merchant_id, environment, day, account_id, currency) DO UPDATE SET \
        paid_payments = book_lines.paid_payments + excluded.paid_payments, \
        paid_amount = book_lines.paid_amount + excluded.paid_amount, \
        paid_after_ms = book_lines.paid_after_ms + excluded.paid_after_ms, \
        unfit_payments = book_lines.unfit_payments + excluded.unfit_payments, \
        unfit_amount = book_lines.unfit_amount + excluded.unfit_amount, \
        told_fees = book_lines.told_fees + excluded.told_fees, \
        declared_fees = book_lines.declared_fees + excluded.declared_fees, \
        refunds = book_lines.refunds + excluded.refunds, \
        refunded_amount = book_lines.refunded_amount + excluded.refunded_amount, \
        unpaid_payments = book_lines.unpaid_payments + excluded.unpaid_payments";
    let mut row = params![
        shard,
        merchant,
        environment.as_str(),
        line.day,
        line.account,
        line.currency.code(),
        line.gateway.as_str(),
    ];
    sums.to_array().into_iter().for_each(|sum| row.add(sum));
    Write::new(SQL, row).in_shard(shard)
}
