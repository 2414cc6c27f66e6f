//! Bytes that follow each other in a file and have not been written yet.

/// Thirty frames of 4 KiB pages, under the 128 KiB that SQLite writes with one call.
const MOST: usize = 30 * (24 + 4096);

/// What is gathered. `Err` of the functions is whatever the given `write` answered; what could not be written is
/// forgotten then, as SQLite forgets the transaction that it belongs to.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    bytes: Vec<u8>,
    begins: i64,
}

impl Gathered {
    /// Keeps `bytes`, which belong at `place` of the file. Writes what was kept before when they do not follow it or
    /// there is no room for both.
    pub(crate) fn add<E>(
        &mut self,
        bytes: &[u8],
        place: i64,
        mut write: impl FnMut(&[u8], i64) -> Result<(), E>,
    ) -> Result<(), E> {
        if place != self.ends() || self.bytes.len() + bytes.len() > MOST {
            self.release(&mut write)?;
            self.begins = place;
        }
        if bytes.len() > MOST {
            return write(bytes, place);
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    /// Writes what is kept.
    pub(crate) fn release<E>(&mut self, write: impl FnOnce(&[u8], i64) -> Result<(), E>) -> Result<(), E> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        let written = write(&self.bytes, self.begins);
        self.bytes.clear();
        written
    }

    fn ends(&self) -> i64 {
        i64::try_from(self.bytes.len()).map_or(i64::MAX, |length| self.begins.saturating_add(length))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A file, and how often it was written.
    #[derive(Default)]
    struct Paper {
        bytes: Vec<u8>,
        calls: usize,
    }

    impl Paper {
        fn write(&mut self, bytes: &[u8], place: i64) -> Result<(), ()> {
            let place = usize::try_from(place).expect("no place before the beginning");
            let end = place + bytes.len();
            self.bytes.resize(self.bytes.len().max(end), 0);
            self.bytes[place..end].copy_from_slice(bytes);
            self.calls += 1;
            Ok(())
        }
    }

    #[test]
    fn a_commit_is_one_write() {
        let (mut gathered, mut paper) = (Gathered::default(), Paper::default());
        for frame in 0..20 {
            let place = 32 + frame * 4120;
            gathered.add(&[1; 24], place, |bytes, place| paper.write(bytes, place)).expect("kept");
            gathered.add(&[2; 4096], place + 24, |bytes, place| paper.write(bytes, place)).expect("kept");
        }
        assert_eq!(paper.calls, 0);
        gathered.release(|bytes, place| paper.write(bytes, place)).expect("written");
        gathered.release(|bytes, place| paper.write(bytes, place)).expect("nothing is left");
        assert_eq!((paper.calls, paper.bytes.len()), (1, 32 + 20 * 4120));
    }

    #[test]
    fn what_could_not_be_written_is_forgotten() {
        let mut gathered = Gathered::default();
        gathered.add(b"lost", 0, |_, _| Err(())).expect("kept");
        assert_eq!(gathered.add(b"elsewhere", 100, |_, _| Err("full")), Err("full"));
        let mut paper = Paper::default();
        gathered.add(b"anew", 0, |bytes, place| paper.write(bytes, place)).expect("kept");
        gathered.release(|bytes, place| paper.write(bytes, place)).expect("written");
        assert_eq!(paper.bytes, b"anew");
    }

    proptest! {
        /// In whatever pieces and places a file is written, gathering them leaves the same file.
        #[test]
        fn the_file_is_the_same(pieces in prop::collection::vec((0..3_usize, 0..400_000_usize, 1..90_000_usize, any::<u8>()), 1..40)) {
            let (mut gathered, mut paper, mut direct) = (Gathered::default(), Paper::default(), Paper::default());
            let mut end = 0;
            for (jump, elsewhere, length, byte) in pieces {
                let place = if jump == 0 { elsewhere } else { end };
                let piece = vec![byte; length * (1 + jump / 2)];
                end = place + piece.len();
                let place = i64::try_from(place).expect("small");
                direct.write(&piece, place).expect("written");
                gathered.add(&piece, place, |bytes, place| paper.write(bytes, place)).expect("kept");
            }
            gathered.release(|bytes, place| paper.write(bytes, place)).expect("written");
            prop_assert!(paper.bytes == direct.bytes);
            prop_assert!(paper.calls <= direct.calls);
        }
    }
}
