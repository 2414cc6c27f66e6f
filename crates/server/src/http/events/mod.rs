//! `/v1/events`: what happened, for shops that would rather ask than be called.

pub(crate) mod ack;
pub(crate) mod list;

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::rfc3339;
use crate::store::{ArchivedEvents, JournalRow};
use crate::view::OrderView;

/// Something that happened to an order.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub(crate) struct EventView {
    /// Its identifier, also the `webhook-id` of what is sent about it.
    #[schema(example = "evt_01kaqwm3v0e9r8t7y6v5w4x3z4")]
    id: String,
    /// What happened. Take types that you do not know: there will be more.
    #[serde(rename = "type")]
    #[schema(example = "order.paid")]
    kind: String,
    /// The order it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "ord_01kaqwm3v0e9r8t7y6v5w4x3z1")]
    order: Option<String>,
    /// The payment it is about.
    #[schema(example = "pay_01kaqwm3v0e9r8t7y6v5w4x3z2")]
    payment: Option<String>,
    /// The state before, where one changed.
    #[schema(example = "pending")]
    old: Option<String>,
    /// The state after.
    #[schema(example = "paid")]
    new: Option<String>,
    /// The evidence, as a sentence.
    #[schema(example = "the gateway says that it was paid")]
    why: String,
    /// When.
    #[schema(format = DateTime, example = "2026-01-31T12:00:00Z")]
    timestamp: String,
    /// Its index in the order's journal, from 1.
    sequence: i64,
    /// The order as it was then; on `order.…` events.
    #[schema(value_type = Option<OrderView>)]
    data: Option<Box<serde_json::value::RawValue>>,
}

/// A page of events.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventPage {
    /// The events, oldest first.
    pub data: Vec<EventView>,
    /// Whether there are more.
    pub has_more: bool,
    /// Older events that are not in any page, because the operator has archived them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived: Option<ArchivedView>,
}

/// What the operator has moved to archives. It stands in no list any more.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Archived)]
pub(crate) struct ArchivedView {
    /// How many.
    #[schema(example = 5)]
    count: i64,
    /// When the newest of them happened; in the lists of a whole shop.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, example = "2025-10-01T12:00:00Z")]
    newest_at: Option<String>,
}

impl ArchivedView {
    /// So many of one order.
    pub(crate) fn of_order(count: i64) -> Option<Self> {
        (count > 0).then_some(ArchivedView { count, newest_at: None })
    }
}

impl From<ArchivedEvents> for ArchivedView {
    fn from(archived: ArchivedEvents) -> Self {
        ArchivedView { count: archived.events, newest_at: Some(rfc3339(archived.newest_at_ms)) }
    }
}

impl EventView {
    /// Whether it is the first of its order.
    pub(crate) fn is_first(&self) -> bool {
        self.sequence == 1
    }
}

impl From<JournalRow> for EventView {
    fn from(row: JournalRow) -> Self {
        let record = row.record;
        EventView {
            id: record.id.to_string(),
            kind: record.kind,
            order: record.subject.order().map(|order| order.to_string()),
            payment: record.payment.map(|payment| payment.to_string()),
            old: record.old,
            new: record.new,
            why: record.why,
            timestamp: rfc3339(record.at_ms),
            sequence: row.seq,
            data: record.data,
        }
    }
}
