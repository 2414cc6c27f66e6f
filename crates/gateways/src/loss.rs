//! The losses between a dialect on the way in and a gateway on the way out: for each pair, the fields and
//! states without an equivalent, and what becomes of them. Nothing is written by hand for a pair: a dialect
//! declares the features of its protocol, a gateway those that it carries.

use crate::dialect::Dialect;
use crate::feature::Feature;
use crate::gateway::Gateway;

/// The fate of one feature of a dialect at a gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fate {
    /// The dialect's own name for the feature.
    pub(crate) field: &'static str,
    /// The feature.
    pub(crate) means: Feature,
    /// The sentence that says what becomes of it.
    pub(crate) fate: &'static str,
}

/// The features of that dialect that are lost, or changed, at that gateway.
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

/// The features that Guichet itself provides to that dialect's clients, whatever the gateway.
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
