//! Where a command finds its database and its key: the options most commands share, and the opening and closing
//! around what a command does.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use guichet_server::app::App;
use guichet_server::node::assemble;
use guichet_server::outbound::network;
use guichet_server::store::{Opening, Store, sqlite_path};
use guichet_server::{Clock, Network, Reach, Vault};

/// The database and the key that opens its secrets.
#[derive(Debug, Clone, Args)]
pub(super) struct Database {
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
        value_name = "NETWORK",
        value_parser = network
    )]
    allowed: Vec<Network>,
}

impl Networks {
    pub(super) fn reach(&self) -> Reach {
        Reach::with(&self.allowed)
    }
}

/// How long a gateway may take to answer a command.
const GATEWAY_TIMEOUT: Duration = Duration::from_secs(30);

impl Database {
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

    /// Does something with the application on that database, without network and without worker, and closes the
    /// database whatever came of it.
    pub(super) async fn with_app<T>(
        &self,
        opening: Opening,
        work: impl AsyncFnOnce(&App) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        self.with_reach(opening, Reach::default(), work).await
    }

    /// The same, with what merchants' endpoints may reach.
    pub(super) async fn with_reach<T>(
        &self,
        opening: Opening,
        reach: Reach,
        work: impl AsyncFnOnce(&App) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        with_store(&self.database, opening, async |store| {
            let public_url =
                std::env::var("GUICHET_PUBLIC_URL").unwrap_or_else(|_| "http://127.0.0.1:8080".to_owned());
            let public_url = public_url.parse().context("GUICHET_PUBLIC_URL")?;
            let clock = Clock::default();
            let app =
                assemble(store.clone(), self.vault()?, clock, public_url, reach, GATEWAY_TIMEOUT).await?;
            work(&app).await
        })
        .await
    }
}

/// Does something with a database, and closes it whatever came of it.
pub(super) async fn with_store<T>(
    url: &str,
    opening: Opening,
    work: impl AsyncFnOnce(&Store) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let store = Store::open(url, opening).await.context("the database")?;
    let outcome = work(&store).await;
    let closed = store.close().await.context("the database could not be closed");
    outcome.and_then(|done| closed.map(|()| done))
}
