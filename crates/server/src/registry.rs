//! The configuration in memory: merchants, keys, gateway accounts and endpoints, with their secrets opened where the vault
//! is. It is read anew when its revision in the database has moved: at the latest a second later, and before a key that it
//! does not know is turned away.

mod looks;
mod quiet;

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use anyhow::Context;
use guichet_core::{AccountId, CredentialId, DeclaredFee, EndpointId, Environment, MerchantId, PaymentTerms};
use guichet_gateways::{Account, Dialect, Gateway, Notifies};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::catalogue::Project;
use crate::clock::Clock;
use crate::message::{Channel, MessageSecrets};
use crate::pages::{Label, Language, in_language};
use crate::random;
use crate::store::{
    AccountRow, CopyMark, CredentialRow, EndpointRow, KeyKind, KeyRow, MerchantRow, Standing, Store, Target,
    Write, sealed_with,
};
use crate::vault::{Secret, Vault, opened};

use looks::Looks;

pub use quiet::Quiet;

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
    /// What the gateway keeps for itself, where it does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<DeclaredFee>,
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
    pub credentials: Secret<Account>,
    /// How often the gateway may be asked about payments.
    pub checks_per_second: u32,
    /// How long an order is given to be paid here, in ms, unless somebody chose otherwise; `None` for the usual.
    pub order_life_ms: Option<i64>,
    /// What the gateway keeps for itself, where it does not tell.
    pub declared_fee: Option<DeclaredFee>,
    /// Whether it takes new payments. Those it has are looked after whatever this says.
    pub standing: Standing,
}

impl OpenAccount {
    /// What customers read on the button.
    pub(crate) fn called(&self, language: Language) -> &str {
        let own = self.label.as_ref().and_then(|label| label.text(language));
        own.unwrap_or_else(|| self.paid_with(language))
    }

    /// What decisions about a payment here depend on.
    pub(crate) fn payment_terms(&self) -> PaymentTerms {
        let terms = self.gateway.capabilities().payment_terms();
        PaymentTerms { order_life_ms: self.order_life_ms, declared_fee: self.declared_fee, ..terms }
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
    pub secrets: Secret<Vec<SecretString>>,
}

impl OpenEndpoint {
    /// Whether it wants events of that type.
    pub fn wants(&self, event_type: &str) -> bool {
        let wanted = |wanted: &String| {
            wanted == "*"
                || wanted == event_type
                || wanted.strip_suffix('*').is_some_and(|prefix| event_type.starts_with(prefix))
        };
        self.row.standing.is_in_use() && self.row.event_types.iter().any(wanted)
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
    pub signing_secret: Secret<SecretString>,
}

/// The configuration as of one revision.
#[derive(Default)]
pub struct Snapshot {
    revision: i64,
    /// The merchants.
    pub merchants: HashMap<MerchantId, MerchantRow>,
    /// The API keys, by their hashes.
    pub keys: HashMap<String, KeyRow>,
    /// The gateway accounts, those that take no new payments too.
    pub accounts: HashMap<AccountId, Arc<OpenAccount>>,
    /// The webhook endpoints that have not ended, disabled ones too.
    pub endpoints: HashMap<EndpointId, OpenEndpoint>,
    /// The credentials of vendors' clients.
    pub credentials: HashMap<CredentialId, OpenCredential>,
    /// From a dialect and the hash of a key to the credential.
    client_keys: HashMap<(String, String), CredentialId>,
    /// The secrets that a merchant's messages need.
    pub(crate) message_secrets: HashMap<MerchantId, Secret<MessageSecrets>>,
    /// What the merchants' shop fronts are made of, where they have one.
    pub projects: HashMap<MerchantId, Arc<Project>>,
    /// What made this database a copy, if it is one.
    pub copy: Option<CopyMark>,
}

impl Snapshot {
    /// Which configuration this is; a later one has a greater number.
    pub fn revision(&self) -> i64 {
        self.revision
    }

    /// The accounts a merchant can be paid through, in the order they were declared: those in use.
    pub fn accounts_of(&self, merchant: MerchantId, environment: Environment) -> Vec<&Arc<OpenAccount>> {
        let mut found = self.all_accounts_of(merchant, environment);
        found.retain(|account| account.standing.is_in_use());
        found
    }

    /// Every account that a merchant ever declared, in that order: disabled ones and those that have ended too.
    pub fn all_accounts_of(&self, merchant: MerchantId, environment: Environment) -> Vec<&Arc<OpenAccount>> {
        let theirs =
            |account: &&Arc<OpenAccount>| account.merchant == merchant && account.environment == environment;
        let mut found: Vec<_> = self.accounts.values().filter(theirs).collect();
        found.sort_by_key(|account| account.id);
        found
    }

    /// Whether a merchant declares an account of that name, in whichever environment and perhaps disabled.
    pub fn has_account(&self, merchant: MerchantId, name: &str) -> bool {
        let named = |account: &Arc<OpenAccount>| account.merchant == merchant && account.name == name;
        self.accounts.values().any(|account| named(account) && !account.standing.has_ended())
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
                self.endpoints.get(&id).is_some_and(|endpoint| endpoint.row.standing.is_in_use())
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

    /// Why nothing is sent there now, and what to do about it; `None` where deliveries go out.
    pub fn why_not_sent(&self, target: Target) -> Option<&'static str> {
        match (self.is_target(target), self.has_ended(target), target) {
            (true, ..) => None,
            (false, true, Target::Endpoint(_)) => {
                Some("its webhook endpoint has ended; whoever needs the event finds it in GET /v1/events")
            }
            (false, false, Target::Endpoint(_)) => {
                Some("its webhook endpoint is disabled; have it enabled first")
            }
            (false, _, Target::Customers(..)) => {
                Some("the merchant sends its customers no messages any more")
            }
            (false, _, Target::Client(_)) => Some("that vendor's clients are sent no notifications"),
        }
    }

