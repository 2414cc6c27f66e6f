//! Which orders are moved: those to which nothing happened for long, of which nothing is due, and which nobody has to look
//! at any more.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use guichet_core::{Environment, MerchantId, OrderId};
use serde::Serialize;

use super::line::{OldAnswer, OldDecision, OldDelivery, OldOrder};
use crate::store::{Belongings, Fault, Store, Stored, Target};

/// How many orders were left where they are, by why.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Left {
    /// Something is still due: they wait for money, or are watched.
    pub waiting: i64,
    /// Something happened since.
    pub recent: i64,
    /// Money that does not fit waits for a person, or a request for a refund is open, or nobody knows whether a payment was
    /// opened.
    pub undecided: i64,
    /// Something is on its way about them.
    pub undelivered: i64,
    /// The shop takes its events by pulling, and has not taken these yet.
    pub not_acknowledged: i64,
    /// Their journals are damaged.
    pub damaged: i64,
}

/// Tells what is moved, and remembers which shops pull.
pub(super) struct Choice<'a> {
    store: &'a Store,
    before_ms: i64,
    pulls: HashMap<(MerchantId, Environment), bool>,
    pub(super) left: Left,
}

impl<'a> Choice<'a> {
    /// Of what nothing happened to from that moment on (unix ms).
    pub(super) fn of(store: &'a Store, before_ms: i64) -> Self {
        Choice { store, before_ms, pulls: HashMap::new(), left: Left::default() }
    }

    /// The database that is looked at.
    pub(super) fn store(&self) -> &'a Store {
        self.store
    }

    /// What is moved of the order, if it is moved.
    pub(super) async fn take(
        &mut self,
        id: OrderId,
        belongings: Belongings,
    ) -> Result<Option<OldOrder>, Fault> {
        let Some(stored) = self.store.order(id).await? else {
            self.left.damaged += 1;
            return Ok(None);
        };
        if let Some(reason) = self.reason_to_stay(&stored, &belongings).await? {
            *reason += 1;
            return Ok(None);
        }
        let order = old(self.store, &stored, belongings).await?;
        if let Some(flaw) = order.flaw() {
            tracing::warn!(order = %id, flaw, "the journal is damaged; it is not archived");
            self.left.damaged += 1;
            return Ok(None);
        }
        Ok(Some(order))
    }

    /// The count of those that stay for the same reason, if it stays.
    async fn reason_to_stay(
        &mut self,
        stored: &Stored,
        belongings: &Belongings,
    ) -> Result<Option<&mut i64>, Fault> {
        let order = &stored.order;
        let taken = self.is_taken(stored, belongings).await?;
        let left = &mut self.left;
        let unknown = order
            .payments
            .iter()
            .any(|payment| matches!(payment.state, guichet_core::PaymentState::Unknown { .. }));
        Ok(if order.wake_at_ms().is_some() {
            Some(&mut left.waiting)
        } else if order.needs_you() || unknown || belongings.refund_is_open {
            Some(&mut left.undecided)
        } else if belongings.deliveries.iter().any(|(row, _)| row.settled_at_ms.is_none()) {
            Some(&mut left.undelivered)
        } else if last_happened_ms(belongings) >= self.before_ms {
            Some(&mut left.recent)
        } else if !taken {
            Some(&mut left.not_acknowledged)
        } else {
            None
        })
    }

    /// Whether the shop has its events: it acknowledged all of them, or was told of some by a delivery, or does not pull.
    async fn is_taken(&mut self, stored: &Stored, belongings: &Belongings) -> Result<bool, Fault> {
        let mut all = true;
        for decision in &belongings.decisions {
            let count = decision.rows().map_or(0, |rows| rows.len());
            all = all && decision.taken.count_ones() as usize == count;
        }
        let told = belongings.deliveries.iter().any(|(row, _)| {
            row.status == "delivered"
                && matches!(row.delivery.target, Target::Endpoint(_) | Target::Client(_))
        });
        Ok(all || told || !self.pulls(stored.order.merchant, stored.order.environment).await?)
    }

    async fn pulls(&mut self, merchant: MerchantId, environment: Environment) -> Result<bool, Fault> {
        let unknown = match self.pulls.entry((merchant, environment)) {
            Entry::Occupied(known) => return Ok(*known.get()),
            Entry::Vacant(unknown) => unknown,
        };
        let archived = self.store.archived_events(merchant, environment).await?;
        let pulls = archived.is_some_and(|archived| archived.acknowledged > 0)
            || self.store.acknowledges(merchant, environment).await?;
        Ok(*unknown.insert(pulls))
    }
}

/// When something last happened to what belongs to an order (unix ms).
fn last_happened_ms(belongings: &Belongings) -> i64 {
    let decided = belongings.decisions.iter().map(|decision| decision.at_ms);
    let sent = belongings
        .deliveries
        .iter()
        .flat_map(|(row, attempts)| attempts.iter().map(|one| one.at_ms).chain(row.settled_at_ms));
    let answered = belongings.answers.iter().filter_map(|answer| answer.claimed_at_ms);
    decided.chain(sent).chain(answered).max().unwrap_or(i64::MAX)
}

async fn old(store: &Store, stored: &Stored, belongings: Belongings) -> Result<OldOrder, Fault> {
    let order = &stored.order;
    let first = belongings.decisions.first().map_or(1, |decision| decision.seq);
    let earlier = if first == 1 { None } else { store.archived(order.id.into()).await? };
    Ok(OldOrder {
        id: order.id,
        merchant: order.merchant,
        environment: order.environment,
        reference: order.terms.reference.clone(),
        status: order.state.status().to_owned(),
        amount: order.terms.money.to_string(),
        after: earlier.as_ref().map_or(0, |earlier| earlier.entries),
        after_chain: earlier.map_or_else(String::new, |earlier| earlier.chain),
        entries: stored.entries,
        chain: stored.chain.clone(),
        decisions: belongings.decisions.into_iter().map(OldDecision::of).collect::<Result<_, _>>()?,
        deliveries: belongings.deliveries.into_iter().map(OldDelivery::of).collect(),
        answers: belongings.answers.into_iter().map(OldAnswer::from).collect(),
    })
}
