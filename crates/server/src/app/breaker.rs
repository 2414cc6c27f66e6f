//! A circuit breaker per gateway account: after a row of troubles no new payment is tried there for a
//! while, so that a gateway that is down costs its customers no waiting and its recovery no crowd.
//! Checks go on at their own pace, and the first one that is answered closes it again. Every node finds out for itself, and
//! learns what the others have found out.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use guichet_core::AccountId;

/// So many troubles in a row open it.
const TROUBLES: u32 = 5;

/// How long it stays open the first time, in ms; twice as long each time that a trial fails.
const FIRST_REST_MS: i64 = 15_000;

/// The longest rest, in ms.
const LONGEST_REST_MS: i64 = 240_000;

#[derive(Debug, Clone, Copy, Default)]
struct Breaker {
    troubles: u32,
    /// Closed while `None`.
    open_until_ms: Option<i64>,
    rest_ms: i64,
}

/// How long a breaker that is open stays so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Rest {
    /// When a trial is let through (unix ms).
    pub(super) until_ms: i64,
    /// How long the rest is, in ms.
    pub(super) rest_ms: i64,
}

/// A breaker that has just turned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// No new payment is tried from now on.
    Opened(Rest),
    /// A trial failed: no other one is made for longer than before.
    Lengthened(Rest),
    /// All is well again.
    Closed,
}

/// What the nodes have written of an account's breaker: how long it rests, or that it is closed.
pub(super) type Written = Option<Rest>;

/// The breakers of all accounts.
#[derive(Debug, Default)]
pub(super) struct Breakers {
    own: Mutex<HashMap<AccountId, Breaker>>,
    /// What was last read or written of each, so that only what another node wrote is learnt.
    written: Mutex<HashMap<AccountId, Written>>,
}

impl Breakers {
    /// Whether a payment may be tried there now. After a rest one trial is let through; the others
    /// wait for what becomes of it.
    ///
    /// # Errors
    /// In how many ms it is worth asking again.
    pub(super) fn admit(&self, account: AccountId, now_ms: i64) -> Result<(), i64> {
        let mut breakers = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(breaker) = breakers.get_mut(&account) else { return Ok(()) };
        let Some(until_ms) = breaker.open_until_ms else { return Ok(()) };
        // A clock that was set back must not keep an account closed for longer than the longest rest.
        let left_ms = until_ms - now_ms;
        if (1..=LONGEST_REST_MS).contains(&left_ms) {
            return Err(left_ms);
        }
        breaker.open_until_ms = Some(now_ms + breaker.rest_ms);
        Ok(())
    }

    /// Whether that account's breaker is open.
    pub(super) fn is_open(&self, account: AccountId) -> bool {
        let breakers = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        breakers.get(&account).is_some_and(|breaker| breaker.open_until_ms.is_some())
    }

    /// The gateway answered, whatever it said.
    pub(super) fn answered(&self, account: AccountId) -> Option<Turn> {
        let mut breakers = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        let breaker = breakers.remove(&account)?;
        breaker.open_until_ms.map(|_| Turn::Closed)
    }

    /// The gateway could not be reached, was in trouble, or its answer was lost.
    pub(super) fn troubled(&self, account: AccountId, now_ms: i64) -> Option<Turn> {
        let mut breakers = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        let breaker = breakers.entry(account).or_default();
        breaker.troubles = breaker.troubles.saturating_add(1);
        if breaker.troubles < TROUBLES {
            return None;
        }
        let was_open = breaker.open_until_ms.is_some();
        breaker.rest_ms = match breaker.rest_ms {
            0 => FIRST_REST_MS,
            rest_ms => (rest_ms * 2).min(LONGEST_REST_MS),
        };
        let rest = Rest { until_ms: now_ms + breaker.rest_ms, rest_ms: breaker.rest_ms };
        breaker.open_until_ms = Some(rest.until_ms);
        Some(if was_open { Turn::Lengthened(rest) } else { Turn::Opened(rest) })
    }

