//! What developers see of the shops that are looked at.

use guichet_core::MerchantId;
use jiff::tz::TimeZone;

use crate::office::Office;
use crate::office::orders::clocks;
use crate::office::visitor::Visitor;
use crate::store::{CredentialRow, Fault, JournalRow, KeyRow};

/// How many events are shown.
const EVENTS: usize = 25;

/// Keys, credentials and events.
#[derive(Debug)]
pub(super) struct Known {
    /// The keys, those in use first, the newest first.
    pub(super) keys: Vec<KeyRow>,
    /// The credentials of other vendors' clients, in the same order.
    pub(super) credentials: Vec<CredentialRow>,
    /// The newest events, each with its shop.
    pub(super) events: Vec<(MerchantId, JournalRow)>,
    /// The clocks by which times are told.
    pub(super) zone: TimeZone,
}

/// Reads them.
pub(super) async fn read(office: &Office, visitor: &Visitor) -> Result<Known, Fault> {
    let (environment, snapshot) = (visitor.environment(), office.app.registry().snapshot());
    let is_shown = |merchant, of| visitor.shops().contains(&merchant) && of == environment;
    let keys = snapshot.keys.values().filter(|key| is_shown(key.merchant, key.environment));
    let mut keys: Vec<KeyRow> = keys.cloned().collect();
    keys.sort_by_key(|key| (key.revoked_at_ms.is_some(), std::cmp::Reverse(key.id)));
    let credentials = snapshot.credentials.values().map(|known| &known.row);
    let credentials = credentials.filter(|row| is_shown(row.merchant, row.environment));
    let mut credentials: Vec<CredentialRow> = credentials.cloned().collect();
    credentials.sort_by_key(|row| (row.revoked_at_ms.is_some(), std::cmp::Reverse(row.id)));
    let mut events = Vec::new();
    for shop in visitor.shops() {
        let most = i64::try_from(EVENTS).unwrap_or(i64::MAX);
        let newest = office.app.store().newest_events(*shop, environment, most).await?;
        events.extend(newest.into_iter().map(|event| (*shop, event)));
    }
    events.sort_by_key(|(_, event)| std::cmp::Reverse(event.record.id));
    events.truncate(EVENTS);
    Ok(Known { keys, credentials, events, zone: clocks(visitor, office.app.clock().now_ms()) })
}
