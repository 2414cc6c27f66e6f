//! Rate limits in the clock's time, by key: a quota is a burst, then a steady rate. Its bucket is the moment at which it will
//! be full again, so that a full one need not be kept. A quota that several nodes share is divided among them.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use data_encoding::HEXLOWER;
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

    /// The same as text, for what is stored.
    pub(crate) fn hex(self) -> String {
        HEXLOWER.encode(&self.0)
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

/// How many nodes a limit is divided among: those who ask may come to any of them, and must not get more by it. Cheap to
/// clone; every clone is told at once.
#[derive(Debug, Clone)]
pub(crate) struct SharedBy(Arc<AtomicI64>);

impl Default for SharedBy {
    fn default() -> Self {
        SharedBy(Arc::new(AtomicI64::new(1)))
    }
}

impl SharedBy {
    /// So many nodes live from now on.
    pub(crate) fn set(&self, nodes: usize) {
        self.0.store(i64::try_from(nodes).unwrap_or(i64::MAX).max(1), Ordering::Relaxed);
    }

    /// How many nodes live.
    pub(crate) fn nodes(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// This node's part of a quota: one at once at the least, and all of them together at the quota's rate.
    pub(crate) fn part(&self, quota: Quota) -> Quota {
        let nodes = self.nodes();
        Quota { burst: (quota.burst / nodes).max(1), each_us: quota.each_us.saturating_mul(nodes) }
    }
}

/// What is left of a quota.
enum Left {
    /// One, and so many after it.
    One(i64),
    /// None for so long (µs).
    InUs(i64),
}

/// The quota of one purpose, of which each key must have one left.
#[derive(Debug)]
pub(crate) struct Limiter<K = Key> {
    quota: Quota,
    shared_by: SharedBy,
    buckets: Mutex<HashMap<K, Bucket>>,
}

/// The bucket of one key.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// When it will be full again (unix µs).
    full_at_us: i64,
    /// When it was last looked at (unix µs).
    seen_at_us: i64,
}

impl Bucket {
    fn full(now_us: i64) -> Self {
        Bucket { full_at_us: now_us, seen_at_us: now_us }
    }

    /// Looks at it now. A clock that was set back gives nothing and takes nothing.
    fn see(&mut self, now_us: i64) {
        let back_us = (self.seen_at_us - now_us).max(0);
        self.full_at_us = (self.full_at_us - back_us).max(now_us);
        self.seen_at_us = now_us;
    }
}

impl<K: Copy + Eq + Hash> Limiter<K> {
    /// A limiter of this node alone, of which nothing is taken.
    pub(crate) fn new(quota: Quota) -> Self {
        Limiter::shared(quota, SharedBy::default())
    }

    /// The same for a quota that is divided among the nodes.
    pub(crate) fn shared(quota: Quota, shared_by: SharedBy) -> Self {
        Limiter { quota, shared_by, buckets: Mutex::default() }
    }

    fn buckets(&self) -> MutexGuard<'_, HashMap<K, Bucket>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one. It is taken before the attempt and given back after a success, so that attempts at the same time
    /// cannot get past it.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn take(&self, key: K, now_ms: i64) -> Result<(), TooMany> {
        self.take_of(key, self.quota, now_ms).map(drop)
    }

    /// Takes one of a quota that is this key's own, and says how many are left.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn take_of(&self, key: K, quota: Quota, now_ms: i64) -> Result<i64, TooMany> {
        match self.left(key, self.shared_by.part(quota), now_ms) {
            Left::One(after) => Ok(after),
            Left::InUs(wait_us) => Err(TooMany { retry_after_ms: (wait_us + 999) / 1000 }),
        }
    }

    /// How many there are to take of a quota that is this key's own. Nothing is counted.
    pub(crate) fn available(&self, key: K, quota: Quota, now_ms: i64) -> i64 {
        let (now_us, quota) = (now_ms.saturating_mul(1000), self.shared_by.part(quota));
        let mut own = self.buckets().get(&key).copied().unwrap_or_else(|| Bucket::full(now_us));
        own.see(now_us);
        ((now_us + quota.whole_us() - own.full_at_us) / quota.each_us).max(0)
    }

    /// Whether there is one. If there is, it counts.
    fn left(&self, key: K, quota: Quota, now_ms: i64) -> Left {
        let now_us = now_ms.saturating_mul(1000);
        let mut buckets = self.buckets();
        if buckets.len() >= MOST_KEYS && !buckets.contains_key(&key) {
            forget_fullest(&mut buckets, now_us);
        }
        let own = buckets.entry(key).or_insert_with(|| Bucket::full(now_us));
        own.see(now_us);
        // A quota that became smaller must not keep a bucket empty for longer than it takes to fill.
        own.full_at_us = own.full_at_us.min(now_us.saturating_add(quota.whole_us()));
        let room_us = now_us + quota.whole_us() - own.full_at_us - quota.each_us;
        if room_us < 0 {
            return Left::InUs(-room_us);
        }
        own.full_at_us += quota.each_us;
        Left::One(room_us / quota.each_us)
    }

    /// Gives back what was taken.
    pub(crate) fn give_back(&self, key: K) {
        if let Some(own) = self.buckets().get_mut(&key) {
            own.full_at_us -= self.shared_by.part(self.quota).each_us;
        }
    }
}