    /// Whether nothing is ever delivered there any more. An endpoint that is disabled has not ended.
    pub fn has_ended(&self, target: Target) -> bool {
        match target {
            Target::Endpoint(id) => !self.endpoints.contains_key(&id),
            Target::Client(id) => !self.credentials.contains_key(&id),
            Target::Customers(id, _) => {
                self.merchants.get(&id).is_none_or(|merchant| merchant.messages.is_off())
            }
        }
    }

    /// The endpoints of a merchant, disabled ones too.
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
    vault: Secret<Vault>,
    current: Arc<RwLock<Arc<Snapshot>>>,
    looks: Looks,
    /// Whether the operator asked for quiet.
    told_to_be_quiet: Arc<AtomicBool>,
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
    pub async fn load(store: Store, clock: Clock, vault: Secret<Vault>) -> anyhow::Result<Self> {
        let (looks, told_to_be_quiet) = (Looks::new(clock), Arc::default());
        let registry = Registry { store, vault, current: Arc::default(), looks, told_to_be_quiet };
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

    /// The configuration as of now, for whoever shows a key; `knows` says whether that key is in it. Whether a known key
    /// was revoked is looked up a few times a second, and before an unknown one is turned away the configuration is looked
    /// at once more. However many keys are guessed, the database is not asked more often than fifty times a second.
    pub async fn for_key(&self, knows: impl Fn(&Snapshot) -> bool) -> Arc<Snapshot> {
        let snapshot = self.snapshot();
        let look = match knows(&snapshot) {
            true => self.looks.now_and_then().await,
            false => self.looks.anew().await,
        };
        let Some(_look) = look else { return self.snapshot() };
        if let Err(error) = self.refresh().await {
            // The worker says so every second.
            tracing::debug!(error = format!("{error:#}"), "the configuration could not be read for a key");
        }
        self.snapshot()
    }

    /// From now on nothing is sent and nothing opened, whatever the database says.
    pub(crate) fn keep_quiet(&self) {
        self.told_to_be_quiet.store(true, Ordering::Relaxed);
    }

    /// Why nothing is sent and nothing opened, if so.
    pub fn quiet(&self) -> Option<Quiet> {
        match self.told_to_be_quiet.load(Ordering::Relaxed) {
            true => Some(Quiet::Told),
            false => self.snapshot().copy.clone().map(Quiet::Copy),
        }
    }

    /// What opens and seals secrets.
    ///
    /// # Errors
    /// It is closed.
    pub fn vault(&self) -> Secret<&Vault> {
        opened(&self.vault)
    }

    /// The write that must go with every one that stores something sealed: nothing of the transaction happens if the vault
    /// key was changed meanwhile.
    ///
    /// # Errors
    /// The vault is closed.
    pub fn sealed(&self) -> Secret<Write> {
        Ok(sealed_with(&self.vault()?.key().fingerprint()))
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
        let copy = self.store.copy_mark().await?;
        let mut snapshot = Snapshot { revision, copy, ..Snapshot::default() };
        for merchant in self.store.merchants().await? {
            if !merchant.sealed_message_secrets.is_empty() {
                let opened = self.open(&merchant.sealed_message_secrets, &messages_binding(merchant.id))?;
                let secrets = match opened {
                    Ok(opened) => Ok(MessageSecrets::read(&opened)?),
                    Err(locked) => Err(locked),
                };
                snapshot.message_secrets.insert(merchant.id, secrets);
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
        for (merchant, project, _made_by) in self.store.projects().await? {
            snapshot.projects.insert(merchant, Arc::new(project));
        }
        for row in self.store.webhook_endpoints().await? {
            let binding = endpoint_binding(row.id);
            let secrets = row.sealed_secrets.iter().map(|sealed| self.open(sealed, &binding));
            let secrets = secrets.collect::<anyhow::Result<Secret<Vec<_>>>>()?;
            snapshot.endpoints.insert(row.id, OpenEndpoint { row, secrets });
        }
        Ok(snapshot)
    }

    /// A secret, opened where the vault is.
    ///
    /// # Errors
    /// It is damaged.
    fn open(&self, sealed: &str, binding: &str) -> anyhow::Result<Secret<SecretString>> {
        match &self.vault {
            Ok(vault) => vault.open(sealed, binding).map(Ok),
            Err(locked) => Ok(Err(locked.clone())),
        }
    }

    fn open_credential(&self, row: CredentialRow) -> anyhow::Result<OpenCredential> {
        let dialect = guichet_gateways::dialect(&row.dialect)
            .with_context(|| format!("this version does not speak to the clients of “{}”", row.dialect))?;
        let signing_secret = self.open(&row.sealed_signing_secret, &credential_binding(row.id))?;
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
        let credentials = match self.open(&row.sealed_secret, &account_binding(row.id))? {
            Ok(opened) => {
                let secrets: Vec<String> = serde_json::from_str(opened.expose_secret())?;
                let secrets = secrets.into_iter().map(SecretString::from).collect();
                Ok(Account { base_url, secrets, options: settings.options })
            }
            Err(locked) => Err(locked),
        };
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
            declared_fee: settings.fee,
            country: settings.country,
            standing: row.standing,
            checks_per_second: settings.checks_per_second.unwrap_or(gateway.capabilities().checks_per_second),
            gateway,
            credentials,
        })
    }
}
