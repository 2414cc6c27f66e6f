//! Committing a decision: its journal entries, the deliveries that they cause, and what to believe when the store
//! does not know whether it committed.

use guichet_core::{DeliveryId, Entry, Event, EventId, Subject};

use crate::random;
use crate::store::{self, CommitError, Record, Stored, Target, Write};

use super::application::App;
use super::recipients::recipients;

/// What a decision adds to the journal, and who is to be told of it.
pub(super) struct Journal {
    pub(super) writes: Vec<Write>,
    pub(super) targets: Vec<Target>,
    pub(super) decision: Option<Decided>,
}

/// The name of a decision: its first event, and that one's number in the journal of its subject.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decided {
    subject: Subject,
    seq: i64,
    event: EventId,
}

impl App {
    /// The journal entries of a change, and a delivery of each to everyone who is told.
    pub(super) fn journal(
        &self,
        stored: &mut Stored,
        entries: &[Entry],
        cause: Option<&Event>,
        now_ms: i64,
    ) -> Journal {
        let subject = Subject::from(stored.order.id);
        let (first, seq) = (event_id(now_ms, stored.entries), stored.entries + 1);
        let records = entries.iter().enumerate().map(|(index, entry)| {
            let data = entry.kind.as_str().starts_with("order.").then(|| self.view(stored));
            let cause = cause.filter(|_| index == 0);
            Record::of(first.at(index), subject, entry, cause, now_ms, data)
        });
        let records: Vec<_> = records.collect();
        let mut journal = Journal { targets: Vec::new(), writes: Vec::with_capacity(4), decision: None };
        if let Some((write, link)) = store::append_to_journal(stored, &records) {
            journal.writes.push(write);
            journal.decision = Some(Decided { subject, seq, event: first });
            stored.chain = link;
            stored.entries += i64::try_from(entries.len()).unwrap_or(0);
        }
        let snapshot = self.registry().snapshot();
        for (seq, entry) in (seq..).zip(entries) {
            for target in recipients(&snapshot, &stored.order, entry) {
                let id = DeliveryId::new(now_ms, random::bytes());
                journal.writes.push(store::insert_delivery(id, subject, seq, target, now_ms));
                journal.targets.push(target);
            }
        }
        journal
    }

    /// Commits a decision. Where the store does not know whether it did, its own name in the journal tells, as soon as
    /// nothing more can come of it.
    pub(super) async fn commit(
        &self,
        writes: Vec<Write>,
        decision: Option<Decided>,
    ) -> Result<(), CommitError> {
        let fault = match self.store().commit(self.fenced(writes)).await {
            Err(CommitError::Unknown(fault)) => fault,
            known => return known,
        };
        let Some(Decided { subject, seq, event }) = decision else { return Err(CommitError::Unknown(fault)) };
        match self.store().has_decision(subject, seq, event).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(CommitError::Unwritable(fault)),
            Err(unreadable) => {
                tracing::error!(%subject, %event, %unreadable, "nobody can tell yet whether a decision is on disk");
                Err(CommitError::Unknown(fault))
            }
        }
    }
}

/// The first identifier of a decision's events, sorting after those of the same order's earlier events of
/// the same millisecond.
fn event_id(now_ms: i64, entries: i64) -> EventId {
    let mut bytes = random::bytes::<10>();
    let [.., high, low] = entries.to_be_bytes();
    (bytes[0], bytes[1]) = (high, low);
    EventId::new(now_ms, bytes).first()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use guichet_core::{Actor, Environment, MerchantId, NewOrder};
    use serde_json::json;

    use super::*;
    use crate::app::Error;
    use crate::clock::Clock;
    use crate::node::assemble;
    use crate::outbound::Reach;
    use crate::store::{LostAnswer, NextAnswer, Store};
    use crate::vault::Vault;

    fn new_order(app: &App) -> NewOrder {
        let now_ms = app.clock().now_ms();
        let terms = json!({
            "reference": "one", "money": { "amount": 250_000, "currency": "DZD" }, "title": "A book",
            "policy": guichet_core::Policy::default(), "expires_at_ms": now_ms + 3_600_000, "watch_until_ms": now_ms + 7_200_000,
        });
        NewOrder {
            id: app.new_order_id(),
            merchant: MerchantId::new(now_ms, [7; 10]),
            environment: Environment::Test,
            terms: Arc::new(serde_json::from_value(terms).expect("terms")),
            actor: Actor::Worker,
        }
    }

    #[tokio::test]
    async fn a_commit_whose_answer_is_lost_is_settled_by_the_decisions_own_name() {
        let path = std::env::temp_dir().join(format!("guichet-lost-answers-{}.db", std::process::id()));
        let next = NextAnswer::default();
        let store =
            Store::that_loses_answers(path.to_str().expect("UTF-8"), next.clone()).await.expect("opened");
        let (clock, reach, url) =
            (Clock::default(), Reach::default(), "http://127.0.0.1:9".parse().expect("an address"));
        let timeout = Duration::from_secs(1);
        let app = assemble(store.clone(), Ok(Vault::fleeting()), clock, url, reach, timeout)
            .await
            .expect("assembled");
        let lose = |answer| *next.lock().expect("the next answer") = Some(answer);

        lose(LostAnswer::NotDone);
        let not_made = app.create(new_order(&app), None, "", None).await;
        assert!(matches!(not_made, Err(Error::Unwritable(_))), "{not_made:?}");
        lose(LostAnswer::Done);
        let made = app.create(new_order(&app), None, "", None).await.expect("it is there");
        let id = made.stored.order.id;
        let cancel = Event::CancelRequested { actor: Actor::Worker };
        lose(LostAnswer::NotDone);
        assert!(matches!(app.apply(id, &cancel, None).await, Err(Error::Unwritable(_))));
        assert_eq!(store.order(id).await.expect("read").expect("an order").order.state.status(), "pending");
        lose(LostAnswer::Done);
        let cancelled = app.apply(id, &cancel, None).await.expect("it is there");
        assert_eq!(cancelled.stored.order.state.status(), "cancelled");
        let stored = store.order(id).await.expect("read").expect("an order");
        assert_eq!((stored.order.version, stored.entries), (cancelled.stored.order.version, 2));
        store.close().await.expect("closed");
        std::fs::remove_file(path).expect("removed");
    }
}
