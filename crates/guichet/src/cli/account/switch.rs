//! `guichet account disable|enable ACCOUNT`.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use guichet_core::Environment;
use guichet_server::app::App;
use guichet_server::registry::{OpenAccount, Snapshot};
use guichet_server::store::{Opening, Switched, move_revision, switch_account};

use crate::cli::database::Beside;
use crate::cli::declared::{environment, merchant_name, the_only};
use crate::cli::exit::Exit;
use crate::cli::whoami::login_of_operator;

use super::told;

#[derive(Debug, Args)]
pub(in crate::cli) struct Switch {
    /// The account: its identifier, or its name where that is clear.
    account: String,
    /// Whose account is meant by its name.
    #[arg(long)]
    merchant: Option<String>,
    /// Which of the two is meant by its name: test or live.
    #[arg(long, value_parser = environment)]
    environment: Option<Environment>,
    #[command(flatten)]
    database: Beside,
}

impl Switch {
    /// Disables the account, or enables it.
    pub(super) async fn run(self, disable: bool) -> anyhow::Result<ExitCode> {
        self.database.with_app(Opening::AsItIs, async |app| self.switch(app, disable).await).await
    }

    async fn switch(&self, app: &App, disable: bool) -> anyhow::Result<ExitCode> {
        let snapshot = app.registry().snapshot();
        let account = self.meant(&snapshot)?;
        let (what, standing) = (told(&snapshot, &account), &account.standing);
        if standing.has_ended() {
            let sentence = format!("the {what} has ended; to use it again, declare it in its shop file");
            return Err(Exit::Refused.error(sentence));
        }
        if standing.is_in_use() != disable {
            say!("The {what} was so already: {}.", standing.told());
            return Ok(ExitCode::SUCCESS);
        }
        let by = login_of_operator()?;
        let switched = Switched { disabled: disable, by: &by, at_ms: app.clock().now_ms() };
        app.store().commit(vec![switch_account(account.id, &switched), move_revision()]).await?;
        match disable {
            true => say!(
                "The {what} is disabled: it takes no new payments, and those it has are looked after. A running server follows within a second."
            ),
            false => say!("The {what} takes payments again. A running server follows within a second."),
        }
        Ok(ExitCode::SUCCESS)
    }

    fn meant(&self, snapshot: &Snapshot) -> anyhow::Result<Arc<OpenAccount>> {
        let is_meant = |account: &&Arc<OpenAccount>| {
            let merchant = merchant_name(snapshot, account.merchant);
            account.id.to_string() == self.account
                || account.name == self.account
                    && self.merchant.as_deref().is_none_or(|only| only == merchant)
                    && self.environment.is_none_or(|only| only == account.environment)
        };
        let mut meant: Vec<Arc<OpenAccount>> = snapshot.accounts.values().filter(is_meant).cloned().collect();
        meant.sort_by_key(|account| account.id);
        // A name means an account that ended only where it means no other one.
        if meant.iter().any(|account| !account.standing.has_ended()) {
            meant.retain(|account| !account.standing.has_ended());
        }
        the_only(&format!("account “{}”", self.account), meant, |account| told(snapshot, account))
    }
}
