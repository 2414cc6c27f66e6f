//! Orders that somebody looks for: what they are narrowed to, and how they are found by indexes alone. Whatever narrows
//! them, one index gives the candidates, newest first, and each is held against the whole filter.

use std::collections::BTreeSet;

use guichet_core::{AccountId, Currency, Environment, MerchantId, Order, OrderId, PaymentId};

use crate::store::Store;
use crate::store::engine::Fault;
use crate::store::engine::value::{Values, params};
use crate::store::search::{Search, TypedAmount};

use super::looking::PageBounds;
use super::orders::Stored;

/// A span of time: from one moment on, and before another (unix ms).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// At that moment or later.
    pub from_ms: Option<i64>,
    /// Before that moment.
    pub before_ms: Option<i64>,
}

impl Span {
    fn holds(self, at_ms: i64) -> bool {
        self.from_ms.is_none_or(|from_ms| at_ms >= from_ms)
            && self.before_ms.is_none_or(|before_ms| at_ms < before_ms)
    }

    pub(super) fn is_open(self) -> bool {
        self == Span::default()
    }
}

/// What a list of orders is narrowed to. Everything that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct OrderFilter {
    /// The status.
    pub status: Option<String>,
    /// Whether held money waits for a person.
    pub needing_you: bool,
    /// The shop's reference, exactly.
    pub reference: Option<String>,
    /// When it was made.
    pub created: Span,
    /// When its money was seen.
    pub paid: Span,
    /// The gateway that it was paid through, or else is to be paid through at present.
    pub gateway: Option<String>,
    /// The account at it.
    pub account: Option<AccountId>,
    /// The currency.
    pub currency: Option<Currency>,
    /// What it asks for.
    pub amount: Option<TypedAmount>,
    /// What is searched for; each of them must find it.
    pub searches: Vec<Search>,
}

impl OrderFilter {
    /// Whether the order is one of those.
    pub(super) fn holds(&self, order: &Order) -> bool {
        let main = order.main_payment();
        let paid = || order.state.paid_at_ms().is_some_and(|at_ms| self.paid.holds(at_ms));
        self.status.as_deref().is_none_or(|status| status == order.state.status())
            && (!self.needing_you || order.needs_you())
            && self.reference.as_ref().is_none_or(|reference| *reference == order.terms.reference)
            && self.created.holds(order.created_at_ms)
            && (self.paid.is_open() || paid())
            && self.gateway.as_ref().is_none_or(|gateway| main.is_some_and(|main| main.gateway == *gateway))
            && self.account.is_none_or(|account| main.is_some_and(|main| main.account == account))
            && self.currency.is_none_or(|currency| currency == order.terms.money.currency)
            && self.amount.as_ref().is_none_or(|amount| amount.is(order.terms.money))
            && self.searches.iter().all(|search| search.finds(order))
    }
}

/// How many candidates are read at first, beyond those that are wanted, and at the most.
const STEP: i64 = 20;
const LONGEST_STEP: i64 = 500;

/// How many of them are read before it is looked how many were meant.
const READ_AT_ONCE: usize = 16;

/// By how much an order's identifier may be dated otherwise than the order, in ms.
const SLACK_MS: i64 = 60_000;

/// Whatever an order asks for.
const ANY_AMOUNT: i64 = -1;

/// How far back an order is looked for by its amount alone, in ms, unless it is said when it was made: a month. There is no index of
/// amounts, because every checkout would pay for it.
pub(super) const AMOUNT_SPAN_MS: i64 = 31 * 24 * 3_600_000;

/// How many orders before a payment are looked at for the one that has it: most are made together with it.
const NEAR_A_PAYMENT: i64 = 500;

/// Narrows orders by what stands in their rows, behind what the index is narrowed to.
macro_rules! orders_where {
    ($where:literal) => {
        concat!(
            "SELECT id FROM orders WHERE merchant_id = $1 AND environment = $2 AND id >= $3 AND id < $4 \
             AND created_at_ms >= $5 AND created_at_ms < $6 AND (currency = $7 OR $7 = '') \
             AND (gateway = $8 OR $8 = '') AND (account_id = $9 OR $9 = '') \
             AND (amount_minor = $10 OR amount_minor = $11 OR amount_minor = $12 OR $10 = -1) AND ",
            $where
        )
    };
}

