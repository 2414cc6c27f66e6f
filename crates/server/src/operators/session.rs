//! Sessions: a browser in which an operator is signed in. Its cookie holds 256 random bits, of which the hash is stored.

use std::fmt;

use data_encoding::HEXLOWER;
use guichet_core::{Environment, MerchantId, SessionId};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::app::App;
use crate::random;
use crate::store::{
    CommitError, OperatorRow, RoleRow, SessionRow, Write, close_session, close_sessions, note_session_use,
    open_session, prove_session,
};

use super::audit::{AuditedAction, Noted, note_about};
use super::{NotLetIn, Operators, Permission};

/// What every cookie's value begins with.
const PREFIX: &str = "gos_";

/// How long a session serves that is not used: 12 hours.
const IDLE_MS: i64 = 12 * 3_600_000;

/// How long a session serves at the most: two weeks.
const LIFE_MS: i64 = 14 * 24 * 3_600_000;

/// How exactly the last use of a session is kept.
const USE_NOTED_MS: i64 = 60_000;

/// For how long a password that was typed proves that it is still the same person: 10 minutes.
const PROVED_MS: i64 = 10 * 60_000;

/// How much of what a browser says of itself is kept, in characters.
const MOST_BROWSER: usize = 200;

/// The browser that somebody comes with.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    /// What it says of itself.
    pub(crate) name: String,
    /// Where it is.
    pub(crate) address: String,
}

/// An operator who is signed in.
#[derive(Clone)]
pub(crate) struct Signed {
    /// Who it is.
    pub(crate) operator: OperatorRow,
    /// Where they are signed in.
    pub(crate) session: SessionRow,
    /// What forms of this session hold, so that nobody else's page can post them.
    pub(crate) form_token: String,
}

impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signed").field("operator", &self.operator.id).finish_non_exhaustive()
    }
}

impl Signed {
    /// What they are in that shop, where it counts for that kind of money.
    pub(crate) fn role_at(&self, merchant: MerchantId, environment: Environment) -> Option<RoleRow> {
        self.operator.role_at(merchant).filter(|role| role.live || environment == Environment::Test)
    }

    /// Whether they may do that in that shop.
    pub(crate) fn may(&self, permission: Permission, merchant: MerchantId, environment: Environment) -> bool {
        self.role_at(merchant, environment).is_some_and(|role| permission.is_granted_to(role.role))
    }

    /// Whether they have proved lately that they are who they are.
    pub(crate) fn has_proved(&self, now_ms: i64) -> bool {
        now_ms - self.session.proved_at_ms < PROVED_MS
    }
}

/// What forms hold of the session with that cookie.
fn form_token(cookie: &str) -> String {
    let mac = <Hmac<Sha256>>::new_from_slice(cookie.as_bytes());
    mac.map(|mac| HEXLOWER.encode(&mac.chain_update("forms").finalize().into_bytes())).unwrap_or_default()
}

/// Ends every session of an operator, wherever they are signed in.
///
/// # Errors
/// It could not be written.
pub(crate) async fn end_sessions(app: &App, operator: &OperatorRow, noted: Noted) -> Result<(), CommitError> {
    app.store().commit(vec![close_sessions(operator.id, None)]).await?;
    note_about(app, noted.to(&operator.login), operator, AuditedAction::EndedSession).await
}

impl Operators {
    /// A new session of an operator: what its cookie holds, and the writes that open it.
    pub(super) fn new_session(&self, operator: &OperatorRow, browser: Browser) -> (String, Vec<Write>) {
        let (cookie, now_ms) = (random::secret(PREFIX), self.0.app.clock().now_ms());
        // Whoever may see real money begins with it.
        let live = operator.roles.iter().any(|role| role.live);
        let row = SessionRow {
            id: SessionId::new(now_ms, random::bytes()),
            hash: random::fingerprint(cookie.as_bytes()),
            operator: operator.id,
            browser: browser.name.chars().take(MOST_BROWSER).collect(),
            address: browser.address,
            merchant: None,
            environment: if live { Environment::Live } else { Environment::Test },
            language: None,
            created_at_ms: now_ms,
            used_at_ms: now_ms,
            proved_at_ms: now_ms,
            expires_at_ms: now_ms + LIFE_MS,
        };
        (cookie, open_session(&row))
    }

    /// Who is signed in with that cookie, if anybody.
    ///
    /// # Errors
    /// The store is in trouble.
    pub(crate) async fn signed(&self, cookie: &str) -> Result<Option<Signed>, NotLetIn> {
        let (store, now_ms) = (self.0.app.store(), self.0.app.clock().now_ms());
        let session = store.operator_session(&random::fingerprint(cookie.as_bytes())).await?;
        let lasts =
            |session: &SessionRow| now_ms < session.expires_at_ms && now_ms - session.used_at_ms < IDLE_MS;
        let Some(session) = session.filter(lasts) else { return Ok(None) };
        let operator = store.operator(session.operator).await?;
        let Some(operator) = operator.filter(|operator| operator.disabled_at_ms.is_none()) else {
            return Ok(None);
        };
        Ok(Some(Signed { operator, session, form_token: form_token(cookie) }))
    }

    /// A person used the session just now, from which it serves for as long again.
    pub(crate) async fn note_use(&self, signed: &Signed) {
        let (session, now_ms) = (&signed.session, self.0.app.clock().now_ms());
        if now_ms - session.used_at_ms < USE_NOTED_MS {
            return;
        }
        // Whoever only looks is not turned away because that cannot be written.
        if let Err(error) = self.0.app.store().commit(vec![note_session_use(session.id, now_ms)]).await {
            tracing::warn!(%error, "the use of an operator's session was not noted");
        }
    }

    /// Ends a session of the operator who is signed in.
    ///
    /// # Errors
    /// It could not be written.
    pub(crate) async fn end(&self, signed: &Signed, session: SessionId) -> Result<(), CommitError> {
        self.0.app.store().commit(vec![close_session(signed.operator.id, session)]).await
    }

    /// The operator has just proved who they are.
    pub(super) async fn note_proof(&self, signed: &Signed) -> Result<(), CommitError> {
        let now_ms = self.0.app.clock().now_ms();
        self.0.app.store().commit(vec![prove_session(signed.session.id, now_ms)]).await
    }
}
