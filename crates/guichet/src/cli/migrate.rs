//! `guichet migrate`.

use std::process::ExitCode;

use clap::Args;

use super::database::{Database, with_store};
use guichet_server::store::Opening;

/// Bring the database's schema up to date. `guichet serve` does the same when it starts.
#[derive(Debug, Args)]
#[command(after_help = "Example: guichet migrate --database sqlite:guichet.db")]
pub(super) struct Migrate {
    #[command(flatten)]
    database: Database,
}

impl Migrate {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        with_store(&self.database.database, Opening::MakeOrMigrate, async |_| Ok(())).await?;
        println!("{} is up to date", self.database.database);
        Ok(ExitCode::SUCCESS)
    }
}
