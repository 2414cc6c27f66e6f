//! Logins: the devices on which customers are signed in, the tokens that keep them signed in, and the
//! devices on which somebody has signed in before.

use guichet_core::{CustomerId, LoginId};

use crate::store::Store;
use crate::store::engine::value::{Values, params};
use crate::store::engine::{Fault, Guard, Write};

/// The most logins that a customer has at once; the one that was used longest ago makes room.
const MOST_LOGINS: i64 = 20;

/// The most tokens that a login has at once, replaced ones among them; the oldest makes room.
const MOST_TOKENS: i64 = 32;

/// The most devices that are remembered of a customer; the one that was used longest ago makes room.
const MOST_DEVICES: i64 = 20;

/// How many rows of a kind are forgotten in one transaction.
const FORGOTTEN_AT_ONCE: i64 = 500;

/// A device on which a customer is signed in.
#[derive(Debug, Clone)]
pub struct LoginRow {
    /// The identifier.
    pub id: LoginId,
    /// Who is signed in.
    pub customer: CustomerId,
    /// SHA-256 of the device's fingerprint in hex; empty when it showed none.
    pub fingerprint: String,
    /// What the device says of itself, as JSON.
    pub device: String,
    /// When the customer signed in (unix ms).
    pub created_at_ms: i64,
    /// When tokens were last given out (unix ms).
    pub used_at_ms: i64,
    /// When it ends unless it is used before (unix ms).
    pub expires_at_ms: i64,
}

/// A refresh token; the token itself is not stored.
#[derive(Debug, Clone)]
pub struct TokenRow {
    /// The login that it keeps alive.
    pub login: LoginId,
    /// When a newer one took its place (unix ms).
    pub replaced_at_ms: Option<i64>,
}

impl Store {
    /// The login of that id, expired or not.
    pub async fn login(&self, id: LoginId) -> Result<Option<LoginRow>, Fault> {
        const SQL: &str = "SELECT id, customer_id, fingerprint, device, created_at_ms, used_at_ms, expires_at_ms \
            FROM logins WHERE id = $1";
        self.find(SQL, params![id]).await?.first().map(login).transpose()
    }

    /// The logins of a customer that have not expired, the latest first.
    pub async fn logins(&self, customer: CustomerId, now_ms: i64) -> Result<Vec<LoginRow>, Fault> {
        const SQL: &str = "SELECT id, customer_id, fingerprint, device, created_at_ms, used_at_ms, expires_at_ms \
            FROM logins WHERE customer_id = $1 AND expires_at_ms > $2 ORDER BY used_at_ms DESC LIMIT $3";
        self.find(SQL, params![customer, now_ms, MOST_LOGINS]).await?.iter().map(login).collect()
    }

    /// The refresh token of that hash.
    pub async fn refresh_token(&self, hash: &str) -> Result<Option<TokenRow>, Fault> {
        const SQL: &str = "SELECT login_id, replaced_at_ms FROM refresh_tokens WHERE hash = $1";
        let rows = self.find(SQL, params![hash]).await?;
        let token = |row: &Values| Ok(TokenRow { login: row.parsed(0)?, replaced_at_ms: row.maybe_int(1) });
        rows.first().map(token).transpose()
    }

    /// Whether the customer, and nobody else, has signed in on that device before. Some SDKs send one
    /// fingerprint for all devices of a kind, which says nothing.
    pub async fn is_known_device(&self, customer: CustomerId, fingerprint: &str) -> Result<bool, Fault> {
        const SQL: &str = "SELECT customer_id FROM known_devices WHERE fingerprint = $1 LIMIT 2";
        let used_by = self.find(SQL, params![fingerprint]).await?;
        Ok(used_by.len() == 1 && used_by[0].parsed::<CustomerId>(0)? == customer)
    }
}

fn login(row: &Values) -> Result<LoginRow, Fault> {
    Ok(LoginRow {
        id: row.parsed(0)?,
        customer: row.parsed(1)?,
        fingerprint: row.text(2)?.to_owned(),
        device: row.text(3)?.to_owned(),
        created_at_ms: row.int(4)?,
        used_at_ms: row.int(5)?,
        expires_at_ms: row.int(6)?,
    })
}

/// Signs a customer in with a first token, in place of the same device's login before. Guarded by
/// [`Guard::Row`], in case the password is not the verified one any more or the customer not active.
pub fn open(login: &LoginRow, verified_password: &str, token_hash: &str) -> Vec<Write> {
    const OPEN: &str = "INSERT INTO logins (id, customer_id, fingerprint, device, created_at_ms, used_at_ms, \
        expires_at_ms) SELECT $1, id, $2, $3, $4, $5, $6 FROM customers \
        WHERE id = $7 AND password = $8 AND status = 'active'";
    let row = params![
        login.id,
        login.fingerprint.as_str(),
        login.device.as_str(),
        login.created_at_ms,
        login.used_at_ms,
        login.expires_at_ms,
        login.customer,
        verified_password,
    ];
    let mut writes = vec![Write::guarded(OPEN, row, Guard::Row)];
    if !login.fingerprint.is_empty() {
        writes.extend(close_twins(login));
        writes.extend(remember_device(login));
    }
    writes.extend(close_surplus(login.customer));
    writes.push(insert_token(login.id, token_hash, login.created_at_ms));
    writes
}

fn close_twins(login: &LoginRow) -> [Write; 2] {
    const TOKENS: &str = "DELETE FROM refresh_tokens WHERE login_id IN \
        (SELECT id FROM logins WHERE customer_id = $1 AND fingerprint = $2 AND id <> $3)";
    const LOGINS: &str = "DELETE FROM logins WHERE customer_id = $1 AND fingerprint = $2 AND id <> $3";
    [TOKENS, LOGINS].map(|sql| Write::new(sql, params![login.customer, login.fingerprint.as_str(), login.id]))
}

