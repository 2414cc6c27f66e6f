//! What keeps a search for orders short, however many there are: where little of what would have to be read is meant, a page looks so
//! far back and no further, and says how far it came; and what very many orders have is looked for among the newest of them.

use guichet_core::{Environment, MerchantId, OrderId};

use crate::store::Store;
use crate::store::engine::Fault;
use crate::store::engine::value::params;

use super::finding::{AMOUNT_SPAN_MS, Looked, OrderFilter, Scope, end, id_at, newest};
use super::orders::Stored;

/// How far one page of orders looks.
#[derive(Debug, Clone, Copy)]
pub struct PageBounds {
    /// How many orders are read, at the most.
    pub most_read: usize,
    /// Among how many is looked for those of a gateway, an account or a currency, which no index is narrowed to.
    pub among: i64,
    /// How far back is looked for an amount, in ms.
    pub amount_span_ms: i64,
    /// What more than so many orders have is no use to find one by.
    pub broad: i64,
}

impl Default for PageBounds {
    fn default() -> Self {
        PageBounds { most_read: 1_000, among: 10_000, amount_span_ms: AMOUNT_SPAN_MS, broad: 50_000 }
    }
}

/// Reads nothing but an index.
macro_rules! behind {
    ($where:literal) => {
        concat!("SELECT id FROM orders WHERE merchant_id = $1 AND environment = $2 AND id < $3 AND ", $where)
    };
}

const BEHIND: &str = concat!(
    "SELECT id FROM (",
    behind!("status = 'pending' ORDER BY id DESC LIMIT $4"),
    ") AS newest UNION ALL SELECT id FROM (",
    behind!("status = 'failed' ORDER BY id DESC LIMIT $4"),
    ") AS newest UNION ALL SELECT id FROM (",
    behind!("status = 'paid' ORDER BY id DESC LIMIT $4"),
    ") AS newest UNION ALL SELECT id FROM (",
    behind!("status = 'fulfilled' ORDER BY id DESC LIMIT $4"),
    ") AS newest UNION ALL SELECT id FROM (",
    behind!("status = 'expired' ORDER BY id DESC LIMIT $4"),
    ") AS newest UNION ALL SELECT id FROM (",
    behind!("status = 'cancelled' ORDER BY id DESC LIMIT $4"),
    ") AS newest ORDER BY id DESC LIMIT 1 OFFSET $5",
);
const BEHIND_OF_STATUS: &str = behind!("status = $4 ORDER BY id DESC LIMIT 1 OFFSET $5");
const MANY_TERMS: &str = "SELECT term FROM order_terms WHERE term > $1 AND term < $2 LIMIT 1 OFFSET $3";
const MANY_REFERENCES: &str =
    "SELECT reference FROM order_references WHERE reference >= $1 AND reference < $2 LIMIT 1 OFFSET $3";
const MANY_GATEWAY_REFERENCES: &str =
    "SELECT reference FROM gateway_references WHERE reference >= $1 AND reference < $2 LIMIT 1 OFFSET $3";

const NEEDING_LONGEST: &str = "SELECT id FROM orders WHERE merchant_id = $1 AND environment = $2 AND needs_you = 1 \
    AND id > $3 ORDER BY id LIMIT $4";

/// A page of what was looked for.
#[derive(Debug, Default)]
pub struct OrdersPage {
    /// The orders, newest first.
    pub orders: Vec<Stored>,
    /// Before which order the next page goes on; nothing where there are no more. It need be none that was found.
    pub before: Option<OrderId>,
}

impl Store {
    /// A merchant's orders that the filter holds of, newest first: those older than `before`, so many at the most, as far back as
    /// one page looks.
    ///
    /// # Errors
    /// They cannot be read.
    pub async fn page_of_orders(
        &self,
        (merchant, environment): (MerchantId, Environment),
        filter: &OrderFilter,
        before: Option<OrderId>,
        limit: usize,
        bounds: PageBounds,
    ) -> Result<OrdersPage, Fault> {
        let before = before.map_or_else(newest, |id| id.to_string());
        let is_broad = self.is_broad(filter, bounds).await?;
        let scope = Scope { merchant, environment, filter, floor: None, is_broad };
        let floor = self.floor(&scope, &before, bounds).await?;
        let scope = Scope { floor: floor.as_deref(), ..scope };
        let Looked { found, behind } = self.look(&scope, before, limit, bounds.most_read).await?;
        let before = behind.or_else(|| floor.clone()).map(|id| id.parse());
        let before =
            before.transpose().map_err(|error: guichet_core::BadId| Fault::new(error.to_string()))?;
        Ok(OrdersPage { orders: found, before })
    }

