//! Chance that falls the same way each time, so that every demo has the same month.

/// A generator of numbers (xorshift64*, Vigna 2014).
pub(super) struct Dice(u64);

impl Dice {
    /// One that begins there; not at 0.
    pub(super) fn new(seed: u64) -> Self {
        Dice(seed.max(1))
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32
    }

    /// A number from the first to the last.
    pub(super) fn between(&mut self, first: i64, last: i64) -> i64 {
        let many = last.saturating_sub(first).max(0).unsigned_abs() + 1;
        first + i64::try_from(self.next() % many).unwrap_or_default()
    }

    /// Whether something happens that happens so many times in a hundred.
    pub(super) fn falls(&mut self, percent: i64) -> bool {
        self.between(1, 100) <= percent
    }

    /// One of these; there must be one.
    pub(super) fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let last = i64::try_from(all.len()).unwrap_or(i64::MAX) - 1;
        &all[usize::try_from(self.between(0, last)).unwrap_or_default()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_falls_the_same_way_each_time_and_everywhere_in_between() {
        let throw = || {
            let mut dice = Dice::new(7);
            (0..1_000).map(|_| dice.between(1, 6)).collect::<Vec<_>>()
        };
        let thrown = throw();
        assert_eq!(thrown, throw());
        for face in 1..=6 {
            let times = thrown.iter().filter(|thrown| **thrown == face).count();
            assert!((120..220).contains(&times), "{face}: {times} times");
        }
        let mut dice = Dice::new(0);
        assert_eq!((dice.between(5, 5), *dice.one_of(&["only"])), (5, "only"));
        assert!(!dice.falls(0) && dice.falls(100));
    }
}
