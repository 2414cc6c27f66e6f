//! Idempotency keys: what a shop asked before under the same key, and what it was answered. A key is
//! claimed in the transaction of its effect, and its answer is stored in the one that settles it.

use guichet_core::{Environment, MerchantId, OrderId};

use super::Store;
use super::value::{Fault, Guard, Write, params};

/// A key in use: who, where, which, and for which request.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    /// Whose key it is.
    pub(crate) merchant: MerchantId,
    /// In which environment.
    pub(crate) environment: Environment,
    /// Method and path.
    pub(crate) route: String,
    /// The key as the shop sent it.
    pub(crate) key: String,
    /// SHA-256 over method, path and body.
    pub(crate) fingerprint: String,
}

/// An answer to keep.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status_code: u16,
    /// The body's bytes.
    pub(crate) body: String,
}

/// What is stored under a key.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    /// The fingerprint of the request that claimed it.
    pub(crate) fingerprint: String,
    /// The order it made or changed.
    pub(crate) order: Option<OrderId>,
    /// The answer; `None` while that request runs, or when it died.
    pub(crate) answer: Option<Answer>,
    /// When it was claimed (unix ms).
    pub(crate) created_at_ms: i64,
}

impl Claim {
    /// Claims the key, with the answer when it is known already. Fails when the key is taken.
    pub(crate) fn insert(&self, order: Option<OrderId>, answer: Option<&Answer>, now_ms: i64) -> Write {
        const SQL: &str = "INSERT INTO idempotency_keys (merchant_id, environment, route, key, fingerprint, \
            order_id, status_code, body, created_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
            ON CONFLICT DO NOTHING";
        let row = params![
            self.merchant,
            self.environment.as_str(),
            self.route.as_str(),
            self.key.as_str(),
            self.fingerprint.as_str(),
            order,
            answer.map(|answer| i64::from(answer.status_code)),
            answer.map(|answer| answer.body.as_str()),
            now_ms,
        ];
        Write::guarded(SQL, row, Guard::IdempotencyKey)
    }

    /// Stores the answer of a claimed key; the first answer stays.
    pub(crate) fn settle(&self, answer: &Answer) -> Write {
        const SQL: &str = "UPDATE idempotency_keys SET status_code = $1, body = $2 WHERE merchant_id = $3 \
            AND environment = $4 AND route = $5 AND key = $6 AND status_code IS NULL";
        let row = params![
            i64::from(answer.status_code),
            answer.body.as_str(),
            self.merchant,
            self.environment.as_str(),
            self.route.as_str(),
            self.key.as_str(),
        ];
        Write::new(SQL, row)
    }
}

impl Store {
    /// What is kept under this key.
    pub(crate) fn kept(&self, claim: &Claim) -> Result<Option<Kept>, Fault> {
        const SQL: &str = "SELECT fingerprint, order_id, status_code, body, created_at_ms FROM idempotency_keys \
            WHERE merchant_id = $1 AND environment = $2 AND route = $3 AND key = $4";
        let key =
            params![claim.merchant, claim.environment.as_str(), claim.route.as_str(), claim.key.as_str()];
        let rows = self.find(SQL, key)?;
        let Some(row) = rows.first() else { return Ok(None) };
        let status_code = row.maybe_int(2).and_then(|code| u16::try_from(code).ok());
        Ok(Some(Kept {
            fingerprint: row.text(0)?.to_owned(),
            order: row.maybe_text(1).and_then(|id| id.parse().ok()),
            answer: status_code
                .zip(row.maybe_text(3))
                .map(|(status_code, body)| Answer { status_code, body: body.to_owned() }),
            created_at_ms: row.int(4)?,
        }))
    }
}

/// Forgets keys claimed before a moment, a bounded number at a time.
pub(crate) fn forget_before(at_ms: i64) -> Write {
    const SQL: &str = "DELETE FROM idempotency_keys WHERE created_at_ms < $1";
    Write::new(SQL, params![at_ms])
}
