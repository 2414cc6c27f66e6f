//! How often what may be done by somebody who wants to come in. Whoever is led from one node to another gets no more by it:
//! what strangers may do is divided among the nodes that live.

use crate::limiter::{Limiter, Quota, SharedBy};

/// How often what may be done.
pub(crate) struct Limits {
    /// How often somebody may fail to sign in.
    pub(super) failures: Limiter,
    /// How often anybody may fail to sign in by one identifier, wherever they come from; whoever can seem to come from
    /// anywhere gets no further than that. One source alone cannot use it up, nor can all of them together
    /// keep a customer from a device that is known.
    pub(super) failures_by_name: Limiter,
    /// How many passwords somebody may have hashed, right ones too: whoever has an account must not
    /// keep everybody else waiting.
    pub(crate) hashes: Limiter,
    /// How often somebody may sign up.
    pub(crate) sign_ups: Limiter,
    /// How often somebody may ask for codes.
    pub(crate) code_requests: Limiter,
    /// How often somebody may type a wrong code.
    pub(crate) wrong_codes: Limiter,
}

impl Limits {
    /// Limits of one node among those that live.
    pub(super) fn new(nodes: &SharedBy) -> Self {
        let shared = |quota| Limiter::shared(quota, nodes.clone());
        Limits {
            failures: shared(Quota::new(20, 10_000)),
            failures_by_name: shared(Quota::new(100, 10_000)),
            // It keeps this node's own processor free.
            hashes: Limiter::new(Quota::new(400, 50)),
            sign_ups: shared(Quota::new(60, 20_000)),
            code_requests: shared(Quota::new(40, 30_000)),
            wrong_codes: shared(Quota::new(20, 10_000)),
        }
    }
}
