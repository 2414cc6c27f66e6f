//! Random numbers that repeat: the same seed gives the same references and the same misbehaviours, so that a
//! run which failed can be run again. SplitMix64, which needs no crate and is not for secrets.

/// A seeded stream of numbers.
pub(crate) struct Rng {
    state: u64,
}

impl Rng {
    /// The stream of that seed.
    pub(crate) fn new(seed: u64) -> Rng {
        Rng { state: seed }
    }

    /// The next number.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number wide enough that two of them are never the same.
    pub(crate) fn number(&mut self) -> u128 {
        (u128::from(self.next()) << 64) | u128::from(self.next())
    }

    /// One of `choices`, none of which is much likelier than another; the list is not empty.
    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let index = self.next() % choices.len() as u64;
        &choices[index as usize]
    }

    /// True in `percent` of 100 rolls.
    pub(crate) fn happens(&mut self, percent: u8) -> bool {
        self.next() % 100 < u64::from(percent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself_and_differs_from_another() {
        let draw = |seed| {
            let mut rng = Rng::new(seed);
            [rng.number(), rng.number()]
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        assert_ne!(draw(7)[0], draw(7)[1]);
    }

    #[test]
    fn percentages_are_kept_at_both_ends() {
        let mut rng = Rng::new(3);
        assert!((0..1000).all(|_| !rng.happens(0)));
        assert!((0..1000).all(|_| rng.happens(100)));
    }
}
