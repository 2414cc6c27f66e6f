//! Hands out the small numbers that people read: a block at a time is reserved in the store, so that a
//! restart skips a few and two nodes never hand out the same.

use std::collections::HashMap;
use std::ops::Range;

use guichet_core::{Environment, MerchantId};
use tokio::sync::Mutex;

use crate::store::{CommitError, Guard, NumberKind, Store, reserve_numbers};

/// How many numbers are reserved at once.
const BLOCK: i64 = 16;

type Counted = (MerchantId, Environment, NumberKind);

/// The numbers that this node has reserved and not handed out yet.
#[derive(Default)]
pub(super) struct Numbers(Mutex<HashMap<Counted, Range<i64>>>);

impl Numbers {
    /// The next number of that kind.
    pub(super) async fn next(
        &self,
        store: &Store,
        merchant: MerchantId,
        environment: Environment,
        kind: NumberKind,
    ) -> Result<i64, CommitError> {
        let mut reserved = self.0.lock().await;
        let block = reserved.entry((merchant, environment, kind)).or_default();
        loop {
            if let Some(number) = block.next() {
                return Ok(number);
            }
            let known = store.next_number(merchant, environment, kind).await?;
            let first = known.unwrap_or(1);
            let write = reserve_numbers(merchant, environment, kind, known, first + BLOCK);
            match store.commit(vec![write]).await {
                Ok(()) => *block = first..first + BLOCK,
                // Another node was faster; the next ones are free.
                Err(CommitError::Conflict(Guard::Row)) => {}
                Err(error) => return Err(error),
            }
        }
    }
}
