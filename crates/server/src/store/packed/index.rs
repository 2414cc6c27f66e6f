//! Where pieces of a text begin, by their first bytes.

use std::sync::LazyLock;

use super::DICTIONARY;

/// By how many bytes places are found.
pub(super) const BYTES: usize = 5;

/// No place.
const NOWHERE: u16 = u16::MAX;

/// How many places are looked at before the longest of them is good enough.
const LOOKED_AT: usize = 12;

/// How many heads there are, as a power of two: as many as the dictionary has places, and fewer for a text, whose index is
/// made for it alone.
const OF_DICTIONARY: u32 = 13;
const OF_TEXT: u32 = 10;

/// Places by what begins there. Those that look alike are chained, the newest first.
pub(super) struct Index {
    bits: u32,
    heads: Vec<u16>,
    before: Vec<u16>,
}

impl Index {
    /// An empty one for a text of so many bytes.
    pub(super) fn of_text(bytes: usize) -> Self {
        Index::empty(bytes, OF_TEXT)
    }

    fn empty(bytes: usize, bits: u32) -> Self {
        Index { bits, heads: vec![NOWHERE; 1 << bits], before: vec![NOWHERE; bytes] }
    }

    /// Every place of the dictionary.
    pub(super) fn of_dictionary() -> &'static Index {
        static INDEX: LazyLock<Index> = LazyLock::new(|| {
            let mut index = Index::empty(DICTIONARY.len(), OF_DICTIONARY);
            (0..DICTIONARY.len()).for_each(|at| index.add(DICTIONARY, at));
            index
        });
        &INDEX
    }

    /// One more place, behind all others.
    pub(super) fn add(&mut self, bytes: &[u8], at: usize) {
        if let (Some(head), Ok(place)) = (self.head(&bytes[at..]), u16::try_from(at)) {
            self.before[at] = std::mem::replace(&mut self.heads[head], place);
        }
    }

    /// Places at which something begins that may be alike.
    pub(super) fn places(&self, bytes: &[u8]) -> impl Iterator<Item = usize> {
        let first = self.head(bytes).map(|head| self.heads[head]);
        let known = |place: u16| Some(place).filter(|place| *place != NOWHERE);
        let next = move |place: &u16| self.before.get(usize::from(*place)).copied().and_then(known);
        std::iter::successors(first.and_then(known), next).take(LOOKED_AT).map(usize::from)
    }

    /// Where the chain of what begins like this begins.
    fn head(&self, bytes: &[u8]) -> Option<usize> {
        let [a, b, c, d, e] = *bytes.first_chunk::<BYTES>()?;
        let mixed = (u32::from_le_bytes([a, b, c, d]) ^ (u32::from(e) << 13)).wrapping_mul(0x9e37_79b1);
        usize::try_from(mixed >> (u32::BITS - self.bits)).ok()
    }
}