/// Merged from the index by status, so that no order needs a second one that has them all. Each part brings no more than a page, and says
/// so itself: PostgreSQL merges nothing else by an index, but reads and sorts all there is.
const ALL: &str = concat!(
    "SELECT id FROM (",
    orders_where!("status = 'pending' ORDER BY id DESC LIMIT $13"),
    ") AS newest UNION ALL SELECT id FROM (",
    orders_where!("status = 'failed' ORDER BY id DESC LIMIT $13"),
    ") AS newest UNION ALL SELECT id FROM (",
    orders_where!("status = 'paid' ORDER BY id DESC LIMIT $13"),
    ") AS newest UNION ALL SELECT id FROM (",
    orders_where!("status = 'fulfilled' ORDER BY id DESC LIMIT $13"),
    ") AS newest UNION ALL SELECT id FROM (",
    orders_where!("status = 'expired' ORDER BY id DESC LIMIT $13"),
    ") AS newest UNION ALL SELECT id FROM (",
    orders_where!("status = 'cancelled' ORDER BY id DESC LIMIT $13"),
    ") AS newest ORDER BY id DESC LIMIT $13",
);
/// The same by amount: nothing but the index is read.
macro_rules! amount_where {
    ($where:literal) => {
        concat!(
            "SELECT id FROM orders WHERE merchant_id = $1 AND environment = $2 AND id >= $3 AND id < $4 \
             AND (amount_minor = $5 OR amount_minor = $6 OR amount_minor = $7) AND ",
            $where
        )
    };
}

const OF_AMOUNT: &str = concat!(
    "SELECT id FROM (",
    amount_where!("status = 'pending' ORDER BY id DESC LIMIT $8"),
    ") AS newest UNION ALL SELECT id FROM (",
    amount_where!("status = 'failed' ORDER BY id DESC LIMIT $8"),
    ") AS newest UNION ALL SELECT id FROM (",
    amount_where!("status = 'paid' ORDER BY id DESC LIMIT $8"),
    ") AS newest UNION ALL SELECT id FROM (",
    amount_where!("status = 'fulfilled' ORDER BY id DESC LIMIT $8"),
    ") AS newest UNION ALL SELECT id FROM (",
    amount_where!("status = 'expired' ORDER BY id DESC LIMIT $8"),
    ") AS newest UNION ALL SELECT id FROM (",
    amount_where!("status = 'cancelled' ORDER BY id DESC LIMIT $8"),
    ") AS newest ORDER BY id DESC LIMIT $8",
);
const BY_STATUS: &str = orders_where!("status = $13 ORDER BY id DESC LIMIT $14");
const NEEDING: &str = orders_where!("needs_you = 1 ORDER BY id DESC LIMIT $13");
/// Those that were made in the time in which they are to have been paid, in the order of the index by status. A sum is in no index:
/// an engine that took the one of what was paid would read and sort all of it for the newest few.
const PAID: &str = concat!(
    "SELECT id FROM (",
    orders_where!(
        "status = 'paid' AND paid_at_ms + 0 >= $13 AND paid_at_ms + 0 < $14 ORDER BY id DESC LIMIT $15"
    ),
    ") AS newest UNION ALL SELECT id FROM (",
    orders_where!(
        "status = 'fulfilled' AND paid_at_ms + 0 >= $13 AND paid_at_ms + 0 < $14 ORDER BY id DESC LIMIT $15"
    ),
    ") AS newest ORDER BY id DESC LIMIT $15",
);
/// Those that were made before it. They are few, and so read from the index of what was paid.
const PAID_LATER: &str = orders_where!("paid_at_ms >= $13 AND paid_at_ms < $14 ORDER BY id DESC LIMIT $15");
const BY_TERM: &str = "SELECT order_id FROM order_terms WHERE term = $1 AND merchant_id = $2 AND environment = $3 \
    AND order_id < $4 ORDER BY order_id DESC LIMIT $5";
