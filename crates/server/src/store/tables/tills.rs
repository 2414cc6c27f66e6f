//! Tills: the cash that each operator took since they closed theirs last, and the tills that were closed. An entry is written
//! with the payment that it is, and counted once.

use guichet_core::{Currency, Environment, MerchantId, Money, OrderId, PaymentId};

use crate::store::Store;
use crate::store::engine::value::{Values, params};
use crate::store::engine::{Fault, Guard, Write};

/// Cash that an operator took.
#[derive(Debug, Clone)]
pub struct TillEntry {
    /// Whose order it was for.
    pub merchant: MerchantId,
    /// Play money or real money.
    pub environment: Environment,
    /// Who took it.
    pub login: String,
    /// The order.
    pub order: OrderId,
    /// The payment.
    pub payment: PaymentId,
    /// How much.
    pub money: Money,
    /// When (unix ms).
    pub at_ms: i64,
}

/// What is in a till that is not closed, in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenTill {
    /// Of how many orders.
    pub orders: i64,
    /// How much.
    pub money: Money,
    /// When the first of it came (unix ms).
    pub since_ms: i64,
}

/// What was in a till when it was closed, in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TillRow {
    /// When it was closed (unix ms).
    pub closed_at_ms: i64,
    /// Whose till it was.
    pub login: String,
    /// Of how many orders.
    pub orders: i64,
    /// What was to be in it.
    pub expected: Money,
    /// What was counted.
    pub counted: Money,
    /// What its operator wrote.
    pub note: String,
}

fn currency(code: &str) -> Result<Currency, Fault> {
    Currency::from_code(code).map_err(|error| Fault::new(error.to_string()))
}

impl Store {
    /// What an operator took for a merchant and has not counted yet, by currency. Reads no more than that: an entry of a
    /// closed till is past in the index.
    pub async fn open_till(
        &self,
        merchant: MerchantId,
        environment: Environment,
        login: &str,
    ) -> Result<Vec<OpenTill>, Fault> {
        const SQL: &str = "SELECT currency, COUNT(*), CAST(SUM(amount_minor) AS BIGINT), MIN(at_ms) \
            FROM till_entries WHERE merchant_id = $1 AND environment = $2 AND login = $3 \
            AND closed_at_ms IS NULL GROUP BY currency ORDER BY currency";
        let open = |row: &Values| {
            let money = Money::new(row.int(2)?, currency(row.text(0)?)?);
            Ok(OpenTill { orders: row.int(1)?, money, since_ms: row.int(3)? })
        };
        self.find(SQL, params![merchant, environment.as_str(), login]).await?.iter().map(open).collect()
    }

    /// The tills of a merchant that were closed before that moment (unix ms), newest first.
    pub async fn closed_tills(
        &self,
        merchant: MerchantId,
        environment: Environment,
        before_ms: i64,
        limit: i64,
    ) -> Result<Vec<TillRow>, Fault> {
        const SQL: &str = "SELECT closed_at_ms, login, currency, orders, expected_minor, counted_minor, note \
            FROM tills WHERE merchant_id = $1 AND environment = $2 AND closed_at_ms < $3 \
            ORDER BY closed_at_ms DESC, login DESC, currency DESC LIMIT $4";
        let rows = self.find(SQL, params![merchant, environment.as_str(), before_ms, limit]).await?;
        rows.iter().map(till).collect()
    }

    /// What was in an operator's till that was closed at that moment (unix ms).
    pub async fn closed_till(
        &self,
        merchant: MerchantId,
        environment: Environment,
        login: &str,
        closed_at_ms: i64,
    ) -> Result<Vec<TillRow>, Fault> {
        const SQL: &str = "SELECT closed_at_ms, login, currency, orders, expected_minor, counted_minor, note \
            FROM tills WHERE merchant_id = $1 AND environment = $2 AND closed_at_ms = $3 AND login = $4 \
            ORDER BY currency";
        let rows = self.find(SQL, params![merchant, environment.as_str(), closed_at_ms, login]).await?;
        rows.iter().map(till).collect()
    }
}

fn till(row: &Values) -> Result<TillRow, Fault> {
    let currency = currency(row.text(2)?)?;
    Ok(TillRow {
        closed_at_ms: row.int(0)?,
        login: row.text(1)?.to_owned(),
        orders: row.int(3)?,
        expected: Money::new(row.int(4)?, currency),
        counted: Money::new(row.int(5)?, currency),
        note: row.text(6)?.to_owned(),
    })
}

