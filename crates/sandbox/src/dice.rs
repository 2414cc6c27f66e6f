//! Randomness that repeats: the same seed gives the same references and the same faults, so that a
//! run which failed can be run again. SplitMix64, which needs no crate and is not for secrets.

/// A seeded stream of numbers.
pub(crate) struct Dice {
    state: u64,
}

/// The letters of a reference.
const ALPHABET: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

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

    /// One of `choices`, none of which is much likelier than another; the list is not empty.
    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let index = self.roll() % choices.len() as u64;
        &choices[index as usize]
    }

    /// True in `percent` of 100 rolls.
    pub(crate) fn happens(&mut self, percent: u8) -> bool {
        self.roll() % 100 < u64::from(percent)
    }

    /// A reference spelled like `OCPL-A1B2C3-D4E5`.
    pub(crate) fn reference(&mut self) -> String {
        let mut reference = String::with_capacity(16);
        reference.push_str("OCPL-");
        for position in 0..10 {
            if position == 6 {
                reference.push('-');
            }
            reference.push(char::from(*self.pick(ALPHABET)));
        }
        reference
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself_and_differs_from_another() {
        let draw = |seed| {
            let mut dice = Dice::new(seed);
            [dice.reference(), dice.reference()]
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn a_reference_is_spelled_as_the_vendor_spells_it() {
        let reference = Dice::new(1).reference();
        let parts: Vec<&str> = reference.split('-').collect();
        assert_eq!(parts.iter().map(|part| part.len()).collect::<Vec<_>>(), [4, 6, 4]);
        assert!(reference.bytes().all(|byte| byte == b'-' || ALPHABET.contains(&byte)));
    }

    #[test]
    fn percentages_are_kept_at_both_ends() {
        let mut dice = Dice::new(3);
        assert!((0..1000).all(|_| !dice.happens(0)));
        assert!((0..1000).all(|_| dice.happens(100)));
    }
}