    /// A merchant's orders that wait for a person, the oldest first: those behind `after`, so many at the most.
    ///
    /// # Errors
    /// They cannot be read.
    pub async fn longest_needing_you(
        &self,
        (merchant, environment): (MerchantId, Environment),
        after: Option<OrderId>,
        limit: i64,
    ) -> Result<Vec<Stored>, Fault> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let rows = self.find(NEEDING_LONGEST, params![merchant, environment.as_str(), after, limit]).await?;
        let ids = rows.iter().map(|row| row.parsed(0)).collect::<Result<Vec<OrderId>, Fault>>()?;
        self.several_orders(&ids).await
    }

    /// The least identifier that a page looks at, unless it looks at all of them.
    async fn floor(
        &self,
        scope: &Scope<'_>,
        before: &str,
        bounds: PageBounds,
    ) -> Result<Option<String>, Fault> {
        let filter = scope.filter;
        if filter.reference.is_some() || !filter.searches.is_empty() || filter.needing_you {
            return Ok(None);
        }
        let (from, until) = scope.span(before);
        let (merchant, environment) = (scope.merchant, scope.environment.as_str());
        if filter.amount.is_some() && filter.paid.is_open() {
            let newest_ms = match until.parse::<OrderId>() {
                Ok(until) => until.made_at_ms(),
                Err(_) => crate::clock::machine_ms(),
            };
            let floor = id_at(newest_ms - bounds.amount_span_ms);
            let older = self.scan(BEHIND, params![merchant, environment, &floor, 1_i64, 0_i64]).await?;
            return Ok(Some(floor).filter(|floor| *floor > from && !older.is_empty()));
        }
        let is_narrow = filter.gateway.is_none() && filter.account.is_none() && filter.currency.is_none();
        if is_narrow && filter.amount.is_none() {
            return Ok(None);
        }
        let rows = match &filter.status {
            Some(status) => {
                let params = params![merchant, environment, until, status.as_str(), bounds.among];
                self.scan(BEHIND_OF_STATUS, params).await?
            }
            None => {
                self.scan(BEHIND, params![merchant, environment, until, bounds.among + 1, bounds.among])
                    .await?
            }
        };
        let floor = rows.first().map(|row| row.text(0).map(str::to_owned)).transpose()?;
        Ok(floor.filter(|floor| *floor > from))
    }

    /// Whether very many orders have what is searched for, in one of the ways in which it may be meant.
    pub(super) async fn is_broad(&self, filter: &OrderFilter, bounds: PageBounds) -> Result<bool, Fault> {
        let Some(search) = filter.searches.first().filter(|_| filter.reference.is_none()) else {
            return Ok(false);
        };
        let terms = search.terms.iter().cloned().chain(search.rarest_word());
        let terms = terms.map(|beginning| (MANY_TERMS, beginning));
        let references = search.references.iter().flat_map(|beginning| {
            [MANY_REFERENCES, MANY_GATEWAY_REFERENCES].map(|sql| (sql, beginning.clone()))
        });
        for (sql, beginning) in terms.chain(references) {
            let params = params![&beginning, end(&beginning), bounds.broad];
            if !self.scan(sql, params).await?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use crate::store::Opening;
    use crate::store::engine::value::Values;

    use super::*;

    #[tokio::test]
    async fn nothing_but_indexes_is_read() {
        let path = std::env::temp_dir().join(format!("guichet-looking-{}.db", std::process::id()));
        let store = Store::open(path.to_str().expect("UTF-8"), Opening::MakeOrMigrate).await.expect("opened");
        let statements =
            [BEHIND, BEHIND_OF_STATUS, MANY_TERMS, MANY_REFERENCES, MANY_GATEWAY_REFERENCES, NEEDING_LONGEST];
        for sql in statements {
            let explained: &'static str = Box::leak(format!("EXPLAIN QUERY PLAN {sql}").into_boxed_str());
            let mut params = Values::default();
            let many = 1 + (1..9).take_while(|number| sql.contains(&format!("${}", number + 1))).count();
            (0..many).for_each(|_| params.add("x"));
            let plan = store.scan(explained, params).await.expect("a plan");
            let lines: Vec<&str> = plan.iter().map(|row| row.text(3).expect("a line")).collect();
            let searches = lines.iter().filter(|line| line.starts_with("SEARCH"));
            let covered =
                searches.clone().all(|line| line.contains("COVERING INDEX") || line.contains("PRIMARY KEY"));
            assert!(searches.count() > 0 && covered, "{sql}: {lines:?}");
            // What is merged is put in its order, a bounded part of each status.
            let sorted = lines.iter().any(|line| line.contains("TEMP B-TREE"));
            assert!(!sorted || sql == BEHIND, "{sql}: {lines:?}");
        }
        store.close().await.expect("closed");
        std::fs::remove_file(path).expect("removed");
    }
}
