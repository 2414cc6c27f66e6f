//! `guichet endpoint disable|enable ENDPOINT`.

use std::process::ExitCode;

use clap::Args;
use guichet_core::Environment;
use guichet_server::app::App;
use guichet_server::registry::{OpenEndpoint, Snapshot};
use guichet_server::store::{Opening, Switched, move_revision, switch_endpoint};

use crate::cli::database::Beside;
use crate::cli::declared::{environment, merchant_name, the_only};
use crate::cli::whoami::login_of_operator;

#[derive(Debug, Args)]
pub(in crate::cli) struct Switch {
    /// The endpoint: its identifier, or its address where that is clear.
    endpoint: String,
    /// Whose endpoint is meant by its address.
    #[arg(long)]
    merchant: Option<String>,
    /// Which of the two is meant by its address: test or live.
    #[arg(long, value_parser = environment)]
    environment: Option<Environment>,
    #[command(flatten)]
    database: Beside,
}

impl Switch {
    /// Disables the endpoint, or enables it.
    pub(super) async fn run(self, disable: bool) -> anyhow::Result<ExitCode> {
        self.database.with_app(Opening::AsItIs, async |app| self.switch(app, disable).await).await
    }

    async fn switch(&self, app: &App, disable: bool) -> anyhow::Result<ExitCode> {
        let snapshot = app.registry().snapshot();
        let endpoint = self.meant(&snapshot)?;
        let (what, standing) = (told(&snapshot, &endpoint), &endpoint.row.standing);
        let already = if disable { standing.is_disabled_by_hand() } else { standing.is_in_use() };
        if already {
            say!("The {what} was so already: {}.", standing.told());
            return Ok(ExitCode::SUCCESS);
        }
        let by = login_of_operator()?;
        let switched = Switched { disabled: disable, by: &by, at_ms: app.clock().now_ms() };
        app.store().commit(vec![switch_endpoint(endpoint.row.id, &switched), move_revision()]).await?;
        match disable {
            true => say!(
                "The {what} is disabled: nothing is sent there. A running server follows within a second."
            ),
            false => say!(
                "The {what} is sent webhooks again, and what waited for it is due. A running server follows within a second."
            ),
        }
        Ok(ExitCode::SUCCESS)
    }

    fn meant(&self, snapshot: &Snapshot) -> anyhow::Result<OpenEndpoint> {
        let is_meant = |endpoint: &&OpenEndpoint| {
            let row = &endpoint.row;
            let merchant = merchant_name(snapshot, row.merchant);
            row.id.to_string() == self.endpoint
                || row.url == self.endpoint
                    && self.merchant.as_deref().is_none_or(|only| only == merchant)
                    && self.environment.is_none_or(|only| only == row.environment)
        };
        let mut meant: Vec<OpenEndpoint> = snapshot.endpoints.values().filter(is_meant).cloned().collect();
        meant.sort_by_key(|endpoint| endpoint.row.id);
        the_only(&format!("endpoint “{}” in use", self.endpoint), meant, |endpoint| {
            told(snapshot, endpoint)
        })
    }
}

/// An endpoint in a sentence.
fn told(snapshot: &Snapshot, endpoint: &OpenEndpoint) -> String {
    let row = &endpoint.row;
    let merchant = merchant_name(snapshot, row.merchant);
    format!("{} webhook endpoint {} of {merchant} ({})", row.environment.as_str(), row.url, row.id)
}
