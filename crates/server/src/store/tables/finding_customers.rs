//! Customers that somebody looks for, newest first: one index gives the candidates, as with orders, and each is held against
//! the whole filter.

use std::collections::BTreeSet;

use guichet_core::{CustomerId, Environment, MerchantId};

use crate::store::Store;
use crate::store::engine::Fault;
use crate::store::engine::value::{Values, params};
use crate::store::search::Search;

use super::customers::{CustomerRow, CustomerStatus, customer};

/// What a list of customers is narrowed to. Everything that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct CustomerFilter {
    /// Whether they may sign in.
    pub status: Option<CustomerStatus>,
    /// Who is searched for.
    pub search: Option<Search>,
}

impl CustomerFilter {
    fn holds(&self, customer: &CustomerRow) -> bool {
        let found = |search: &Search| search.finds_terms(&customer.terms());
        self.status.is_none_or(|status| status == customer.status) && self.search.as_ref().is_none_or(found)
    }
}

/// How many candidates are read at first, beyond those that are wanted, and at the most.
const STEP: i64 = 20;
const LONGEST_STEP: i64 = 500;

/// What stands in customers' rows, narrowed to a status.
macro_rules! customers_where {
    ($where:literal) => {
        concat!(
            "SELECT id, merchant_id, environment, number, provider, identifier, password, status, profile, version, \
             created_at_ms, updated_at_ms FROM customers WHERE merchant_id = $1 AND environment = $2 AND id < $3 AND ",
            $where
        )
    };
}

/// Merged from the index by status, so that no customer needs a second one that has them all.
const ALL: &str = concat!(
    "SELECT id, merchant_id, environment, number, provider, identifier, password, status, profile, version, \
     created_at_ms, updated_at_ms FROM (",
    customers_where!("status = 'active' ORDER BY id DESC LIMIT $4"),
    ") AS newest UNION ALL SELECT id, merchant_id, environment, number, provider, identifier, password, status, profile, version, \
     created_at_ms, updated_at_ms FROM (",
    customers_where!("status = 'inactive' ORDER BY id DESC LIMIT $4"),
    ") AS newest UNION ALL SELECT id, merchant_id, environment, number, provider, identifier, password, status, profile, version, \
     created_at_ms, updated_at_ms FROM (",
    customers_where!("status = 'archived' ORDER BY id DESC LIMIT $4"),
    ") AS newest ORDER BY id DESC LIMIT $4",
);
const BY_STATUS: &str = customers_where!("status = $4 ORDER BY id DESC LIMIT $5");
const BY_TERM: &str = "SELECT customer_id FROM customer_terms WHERE term >= $1 AND term < $2 AND merchant_id = $3 \
    AND environment = $4 AND customer_id < $5 ORDER BY customer_id DESC LIMIT $6";

impl Store {
    /// A merchant's customers that the filter holds of, newest first: those who came before `before`, so many at the most.
    ///
    /// # Errors
    /// They cannot be read.
    pub async fn customers(
        &self,
        merchant: MerchantId,
        environment: Environment,
        filter: &CustomerFilter,
        before: Option<CustomerId>,
        limit: usize,
    ) -> Result<Vec<CustomerRow>, Fault> {
        let before = before.map_or_else(newest, |id| id.to_string());
        let most = i64::try_from(limit).unwrap_or(LONGEST_STEP).min(LONGEST_STEP);
        let environment = environment.as_str();
        if let Some(search) = &filter.search {
            return self.customers_searched((merchant, environment), filter, search, before, limit).await;
        }
        let rows = match filter.status {
            None => self.scan(ALL, params![merchant, environment, before.as_str(), most]).await?,
            Some(status) => {
                let status = status.as_str();
                self.scan(BY_STATUS, params![merchant, environment, before.as_str(), status, most]).await?
            }
        };
        rows.iter().map(customer).collect()
    }

    async fn customers_searched(
        &self,
        scope: (MerchantId, &str),
        filter: &CustomerFilter,
        search: &Search,
        mut before: String,
        limit: usize,
    ) -> Result<Vec<CustomerRow>, Fault> {
        let mut found = Vec::new();
        let mut step = i64::try_from(limit).unwrap_or(LONGEST_STEP).clamp(STEP, LONGEST_STEP);
        loop {
            let (ids, next) = self.customers_meant(scope, search, &before, step).await?;
            for id in ids {
                let Some(row) = self.customer(id).await?.filter(|row| filter.holds(row)) else { continue };
                found.push(row);
                if found.len() >= limit {
                    return Ok(found);
                }
            }
            let Some(next) = next else { return Ok(found) };
            before = next;
            step = (step * 2).min(LONGEST_STEP);
            // Others are served between two steps of a long search.
            tokio::task::yield_now().await;
        }
    }

    /// The customers who may be meant, newest first, as far down as all of them are known, and where to go on; nowhere once
    /// there are no more.
    async fn customers_meant(
        &self,
        (merchant, environment): (MerchantId, &str),
        search: &Search,
        before: &str,
        step: i64,
    ) -> Result<(Vec<CustomerId>, Option<String>), Fault> {
        let mut horizon: Option<CustomerId> = None;
        let mut ids = BTreeSet::new();
        for beginning in search.terms.iter().cloned().chain(search.rarest_word()) {
            let end = format!("{beginning}\u{10ffff}");
            let params = params![&beginning, end, merchant, environment, before, step];
            let rows = self.scan(BY_TERM, params).await?;
            let list: Vec<CustomerId> =
                rows.iter().map(|row: &Values| row.parsed(0)).collect::<Result<_, _>>()?;
            let is_full = i64::try_from(list.len()).is_ok_and(|count| count >= step);
            horizon = horizon.max(list.last().copied().filter(|_| is_full));
            ids.extend(list);
        }
        if let Some(horizon) = horizon {
            ids.retain(|id| *id >= horizon);
        }
        Ok((ids.into_iter().rev().collect(), horizon.map(|id| id.to_string())))
    }
}

/// What sorts behind every identifier.
fn newest() -> String {
    format!("{}~", CustomerId::PREFIX)
}
