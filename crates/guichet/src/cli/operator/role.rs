//! `guichet operator role LOGIN`.

use std::process::ExitCode;

use clap::Args;
use guichet_server::app::App;
use guichet_server::operators::{RoleChange, change_role};
use guichet_server::store::{Opening, Role};

use super::{called, declared, role};
use crate::cli::database::Beside;
use crate::cli::whoami::login_of_operator;

#[derive(Debug, Args)]
pub(in crate::cli) struct ChangeRole {
    /// The name they sign in with.
    login: String,
    /// What they are from now on: owner, accountant, clerk or developer.
    #[arg(long, value_parser = role, required_unless_present = "remove")]
    role: Option<Role>,
    /// The shop in which they are that; when left out, all those in which they have no other role.
    #[arg(long)]
    merchant: Option<String>,
    /// Let them see play money only.
    #[arg(long, conflicts_with = "remove")]
    test_only: bool,
    /// Take away what they are there.
    #[arg(long, conflicts_with = "role")]
    remove: bool,
    #[command(flatten)]
    database: Beside,
}

impl ChangeRole {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        self.database.with_app(Opening::AsItIs, async |app| self.change(app).await).await
    }

    async fn change(&self, app: &App) -> anyhow::Result<ExitCode> {
        let operator = called(app, &self.login).await?;
        let change = RoleChange {
            merchant: self.merchant.as_deref().map(|name| declared(app, name)).transpose()?,
            to: self.role.map(|role| (role, !self.test_only)),
        };
        let changed = change_role(app, &operator, change, &login_of_operator()?, "").await?;
        let (login, place) = (&operator.login, self.merchant.as_deref().unwrap_or("all shops"));
        match (changed, self.role) {
            (false, _) => say!("{login} was that in {place} already."),
            (true, None) => say!("{login} has no role of their own in {place} any more."),
            (true, Some(role)) => {
                let money = if self.test_only { ", for play money only" } else { "" };
                say!("{login} is {} in {place}{money}.", role.as_str());
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
