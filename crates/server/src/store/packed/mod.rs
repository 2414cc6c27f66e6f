//! Stored texts that are mostly what every such text has: journal entries, kept answers and what an order asks for. They
//! are stored packed: what stands in a dictionary of this program, in other columns of the row or further ahead in the
//! text is replaced by where that is. The bytes that come back are those that were packed.
//!
//! A packed text begins with [`PACKED`]. It is a text itself, without control characters but for the marks of what was replaced:
//! a mark that tells the length, and two digits that tell the place. Places are counted through the dictionary, then
//! through what is known of the row, then through the text.

mod dictionary;
mod index;

use index::Index;

const DICTIONARY: &[u8] = dictionary::DICTIONARY.as_bytes();

/// What a text begins with that was packed beside the dictionary.
const PACKED: u8 = 0x01;

/// What a text begins with that is as it was but has control characters, which would be taken for marks.
const AS_IT_WAS: u8 = 0x02;

/// The marks, by the length they stand for from [`SHORTEST`] on; behind the last one a digit says how much longer it is.
const MARKS: [u8; 24] = [
    0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x0e, 0x0f, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18,
    0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f,
];

/// What is shorter is not replaced: a mark and a place are three bytes.
const SHORTEST: usize = index::BYTES;

/// The least length that needs a digit.
const LONG: usize = SHORTEST + MARKS.len() - 1;

/// Digits are the visible characters of ASCII. The space is none, because spaces behind a text are not part of it.
const FIRST_DIGIT: u8 = b'!';
const DIGITS: usize = 94;

/// What is longer is replaced in several pieces.
const LONGEST: usize = LONG + DIGITS - 1;

/// Nothing behind this place can be told.
const PLACES: usize = DIGITS * DIGITS;

/// The text as it is stored; `known` is what whoever reads the row has of it.
pub(super) fn pack(text: &str, known: &str) -> String {
    if text.bytes().any(|byte| byte < b' ') {
        return String::from_utf8_lossy(&[&[AS_IT_WAS], text.as_bytes()].concat()).into_owned();
    }
    // Pieces begin and end between two characters, so that what is packed is text.
    let packed = String::from_utf8(Packing::of(text, known).run()).ok();
    packed.filter(|packed| packed.len() < text.len()).unwrap_or_else(|| text.to_owned())
}

/// A text that does not come back.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("a packed text is damaged, or was packed by a newer program")]
pub struct Unreadable;

/// The text as it was, from what is stored and what of its row it was packed beside.
///
/// # Errors
/// It is damaged, or was packed beside something else.
pub fn unpack(stored: &str, known: &str) -> Result<String, Unreadable> {
    match stored.as_bytes() {
        [PACKED, packed @ ..] => unpacked(packed, known).ok_or(Unreadable),
        [AS_IT_WAS, ..] => Ok(stored[1..].to_owned()),
        _ => Ok(stored.to_owned()),
    }
}

fn unpacked(packed: &[u8], known: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(known.len() + 4 * packed.len());
    bytes.extend_from_slice(known.as_bytes());
    let mut rest = packed.iter().copied();
    while let Some(byte) = rest.next() {
        if byte >= b' ' {
            bytes.push(byte);
            continue;
        }
        let place = digit(rest.next()?)? * DIGITS + digit(rest.next()?)?;
        let length = match MARKS.iter().position(|mark| *mark == byte)? {
            more if more + SHORTEST < LONG => more + SHORTEST,
            _ => LONG + digit(rest.next()?)?,
        };
        match place.checked_sub(DICTIONARY.len()) {
            None => bytes.extend_from_slice(DICTIONARY.get(place..place + length)?),
            Some(from) if from + length <= bytes.len() => bytes.extend_from_within(from..from + length),
            Some(_) => return None,
        }
    }
    String::from_utf8(bytes.split_off(known.len())).ok()
}

fn digit(byte: u8) -> Option<usize> {
    byte.checked_sub(FIRST_DIGIT).map(usize::from).filter(|digit| *digit < DIGITS)
}

/// A text that is being packed.
struct Packing {
    /// What is known, and the text behind it.
    bytes: Vec<u8>,
    /// Where what is still to be packed begins.
    at: usize,
    seen: Index,
    packed: Vec<u8>,
}

