//! Who calls: the API key in `Authorization: Bearer sk_test_…` or `sk_live_…`, or a restricted one, `rk_…`; or as the user of HTTP Basic,
//! whose password is empty, as `curl --user sk_test_…:` has it.

use axum::extract::FromRequestParts;
use data_encoding::BASE64;
use guichet_core::{Actor, Code, Environment, KeyId, MerchantId};
use http::header;
use http::request::Parts;

use crate::app::App;
use crate::random;
use crate::registry::Snapshot;
use crate::store::{KeyKind, MerchantRow};

use super::problem::Problem;
use super::{permitted, rate_limit};

/// The merchant and the environment that a valid key opens.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// Whose key it is.
    pub(crate) merchant: MerchantId,
    /// Play money or real money.
    pub(crate) environment: Environment,
    key: KeyId,
}

impl Caller {
    /// The caller as the journal names it.
    pub(crate) fn actor(&self) -> Actor {
        Actor::Key { id: self.key }
    }

    /// The caller's merchant.
    ///
    /// # Errors
    /// It is not declared any more.
    pub(crate) fn merchant_row<'a>(&self, snapshot: &'a Snapshot) -> Result<&'a MerchantRow, Problem> {
        snapshot.merchants.get(&self.merchant).ok_or_else(|| {
            Problem::new(Code::KeyUnknown, "The merchant of this API key is not declared any more.")
        })
    }

    /// The name of its key.
    pub(crate) fn key(&self) -> KeyId {
        self.key
    }

    /// Whether the caller may change what serves live customers too.
    ///
    /// # Errors
    /// The key is one for play money.
    pub(crate) fn insist_on_live(&self) -> Result<(), Problem> {
        if self.environment == Environment::Live {
            return Ok(());
        }
        let detail = "What is sold is the same for play money and real money, so it is changed with a live key: make one with `guichet key create --environment live`.";
        Err(Problem::new(Code::LiveKeyNeeded, detail))
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let value = parts.headers.get(header::AUTHORIZATION).ok_or_else(|| {
            Problem::new(Code::KeyMissing, "Send your API key as “Authorization: Bearer sk_test_…”.")
        })?;
        let secret = value.to_str().ok().and_then(secret).ok_or_else(|| {
            Problem::new(
                Code::KeyMalformed,
                "The Authorization header must be “Bearer”, a space, and an API key; or “Basic”, with the key as user and no \
                 password.",
            )
        })?;
        // Looked up by its hash: how long that takes tells nothing about any stored key.
        let hash = random::fingerprint(secret.as_bytes());
        let snapshot = app.registry().for_key(|known| known.keys.contains_key(&hash)).await;
        let key = snapshot.keys.get(&hash).ok_or_else(|| {
            Problem::new(
                Code::KeyUnknown,
                "This server does not know this API key; make one with `guichet key create`.",
            )
        })?;
        if key.revoked_at_ms.is_some() {
            return Err(Problem::new(
                Code::KeyRevoked,
                "This API key was revoked; make a new one with `guichet key create`.",
            ));
        }
        // Also what its role may not do is a call.
        rate_limit::count(app, parts, &key.id.to_string())?;
        match key.kind {
            KeyKind::Secret => {}
            KeyKind::Restricted(role) => permitted::insist(parts, role)?,
            KeyKind::Publishable => {
                return Err(Problem::new(
                    Code::KeyPublishable,
                    "This is a publishable key, which opens nothing here; use a secret key, and keep it on your server.",
                ));
            }
        }
        Ok(Caller { merchant: key.merchant, environment: key.environment, key: key.id })
    }
}

/// The key in the header.
fn secret(value: &str) -> Option<String> {
    let (scheme, credentials) = value.split_once(' ')?;
    let credentials = credentials.trim();
    let key = match scheme.to_ascii_lowercase().as_str() {
        "bearer" => credentials.to_owned(),
        "basic" => {
            String::from_utf8(BASE64.decode(credentials.as_bytes()).ok()?).ok()?.strip_suffix(':')?.to_owned()
        }
        _ => return None,
    };
    (!key.is_empty()).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_as_a_bearer_or_as_a_user_without_a_password() {
        let basic = |text: &str| format!("Basic {}", BASE64.encode(text.as_bytes()));
        for (value, expected) in [
            ("Bearer sk_test_1".to_owned(), Some("sk_test_1")),
            ("bearer  sk_test_1 ".to_owned(), Some("sk_test_1")),
            (basic("sk_test_1:"), Some("sk_test_1")),
            (basic("sk_test_1:").replace("Basic", "BASIC"), Some("sk_test_1")),
            (basic("sk_test_1:secret"), None),
            (basic("sk_test_1"), None),
            (basic(":"), None),
            ("Basic sk_test_1:".to_owned(), None),
            ("Bearer ".to_owned(), None),
            ("Digest sk_test_1".to_owned(), None),
            ("sk_test_1".to_owned(), None),
        ] {
            assert_eq!(secret(&value).as_deref(), expected, "{value}");
        }
    }
}
