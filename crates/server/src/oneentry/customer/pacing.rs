//! How often a code is sent to one address: once a minute, and five times an hour. It is counted under
//! the name that was asked for, whether anybody has it or not.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::Key;

/// The least time between two, in ms.
const APART_MS: i64 = 60_000;

/// The time within which there are at most [`MOST`], in ms.
const WITHIN_MS: i64 = 3_600_000;

/// The most within that time.
const MOST: usize = 5;

/// The most names that are remembered; those that were asked for longest ago are forgotten first.
const MOST_NAMES: usize = 10_000;

/// The latest moments of each name, the newest first (unix ms; 0 when there was none).
#[derive(Debug, Default)]
pub(crate) struct Pacing(Mutex<HashMap<Key, [i64; MOST]>>);

impl Pacing {
    /// Whether something may be sent now; if so, it counts.
    ///
    /// # Errors
    /// In how many seconds it may.
    pub(crate) fn take(&self, name: Key, now_ms: i64) -> Result<(), i64> {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wait_ms = names.get(&name).map_or(0, |moments| wait_ms(moments, now_ms));
        if wait_ms > 0 {
            return Err((wait_ms + 999) / 1000);
        }
        note(&mut names, name, now_ms);
        Ok(())
    }

    /// Counts something that may be sent anyway; whether it might have been.
    pub(crate) fn note(&self, name: Key, now_ms: i64) -> bool {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let in_time = names.get(&name).is_none_or(|moments| wait_ms(moments, now_ms) <= 0);
        note(&mut names, name, now_ms);
        in_time
    }
}

fn wait_ms(moments: &[i64; MOST], now_ms: i64) -> i64 {
    // A clock that was set back must not keep anybody waiting for longer than the hour.
    let left_ms = |at_ms: i64, rest_ms: i64| if at_ms > now_ms { rest_ms } else { at_ms + rest_ms - now_ms };
    left_ms(moments[0], APART_MS).max(left_ms(moments[MOST - 1], WITHIN_MS))
}

fn note(names: &mut HashMap<Key, [i64; MOST]>, name: Key, now_ms: i64) {
    if names.len() >= MOST_NAMES && !names.contains_key(&name) {
        let mut newest: Vec<i64> = names.values().map(|moments| moments[0]).collect();
        let (_, median_ms, _) = newest.select_nth_unstable(MOST_NAMES / 4);
        let median_ms = *median_ms;
        names.retain(|_, moments| moments[0] > median_ms);
    }
    let moments = names.entry(name).or_default();
    moments.rotate_right(1);
    moments[0] = now_ms;
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_770_000_000_000;

    #[test]
    fn once_a_minute_and_five_times_an_hour() {
        let (pacing, name) = (Pacing::default(), Key::of(&["a"]));
        for minute in 0..5 {
            let now_ms = NOW_MS + minute * 60_000;
            assert_eq!(pacing.take(name, now_ms), Ok(()), "minute {minute}");
            let wait_s = if minute == 4 { 3600 - 240 } else { 60 };
            assert_eq!(pacing.take(name, now_ms), Err(wait_s), "minute {minute}");
        }
        assert_eq!(pacing.take(name, NOW_MS + 3_599_001), Err(1));
        assert_eq!(pacing.take(Key::of(&["b"]), NOW_MS), Ok(()), "each name has its own");
        assert_eq!(pacing.take(name, NOW_MS + 3_600_000), Ok(()));
        assert_eq!(pacing.take(name, NOW_MS), Err(3600), "a clock that was set back: an hour at the most");
    }

    #[test]
    fn what_is_sent_anyway_counts_too() {
        let (pacing, name) = (Pacing::default(), Key::of(&["a"]));
        assert!(pacing.note(name, NOW_MS));
        assert!(!pacing.note(name, NOW_MS + 1));
        assert_eq!(pacing.take(name, NOW_MS + 1), Err(60));
    }

    #[test]
    fn the_table_is_bounded_and_the_newest_stay() {
        let pacing = Pacing::default();
        for number in 0..3 * MOST_NAMES {
            let now_ms = NOW_MS + i64::try_from(number).unwrap();
            assert_eq!(pacing.take(Key::of(&[&number.to_string()]), now_ms), Ok(()));
            assert!(pacing.0.lock().unwrap().len() <= MOST_NAMES);
        }
        let last = Key::of(&[&(3 * MOST_NAMES - 1).to_string()]);
        assert!(pacing.take(last, NOW_MS + 30_000).is_err());
    }
}
