//! The one way by which an order changes: an event comes in, the core decides, the store commits, and what is to be
//! done next goes out. Nothing else in this program changes an order.

use guichet_core::{Change, Decision, Effect, Entry, Event, NewOrder, OrderId, create, decide};
use guichet_gateways::redacted_within;

use crate::counters;
use crate::random;
use crate::store::{self, Stored, Target};

use super::application::App;
use super::applied::{Applied, Attachment};
use super::error::{CommitTrouble, Error};
use super::tie::Settles;

/// How much of an entry's reason is logged, in characters. A shop's own reference stands in some, and it may be anything.
const MOST_LOGGED: usize = 400;

/// How often a decision is made anew because someone else changed the order meanwhile.
const ATTEMPTS: usize = 16;

impl App {
    /// Makes an order and, with `first`, lets a first event happen to it in the same transaction. An order that a shop sends
    /// again, and of which a gateway has told a payment that no order has, gets that payment instead. A server that opens
    /// no payments makes no orders either.
    pub async fn create(
        &self,
        new: NewOrder,
        first: Option<&Event>,
        fingerprint: &str,
        attachment: Option<&dyn Attachment>,
    ) -> Result<Applied, Error> {
        self.insist_on_opening()?;
        self.knows_its_address()?;
        if first.is_some() {
            self.can_call()?;
        }
        let forgotten = self.forgotten_of_new(&new).await?;
        let (by, now_ms) = (new.actor.clone(), self.clock().now_ms());
        let mut change = create(new, now_ms);
        // A new payment beside one that may have been paid might pay twice.
        let ties = forgotten.iter().map(|forgotten| &forgotten.event);
        let firsts: Vec<&Event> =
            if forgotten.is_empty() { first.into_iter().collect() } else { ties.collect() };
        for event in &firsts {
            if let Decision::Changed(next) = decide(&change.order, event, now_ms)? {
                change = change.then(*next);
            }
        }
        let first = firsts.first().copied();
        let settles = Settles::of(&forgotten, by, now_ms, attachment);
        let attachment = if forgotten.is_empty() { attachment } else { Some(&settles as &dyn Attachment) };
        let Change { order, entries, effects } = change;
        let token = random::page_token(order.id);
        let mut stored = Stored { order, token, entries: 0, chain: String::new(), page_language: None };
        let journal = self.journal(&mut stored, &entries, first, now_ms);
        // The idempotency key first: where it is taken, nothing has been written that must be undone.
        let mut writes = attachment.map(|attachment| attachment.writes(&stored)).unwrap_or_default();
        writes.extend(store::insert_order(&stored, fingerprint));
        writes.extend(store::gateway_names(&[], &stored.order));
        writes.extend(self.book(None, &stored.order));
        writes.extend(journal.writes);
        self.commit(writes, journal.decision).await?;
        self.announce(&stored, &entries, &journal.targets);
        Ok(Applied { stored, effects })
    }

    /// Lets an event happen to an order: reads it, decides, commits; again, when it changed meanwhile.
    pub async fn apply(
        &self,
        id: OrderId,
        event: &Event,
        attachment: Option<&dyn Attachment>,
    ) -> Result<Applied, Error> {
        let stored = self.store().order(id).await?.ok_or(Error::NoSuchOrder)?;
        self.apply_to(stored, event, attachment).await
    }

    /// The same for an order that was read a moment ago.
    pub async fn apply_to(
        &self,
        stored: Stored,
        event: &Event,
        attachment: Option<&dyn Attachment>,
    ) -> Result<Applied, Error> {
        self.apply_all(stored, std::slice::from_ref(event), attachment).await
    }

    /// Lets several events happen to an order one after the other, in one transaction: all of them, or none.
    pub async fn apply_all(
        &self,
        mut stored: Stored,
        events: &[Event],
        attachment: Option<&dyn Attachment>,
    ) -> Result<Applied, Error> {
        self.knows_its_address()?;
        let id = stored.order.id;
        for _ in 0..ATTEMPTS {
            match self.attempt(stored, events, attachment).await {
                Err(CommitTrouble::ChangedMeanwhile) => {}
                Err(CommitTrouble::Other(error)) => return Err(error),
                Ok(applied) => return Ok(applied),
            }
            metrics::counter!("guichet_commit_conflicts_total").increment(1);
            stored = self.store().order(id).await?.ok_or(Error::NoSuchOrder)?;
        }
        Err(Error::Overloaded)
    }

