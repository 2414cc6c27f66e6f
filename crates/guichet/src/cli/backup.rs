//! `guichet backup FILE`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::Args;

use super::database::{Database, with_store};
use guichet_server::store::{Opening, Store};

/// Copy the database, as of one moment, to a new file while the server runs. The encryption key is
/// not in it: keep that apart.
#[derive(Debug, Args)]
#[command(after_help = "Example: guichet backup /var/backups/guichet-monday.db")]
pub(super) struct Backup {
    /// The file to write; it must not be there yet.
    file: PathBuf,

    #[command(flatten)]
    database: Database,
}

impl Backup {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let name = self.file.to_str().context("the file's name is not UTF-8")?;
        ensure!(!self.file.exists(), "{name} is there already; name a new file");
        let backup = async |store: &Store| Ok(store.backup(name.to_owned()).await?);
        with_store(&self.database.database, Opening::AsItIs, backup).await?;
        let damage = with_store(name, Opening::AsItIs, async |copy| Ok(copy.integrity().await?)).await?;
        ensure!(damage.is_empty(), "the copy is damaged: {}", damage.join("; "));
        println!("{name} holds a whole copy of {}", self.database.database);
        Ok(ExitCode::SUCCESS)
    }
}