/// Makes room: the full ones go, and when that is little, a quarter of the others.
fn forget_fullest<K: Eq + Hash>(buckets: &mut HashMap<K, Bucket>, now_us: i64) {
    buckets.retain(|_, own| own.full_at_us > now_us);
    let goes = MOST_KEYS / 4;
    if buckets.len() <= MOST_KEYS - goes {
        return;
    }
    let mut moments: Vec<i64> = buckets.values().map(|own| own.full_at_us).collect();
    let (_, limit_us, _) = moments.select_nth_unstable(goes - 1);
    let mut left = goes;
    buckets.retain(|_, own| {
        let stays = own.full_at_us > *limit_us || left == 0;
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
        let limiter = Limiter::new(Quota::new(20, 10_000));
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
        let limiter = Limiter::new(Quota::new(1, 1_000));
        let ten_a_second = Quota::new(20, 100);
        let left: Vec<_> = (0..21).map(|_| limiter.take_of(key("a"), ten_a_second, 0).ok()).collect();
        assert_eq!((left[0], left[19], left[20]), (Some(19), Some(0), None));
        let available = |name, now_ms| limiter.available(key(name), ten_a_second, now_ms);
        assert_eq!((available("a", 0), available("a", 250), available("b", 0)), (0, 2, 20));
        assert_eq!(limiter.take_of(key("a"), ten_a_second, 0), Err(TooMany { retry_after_ms: 100 }));
        assert_eq!(TooMany { retry_after_ms: 100 }.retry_after_s(), 1);
    }

    #[test]
    fn nodes_share_what_there_is() {
        let (nodes, quota) = (3, Quota::new(20, 10_000));
        let limiters: Vec<_> = (0..nodes)
            .map(|_| {
                let shared_by = SharedBy::default();
                shared_by.set(nodes);
                Limiter::shared(quota, shared_by)
            })
            .collect();
        let taken = |now_ms| {
            let take =
                |limiter: &Limiter| (0..100).take_while(|_| limiter.take(key("one"), now_ms).is_ok()).count();
            limiters.iter().map(take).sum::<usize>()
        };
        assert_eq!(taken(0), 18);
        assert_eq!(taken(29_999), 0);
        assert_eq!(taken(30_000), 3);
        assert_eq!(taken(1_000_000), 18);
        // Two of them are gone; the one that is left has all of it again.
        let one = &limiters[0];
        one.shared_by.set(1);
        assert_eq!((0..100).take_while(|_| one.take(key("one"), 1_000_000).is_ok()).count(), 2);
        assert_eq!(one.take(key("one"), 1_010_000), Ok(()));
        one.shared_by.set(1_000);
        assert_eq!(one.take(key("two"), 0), Ok(()), "one at the least");
    }

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let limiter = Limiter::new(Quota::new(2, 10_000));
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
        let limiter = Limiter::new(Quota::new(5, 10_000));
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
