//! Logins: a customer on a device, and the two tokens that go with it.

use guichet_core::LoginId;
use serde::{Deserialize, Serialize};

use crate::random;
use crate::store::{
    CommitError, CustomerRow, CustomerStatus, Fault, Guard, LoginRow, TokenRow, open_login, renew_login,
};

use super::entry::Access;
use super::refused::NotLetIn;

/// What every refresh token begins with.
const PREFIX: &str = "gr1_";

/// How long a refresh token still serves after a newer one took its place, in ms. Calls that find their
/// access token expired at the same time refresh at the same time, each with the same token, and each
/// goes on with its own answer.
const GRACE_MS: i64 = 60_000;

/// The two tokens of a login.
#[derive(Debug)]
pub(crate) struct Tokens {
    /// Opens what is the customer's, for a short time.
    pub(crate) access: String,
    /// Gets new tokens.
    pub(crate) refresh: String,
}

/// How long the tokens of a login serve.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TokenTerms {
    /// The access token, in seconds.
    pub(crate) access_ttl_s: i64,
    /// The refresh token, in seconds from its last use on.
    pub(crate) refresh_ttl_s: i64,
}

/// The device that somebody signs in on.
#[derive(Debug)]
pub(crate) struct LoginDevice {
    /// What tells it from others; empty when it is not known.
    pub(crate) fingerprint: String,
    /// What its owner is shown of it, as JSON.
    pub(crate) shown: String,
}

/// What is told of a device, as it said itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ShownDevice {
    /// Its operating system.
    pub(crate) os: String,
    /// Its browser.
    pub(crate) browser: String,
    /// Its language, which the SDK calls its location.
    pub(crate) location: String,
}

impl ShownDevice {
    /// The device of a login; nothing where it told nothing.
    pub(crate) fn of(login: &LoginRow) -> Self {
        serde_json::from_str(&login.device).unwrap_or_default()
    }
}

/// A login that a refresh token belongs to.
#[derive(Debug)]
pub(crate) struct Login {
    token: TokenRow,
    /// The login.
    pub(crate) row: LoginRow,
    /// Whose it is.
    pub(crate) customer: CustomerRow,
}

/// A new refresh token, and what is kept of it.
fn new_refresh_token() -> (String, String) {
    let token = random::secret(PREFIX);
    let hash = random::fingerprint(token.as_bytes());
    (token, hash)
}

impl Access {
    fn tokens(&self, login: LoginId, refresh: String, terms: TokenTerms) -> Tokens {
        let expires_at_ms = self.0.clock.now_ms() + terms.access_ttl_s * 1000;
        Tokens { access: self.0.tokens.issue(login, expires_at_ms), refresh }
    }

    /// Signs a customer in whose password was just verified; `None` when it was changed meanwhile.
    ///
    /// # Errors
    /// The store is in trouble.
    pub(crate) async fn open_login(
        &self,
        customer: &CustomerRow,
        device: LoginDevice,
        terms: TokenTerms,
    ) -> Result<Option<Tokens>, NotLetIn> {
        let now_ms = self.0.clock.now_ms();
        let login = LoginRow {
            id: LoginId::new(now_ms, random::bytes()),
            customer: customer.id,
            fingerprint: device.fingerprint,
            device: device.shown,
            created_at_ms: now_ms,
            used_at_ms: now_ms,
            expires_at_ms: now_ms + terms.refresh_ttl_s * 1000,
        };
        let (token, hash) = new_refresh_token();
        match self.0.store.commit(open_login(&login, &customer.password, &hash)).await {
            Ok(()) => Ok(Some(self.tokens(login.id, token, terms))),
            Err(CommitError::Conflict(Guard::Row)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The login of an access token that we made and that has not expired; whether it is still open is to be looked up.
    pub(crate) fn login_named_by(&self, access_token: &str) -> Option<LoginId> {
        self.0.tokens.read(access_token, self.0.clock.now_ms())
    }

    /// The login that a refresh token belongs to.
    ///
    /// # Errors
    /// The store is in trouble.
    pub(crate) async fn login_of(&self, refresh_token: &str) -> Result<Option<Login>, Fault> {
        let (store, hash) = (&self.0.store, random::fingerprint(refresh_token.as_bytes()));
        let Some(token) = store.refresh_token(&hash).await? else { return Ok(None) };
        let Some(row) = store.login(token.login).await? else { return Ok(None) };
        let Some(customer) = store.customer(row.customer).await? else { return Ok(None) };
        Ok(Some(Login { token, row, customer }))
    }

    /// New tokens for an old one of that login, `None` when it does not serve any more.
    ///
    /// That a replaced token comes back is deliberately no reason to end the login: two tabs of one browser
    /// would sign each other out.
    ///
    /// # Errors
    /// The store is in trouble.
    pub(crate) async fn renew(
        &self,
        login: Login,
        shown: &str,
        terms: TokenTerms,
    ) -> Result<Option<Tokens>, NotLetIn> {
        let now_ms = self.0.clock.now_ms();
        let Login { token, mut row, customer } = login;
        let serves = token.replaced_at_ms.is_none_or(|at_ms| now_ms - at_ms < GRACE_MS);
        if !serves || row.expires_at_ms <= now_ms || customer.status != CustomerStatus::Active {
            return Ok(None);
        }
        (row.used_at_ms, row.expires_at_ms) = (now_ms, now_ms + terms.refresh_ttl_s * 1000);
        let (fresh, hash) = new_refresh_token();
        let shown = random::fingerprint(shown.as_bytes());
        match self.0.store.commit(renew_login(&row, &shown, &hash, now_ms - GRACE_MS)).await {
            Ok(()) => Ok(Some(self.tokens(row.id, fresh, terms))),
            Err(CommitError::Conflict(Guard::Row)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
