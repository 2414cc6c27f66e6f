//! `guichet archive list`.

use std::process::ExitCode;

use clap::Args;

use crate::cli::database::{Database, with_store};
use crate::output::print_json;
use guichet_server::clock::rfc3339;
use guichet_server::store::{ArchiveState, Opening, Store, shown};

/// List the archives that the database knows of, the oldest first.
#[derive(Debug, Args)]
pub(super) struct List {
    /// Print one JSON object a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Database,
}

impl List {
    pub(super) async fn run(&self) -> anyhow::Result<ExitCode> {
        let read = async |store: &Store| Ok(store.archives().await?);
        let archives = with_store(&self.database.database, Opening::AsItIs, read).await?;
        for row in &archives {
            let made_at = rfc3339(row.made_at_ms);
            if self.json {
                print_json(&serde_json::json!({
                    "number": row.number, "name": row.name, "folder": row.folder, "state": row.state.as_str(),
                    "sha256": row.sha256, "orders": row.orders, "events": row.events, "made_at": made_at,
                }))?;
                continue;
            }
            let state = if row.state == ArchiveState::Done { "" } else { ", NOT DONE" };
            say!(
                "{made_at}  {}  {} orders, {} events, made in {}{state}",
                row.name,
                row.orders,
                row.events,
                row.folder
            );
        }
        if archives.is_empty() && !self.json {
            say!("Nothing was archived from {} yet.", shown(&self.database.database));
        }
        Ok(ExitCode::SUCCESS)
    }
}
