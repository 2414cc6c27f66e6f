//! What the list of customers is narrowed to, and what it reads.

use guichet_core::CustomerId;
use jiff::tz::TimeZone;
use serde::Deserialize;

use crate::office::Office;
use crate::office::answer::Trouble;
use crate::office::orders::clocks;
use crate::office::visitor::Visitor;
use crate::store::{CustomerFilter, CustomerRow, CustomerStatus, Search, SearchIn};

/// How many customers a page has.
const PAGE: usize = 25;

/// What is asked for; every part may be empty, as forms send it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// A name, an e-mail address, a phone number or a login.
    pub(super) q: String,
    /// A status by its word; all of them where nothing is said.
    pub(super) status: String,
    /// The last customer of the page before.
    pub(super) before: String,
}

/// A page of the list.
#[derive(Debug)]
pub(super) struct Found {
    /// The customers, newest first.
    pub(super) customers: Vec<CustomerRow>,
    /// Whether there are older ones.
    pub(super) has_more: bool,
    /// The clocks by which the list is told.
    pub(super) zone: TimeZone,
    /// What is searched for means nothing.
    pub(super) is_meaningless: bool,
}

impl Asked {
    /// The same as a query, with that status, and going on behind that customer where one is named.
    pub(super) fn query(&self, status: &str, before: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("q", self.q.as_str()), ("status", status), ("before", before)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }

    fn filter(&self) -> Result<CustomerFilter, Trouble> {
        let status = match self.status.as_str() {
            "" => None,
            word => Some(CustomerStatus::of(word).ok_or(Trouble::BadField("status"))?),
        };
        Ok(CustomerFilter { status, search: Search::read(&self.q, SearchIn::Payer) })
    }
}

/// Reads a page.
pub(super) async fn read(office: &Office, visitor: &Visitor, asked: &Asked) -> Result<Found, Trouble> {
    let zone = clocks(visitor, office.app.clock().now_ms());
    let before: Option<CustomerId> = match asked.before.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|_| Trouble::BadField("before"))?),
    };
    let filter = asked.filter()?;
    // Somebody who types a letter too few sees an empty list, and why.
    let is_meaningless = !asked.q.trim().is_empty() && filter.search.is_none();
    let mut customers: Vec<CustomerRow> = Vec::new();
    for shop in visitor.shops().iter().filter(|_| !is_meaningless) {
        let store = office.app.store();
        customers.extend(store.customers(*shop, visitor.environment(), &filter, before, PAGE + 1).await?);
    }
    customers.sort_by_key(|customer| std::cmp::Reverse(customer.id));
    let has_more = customers.len() > PAGE;
    customers.truncate(PAGE);
    Ok(Found { customers, has_more, zone, is_meaningless })
}
