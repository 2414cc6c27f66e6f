//! How often what may be done by somebody who wants to come in.

use crate::limiter::{Key, Limiter, Quota};

/// How often what may be done.
pub(crate) struct Limits {
    /// How often somebody may fail to sign in.
    pub(crate) failures: Limiter,
    /// How many passwords somebody may have hashed, right ones too: whoever has an account must not
    /// keep everybody else waiting.
    pub(crate) hashes: Limiter,
    /// How often somebody may sign up.
    pub(crate) sign_ups: Limiter,
    /// How often somebody may ask for codes.
    pub(crate) code_requests: Limiter,
    /// How often somebody may type a wrong code.
    pub(crate) wrong_codes: Limiter,
    /// How often a code is sent to one address: once a minute, and five times, then once in twelve
    /// minutes. It is counted
    /// under the name that was asked for, whether anybody has it or not.
    pub(crate) codes_sent: Limiter<Key, 2>,
}

impl Limits {
    pub(super) fn new() -> Self {
        Limits {
            failures: Limiter::new([Quota::new(20, 10_000)]),
            hashes: Limiter::new([Quota::new(400, 50)]),
            sign_ups: Limiter::new([Quota::new(60, 20_000)]),
            code_requests: Limiter::new([Quota::new(40, 30_000)]),
            wrong_codes: Limiter::new([Quota::new(20, 10_000)]),
            codes_sent: Limiter::new([Quota::new(1, 60_000), Quota::new(5, 720_000)]),
        }
    }
}