const BY_LONGER_TERM: &str = "SELECT order_id FROM order_terms WHERE term > $1 AND term < $2 AND merchant_id = $3 \
    AND environment = $4 AND order_id < $5 ORDER BY order_id DESC LIMIT $6";
const BY_REFERENCE: &str = "SELECT order_id FROM order_references WHERE reference >= $1 AND reference < $2 \
    AND merchant_id = $3 AND environment = $4 AND order_id < $5 ORDER BY order_id DESC LIMIT $6";
const BY_GATEWAY_REFERENCE: &str = "SELECT order_id FROM gateway_references WHERE reference >= $1 \
    AND reference < $2 AND order_id < $3 ORDER BY order_id DESC LIMIT $4";

/// What a search found, newest first, and behind which order it would go on; nothing where it came to the end.
pub(super) struct Looked {
    pub(super) found: Vec<Stored>,
    pub(super) behind: Option<String>,
}

/// Some candidates, newest first, and where to go on; nowhere once there are no more.
struct Candidates {
    ids: Vec<OrderId>,
    next: Option<String>,
}

impl Store {
    /// A merchant's orders that the filter holds of, newest first: those older than `before`, so many at the most.
    ///
    /// # Errors
    /// They cannot be read.
    pub async fn orders(
        &self,
        merchant: MerchantId,
        environment: Environment,
        filter: &OrderFilter,
        before: Option<OrderId>,
        limit: usize,
    ) -> Result<Vec<Stored>, Fault> {
        let is_broad = self.is_broad(filter, PageBounds::default()).await?;
        let scope = Scope { merchant, environment, filter, floor: None, is_broad };
        let before = before.map_or_else(newest, |id| id.to_string());
        Ok(self.look(&scope, before, limit, usize::MAX).await?.found)
    }

    /// The same of what is in reach: where so many orders were read, there is an end, and the search says how far it came.
    pub(super) async fn look(
        &self,
        scope: &Scope<'_>,
        mut before: String,
        limit: usize,
        mut most_read: usize,
    ) -> Result<Looked, Fault> {
        let mut found = Vec::new();
        let mut step = i64::try_from(limit).unwrap_or(LONGEST_STEP).clamp(STEP, LONGEST_STEP);
        loop {
            let Candidates { ids, next } = self.candidates(scope, &before, step).await?;
            for some in ids.chunks(READ_AT_ONCE) {
                for stored in self.several_orders(some).await? {
                    let id = stored.order.id;
                    if scope.holds(&stored.order) {
                        found.push(stored);
                    }
                    most_read = most_read.saturating_sub(1);
                    if found.len() >= limit || most_read == 0 {
                        return Ok(Looked { found, behind: Some(id.to_string()) });
                    }
                }
            }
            let Some(next) = next else { return Ok(Looked { found, behind: None }) };
            before = next;
            step = (step * 2).min(LONGEST_STEP);
            // Others are served between two steps of a long search.
            tokio::task::yield_now().await;
        }
    }

    /// How many of a merchant's orders wait for a person; so many at the most.
    ///
    /// # Errors
    /// They cannot be read.
    pub async fn count_needing_you(
        &self,
        merchant: MerchantId,
        environment: Environment,
        most: i64,
    ) -> Result<usize, Fault> {
        const SQL: &str =
            "SELECT id FROM orders WHERE merchant_id = $1 AND environment = $2 AND needs_you = 1 LIMIT $3";
        Ok(self.find(SQL, params![merchant, environment.as_str(), most]).await?.len())
    }

    /// The candidates that the narrowest index has, older than `before`.
    async fn candidates(&self, scope: &Scope<'_>, before: &str, step: i64) -> Result<Candidates, Fault> {
        let filter = scope.filter;
        if let Some(reference) = &filter.reference {
            let known = self.order_of_reference(scope.merchant, scope.environment, reference).await?;
            let ids = known.into_iter().map(|(id, _)| id).filter(|id| id.to_string().as_str() < before);
            return Ok(Candidates { ids: ids.collect(), next: None });
        }
        if let Some(search) = filter.searches.first() {
            return self.searched(scope, search, before, step).await;
        }
        if let Some(amount) = filter.amount.as_ref().filter(|_| filter.paid.is_open() && !filter.needing_you)
        {
            let ids = self.of_amount(scope, amount, before, step).await?;
            let next = goes_on(&ids, step);
            return Ok(Candidates { ids, next });
        }
        let mut params = scope.params(before);
        let sql = if filter.needing_you {
            NEEDING
        } else if !filter.paid.is_open() {
            return self.paid(scope, before, step).await;
        } else if let Some(status) = &filter.status {
            params.add(status.as_str());
            BY_STATUS
        } else {
            ALL
        };
        params.add(step);
        let ids = ids(&self.scan(sql, params).await?)?;
        let next = goes_on(&ids, step);
        Ok(Candidates { ids, next })
    }

