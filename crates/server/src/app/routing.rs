//! Which gateway accounts serve an order, in order of preference: the merchant's routes decide, and
//! the gateways' own rules have the last word.

use std::sync::Arc;

use guichet_core::{Code, Environment, MerchantId, Terms};
use guichet_gateways::RuleViolation;

use crate::registry::{OpenAccount, Snapshot};
use crate::store::Route;

use super::application::App;

/// Why nobody serves an order.
#[derive(Debug, Clone)]
pub enum NoAccount {
    /// The merchant has no account in this environment.
    NoneDeclared,
    /// No route of the merchant fits the order.
    NoRoute,
    /// Every account that might serve it refuses it by a rule of its gateway: the rule of the account that comes
    /// nearest to serving it.
    AgainstTheRules(RuleViolation),
}

impl App {
    /// The accounts that take such an order, the preferred one first. Those without an API, such as cash,
    /// count where a person chooses (`by_hand`) and where a route leads to nothing else: nobody is led to
    /// them by a link.
    pub fn serving(
        &self,
        snapshot: &Snapshot,
        merchant: MerchantId,
        environment: Environment,
        terms: &Terms,
        by_hand: bool,
    ) -> Result<Vec<Arc<OpenAccount>>, NoAccount> {
        let declared = snapshot.accounts_of(merchant, environment);
        if declared.is_empty() {
            return Err(NoAccount::NoneDeclared);
        }
        let routes = snapshot.merchants.get(&merchant).map_or(&[][..], |merchant| &merchant.routes);
        let mut candidates: Vec<&Arc<OpenAccount>> = match routes {
            [] => declared,
            routes => {
                let route =
                    routes.iter().find(|route| fits(route, environment, terms)).ok_or(NoAccount::NoRoute)?;
                let named = |name: &String| declared.iter().copied().find(|account| account.name == *name);
                route.accounts.iter().filter_map(named).collect()
            }
        };
        let online = |account: &OpenAccount| account.gateway.default_base_url().is_some();
        if !by_hand && (routes.is_empty() || candidates.iter().any(|account| online(account))) {
            candidates.retain(|account| online(account));
        }
        let mut taking = Vec::new();
        let mut refusals = Vec::new();
        for account in candidates {
            match self.takes(account, terms) {
                Ok(()) => taking.push(account.clone()),
                Err(rule) => refusals.push(rule),
            }
        }
        // Of those that are as near, the preferred one's.
        match (taking.is_empty(), refusals.into_iter().min_by_key(distance)) {
            (false, _) => Ok(taking),
            (true, Some(rule)) => Err(NoAccount::AgainstTheRules(rule)),
            (true, None) => Err(NoAccount::NoRoute),
        }
    }
}

/// How far from serving an order an account is that breaks this rule: nothing helps where its gateway does not take
/// the currency, and hardly anything where it does not serve the country.
fn distance(rule: &RuleViolation) -> u8 {
    if rule.code == Code::CurrencyNotSupported {
        2
    } else {
        u8::from(matches!(rule.code, Code::CountryNotSupported | Code::CurrencyOfAnotherCountry))
    }
}

fn fits(route: &Route, environment: Environment, terms: &Terms) -> bool {
    let listed = |list: &[String], word: Option<&str>| {
        list.is_empty()
            || word.is_some_and(|word| list.iter().any(|listed| listed.eq_ignore_ascii_case(word)))
    };
    let amount = terms.money.amount_minor;
    route.environment.is_none_or(|only| only == environment)
        && listed(&route.currencies, Some(terms.money.currency.code()))
        && listed(&route.countries, terms.payer.country.as_deref())
        && route.least_amount.is_none_or(|least| amount >= least)
        && route.most_amount.is_none_or(|most| amount <= most)
}