/// A piece that stands somewhere already.
#[derive(Clone, Copy)]
struct Found {
    place: usize,
    length: usize,
}

impl Packing {
    fn of(text: &str, known: &str) -> Self {
        let bytes = [known.as_bytes(), text.as_bytes()].concat();
        let mut packing =
            Packing { seen: Index::of_text(bytes.len()), bytes, at: 0, packed: Vec::with_capacity(512) };
        packing.pass(known.len());
        packing.packed.push(PACKED);
        packing
    }

    fn run(mut self) -> Vec<u8> {
        while self.at < self.bytes.len() {
            match self.longest() {
                Some(found) => {
                    self.write(found);
                    // What stands in the dictionary is found there the next time too.
                    match found.place < DICTIONARY.len() {
                        true => self.at += found.length,
                        false => self.pass(found.length),
                    }
                }
                None => {
                    self.packed.push(self.bytes[self.at]);
                    self.pass(1);
                }
            }
        }
        self.packed
    }

    fn write(&mut self, Found { place, length }: Found) {
        let mark = MARKS[(length - SHORTEST).min(MARKS.len() - 1)];
        self.packed.extend([mark, written(place / DIGITS), written(place % DIGITS)]);
        if length >= LONG {
            self.packed.push(written(length - LONG));
        }
    }

    /// Goes on by so many bytes.
    fn pass(&mut self, length: usize) {
        for at in self.at..self.at + length {
            // What lies further back can be told no place.
            if DICTIONARY.len() + at < PLACES {
                self.seen.add(&self.bytes, at);
            }
        }
        self.at += length;
    }

    /// The longest piece from here on that stands in the dictionary or ahead.
    fn longest(&self) -> Option<Found> {
        let rest = &self.bytes[self.at..];
        if rest.len() < SHORTEST || !is_beginning(rest[0]) {
            return None;
        }
        let mut best = Found { place: 0, length: SHORTEST - 1 };
        let mut consider = |source: &[u8], place: usize| {
            // One that differs where the best ends is not longer; most end here.
            if source.get(best.length) == rest.get(best.length) {
                let length = alike(source, rest);
                if length > best.length {
                    best = Found { place, length };
                }
            }
            best.length < rest.len().min(LONGEST)
        };
        let (dictionary, ahead) = (Index::of_dictionary(), &self.bytes[..self.at]);
        let _ = dictionary.places(rest).all(|at| consider(&DICTIONARY[at..], at))
            && self.seen.places(rest).all(|at| consider(&ahead[at..], DICTIONARY.len() + at));
        (best.length >= SHORTEST).then_some(best)
    }
}

/// How many bytes both begin with, up to the end of a character.
fn alike(source: &[u8], rest: &[u8]) -> usize {
    const AT_ONCE: usize = 8;
    let most = source.len().min(rest.len()).min(LONGEST);
    let (source, both) = (&source[..most], &rest[..most]);
    let mut same = 0;
    while let (Some(one), Some(other)) =
        (source[same..].first_chunk::<AT_ONCE>(), both[same..].first_chunk::<AT_ONCE>())
    {
        let differing = u64::from_le_bytes(*one) ^ u64::from_le_bytes(*other);
        if differing != 0 {
            same += usize::try_from(differing.trailing_zeros() / u8::BITS).unwrap_or(0);
            return whole(rest, same);
        }
        same += AT_ONCE;
    }
    same += source[same..].iter().zip(&both[same..]).take_while(|(one, other)| one == other).count();
    whole(rest, same)
}

/// So many bytes, or fewer, so that no character is cut.
fn whole(rest: &[u8], mut length: usize) -> usize {
    while rest.get(length).is_some_and(|byte| !is_beginning(*byte)) {
        length -= 1;
    }
    length
}

/// Whether a character begins with that byte.
fn is_beginning(byte: u8) -> bool {
    byte & 0b1100_0000 != 0b1000_0000
}

fn written(digit: usize) -> u8 {
    // Places and lengths are bounded, so that it is a digit.
    FIRST_DIGIT + u8::try_from(digit).unwrap_or(0)
}

#[cfg(test)]
mod tests;
