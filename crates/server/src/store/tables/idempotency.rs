//! Idempotency keys: what a shop asked before under the same key, and what it was answered. A key is
//! claimed in the transaction of its effect, and its answer is stored in the one that settles it.

use guichet_core::{Environment, MerchantId, Subject};

use crate::store::Store;
use crate::store::engine::value::{Packed, params};
use crate::store::engine::{Fault, Guard, Write};
use crate::store::packed::unpack;

/// A key in use: who, where, which, and for which request.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Whose key it is.
    pub merchant: MerchantId,
    /// In which environment.
    pub environment: Environment,
    /// Method and path.
    pub route: String,
    /// The key as the shop sent it.
    pub key: String,
    /// SHA-256 over method, path and body.
    pub fingerprint: String,
}

/// An answer to keep.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status_code: u16,
    /// The body's bytes.
    pub body: String,
}

/// What is stored under a key.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The fingerprint of the request that claimed it.
    pub fingerprint: String,
    /// What it made or changed.
    pub subject: Subject,
    /// The answer; `None` while that request runs, or when it died.
    pub answer: Option<Answer>,
    /// When it was claimed (unix ms).
    pub created_at_ms: i64,
}

impl Claim {
    /// Claims the key for what is done to that subject. Fails when the key is taken.
    pub fn insert(&self, subject: Subject, now_ms: i64) -> Write {
        const SQL: &str = "INSERT INTO idempotency_keys (key, merchant_id, environment, route, fingerprint, \
            shard, subject, created_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
        let row = params![
            self.key.as_str(),
            self.merchant,
            self.environment.as_str(),
            self.route.as_str(),
            self.fingerprint.as_str(),
            subject.shard(),
            subject,
            now_ms,
        ];
        Write::guarded(SQL, row, Guard::IdempotencyKey)
    }

    /// Stores the answer of a key claimed for that subject; the first answer stays.
    pub fn settle(&self, subject: Subject, answer: &Answer) -> Write {
        const SQL: &str = "INSERT INTO idempotency_answers (shard, subject, route, key, status_code, body) \
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
        let row = params![
            subject.shard(),
            subject,
            self.route.as_str(),
            self.key.as_str(),
            i64::from(answer.status_code),
            Packed { text: &answer.body, known: known(&self.key, subject), spaces: 0 },
        ];
        Write::new(SQL, row).in_shard(subject.shard())
    }
}

/// What an answer is packed beside: many a shop's key is its reference for the order.
fn known(key: &str, subject: Subject) -> String {
    format!("{key}{subject}")
}

/// The body of an answer that is stored under that key for that subject.
pub(super) fn answer_text(stored: &str, key: &str, subject: Subject) -> Result<String, Fault> {
    Ok(unpack(stored, &known(key, subject))?)
}

impl Store {
    /// What is kept under this key.
    pub async fn kept(&self, claim: &Claim) -> Result<Option<Kept>, Fault> {
        const SQL: &str = "SELECT k.fingerprint, k.subject, a.status_code, a.body, k.created_at_ms \
            FROM idempotency_keys k LEFT JOIN idempotency_answers a ON a.shard = k.shard \
            AND a.subject = k.subject AND a.route = k.route AND a.key = k.key \
            WHERE k.key = $1 AND k.merchant_id = $2 AND k.environment = $3 AND k.route = $4";
        let key =
            params![claim.key.as_str(), claim.merchant, claim.environment.as_str(), claim.route.as_str()];
        let rows = self.find(SQL, key).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let subject: Subject = row.parsed(1)?;
        let status_code = row.maybe_int(2).and_then(|code| u16::try_from(code).ok());
        let body = row.maybe_text(3).map(|body| answer_text(body, &claim.key, subject)).transpose()?;
        Ok(Some(Kept {
            fingerprint: row.text(0)?.to_owned(),
            subject,
            answer: status_code.zip(body).map(|(status_code, body)| Answer { status_code, body }),
            created_at_ms: row.int(4)?,
        }))
    }

    /// What forgets the keys claimed before a moment, and what they were answered, among the next few hundred
    /// behind `cursor`. It moves on, and from the end to the beginning: so that no sweep takes long, and no key
    /// needs an index by age.
    pub async fn forget_keys(&self, cursor: &mut KeyCursor, before_ms: i64) -> Result<Vec<Write>, Fault> {
        const NEXT: &str = "SELECT key, merchant_id, environment, route, shard, subject, created_at_ms \
            FROM idempotency_keys WHERE (key, merchant_id, environment, route) > ($1, $2, $3, $4) \
            ORDER BY key, merchant_id, environment, route LIMIT 500";
        const ANSWER: &str = "DELETE FROM idempotency_answers WHERE shard = $1 AND subject = $2 \
            AND route = $3 AND key = $4";
        const KEY: &str = "DELETE FROM idempotency_keys WHERE key = $1 AND merchant_id = $2 \
            AND environment = $3 AND route = $4";
        let KeyCursor([key, merchant, environment, route]) = std::mem::take(cursor);
        let mut writes = Vec::new();
        for row in self.find(NEXT, params![key, merchant, environment, route]).await? {
            let [key, merchant, environment, route] =
                [row.text(0)?, row.text(1)?, row.text(2)?, row.text(3)?];
            if row.int(6)? < before_ms {
                writes.push(Write::new(ANSWER, params![row.int(4)?, row.text(5)?, route, key]));
                writes.push(Write::new(KEY, params![key, merchant, environment, route]));
            }
            *cursor = KeyCursor([key, merchant, environment, route].map(str::to_owned));
        }
        Ok(writes)
    }
}

/// How far the table of keys was swept, which is sorted by key, merchant, environment and route.
#[derive(Debug, Default)]
pub struct KeyCursor([String; 4]);
