//! `guichet apply FILE`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::place::{Networks, Place};
use super::print_json;
use crate::shopfile::ShopFile;
use crate::store::Opening;

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
    place: Place,

    #[command(flatten)]
    networks: Networks,
}

impl Apply {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let name = self.file.display();
        let text = std::fs::read_to_string(&self.file).with_context(|| format!("cannot read {name}"))?;
        let file = ShopFile::parse(&text).with_context(|| format!("{name} cannot be applied"))?;
        let app = self.place.app_with(Opening::MakeOrMigrate, self.networks.reach())?;
        let report = file.apply(&app).await.with_context(|| format!("{name} was not applied"))?;
        if self.json {
            print_json(&serde_json::json!({ "report": report }))?;
        } else {
            report.iter().for_each(|line| println!("{line}"));
        }
        Ok(ExitCode::SUCCESS)
    }
}
