//! What an operator declares: merchants, API keys and gateway accounts. Every change moves the configuration's
//! revision on, so that every node reads it anew.

use guichet_core::{AccountId, Code, Environment, KeyId, MerchantId, Policy};
use serde::{Deserialize, Serialize};

use crate::fields::ReturnOrigin;
use crate::message::MessageSettings;
use crate::pages::PageSettings;
use crate::zones::Zones;

use super::operators::Role;
use super::orders::environment;
use super::standing::{Standing, Switched};
use crate::store::Store;
use crate::store::engine::value::params;
use crate::store::engine::{Fault, Guard, Write};

/// A merchant.
#[derive(Debug, Clone)]
pub struct MerchantRow {
    /// Its identifier.
    pub id: MerchantId,
    /// Its short name, unique here.
    pub name: String,
    /// What customers read.
    pub title: String,
    /// The country that its customers' phone numbers are of where nothing else says so (ISO 3166-1 alpha-2).
    pub country: Option<String>,
    /// What to do with money that does not fit.
    pub policy: Policy,
    /// Origins that a live order may send its customer back to, and schemes of apps that any order may.
    pub return_origins: Vec<String>,
    /// What its pages show of it.
    pub pages: PageSettings,
    /// The time zones by which its days are counted.
    pub zones: Zones,
    /// Which accounts serve which orders; without any, all accounts serve all.
    pub routes: Vec<Route>,
    /// What customers are told, and how.
    pub(crate) messages: MessageSettings,
    /// The secrets that sending messages needs, sealed.
    pub sealed_message_secrets: String,
    /// When its shop file declared it ended (unix ms).
    pub ended_at_ms: Option<i64>,
}

impl MerchantRow {
    /// Whether a customer may be sent back to that address.
    ///
    /// # Errors
    /// A stable code and the rule that the address breaks.
    pub fn leads_back_to(
        &self,
        text: &str,
        called: &str,
        environment: Environment,
    ) -> Result<(), (Code, String)> {
        let refuse = |code, rule: &str| Err((code, rule.to_owned()));
        let read = url::Url::parse(text).ok().filter(|_| text.len() <= 2048);
        let Some((origin, url)) = read.and_then(|url| Some((ReturnOrigin::of(&url)?, url))) else {
            return refuse(
                Code::ReturnUrlInvalid,
                &format!(
                    "{called} must be an http or https address of at most 2048 characters, or one of an app's own \
                     scheme, such as shopapp://paid."
                ),
            );
        };
        if !url.username().is_empty() || url.password().is_some() {
            return refuse(
                Code::ReturnUrlInvalid,
                &format!("{called} must not carry a user name or a password."),
            );
        }
        let declared = self.return_origins.iter().filter_map(|text| ReturnOrigin::declared(text).ok());
        match (&origin, environment) {
            _ if declared.into_iter().any(|declared| declared.covers(&origin)) => Ok(()),
            (ReturnOrigin::Web(_), Environment::Test) => Ok(()),
            (ReturnOrigin::Web(_), Environment::Live) => refuse(
                Code::ReturnUrlOrigin,
                "A live order may only lead back to an origin that is declared under return_origins in the shop file.",
            ),
            (ReturnOrigin::App { .. }, Environment::Test | Environment::Live) => refuse(
                Code::ReturnUrlOrigin,
                "An order may only lead back to an app whose scheme is declared under return_origins in the shop \
                 file, such as shopapp://.",
            ),
        }
    }
}

/// Which accounts serve the orders that it fits, in order of preference. A list that is empty fits
/// everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Only orders of this environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    /// Only orders in one of these currencies (ISO 4217).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub currencies: Vec<String>,
    /// Only payers of one of these countries (ISO 3166-1 alpha-2).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<String>,
    /// Only orders of at least so much, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub least_amount: Option<i64>,
    /// Only orders of at most so much, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_amount: Option<i64>,
    /// The accounts, by name.
    pub accounts: Vec<String>,
}

/// What an API key opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// The native API, with everything in it: for the shop's server only.
    Secret,
    /// As much of the native API as that role does in the back office: for a program that does one thing.
    Restricted(Role),
    /// What a shop front in a browser may know: it names the project, and opens nothing by itself.
    Publishable,
}

impl KeyKind {
    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            KeyKind::Secret => "secret",
            KeyKind::Restricted(_) => "restricted",
            KeyKind::Publishable => "publishable",
        }
    }

    /// The role that it is restricted to.
    pub fn role(self) -> Option<Role> {
        match self {
            KeyKind::Restricted(role) => Some(role),
            KeyKind::Secret | KeyKind::Publishable => None,
        }
    }

    /// The kind as the database has it.
    fn read(kind: &str, role: Option<&str>) -> Result<Self, Fault> {
        match (kind, role.map(|word| Role::of(word).ok_or(word))) {
            ("publishable", None) => Ok(KeyKind::Publishable),
            ("secret", None) => Ok(KeyKind::Secret),
            ("restricted", Some(Ok(role))) => Ok(KeyKind::Restricted(role)),
            (kind, role) => Err(Fault::new(format!("an API key is “{kind}” for {role:?}"))),
        }
    }
}

