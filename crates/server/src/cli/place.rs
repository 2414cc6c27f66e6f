//! Where a command finds its database and its key: the options most commands share.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use crate::app::App;
use crate::clock::Clock;
use crate::node::assemble;
use crate::outbound::{Network, Reach};
use crate::store::{Opening, Store, sqlite_path};
use crate::vault::Vault;

/// The database and the key that opens its secrets.
#[derive(Debug, Clone, Args)]
pub(super) struct Place {
    /// The database: sqlite:PATH.
    #[arg(long, env = "GUICHET_DATABASE", default_value = "sqlite:guichet.db", value_name = "URL")]
    pub(super) database: String,

    /// The file with the encryption key; made when missing, beside the database unless named.
    #[arg(long, env = "GUICHET_KEY_FILE", value_name = "FILE")]
    key_file: Option<PathBuf>,

    /// The encryption key itself, 64 hexadecimal digits; better given in a file.
    #[arg(long, env = "GUICHET_KEY", hide_env_values = true, value_name = "HEX")]
    key: Option<String>,
}

/// Where merchants' webhook endpoints may be.
#[derive(Debug, Clone, Args)]
pub(super) struct Networks {
    /// A private network that webhook endpoints may be in, such as 127.0.0.0/8; may be repeated.
    #[arg(
        long = "allow-network",
        env = "GUICHET_ALLOW_NETWORKS",
        value_delimiter = ',',
        value_name = "NETWORK"
    )]
    allowed: Vec<Network>,
}

impl Networks {
    pub(super) fn reach(&self) -> Reach {
        Reach::with(&self.allowed)
    }
}

impl Place {
    /// The vault: from the key, from the key file, from systemd's credential `guichet.key`, or from
    /// `guichet.key` beside the database.
    pub(super) fn vault(&self) -> anyhow::Result<Vault> {
        if let Some(key) = &self.key {
            return Vault::from_hex(key);
        }
        if let Some(file) = &self.key_file {
            return Vault::from_file(file);
        }
        let credential =
            std::env::var_os("CREDENTIALS_DIRECTORY").map(|dir| PathBuf::from(dir).join("guichet.key"));
        if let Some(file) = credential.filter(|file| file.exists()) {
            return Vault::from_file(&file);
        }
        Vault::from_file(&PathBuf::from(sqlite_path(&self.database)).with_file_name("guichet.key"))
    }

    /// The application on that database, without network and without worker.
    pub(super) fn app(&self, opening: Opening) -> anyhow::Result<App> {
        self.app_with(opening, Reach::default())
    }

    /// The same, with what merchants' endpoints may reach.
    pub(super) fn app_with(&self, opening: Opening, reach: Reach) -> anyhow::Result<App> {
        let store = Store::open(&self.database, opening).context("the database")?;
        let public_url =
            std::env::var("GUICHET_PUBLIC_URL").unwrap_or_else(|_| "http://127.0.0.1:8080".to_owned());
        assemble(
            store,
            self.vault()?,
            Clock::default(),
            public_url.trim_end_matches('/').to_owned(),
            reach,
            std::time::Duration::from_secs(30),
        )
    }
}
