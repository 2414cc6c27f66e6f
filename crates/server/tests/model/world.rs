//! What every sequence begins with, and how its rows get identifiers and times that repeat.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};

use guichet_core::{AccountId, EndpointId, Environment, MerchantId};
use guichet_server::store::{CommitError, Fault, Store, Target, Write};

/// When the first row is made (unix ms).
pub(crate) const START_MS: i64 = 1_770_000_000_000;

/// That an operation came to the same on the model and on the engine, or what it came to otherwise.
pub(crate) type Step = Result<(), String>;

/// The counter that identifiers and times are made from.
#[derive(Debug, Default)]
pub(crate) struct World {
    count: i64,
}

impl World {
    /// A new moment, one ms after the one before (unix ms).
    pub(crate) fn moment(&mut self) -> i64 {
        self.count += 1;
        self.now_ms()
    }

    /// The moment that was given out last (unix ms).
    pub(crate) fn now_ms(&self) -> i64 {
        START_MS + self.count
    }

    /// A new moment, and the ten bytes by which identifiers of it differ.
    pub(crate) fn next(&mut self) -> (i64, [u8; 10]) {
        let at_ms = self.moment();
        let [.., high, low] = self.count.to_be_bytes();
        (at_ms, [high, low, 7, 7, 7, 7, 7, 7, high, low])
    }
}

/// One of the two merchants.
pub(crate) fn merchant(index: usize) -> MerchantId {
    MerchantId::new(START_MS, [index as u8 % 2 + 1; 10])
}

/// Their accounts at a gateway.
pub(crate) fn account(index: usize) -> AccountId {
    AccountId::new(START_MS, [index as u8 % 2 + 1; 10])
}

/// A target of deliveries.
pub(crate) fn target(index: usize) -> Target {
    Target::Endpoint(EndpointId::new(START_MS, [index as u8 % 3 + 1; 10]))
}

/// One of the two environments.
pub(crate) fn environment(is_live: bool) -> Environment {
    if is_live { Environment::Live } else { Environment::Test }
}

/// The statement that declares the two merchants, which rows of others refer to.
pub(crate) fn declare_merchants() -> String {
    let row = |index: usize| {
        format!(
            "('{}', 'shop{index}', 'Shop', '{{\"paid_after_expiry\":\"honour\",\"paid_after_cancel\":\"hold\"}}', \
             '[]', '[]', '{{}}', '', '{{}}', '[]', {START_MS})",
            merchant(index)
        )
    };
    format!(
        "INSERT INTO merchants (id, name, title, policy, return_origins, routes, messages, sealed_message_secrets, \
         pages, zones, created_at_ms) VALUES {}, {}",
        row(0),
        row(1)
    )
}

/// How often what came of writes, over all sequences.
static OUTCOMES: Mutex<BTreeMap<String, usize>> = Mutex::new(BTreeMap::new());

/// What becomes of writes: `done`, or the guard that did not hold.
pub(crate) async fn commit(store: &Store, writes: Vec<Write>) -> String {
    let outcome = match store.commit(writes).await {
        Ok(()) => "done".to_owned(),
        Err(CommitError::Conflict(guard)) => format!("{guard:?}"),
        Err(other) => format!("trouble: {other}"),
    };
    let mut outcomes = OUTCOMES.lock().unwrap_or_else(PoisonError::into_inner);
    *outcomes.entry(outcome.clone()).or_default() += 1;
    outcome
}

/// Every guard has held and has not: sequences that never meet would show nothing.
pub(crate) fn everything_happened() {
    let outcomes = OUTCOMES.lock().unwrap_or_else(PoisonError::into_inner);
    for outcome in ["done", "Version", "Reference", "IdempotencyKey", "GatewayReference", "Row"] {
        assert!(
            outcomes.get(outcome).is_some_and(|count| *count > 20),
            "{outcome} hardly happened: {outcomes:?}"
        );
    }
    println!("{outcomes:?}");
}

/// Holds what the engine says against what the model expects.
pub(crate) fn agree(what: &str, expected: &impl Debug, got: &impl Debug) -> Step {
    let (expected, got) = (format!("{expected:?}"), format!("{got:?}"));
    if expected == got { Ok(()) } else { Err(format!("{what}: expected {expected}, and it is {got}")) }
}

/// What a read gave that must not fail.
pub(crate) fn read<T>(what: &str, outcome: Result<T, Fault>) -> Result<T, String> {
    outcome.map_err(|fault| format!("{what}: {fault}"))
}

/// One of those that there are, by a number that may be too large; none where there are none.
pub(crate) fn pick<T>(mut things: impl ExactSizeIterator<Item = T>, index: usize) -> Option<T> {
    let count = things.len();
    if count == 0 { None } else { things.nth(index % count) }
}