/// An API key; the secret itself is not stored.
#[derive(Debug, Clone)]
pub struct KeyRow {
    /// Its public name.
    pub id: KeyId,
    /// Whose it is.
    pub merchant: MerchantId,
    /// Which environment it opens.
    pub environment: Environment,
    /// What it opens.
    pub kind: KeyKind,
    /// SHA-256 of the secret, in hex.
    pub hash: String,
    /// The first characters of the secret, to recognise it by.
    pub hint: String,
    /// What the operator calls it.
    pub label: String,
    /// When it was made (unix ms).
    pub created_at_ms: i64,
    /// When it was revoked (unix ms).
    pub revoked_at_ms: Option<i64>,
}

/// A merchant's credentials at a gateway.
#[derive(Debug, Clone)]
pub struct AccountRow {
    /// Its identifier.
    pub id: AccountId,
    /// Whose it is.
    pub merchant: MerchantId,
    /// For play money or real money.
    pub environment: Environment,
    /// Its short name, unique for the merchant.
    pub name: String,
    /// The gateway.
    pub gateway: String,
    /// Its settings, JSON.
    pub settings: String,
    /// Its secret, sealed.
    pub sealed_secret: String,
    /// Whether it is in use.
    pub standing: Standing,
}

/// A merchant to be declared.
pub type NewMerchant = MerchantRow;

/// A gateway account to be declared.
pub type NewAccount = AccountRow;

impl Store {
    /// Grows whenever the configuration changes.
    pub async fn revision(&self) -> Result<i64, Fault> {
        const SQL: &str = "SELECT number FROM revisions WHERE name = 'configuration'";
        self.find(SQL, params![]).await?.first().map_or(Ok(0), |row| row.int(0))
    }

    /// Every merchant.
    pub async fn merchants(&self) -> Result<Vec<MerchantRow>, Fault> {
        const SQL: &str = "SELECT id, name, title, policy, return_origins, routes, messages, \
            sealed_message_secrets, pages, country, ended_at_ms, zones FROM merchants ORDER BY id";
        self.find(SQL, params![])
            .await?
            .iter()
            .map(|row| {
                Ok(MerchantRow {
                    id: row.parsed(0)?,
                    name: row.text(1)?.to_owned(),
                    title: row.text(2)?.to_owned(),
                    policy: row.json(3)?,
                    return_origins: row.json(4)?,
                    routes: row.json(5)?,
                    messages: row.json(6)?,
                    sealed_message_secrets: row.text(7)?.to_owned(),
                    pages: row.json(8)?,
                    country: row.maybe_text(9).map(str::to_owned),
                    ended_at_ms: row.maybe_int(10),
                    zones: row.json(11)?,
                })
            })
            .collect()
    }

    /// Every API key, revoked ones too.
    pub async fn api_keys(&self) -> Result<Vec<KeyRow>, Fault> {
        const SQL: &str = "SELECT id, merchant_id, environment, kind, hash, hint, label, created_at_ms, revoked_at_ms, \
            role FROM api_keys ORDER BY id";
        self.find(SQL, params![])
            .await?
            .iter()
            .map(|row| {
                Ok(KeyRow {
                    id: row.parsed(0)?,
                    merchant: row.parsed(1)?,
                    environment: environment(row.text(2)?)?,
                    kind: KeyKind::read(row.text(3)?, row.maybe_text(9))?,
                    hash: row.text(4)?.to_owned(),
                    hint: row.text(5)?.to_owned(),
                    label: row.text(6)?.to_owned(),
                    created_at_ms: row.int(7)?,
                    revoked_at_ms: row.maybe_int(8),
                })
            })
            .collect()
    }

    /// Every gateway account, those that have ended too: their payments are still looked after.
    pub async fn gateway_accounts(&self) -> Result<Vec<AccountRow>, Fault> {
        const SQL: &str = "SELECT id, merchant_id, environment, name, gateway, settings, sealed_secret, \
            ended_at_ms, disabled_at_ms, switched_by, switched_at_ms FROM gateway_accounts ORDER BY id";
        self.find(SQL, params![])
            .await?
            .iter()
            .map(|row| {
                Ok(AccountRow {
                    id: row.parsed(0)?,
                    merchant: row.parsed(1)?,
                    environment: environment(row.text(2)?)?,
                    name: row.text(3)?.to_owned(),
                    gateway: row.text(4)?.to_owned(),
                    settings: row.text(5)?.to_owned(),
                    sealed_secret: row.text(6)?.to_owned(),
                    standing: Standing::read(row, 7),
                })
            })
            .collect()
    }
}

