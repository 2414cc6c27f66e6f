//! What shops do with orders: they make them under references and idempotency keys, change them, look for them, and pull
//! and acknowledge what happened.

use std::collections::BTreeMap;
use std::sync::Arc;

use guichet_core::{AccountId, EventId, MerchantId, Order, OrderId, OrderState, PaymentId};
use guichet_server::store::{self, Answer, Claim, KeyCursor, Store, Stored, Write};
use proptest::prelude::*;

use crate::deliveries::{Deliveries, Delivery};
use crate::shops::{self, Deed, REFERENCES};
use crate::world::{Step, World, agree, commit, environment, merchant, pick, read};

/// An operation; every number names one of those that there are.
#[derive(Debug, Clone)]
pub(crate) enum Op {
    /// Makes an order, under a key if one is named, for that payer.
    Create { shop: usize, live: bool, reference: usize, key: Option<usize>, payer: usize },
    /// Two of them want the same reference at once.
    Rush { shop: usize, reference: usize },
    /// Changes an order, or tries to by a version that it has no more.
    Change { order: usize, deed: Deed, stale: bool },
    /// Two of them want to change the same version at once.
    Twins { order: usize },
    /// Keeps the answer of a key.
    Answer { key: usize, status: u16 },
    /// Forgets the keys that are older than so many ms.
    Forget { age_ms: i64 },
    /// Keeps the language of an order's pages.
    Speak { order: usize, language: usize },
    /// Everything that can be read of one order.
    Look { order: usize },
    /// A list, narrowed in one of several ways, from behind an order on.
    List { shop: usize, live: bool, how: usize, before: Option<usize>, limit: usize },
    /// What is due, and what is planned.
    Due { order: usize },
    /// What a shop has taken, or has not, from behind an event on.
    Pull { shop: usize, live: bool, taken: bool, after: Option<usize>, limit: i64 },
    /// Takes an event.
    Acknowledge { event: usize, entry: usize },
    /// How many orders need somebody.
    Count,
}

pub(crate) fn any_op() -> impl Strategy<Value = Op> {
    let index = || 0..64_usize;
    let deed = prop_oneof![
        index().prop_map(Deed::Pay),
        index().prop_map(Deed::Pay),
        index().prop_map(Deed::Open),
        index().prop_map(Deed::Open),
        Just(Deed::Lose),
        Just(Deed::Settle),
        Just(Deed::Cancel),
        Just(Deed::Hold),
        Just(Deed::Resolve),
        index().prop_map(Deed::Revise),
        Just(Deed::Fulfil),
    ];
    prop_oneof![
        8 => (index(), any::<bool>(), index(), prop::option::of(0..6_usize), index())
            .prop_map(|(shop, live, reference, key, payer)| Op::Create { shop, live, reference, key, payer }),
        1 => (index(), index()).prop_map(|(shop, reference)| Op::Rush { shop, reference }),
        12 => (index(), deed, prop::bool::weighted(0.2)).prop_map(|(order, deed, stale)| Op::Change { order, deed, stale }),
        1 => index().prop_map(|order| Op::Twins { order }),
        2 => (index(), 200..600_u16).prop_map(|(key, status)| Op::Answer { key, status }),
        1 => (0..40_i64).prop_map(|age_ms| Op::Forget { age_ms }),
        1 => (index(), index()).prop_map(|(order, language)| Op::Speak { order, language }),
        4 => index().prop_map(|order| Op::Look { order }),
        6 => (index(), any::<bool>(), index(), prop::option::of(index()), 1..6_usize)
            .prop_map(|(shop, live, how, before, limit)| Op::List { shop, live, how, before, limit }),
        2 => index().prop_map(|order| Op::Due { order }),
        3 => (index(), any::<bool>(), any::<bool>(), prop::option::of(index()), 1..6_i64)
            .prop_map(|(shop, live, taken, after, limit)| Op::Pull { shop, live, taken, after, limit }),
        4 => (index(), index()).prop_map(|(event, entry)| Op::Acknowledge { event, entry }),
        1 => Just(Op::Count),
    ]
}

