//! Token buckets in the clock's time, by key: a burst, then a steady rate. A bucket is one number, the
//! moment at which it will be full again, so that a full one need not be kept.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

/// The most buckets that are kept. Beyond it the fullest are forgotten: whoever fills the table makes
/// room for themselves and takes nothing from others.
const MOST_BUCKETS: usize = 10_000;

/// What is counted under: a digest, so that keys are short whatever clients send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key([u8; 32]);

impl Key {
    /// The key of these parts in that order.
    pub(crate) fn of(parts: &[&str]) -> Self {
        let mut digest = Sha256::new();
        for part in parts {
            digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            digest.update(part.as_bytes());
        }
        Key(digest.finalize().into())
    }
}

/// The buckets for one purpose.
#[derive(Debug)]
pub(crate) struct Throttle {
    burst_ms: i64,
    each_ms: i64,
    /// When each bucket will be full again (unix ms).
    full_at_ms: Mutex<HashMap<Key, i64>>,
}

impl Throttle {
    /// Buckets that hold `burst` and get one back every `each_ms`.
    pub(super) fn new(burst: i64, each_ms: i64) -> Self {
        Throttle { burst_ms: burst * each_ms, each_ms, full_at_ms: Mutex::default() }
    }

    /// Takes one out of a bucket. It is taken before the attempt and given back after a success, so
    /// that attempts at the same time cannot get past it.
    ///
    /// # Errors
    /// In how many seconds there will be one.
    pub(crate) fn take(&self, key: Key, now_ms: i64) -> Result<(), i64> {
        let mut buckets = self.full_at_ms.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST_BUCKETS && !buckets.contains_key(&key) {
            forget_fullest(&mut buckets, now_ms);
        }
        let full_at_ms = buckets.entry(key).or_insert(now_ms);
        // A clock that was set back must not keep a bucket empty for longer than it takes to fill.
        *full_at_ms = (*full_at_ms).clamp(now_ms, now_ms.saturating_add(self.burst_ms));
        let over_ms = *full_at_ms + self.each_ms - now_ms - self.burst_ms;
        if over_ms > 0 {
            return Err((over_ms + 999) / 1000);
        }
        *full_at_ms += self.each_ms;
        Ok(())
    }

    /// Gives back what was taken.
    pub(crate) fn give_back(&self, key: Key) {
        let mut buckets = self.full_at_ms.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(full_at_ms) = buckets.get_mut(&key) {
            *full_at_ms -= self.each_ms;
        }
    }
}

/// Makes room: the full ones go, and when that is little, a quarter of the others.
fn forget_fullest(buckets: &mut HashMap<Key, i64>, now_ms: i64) {
    buckets.retain(|_, full_at_ms| *full_at_ms > now_ms);
    let goes = MOST_BUCKETS / 4;
    if buckets.len() <= MOST_BUCKETS - goes {
        return;
    }
    let mut moments: Vec<i64> = buckets.values().copied().collect();
    let (_, latest_ms, _) = moments.select_nth_unstable(goes - 1);
    let mut left = goes;
    buckets.retain(|_, full_at_ms| {
        let stays = *full_at_ms > *latest_ms || left == 0;
        left -= usize::from(!stays);
        stays
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Key {
        Key::of(&[name])
    }

    #[test]
    fn a_burst_then_the_rate() {
        let throttle = Throttle::new(20, 10_000);
        let taken =
            |name: &str, now_ms| (0..100).take_while(|_| throttle.take(key(name), now_ms).is_ok()).count();
        assert_eq!(taken("one", 0), 20);
        assert_eq!(throttle.take(key("one"), 0), Err(10));
        assert_eq!(throttle.take(key("one"), 9_001), Err(1));
        assert_eq!(taken("other", 0), 20, "each has its own");
        assert_eq!(taken("one", 25_000), 2);
        assert_eq!(taken("one", 1_000_000), 20);
        assert_eq!(taken("one", 500_000), 0, "a clock that was set back gives nothing");
        assert_eq!(taken("one", 510_000), 1, "and does not keep it empty for long");
    }

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let throttle = Throttle::new(2, 10_000);
        for _ in 0..100 {
            assert_eq!(throttle.take(key("one"), 0), Ok(()));
            throttle.give_back(key("one"));
        }
        assert_eq!(throttle.take(key("one"), 0), Ok(()));
        assert_eq!(throttle.take(key("one"), 0), Ok(()));
        assert_eq!(throttle.take(key("one"), 0), Err(10));
        throttle.give_back(key("nobody"));
    }

    #[test]
    fn the_table_is_bounded_and_the_emptiest_buckets_stay() {
        let throttle = Throttle::new(5, 10_000);
        while throttle.take(key("guesser"), 0).is_ok() {}
        for stranger in 0..3 * MOST_BUCKETS {
            assert!(throttle.take(Key::of(&["stranger", &stranger.to_string()]), 0).is_ok());
            assert!(throttle.full_at_ms.lock().unwrap().len() <= MOST_BUCKETS);
        }
        assert!(throttle.take(key("guesser"), 0).is_err(), "still remembered");
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(Key::of(&["a", "bc"]), Key::of(&["ab", "c"]));
        assert_ne!(Key::of(&["a"]), Key::of(&["a", ""]));
    }
}
