//! `/v1/deliveries`: what is on its way to the shop.

pub(crate) mod resend;

use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::rfc3339;
use crate::http::events::ArchivedView;
use crate::store::{Attempt, DeliveryRow};

/// One event on its way to one endpoint.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub(crate) struct DeliveryView {
    /// Its identifier.
    #[schema(example = "dlv_01kaqwm3v0e9r8t7y6v5w4x3z6")]
    id: String,
    /// The order it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "ord_01kaqwm3v0e9r8t7y6v5w4x3z1")]
    order: Option<String>,
    /// The index of its event in the order's journal.
    sequence: i64,
    /// Where it goes: a webhook endpoint (`whe_…`), your client of another vendor (`crd_…`), or the
    /// customer (`mer_…/email`, `mer_…/sms`).
    #[schema(example = "whe_01kaqwm3v0e9r8t7y6v5w4x3z5")]
    target: String,
    /// `pending`, `delivered` or `given_up`.
    #[schema(example = "delivered")]
    status: String,
    /// When it is tried next.
    #[schema(format = DateTime, example = "2026-01-31T12:00:00Z")]
    due_at: Option<String>,
    /// When it arrived or was given up.
    #[schema(format = DateTime, example = "2026-01-31T12:00:00Z")]
    settled_at: Option<String>,
    /// Every try, oldest first.
    attempts: Vec<AttemptView>,
}

/// One try.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attempt)]
pub(crate) struct AttemptView {
    /// Which try, from 1.
    number: i64,
    /// When.
    #[schema(format = DateTime, example = "2026-01-31T12:00:00Z")]
    at: String,
    /// What it answered, when it answered.
    #[schema(example = 200)]
    status_code: Option<i64>,
    /// What came of it.
    #[schema(example = "answered 500 Internal Server Error")]
    outcome: String,
    /// The first kilobyte of what it wrote, where it refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Fatal error: Uncaught TypeError in /srv/shop/webhook.php:12")]
    answer: Option<String>,
}

/// The deliveries about an order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryPage {
    /// The deliveries, in the order of the journal.
    pub data: Vec<DeliveryView>,
    /// Older deliveries that are not listed, because the operator has archived them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived: Option<ArchivedView>,
}

impl DeliveryView {
    /// A delivery with its tries.
    pub(crate) fn new(row: &DeliveryRow, attempts: Vec<Attempt>) -> Self {
        let delivery = &row.delivery;
        DeliveryView {
            id: delivery.id.to_string(),
            order: delivery.subject.order().map(|order| order.to_string()),
            sequence: delivery.event_seq,
            target: delivery.target.to_string(),
            status: row.status.clone(),
            due_at: (row.status == "pending").then(|| rfc3339(row.due_at_ms)),
            settled_at: row.settled_at_ms.map(rfc3339),
            attempts: attempts.into_iter().map(AttemptView::from).collect(),
        }
    }
}

impl From<Attempt> for AttemptView {
    fn from(attempt: Attempt) -> Self {
        AttemptView {
            number: attempt.number,
            at: rfc3339(attempt.at_ms),
            status_code: attempt.status_code,
            outcome: attempt.outcome,
            answer: attempt.answer,
        }
    }
}
