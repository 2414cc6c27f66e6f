//! Logins: a customer on a device, and the two tokens that go with it.

use guichet_core::LoginId;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::oneentry::project::{Provider, marked};
use crate::oneentry::trouble::Trouble;
use crate::oneentry::visitor::Visitor;
use crate::random;
use crate::store::{
    CommitError, CustomerRow, CustomerStatus, Fault, Guard, LoginRow, TokenRow, open_login, renew_login,
};

use super::{Device, Entrance};

/// What every refresh token begins with.
const PREFIX: &str = "gr1_";

/// How long a refresh token still serves after a newer one took its place, in ms. Calls that find their
/// access token expired at the same time refresh at the same time, each with the same token, and each
/// goes on with its own answer.
const GRACE_MS: i64 = 60_000;

/// OneEntry's `IAuthEntity`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuthEntity {
    user_identifier: String,
    auth_provider_identifier: String,
    access_token: String,
    refresh_token: String,
}

impl AuthEntity {
    fn new(
        app: &App,
        customer: &CustomerRow,
        provider: &Provider,
        login: LoginId,
        refresh_token: String,
    ) -> Self {
        let expires_at_ms = app.clock().now_ms() + provider.access_token_ttl * 1000;
        AuthEntity {
            user_identifier: customer.identifier.clone(),
            auth_provider_identifier: customer.provider.clone(),
            access_token: app.doorkeeper().tokens.issue(login, expires_at_ms),
            refresh_token,
        }
    }
}

/// A new refresh token, and what is kept of it.
fn new_refresh_token() -> (String, String) {
    let token = random::secret(PREFIX);
    let hash = random::fingerprint(token.as_bytes());
    (token, hash)
}

/// Signs a customer in whose password was just verified; `None` when it was changed meanwhile.
pub(crate) async fn sign_in(
    app: &App,
    customer: &CustomerRow,
    provider: &Provider,
    device: Device,
) -> Result<Option<AuthEntity>, Trouble> {
    let now_ms = app.clock().now_ms();
    let login = LoginRow {
        id: LoginId::new(now_ms, random::bytes()),
        customer: customer.id,
        fingerprint: device.fingerprint,
        device: serde_json::to_string(&device.shown).unwrap_or_default(),
        created_at_ms: now_ms,
        used_at_ms: now_ms,
        expires_at_ms: now_ms + provider.refresh_token_ttl * 1000,
    };
    let (token, hash) = new_refresh_token();
    match app.store().commit(open_login(&login, &customer.password, &hash)).await {
        Ok(()) => Ok(Some(AuthEntity::new(app, customer, provider, login.id, token))),
        Err(CommitError::Conflict(Guard::Row)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The refresh token in a body, whatever else the body is: the SDK asks to refresh nothing, too.
pub(crate) fn shown_token(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Shown {
        refresh_token: String,
    }
    serde_json::from_slice(body).ok().map(|Shown { refresh_token }| refresh_token)
}

/// The login that a refresh token belongs to, with its customer, at that visitor's project.
pub(crate) async fn login_of(
    app: &App,
    visitor: &Visitor,
    token: &str,
) -> Result<Option<(TokenRow, LoginRow, CustomerRow)>, Fault> {
    let hash = random::fingerprint(token.as_bytes());
    let Some(token) = app.store().refresh_token(&hash).await? else { return Ok(None) };
    let Some(login) = app.store().login(token.login).await? else { return Ok(None) };
    let Some(customer) = app.store().customer(login.customer).await? else { return Ok(None) };
    let theirs = (customer.merchant, customer.environment) == (visitor.merchant, visitor.environment);
    Ok(theirs.then_some((token, login, customer)))
}

/// New tokens for an old one. Neither the device nor the provider's marker has to be that of the login:
/// the SDK's parts have a fingerprint each, and older ones refresh under the marker `email` only.
///
/// That a replaced token comes back is deliberately no reason to end the login: two tabs of one browser
/// would sign each other out.
///
/// # Errors
/// [`Trouble::unauthorized`], whatever is wrong with the token.
pub(crate) async fn renew(app: &App, entrance: &Entrance, shown: &str) -> Result<AuthEntity, Trouble> {
    let now_ms = app.clock().now_ms();
    let found = login_of(app, entrance, shown).await?;
    let (token, mut login, customer) = found.ok_or_else(Trouble::unauthorized)?;
    let serves = token.replaced_at_ms.is_none_or(|at_ms| now_ms - at_ms < GRACE_MS);
    if !serves || login.expires_at_ms <= now_ms || customer.status != CustomerStatus::Active {
        return Err(Trouble::unauthorized());
    }
    let own = marked(&entrance.project.providers, &customer.provider);
    let provider = own.map_or(&entrance.provider, |(_, provider)| provider);
    (login.used_at_ms, login.expires_at_ms) = (now_ms, now_ms + provider.refresh_token_ttl * 1000);
    let (fresh, hash) = new_refresh_token();
    let shown = random::fingerprint(shown.as_bytes());
    match app.store().commit(renew_login(&login, &shown, &hash, now_ms - GRACE_MS)).await {
        Ok(()) => Ok(AuthEntity::new(app, &customer, provider, login.id, fresh)),
        Err(CommitError::Conflict(Guard::Row)) => Err(Trouble::unauthorized()),
        Err(error) => Err(error.into()),
    }
}