    /// The orders that were paid in a span of time: nothing is paid before it is made, so that most of them were made in that
    /// span too, and lie together.
    async fn paid(&self, scope: &Scope<'_>, before: &str, step: i64) -> Result<Candidates, Fault> {
        let span = scope.filter.paid;
        let first = span.from_ms.map(|from_ms| id_at(from_ms.saturating_sub(SLACK_MS)));
        let is_within = first.as_ref().is_none_or(|first| before > first.as_str());
        let last = span.before_ms.map(|before_ms| id_at(before_ms.saturating_add(SLACK_MS)));
        let before = last.filter(|last| last.as_str() < before).unwrap_or_else(|| before.to_owned());
        let floor = first.as_deref().filter(|_| is_within).max(scope.floor);
        let mut params = Scope { floor, ..*scope }.params(&before);
        params.add(span.from_ms.unwrap_or(0));
        params.add(span.before_ms.unwrap_or(i64::MAX));
        params.add(step);
        let ids = ids(&self.scan(if is_within { PAID } else { PAID_LATER }, params).await?)?;
        let next = goes_on(&ids, step).or_else(|| first.filter(|_| is_within));
        Ok(Candidates { ids, next })
    }

    /// The orders that may be meant by what somebody typed: from every index that it may be found in, as far down as all
    /// of them are known.
    async fn searched(
        &self,
        scope: &Scope<'_>,
        search: &Search,
        before: &str,
        step: i64,
    ) -> Result<Candidates, Fault> {
        if scope.is_broad {
            let mut params = scope.params(before);
            params.add(step);
            let ids = ids(&self.scan(ALL, params).await?)?;
            let next = goes_on(&ids, step);
            return Ok(Candidates { ids, next });
        }
        let mut lists: Vec<Vec<OrderId>> = Vec::new();
        let (merchant, environment) = (scope.merchant, scope.environment.as_str());
        for beginning in search.terms.iter().cloned().chain(search.rarest_word()) {
            // What is typed whole is read in the order of its orders; what only begins so must be put into it.
            let params = params![&beginning, merchant, environment, before, step];
            lists.push(ids(&self.scan(BY_TERM, params).await?)?);
            let params = params![&beginning, end(&beginning), merchant, environment, before, step];
            lists.push(ids(&self.scan(BY_LONGER_TERM, params).await?)?);
        }
        for beginning in &search.references {
            let params = params![beginning, end(beginning), merchant, environment, before, step];
            lists.push(ids(&self.scan(BY_REFERENCE, params).await?)?);
            let params = params![beginning, end(beginning), before, step];
            lists.push(ids(&self.scan(BY_GATEWAY_REFERENCE, params).await?)?);
        }
        if let Some(amount) = &search.amount {
            lists.push(self.asking_for(scope, amount, before, step).await?);
        }
        let horizon = lists.iter().filter_map(|list| goes_on(list, step)).max();
        let mut ids: BTreeSet<OrderId> = lists.into_iter().flatten().collect();
        if let Some(horizon) = &horizon {
            ids.retain(|id| id.to_string() >= *horizon);
        }
        if before == newest() {
            ids.extend(search.order);
            if let Some(payment) = search.payment {
                ids.extend(self.order_of_payment(scope, payment).await?);
            }
        }
        Ok(Candidates { ids: ids.into_iter().rev().collect(), next: horizon })
    }

