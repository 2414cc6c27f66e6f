//! The number of calls that each key may make in a minute, where the operator has set a limit.

use crate::limiter::{Key, Limiter, Quota, SharedBy, TooMany};

/// The window of the limit, in seconds.
pub(crate) const WINDOW_S: i64 = 60;

/// The limit, and what each key has used of it.
pub(super) struct KeyCalls {
    quota: Quota,
    limiter: Limiter,
}

impl KeyCalls {
    /// So many calls a minute for each key, at all nodes together.
    pub(super) fn new(per_minute: u32, nodes: SharedBy) -> Self {
        let each_us = WINDOW_S * 1_000_000 / i64::from(per_minute.max(1));
        let quota = Quota { burst: i64::from(per_minute), each_us: each_us.max(1) };
        KeyCalls { quota, limiter: Limiter::shared(quota, nodes) }
    }

    /// Counts a call of that key; what it has left.
    ///
    /// # Errors
    /// It is one too many, which does not count.
    pub(super) fn count(&self, key: &str, now_ms: i64) -> Result<Allowance, TooMany> {
        let left = self.limiter.take_of(Key::of(&[key]), self.quota, now_ms)?;
        Ok(allowance(self.quota, left))
    }

    /// What a key has left that has just made one call too many.
    pub(super) fn nothing_left(&self) -> Allowance {
        allowance(self.quota, 0)
    }
}

/// What a key has left of its calls after one more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Allowance {
    /// The calls that it may make in a minute.
    pub(crate) limit: i64,
    /// The calls that it may still make at once, at this node.
    pub(crate) left: i64,
    /// After how many seconds it may make all of them again.
    pub(crate) full_in_s: i64,
}

fn allowance(quota: Quota, left: i64) -> Allowance {
    let gone = (quota.burst - left).max(0);
    Allowance { limit: quota.burst, left, full_in_s: (gone * quota.each_us + 999_999) / 1_000_000 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minutes_calls_come_back_within_a_minute() {
        for per_minute in [1, 7, 60, 600, 100_000_000] {
            let calls = KeyCalls::new(per_minute, SharedBy::default());
            let whole = allowance(calls.quota, 0);
            assert_eq!(whole.limit, i64::from(per_minute));
            assert!((0..=101).contains(&whole.full_in_s), "{per_minute} {whole:?}");
        }
        let calls = KeyCalls::new(60, SharedBy::default());
        assert_eq!(allowance(calls.quota, 58), Allowance { limit: 60, left: 58, full_in_s: 2 });
    }
}
