//! The checks under way on this node, and how often each gateway account may still be asked.

use std::collections::HashMap;
use std::sync::Mutex;

use guichet_core::{AccountId, PaymentId};
use tokio::sync::watch;

use crate::limiter::{Limiter, Quota};
use crate::store::Stored;

use super::error::Error;

/// What became of the wish to check.
#[derive(Debug, Clone)]
pub enum Checked {
    /// The gateway was asked; the order as it is now.
    Asked(Box<Stored>),
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
}

impl Default for Checks {
    fn default() -> Self {
        Checks { in_flight: Mutex::default(), budgets: Limiter::new([budget(1)]) }
    }
}

/// How often an account may be asked that allows so many checks a second: those of two seconds at once.
pub(super) fn budget(per_second: u32) -> Quota {
    let rate = i64::from(per_second.max(1));
    Quota { burst: 2 * rate, each_us: (1_000_000 / rate).max(1) }
}
