//! The configuration in memory: merchants, keys, gateway accounts and endpoints, with their secrets
//! opened. It is read anew when its revision in the database has moved, at the latest a second later.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use anyhow::Context;
use guichet_core::{AccountId, CredentialId, EndpointId, Environment, MerchantId};
use guichet_gateways::{Account, Dialect, Gateway, Notifies};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::catalogue::Project;
use crate::message::{Channel, MessageSecrets};
use crate::pages::{Label, Language, in_language};
use crate::random;
use crate::store::{AccountRow, CredentialRow, EndpointRow, KeyKind, KeyRow, MerchantRow, Store, Target};
use crate::vault::Vault;

const DAY_MS: i64 = 24 * 3_600_000;

/// What an account may be set to, beside its secret.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountSettings {
    /// The gateway's address, when it is not the public one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<url::Url>,
    /// How many checks a second this account may make.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checks_per_second: Option<u32>,
    /// What customers read on the button.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// How many days an order is given to be paid here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_days: Option<i64>,
    /// The gateway's own options, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub options: BTreeMap<String, String>,
    /// The country of the phone numbers that customers type for it (ISO 3166-1 alpha-2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// A gateway account ready for use.
pub struct OpenAccount {
    /// Its identifier.
    pub id: AccountId,
    /// Whose it is.
    pub merchant: MerchantId,
    /// Play money or real money.
    pub environment: Environment,
    /// The merchant's name for it.
    pub name: String,
    /// What customers read on the button, where the merchant says it.
    pub label: Option<Label>,
    /// The country of the phone numbers that customers type for it (ISO 3166-1 alpha-2), where it is declared.
    pub country: Option<String>,
    /// The connector.
    pub gateway: &'static dyn Gateway,
    /// The gateway's address, and the secrets that go with it.
    pub credentials: Account,
    /// How often the gateway may be asked about payments.
    pub checks_per_second: u32,
    /// How long an order is given to be paid here, in ms, unless somebody chose otherwise; `None` for the usual.
    pub order_life_ms: Option<i64>,
}

impl OpenAccount {
    /// What customers read on the button.
    pub(crate) fn called(&self, language: Language) -> &str {
        let own = self.label.as_ref().and_then(|label| label.text(language));
        own.unwrap_or_else(|| self.paid_with(language))
    }

    /// How one pays at its gateway.
    pub(crate) fn paid_with(&self, language: Language) -> &'static str {
        in_language(self.gateway.capabilities().paid_with, language)
    }
}

/// A webhook endpoint ready for use.
#[derive(Clone)]
pub struct OpenEndpoint {
    /// What is stored of it.
    pub row: EndpointRow,
    /// The signing secrets: the present one, and one that is being replaced.
    pub secrets: Vec<SecretString>,
}

impl OpenEndpoint {
    /// Whether it wants events of that type.
    pub fn wants(&self, event_type: &str) -> bool {
        let wanted = |wanted: &String| {
            wanted == "*"
                || wanted == event_type
                || wanted.strip_suffix('*').is_some_and(|prefix| event_type.starts_with(prefix))
        };
        self.row.disabled_at_ms.is_none() && self.row.event_types.iter().any(wanted)
    }
}

/// A credential of a vendor's client, ready for use.
#[derive(Clone)]
pub struct OpenCredential {
    /// What is stored of it.
    pub row: CredentialRow,
    /// The API that the client speaks.
    pub dialect: &'static dyn Dialect,
    /// What its notifications are signed with.
    pub signing_secret: SecretString,
}

/// The configuration as of one revision.
#[derive(Default)]
pub struct Snapshot {
    revision: i64,
    /// The merchants.
    pub merchants: HashMap<MerchantId, MerchantRow>,
    /// The API keys, by their hashes.
    pub keys: HashMap<String, KeyRow>,
    /// The gateway accounts.
    pub accounts: HashMap<AccountId, Arc<OpenAccount>>,
    /// The webhook endpoints.
    pub endpoints: HashMap<EndpointId, OpenEndpoint>,
    /// The credentials of vendors' clients.
    pub credentials: HashMap<CredentialId, OpenCredential>,
    /// From a dialect and the hash of a key to the credential.
    client_keys: HashMap<(String, String), CredentialId>,
    /// The secrets that a merchant's messages need.
    pub(crate) message_secrets: HashMap<MerchantId, MessageSecrets>,
    /// What the merchants' shop fronts are made of, where they have one.
    pub projects: HashMap<MerchantId, Arc<Project>>,
}

