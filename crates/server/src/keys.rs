//! API keys: 256 random bits behind a prefix that shows the environment. Only their hash is kept.

use anyhow::Context;
use guichet_core::{Environment, KeyId};

use crate::app::App;
use crate::random;
use crate::store::{KeyRow, insert_key, move_revision};

/// Makes a key of a declared merchant: its row, and the secret that is shown once.
pub(crate) async fn create(
    app: &App,
    merchant: &str,
    environment: Environment,
    label: &str,
) -> anyhow::Result<(KeyRow, String)> {
    app.registry().refresh()?;
    let snapshot = app.registry().snapshot();
    let declared = snapshot.merchants.values().find(|declared| declared.name == merchant);
    let declared = declared
        .with_context(|| format!("there is no merchant “{merchant}”; declare it with guichet apply"))?;
    let prefix = match environment {
        Environment::Test => "sk_test_",
        Environment::Live => "sk_live_",
    };
    let (secret, now_ms) = (random::secret(prefix), app.clock().now_ms());
    let row = KeyRow {
        id: KeyId::new(now_ms, random::bytes()),
        merchant: declared.id,
        environment,
        hash: random::fingerprint(secret.as_bytes()),
        hint: secret.chars().take(prefix.len() + 4).collect(),
        label: label.to_owned(),
        created_at_ms: now_ms,
        revoked_at_ms: None,
    };
    app.store().commit(vec![insert_key(&row), move_revision()]).await?;
    app.registry().refresh()?;
    Ok((row, secret))
}