    /// The orders of the last month that ask for that, or of the time that is asked for.
    async fn asking_for(
        &self,
        scope: &Scope<'_>,
        amount: &TypedAmount,
        before: &str,
        step: i64,
    ) -> Result<Vec<OrderId>, Fault> {
        let mut filter = scope.filter.clone();
        if filter.created.from_ms.is_none() {
            filter.created.from_ms = Some(crate::clock::machine_ms() - AMOUNT_SPAN_MS);
        }
        self.of_amount(&Scope { filter: &filter, ..*scope }, amount, before, step).await
    }

    /// The orders that ask for that, whatever else they are.
    async fn of_amount(
        &self,
        scope: &Scope<'_>,
        amount: &TypedAmount,
        before: &str,
        step: i64,
    ) -> Result<Vec<OrderId>, Fault> {
        let ((from, before), [first, second, third]) = (scope.span(before), amount.minors());
        let (merchant, environment) = (scope.merchant, scope.environment.as_str());
        let params = params![merchant, environment, from, before, first, second, third, step];
        ids(&self.scan(OF_AMOUNT, params).await?)
    }

    /// The order that has that payment, if it is near it in time.
    async fn order_of_payment(
        &self,
        scope: &Scope<'_>,
        payment: PaymentId,
    ) -> Result<Option<OrderId>, Fault> {
        let everything = OrderFilter::default();
        let scope = Scope { filter: &everything, ..*scope };
        let mut params = scope.params(&id_at(payment.made_at_ms().saturating_add(SLACK_MS)));
        params.add(NEAR_A_PAYMENT);
        for id in ids(&self.scan(ALL, params).await?)? {
            let has = |stored: &Stored| stored.order.payment(payment).is_some();
            if self.order(id).await?.as_ref().is_some_and(has) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }
}

/// Whose orders are looked for, and which.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) merchant: MerchantId,
    pub(super) environment: Environment,
    pub(super) filter: &'a OrderFilter,
    /// The least identifier that is looked at.
    pub(super) floor: Option<&'a str>,
    /// Whether very many orders have what is searched for.
    pub(super) is_broad: bool,
}

impl Scope<'_> {
    /// Whether the order is theirs, and one of those.
    fn holds(&self, order: &Order) -> bool {
        order.merchant == self.merchant && order.environment == self.environment && self.filter.holds(order)
    }

    /// The identifiers that are looked at, from one on and before another. They begin with the time, so that the span in which
    /// orders were made is a span of the index.
    pub(super) fn span(&self, before: &str) -> (String, String) {
        let created = self.filter.created;
        let from =
            created.from_ms.map_or_else(|| OrderId::PREFIX.to_owned(), |at_ms| id_at(at_ms - SLACK_MS));
        let from = self.floor.filter(|floor| **floor > *from).map_or(from, str::to_owned);
        let until = created.before_ms.map(|at_ms| id_at(at_ms.saturating_add(SLACK_MS)));
        (from, until.filter(|until| until.as_str() < before).unwrap_or_else(|| before.to_owned()))
    }

    /// The parameters of [`orders_where`].
    fn params(&self, before: &str) -> Values {
        let OrderFilter { created, currency, gateway, account, amount, .. } = self.filter;
        let amounts = amount.as_ref().map_or([ANY_AMOUNT; 3], TypedAmount::minors);
        let (from, before) = self.span(before);
        params![
            self.merchant,
            self.environment.as_str(),
            from,
            before,
            created.from_ms.unwrap_or(0),
            created.before_ms.unwrap_or(i64::MAX),
            currency.map_or("", Currency::code),
            gateway.as_deref().unwrap_or(""),
            account.map(|account| account.to_string()).unwrap_or_default(),
            amounts[0],
            amounts[1],
            amounts[2],
        ]
    }
}

/// The least identifier that is made at that moment.
pub(super) fn id_at(at_ms: i64) -> String {
    // Beyond that a version 7 UUID has no room for the time.
    OrderId::new(at_ms.clamp(0, (1 << 48) - 1), [0; 10]).to_string()
}

/// What sorts behind every identifier.
pub(super) fn newest() -> String {
    format!("{}~", OrderId::PREFIX)
}

/// What sorts behind every text with that beginning.
pub(super) fn end(beginning: &str) -> String {
    format!("{beginning}\u{10ffff}")
}

