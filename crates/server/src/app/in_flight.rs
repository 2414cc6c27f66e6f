//! The checks under way on this node, and how often each gateway account may still be asked.

use std::collections::HashMap;
use std::sync::Mutex;

use guichet_core::{AccountId, PaymentId};
use tokio::sync::watch;

use crate::limiter::{Limiter, Quota, SharedBy};
use crate::store::Stored;

use super::error::Error;

/// What became of the wish to check.
#[derive(Debug, Clone)]
pub enum Checked {
    /// The gateway was asked; the order as it is now.
    Asked(Box<Stored>),
    /// The gateway was asked and did not answer; the order as it is now.
    Unanswered {
        /// The order: its checks go on.
        stored: Box<Stored>,
        /// What happened instead, as the gateway's client calls it.
        trouble: String,
    },
    /// There was nothing to ask, or it was asked so lately that the answer stands.
    AsItWas(Box<Stored>),
    /// The account's budget of calls is spent.
    BudgetSpent {
        /// When there is budget again, from now, in ms.
        retry_after_ms: i64,
    },
}

pub(super) type Outcome = Result<Checked, Error>;
pub(super) type InFlight = watch::Receiver<Option<Outcome>>;

/// The checks under way on this node, and what the accounts may still spend.
#[derive(Debug)]
pub(super) struct Checks {
    pub(super) in_flight: Mutex<HashMap<PaymentId, InFlight>>,
    pub(super) budgets: Limiter<AccountId>,
    /// How often an account may still be asked because of a notification that anybody may have sent.
    pub(super) strangers: Limiter<AccountId>,
}

/// How often an account is asked because of notifications that nobody signed, about payments that nobody knows: a
/// few at once, and then one in ten seconds. They are money in no other case than that a backup was restored.
const STRANGERS: Quota = Quota::new(5, 10_000);

impl Checks {
    /// Those of a node, which has its part of what the accounts may spend.
    pub(super) fn new(nodes: &SharedBy) -> Self {
        Checks {
            in_flight: Mutex::default(),
            budgets: Limiter::shared(budget(1), nodes.clone()),
            strangers: Limiter::shared(STRANGERS, nodes.clone()),
        }
    }
}

/// How often an account may be asked that allows so many checks a second: those of two seconds at once.
pub(super) fn budget(per_second: u32) -> Quota {
    let rate = i64::from(per_second.max(1));
    Quota { burst: 2 * rate, each_us: (1_000_000 / rate).max(1) }
}