/// A key in use.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    claim: Claim,
    pub(crate) order: OrderId,
    pub(crate) answer: Option<(u16, String)>,
    pub(crate) at_ms: i64,
}

/// A decision in the journal.
#[derive(Debug, Clone)]
pub(crate) struct Decision {
    pub(crate) order: OrderId,
    pub(crate) merchant: MerchantId,
    pub(crate) is_live: bool,
    pub(crate) seq: i64,
    pub(crate) first: EventId,
    pub(crate) kinds: Vec<&'static str>,
    pub(crate) taken: Vec<bool>,
}

/// A change that is tried: the order after it, what it takes, and what is there once it is done.
struct Draft {
    stored: Stored,
    writes: Vec<Write>,
    decision: Decision,
    delivery: Delivery,
}

/// The orders as plain maps.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    pub(crate) rows: BTreeMap<OrderId, Stored>,
    pub(crate) references: BTreeMap<(MerchantId, bool, String), OrderId>,
    pub(crate) names: BTreeMap<(AccountId, String), (OrderId, PaymentId)>,
    pub(crate) keys: BTreeMap<(MerchantId, bool, usize), Key>,
    pub(crate) journal: Vec<Decision>,
}

pub(crate) fn is_live(order: &Order) -> bool {
    order.environment == environment(true)
}

impl Orders {
    /// One of the orders.
    pub(crate) fn pick(&self, index: usize) -> Option<&Stored> {
        pick(self.rows.values(), index)
    }

    pub(crate) async fn step(
        &mut self,
        op: &Op,
        told: &mut Deliveries,
        world: &mut World,
        store: &Store,
    ) -> Step {
        match *op {
            Op::Create { shop, live, reference, key, payer } => {
                self.create((shop, live, reference, payer), key, told, world, store).await
            }
            Op::Rush { shop, reference } => self.rush(shop, reference, told, world, store).await,
            Op::Change { order, deed, stale } => self.change(order, deed, stale, told, world, store).await,
            Op::Twins { order } => self.twins(order, world, store).await,
            Op::Answer { key, status } => self.answer(key, status, store).await,
            Op::Forget { age_ms } => self.forget(world.now_ms() - age_ms, store).await,
            Op::Speak { order, language } => self.speak(order, ["fr", "ar", "en"][language % 3], store).await,
            Op::Look { order } => self.look(order, store).await,
            Op::List { shop, live, how, before, limit } => {
                self.list((merchant(shop), live), how, before, limit, store).await
            }
            Op::Due { order } => self.due(order, world.now_ms(), store).await,
            Op::Pull { shop, live, taken, after, limit } => {
                self.pull((merchant(shop), live), taken, after, limit, store).await
            }
            Op::Acknowledge { event, entry } => self.acknowledge(event, entry, store).await,
            Op::Count => self.count(world.now_ms(), store).await,
        }
    }

    /// A new order.
    fn draft(of: (usize, bool, usize, usize), world: &mut World) -> Draft {
        let (shop, live, reference, payer) = of;
        let (at_ms, random) = world.next();
        let order = Order {
            id: OrderId::in_shard(at_ms, random, at_ms % 5),
            merchant: merchant(shop),
            environment: environment(live),
            version: 1,
            terms: Arc::new(shops::terms(REFERENCES[reference % REFERENCES.len()], payer, at_ms)),
            state: OrderState::Pending,
            payments: Vec::new(),
            held: Vec::new(),
            refunds: Vec::new(),
            attended_at_ms: None,
            created_at_ms: at_ms,
        };
        let token = guichet_server::random::page_token_of(order.id, &format!("{at_ms:032}"));
        let mut stored = Stored { order, token, entries: 0, chain: String::new(), page_language: None };
        let (written, first, kinds) = shops::journal(&mut stored, 1, world);
        let mut writes = store::insert_order(&stored, "fingerprint");
        writes.push(written);
        let delivery = Delivery::of(stored.order.id, 1, world);
        writes.push(delivery.insert());
        let decision = decision(&stored, 1, first, kinds);
        Draft { stored, writes, decision, delivery }
    }

