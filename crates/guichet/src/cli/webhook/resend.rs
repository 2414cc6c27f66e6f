//! `guichet webhook resend`.

use anyhow::Context;
use clap::Args;
use guichet_core::DeliveryId;

use crate::cli::database::Beside;
use crate::cli::exit::{Exit, OrNotFound};
use guichet_server::app::App;
use guichet_server::store::{Opening, send_again};

#[derive(Debug, Args)]
pub(in crate::cli) struct Resend {
    /// The delivery's identifier.
    delivery: String,
    #[command(flatten)]
    database: Beside,
}

impl Resend {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let id: DeliveryId = self.delivery.parse().with_context(|| format!("“{}”", self.delivery))?;
        let resend = async |app: &App| {
            let row = app.store().delivery(id).await?;
            let is_old = row.is_none() && app.store().may_be_archived(id).await?;
            let aside = if is_old { "; it may be archived, and such a one is not sent again" } else { "" };
            let row = row.or_not_found(|| format!("there is no delivery {id}{aside}"))?;
            if let Some(why) = app.registry().snapshot().why_not_sent(row.delivery.target) {
                return Err(Exit::Refused.error(format!("{id} cannot be sent again: {why}")));
            }
            Ok(app.store().commit(vec![send_again(&row.delivery, app.clock().now_ms())]).await?)
        };
        self.database.with_app(Opening::AsItIs, resend).await?;
        say!("{id} is due now");
        Ok(())
    }
}
