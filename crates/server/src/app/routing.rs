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
    /// Every account that might serve it refuses it by a rule of its gateway; at least one does, the preferred first.
    AgainstTheRules(Vec<RefusedBy>),
}

/// An account's refusal of an order.
#[derive(Debug, Clone)]
pub struct RefusedBy {
    /// The account, by the merchant's name for it.
    pub account: String,
    /// Its gateway, by its name for people.
    pub gateway: &'static str,
    /// The rule.
    pub rule: RuleViolation,
}

impl RefusedBy {
    /// Whether the account takes the order once the customer has filled in on the checkout page what it lacks.
    pub fn can_be_mended_at_checkout(&self) -> bool {
        self.rule.code == Code::PhoneMissing
    }
}

/// What a merchant's accounts say to an order.
pub struct Offers {
    /// The accounts that take it, the preferred first.
    pub taking: Vec<Arc<OpenAccount>>,
    /// The refusals of the others.
    pub refusals: Vec<RefusedBy>,
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
        let Offers { taking, refusals } = self.offers(snapshot, merchant, environment, terms, by_hand)?;
        match (taking.is_empty(), refusals.is_empty()) {
            (false, _) => Ok(taking),
            (true, false) => Err(NoAccount::AgainstTheRules(refusals)),
            (true, true) => Err(NoAccount::NoRoute),
        }
    }

    /// The same with the refusals of the accounts that do not take it.
    ///
    /// # Errors
    /// No account is asked at all.
    pub fn offers(
        &self,
        snapshot: &Snapshot,
        merchant: MerchantId,
        environment: Environment,
        terms: &Terms,
        by_hand: bool,
    ) -> Result<Offers, NoAccount> {
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
        let mut offers = Offers { taking: Vec::new(), refusals: Vec::new() };
        for account in candidates {
            match self.takes(account, terms) {
                Ok(()) => offers.taking.push(account.clone()),
                Err(rule) => offers.refusals.push(RefusedBy {
                    account: account.name.clone(),
                    gateway: account.gateway.title(),
                    rule,
                }),
            }
        }
        Ok(offers)
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