    async fn create(
        &mut self,
        of: (usize, bool, usize, usize),
        key: Option<usize>,
        told: &mut Deliveries,
        world: &mut World,
        store: &Store,
    ) -> Step {
        let mut draft = Orders::draft(of, world);
        let (order, live) = (&draft.stored.order, of.1);
        let merchant = order.merchant;
        let key = key.map(|key| (key, claim(order, key)));
        if let Some((_, claim)) = &key {
            draft.writes.insert(0, claim.insert(order.id.into(), order.created_at_ms));
        }
        let expected = if key.as_ref().is_some_and(|(key, _)| self.keys.contains_key(&(merchant, live, *key)))
        {
            "IdempotencyKey"
        } else if self.references.contains_key(&name(order)) {
            "Reference"
        } else {
            "done"
        };
        let writes = std::mem::take(&mut draft.writes);
        agree("create", &expected, &commit(store, writes).await.as_str())?;
        if expected == "done" {
            if let Some((key, claim)) = key {
                let row = Key { claim, order: order.id, answer: None, at_ms: order.created_at_ms };
                self.keys.insert((merchant, live, key), row);
            }
            self.references.insert(name(&draft.stored.order), draft.stored.order.id);
            self.done(draft, told);
        }
        Ok(())
    }

    fn done(&mut self, draft: Draft, told: &mut Deliveries) {
        told.rows.push(draft.delivery);
        self.journal.push(draft.decision);
        self.rows.insert(draft.stored.order.id, draft.stored);
    }

    async fn rush(
        &mut self,
        shop: usize,
        reference: usize,
        told: &mut Deliveries,
        world: &mut World,
        store: &Store,
    ) -> Step {
        let of = (shop, false, reference, 0);
        let (mut one, mut other) = (Orders::draft(of, world), Orders::draft(of, world));
        let take = |draft: &mut Draft| std::mem::take(&mut draft.writes);
        let writes = (take(&mut one), take(&mut other));
        let (first, second) = tokio::join!(commit(store, writes.0), commit(store, writes.1));
        let mut outcomes = [first.as_str(), second.as_str()];
        if self.references.contains_key(&name(&one.stored.order)) {
            return agree("rush", &["Reference", "Reference"], &outcomes);
        }
        let winner = if first == "done" { one } else { other };
        self.references.insert(name(&winner.stored.order), winner.stored.order.id);
        self.done(winner, told);
        outcomes.sort_unstable();
        agree("rush", &["Reference", "done"], &outcomes)
    }

    async fn change(
        &mut self,
        index: usize,
        deed: Deed,
        stale: bool,
        told: &mut Deliveries,
        world: &mut World,
        store: &Store,
    ) -> Step {
        let Some(before) = self.pick(index).cloned() else { return Ok(()) };
        let Some(mut stored) = shops::after(&before, deed, world) else { return Ok(()) };
        let seq = stored.entries + 1;
        let (written, first, kinds) = shops::journal(&mut stored, 1 + index % 3, world);
        let from = Order { version: before.order.version - i64::from(stale), ..before.order.clone() };
        let mut writes = vec![store::update_order(&stored, &from)];
        if stored.order.terms != before.order.terms {
            writes.push(store::revise_order(&stored.order));
            writes.extend(store::find_by(&stored.order, &before.order.terms.payer));
        }
        writes.extend(store::gateway_names(&before.order.payments, &stored.order));
        writes.push(written);
        let delivery = Delivery::of(stored.order.id, seq, world);
        writes.push(delivery.insert());
        let names = shops::new_names(&before.order, &stored.order);
        let is_taken =
            names.iter().any(|(account, name, _)| self.names.contains_key(&(*account, name.clone())));
        let expected = match (stale, is_taken) {
            (true, _) => "Version",
            (false, true) => "GatewayReference",
            (false, false) => "done",
        };
        agree("change", &expected, &commit(store, writes).await.as_str())?;
        if expected == "done" {
            let id = stored.order.id;
            self.names
                .extend(names.into_iter().map(|(account, name, payment)| ((account, name), (id, payment))));
            let decision = decision(&stored, seq, first, kinds);
            self.done(Draft { stored, writes: Vec::new(), decision, delivery }, told);
        }
        Ok(())
    }

