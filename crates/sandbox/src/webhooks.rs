//! The merchants' settings for notifications, as on a vendor's portal: the
//! address, where the vendor has one per merchant, and the secret that signs them.

use std::collections::HashMap;

use guichet_gateways::ClientCredential;
use secrecy::SecretString;
use serde::Serialize;

use crate::kept_bytes::MAX_SETTING_BYTES;
use crate::refusal::Refusal;
use crate::tenant::{Tenant, hint};

/// The most settings that are kept.
const MAX_WEBHOOKS: usize = 10_000;

/// A merchant's setting.
#[derive(Clone)]
pub struct Webhook {
    /// The vendor, by the dialect's name.
    pub dialect: String,
    /// The merchant's key.
    pub key: String,
    /// The account that belongs to the key; empty where the vendor has none.
    pub account: String,
    /// The address for notifications, at vendors where it is set up once and not with each request.
    pub url: Option<String>,
    /// The secret that signs notifications; without it, `secret_of_` and the key.
    pub secret: Option<String>,
}

/// A merchant's setting as the control API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WebhookView {
    /// The vendor, by the dialect's name.
    pub dialect: String,
    /// The end of the key.
    pub key_hint: String,
    /// The account that belongs to the key.
    pub account: String,
    /// The address for notifications.
    pub url: Option<String>,
    /// Whether a secret was set up; otherwise it is `secret_of_` and the key.
    pub own_secret: bool,
}

impl From<&Webhook> for WebhookView {
    fn from(webhook: &Webhook) -> WebhookView {
        WebhookView {
            dialect: webhook.dialect.clone(),
            key_hint: hint(&webhook.key),
            account: webhook.account.clone(),
            url: webhook.url.clone(),
            own_secret: webhook.secret.is_some(),
        }
    }
}

/// Every merchant's setting.
#[derive(Default)]
pub(crate) struct Webhooks {
    by_tenant: HashMap<Tenant, Webhook>,
}

impl Webhooks {
    /// Sets one up and returns its merchant; a setting that the merchant had is replaced.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] about a dialect, key or address that makes no sense, or when too many
    /// are set up.
    pub(crate) fn set(&mut self, webhook: Webhook) -> Result<Tenant, Refusal> {
        let Some(dialect) = guichet_gateways::dialect(&webhook.dialect) else {
            return Err(Refusal::unknown_dialect());
        };
        let client =
            ClientCredential { dialect: dialect.name(), key: &webhook.key, account: &webhook.account };
        let tenant = Tenant::known(client).ok_or_else(Refusal::unknown_key)?;
        if webhook.url.as_deref().is_some_and(|url| web_address(url).is_none()) {
            return Err(Refusal::invalid("url", "url begins with http:// or https:// and names a host."));
        }
        let texts = [&webhook.key, &webhook.account].into_iter().chain(&webhook.url).chain(&webhook.secret);
        if texts.into_iter().any(|text| text.len() > MAX_SETTING_BYTES) {
            let message =
                format!("key, account, url and secret have at most {MAX_SETTING_BYTES} bytes each.");
            return Err(Refusal::invalid("key", message));
        }
        if self.by_tenant.len() >= MAX_WEBHOOKS && !self.by_tenant.contains_key(&tenant) {
            let message = format!("{MAX_WEBHOOKS} merchants have one already; DELETE /sandbox/webhooks.");
            return Err(Refusal::invalid("key", message));
        }
        self.by_tenant.insert(tenant.clone(), webhook);
        Ok(tenant)
    }

    /// The address for this merchant's notifications.
    pub(crate) fn url(&self, tenant: &Tenant) -> Option<&str> {
        self.by_tenant.get(tenant)?.url.as_deref()
    }

    /// The secret that signs this merchant's notifications.
    pub(crate) fn secret(&self, tenant: &Tenant) -> SecretString {
        let own = self.by_tenant.get(tenant).and_then(|webhook| webhook.secret.clone());
        own.unwrap_or_else(|| format!("secret_of_{}", tenant.key())).into()
    }

    /// Whether a secret was set up for this merchant.
    pub(crate) fn has_secret(&self, tenant: &Tenant) -> bool {
        self.by_tenant.get(tenant).is_some_and(|webhook| webhook.secret.is_some())
    }

    /// Every setting, in the order of vendors, keys and accounts.
    pub(crate) fn views(&self) -> Vec<WebhookView> {
        let mut all: Vec<&Webhook> = self.by_tenant.values().collect();
        all.sort_by(|a, b| (&a.dialect, &a.key, &a.account).cmp(&(&b.dialect, &b.key, &b.account)));
        all.into_iter().map(WebhookView::from).collect()
    }

    /// Drops those of this vendor and this key; without either, of all.
    pub(crate) fn clear(&mut self, dialect: Option<&str>, key: Option<&str>) {
        self.by_tenant.retain(|_, webhook| {
            let other = |only: Option<&str>, found: &str| only.is_some_and(|only| only != found);
            other(dialect, &webhook.dialect) || other(key, &webhook.key)
        });
    }
}

/// The address of a text that begins with http or https and names a host.
pub(crate) fn web_address(text: &str) -> Option<url::Url> {
    url::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}
