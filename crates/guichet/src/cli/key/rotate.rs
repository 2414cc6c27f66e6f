//! `guichet key rotate`: another vault key.

use std::process::ExitCode;

use clap::Args;

use crate::cli::database::{Database, with_store};
use crate::output::print_json;
use guichet_server::store::{Opening, Store};
use guichet_server::{Clock, sealing};

/// Change the vault key. A new key is written beside the old one, every sealed secret is sealed with it in one transaction,
/// and then it takes the old one's name, which is kept under another. Broken off anywhere, it is ended by running it again.
/// The server must be stopped. Customers stay signed in.
#[derive(Debug, Args)]
pub(in crate::cli) struct Rotate {
    /// Print what was done as JSON; no key is ever printed.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Database,
}

impl Rotate {
    pub(in crate::cli) async fn run(self) -> anyhow::Result<ExitCode> {
        let places = self.database.key_places()?;
        let rotate = async |store: &Store| sealing::rotate(store, &Clock::default(), &places).await;
        let rotated = with_store(&self.database.database, Opening::AsItIs, rotate).await?;
        let file = rotated.file.display();
        if self.json {
            print_json(&serde_json::json!({
                "file": rotated.file, "fingerprint": rotated.new, "before": rotated.old, "kept": rotated.kept,
                "sealed": rotated.sealed,
            }))?;
            return Ok(ExitCode::SUCCESS);
        }
        match rotated.sealed {
            0 => say!("The change of the key that was broken off is at its end."),
            sealed => say!("{sealed} secrets were sealed anew."),
        }
        say!("{file} is the vault key now (fingerprint {}).", rotated.new);
        if let Some(kept) = rotated.kept {
            say!(
                "The one before (fingerprint {}) is kept as {}: backups made until now open with it alone. Remove it when \
                 none of them is kept any more.",
                rotated.old,
                kept.display()
            );
        }
        say!("Keep a copy of the new key apart from the backups, make a backup, and start the server.");
        Ok(ExitCode::SUCCESS)
    }
}