    async fn twins(&mut self, index: usize, world: &mut World, store: &Store) -> Step {
        let Some(before) = self.pick(index).cloned() else { return Ok(()) };
        let one = shops::after(&before, Deed::Cancel, world).expect("always");
        let other = shops::after(&before, Deed::Cancel, world).expect("always");
        let write = |stored: &Stored| vec![store::update_order(stored, &before.order)];
        let (first, second) = tokio::join!(commit(store, write(&one)), commit(store, write(&other)));
        let winner = if first == "done" { one } else { other };
        self.rows.insert(winner.order.id, winner);
        let mut outcomes = [first.as_str(), second.as_str()];
        outcomes.sort_unstable();
        agree("twins", &["Version", "done"], &outcomes)
    }

    async fn answer(&mut self, index: usize, status: u16, store: &Store) -> Step {
        let Some(key) = pick(self.keys.values_mut(), index) else { return Ok(()) };
        let answer = Answer { status_code: status, body: format!("{{\"é\":{status}}}") };
        let written = key.claim.settle(key.order.into(), &answer);
        key.answer.get_or_insert((status, answer.body));
        agree("answer", &"done", &commit(store, vec![written]).await.as_str())
    }

    async fn forget(&mut self, before_ms: i64, store: &Store) -> Step {
        let writes = read("keys", store.forget_keys(&mut KeyCursor::default(), before_ms).await)?;
        self.keys.retain(|_, key| key.at_ms >= before_ms);
        agree("forget", &"done", &commit(store, writes).await.as_str())
    }

    async fn speak(&mut self, index: usize, language: &str, store: &Store) -> Step {
        let Some(id) = self.pick(index).map(|stored| stored.order.id) else { return Ok(()) };
        self.rows.get_mut(&id).expect("picked").page_language = Some(language.to_owned());
        let written = store::choose_page_language(id, language);
        agree("language", &"done", &commit(store, vec![written]).await.as_str())
    }

    async fn acknowledge(&mut self, index: usize, entry: usize, store: &Store) -> Step {
        let Some(decision) = pick(self.journal.iter_mut(), index) else { return Ok(()) };
        // One that is not there changes nothing.
        let entry = entry % (decision.taken.len() + 1);
        if let Some(taken) = decision.taken.get_mut(entry) {
            *taken = true;
        }
        let event = decision.first.at(entry);
        let written = store::acknowledge(decision.merchant, environment(decision.is_live), event);
        agree("acknowledge", &"done", &commit(store, vec![written]).await.as_str())
    }
}

/// Whose order it is, and under which reference.
fn name(order: &Order) -> (MerchantId, bool, String) {
    (order.merchant, is_live(order), order.terms.reference.clone())
}

fn decision(stored: &Stored, seq: i64, first: EventId, kinds: Vec<&'static str>) -> Decision {
    let taken = vec![false; kinds.len()];
    let order = &stored.order;
    Decision { order: order.id, merchant: order.merchant, is_live: is_live(order), seq, first, kinds, taken }
}

pub(crate) fn claim(order: &Order, key: usize) -> Claim {
    Claim {
        merchant: order.merchant,
        environment: order.environment,
        route: "POST /v1/orders".to_owned(),
        key: format!("Key-{key}-é"),
        fingerprint: "fingerprint".to_owned(),
    }
}
