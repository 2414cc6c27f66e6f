//! `guichet node list`.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use guichet_server::clock::rfc3339;
use guichet_server::store::{NodeRow, Opening};
use serde_json::json;

use super::columns::Column::{Left, Right};
use super::columns::Columns;
use super::database::{Database, with_store};
use super::print_json;

/// Look at the servers that work this database.
#[derive(Debug, Subcommand)]
pub(super) enum NodeCommand {
    /// List the nodes of the last day: their versions, whether they live, and how many of the 64 shards each works.
    #[command(after_help = "Example: guichet node list --json")]
    List(List),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// Print them as JSON, one a line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Database,
}

impl NodeCommand {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let NodeCommand::List(list) = self;
        list.run().await
    }
}

impl List {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let read =
            async |store: &guichet_server::store::Store| Ok((store.nodes().await?, store.leases().await?));
        let ((nodes, now_ms), leases) = with_store(&self.database.database, Opening::AsItIs, read).await?;
        let mut listing = Columns::new([
            Left("NODE"),
            Left("VERSION"),
            Right("SCHEMA"),
            Left("STATE"),
            Right("SHARDS"),
            Right("CLOCK"),
            Left("SINCE"),
        ]);
        for node in nodes {
            let shards: Vec<i64> =
                leases.iter().filter(|lease| lease.owner == node.id).map(|lease| lease.shard).collect();
            let (state, since) = (state(&node, now_ms), rfc3339(node.started_at_ms));
            if self.json {
                print_json(&json!({
                    "id": &*node.id, "name": node.name, "version": node.version, "knows_schema": node.knows_schema,
                    "state": state, "shards": shards, "clock_ahead_ms": node.clock_ahead_ms,
                    "started_at": since, "expires_at": rfc3339(node.expires_at_ms),
                }))?;
                continue;
            }
            listing.row([
                node.name,
                node.version,
                node.knows_schema.to_string(),
                state.to_owned(),
                shards.len().to_string(),
                format!("{:+} ms", node.clock_ahead_ms),
                since,
            ]);
        }
        if !self.json {
            say!("{listing}");
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn state(node: &NodeRow, now_ms: i64) -> &'static str {
    match (node.lives(now_ms), node.leaving) {
        (true, false) => "lives",
        (true, true) => "leaving",
        (false, _) => "gone",
    }
}
