//! The codes by which customers prove that an address is theirs: one for each customer, the newest.

use guichet_core::CustomerId;

use crate::store::Store;
use crate::store::engine::value::{Values, params};
use crate::store::engine::{Fault, Guard, Write};

/// How many codes are forgotten in one transaction.
const FORGOTTEN_AT_ONCE: i64 = 500;

/// A code; the code itself is not stored.
#[derive(Debug, Clone)]
pub struct CodeRow {
    /// Whose address it proves.
    pub customer: CustomerId,
    /// The front's word for why it was asked for.
    pub event: String,
    /// A keyed hash of customer and code.
    pub hash: String,
    /// How many wrong tries there were.
    pub attempts: i64,
    /// When it was made (unix ms).
    pub created_at_ms: i64,
    /// When it ends (unix ms).
    pub expires_at_ms: i64,
}

impl Store {
    /// The newest code of a customer, expired or not.
    pub async fn code_of(&self, customer: CustomerId) -> Result<Option<CodeRow>, Fault> {
        const SQL: &str = "SELECT customer_id, event, hash, attempts, created_at_ms, expires_at_ms \
            FROM customer_codes WHERE customer_id = $1";
        self.find(SQL, params![customer]).await?.first().map(code).transpose()
    }
}

fn code(row: &Values) -> Result<CodeRow, Fault> {
    Ok(CodeRow {
        customer: row.parsed(0)?,
        event: row.text(1)?.to_owned(),
        hash: row.text(2)?.to_owned(),
        attempts: row.int(3)?,
        created_at_ms: row.int(4)?,
        expires_at_ms: row.int(5)?,
    })
}

/// Makes a code; the one before is void.
pub fn put(code: &CodeRow) -> Write {
    const SQL: &str = "INSERT INTO customer_codes (customer_id, event, hash, attempts, created_at_ms, \
        expires_at_ms) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (customer_id) DO UPDATE SET \
        event = excluded.event, hash = excluded.hash, attempts = excluded.attempts, \
        created_at_ms = excluded.created_at_ms, expires_at_ms = excluded.expires_at_ms";
    let row = params![
        code.customer,
        code.event.as_str(),
        code.hash.as_str(),
        code.attempts,
        code.created_at_ms,
        code.expires_at_ms
    ];
    Write::new(SQL, row)
}

/// Counts a try; guarded by [`Guard::Row`], in case there were `most` already or the code is gone.
pub fn count_try(code: &CodeRow, most: i64) -> Write {
    const SQL: &str = "UPDATE customer_codes SET attempts = attempts + 1 \
        WHERE customer_id = $1 AND hash = $2 AND attempts < $3";
    Write::guarded(SQL, params![code.customer, code.hash.as_str(), most], Guard::Row)
}

/// Takes back a try that was right.
pub fn uncount_try(code: &CodeRow) -> Write {
    const SQL: &str = "UPDATE customer_codes SET attempts = attempts - 1 \
        WHERE customer_id = $1 AND hash = $2 AND attempts > 0";
    Write::new(SQL, params![code.customer, code.hash.as_str()])
}

/// Uses a code up; guarded by [`Guard::Row`], in case it is gone.
pub fn use_up(code: &CodeRow) -> Write {
    const SQL: &str = "DELETE FROM customer_codes WHERE customer_id = $1 AND hash = $2";
    Write::guarded(SQL, params![code.customer, code.hash.as_str()], Guard::Row)
}

/// Forgets the code of a customer, if there is one.
pub fn forget(customer: CustomerId) -> Write {
    Write::new("DELETE FROM customer_codes WHERE customer_id = $1", params![customer])
}

/// Forgets codes that expired before a moment, a bounded number at a time.
pub fn forget_expired(now_ms: i64) -> Write {
    const SQL: &str = "DELETE FROM customer_codes WHERE customer_id IN (SELECT customer_id FROM customer_codes \
        WHERE expires_at_ms < $1 ORDER BY expires_at_ms, customer_id LIMIT $2)";
    Write::new(SQL, params![now_ms, FORGOTTEN_AT_ONCE])
}
