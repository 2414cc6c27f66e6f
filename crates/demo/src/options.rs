//! Where the demo listens and how it speaks.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Prints a line. Whoever runs the demo knows what to do when nobody reads it any more.
pub type Print = fn(fmt::Arguments<'_>);

/// Shows how far something has come, until what is returned is dropped.
pub type Show = fn(Arc<Count>) -> Box<dyn Send>;

/// How far something has come that takes a while.
#[derive(Debug, Default)]
pub struct Count {
    done: AtomicU64,
    all: AtomicU64,
}

impl Count {
    /// So much is done, of so much.
    pub fn so_far(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.all.load(Ordering::Relaxed))
    }

    /// There is so much to do.
    pub(crate) fn begin(&self, all: usize) {
        self.all.store(u64::try_from(all).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// One more is done.
    pub(crate) fn advance(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}

/// Where the demo listens, where that was said, and how it speaks.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The server.
    pub listen: Option<SocketAddr>,
    /// The sandbox.
    pub sandbox_listen: Option<SocketAddr>,
    /// The shop.
    pub shop_listen: Option<SocketAddr>,
    /// Whether it speaks JSON.
    pub json: bool,
    /// Whether it begins without the month that is over.
    pub empty: bool,
    /// How it speaks.
    pub print: Print,
    /// How it shows that it is still at work.
    pub show: Show,
}
