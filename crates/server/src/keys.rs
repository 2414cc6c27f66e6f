//! API keys: 256 random bits behind a prefix that shows the environment; and credentials for the
//! clients of other vendors, in those vendors' shapes. Only the hash of a key is kept.

use anyhow::{Context, bail};
use guichet_core::{CredentialId, Environment, KeyId, MerchantId};
use guichet_gateways::{Dialect, Notifies};

use crate::app::App;
use crate::random;
use crate::registry::credential_binding;
use crate::store::{
    CredentialRow, Fault, FaultKind, KeyKind, KeyRow, insert_credential, insert_key, move_revision,
    revoke_credential, revoke_key,
};

/// Makes a key of a declared merchant: its row, and the secret that is shown once.
pub async fn create(
    app: &App,
    merchant: &str,
    environment: Environment,
    kind: KeyKind,
    label: &str,
) -> anyhow::Result<(KeyRow, String)> {
    let merchant = declared(app, merchant).await?;
    let prefix = match (kind, environment) {
        (KeyKind::Secret, Environment::Test) => "sk_test_",
        (KeyKind::Secret, Environment::Live) => "sk_live_",
        (KeyKind::Restricted(_), Environment::Test) => "rk_test_",
        (KeyKind::Restricted(_), Environment::Live) => "rk_live_",
        (KeyKind::Publishable, Environment::Test) => "pk_test_",
        (KeyKind::Publishable, Environment::Live) => "pk_live_",
    };
    let (secret, now_ms) = (random::secret(prefix), app.clock().now_ms());
    let row = KeyRow {
        id: KeyId::new(now_ms, random::bytes()),
        merchant,
        environment,
        kind,
        hash: random::fingerprint(secret.as_bytes()),
        hint: secret.chars().take(prefix.len() + 4).collect(),
        label: label.to_owned(),
        created_at_ms: now_ms,
        revoked_at_ms: None,
    };
    app.store().commit(vec![insert_key(&row), move_revision()]).await?;
    app.registry().refresh().await?;
    Ok((row, secret))
}

/// What a new credential for a vendor's clients is to be.
#[derive(Clone, Copy)]
pub struct NewCredential<'a> {
    /// The merchant's short name.
    pub merchant: &'a str,
    /// Which environment it opens.
    pub environment: Environment,
    /// The vendor whose clients it lets in.
    pub dialect: &'static dyn Dialect,
    /// Where notifications go, for a vendor that keeps that with the credential.
    pub notify_url: Option<&'a str>,
    /// What the operator calls it.
    pub label: &'a str,
}

/// Makes a credential for a vendor's clients: its row, and its parts by the vendor's names for them,
/// which are shown once.
pub async fn create_credential(
    app: &App,
    new: NewCredential<'_>,
) -> anyhow::Result<(CredentialRow, Vec<(&'static str, String)>)> {
    let merchant = declared(app, new.merchant).await?;
    let profile = new.dialect.profile();
    if new.notify_url.is_some() && profile.notifies != Notifies::BySetting {
        let why = match profile.notifies {
            Notifies::Never => "it sends none",
            Notifies::ByRequest | Notifies::BySetting => "each request names its own",
        };
        bail!(refused(format!("{} takes no address for notifications here: {why}", profile.title)));
    }
    if let Some(url) = new.notify_url {
        let url = url::Url::parse(url).context("the address for notifications cannot be read")?;
        app.reach().judge(&url).map_err(|why| refused(format!("that address cannot be used: {why}")))?;
    }
    let issued = new.dialect.issue(random::bytes());
    let (id, now_ms) = (CredentialId::new(app.clock().now_ms(), random::bytes()), app.clock().now_ms());
    let row = CredentialRow {
        id,
        merchant,
        environment: new.environment,
        dialect: new.dialect.name().to_owned(),
        hash: random::fingerprint(issued.key.as_bytes()),
        account: issued.account.clone(),
        sealed_signing_secret: app.registry().vault()?.seal(&issued.signing, &credential_binding(id))?,
        notify_url: new.notify_url.map(str::to_owned),
        label: new.label.to_owned(),
        created_at_ms: now_ms,
        revoked_at_ms: None,
    };
    let writes = vec![app.registry().sealed()?, insert_credential(&row), move_revision()];
    app.store().commit(writes).await?;
    app.registry().refresh().await?;
    let parts = [issued.key, issued.account, issued.signing].into_iter().filter(|part| !part.is_empty());
    Ok((row, profile.credentials.iter().copied().zip(parts).collect()))
}

/// The public name of an API key or of a vendor's credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicName {
    /// Of an API key.
    Key(KeyId),
    /// Of a vendor's credential.
    Credential(CredentialId),
}

impl std::str::FromStr for PublicName {
    type Err = guichet_core::BadId;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(PublicName::Credential).or_else(|_| text.parse().map(PublicName::Key))
    }
}

impl std::fmt::Display for PublicName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            PublicName::Key(id) => id.fmt(f),
            PublicName::Credential(id) => id.fmt(f),
        }
    }
}

/// Makes a key or a credential open nothing any more; one that was revoked before stays so.
pub async fn revoke(app: &App, name: PublicName) -> anyhow::Result<()> {
    let now_ms = app.clock().now_ms();
    let revoke = match name {
        PublicName::Key(id) => revoke_key(id, now_ms),
        PublicName::Credential(id) => revoke_credential(id, now_ms),
    };
    app.store().commit(vec![revoke, move_revision()]).await?;
    app.registry().refresh().await
}

fn refused(why: String) -> Fault {
    Fault::of(FaultKind::Refused, why)
}

async fn declared(app: &App, merchant: &str) -> anyhow::Result<MerchantId> {
    app.registry().refresh().await?;
    let snapshot = app.registry().snapshot();
    let declared = snapshot.merchants.values().find(|declared| declared.name == merchant);
    let declared = declared.ok_or_else(|| {
        let why = format!("there is no merchant “{merchant}”; declare it with guichet apply");
        Fault::of(FaultKind::NotFound, why)
    })?;
    Ok(declared.id)
}
