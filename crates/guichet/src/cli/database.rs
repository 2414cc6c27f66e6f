//! Where a command finds its database and its key: the options most commands share, and the opening and closing
//! around what a command does.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, ValueHint};
use guichet_server::app::App;
use guichet_server::kept::Kept;
use guichet_server::node::assemble;
use guichet_server::store::{Opening, Store, file_of, shown};
use guichet_server::{Clock, KeyPlaces, PublicUrl, Secret, Vault, VaultKey, sealing};

use super::sending::Sending;

/// What the file of the vault key is called where nobody names it.
const KEY_FILE: &str = "guichet.key";

/// The database and the key that opens its secrets.
#[derive(Debug, Clone, Args)]
pub(super) struct Database {
    /// The database: sqlite:PATH, or postgres://USER@HOST/DATABASE?password_file=FILE; GUICHET_DATABASE in the environment says
    /// the same.
    // Help would print the variable's value, and with it a password.
    #[arg(long, env = "GUICHET_DATABASE", hide_env = true, default_value = "sqlite:guichet.db", value_name = "URL",
          value_hint = ValueHint::FilePath)]
    pub(super) database: String,

    /// The file with the vault key, which seals the secrets in the database. Otherwise systemd's credential guichet.key, else
    /// guichet.key beside the database's file, or in the working directory where it is no file.
    #[arg(long, env = "GUICHET_KEY_FILE", value_name = "FILE", value_hint = ValueHint::FilePath)]
    key_file: Option<PathBuf>,

    /// The vault key itself, 64 hexadecimal digits; better given in a file. Otherwise what the file holds.
    #[arg(long, env = "GUICHET_KEY", hide_env_values = true, value_name = "HEX")]
    key: Option<String>,
}

impl Database {
    /// Where the vault key is looked for: it is given itself, or stands in the file that is named; else in systemd's
    /// credential `guichet.key`, then in `guichet.key` beside the database.
    pub(super) fn key_places(&self) -> anyhow::Result<KeyPlaces> {
        if let Some(key) = &self.key {
            let key = VaultKey::from_hex(key).context("GUICHET_KEY or --key")?;
            return Ok(KeyPlaces::Given(key));
        }
        if let Some(own) = &self.key_file {
            return Ok(KeyPlaces::Files { handed: None, own: own.clone() });
        }
        let handed = std::env::var_os("CREDENTIALS_DIRECTORY").map(|dir| PathBuf::from(dir).join(KEY_FILE));
        let own = file_of(&self.database).unwrap_or(Path::new("")).with_file_name(KEY_FILE);
        Ok(KeyPlaces::Files { handed, own })
    }
}

/// A database on which a server runs, ran or will run, and what is written and sent by beside it.
#[derive(Debug, Clone, Args)]
pub(super) struct Beside {
    /// Where it is.
    #[command(flatten)]
    pub(super) at: Database,

    #[command(flatten)]
    pub(super) sending: Sending,
}

impl Beside {
    /// Does something with the application on that database, without network and without worker, and closes the
    /// database whatever came of it. Without the vault key too: what needs a secret then says why there is none. It writes
    /// and sends by what the server there runs with.
    pub(super) async fn with_app<T>(
        &self,
        opening: Opening,
        work: impl AsyncFnOnce(&App) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        with_store(&self.at.database, opening, async |store| {
            let vault = sealing::unlock(store, &self.at.key_places()?).await?;
            work(&self.app(store, vault).await?).await
        })
        .await
    }

    /// The same for what seals or opens secrets.
    pub(super) async fn with_secrets<T>(
        &self,
        opening: Opening,
        work: impl AsyncFnOnce(&App) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        with_store(&self.at.database, opening, async |store| {
            let vault = sealing::unlock_to_seal(store, &self.at.key_places()?).await?;
            work(&self.app(store, Ok(vault)).await?).await
        })
        .await
    }

    async fn app(&self, store: &Store, vault: Secret<Vault>) -> anyhow::Result<App> {
        let (by, passed_over) = self.sending.beside(Kept::read(store).await?.as_ref());
        passed_over.iter().for_each(|sentence| note!("guichet: {sentence}"));
        let (reach, public_url) = (by.reach(), by.public_url.unwrap_or_else(PublicUrl::unknown));
        assemble(store.clone(), vault, Clock::default(), public_url, reach, by.gateway_timeout).await
    }
}

/// Does something with a database, and closes it whatever came of it.
pub(super) async fn with_store<T>(
    url: &str,
    opening: Opening,
    work: impl AsyncFnOnce(&Store) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let store = Store::open(url, opening).await.with_context(|| format!("the database {}", shown(url)))?;
    let outcome = work(&store).await;
    let closed = store.close().await.context("the database could not be closed");
    outcome.and_then(|done| closed.map(|()| done))
}
