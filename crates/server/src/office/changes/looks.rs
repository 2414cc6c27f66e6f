//! Looks at the journal: one for each shop in a second, however many pages of it are open on this node.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use guichet_core::EventId;

use crate::app::App;
use crate::store::Fault;

use super::Shop;

/// How old a look may be, in ms.
pub(in crate::office) const EVERY_MS: i64 = 1_000;

/// How many of the newest events are looked at. Nodes do not commit in the order of their events' identifiers, so the newest one
/// alone would hide one that was committed a moment later.
const MOST: i64 = 8;

/// What was last seen of a shop.
#[derive(Debug, Default)]
struct Look {
    at_ms: Option<i64>,
    newest: Vec<EventId>,
}

/// The looks of one node. There are no more than shops.
#[derive(Default)]
pub(in crate::office) struct Looks(Mutex<HashMap<Shop, Arc<tokio::sync::Mutex<Look>>>>);

impl Looks {
    /// The newest events of a shop, the newest first.
    pub(in crate::office) async fn newest(&self, app: &App, shop: Shop) -> Result<Vec<EventId>, Fault> {
        let look = self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(shop).or_default().clone();
        // Whoever comes while somebody looks waits for that look.
        let mut look = look.lock().await;
        let now_ms = app.clock().elapsed_ms();
        if look.at_ms.is_none_or(|at_ms| now_ms - at_ms >= EVERY_MS) {
            look.newest = app.store().newest_decisions(shop.0, shop.1, MOST).await?;
            look.at_ms = Some(now_ms);
        }
        Ok(look.newest.clone())
    }
}
