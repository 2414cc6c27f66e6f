//! What an event came to, and what a caller adds to its transaction.

use guichet_core::Effect;

use crate::store::{Stored, Write};

/// What an event came to.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The order as it is stored now.
    pub stored: Stored,
    /// What is to be done next.
    pub effects: Vec<Effect>,
}

/// What a caller adds to the transaction of a decision: the claim of an idempotency key, the answer that is kept under it,
/// a row that ties the order to something else.
pub trait Attachment: Send + Sync {
    /// The writes, made once the order's new state is known.
    fn writes(&self, stored: &Stored) -> Vec<Write>;
}
