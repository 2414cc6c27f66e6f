//! Which gateway accounts serve an order, in order of preference: the merchant's routes decide, and
//! the gateways' own rules have the last word.

use std::sync::Arc;

use guichet_core::{Code, Environment, MerchantId, PayerField, Terms};
use guichet_gateways::RuleViolation;

use crate::registry::{OpenAccount, Snapshot};
use crate::store::Route;

use super::application::App;

/// Why nobody serves an order.
#[derive(Debug, Clone)]
pub enum NoAccount {
    /// The merchant has no account in this environment.
    NoneDeclared,
    /// The accounts that it had in this environment have ended, or are disabled.
    NoneInUse,
    /// No route of the merchant fits the order.
    NoRoute,
    /// Every account that might serve it refuses it by a rule of its gateway.
    AgainstTheRules(Refusals),
}

/// The refusals of an order by accounts, at least one, the preferred account's first.
#[derive(Debug, Clone)]
pub struct Refusals(pub Vec<RefusedBy>);

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

impl Refusals {
    /// The rule of the account that comes nearest to serving the order; of those that are as near, the preferred
    /// one's.
    pub fn nearest(&self) -> Option<&RuleViolation> {
        self.0.iter().map(|refusal| &refusal.rule).min_by_key(|rule| distance(rule))
    }
}

impl App {
    /// The accounts that take such an order once the customer has filled in those fields of theirs, the preferred one
    /// first. Accounts without an API count, because a person chooses.
    pub fn offered(
        &self,
        snapshot: &Snapshot,
        merchant: MerchantId,
        environment: Environment,
        terms: &Terms,
    ) -> Vec<(Arc<OpenAccount>, Vec<PayerField>)> {
        let candidates = candidates(snapshot, merchant, environment, terms).map(|(accounts, _)| accounts);
        let offer = |account: &Arc<OpenAccount>| Some((account.clone(), self.to_fill_in(account, terms)?));
        candidates.unwrap_or_default().into_iter().filter_map(offer).collect()
    }

    /// The same for an order that is being made.
    ///
    /// # Errors
    /// Nobody could ever pay it, because no account takes it whatever the customer fills in.
    pub fn payable(
        &self,
        snapshot: &Snapshot,
        merchant: MerchantId,
        environment: Environment,
        terms: &Terms,
    ) -> Result<Vec<Arc<OpenAccount>>, NoAccount> {
        let offered = self.offered(snapshot, merchant, environment, terms);
        if offered.is_empty() {
            let (candidates, _) = candidates(snapshot, merchant, environment, terms)?;
            return Err(self.taking(candidates, terms).err().unwrap_or(NoAccount::NoRoute));
        }
        Ok(offered.into_iter().map(|(account, _)| account).collect())
    }

    /// The accounts that take such an order as it is, the preferred one first. Those without an API, such as cash, count
    /// only where a route leads to nothing else: nobody is led to them by a link.
    pub fn serving(
        &self,
        snapshot: &Snapshot,
        merchant: MerchantId,
        environment: Environment,
        terms: &Terms,
    ) -> Result<Vec<Arc<OpenAccount>>, NoAccount> {
        let (mut candidates, routed) = candidates(snapshot, merchant, environment, terms)?;
        let online = |account: &OpenAccount| account.gateway.default_base_url().is_some();
        if !routed || candidates.iter().any(|account| online(account)) {
            candidates.retain(|account| online(account));
        }
        self.taking(candidates, terms)
    }

    /// Those of the accounts that take the order as it is.
    fn taking(
        &self,
        candidates: Vec<&Arc<OpenAccount>>,
        terms: &Terms,
    ) -> Result<Vec<Arc<OpenAccount>>, NoAccount> {
        let (mut taking, mut refusals) = (Vec::new(), Vec::new());
        for account in candidates {
            match self.takes(account, terms) {
                Ok(()) => taking.push(account.clone()),
                Err(rule) => refusals.push(RefusedBy {
                    account: account.name.clone(),
                    gateway: account.gateway.title(),
                    rule,
                }),
            }
        }
        match (taking.is_empty(), refusals.is_empty()) {
            (false, _) => Ok(taking),
            (true, false) => Err(NoAccount::AgainstTheRules(Refusals(refusals))),
            (true, true) => Err(NoAccount::NoRoute),
        }
    }
}

/// The accounts that the merchant's routes lead such an order to, and whether there are routes at all.
fn candidates<'a>(
    snapshot: &'a Snapshot,
    merchant: MerchantId,
    environment: Environment,
    terms: &Terms,
) -> Result<(Vec<&'a Arc<OpenAccount>>, bool), NoAccount> {
    let declared = snapshot.accounts_of(merchant, environment);
    if declared.is_empty() {
        let all = snapshot.all_accounts_of(merchant, environment);
        return Err(if all.is_empty() { NoAccount::NoneDeclared } else { NoAccount::NoneInUse });
    }
    let routes = snapshot.merchants.get(&merchant).map_or(&[][..], |merchant| &merchant.routes);
    if routes.is_empty() {
        return Ok((declared, false));
    }
    let route = routes.iter().find(|route| fits(route, environment, terms)).ok_or(NoAccount::NoRoute)?;
    let named = |name: &String| declared.iter().copied().find(|account| account.name == *name);
    Ok((route.accounts.iter().filter_map(named).collect(), true))
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
