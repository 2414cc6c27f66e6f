//! What stands beside the orders: numbers, leases, errands, the settings that are kept, and notifications about payments
//! that no order has.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use guichet_core::{Actor, OrderId, Seen, UnmatchedId};
use guichet_server::store::{
    self, CopyMark, ErrandRow, KeptRow, Lease, NodeRow, NumberKind, Store, UnmatchedRow, UnmatchedStatus,
    Write,
};
use proptest::prelude::*;

use crate::orders::Orders;
use crate::world::{START_MS, Step, World, account, agree, commit, environment, merchant, pick, read};

/// An operation; every number names one of those that there are.
#[derive(Debug, Clone)]
pub(crate) enum Op {
    /// A block of numbers is reserved, by what stands or by what stood before.
    Number { shop: usize, kind: usize, count: i64, stale: bool },
    /// Numbers of every kind are passed over.
    Skip { count: i64 },
    /// A node says that it lives and takes what is free, or gives everything back.
    Lease { node: usize, release: bool },
    /// An errand is left, begun, answered, taken back or forgotten.
    Errand { errand: usize, deed: usize },
    /// Settings are kept.
    Keep,
    /// The database is marked as a copy, or is none any more.
    Mark { copy: bool },
    /// The time of day is noted.
    Note,
    /// A notification comes, perhaps once more.
    Come { account: usize, name: usize },
    /// A notification is settled, opened again, seen, or forgotten.
    Notice { notice: usize, deed: usize },
    /// Everything that can be read of these.
    Look { notice: usize, status: usize, limit: i64 },
}

pub(crate) fn any_op() -> impl Strategy<Value = Op> {
    let index = || 0..64_usize;
    prop_oneof![
        3 => (index(), 0..3_usize, 1..9_i64, prop::bool::weighted(0.3))
            .prop_map(|(shop, kind, count, stale)| Op::Number { shop, kind, count, stale }),
        1 => (1..9_i64).prop_map(|count| Op::Skip { count }),
        2 => (0..2_usize, prop::bool::weighted(0.3)).prop_map(|(node, release)| Op::Lease { node, release }),
        4 => (index(), 0..5_usize).prop_map(|(errand, deed)| Op::Errand { errand, deed }),
        1 => Just(Op::Keep),
        1 => any::<bool>().prop_map(|copy| Op::Mark { copy }),
        1 => Just(Op::Note),
        2 => (index(), index()).prop_map(|(account, name)| Op::Come { account, name }),
        3 => (index(), 0..5_usize).prop_map(|(notice, deed)| Op::Notice { notice, deed }),
        3 => (index(), 0..3_usize, 1..5_i64).prop_map(|(notice, status, limit)| Op::Look { notice, status, limit }),
    ]
}

const KINDS: [NumberKind; 3] = [NumberKind::Customer, NumberKind::Purchase, NumberKind::RefundRequest];

/// An errand: who takes it up, and what came of it.
#[derive(Debug)]
struct Errand {
    row: ErrandRow,
    is_begun: bool,
    answer: Option<String>,
}

/// All of it as plain maps.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    numbers: BTreeMap<(usize, usize), i64>,
    held: [BTreeSet<i64>; 2],
    errands: Vec<Errand>,
    kept: Option<KeptRow>,
    mark: Option<CopyMark>,
    noted_ms: i64,
    notices: Vec<UnmatchedRow>,
}

impl Desk {
    pub(crate) async fn step(&mut self, op: &Op, orders: &Orders, world: &mut World, store: &Store) -> Step {
        let now_ms = world.moment();
        let (written, expected) = match *op {
            Op::Number { shop, kind, count, stale } => {
                return self.number((shop % 2, kind), count, stale, store).await;
            }
            Op::Skip { count } => {
                self.numbers.values_mut().for_each(|next| *next += count);
                (store::skip_numbers(count), "done")
            }
            Op::Lease { node, release } => return self.lease(node, release, store).await,
            Op::Errand { errand, deed } => return self.errand(errand, deed, orders, now_ms, store).await,
            Op::Keep => {
                let row = KeptRow {
                    document: format!("{{\"é\":{now_ms}}}"),
                    version: "1".to_owned(),
                    kept_at_ms: now_ms,
                };
                self.kept = Some(row.clone());
                (store::keep_settings(&row), "done")
            }
            Op::Mark { copy } => self.marked(copy, now_ms),
            Op::Note => {
                self.noted_ms = now_ms;
                (store::note_time(now_ms), "done")
            }
            Op::Come { account, name } => (self.came(account, name, world), "done"),
            Op::Notice { notice, deed } => match self.noticed(notice, deed, now_ms) {
                Some(outcome) => outcome,
                None => return Ok(()),
            },
            Op::Look { notice, status, limit } => return self.look(notice, status, limit, store).await,
        };
        agree("desk", &expected, &commit(store, vec![written]).await.as_str())
    }