impl Snapshot {
    /// The accounts a merchant can be paid through, in the order they were declared.
    pub fn accounts_of(&self, merchant: MerchantId, environment: Environment) -> Vec<&Arc<OpenAccount>> {
        let mut found: Vec<_> = self
            .accounts
            .values()
            .filter(|account| account.merchant == merchant && account.environment == environment)
            .collect();
        found.sort_by_key(|account| account.id);
        found
    }

    /// Whether a merchant has an account of that name, in whichever environment.
    pub fn has_account(&self, merchant: MerchantId, name: &str) -> bool {
        self.accounts.values().any(|account| account.merchant == merchant && account.name == name)
    }

    /// The credential that a vendor's client shows, by its key; revoked ones are not found.
    pub fn credential_of(&self, dialect: &str, key: &str) -> Option<&OpenCredential> {
        // Looked up by its hash: how long that takes tells nothing about any stored key.
        let hash = random::fingerprint(key.as_bytes());
        let id = self.client_keys.get(&(dialect.to_owned(), hash))?;
        self.credentials.get(id).filter(|known| known.row.revoked_at_ms.is_none())
    }

    /// The publishable key that a shop front shows; revoked ones are not found.
    pub fn front_key(&self, token: &str) -> Option<&KeyRow> {
        // Looked up by its hash: how long that takes tells nothing about any stored key.
        let key = self.keys.get(&random::fingerprint(token.as_bytes()))?;
        (key.kind == KeyKind::Publishable && key.revoked_at_ms.is_none()).then_some(key)
    }

    /// Everything that deliveries may go to.
    pub fn targets(&self) -> impl Iterator<Item = Target> {
        let endpoints = self.endpoints.keys().map(|id| Target::Endpoint(*id));
        let clients = self.credentials.keys().map(|id| Target::Client(*id));
        let customers = self.merchants.keys().flat_map(|merchant| {
            [Channel::Email, Channel::Sms].map(|channel| Target::Customers(*merchant, channel))
        });
        endpoints.chain(clients).chain(customers).filter(|target| self.is_target(*target))
    }

    /// Whether deliveries may go there now.
    pub fn is_target(&self, target: Target) -> bool {
        match target {
            Target::Endpoint(id) => {
                self.endpoints.get(&id).is_some_and(|endpoint| endpoint.row.disabled_at_ms.is_none())
            }
            Target::Client(id) => {
                let client = self.credentials.get(&id);
                client.is_some_and(|client| client.dialect.profile().notifies != Notifies::Never)
            }
            Target::Customers(id, _) => {
                self.merchants.get(&id).is_some_and(|merchant| !merchant.messages.is_off())
            }
        }
    }

    /// The endpoints of a merchant.
    pub fn endpoints_of(&self, merchant: MerchantId, environment: Environment) -> Vec<&OpenEndpoint> {
        let mut found: Vec<_> = self
            .endpoints
            .values()
            .filter(|endpoint| endpoint.row.merchant == merchant && endpoint.row.environment == environment)
            .collect();
        found.sort_by_key(|endpoint| endpoint.row.id);
        found
    }
}

/// Where everyone reads the configuration.
#[derive(Clone)]
pub struct Registry {
    store: Store,
    vault: Vault,
    current: Arc<RwLock<Arc<Snapshot>>>,
}

/// What a sealed account secret is bound to.
pub fn account_binding(account: AccountId) -> String {
    format!("gateway_accounts/{account}/sealed_secret")
}

/// What a sealed endpoint secret is bound to.
pub fn endpoint_binding(endpoint: EndpointId) -> String {
    format!("webhook_endpoints/{endpoint}/sealed_secrets")
}

/// What a sealed signing secret of a vendor's client is bound to.
pub fn credential_binding(credential: CredentialId) -> String {
    format!("dialect_credentials/{credential}/sealed_signing_secret")
}

/// What the sealed secrets of a merchant's messages are bound to.
pub fn messages_binding(merchant: MerchantId) -> String {
    format!("merchants/{merchant}/sealed_message_secrets")
}

