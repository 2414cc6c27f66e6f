//! What shops and workers read of orders.

use std::collections::BTreeMap;

use guichet_core::{EventId, MerchantId, Order, OrderId, OrderState, PaymentState, Subject, Terms};
use guichet_server::store::{OrderFilter, PageBounds, Search, SearchIn, Shops, Span, Store};

use crate::orders::{Orders, claim, is_live};
use crate::shops;
use crate::world::{Step, account, agree, environment, pick, read};

/// How long something may be due before it is overdue, in ms.
const OVERDUE_MS: i64 = 60_000;

impl Orders {
    pub(crate) async fn look(&self, index: usize, store: &Store) -> Step {
        let Some(stored) = self.pick(index) else { return Ok(()) };
        let order = &stored.order;
        agree("the order", &Some(stored), &read("order", store.order(order.id).await)?.as_ref())?;
        let reference = &order.terms.reference;
        let found =
            read("reference", store.order_of_reference(order.merchant, order.environment, reference).await)?;
        agree(
            "its reference",
            &Some((order.id, "fingerprint")),
            &found.as_ref().map(|(id, text)| (*id, text.as_str())),
        )?;
        let journal = read("journal", store.journal(order.id.into()).await)?;
        let got: Vec<_> = journal
            .iter()
            .map(|row| (row.seq, row.record.id, row.record.kind.as_str(), row.chained))
            .collect();
        let decisions = self.journal.iter().filter(|decision| decision.order == order.id);
        let expected: Vec<_> = decisions
            .flat_map(|decision| {
                decision.kinds.iter().enumerate().map(|(entry, kind)| {
                    (decision.seq + entry as i64, decision.first.at(entry), *kind, Some(true))
                })
            })
            .collect();
        agree("its journal", &expected, &got)?;
        self.names_and_keys(index, order, store).await
    }

    async fn names_and_keys(&self, index: usize, order: &Order, store: &Store) -> Step {
        let name = format!("gw-{}", index % 4);
        let known = self.names.get(&(account(index), name.clone())).copied();
        let got = read("name", store.payment_of_reference(account(index), &name).await)?;
        agree("a gateway's name", &known, &got)?;
        let anybody = self.names.keys().any(|(_, known)| *known == name);
        agree("is known", &anybody, &read("name", store.is_known_to_a_gateway(&name).await)?)?;
        let key = self.keys.get(&(order.merchant, is_live(order), index % 6));
        let kept = read("key", store.kept(&claim(order, index % 6)).await)?;
        let kept = kept.map(|kept| {
            (kept.subject, kept.answer.map(|answer| (answer.status_code, answer.body)), kept.created_at_ms)
        });
        agree("a key", &key.map(|key| (Subject::from(key.order), key.answer.clone(), key.at_ms)), &kept)
    }

    pub(crate) async fn list(
        &self,
        shop: (MerchantId, bool),
        how: usize,
        before: Option<usize>,
        limit: usize,
        store: &Store,
    ) -> Step {
        let before = before.and_then(|index| self.pick(index)).map(|stored| stored.order.id);
        let status = OrderState::STATUSES[how % 6];
        let mut filter = OrderFilter::default();
        match how % 6 {
            0 => {}
            1 => filter.status = Some(OrderState::STATUSES[(how / 6) % 6].to_owned()),
            2 => filter.needing_you = true,
            3 => filter.paid = Span { from_ms: Some(0), before_ms: None },
            4 => filter.gateway = Some("ocpay".to_owned()),
            _ => filter.searches.extend(Search::read(shops::email(1).expect("one"), SearchIn::Payer)),
        }
        let holds = |terms: &Terms, order: &Order| match how % 6 {
            0 => true,
            1 => filter.status.as_deref() == Some(order.state.status()),
            2 => order.held.iter().any(|held| held.resolved_at_ms.is_none()),
            3 => order.state.is_paid(),
            4 => order.main_payment().is_some_and(|payment| payment.gateway == "ocpay"),
            _ => terms.payer.email.as_deref() == shops::email(1),
        };
        let wanted = self.rows.values().rev().filter(|stored| {
            let order = &stored.order;
            (order.merchant, is_live(order)) == shop
                && before.is_none_or(|before| order.id < before)
                && holds(&order.terms, order)
        });
        let expected: Vec<OrderId> = wanted.take(limit).map(|stored| stored.order.id).collect();
        let got = read("list", store.orders(shop.0, environment(shop.1), &filter, before, limit).await)?;
        let got: Vec<OrderId> = got.iter().map(|stored| stored.order.id).collect();
        agree(&format!("list {how} ({status})"), &expected, &got)?;
        self.pages(shop, &filter, before, (limit, expected), store).await
    }

