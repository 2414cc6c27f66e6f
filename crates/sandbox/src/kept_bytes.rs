//! How much memory a thing takes that strangers sent: everything that is kept has a bound in bytes beside its number, because
//! the sandbox lets everybody in.

use std::fmt::{Debug, Write};

/// The most bytes of requests that payments are kept with; the oldest payment is dropped for a new one.
pub(crate) const MAX_PAYMENT_BYTES: usize = 128 << 20;

/// The most bytes of notifications that are remembered; the oldest is dropped for a new one.
pub(crate) const MAX_NOTIFICATION_BYTES: usize = 64 << 20;

/// The longest text of a setting, in bytes.
pub(crate) const MAX_SETTING_BYTES: usize = 500;

/// About as many bytes as a value takes: those of its debug form, which grows with every text in it.
pub(crate) fn kept_bytes(value: &impl Debug) -> usize {
    let mut counter = Counter(0);
    // Counting never fails.
    let _ = write!(counter, "{value:?}");
    counter.0
}

struct Counter(usize);

impl Write for Counter {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}
