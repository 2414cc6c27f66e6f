//! What the shops of other vendors remember: the notifications that came, whether the vendor's
//! signature was on them, and how each payment stood when they last asked.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A notification that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Notice {
    /// The shop's own name for the payment.
    pub(super) reference: String,
    /// Whether it bears the vendor's signature.
    pub(super) is_signed: bool,
    /// Whether it says that the money came.
    pub(super) says_paid: bool,
}

#[derive(Debug, Default)]
struct Books {
    notices: Vec<Notice>,
    statuses: HashMap<String, &'static str>,
}

/// The books of all three shops.
#[derive(Debug, Default)]
pub(crate) struct Notices(Mutex<Books>);

impl Notices {
    /// Takes note of a notification.
    pub(super) fn enter(&self, notice: Notice) {
        self.books().notices.push(notice);
    }

    /// Takes note of how a payment stands.
    pub(super) fn learn(&self, reference: &str, status: &'static str) {
        self.books().statuses.insert(reference.to_owned(), status);
    }

    /// How many signed notifications said that this payment's money came.
    pub(crate) fn paid(&self, reference: &str) -> usize {
        let paid = |notice: &&Notice| notice.is_signed && notice.says_paid && notice.reference == reference;
        self.books().notices.iter().filter(paid).count()
    }

    /// How many came without the vendor's signature.
    pub(crate) fn forged(&self) -> usize {
        self.books().notices.iter().filter(|notice| !notice.is_signed).count()
    }

    /// What the shop believes of a payment; `None` before it first asked.
    pub(crate) fn status(&self, reference: &str) -> Option<&'static str> {
        self.books().statuses.get(reference).copied()
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