    /// Notes that a customer waits for this order, so that checks are made often; the order as it is
    /// then. Whoever only looks never fails over it.
    pub async fn attend(&self, stored: Stored) -> Stored {
        match self.apply_to(stored.clone(), &Event::CustomerWaiting, None).await {
            Ok(applied) => applied.stored,
            Err(error) => {
                tracing::warn!(order = %stored.order.id, %error, "a waiting customer was not noted");
                stored
            }
        }
    }

    /// Keeps the language that the customer chose on the order's pages. Whoever only looks never fails over it.
    pub async fn choose_page_language(&self, stored: &mut Stored, code: &str) {
        if stored.page_language.as_deref() == Some(code) {
            return;
        }
        stored.page_language = Some(code.to_owned());
        let write = store::choose_page_language(stored.order.id, code);
        if let Err(error) = self.store().commit(vec![write]).await {
            tracing::warn!(order = %stored.order.id, %error, "a customer's language was not kept");
        }
    }

    async fn attempt(
        &self,
        stored: Stored,
        events: &[Event],
        attachment: Option<&dyn Attachment>,
    ) -> Result<Applied, CommitTrouble> {
        let now_ms = self.clock().now_ms();
        let (mut changed, mut due): (Option<(&Event, Change)>, _) = (None, Vec::new());
        for event in events {
            let order = changed.as_ref().map_or(&stored.order, |(_, change)| &change.order);
            match (decide(order, event, now_ms)?, changed.take()) {
                (Decision::Changed(next), None) => changed = Some((event, *next)),
                (Decision::Changed(next), Some((cause, change))) => {
                    changed = Some((cause, change.then(*next)))
                }
                (Decision::Due(effects), before) => {
                    due.extend(effects);
                    changed = before;
                }
                (Decision::Unchanged, before) => changed = before,
            }
        }
        let Some((cause, Change { order, entries, mut effects })) = changed else {
            return self.attached_only(stored, due, attachment).await;
        };
        effects.extend(due);
        let before = stored.order;
        let mut after = Stored { order, ..stored };
        let journal = self.journal(&mut after, &entries, Some(cause), now_ms);
        let mut writes = vec![store::update_order(&after, &before)];
        if after.order.terms != before.terms {
            writes.push(store::revise_order(&after.order));
            writes.extend(store::find_by(&after.order, &before.terms.payer));
        }
        writes.extend(store::gateway_names(&before.payments, &after.order));
        writes.extend(store::keep_refunds(&before.refunds, &after.order));
        writes.extend(self.book(Some(&before), &after.order));
        writes.extend(journal.writes);
        writes.extend(attachment.map(|attachment| attachment.writes(&after)).unwrap_or_default());
        self.commit(writes, journal.decision).await?;
        self.announce(&after, &entries, &journal.targets);
        Ok(Applied { stored: after, effects })
    }

    async fn attached_only(
        &self,
        stored: Stored,
        effects: Vec<Effect>,
        attachment: Option<&dyn Attachment>,
    ) -> Result<Applied, CommitTrouble> {
        let writes = attachment.map(|attachment| attachment.writes(&stored)).unwrap_or_default();
        if !writes.is_empty() {
            self.store().commit(self.fenced(writes)).await?;
        }
        Ok(Applied { stored, effects })
    }

    /// After a commit: the log line of every change of state, the counters, and the wake-up calls.
    fn announce(&self, stored: &Stored, entries: &[Entry], targets: &[Target]) {
        for entry in entries {
            tracing::info!(
                order = %stored.order.id,
                payment = entry.payment.map(tracing::field::display),
                old = entry.old,
                new = entry.new,
                why = redacted_within(entry.why.as_bytes(), &[], MOST_LOGGED),
                "{}", entry.kind.as_str()
            );
            counters::entry(entry.kind).increment(1);
        }
        for target in targets {
            self.signals().deliveries.wake((*target, stored.order.id.shard()));
        }
        if stored.order.wake_at_ms().is_some_and(|at| at <= self.clock().now_ms()) {
            self.signals().alarms.wake(stored.order.id.shard());
        }
    }
}
