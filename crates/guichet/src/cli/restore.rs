//! `guichet restore FILE`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use guichet_server::Clock;
use guichet_server::clock::rfc3339;
use guichet_server::store::{Opening, restore};

use super::database::{Database, with_store};
use super::print_json;

/// Put a backup in the stead of the database. The server must be stopped. The backup is verified first, and the present
/// database is kept beside it under another name.
#[derive(Debug, Args)]
#[command(after_help = "Example: guichet restore /var/backups/guichet-monday.db")]
pub(super) struct Restore {
    /// The backup, as `guichet backup` made it.
    file: PathBuf,

    /// Print what was done as JSON.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    database: Database,
}

impl Restore {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let url = &self.database.database;
        let now_ms = Clock::default().now_ms();
        let kept = restore(url, &self.file, &format!(".before-{now_ms}"))?;
        // It opens, and by closing it shows that it can be written.
        let orders = with_store(url, Opening::AsItIs, async |store| {
            let census = store.census(now_ms).await?;
            Ok(census.orders.iter().map(|(_, count)| count).sum::<i64>())
        })
        .await?;
        let kept = kept.map(|path| path.display().to_string());
        if self.json {
            print_json(&serde_json::json!({
                "database": url, "from": self.file, "orders": orders, "kept": kept, "at": rfc3339(now_ms),
            }))?;
            return Ok(ExitCode::SUCCESS);
        }
        println!("{url} is now what {} holds: {orders} orders.", self.file.display());
        match kept {
            Some(kept) => println!("What was there before is {kept}."),
            None => println!("There was no database before."),
        }
        println!("Its secrets open only with the key that it was made with; see `guichet doctor`.");
        Ok(ExitCode::SUCCESS)
    }
}