fn ids(rows: &[Values]) -> Result<Vec<OrderId>, Fault> {
    rows.iter().map(|row| row.parsed(0)).collect()
}

/// Where to go on, if as many came as were asked for.
fn goes_on(ids: &[OrderId], step: i64) -> Option<String> {
    let full = i64::try_from(ids.len()).is_ok_and(|count| count >= step);
    ids.last().filter(|_| full).map(OrderId::to_string)
}

#[cfg(test)]
mod tests {
    use crate::store::Opening;

    use super::*;

    /// Every statement that finds orders, and the index that it must go by.
    const STATEMENTS: [(&str, &str, &[&str]); 10] = [
        ("all", ALL, &["orders_by_status"]),
        ("by status", BY_STATUS, &["orders_by_status"]),
        ("needing you", NEEDING, &["orders_needing_you"]),
        ("paid", PAID, &["orders_by_status"]),
        ("paid later", PAID_LATER, &["orders_paid"]),
        ("of an amount", OF_AMOUNT, &["orders_by_status"]),
        ("by term", BY_TERM, &["order_terms"]),
        ("by longer term", BY_LONGER_TERM, &["order_terms"]),
        ("by reference", BY_REFERENCE, &["order_references"]),
        ("by gateway reference", BY_GATEWAY_REFERENCE, &["gateway_references"]),
    ];

    #[tokio::test]
    async fn every_list_goes_by_an_index() {
        let path = std::env::temp_dir().join(format!("guichet-plans-{}.db", std::process::id()));
        let store = Store::open(path.to_str().expect("UTF-8"), Opening::MakeOrMigrate).await.expect("opened");
        for (name, sql, indexes) in STATEMENTS {
            let explained: &'static str = Box::leak(format!("EXPLAIN QUERY PLAN {sql}").into_boxed_str());
            let values = sql.matches('$').map(|_| ()).count().min(15);
            let mut params = Values::default();
            (0..highest(sql).min(values)).for_each(|_| params.add("x"));
            let rows = store.scan(explained, params).await.expect("a plan");
            let plan: Vec<String> =
                rows.iter().map(|row| row.text(3).expect("a line of the plan").to_owned()).collect();
            let scans = plan.iter().filter(|line| line.starts_with("SCAN") && *line != "SCAN newest").count();
            assert_eq!(scans, 0, "{name}: {plan:?}");
            let searches: Vec<&String> = plan.iter().filter(|line| line.starts_with("SEARCH")).collect();
            assert!(!searches.is_empty(), "{name}: {plan:?}");
            for search in searches {
                assert!(indexes.iter().any(|index| search.contains(index)), "{name}: {plan:?}");
            }
            let sorted = plan.iter().any(|line| line.contains("TEMP B-TREE"));
            let may_sort = [
                "all",
                "of an amount",
                "paid",
                "paid later",
                "by longer term",
                "by reference",
                "by gateway reference",
            ]
            .contains(&name);
            assert!(!sorted || may_sort, "{name} sorts whole rows: {plan:?}");
        }
        store.close().await.expect("closed");
        std::fs::remove_file(path).expect("removed");
    }

    /// The highest number of a parameter.
    fn highest(sql: &str) -> usize {
        let numbers = sql.split('$').skip(1).filter_map(|rest| {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            digits.parse::<usize>().ok()
        });
        numbers.max().unwrap_or(0)
    }

    #[test]
    fn a_span_has_its_beginning_and_not_its_end() {
        let span = Span { from_ms: Some(10), before_ms: Some(20) };
        let held: Vec<i64> = [9, 10, 19, 20].into_iter().filter(|at_ms| span.holds(*at_ms)).collect();
        assert_eq!(held, [10, 19]);
        assert!(Span::default().holds(i64::MIN) && Span::default().is_open() && !span.is_open());
    }

    #[test]
    fn identifiers_of_a_moment_begin_with_it() {
        let at_ms = 1_770_000_000_000;
        let id = OrderId::in_shard(at_ms, [7; 10], 9).to_string();
        assert!(id_at(at_ms) <= id && id < id_at(at_ms + 1) && id < newest());
        assert!(id_at(i64::MAX) > id && id_at(-5) < id);
    }
}