/// Puts cash into its operator's till; belongs with the payment that it is. Nothing happens where it is in one already.
pub fn put(entry: &TillEntry) -> Write {
    const SQL: &str = "INSERT INTO till_entries (shard, order_id, payment_id, merchant_id, environment, login, \
        currency, amount_minor, at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
    let row = params![
        entry.order.shard(),
        entry.order,
        entry.payment,
        entry.merchant,
        entry.environment.as_str(),
        entry.login.as_str(),
        entry.money.currency.code(),
        entry.money.amount_minor,
        entry.at_ms,
    ];
    Write::new(SQL, row).in_shard(entry.order.shard())
}

/// Closes an operator's till in one currency, in which so much was counted. What was to be in it is summed up from the
/// entries that this very transaction closes, so that none is forgotten and none is counted twice. Guarded by [`Guard::Row`]:
/// there may be nothing in it any more.
pub fn close(
    (merchant, environment): (MerchantId, Environment),
    login: &str,
    counted: Money,
    note: &str,
    now_ms: i64,
) -> [Write; 2] {
    const ENTRIES: &str = "UPDATE till_entries SET closed_at_ms = $1 WHERE merchant_id = $2 AND environment = $3 \
        AND login = $4 AND currency = $5 AND closed_at_ms IS NULL";
    const TILL: &str = "INSERT INTO tills (merchant_id, environment, closed_at_ms, login, currency, counted_minor, \
        note, orders, expected_minor) SELECT $1, $2, CAST($3 AS BIGINT), $4, $5, CAST($6 AS BIGINT), $7, COUNT(*), \
        CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) FROM till_entries \
        WHERE merchant_id = $1 AND environment = $2 AND login = $4 AND closed_at_ms = $3 AND currency = $5";
    let (environment, code) = (environment.as_str(), counted.currency.code());
    let entries = params![now_ms, merchant, environment, login, code];
    let till = params![merchant, environment, now_ms, login, code, counted.amount_minor, note];
    [Write::guarded(ENTRIES, entries, Guard::Row), Write::new(TILL, till)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Opening;

    #[tokio::test]
    async fn a_till_counts_each_entry_once() {
        let path = std::env::temp_dir().join(format!("guichet-tills-{}.db", std::process::id()));
        let _ = std::fs::remove_file(&path);
        let store = Store::open(path.to_str().unwrap(), Opening::MakeOrMigrate).await.unwrap();
        let (merchant, environment) = (MerchantId::new(1, [1; 10]), Environment::Test);
        let money = |minor, code| Money::new(minor, Currency::from_code(code).unwrap());
        let entry = |number: u8, login: &str, money: Money| TillEntry {
            merchant,
            environment,
            login: login.to_owned(),
            order: OrderId::new(i64::from(number), [number; 10]),
            payment: PaymentId::new(i64::from(number), [number; 10]),
            money,
            at_ms: i64::from(number) * 10,
        };
        let entries = [
            entry(1, "nadia", money(500, "DZD")),
            entry(1, "karim", money(500, "DZD")),
            entry(2, "nadia", money(300, "DZD")),
            entry(3, "nadia", money(70, "XOF")),
            entry(4, "karim", money(9, "DZD")),
        ];
        for entry in &entries {
            store.commit(vec![put(entry)]).await.unwrap();
        }
        let open = store.open_till(merchant, environment, "nadia").await.unwrap();
        let sums: Vec<_> = open.iter().map(|till| (till.orders, till.money, till.since_ms)).collect();
        assert_eq!(sums, [(2, money(800, "DZD"), 10), (1, money(70, "XOF"), 30)]);
        let whose = (merchant, environment);
        let mut closing = close(whose, "nadia", money(750, "DZD"), "short", 100).to_vec();
        closing.extend(close(whose, "nadia", money(70, "XOF"), "short", 100));
        store.commit(closing).await.unwrap();
        let again = close(whose, "nadia", money(750, "DZD"), "", 200).to_vec();
        assert!(store.commit(again).await.is_err(), "nothing is in it any more");
        assert_eq!(store.open_till(merchant, environment, "nadia").await.unwrap(), []);
        assert_eq!(store.open_till(merchant, environment, "karim").await.unwrap().len(), 1);
        let closed = store.closed_till(merchant, environment, "nadia", 100).await.unwrap();
        let told: Vec<_> = closed.iter().map(|till| (till.orders, till.expected, till.counted)).collect();
        assert_eq!(
            told,
            [(2, money(800, "DZD"), money(750, "DZD")), (1, money(70, "XOF"), money(70, "XOF"))]
        );
        assert_eq!(store.closed_tills(merchant, environment, 101, 9).await.unwrap().len(), 2);
        assert_eq!(store.closed_tills(merchant, environment, 100, 9).await.unwrap(), []);
        store.close().await.unwrap();
        let _ = std::fs::remove_file(&path);
    }
}
