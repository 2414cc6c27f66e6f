//! `guichet operator disable|enable LOGIN`.

use std::process::ExitCode;

use clap::Args;
use guichet_server::operators::disable;
use guichet_server::store::Opening;

use super::called;
use crate::cli::database::Beside;
use crate::cli::whoami::login_of_operator;

#[derive(Debug, Args)]
pub(in crate::cli) struct Switch {
    /// The name they sign in with.
    login: String,
    #[command(flatten)]
    database: Beside,
}

impl Switch {
    /// Keeps the operator out, or lets them in again.
    pub(super) async fn run(self, disabled: bool) -> anyhow::Result<ExitCode> {
        let switch = async |app: &guichet_server::app::App| {
            let operator = called(app, &self.login).await?;
            disable(app, &operator, disabled, &login_of_operator()?, "").await?;
            let name = &operator.login;
            match disabled {
                true => say!("{name} is kept out, and their sessions have ended."),
                false => say!("{name} may sign in again."),
            }
            Ok(ExitCode::SUCCESS)
        };
        self.database.with_app(Opening::AsItIs, switch).await
    }
}
