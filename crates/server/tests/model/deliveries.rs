//! What the worker does with deliveries: it takes what is due, notes what came of a try, and sends again.

use std::collections::BTreeSet;

use guichet_core::{DeliveryId, OrderId};
use guichet_server::store::{self, Attempt, DueDelivery, Store, Target, Write};
use proptest::prelude::*;

use crate::world::{Step, World, agree, commit, pick, read, target};

/// An operation; every number names one of those that there are.
#[derive(Debug, Clone)]
pub(crate) enum Op {
    /// A try and what came of it: it arrived, is tried again later, or is given up.
    Try { delivery: usize, outcome: usize },
    /// One is sent again, whatever became of it.
    Again { delivery: usize },
    /// What failed at a target is due now.
    Forward { target: usize },
    /// The time of day was set back.
    Earlier { by_ms: i64 },
    /// What is due at a target in the shard of a delivery.
    Due { delivery: usize },
    /// Everything that can be read of one.
    Look { delivery: usize },
    /// A target fails, or is well again.
    Fails { target: usize, fails: bool },
    /// How many wait for each target.
    Waiting,
}

pub(crate) fn any_op() -> impl Strategy<Value = Op> {
    let index = || 0..64_usize;
    prop_oneof![
        4 => (index(), 0..3_usize).prop_map(|(delivery, outcome)| Op::Try { delivery, outcome }),
        1 => index().prop_map(|delivery| Op::Again { delivery }),
        1 => index().prop_map(|target| Op::Forward { target }),
        1 => (0..20_i64).prop_map(|by_ms| Op::Earlier { by_ms }),
        3 => index().prop_map(|delivery| Op::Due { delivery }),
        3 => index().prop_map(|delivery| Op::Look { delivery }),
        1 => (index(), any::<bool>()).prop_map(|(target, fails)| Op::Fails { target, fails }),
        1 => Just(Op::Waiting),
    ]
}

/// A delivery.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    id: DeliveryId,
    order: OrderId,
    seq: i64,
    target: Target,
    status: &'static str,
    due_at_ms: i64,
    settled_at_ms: Option<i64>,
    tries: Vec<(i64, i64, Option<i64>, String)>,
}

impl Delivery {
    /// A new one about an entry of an order's journal.
    pub(crate) fn of(order: OrderId, seq: i64, world: &mut World) -> Delivery {
        let (at_ms, random) = world.next();
        Delivery {
            id: DeliveryId::new(at_ms, random),
            order,
            seq,
            target: target(seq as usize),
            status: "pending",
            due_at_ms: at_ms,
            settled_at_ms: None,
            tries: Vec::new(),
        }
    }

    /// The write that makes it.
    pub(crate) fn insert(&self) -> Write {
        store::insert_delivery(self.id, self.order.into(), self.seq, self.target, self.due_at_ms)
    }

    fn row(&self) -> DueDelivery {
        DueDelivery {
            id: self.id,
            subject: self.order.into(),
            event_seq: self.seq,
            target: self.target,
            attempts: self.tries.len() as i64,
        }
    }

    fn waits(&self) -> bool {
        self.status == "pending"
    }
}

/// The deliveries as a plain list, and which targets fail since when.
#[derive(Debug, Default)]
pub(crate) struct Deliveries {
    pub(crate) rows: Vec<Delivery>,
    failing: Vec<(Target, i64)>,
}

impl Deliveries {
    pub(crate) async fn step(&mut self, op: &Op, world: &mut World, store: &Store) -> Step {
        let writes = match *op {
            Op::Try { delivery, outcome } => self.tried(delivery, outcome, world),
            Op::Again { delivery } => {
                let now_ms = world.moment();
                let Some(delivery) = pick(self.rows.iter_mut(), delivery) else { return Ok(()) };
                let written = store::send_again(&delivery.row(), now_ms);
                (delivery.status, delivery.due_at_ms, delivery.settled_at_ms) = ("pending", now_ms, None);
                vec![written]
            }
            Op::Forward { target } => self.brought_forward(crate::world::target(target), world.moment()),
            Op::Earlier { by_ms } => self.set_back(by_ms, world.moment()),
            Op::Fails { target, fails } => self.fails(crate::world::target(target), fails, world.moment()),
            Op::Due { delivery } => return self.due(delivery, world.now_ms(), store).await,
            Op::Look { delivery } => return self.look(delivery, store).await,
            Op::Waiting => return self.waiting(store).await,
        };
        agree("delivery", &"done", &commit(store, writes).await.as_str())
    }

    fn tried(&mut self, index: usize, outcome: usize, world: &mut World) -> Vec<Write> {
        let now_ms = world.moment();
        let Some(delivery) = pick(self.rows.iter_mut(), index) else { return Vec::new() };
        let (status, due_at_ms) =
            [("delivered", None), ("pending", Some(now_ms + 9)), ("given_up", None)][outcome % 3];
        let number = delivery.tries.len() as i64 + 1;
        let status_code = (outcome != 2).then_some(200 + outcome as i64);
        let attempt =
            Attempt { number, at_ms: now_ms, status_code, outcome: "été".to_owned(), answer: None };
        let writes = store::record_attempt(&delivery.row(), &attempt, status, due_at_ms);
        delivery.status = status;
        delivery.due_at_ms = due_at_ms.unwrap_or(now_ms);
        delivery.settled_at_ms = due_at_ms.is_none().then_some(now_ms);
        delivery.tries.push((number, now_ms, status_code, attempt.outcome));
        writes
    }

