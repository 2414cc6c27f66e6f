//! `guichet apply FILE`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::database::{Database, Networks};
use super::print_json;
use guichet_server::shopfile::ShopFile;
use guichet_server::store::Opening;

/// Declare merchants, gateway accounts, webhook endpoints, and what their fronts are made of, from a
/// file. Applying a file twice is the same as once; what the file does not name stays as it is. A
/// running server follows within a second.
#[derive(Debug, Args)]
#[command(after_help = "Example: guichet apply shop.toml --database sqlite:guichet.db")]
pub(super) struct Apply {
    /// The shop file, TOML.
    file: PathBuf,

    /// Print the report as JSON.
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    database: Database,

    #[command(flatten)]
    networks: Networks,
}

impl Apply {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let name = self.file.display();
        let text = std::fs::read_to_string(&self.file).with_context(|| format!("cannot read {name}"))?;
        let file = ShopFile::parse(&text).with_context(|| format!("{name} cannot be applied"))?;
        let reach = self.networks.reach();
        let applied =
            self.database.with_reach(Opening::MakeOrMigrate, reach, async |app| file.apply(app).await);
        let report = applied.await.with_context(|| format!("{name} was not applied"))?;
        if self.json {
            print_json(&serde_json::json!({ "report": report }))?;
        } else {
            report.iter().for_each(|line| println!("{line}"));
        }
        Ok(ExitCode::SUCCESS)
    }
}