/// Must be part of every transaction that changes the configuration.
pub fn move_revision() -> Write {
    Write::new("UPDATE revisions SET number = number + 1 WHERE name = 'configuration'", params![])
}

/// The same for a change that was decided by what stood at that revision. Guarded by [`Guard::Row`]: somebody may have
/// changed the configuration meanwhile.
pub fn move_revision_from(revision: i64) -> Write {
    const SQL: &str = "UPDATE revisions SET number = number + 1 WHERE name = 'configuration' AND number = $1";
    Write::guarded(SQL, params![revision], Guard::Row)
}

pub(super) fn list(texts: &[String]) -> String {
    serde_json::to_string(texts).unwrap_or_default()
}

/// Makes a merchant, or brings the one of that name up to date.
pub fn put_merchant(merchant: &NewMerchant, now_ms: i64) -> Write {
    const SQL: &str = "INSERT INTO merchants (id, name, title, policy, return_origins, routes, messages, \
        sealed_message_secrets, pages, country, ended_at_ms, zones, created_at_ms) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
        ON CONFLICT (name) DO UPDATE SET title = excluded.title, policy = excluded.policy, \
        return_origins = excluded.return_origins, routes = excluded.routes, messages = excluded.messages, \
        sealed_message_secrets = excluded.sealed_message_secrets, pages = excluded.pages, \
        country = excluded.country, ended_at_ms = excluded.ended_at_ms, zones = excluded.zones";
    let policy = serde_json::to_string(&merchant.policy).unwrap_or_default();
    let row = params![
        merchant.id,
        merchant.name.as_str(),
        merchant.title.as_str(),
        policy,
        list(&merchant.return_origins),
        serde_json::to_string(&merchant.routes).unwrap_or_default(),
        serde_json::to_string(&merchant.messages).unwrap_or_default(),
        merchant.sealed_message_secrets.as_str(),
        serde_json::to_string(&merchant.pages).unwrap_or_default(),
        merchant.country.as_deref(),
        merchant.ended_at_ms,
        serde_json::to_string(&merchant.zones).unwrap_or_default(),
        now_ms
    ];
    Write::new(SQL, row)
}

/// Makes a gateway account, or brings the one of that name up to date, also one that had ended; its past payments keep
/// it. Whether it is disabled stays as it is.
pub fn put_account(account: &NewAccount, now_ms: i64) -> Write {
    const SQL: &str = "INSERT INTO gateway_accounts (id, merchant_id, environment, name, gateway, settings, \
        sealed_secret, created_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
        ON CONFLICT (merchant_id, environment, name) DO UPDATE SET settings = excluded.settings, \
        sealed_secret = excluded.sealed_secret, ended_at_ms = NULL";
    let row = params![
        account.id,
        account.merchant,
        account.environment.as_str(),
        account.name.as_str(),
        account.gateway.as_str(),
        account.settings.as_str(),
        account.sealed_secret.as_str(),
        now_ms,
    ];
    Write::new(SQL, row)
}

/// Ends a gateway account: it takes no new payments, and those it has are looked after as before.
pub fn end_account(account: AccountId, now_ms: i64) -> Write {
    const SQL: &str = "UPDATE gateway_accounts SET ended_at_ms = $1 WHERE id = $2 AND ended_at_ms IS NULL";
    Write::new(SQL, params![now_ms, account])
}

/// Notes that an operator disabled a gateway account, or enabled it again.
pub fn switch_account(account: AccountId, switched: &Switched<'_>) -> Write {
    const SQL: &str = "UPDATE gateway_accounts SET disabled_at_ms = $1, switched_by = $2, switched_at_ms = $3 \
        WHERE id = $4";
    let Switched { disabled, by, at_ms } = *switched;
    Write::new(SQL, params![disabled.then_some(at_ms), by, at_ms, account])
}

/// Makes an API key.
pub fn insert_key(key: &KeyRow) -> Write {
    const SQL: &str = "INSERT INTO api_keys (id, merchant_id, environment, kind, hash, hint, label, created_at_ms, \
        role) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let row = params![
        key.id,
        key.merchant,
        key.environment.as_str(),
        key.kind.as_str(),
        key.hash.as_str(),
        key.hint.as_str(),
        key.label.as_str(),
        key.created_at_ms,
        key.kind.role().map(Role::as_str),
    ];
    Write::new(SQL, row)
}

/// Makes an API key useless.
pub fn revoke_key(key: KeyId, now_ms: i64) -> Write {
    const SQL: &str = "UPDATE api_keys SET revoked_at_ms = $1 WHERE id = $2 AND revoked_at_ms IS NULL";
    Write::new(SQL, params![now_ms, key])
}
