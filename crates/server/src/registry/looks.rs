//! When the configuration is looked at for somebody who shows a key: soon enough that a key just made opens and one just
//! revoked does not, and seldom enough that guessing keys costs the database nothing.

use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::clock::Clock;

/// The least time between the beginnings of two looks, in ms.
const APART_MS: i64 = 20;

/// The looks of one node. Cheap to clone.
#[derive(Clone)]
pub(super) struct Looks {
    clock: Clock,
    /// When the last one began (ms of [`Clock::elapsed_ms`]).
    last: Arc<Mutex<i64>>,
}

/// The leave to look; no other look begins while it is held.
pub(super) type Look = OwnedMutexGuard<i64>;

impl Looks {
    pub(super) fn new(clock: Clock) -> Self {
        Looks { clock, last: Arc::new(Mutex::new(i64::MIN / 2)) }
    }

    /// A look, unless one is under way or was begun a moment ago.
    pub(super) async fn now_and_then(&self) -> Option<Look> {
        let mut last = self.last.clone().try_lock_owned().ok()?;
        let now_ms = self.clock.elapsed_ms();
        (now_ms - *last >= APART_MS).then(|| *last = now_ms)?;
        Some(last)
    }

    /// A look that begins from now on; nothing where somebody else made it meanwhile.
    pub(super) async fn anew(&self) -> Option<Look> {
        let asked_ms = self.clock.elapsed_ms();
        let mut last = self.last.clone().lock_owned().await;
        // One that began in the same millisecond may have begun before.
        if *last > asked_ms {
            return None;
        }
        let rest_ms = *last + APART_MS - self.clock.elapsed_ms();
        if rest_ms > 0 {
            self.clock.sleep(rest_ms).await;
        }
        *last = self.clock.elapsed_ms();
        Some(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn those_who_guess_at_once_share_a_look() {
        let looks = Looks::new(Clock::default());
        let first = looks.anew().await.expect("the first one looks");
        let guesses: Vec<_> = (0..100)
            .map(|_| {
                let looks = looks.clone();
                tokio::spawn(async move { looks.anew().await.is_some() })
            })
            .collect();
        tokio::task::yield_now().await;
        drop(first);
        let mut made = 0;
        for guess in guesses {
            made += usize::from(guess.await.expect("it ends"));
        }
        assert_eq!(made, 1, "all of them asked before the second look began");
    }

    #[tokio::test]
    async fn known_keys_are_looked_at_again_after_a_while() {
        let clock = Clock::default();
        let looks = Looks::new(clock.clone());
        assert!(looks.now_and_then().await.is_some());
        let held = looks.anew().await.expect("a look");
        assert!(looks.now_and_then().await.is_none(), "one is under way");
        drop(held);
        clock.advance(APART_MS);
        assert!(looks.now_and_then().await.is_some());
    }
}
