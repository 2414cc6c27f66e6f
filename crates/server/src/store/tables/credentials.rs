//! What the shop's clients of other vendors show to be let in: credentials that we made, in the
//! vendors' shapes.

use guichet_core::{CredentialId, Environment, MerchantId};

use super::orders::environment;
use crate::store::Store;
use crate::store::engine::value::params;
use crate::store::engine::{Fault, Write};

/// A merchant's credential for the clients of one vendor; the key itself is not stored.
#[derive(Debug, Clone)]
pub struct CredentialRow {
    /// Its public name.
    pub id: CredentialId,
    /// Whose it is.
    pub merchant: MerchantId,
    /// Which environment it opens.
    pub environment: Environment,
    /// The vendor whose clients it lets in.
    pub dialect: String,
    /// SHA-256 of the key, in hex.
    pub hash: String,
    /// What must go with the key, such as a site's number; empty where the vendor has none.
    pub account: String,
    /// What signs the vendor's notifications, sealed.
    pub sealed_signing_secret: String,
    /// Where notifications go, where the vendor keeps that with the credential.
    pub notify_url: Option<String>,
    /// What the operator calls it.
    pub label: String,
    /// When it was made (unix ms).
    pub created_at_ms: i64,
    /// When it was revoked (unix ms).
    pub revoked_at_ms: Option<i64>,
}

impl Store {
    /// Every credential, revoked ones too.
    pub async fn dialect_credentials(&self) -> Result<Vec<CredentialRow>, Fault> {
        const SQL: &str = "SELECT id, merchant_id, environment, dialect, hash, account, sealed_signing_secret, \
            notify_url, label, created_at_ms, revoked_at_ms FROM dialect_credentials ORDER BY id";
        self.find(SQL, params![])
            .await?
            .iter()
            .map(|row| {
                Ok(CredentialRow {
                    id: row.parsed(0)?,
                    merchant: row.parsed(1)?,
                    environment: environment(row.text(2)?)?,
                    dialect: row.text(3)?.to_owned(),
                    hash: row.text(4)?.to_owned(),
                    account: row.text(5)?.to_owned(),
                    sealed_signing_secret: row.text(6)?.to_owned(),
                    notify_url: row.maybe_text(7).map(str::to_owned),
                    label: row.text(8)?.to_owned(),
                    created_at_ms: row.int(9)?,
                    revoked_at_ms: row.maybe_int(10),
                })
            })
            .collect()
    }
}

/// Makes a credential.
pub fn insert(credential: &CredentialRow) -> Write {
    const SQL: &str = "INSERT INTO dialect_credentials (id, merchant_id, environment, dialect, hash, account, \
        sealed_signing_secret, notify_url, label, created_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let row = params![
        credential.id,
        credential.merchant,
        credential.environment.as_str(),
        credential.dialect.as_str(),
        credential.hash.as_str(),
        credential.account.as_str(),
        credential.sealed_signing_secret.as_str(),
        credential.notify_url.as_deref(),
        credential.label.as_str(),
        credential.created_at_ms,
    ];
    Write::new(SQL, row)
}

/// Makes a credential useless; notifications about its orders still go out.
pub fn revoke(credential: CredentialId, now_ms: i64) -> Write {
    const SQL: &str =
        "UPDATE dialect_credentials SET revoked_at_ms = $1 WHERE id = $2 AND revoked_at_ms IS NULL";
    Write::new(SQL, params![now_ms, credential])
}
