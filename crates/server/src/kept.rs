//! What the server runs with, kept in the database by each of its starts. Commands beside it go by that, so that none of them
//! writes or sends what the server would not: a link with another address, a webhook into a network that is not allowed.

use std::time::Duration;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::inbound::Proxies;
use crate::outbound::{Network, Reach};
use crate::public_url::PublicUrl;
use crate::store::{KeptRow, Store, keep_settings};

/// What decides what is written and sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunsWith {
    /// Where the server is reached from outside: every link begins with it.
    pub public_url: PublicUrl,
    /// Where merchants' addresses may lead, beside the public Internet.
    pub allowed_networks: Vec<Network>,
    /// How long a gateway may take to answer.
    pub gateway_timeout: Duration,
    /// Whose word about a request's source is believed.
    pub trusted_proxies: Vec<Network>,
}

/// What a start of the server kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What it runs with.
    pub runs_with: RunsWith,
    /// The version of the program.
    pub version: String,
    /// When it started (unix ms).
    pub at_ms: i64,
}

/// The stored form: text for what is written as text everywhere else.
#[derive(Serialize, Deserialize)]
struct Document {
    public_url: String,
    allowed_networks: Vec<String>,
    gateway_timeout_ms: u64,
    trusted_proxies: Vec<String>,
}

impl RunsWith {
    /// The parts of a server's settings.
    pub fn new(public_url: PublicUrl, reach: &Reach, gateway_timeout: Duration, proxies: &Proxies) -> Self {
        RunsWith {
            public_url,
            allowed_networks: reach.allowed().to_vec(),
            gateway_timeout,
            trusted_proxies: proxies.named().to_vec(),
        }
    }

    /// Keeps them in the stead of what was kept before. Where they are the same, not being able to write is no reason not
    /// to serve.
    ///
    /// # Errors
    /// They are others than before, and nothing can be written.
    pub async fn keep(self, store: &Store, now_ms: i64) -> anyhow::Result<()> {
        let before = Kept::read(store).await?;
        let row = KeptRow {
            document: self.document()?,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            kept_at_ms: now_ms,
        };
        let same = before.as_ref().is_some_and(|before| before.runs_with == self);
        if let Some(before) = before.filter(|_| !same) {
            let (old, new) = (before.runs_with.document()?, &row.document);
            tracing::info!(old, new, "the settings are others than those of the last start");
        }
        match store.commit(vec![keep_settings(&row)]).await {
            Err(error) if same => {
                tracing::warn!(%error, "when the server started could not be written down");
                Ok(())
            }
            written => written.context("what the server runs with could not be kept for its commands"),
        }
    }

    fn document(&self) -> anyhow::Result<String> {
        let texts = |networks: &[Network]| networks.iter().map(Network::to_string).collect();
        Ok(serde_json::to_string(&Document {
            public_url: self.public_url.to_string(),
            allowed_networks: texts(&self.allowed_networks),
            gateway_timeout_ms: self.gateway_timeout.as_millis().try_into()?,
            trusted_proxies: texts(&self.trusted_proxies),
        })?)
    }
}

impl Kept {
    /// What the last start kept; `None` where no server ever ran on this database.
    ///
    /// # Errors
    /// The database cannot be read, or holds what this program does not understand.
    pub async fn read(store: &Store) -> anyhow::Result<Option<Self>> {
        let Some(row) = store.kept_settings().await? else { return Ok(None) };
        let document: Document = serde_json::from_str(&row.document).with_context(|| {
            format!("what the server of version {} runs with cannot be read", row.version)
        })?;
        let networks = |texts: &[String]| texts.iter().map(|text| text.parse()).collect::<Result<_, _>>();
        Ok(Some(Kept {
            runs_with: RunsWith {
                public_url: document.public_url.parse()?,
                allowed_networks: networks(&document.allowed_networks)?,
                gateway_timeout: Duration::from_millis(document.gateway_timeout_ms),
                trusted_proxies: networks(&document.trusted_proxies)?,
            },
            version: row.version,
            at_ms: row.kept_at_ms,
        }))
    }
}
