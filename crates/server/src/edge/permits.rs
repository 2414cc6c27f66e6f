//! How many connections there may be, in all and from one address, so that nobody takes the descriptors that the server
//! needs for its own calls and files.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The most connections at once; further ones wait to be accepted.
const MOST_CONNECTIONS: u64 = 8192;

/// The most descriptors that are asked for.
const MOST_DESCRIPTORS: u64 = 65_536;

/// The descriptors kept for the database's files and a few calls, beside a quarter of all.
const RESERVE: u64 = 96;

/// One address may hold one of so many parts of the connections.
const SHARES: usize = 8;

/// The least share of an address.
const LEAST_SHARE: usize = 16;

/// The most connections of a listener of operators.
const OPERATORS: usize = 16;

/// Raises the process's limit of open descriptors as far as the system lets it, and no further than makes sense.
pub fn raise_descriptor_limit() {
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.unwrap_or(MOST_DESCRIPTORS).min(MOST_DESCRIPTORS);
    if limit.current.is_none_or(|current| current >= wanted) {
        return;
    }
    let raised = rustix::process::Rlimit { current: Some(wanted), maximum: limit.maximum };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, "the limit of open descriptors stays as it is");
    }
}

/// How many connections that many descriptors allow.
fn connections(descriptors: u64) -> usize {
    let reserve = RESERVE + descriptors / 4;
    let most = descriptors.saturating_sub(reserve).clamp(8, MOST_CONNECTIONS);
    usize::try_from(most).unwrap_or(usize::MAX)
}

/// The permits of one listener.
#[derive(Clone)]
pub(super) struct Permits {
    all: Arc<Semaphore>,
    share: usize,
    held: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// The permit to accept one connection, from whomever.
pub(super) struct Permit {
    _one: OwnedSemaphorePermit,
    permits: Permits,
}

/// The permit of an accepted connection; dropping it gives it back.
pub(super) struct Share {
    _permit: Permit,
    counted: Option<(Permits, IpAddr)>,
}

impl Permits {
    /// As many as this process's limit of open descriptors allows.
    pub(super) fn of_this_process() -> Self {
        let descriptors = getrlimit(Resource::Nofile).current.unwrap_or(MOST_DESCRIPTORS);
        Permits::new(connections(descriptors))
    }

    /// Those of a listener of operators.
    pub(super) fn few() -> Self {
        Permits::new(OPERATORS)
    }

    fn new(most: usize) -> Self {
        let share = (most / SHARES).max(LEAST_SHARE).min(most);
        Permits { all: Arc::new(Semaphore::new(most)), share, held: Arc::default() }
    }

    /// The next one, as soon as there is one.
    pub(super) async fn next(&self) -> Option<Permit> {
        let one = self.all.clone().acquire_owned().await.ok()?;
        Some(Permit { _one: one, permits: self.clone() })
    }

    fn held(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit {
    /// The same for a connection from that address; `None` where the address holds its share already. A trusted proxy
    /// speaks for many and has no share.
    pub(super) fn share_of(self, address: IpAddr, is_trusted: bool) -> Option<Share> {
        if is_trusted {
            return Some(Share { _permit: self, counted: None });
        }
        let permits = self.permits.clone();
        {
            let mut held = permits.held();
            let count = held.entry(address).or_default();
            if *count >= permits.share {
                return None;
            }
            *count += 1;
        }
        Some(Share { _permit: self, counted: Some((permits, address)) })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let Some((permits, address)) = self.counted.take() else { return };
        let mut held = permits.held();
        if let Some(count) = held.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                held.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptors_are_kept_for_our_own_calls() {
        for (descriptors, expected) in [(64, 8), (256, 96), (1024, 672), (20_000, 8192), (65_536, 8192)] {
            assert_eq!(connections(descriptors), expected, "{descriptors}");
        }
    }

    #[tokio::test]
    async fn an_address_has_its_share_and_a_proxy_has_none() {
        let permits = Permits::new(160);
        let (one, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let mut held = Vec::new();
        for _ in 0..20 {
            held.push(permits.next().await.expect("a permit").share_of(one, false).expect("a share"));
        }
        assert!(permits.next().await.expect("a permit").share_of(one, false).is_none());
        assert!(permits.next().await.expect("a permit").share_of(other, false).is_some());
        for _ in 0..100 {
            held.push(permits.next().await.expect("a permit").share_of(other, true).expect("no bound"));
        }
        held.remove(0);
        assert!(permits.next().await.expect("a permit").share_of(one, false).is_some());
        drop(held);
        assert!(permits.held().is_empty());
    }
}
