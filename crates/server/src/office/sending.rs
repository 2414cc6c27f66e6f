//! What is sent again because a person asks for it: one delivery, or several to one endpoint.

use std::collections::BTreeSet;

use guichet_core::{Code, MerchantId};

use crate::operators::{AuditedAction, Noted};
use crate::store::{CommitError, DeliveryRow, DueDelivery, Guard, send_again};

use super::Office;
use super::answer::{Problem, Trouble};
use super::visitor::Visitor;

/// How many are made due in one transaction.
const TOGETHER: usize = 100;

/// Makes a delivery of that merchant's due again, and writes down who wanted it.
///
/// # Errors
/// Nothing is sent to its target now, or it cannot be stored.
pub(super) async fn again(
    office: &Office,
    visitor: &Visitor,
    merchant: MerchantId,
    row: &DeliveryRow,
) -> Result<(), Problem> {
    let delivery = &row.delivery;
    if visitor.snapshot().why_not_sent(delivery.target).is_some() {
        return Err(visitor.problem(Trouble::Refused(Code::TargetNotInUse)));
    }
    let write = send_again(delivery, office.app.clock().now_ms());
    office.app.store().commit(vec![write]).await.map_err(|error| visitor.problem(error.into()))?;
    office.app.signals().deliveries.wake((delivery.target, delivery.subject.shard()));
    let to = delivery.subject.order().map(|order| order.to_string()).unwrap_or_default();
    let say = |noted: Noted| noted.to(to).with("delivery", delivery.id);
    visitor.note(Some(merchant), AuditedAction::SentAgain, say).await
}

/// Makes all of these due again: how many that were. What was archived meanwhile is left out.
///
/// # Errors
/// They cannot be stored.
pub(super) async fn all_again(office: &Office, deliveries: &[DueDelivery]) -> Result<usize, CommitError> {
    let (store, now_ms) = (office.app.store(), office.app.clock().now_ms());
    let mut count = 0;
    for together in deliveries.chunks(TOGETHER) {
        let writes = together.iter().map(|delivery| send_again(delivery, now_ms)).collect();
        match store.commit(writes).await {
            Ok(()) => count += together.len(),
            // One of them is gone: each by itself.
            Err(CommitError::Conflict(Guard::Row)) => {
                for delivery in together {
                    match store.commit(vec![send_again(delivery, now_ms)]).await {
                        Ok(()) => count += 1,
                        Err(CommitError::Conflict(Guard::Row)) => {}
                        Err(error) => return Err(error),
                    }
                }
            }
            Err(error) => return Err(error),
        }
    }
    let places: BTreeSet<i64> = deliveries.iter().map(|delivery| delivery.subject.shard()).collect();
    if let Some(delivery) = deliveries.first() {
        places.iter().for_each(|shard| office.app.signals().deliveries.wake((delivery.target, *shard)));
    }
    Ok(count)
}
