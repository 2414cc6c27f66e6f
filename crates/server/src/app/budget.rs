//! How often a gateway account may be asked: a token bucket per account, in the clock's time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use guichet_core::AccountId;

/// The bucket holds this many seconds' worth of checks.
const BURST_SECONDS: i64 = 2;

#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// Thousandths of a check.
    millis: i64,
    filled_at_ms: i64,
}

/// The buckets of all accounts.
#[derive(Debug, Default)]
pub struct Budgets(Mutex<HashMap<AccountId, Bucket>>);

impl Budgets {
    /// Takes one check and says how many are left, or in how many ms there will be one.
    pub fn take(&self, account: AccountId, per_second: u32, now_ms: i64) -> Result<u32, i64> {
        let rate = i64::from(per_second.max(1));
        let full = rate * BURST_SECONDS * 1000;
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = buckets.entry(account).or_insert(Bucket { millis: full, filled_at_ms: now_ms });
        let passed_ms = (now_ms - bucket.filled_at_ms).clamp(0, BURST_SECONDS * 1000);
        bucket.millis = (bucket.millis + passed_ms * rate).min(full);
        bucket.filled_at_ms = now_ms;
        if bucket.millis < 1000 {
            return Err((1000 - bucket.millis + rate - 1) / rate);
        }
        bucket.millis -= 1000;
        Ok(u32::try_from(bucket.millis / 1000).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_the_rate() {
        let budgets = Budgets::default();
        let account = AccountId::new(1, [1; 10]);
        let other = AccountId::new(1, [2; 10]);
        let taken = |now_ms| (0..1000).filter(|_| budgets.take(account, 10, now_ms).is_ok()).count();
        assert_eq!(taken(0), 20);
        assert_eq!(budgets.take(account, 10, 0), Err(100));
        assert_eq!(taken(500), 5);
        assert_eq!(taken(100_000), 20);
        assert_eq!(taken(50_000), 0, "a clock that jumps back gives nothing and takes nothing");
        assert!(budgets.take(other, 10, 0).is_ok());
    }
}
