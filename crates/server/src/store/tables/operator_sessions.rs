//! The browsers in which operators are signed in, and what each of them looks at.

use std::collections::HashMap;

use guichet_core::{Environment, MerchantId, OperatorId, SessionId};

use super::orders::environment;
use crate::store::Store;
use crate::store::engine::value::{Values, params};
use crate::store::engine::{Fault, Guard, Write};

/// The most browsers in which an operator is signed in; the one that was used longest ago makes room.
const MOST_SESSIONS: i64 = 10;

/// How many rows are forgotten in one transaction.
const FORGOTTEN_AT_ONCE: i64 = 500;

/// A browser in which an operator is signed in.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// The identifier.
    pub id: SessionId,
    /// SHA-256 of what its cookie holds, in hex.
    pub hash: String,
    /// Who is signed in.
    pub operator: OperatorId,
    /// What the browser says of itself, shortened.
    pub browser: String,
    /// The address from which they signed in.
    pub address: String,
    /// The merchant whose shop is looked at; `None` for all.
    pub merchant: Option<MerchantId>,
    /// Whether play money or real money is looked at.
    pub environment: Environment,
    /// The language that was chosen.
    pub language: Option<String>,
    /// When they signed in (unix ms).
    pub created_at_ms: i64,
    /// When it was used last, to about a minute (unix ms).
    pub used_at_ms: i64,
    /// When they last typed their password (unix ms).
    pub proved_at_ms: i64,
    /// When it ends, however much it is used (unix ms).
    pub expires_at_ms: i64,
}

impl Store {
    /// The session whose cookie has that hash, expired or not.
    pub async fn operator_session(&self, hash: &str) -> Result<Option<SessionRow>, Fault> {
        const SQL: &str = "SELECT id, hash, operator_id, browser, address, merchant_id, environment, language, \
            created_at_ms, used_at_ms, proved_at_ms, expires_at_ms FROM operator_sessions WHERE hash = $1";
        self.find(SQL, params![hash]).await?.first().map(session).transpose()
    }

    /// The sessions of an operator, the one that was used last first.
    pub async fn operator_sessions(&self, operator: OperatorId) -> Result<Vec<SessionRow>, Fault> {
        const SQL: &str = "SELECT id, hash, operator_id, browser, address, merchant_id, environment, language, \
            created_at_ms, used_at_ms, proved_at_ms, expires_at_ms FROM operator_sessions WHERE operator_id = $1 \
            ORDER BY used_at_ms DESC";
        self.find(SQL, params![operator]).await?.iter().map(session).collect()
    }

    /// When each operator who has a session used one last (unix ms).
    pub async fn operators_seen(&self) -> Result<HashMap<OperatorId, i64>, Fault> {
        const SQL: &str = "SELECT operator_id, MAX(used_at_ms) FROM operator_sessions GROUP BY operator_id ORDER BY operator_id";
        self.scan(SQL, params![]).await?.iter().map(|row| Ok((row.parsed(0)?, row.int(1)?))).collect()
    }
}

fn session(row: &Values) -> Result<SessionRow, Fault> {
    Ok(SessionRow {
        id: row.parsed(0)?,
        hash: row.text(1)?.to_owned(),
        operator: row.parsed(2)?,
        browser: row.text(3)?.to_owned(),
        address: row.text(4)?.to_owned(),
        merchant: row.maybe_text(5).map(|_| row.parsed(5)).transpose()?,
        environment: environment(row.text(6)?)?,
        language: row.maybe_text(7).map(str::to_owned),
        created_at_ms: row.int(8)?,
        used_at_ms: row.int(9)?,
        proved_at_ms: row.int(10)?,
        expires_at_ms: row.int(11)?,
    })
}

/// The rows of a new session; the oldest of too many make room.
pub fn open(session: &SessionRow) -> Vec<Write> {
    const SQL: &str = "INSERT INTO operator_sessions (id, hash, operator_id, browser, address, merchant_id, environment, \
        language, created_at_ms, used_at_ms, proved_at_ms, expires_at_ms) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    const MAKE_ROOM: &str = "DELETE FROM operator_sessions WHERE operator_id = $1 AND id NOT IN \
        (SELECT id FROM operator_sessions WHERE operator_id = $1 ORDER BY used_at_ms DESC, id DESC LIMIT $2)";
    let row = params![
        session.id,
        session.hash.as_str(),
        session.operator,
        session.browser.as_str(),
        session.address.as_str(),
        session.merchant,
        session.environment.as_str(),
        session.language.as_deref(),
        session.created_at_ms,
        session.used_at_ms,
        session.proved_at_ms,
        session.expires_at_ms,
    ];
    vec![Write::new(SQL, row), Write::new(MAKE_ROOM, params![session.operator, MOST_SESSIONS])]
}

/// A session was used.
pub fn note_use(session: SessionId, now_ms: i64) -> Write {
    const SQL: &str = "UPDATE operator_sessions SET used_at_ms = $1 WHERE id = $2";
    Write::new(SQL, params![now_ms, session])
}

/// The operator has typed their password in it.
pub fn prove(session: SessionId, now_ms: i64) -> Write {
    const SQL: &str = "UPDATE operator_sessions SET proved_at_ms = $1 WHERE id = $2";
    Write::guarded(SQL, params![now_ms, session], Guard::Row)
}

/// What is looked at in it from now on.
pub fn look_at(session: SessionId, merchant: Option<MerchantId>, environment: Environment) -> Write {
    const SQL: &str = "UPDATE operator_sessions SET merchant_id = $1, environment = $2 WHERE id = $3";
    Write::guarded(SQL, params![merchant, environment.as_str(), session], Guard::Row)
}

/// The language that was chosen in it.
pub fn choose_language(session: SessionId, code: &str) -> Write {
    const SQL: &str = "UPDATE operator_sessions SET language = $1 WHERE id = $2";
    Write::guarded(SQL, params![code, session], Guard::Row)
}

/// Ends a session of an operator.
pub fn close(operator: OperatorId, session: SessionId) -> Write {
    const SQL: &str = "DELETE FROM operator_sessions WHERE operator_id = $1 AND id = $2";
    Write::new(SQL, params![operator, session])
}

/// Ends all sessions of an operator but one, if one is given.
pub fn close_all(operator: OperatorId, but: Option<SessionId>) -> Write {
    const SQL: &str = "DELETE FROM operator_sessions WHERE operator_id = $1 AND id <> $2";
    Write::new(SQL, params![operator, but.map(|but| but.to_string()).unwrap_or_default()])
}

/// Forgets sessions and links that have expired.
pub fn forget_expired(now_ms: i64) -> [Write; 2] {
    const SESSIONS: &str = "DELETE FROM operator_sessions WHERE id IN \
        (SELECT id FROM operator_sessions WHERE expires_at_ms <= $1 LIMIT $2)";
    const LINKS: &str = "DELETE FROM operator_links WHERE expires_at_ms <= $1";
    [Write::new(SESSIONS, params![now_ms, FORGOTTEN_AT_ONCE]), Write::new(LINKS, params![now_ms])]
}