impl Registry {
    /// Reads the configuration for the first time.
    ///
    /// # Errors
    /// It cannot be read, or a secret does not open with this vault.
    pub async fn load(store: Store, vault: Vault) -> anyhow::Result<Self> {
        let registry = Registry { store, vault, current: Arc::default() };
        registry.refresh().await?;
        Ok(registry)
    }

    /// The configuration of now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        match self.current.read() {
            Ok(current) => current.clone(),
            Err(poisoned) => poisoned.into_inner().clone(),
        }
    }

    /// What opens and seals secrets.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Reads the configuration anew if it has changed.
    pub async fn refresh(&self) -> anyhow::Result<()> {
        let revision = self.store.revision().await?;
        if revision == self.snapshot().revision {
            return Ok(());
        }
        let fresh = Arc::new(self.read(revision).await?);
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        // Two may read at once, and the later one may be done first.
        if fresh.revision > current.revision {
            *current = fresh;
        }
        Ok(())
    }

    async fn read(&self, revision: i64) -> anyhow::Result<Snapshot> {
        let mut snapshot = Snapshot { revision, ..Snapshot::default() };
        for merchant in self.store.merchants().await? {
            if !merchant.sealed_message_secrets.is_empty() {
                let opened =
                    self.vault.open(&merchant.sealed_message_secrets, &messages_binding(merchant.id))?;
                snapshot.message_secrets.insert(merchant.id, MessageSecrets::read(&opened)?);
            }
            snapshot.merchants.insert(merchant.id, merchant);
        }
        for row in self.store.dialect_credentials().await? {
            let id = row.id;
            let known = self.open_credential(row).with_context(|| format!("credential {id}"))?;
            snapshot.client_keys.insert((known.row.dialect.clone(), known.row.hash.clone()), id);
            snapshot.credentials.insert(id, known);
        }
        for key in self.store.api_keys().await? {
            snapshot.keys.insert(key.hash.clone(), key);
        }
        for row in self.store.gateway_accounts().await? {
            let id = row.id;
            let account = self.open_account(row).with_context(|| format!("gateway account {id}"))?;
            snapshot.accounts.insert(id, Arc::new(account));
        }
        for (merchant, project) in self.store.projects().await? {
            snapshot.projects.insert(merchant, Arc::new(project));
        }
        for row in self.store.webhook_endpoints().await? {
            let binding = endpoint_binding(row.id);
            let secrets = row.sealed_secrets.iter().map(|sealed| self.vault.open(sealed, &binding));
            let secrets = secrets.collect::<anyhow::Result<Vec<_>>>()?;
            snapshot.endpoints.insert(row.id, OpenEndpoint { row, secrets });
        }
        Ok(snapshot)
    }

    fn open_credential(&self, row: CredentialRow) -> anyhow::Result<OpenCredential> {
        let dialect = guichet_gateways::dialect(&row.dialect)
            .with_context(|| format!("this version does not speak to the clients of “{}”", row.dialect))?;
        let signing_secret = self.vault.open(&row.sealed_signing_secret, &credential_binding(row.id))?;
        Ok(OpenCredential { dialect, signing_secret, row })
    }

    fn open_account(&self, row: AccountRow) -> anyhow::Result<OpenAccount> {
        let gateway = guichet_gateways::find(&row.gateway)
            .with_context(|| format!("this version does not know the gateway “{}”", row.gateway))?;
        let settings: AccountSettings = serde_json::from_str(&row.settings)?;
        let base_url = match settings.base_url {
            Some(url) => url,
            // An offline gateway is never called; it gets an address that leads nowhere.
            None => url::Url::parse(gateway.default_base_url().unwrap_or("https://offline.invalid"))?,
        };
        let sealed = self.vault.open(&row.sealed_secret, &account_binding(row.id))?;
        let secrets: Vec<String> = serde_json::from_str(sealed.expose_secret())?;
        let secrets = secrets.into_iter().map(SecretString::from).collect();
        Ok(OpenAccount {
            id: row.id,
            merchant: row.merchant,
            environment: row.environment,
            label: settings.label,
            name: row.name,
            order_life_ms: settings
                .expires_in_days
                .map(|days| days * DAY_MS)
                .or(gateway.capabilities().order_life_ms),
            country: settings.country,
            checks_per_second: settings.checks_per_second.unwrap_or(gateway.capabilities().checks_per_second),
            gateway,
            credentials: Account { base_url, secrets, options: settings.options },
        })
    }
}
