//! Signing in: a login on a device, and the two tokens that go with it.

use guichet_core::LoginId;
use serde::Serialize;

use crate::app::App;
use crate::oneentry::project::Provider;
use crate::oneentry::trouble::Trouble;
use crate::random;
use crate::store::{CommitError, CustomerRow, Guard, LoginRow, open_login};

use super::Device;

/// What every refresh token begins with.
const PREFIX: &str = "gr1_";

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
    pub(crate) fn new(
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
pub(crate) fn new_refresh_token() -> (String, String) {
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
