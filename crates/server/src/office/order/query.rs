//! What an order's page reads.

use guichet_core::{CustomerId, OrderId};

use crate::office::Office;
use crate::store::{Attempt, DeliveryRow, Fault, JournalRow, NoteRow, Stored};

/// An order with all that belongs to it.
#[derive(Debug)]
pub(super) struct Whole {
    /// The order.
    pub(super) stored: Stored,
    /// The customer who made it at a front, if one did.
    pub(super) buyer: Option<CustomerId>,
    /// Its journal, as far as it is not archived.
    pub(super) journal: Vec<JournalRow>,
    /// Whether the chain of the journal is whole.
    pub(super) is_whole: bool,
    /// How many entries are in archives.
    pub(super) archived: i64,
    /// What was sent, each with its tries.
    pub(super) deliveries: Vec<(DeliveryRow, Vec<Attempt>)>,
    /// What people wrote on it.
    pub(super) notes: Vec<NoteRow>,
    /// Now (unix ms).
    pub(super) now_ms: i64,
}

/// Reads it.
pub(super) async fn read(office: &Office, stored: Stored) -> Result<Whole, Fault> {
    let store = office.app.store();
    let id: OrderId = stored.order.id;
    let journal = store.journal(id.into()).await?;
    let here = i64::try_from(journal.len()).unwrap_or(i64::MAX);
    let archived = if here < stored.entries { store.archived(id.into()).await? } else { None };
    let archived = archived.map_or(0, |archived| archived.entries);
    let is_whole = journal.iter().all(|row| row.chained != Some(false)) && here + archived == stored.entries;
    let mut deliveries = Vec::new();
    for row in store.deliveries_of(id.into()).await? {
        let attempts = store.attempts(&row.delivery).await?;
        deliveries.push((row, attempts));
    }
    let (notes, buyer) = (store.notes_of(id).await?, store.buyer_of(id).await?);
    let now_ms = office.app.clock().now_ms();
    Ok(Whole { stored, buyer, journal, is_whole, archived, deliveries, notes, now_ms })
}
