//! Where a shop wants to be paid, and whether that can be.

use std::sync::Arc;

use guichet_core::{Code, Terms};

use crate::app::App;
use crate::http::caller::Caller;
use crate::http::problem::Problem;
use crate::registry::{OpenAccount, Snapshot};

/// The word that leaves the choice of a gateway to the merchant's routes.
const AUTO: &str = "auto";

/// Where a shop wants to be paid: a gateway's name, an account's name or identifier, both, or neither.
pub(super) struct Choice<'a> {
    /// The gateway; `auto` leaves it to the merchant's routes.
    pub(super) gateway: Option<&'a str>,
    /// The gateway account.
    pub(super) account: Option<&'a str>,
}

impl Choice<'_> {
    /// A choice that is left to the customer.
    pub(super) const OPEN: Choice<'static> = Choice { gateway: None, account: None };

    /// The accounts to try in turn, each of which takes such an order; none when none was asked for.
    pub(super) fn accounts(
        &self,
        app: &App,
        snapshot: &Snapshot,
        caller: &Caller,
        terms: &Terms,
    ) -> Result<Vec<Arc<OpenAccount>>, Problem> {
        match (self.gateway, self.account) {
            (None, None) => Ok(Vec::new()),
            (Some(AUTO), None) => {
                let (merchant, environment) = (caller.merchant, caller.environment);
                Ok(app.serving(snapshot, merchant, environment, terms)?)
            }
            _ => {
                let account = self.named(snapshot, caller)?;
                if !terms.is_free() {
                    app.takes(account, terms)?;
                }
                Ok(vec![account.clone()])
            }
        }
    }

    /// The same for an order that is being made or taken up again, with how long it is given where nobody says
    /// otherwise, in ms. What asks for nothing is paid at no account.
    ///
    /// # Errors
    /// Nobody could ever pay it: no account takes it, also once the customer has filled in what the checkout page asks
    /// for.
    pub(super) fn accounts_and_life(
        &self,
        app: &App,
        snapshot: &Snapshot,
        caller: &Caller,
        terms: &Terms,
    ) -> Result<(Vec<Arc<OpenAccount>>, Option<i64>), Problem> {
        let auto = (self.gateway, self.account) == (Some(AUTO), None);
        if terms.is_free() {
            if !auto {
                self.accounts(app, snapshot, caller, terms)?;
            }
            return Ok((Vec::new(), None));
        }
        let accounts = self.accounts(app, snapshot, caller, terms)?;
        if let Some(first) = accounts.first() {
            let life_ms = first.order_life_ms;
            return Ok((accounts, life_ms));
        }
        let payable = app.payable(snapshot, caller.merchant, caller.environment, terms)?;
        // The usual is none, and less than any: where there is a way that is quick, the customer may take it.
        Ok((Vec::new(), payable.iter().map(|account| account.order_life_ms).min().flatten()))
    }

    fn named<'s>(&self, snapshot: &'s Snapshot, caller: &Caller) -> Result<&'s Arc<OpenAccount>, Problem> {
        let named = |open: &&Arc<OpenAccount>| {
            self.account.is_none_or(|name| open.name == name || open.id.to_string() == name)
        };
        let at_gateway =
            |open: &&Arc<OpenAccount>| self.gateway.is_none_or(|name| open.gateway.name() == name);
        let mut meant = snapshot.all_accounts_of(caller.merchant, caller.environment);
        meant.retain(|open| named(open) && at_gateway(open));
        let in_use = meant.iter().find(|open| open.standing.is_in_use()).copied();
        in_use.ok_or_else(|| {
            let environment = caller.environment.as_str();
            let rule = match meant.first() {
                None => format!(
                    "You have no {environment} account at that gateway; declare one in the shop file and apply it with `guichet apply`."
                ),
                Some(open) if open.standing.has_ended() => format!(
                    "Your {environment} account “{}” has ended: it takes no new payments; choose another one.",
                    open.name
                ),
                Some(open) => format!(
                    "Your {environment} account “{}” is disabled and takes no new payments; choose another one, or ask the operator to enable it.",
                    open.name
                ),
            };
            let field = if self.account.is_some() { "account" } else { "gateway" };
            Problem::field(field, Code::GatewayNotConfigured, rule)
        })
    }
}