    fn brought_forward(&mut self, target: Target, now_ms: i64) -> Vec<Write> {
        for row in
            self.rows.iter_mut().filter(|row| row.waits() && row.target == target && !row.tries.is_empty())
        {
            row.due_at_ms = row.due_at_ms.min(now_ms);
        }
        store::bring_forward(target, now_ms).collect()
    }

    fn set_back(&mut self, by_ms: i64, now_ms: i64) -> Vec<Write> {
        for row in self.rows.iter_mut().filter(|row| row.waits() && row.due_at_ms > now_ms) {
            row.due_at_ms = (row.due_at_ms - by_ms).max(now_ms);
        }
        vec![store::deliver_earlier(by_ms, now_ms)]
    }

    fn fails(&mut self, target: Target, fails: bool, now_ms: i64) -> Vec<Write> {
        let known = self.failing.iter().any(|(known, _)| *known == target);
        if !fails {
            self.failing.retain(|(known, _)| *known != target);
            return vec![store::end_failing(target)];
        }
        if !known {
            self.failing.push((target, now_ms));
        }
        vec![store::begin_failing(target, now_ms, "500")]
    }

    async fn due(&self, index: usize, now_ms: i64, store: &Store) -> Step {
        let Some(one) = pick(self.rows.iter(), index) else { return Ok(()) };
        let (shard, target) = (one.order.shard(), one.target);
        let is_due = |row: &&Delivery| {
            row.waits() && row.order.shard() == shard && row.target == target && row.due_at_ms <= now_ms
        };
        let in_shard: Vec<_> =
            self.rows.iter().filter(|row| row.waits() && row.order.shard() == shard).collect();
        let expected: BTreeSet<_> =
            in_shard.iter().filter(|row| row.due_at_ms <= now_ms).map(|row| row.id).collect();
        let got = read("due", store.due_deliveries(shard, now_ms, 1000).await)?;
        let got: BTreeSet<_> = got.iter().map(|row| row.id).collect();
        agree("due deliveries of a shard", &expected, &got)?;
        let expected: BTreeSet<String> = in_shard.iter().map(|row| row.target.to_string()).collect();
        let got = read("targets", store.waiting_targets(shard).await)?;
        let got: BTreeSet<String> = got.iter().map(Target::to_string).collect();
        agree("targets that are waited for", &expected, &got)?;
        let got = read("due", store.due_deliveries_to(shard, target, now_ms, 100).await)?;
        let mut got: Vec<_> =
            got.into_iter().map(|row| (row.id, row.subject, row.event_seq, row.attempts)).collect();
        let due = self.rows.iter().filter(is_due).map(Delivery::row);
        let mut expected: Vec<_> =
            due.map(|row| (row.id, row.subject, row.event_seq, row.attempts)).collect();
        // Of two that are due since the same moment either may be first.
        got.sort();
        expected.sort();
        agree("due deliveries", &expected, &got)
    }

    async fn look(&self, index: usize, store: &Store) -> Step {
        let Some(one) = pick(self.rows.iter(), index) else { return Ok(()) };
        let shown = |row: &Delivery| {
            let due = row.row();
            (
                due.id,
                due.event_seq,
                due.target,
                due.attempts,
                row.status.to_owned(),
                row.due_at_ms,
                row.settled_at_ms,
            )
        };
        let read_as = |row: store::DeliveryRow| {
            let due = row.delivery;
            (due.id, due.event_seq, due.target, due.attempts, row.status, row.due_at_ms, row.settled_at_ms)
        };
        let got = read("delivery", store.delivery(one.id).await)?;
        agree("a delivery", &Some(shown(one)), &got.map(read_as))?;
        let mut all: Vec<&Delivery> = self.rows.iter().filter(|row| row.order == one.order).collect();
        all.sort_by_key(|row| (row.seq, row.target.to_string()));
        let got = read("deliveries", store.deliveries_of(one.order.into()).await)?;
        let got: Vec<_> = got.into_iter().map(read_as).collect();
        agree("an order's deliveries", &all.into_iter().map(shown).collect::<Vec<_>>(), &got)?;
        let tries = read("tries", store.attempts(&one.row()).await)?;
        let tries: Vec<_> =
            tries.into_iter().map(|row| (row.number, row.at_ms, row.status_code, row.outcome)).collect();
        agree("tries", &one.tries, &tries)?;
        let mut failing: Vec<_> =
            self.failing.iter().map(|(target, at_ms)| (target.to_string(), *at_ms)).collect();
        let got = read("failing", store.failing_since().await)?;
        let mut got: Vec<_> =
            got.into_iter().map(|(target, row)| (target.to_string(), row.since_ms)).collect();
        failing.sort();
        got.sort();
        agree("failing", &failing, &got)
    }

    async fn waiting(&self, store: &Store) -> Step {
        let mut expected: Vec<(String, i64)> = Vec::new();
        for index in 0..3 {
            let target = target(index);
            let count = self.rows.iter().filter(|row| row.waits() && row.target == target).count();
            if count > 0 {
                expected.push((target.to_string(), count as i64));
            }
        }
        expected.sort();
        let got = read("waiting", store.deliveries_waiting().await)?;
        let mut got: Vec<_> = got.into_iter().map(|(target, count)| (target.to_string(), count)).collect();
        got.sort();
        agree("waiting", &expected, &got)?;
        // The backlog is sorted by target, in the order of bytes.
        let got = read("backlog", store.waiting_deliveries(0).await)?;
        let got: Vec<_> = got.into_iter().map(|row| (row.target.to_string(), row.pending)).collect();
        agree("backlog", &expected, &got)
    }
}
