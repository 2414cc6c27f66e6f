//! How the gateway accounts fare: what every call came to turns the account's circuit breaker, and
//! each turn is logged, counted and written down for the doctor and the other nodes.

use crate::registry::OpenAccount;
use crate::store::{self, Fault, HealthRow};

use super::application::App;
use super::breaker::{Rest, Turn, Written};

impl App {
    /// Whether no new payment is tried at the account at this moment.
    pub(crate) fn is_in_trouble(&self, account: &OpenAccount) -> bool {
        self.0.breakers.is_open(account.id)
    }

    /// Notes what a call to the account's gateway came to: its trouble, or `None` when it answered.
    pub(super) async fn note_health(&self, account: &OpenAccount, trouble: Option<String>) {
        let now_ms = self.clock().now_ms();
        let turn = match &trouble {
            None => self.0.breakers.answered(account.id),
            Some(_) => self.0.breakers.troubled(account.id, now_ms),
        };
        let Some(turn) = turn else { return };
        let gateway = account.gateway.name();
        let trouble = trouble.unwrap_or_default();
        let open = match turn {
            Turn::Opened(rest) => {
                tracing::warn!(
                    account = %account.id, gateway, trouble,
                    "the gateway is in trouble: no new payment is tried there for a while"
                );
                Some(rest)
            }
            Turn::Lengthened(rest) => Some(rest),
            Turn::Closed => {
                tracing::info!(account = %account.id, gateway, "the gateway is well again");
                None
            }
        };
        let Rest { until_ms, rest_ms } = open.unwrap_or_default();
        let row = HealthRow {
            account: account.id,
            open: open.is_some(),
            trouble,
            since_ms: now_ms,
            rest_ms,
            open_until_ms: until_ms,
        };
        match self.store().commit(vec![store::put_health(&row)]).await {
            Ok(()) => self.0.breakers.written(account.id, written(&row)),
            Err(error) => {
                tracing::warn!(account = %account.id, %error, "an account's health could not be written down");
            }
        }
    }

    /// Learns what the other nodes have found out about the accounts.
    ///
    /// # Errors
    /// It cannot be read.
    pub(crate) async fn learn_health(&self) -> Result<(), Fault> {
        for row in self.store().account_health().await? {
            self.0.breakers.learn(row.account, written(&row));
        }
        Ok(())
    }
}

fn written(row: &HealthRow) -> Written {
    row.open.then_some(Rest { until_ms: row.open_until_ms, rest_ms: row.rest_ms })
}
