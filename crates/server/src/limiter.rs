//! Rate limits in the clock's time, by key: each quota is a burst, then a steady rate. A quota's bucket is the moment at
//! which it will be full again, so that a full one need not be kept.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

/// The most keys that are kept. Beyond it the fullest buckets are forgotten: whoever fills the table makes
/// room for themselves and takes nothing from others.
const MOST_KEYS: usize = 10_000;

/// What is counted under where clients choose it: a digest, so that keys are short whatever they send.
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

/// So many at once, and one more after each of these times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quota {
    /// The most at once.
    pub(crate) burst: i64,
    /// How long it takes until there is another one, in microseconds.
    pub(crate) each_us: i64,
}

impl Quota {
    /// So many at once, and one more every `each_ms`.
    pub(crate) const fn new(burst: i64, each_ms: i64) -> Self {
        Quota { burst, each_us: each_ms * 1000 }
    }

    fn whole_us(self) -> i64 {
        self.burst * self.each_us
    }
}

/// Too many. Nothing was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many; there will be one in {retry_after_ms} ms")]
pub(crate) struct TooMany {
    /// In how many ms there will be one, rounded up.
    pub(crate) retry_after_ms: i64,
}

impl TooMany {
    /// The same in seconds, rounded up.
    pub(crate) fn retry_after_s(self) -> i64 {
        (self.retry_after_ms + 999) / 1000
    }
}

/// What is left of quotas.
enum Left {
    /// One, and so many after it.
    One(i64),
    /// None for so long (µs).
    InUs(i64),
}

/// The quotas of one purpose, each of which must have one left.
#[derive(Debug)]
pub(crate) struct Limiter<K = Key, const QUOTAS: usize = 1> {
    quotas: [Quota; QUOTAS],
    buckets: Mutex<HashMap<K, Buckets<QUOTAS>>>,
}

/// The buckets of one key.
#[derive(Debug, Clone, Copy)]
struct Buckets<const QUOTAS: usize> {
    /// When each quota's bucket will be full again (unix µs).
    full_at_us: [i64; QUOTAS],
    /// When they were last looked at (unix µs).
    seen_at_us: i64,
}

impl<const QUOTAS: usize> Buckets<QUOTAS> {
    fn full(now_us: i64) -> Self {
        Buckets { full_at_us: [now_us; QUOTAS], seen_at_us: now_us }
    }

    /// Looks at them now. A clock that was set back gives nothing and takes nothing.
    fn see(&mut self, now_us: i64) {
        let back_us = (self.seen_at_us - now_us).max(0);
        for full_at_us in &mut self.full_at_us {
            *full_at_us = (*full_at_us - back_us).max(now_us);
        }
        self.seen_at_us = now_us;
    }

    fn latest_us(&self) -> i64 {
        self.full_at_us.iter().copied().max().unwrap_or(self.seen_at_us)
    }
}

impl<K: Copy + Eq + Hash, const QUOTAS: usize> Limiter<K, QUOTAS> {
    /// A limiter of which nothing is taken.
    pub(crate) fn new(quotas: [Quota; QUOTAS]) -> Self {
        Limiter { quotas, buckets: Mutex::default() }
    }

    fn buckets(&self) -> MutexGuard<'_, HashMap<K, Buckets<QUOTAS>>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one. It is taken before the attempt and given back after a success, so that attempts at the same time
    /// cannot get past it.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn take(&self, key: K, now_ms: i64) -> Result<(), TooMany> {
        self.take_of(key, self.quotas, now_ms).map(drop)
    }

    /// Takes one of quotas that are this key's own, and says how many are left.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn take_of(&self, key: K, quotas: [Quota; QUOTAS], now_ms: i64) -> Result<i64, TooMany> {
        match self.left(key, quotas, now_ms, false) {
            Left::One(after) => Ok(after),
            Left::InUs(wait_us) => Err(TooMany { retry_after_ms: (wait_us + 999) / 1000 }),
        }
    }

    /// Counts one that happens anyway; whether there was one to take.
    pub(crate) fn note(&self, key: K, now_ms: i64) -> bool {
        matches!(self.left(key, self.quotas, now_ms, true), Left::One(_))
    }

    /// Whether there is one. If there is, or `anyway`, it counts.
    fn left(&self, key: K, quotas: [Quota; QUOTAS], now_ms: i64, anyway: bool) -> Left {
        let now_us = now_ms.saturating_mul(1000);
        let mut buckets = self.buckets();
        if buckets.len() >= MOST_KEYS && !buckets.contains_key(&key) {
            forget_fullest(&mut buckets, now_us);
        }
        let own = buckets.entry(key).or_insert_with(|| Buckets::full(now_us));
        own.see(now_us);
        let (mut wait_us, mut after) = (0, i64::MAX);
        for (full_at_us, quota) in own.full_at_us.iter_mut().zip(quotas) {
            // What happened anyway must not keep a bucket empty for longer than it takes to fill.
            *full_at_us = (*full_at_us).min(now_us.saturating_add(quota.whole_us()));
            let room_us = now_us + quota.whole_us() - *full_at_us - quota.each_us;
            wait_us = wait_us.max(-room_us);
            after = after.min(room_us / quota.each_us);
        }
        if wait_us == 0 || anyway {
            own.full_at_us
                .iter_mut()
                .zip(quotas)
                .for_each(|(full_at_us, quota)| *full_at_us += quota.each_us);
        }
        if wait_us == 0 { Left::One(after) } else { Left::InUs(wait_us) }
    }

    /// Gives back what was taken.
    pub(crate) fn give_back(&self, key: K) {
        if let Some(own) = self.buckets().get_mut(&key) {
            for (full_at_us, quota) in own.full_at_us.iter_mut().zip(self.quotas) {
                *full_at_us -= quota.each_us;
            }
        }
    }
}

