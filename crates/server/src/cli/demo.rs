//! `guichet demo`.

use std::process::ExitCode;

use clap::Args;

/// Server, sandbox and a small shop in one process.
#[derive(Debug, Args)]
pub(super) struct Demo {}

impl Demo {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        Ok(ExitCode::SUCCESS)
    }
}
