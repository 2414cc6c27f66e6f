//! The tokens of a login as fronts are given them.

use guichet_core::json_as_read;
use serde::{Deserialize, Serialize};

use crate::access::{TokenTerms, Tokens};
use crate::catalogue::Provider;
use crate::store::CustomerRow;

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
    /// The tokens of that customer.
    pub(crate) fn new(customer: &CustomerRow, Tokens { access, refresh }: Tokens) -> Self {
        AuthEntity {
            user_identifier: customer.identifier.clone(),
            auth_provider_identifier: customer.provider.clone(),
            access_token: access,
            refresh_token: refresh,
        }
    }
}

/// How long tokens serve, as the provider declares it.
pub(crate) fn token_terms(provider: &Provider) -> TokenTerms {
    TokenTerms { access_ttl_s: provider.access_token_ttl, refresh_ttl_s: provider.refresh_token_ttl }
}

/// The refresh token in a body, whatever else the body is: the SDK asks to refresh nothing, too.
pub(crate) fn shown_token(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Shown {
        refresh_token: String,
    }
    serde_json::from_slice(&json_as_read(body)).ok().map(|Shown { refresh_token }| refresh_token)
}
