//! The losses between a dialect on the way in and a gateway on the way out: for each pair, the fields and
//! states without an equivalent, and what becomes of them. Nothing is written by hand for a pair: a dialect
//! declares the features of its protocol, a gateway those that it carries.

use crate::dialect::Dialect;
use crate::feature::Feature;
use crate::gateway::Gateway;

/// What becomes of one thing that a dialect's clients say or want to hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fate {
    /// The thing, by the dialect's own name for it.
    pub(crate) field: &'static str,
    /// What it means.
    pub(crate) means: Feature,
    /// What becomes of it.
    pub(crate) fate: &'static str,
}

/// What is lost, or told otherwise, between that dialect and that gateway.
pub(crate) fn losses(dialect: &dyn Dialect, gateway: &dyn Gateway) -> Vec<Fate> {
    let carried = gateway.capabilities().carries;
    dialect
        .profile()
        .speaks
        .iter()
        .filter(|(_, means)| !means.is_ours() && !carried.contains(means))
        .map(|(field, means)| Fate { field, means: *means, fate: means.when_lost() })
        .collect()
}

/// What Guichet sees to itself for that dialect's clients, whatever the gateway.
pub(crate) fn kept(dialect: &dyn Dialect) -> Vec<Fate> {
    let ours = dialect.profile().speaks.iter().filter(|(_, means)| means.is_ours());
    ours.map(|(field, means)| Fate { field, means: *means, fate: means.when_lost() }).collect()
}

/// The currencies in which orders of that dialect's clients can go through that gateway; `None` where
/// the gateway takes any.
pub(crate) fn common_currencies(dialect: &dyn Dialect, gateway: &dyn Gateway) -> Option<Vec<&'static str>> {
    let limits = gateway.capabilities().limits;
    if limits.is_empty() {
        return None;
    }
    let taken = limits.iter().map(|limit| limit.currency);
    Some(taken.filter(|currency| dialect.profile().currencies.contains(currency)).collect())
}
