//! What open pages share that wait for changes: the looks at the journal, and how many pages may wait.

mod looks;
mod places;

use std::sync::Arc;

use guichet_core::{Environment, MerchantId};
use tokio::sync::watch;

use looks::Looks;
use places::Places;

pub(super) use looks::EVERY_MS;

/// A shop and a kind of money.
pub(super) type Shop = (MerchantId, Environment);

/// What the streams of one node share. Cheap to clone.
#[derive(Clone)]
pub(super) struct Live {
    pub(super) looks: Arc<Looks>,
    pub(super) places: Places,
    pub(super) stop: watch::Receiver<bool>,
}

impl Live {
    /// Streams that end when the server does.
    pub(super) fn until(stop: watch::Receiver<bool>) -> Self {
        Live { looks: Arc::default(), places: Places::default(), stop }
    }
}