/// Makes room: the full ones go, and when that is little, a quarter of the others.
fn forget_fullest<K: Eq + Hash, const QUOTAS: usize>(buckets: &mut HashMap<K, Buckets<QUOTAS>>, now_us: i64) {
    buckets.retain(|_, own| own.latest_us() > now_us);
    let goes = MOST_KEYS / 4;
    if buckets.len() <= MOST_KEYS - goes {
        return;
    }
    let mut moments: Vec<i64> = buckets.values().map(Buckets::latest_us).collect();
    let (_, limit_us, _) = moments.select_nth_unstable(goes - 1);
    let mut left = goes;
    buckets.retain(|_, own| {
        let stays = own.latest_us() > *limit_us || left == 0;
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

    /// The answer that there is one in so many seconds.
    fn wait(seconds: i64) -> Result<(), TooMany> {
        Err(TooMany { retry_after_ms: seconds * 1000 })
    }

    #[test]
    fn a_burst_then_the_rate() {
        let limiter = Limiter::new([Quota::new(20, 10_000)]);
        let taken =
            |name: &str, now_ms| (0..100).take_while(|_| limiter.take(key(name), now_ms).is_ok()).count();
        assert_eq!(taken("one", 0), 20);
        assert_eq!(limiter.take(key("one"), 0), wait(10));
        assert_eq!(limiter.take(key("one"), 9_000), wait(1));
        assert_eq!(taken("other", 0), 20, "each has its own");
        assert_eq!(taken("one", 25_000), 2);
        assert_eq!(taken("one", 1_000_000), 20);
        assert_eq!(taken("one", 500_000), 0, "a clock that was set back gives nothing");
        assert_eq!(taken("one", 510_000), 1, "and does not keep it empty for long");
    }

    #[test]
    fn a_key_may_have_quotas_of_its_own() {
        let limiter = Limiter::new([Quota::new(1, 1_000)]);
        let ten_a_second = [Quota::new(20, 100)];
        let left: Vec<_> = (0..21).map(|_| limiter.take_of(key("a"), ten_a_second, 0).ok()).collect();
        assert_eq!((left[0], left[19], left[20]), (Some(19), Some(0), None));
        assert_eq!(limiter.take_of(key("a"), ten_a_second, 0), Err(TooMany { retry_after_ms: 100 }));
        assert_eq!(TooMany { retry_after_ms: 100 }.retry_after_s(), 1);
    }

    #[test]
    fn every_quota_must_have_one() {
        // At most once a minute, and five, and then one every twelve minutes.
        let limiter = Limiter::new([Quota::new(1, 60_000), Quota::new(5, 720_000)]);
        let minute = 60_000;
        for taken in 0..5 {
            assert_eq!(limiter.take(key("a"), taken * minute), Ok(()), "{taken}");
            let waits = if taken == 4 { 720 - 240 } else { 60 };
            assert_eq!(limiter.take(key("a"), taken * minute), wait(waits), "{taken}");
        }
        let within_the_hour = (5..60).filter(|at| limiter.take(key("a"), at * minute).is_ok()).count();
        assert_eq!(within_the_hour, 4);
        assert_eq!(limiter.take(key("b"), 0), Ok(()), "each has its own");
    }

    #[test]
    fn what_happens_anyway_counts_too() {
        let limiter = Limiter::new([Quota::new(1, 60_000)]);
        assert!(limiter.note(key("a"), 0));
        assert!(!limiter.note(key("a"), 1));
        assert_eq!(limiter.take(key("a"), 1), wait(60), "but never for longer than the bucket takes to fill");
    }

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let limiter = Limiter::new([Quota::new(2, 10_000)]);
        for _ in 0..100 {
            assert_eq!(limiter.take(key("one"), 0), Ok(()));
            limiter.give_back(key("one"));
        }
        assert_eq!(limiter.take(key("one"), 0), Ok(()));
        assert_eq!(limiter.take(key("one"), 0), Ok(()));
        assert_eq!(limiter.take(key("one"), 0), wait(10));
        limiter.give_back(key("nobody"));
    }

    #[test]
    fn the_table_is_bounded_and_the_emptiest_buckets_stay() {
        let limiter = Limiter::new([Quota::new(5, 10_000)]);
        while limiter.take(key("guesser"), 0).is_ok() {}
        for stranger in 0..3 * MOST_KEYS {
            assert!(limiter.take(Key::of(&["stranger", &stranger.to_string()]), 0).is_ok());
            assert!(limiter.buckets().len() <= MOST_KEYS);
        }
        assert!(limiter.take(key("guesser"), 0).is_err(), "still remembered");
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(Key::of(&["a", "bc"]), Key::of(&["ab", "c"]));
        assert_ne!(Key::of(&["a"]), Key::of(&["a", ""]));
    }
}