    /// The same page by page, each of which looks hardly back: together they begin as the whole list does.
    async fn pages(
        &self,
        shop: (MerchantId, bool),
        filter: &OrderFilter,
        mut before: Option<OrderId>,
        (limit, expected): (usize, Vec<OrderId>),
        store: &Store,
    ) -> Step {
        let bounds = PageBounds { most_read: 2, among: 2, amount_span_ms: 2, broad: 1 };
        let (whose, mut got) = ((shop.0, environment(shop.1)), Vec::new());
        loop {
            let page = read("page", store.page_of_orders(whose, filter, before, 2, bounds).await)?;
            got.extend(page.orders.iter().map(|stored| stored.order.id));
            let went_on = page.before.is_some_and(|next| before.is_none_or(|before| next < before));
            agree("a page that goes on", &(page.before.is_some()), &went_on)?;
            if page.before.is_none() || got.len() >= limit {
                got.truncate(limit);
                return agree("pages", &expected, &got);
            }
            before = page.before;
        }
    }

    pub(crate) async fn due(&self, index: usize, now_ms: i64, store: &Store) -> Step {
        let Some(shard) = self.pick(index).map(|stored| stored.order.id.shard()) else { return Ok(()) };
        let alarms = self.rows.values().filter(|stored| stored.order.id.shard() == shard);
        let mut alarms: Vec<(i64, String)> = alarms
            .filter_map(|stored| Some((stored.order.wake_at_ms()?, stored.order.id.to_string())))
            .collect();
        alarms.sort();
        let got = read("due", store.due_subjects(shard, now_ms, 100).await)?;
        let mut got: Vec<String> = got.iter().map(ToString::to_string).collect();
        let rung = alarms.iter().filter(|(at_ms, _)| *at_ms <= now_ms);
        let mut expected: Vec<String> = rung.map(|(_, id)| id.clone()).collect();
        // Of two alarms that rang at once either may be first.
        got.sort();
        expected.sort();
        agree("due", &expected, &got)?;
        let after = alarms.get(index % (alarms.len() + 1)).cloned().unwrap_or_default();
        let got = read("planned", store.planned_subjects(shard, &after, 3).await)?;
        let got: Vec<(i64, String)> = got.iter().map(|(at_ms, id)| (*at_ms, id.to_string())).collect();
        let expected: Vec<_> = alarms.into_iter().filter(|alarm| *alarm > after).take(3).collect();
        agree("planned", &expected, &got)
    }

    pub(crate) async fn pull(
        &self,
        shop: (MerchantId, bool),
        taken: bool,
        after: Option<usize>,
        limit: i64,
        store: &Store,
    ) -> Step {
        let after = after.and_then(|index| pick(self.journal.iter(), index)).map(|decision| decision.first);
        let mut events: Vec<(EventId, i64)> = Vec::new();
        for decision in self.journal.iter().filter(|decision| (decision.merchant, decision.is_live) == shop) {
            let entries = decision.taken.iter().enumerate().filter(|(_, is_taken)| **is_taken == taken);
            events.extend(entries.map(|(entry, _)| (decision.first.at(entry), decision.seq + entry as i64)));
        }
        events.retain(|(id, _)| after.is_none_or(|after| *id > after));
        events.sort_unstable();
        events.truncate(limit as usize);
        let got = read("pull", store.events(shop.0, environment(shop.1), taken, after, limit).await)?;
        let got: Vec<_> = got.iter().map(|row| (row.record.id, row.seq)).collect();
        agree("pull", &events, &got)
    }

    pub(crate) async fn count(&self, now_ms: i64, store: &Store) -> Step {
        let orders = || self.rows.values().map(|stored| &stored.order);
        // Orders of one sequence are never that late, so the clock is put forward.
        let now_ms = now_ms + OVERDUE_MS;
        let is_late = |order: &&Order| order.wake_at_ms().is_some_and(|at_ms| at_ms < now_ms - OVERDUE_MS);
        let overdue = orders().filter(is_late).count() as i64;
        agree("overdue", &overdue, &read("overdue", store.alarms_overdue(now_ms).await)?)?;
        let is_unknown = |state: &PaymentState| matches!(state, PaymentState::Unknown { .. });
        let unknown =
            |order: &Order| order.payments.iter().filter(|payment| is_unknown(&payment.state)).count();
        let expected = by_shop(orders().map(|order| (order, unknown(order))));
        agree("unknown", &expected, &sorted(&read("unknown", store.payments_unknown().await)?))?;
        let needing =
            |order: &Order| usize::from(order.held.iter().any(|held| held.resolved_at_ms.is_none()));
        let expected = by_shop(orders().map(|order| (order, needing(order))));
        agree("needing", &expected, &sorted(&read("needing", store.orders_needing_you().await)?))
    }
}

type Numbers = BTreeMap<(MerchantId, &'static str), i64>;

fn by_shop<'a>(counted: impl Iterator<Item = (&'a Order, usize)>) -> Numbers {
    let mut numbers = Numbers::new();
    for (order, count) in counted.filter(|(_, count)| *count > 0) {
        *numbers.entry((order.merchant, order.environment.as_str())).or_default() += count as i64;
    }
    numbers
}

fn sorted(shops: &Shops) -> Numbers {
    shops.iter().map(|((merchant, environment), count)| ((*merchant, environment.as_str()), *count)).collect()
}
