//! How the gateway accounts fare: what every call came to turns the account's circuit breaker, and
//! each turn is logged, counted and written down for the doctor.

use crate::registry::OpenAccount;
use crate::store::{self, HealthRow};

use super::application::App;
use super::breaker::Turn;

impl App {
    /// Notes what a call to the account's gateway came to: its trouble, or `None` when it answered.
    pub(super) async fn note_health(&self, account: &OpenAccount, trouble: Option<String>) {
        let now_ms = self.clock().now_ms();
        let turn = match &trouble {
            None => self.0.breakers.answered(account.id),
            Some(_) => self.0.breakers.troubled(account.id, now_ms),
        };
        let Some(turn) = turn else { return };
        let (gateway, open) = (account.gateway.name(), turn == Turn::Opened);
        let trouble = trouble.unwrap_or_default();
        match turn {
            Turn::Opened => tracing::warn!(
                account = %account.id, gateway, trouble,
                "the gateway is in trouble: no new payment is tried there for a while"
            ),
            Turn::Closed => tracing::info!(account = %account.id, gateway, "the gateway is well again"),
        }
        let labels = [("gateway", gateway.to_owned()), ("account", account.id.to_string())];
        metrics::gauge!("guichet_gateway_breaker_open", &labels).set(u8::from(open));
        let row = HealthRow { account: account.id, open, trouble, since_ms: now_ms };
        if let Err(error) = self.store().commit(vec![store::put_health(&row)]).await {
            tracing::warn!(account = %account.id, %error, "an account's health could not be written down");
        }
    }
}