    async fn number(&mut self, of: (usize, usize), count: i64, stale: bool, store: &Store) -> Step {
        let (merchant, environment, kind) = (merchant(of.0), environment(false), KINDS[of.1]);
        let next = read("number", store.next_number(merchant, environment, kind).await)?;
        let known = self.numbers.get(&of).copied();
        agree("number", &known, &next)?;
        let stood = known.filter(|_| !stale).or(stale.then_some(-1));
        let then = known.unwrap_or(1) + count;
        let written = store::reserve_numbers(merchant, environment, kind, stood, then);
        let expected = if stale { "Row" } else { "done" };
        agree("reserve", &expected, &commit(store, vec![written]).await.as_str())?;
        if !stale {
            self.numbers.insert(of, then);
        }
        Ok(())
    }

    /// Leases go by the database's own clock and are shared between nodes, so that what holds is that nobody has another's.
    async fn lease(&mut self, node: usize, release: bool, store: &Store) -> Step {
        let owner: Arc<str> = format!("node-{node}").into();
        if release {
            self.held[node].clear();
            return agree(
                "release",
                &"done",
                &commit(store, store::give_leases_back(&owner).into()).await.as_str(),
            );
        }
        let row = NodeRow {
            id: owner.clone(),
            name: "a node".to_owned(),
            version: "1".to_owned(),
            knows_schema: 1,
            clock_ahead_ms: 0,
            leaving: false,
            started_at_ms: START_MS,
            expires_at_ms: 0,
        };
        let lives = read("the time", store.node_lives(&row).await)?;
        agree("lives", &"done", &commit(store, lives.into()).await.as_str())?;
        let mut free = read("leases", store.leases().await)?;
        free.retain(|lease| lease.owner.is_empty());
        let taken: BTreeSet<i64> = free.iter().map(|lease| lease.shard).collect();
        let writes = free.iter().map(|lease| lease.take(&owner).1).collect();
        agree("take", &"done", &commit(store, writes).await.as_str())?;
        self.held[node].extend(taken);
        let now = read("leases", store.leases().await)?;
        let own: Vec<&Lease> = now.iter().filter(|lease| lease.owner == owner).collect();
        agree("held", &self.held[node], &own.iter().map(|lease| lease.shard).collect::<BTreeSet<i64>>())?;
        agree("shards of two nodes", &true, &self.held[0].is_disjoint(&self.held[1]))?;
        if let Some(lease) = own.first() {
            let before = Lease { fencing: lease.fencing - 1, ..(*lease).clone() };
            agree("a lease", &"done", &commit(store, vec![lease.check()]).await.as_str())?;
            agree("the lease before", &"Lease", &commit(store, vec![before.check()]).await.as_str())?;
        }
        agree("worked", &true, &read("worked", store.worked_until().await)?.is_some())
    }

    async fn errand(
        &mut self,
        index: usize,
        deed: usize,
        orders: &Orders,
        now_ms: i64,
        store: &Store,
    ) -> Step {
        if deed == 0 {
            let Some(order) = orders.pick(index).map(|stored| stored.order.id) else { return Ok(()) };
            let row = ErrandRow { id: format!("errand-{now_ms}"), order, errand: "{\"é\":1}".to_owned() };
            let written = read("errand", store.leave_errand(&row).await)?;
            self.errands.push(Errand { row, is_begun: false, answer: None });
            return agree("leave", &"done", &commit(store, vec![written]).await.as_str());
        }
        let Some(errand) = pick(self.errands.iter_mut(), index) else { return Ok(()) };
        let row = errand.row.clone();
        let (written, expected) = match deed {
            1 => {
                let was_begun = std::mem::replace(&mut errand.is_begun, true);
                (store::begin_errand(&row, now_ms), if was_begun { "Row" } else { "done" })
            }
            2 => {
                errand.answer = Some(format!("\"é{now_ms}\""));
                (store::answer_errand(&row, errand.answer.as_deref().unwrap_or_default()), "done")
            }
            3 => {
                let expected = if errand.answer.is_some() { "Row" } else { "done" };
                (store::withdraw_errand(&row), expected)
            }
            _ => (store::forget_errand(&row), "done"),
        };
        if deed > 2 && expected == "done" {
            self.errands.retain(|errand| errand.row.id != row.id);
        }
        agree("errand", &expected, &commit(store, vec![written]).await.as_str())?;
        let answer = self.errands.iter().find(|errand| errand.row.id == row.id);
        let answer = answer.and_then(|errand| errand.answer.clone());
        agree("answer", &answer, &read("answer", store.errand_answer(&row).await)?)?;
        let mut waiting: Vec<(String, OrderId)> = self
            .errands
            .iter()
            .filter(|errand| !errand.is_begun)
            .map(|errand| (errand.row.id.clone(), errand.row.order))
            .collect();
        let got = read("errands", store.waiting_errands().await)?;
        let mut got: Vec<_> = got.into_iter().map(|row| (row.id, row.order)).collect();
        waiting.sort();
        got.sort();
        agree("waiting errands", &waiting, &got)
    }