    /// This node has written that.
    pub(super) fn written(&self, account: AccountId, written: Written) {
        self.written.lock().unwrap_or_else(PoisonError::into_inner).insert(account, written);
    }

    /// Another node may have written that: what is new of it holds here too.
    pub(super) fn learn(&self, account: AccountId, written: Written) {
        let before = self.written.lock().unwrap_or_else(PoisonError::into_inner).insert(account, written);
        if before == Some(written) {
            return;
        }
        let mut breakers = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        match written {
            Some(Rest { until_ms, rest_ms }) => {
                let open = Breaker { troubles: TROUBLES, open_until_ms: Some(until_ms), rest_ms };
                breakers.insert(account, open);
            }
            None => drop(breakers.remove(&account)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_after_a_row_of_troubles_and_lets_one_trial_through_after_each_rest() {
        let breakers = Breakers::default();
        let (account, other) = (AccountId::new(1, [1; 10]), AccountId::new(1, [2; 10]));
        for _ in 1..TROUBLES {
            assert_eq!(breakers.troubled(account, 0), None);
            assert_eq!(breakers.admit(account, 0), Ok(()));
        }
        assert_eq!(
            breakers.troubled(account, 0),
            Some(Turn::Opened(Rest { until_ms: 15_000, rest_ms: 15_000 }))
        );
        assert_eq!(breakers.admit(account, 0), Err(15_000));
        assert_eq!(breakers.admit(other, 0), Ok(()));
        assert_eq!(breakers.admit(account, 14_999), Err(1));
        assert_eq!(breakers.admit(account, 15_000), Ok(()), "the trial");
        assert_eq!(breakers.admit(account, 15_000), Err(15_000), "nobody else meanwhile");
        let longer = Turn::Lengthened(Rest { until_ms: 45_000, rest_ms: 30_000 });
        assert_eq!(breakers.troubled(account, 15_000), Some(longer), "the trial failed: a longer rest");
        assert_eq!(breakers.admit(account, 44_999), Err(1));
        assert_eq!(breakers.admit(account, 45_000), Ok(()));
        assert_eq!(breakers.answered(account), Some(Turn::Closed));
        assert_eq!(breakers.admit(account, 45_000), Ok(()));
        assert_eq!(breakers.answered(account), None);
    }

    #[test]
    fn what_one_node_finds_out_the_others_learn_once() {
        let (one, other) = (Breakers::default(), Breakers::default());
        let account = AccountId::new(1, [1; 10]);
        let mut turn = None;
        for _ in 0..TROUBLES {
            turn = one.troubled(account, 0);
        }
        let Some(Turn::Opened(rest)) = turn else { panic!("{turn:?}") };
        let open = Some(rest);
        one.written(account, open);
        other.learn(account, open);
        assert_eq!((other.is_open(account), other.admit(account, 0)), (true, Err(15_000)));
        // The other's trial is answered: that is newer than what it reads until its own word is written.
        assert_eq!(other.admit(account, 15_000), Ok(()));
        assert_eq!(other.answered(account), Some(Turn::Closed));
        other.learn(account, open);
        assert!(!other.is_open(account), "it was learnt before");
        let closed = None;
        other.written(account, closed);
        one.learn(account, closed);
        assert_eq!(one.admit(account, 15_000), Ok(()));
        one.learn(account, closed);
        other.learn(account, closed);
        assert!(!one.is_open(account) && !other.is_open(account));
    }

    #[test]
    fn an_answer_in_between_begins_the_count_anew() {
        let breakers = Breakers::default();
        let account = AccountId::new(1, [1; 10]);
        for _ in 0..10 * TROUBLES {
            for _ in 1..TROUBLES {
                assert_eq!(breakers.troubled(account, 0), None);
            }
            assert_eq!(breakers.answered(account), None);
        }
    }

    #[test]
    fn a_clock_that_was_set_back_keeps_nobody_out() {
        let breakers = Breakers::default();
        let account = AccountId::new(1, [1; 10]);
        for _ in 0..TROUBLES {
            breakers.troubled(account, 1_000_000_000);
        }
        assert_eq!(breakers.admit(account, 0), Ok(()));
    }
}
