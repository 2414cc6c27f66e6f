//! `guichet operator create LOGIN`.

use std::process::ExitCode;

use clap::Args;
use guichet_server::app::App;
use guichet_server::operators::{NewOperator, NotInvited, invite};
use guichet_server::store::{Opening, Role};

use super::{declared, role, tell};
use crate::cli::database::Beside;
use crate::cli::exit::Exit;
use crate::cli::whoami::login_of_operator;

#[derive(Debug, Args)]
pub(in crate::cli) struct Create {
    /// The name to sign in with, such as nadia or nadia@shop.example.
    login: String,
    /// What they are: owner, accountant, clerk or developer.
    #[arg(long, value_parser = role, default_value = "owner")]
    role: Role,
    /// The shop in which they are that; all of them when left out, those declared later too.
    #[arg(long)]
    merchant: Option<String>,
    /// The name that others read.
    #[arg(long, default_value = "")]
    name: String,
    /// Let them see play money only.
    #[arg(long)]
    test_only: bool,
    /// Print it as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: Beside,
}

impl Create {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        self.database.with_app(Opening::AsItIs, async |app| self.create(app).await).await
    }

    async fn create(&self, app: &App) -> anyhow::Result<ExitCode> {
        app.knows_its_address()?;
        let new = NewOperator {
            login: &self.login,
            name: &self.name,
            merchant: self.merchant.as_deref().map(|name| declared(app, name)).transpose()?,
            role: self.role,
            live: !self.test_only,
        };
        match invite(app, new, &login_of_operator()?, "").await {
            Ok(invited) => tell(&invited, self.login.trim(), self.json),
            Err(error @ NotInvited::Taken(_)) => Err(Exit::Refused.error(error.to_string())),
            Err(error @ NotInvited::BadLogin) => Err(Exit::Usage.error(error.to_string())),
            Err(NotInvited::Commit(error)) => Err(error.into()),
        }
    }
}
