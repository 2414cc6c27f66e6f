//! `guichet key generate`: the vault key's file.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use crate::cli::database::{Database, with_store};
use crate::cli::exit::Exit;
use crate::output::print_json;
use guichet_server::VaultKey;
use guichet_server::store::{Opening, Store, file_of, is_there, shown};
use guichet_server::vault::{KeyPlaces, write_new};

/// Make the vault key: a file, readable by its owner only, in the place where it is looked for. Never in the stead of
/// another one, and never for a database whose secrets are sealed with another one.
#[derive(Debug, Args)]
pub(in crate::cli) struct Generate {
    /// Print what was made as JSON; the key itself is never printed.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Database,
}

impl Generate {
    pub(in crate::cli) async fn run(self) -> anyhow::Result<ExitCode> {
        let KeyPlaces::Files { handed, own } = self.database.key_places()? else {
            let why = "the vault key is given by GUICHET_KEY or --key, so no file is needed; leave that out to make one";
            return Err(Exit::Usage.error(why));
        };
        for path in handed.iter().chain([&own]) {
            // A link that leads nowhere is something too.
            if fs::symlink_metadata(path).is_ok() {
                let why = format!("{} is there already, and no key is ever written over", path.display());
                return Err(Exit::Refused.error(why));
            }
        }
        self.insist_on_no_other_key(&own).await?;
        let key = VaultKey::random();
        write_new(&own, &key).with_context(|| format!("the key cannot be written to {}", own.display()))?;
        let fingerprint = key.fingerprint();
        if self.json {
            print_json(&serde_json::json!({ "file": own, "fingerprint": fingerprint }))?;
            return Ok(ExitCode::SUCCESS);
        }
        say!("{} is the vault key now (fingerprint {fingerprint}).", own.display());
        say!("Keep a copy of it apart from the backups: without it the secrets in the database do not open.");
        self.tell_whose(&own);
        Ok(ExitCode::SUCCESS)
    }

    /// A new key in the place of the right one would only hide that it is missing.
    async fn insist_on_no_other_key(&self, own: &Path) -> anyhow::Result<()> {
        let database = &self.database.database;
        if !is_there(database).await? {
            return Ok(());
        }
        let root = async |store: &Store| Ok(store.vault_root().await?);
        match with_store(database, Opening::AsItIs, root).await? {
            None => Ok(()),
            Some(root) => Err(Exit::Refused.error(format!(
                "the secrets of {} are sealed with the key of fingerprint {}, which a new key would not open. \
                 Put a copy of that key's file at {}; to change the key afterwards, `guichet key rotate`",
                shown(database),
                root.fingerprint,
                own.display()
            ))),
        }
    }

    /// Where root made it for a database of somebody else's, and could not know whether that user has to read it.
    fn tell_whose(&self, own: &Path) {
        let Some(database) = file_of(&self.database.database) else { return };
        let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty());
        let owner = |path: &Path| fs::metadata(path).map(|found| found.uid()).ok();
        if let (Some(key), Some(folder)) = (owner(own), owner(folder.unwrap_or(Path::new("."))))
            && key != folder
        {
            note!(
                "It belongs to user {key}, and the database's folder to user {folder}. Unless systemd hands it to the \
                 server (LoadCredential), give it to that user: chown {folder} {}",
                own.display()
            );
        }
    }
}
