//! Lines of the log that strangers can cause as often as they like: the first of a minute is written at once, and
//! at its end the last, with how many there were between.

use std::collections::HashMap;
use std::fmt::Display;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long lines that say the same are counted instead of written.
const COUNTED: Duration = Duration::from_secs(60);

/// The most different lines that are counted apart; what comes beyond them is counted together.
const MOST: usize = 256;

/// Writes a line; how many like it were left out since the one before.
type Line = Box<dyn Fn(u64) + Send>;

/// What makes two lines the same: what they say, and of which account or about which trouble. The second is never a
/// stranger's choice, or there would be as many as they like.
type Same = (&'static str, String);

/// The lines of one log.
#[derive(Default)]
struct Repeats(HashMap<Same, Counted>);

struct Counted {
    since: Instant,
    left_out: u64,
    line: Line,
}

impl Repeats {
    fn say(&mut self, what: &'static str, whose: &str, line: Line, now: Instant) {
        let mut same = (what, whose.to_owned());
        if self.0.len() >= MOST && !self.0.contains_key(&same) {
            same.1.clear();
        }
        if let Some(counted) = self.0.get_mut(&same)
            && now.saturating_duration_since(counted.since) < COUNTED
        {
            counted.left_out += 1;
            return;
        }
        let left_out = self.0.remove(&same).map_or(0, |counted| counted.left_out);
        line(left_out);
        self.0.insert(same, Counted { since: now, left_out: 0, line });
    }

    /// Writes the last one where the minute is over, or everywhere, and forgets where nothing was left out.
    fn say_the_rest(&mut self, now: Instant, everywhere: bool) {
        self.0.retain(|_, counted| {
            if !everywhere && now.saturating_duration_since(counted.since) < COUNTED {
                return true;
            }
            if counted.left_out == 0 {
                return false;
            }
            (counted.line)(std::mem::take(&mut counted.left_out) - 1);
            counted.since = now;
            true
        });
    }
}

/// The log of this process.
fn ours() -> MutexGuard<'static, Repeats> {
    static OURS: LazyLock<Mutex<Repeats>> = LazyLock::new(Mutex::default);
    OURS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes a line of that kind and account by `line`, which is told how many like it were left out before, unless
/// one was written within the last minute.
pub(crate) fn say(what: &'static str, whose: &str, line: impl Fn(u64) + Send + 'static) {
    ours().say(what, whose, Box::new(line), now());
}

/// The same for trouble of ours that a request met: strangers choose how often, and the trouble's own words what it is.
pub(crate) fn fault(what: &'static str, fault: &impl Display) {
    let fault = fault.to_string();
    say(what, &fault.clone(), move |left_out| tracing::error!(fault, left_out, "{what}"));
}

/// Writes what was left out in the minutes that are over.
pub(crate) fn say_the_rest() {
    ours().say_the_rest(now(), false);
}

/// The same before the process ends, without waiting for the minute's end.
pub(crate) fn say_all() {
    ours().say_the_rest(now(), true);
}

#[expect(
    clippy::disallowed_methods,
    reason = "how much a stranger may write into the log is no virtual time"
)]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn the_first_of_a_minute_and_how_many_came_beside_it() {
        let (mut repeats, said) = (Repeats::default(), Arc::new(Mutex::new(Vec::new())));
        let began = now();
        let say = |repeats: &mut Repeats, whose: &'static str, after_s: u64| {
            let said = said.clone();
            let line = move |left_out| said.lock().unwrap().push((whose, left_out));
            repeats.say("forged", whose, Box::new(line), began + Duration::from_secs(after_s));
        };
        for _ in 0..2000 {
            say(&mut repeats, "one", 1);
        }
        say(&mut repeats, "two", 30);
        let taken = || std::mem::take(&mut *said.lock().unwrap());
        assert_eq!(taken(), [("one", 0), ("two", 0)]);
        repeats.say_the_rest(began + Duration::from_secs(59), false);
        assert_eq!(taken(), [], "the minute is not over");
        repeats.say_the_rest(began + Duration::from_secs(62), false);
        assert_eq!(taken(), [("one", 1998)]);
        for _ in 0..3 {
            say(&mut repeats, "one", 70);
        }
        assert_eq!(taken(), [], "there was a line within this minute");
        say(&mut repeats, "one", 130);
        assert_eq!(taken(), [("one", 3)]);
        say(&mut repeats, "one", 131);
        repeats.say_the_rest(began + Duration::from_secs(132), true);
        assert_eq!(taken(), [("one", 0)], "at the end nothing is kept back");
        repeats.say_the_rest(began + Duration::from_secs(999), false);
        assert!(taken().is_empty() && repeats.0.is_empty());
    }

    #[test]
    fn the_table_is_bounded() {
        let mut repeats = Repeats::default();
        for number in 0..10 * MOST {
            repeats.say("odd", &number.to_string(), Box::new(|_| {}), now());
        }
        assert!(repeats.0.len() <= MOST + 1);
    }
}
