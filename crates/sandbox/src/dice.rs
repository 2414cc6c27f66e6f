//! Randomness that repeats: the same seed gives the same references and the same faults, so that a
//! run which failed can be run again. SplitMix64, which needs no crate and is not for secrets.

/// A seeded stream of numbers.
pub(crate) struct Dice {
    state: u64,
}

impl Dice {
    /// The stream of that seed.
    pub(crate) fn new(seed: u64) -> Dice {
        Dice { state: seed }
    }

    /// The next number.
    fn roll(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number wide enough that two of them are never the same.
    pub(crate) fn number(&mut self) -> u128 {
        (u128::from(self.roll()) << 64) | u128::from(self.roll())
    }

    /// One of `choices`, none of which is much likelier than another; the list is not empty.
    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let index = self.roll() % choices.len() as u64;
        &choices[index as usize]
    }

    /// True in `percent` of 100 rolls.
    pub(crate) fn happens(&mut self, percent: u8) -> bool {
        self.roll() % 100 < u64::from(percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself_and_differs_from_another() {
        let draw = |seed| {
            let mut dice = Dice::new(seed);
            [dice.number(), dice.number()]
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        assert_ne!(draw(7)[0], draw(7)[1]);
    }

    #[test]
    fn percentages_are_kept_at_both_ends() {
        let mut dice = Dice::new(3);
        assert!((0..1000).all(|_| !dice.happens(0)));
        assert!((0..1000).all(|_| dice.happens(100)));
    }
}
