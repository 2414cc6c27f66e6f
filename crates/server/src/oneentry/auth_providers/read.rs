//! `GET /users-auth-providers/marker/{marker}`: one way to sign in.

use axum::Json;
use serde::Serialize;

use crate::catalogue::Provider;
use crate::oneentry::customer::Entrance;
use crate::oneentry::localized::Localized;

/// OneEntry's `IAuthProvidersEntity`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProviderEntity {
    id: i64,
    localize_infos: Localized,
    /// Guichet keeps no versions of a provider.
    version: i64,
    identifier: String,
    #[serde(rename = "type")]
    kind: &'static str,
    form_identifier: String,
    user_group_identifier: &'static str,
    is_active: bool,
    is_check_code: bool,
    config: Config,
}

/// OneEntry writes its numbers as texts.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Config {
    access_token_ttl_sec: String,
    /// In ms, despite its name.
    refresh_token_ttl_mc: String,
    /// Nobody is deleted for not having signed in: zero days are none.
    delete_none_active_users_after_days: &'static str,
    system_code_tls_sec: String,
    system_code_length: String,
    system_code_only_numbers: &'static str,
    oauth_auth_url: Option<String>,
}

impl ProviderEntity {
    /// A provider with its number, in that language.
    pub(super) fn new(id: i64, provider: &Provider, language: &str) -> Self {
        ProviderEntity {
            id,
            localize_infos: Localized::of(&provider.title, language, &provider.identifier),
            version: 1,
            identifier: provider.identifier.clone(),
            kind: "email",
            form_identifier: provider.form.clone(),
            user_group_identifier: "guest",
            is_active: true,
            is_check_code: provider.activation,
            config: Config {
                access_token_ttl_sec: provider.access_token_ttl.to_string(),
                refresh_token_ttl_mc: (provider.refresh_token_ttl * 1000).to_string(),
                delete_none_active_users_after_days: "0",
                system_code_tls_sec: provider.code_ttl.to_string(),
                system_code_length: provider.code_length.to_string(),
                system_code_only_numbers: "true",
                oauth_auth_url: None,
            },
        }
    }
}

pub(super) async fn read_provider(entrance: Entrance) -> Json<ProviderEntity> {
    Json(ProviderEntity::new(entrance.id, &entrance.provider, &entrance.language))
}