fn remember_device(login: &LoginRow) -> [Write; 2] {
    const REMEMBER: &str = "INSERT INTO known_devices (customer_id, fingerprint, used_at_ms) VALUES ($1, $2, $3) \
        ON CONFLICT (customer_id, fingerprint) DO UPDATE SET used_at_ms = excluded.used_at_ms";
    const FORGET: &str = "DELETE FROM known_devices WHERE customer_id = $1 AND fingerprint NOT IN \
        (SELECT fingerprint FROM known_devices WHERE customer_id = $1 ORDER BY used_at_ms DESC LIMIT $2)";
    [
        Write::new(REMEMBER, params![login.customer, login.fingerprint.as_str(), login.created_at_ms]),
        Write::new(FORGET, params![login.customer, MOST_DEVICES]),
    ]
}

fn close_surplus(customer: CustomerId) -> [Write; 2] {
    const TOKENS: &str = "DELETE FROM refresh_tokens WHERE login_id IN \
        (SELECT id FROM logins WHERE customer_id = $1 AND id NOT IN \
        (SELECT id FROM logins WHERE customer_id = $1 ORDER BY used_at_ms DESC, id DESC LIMIT $2))";
    const LOGINS: &str = "DELETE FROM logins WHERE customer_id = $1 AND id NOT IN \
        (SELECT id FROM logins WHERE customer_id = $1 ORDER BY used_at_ms DESC, id DESC LIMIT $2)";
    [TOKENS, LOGINS].map(|sql| Write::new(sql, params![customer, MOST_LOGINS]))
}

/// Gives a login a token; guarded by [`Guard::Row`], in case the login was closed meanwhile.
fn insert_token(login: LoginId, hash: &str, now_ms: i64) -> Write {
    const SQL: &str = "INSERT INTO refresh_tokens (hash, login_id, created_at_ms) \
        SELECT $1, id, $2 FROM logins WHERE id = $3";
    Write::guarded(SQL, params![hash, now_ms, login], Guard::Row)
}

/// Puts a new token in the place of one that was shown, and moves the login's end. Tokens that were
/// replaced before `stale_ms` go. Guarded by [`Guard::Row`], in case the login was closed meanwhile.
pub fn renew(login: &LoginRow, shown: &str, fresh: &str, stale_ms: i64) -> Vec<Write> {
    const REPLACE: &str =
        "UPDATE refresh_tokens SET replaced_at_ms = $1 WHERE hash = $2 AND replaced_at_ms IS NULL";
    const MOVE: &str = "UPDATE logins SET used_at_ms = $1, expires_at_ms = $2 WHERE id = $3";
    const STALE: &str = "DELETE FROM refresh_tokens WHERE login_id = $1 AND replaced_at_ms < $2";
    const SURPLUS: &str = "DELETE FROM refresh_tokens WHERE login_id = $1 AND hash NOT IN \
        (SELECT hash FROM refresh_tokens WHERE login_id = $1 ORDER BY created_at_ms DESC LIMIT $2)";
    vec![
        insert_token(login.id, fresh, login.used_at_ms),
        Write::new(REPLACE, params![login.used_at_ms, shown]),
        Write::new(MOVE, params![login.used_at_ms, login.expires_at_ms, login.id]),
        Write::new(STALE, params![login.id, stale_ms]),
        Write::new(SURPLUS, params![login.id, MOST_TOKENS]),
    ]
}

/// Ends a login: its tokens open nothing any more.
pub fn close(login: LoginId) -> [Write; 2] {
    [
        Write::new("DELETE FROM refresh_tokens WHERE login_id = $1", params![login]),
        Write::new("DELETE FROM logins WHERE id = $1", params![login]),
    ]
}

/// Ends every login of a customer but that one.
pub fn close_all(customer: CustomerId, but: Option<LoginId>) -> [Write; 2] {
    const TOKENS: &str = "DELETE FROM refresh_tokens WHERE login_id IN \
        (SELECT id FROM logins WHERE customer_id = $1 AND id <> $2)";
    const LOGINS: &str = "DELETE FROM logins WHERE customer_id = $1 AND id <> $2";
    let but = but.map(|login| login.to_string()).unwrap_or_default();
    [TOKENS, LOGINS].map(|sql| Write::new(sql, params![customer, but.as_str()]))
}

/// Forgets on which devices a customer has signed in.
pub fn forget_devices(customer: CustomerId) -> Write {
    Write::new("DELETE FROM known_devices WHERE customer_id = $1", params![customer])
}

/// Forgets logins that expired before a moment, and devices that were not used since another one, a
/// bounded number at a time.
pub fn forget_expired(now_ms: i64, unused_since_ms: i64) -> [Write; 3] {
    const TOKENS: &str = "DELETE FROM refresh_tokens WHERE login_id IN \
        (SELECT id FROM logins WHERE expires_at_ms < $1 ORDER BY expires_at_ms, id LIMIT $2)";
    const LOGINS: &str = "DELETE FROM logins WHERE id IN \
        (SELECT id FROM logins WHERE expires_at_ms < $1 ORDER BY expires_at_ms, id LIMIT $2)";
    const DEVICES: &str = "DELETE FROM known_devices WHERE used_at_ms < $1 AND fingerprint IN \
        (SELECT fingerprint FROM known_devices WHERE used_at_ms < $1 ORDER BY used_at_ms LIMIT $2)";
    [
        Write::new(TOKENS, params![now_ms, FORGOTTEN_AT_ONCE]),
        Write::new(LOGINS, params![now_ms, FORGOTTEN_AT_ONCE]),
        Write::new(DEVICES, params![unused_since_ms, FORGOTTEN_AT_ONCE]),
    ]
}
