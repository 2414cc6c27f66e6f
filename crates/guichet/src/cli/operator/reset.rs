//! `guichet operator reset LOGIN`.

use std::process::ExitCode;

use clap::Args;
use guichet_server::operators::reset;
use guichet_server::store::Opening;

use super::{called, tell};
use crate::cli::database::Beside;
use crate::cli::whoami::login_of_operator;

#[derive(Debug, Args)]
pub(in crate::cli) struct Reset {
    /// The name they sign in with.
    login: String,
    /// Print the link as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Beside,
}

impl Reset {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let run = async |app: &guichet_server::app::App| {
            app.knows_its_address()?;
            let operator = called(app, &self.login).await?;
            let invited = reset(app, &operator, &login_of_operator()?, "").await?;
            tell(&invited, &operator.login, self.json)
        };
        self.database.with_app(Opening::AsItIs, run).await
    }
}