    fn marked(&mut self, copy: bool, now_ms: i64) -> (Write, &'static str) {
        if !copy {
            let was_marked = self.mark.take().is_some();
            return (store::lift_copy_mark(), if was_marked { "done" } else { "Row" });
        }
        let mark = CopyMark { made_at_ms: now_ms, made_from: "monday".to_owned() };
        let written = store::mark_as_copy(&mark);
        self.mark = Some(mark);
        (written, "done")
    }

    fn came(&mut self, index: usize, name: usize, world: &mut World) -> Write {
        let (at_ms, random) = world.next();
        let row = UnmatchedRow {
            id: UnmatchedId::new(at_ms, random),
            merchant: merchant(index),
            environment: environment(false),
            account: account(index),
            gateway: "ocpay".to_owned(),
            named: vec![format!("é-{}", name % 5), format!("again-{at_ms}")],
            reference: format!("é-{}", name % 5),
            payment: None,
            body: format!("body-{at_ms}"),
            signed: true,
            seen: None,
            received: 1,
            first_at_ms: at_ms,
            last_at_ms: at_ms,
            status: UnmatchedStatus::Open,
            order: None,
            settled_by: None,
            settled_at_ms: None,
        };
        let written = store::put_unmatched(&row);
        let known =
            self.notices.iter_mut().find(|known| (known.account, known.name()) == (row.account, row.name()));
        match known {
            None => self.notices.push(row),
            Some(known) => {
                known.received += 1;
                (known.named, known.body, known.last_at_ms) = (row.named, row.body, at_ms);
            }
        }
        written
    }

    fn noticed(&mut self, index: usize, deed: usize, now_ms: i64) -> Option<(Write, &'static str)> {
        if deed == 4 {
            self.notices.retain(|row| row.settled_at_ms.is_none_or(|at_ms| at_ms >= now_ms - 9));
            return Some((store::forget_settled_unmatched(now_ms - 9), "done"));
        }
        let row = pick(self.notices.iter_mut(), index)?;
        let is_open = row.status == UnmatchedStatus::Open;
        let by = if index.is_multiple_of(2) {
            Actor::Worker
        } else {
            Actor::Operator { login: "amina".to_owned() }
        };
        Some(match deed {
            0 | 1 => {
                let status = UnmatchedStatus::ALL[1 + deed];
                let written = store::settle_unmatched(row.id, status, None, &by, now_ms);
                if is_open {
                    (row.status, row.settled_by, row.settled_at_ms) = (status, Some(by), Some(now_ms));
                }
                (written, if is_open { "done" } else { "Row" })
            }
            2 => {
                if row.status == UnmatchedStatus::Dismissed && row.settled_by == Some(Actor::Worker) {
                    (row.status, row.settled_by, row.settled_at_ms) = (UnmatchedStatus::Open, None, None);
                }
                (store::reopen_unmatched(row.id), "done")
            }
            _ => {
                let seen = Seen::Pending { processing: true };
                let written = store::note_unmatched_seen(row, "other", &seen);
                if is_open {
                    (row.reference, row.seen) = ("other".to_owned(), Some(seen));
                }
                (written, "done")
            }
        })
    }

    async fn look(&self, index: usize, status: usize, limit: i64, store: &Store) -> Step {
        agree("settings", &self.kept, &read("settings", store.kept_settings().await)?)?;
        agree("noted", &self.noted_ms, &read("noted", store.noted_time().await)?)?;
        agree("mark", &self.mark, &read("mark", store.copy_mark().await)?)?;
        let status = UnmatchedStatus::ALL[status % 3];
        let before = pick(self.notices.iter(), index).filter(|_| index.is_multiple_of(3)).map(|row| row.id);
        let mut page: Vec<&UnmatchedRow> = self.notices.iter().collect();
        page.retain(|row| {
            row.merchant == merchant(index)
                && row.status == status
                && before.is_none_or(|before| row.id < before)
        });
        page.sort_by_key(|row| std::cmp::Reverse(row.id));
        page.truncate(limit as usize);
        let got = store.unmatched_page(merchant(index), environment(false), status, before, limit).await;
        agree("notices", &page, &read("notices", got)?)?;
        let open = self.notices.iter().filter(|row| row.status == UnmatchedStatus::Open).count() as i64;
        agree("open notices", &open, &read("open", store.unmatched_open().await)?)?;
        let of_account = self.notices.iter().filter(|row| row.account == account(index)).count() as i64;
        agree("of an account", &of_account, &read("count", store.unmatched_count(account(index)).await)?)?;
        let nobody = UnmatchedId::new(START_MS, [9; 10]);
        agree("nobody", &None::<UnmatchedRow>, &read("nobody", store.unmatched(nobody).await)?)?;
        let Some(one) = pick(self.notices.iter(), index) else { return Ok(()) };
        agree("a notice", &Some(one), &read("notice", store.unmatched(one.id).await)?.as_ref())?;
        let named = store.unmatched_named(one.account, &one.name()).await;
        agree("by name", &Some(one), &read("notice", named)?.as_ref())
    }
}
