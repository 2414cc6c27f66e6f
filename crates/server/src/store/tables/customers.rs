//! Customers: the registered users of merchants' shops.

use std::collections::BTreeSet;

use guichet_core::{CustomerId, Environment, MerchantId};
use serde::{Deserialize, Serialize};

use crate::catalogue::FormValue;

use super::orders::environment;
use crate::store::Store;
use crate::store::engine::value::{Values, params};
use crate::store::engine::{Fault, Guard, Write};
use crate::store::search::{Findable, terms_of_customer};

/// Whether a customer may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CustomerStatus {
    /// Has not proved the address yet.
    Inactive,
    /// May sign in.
    Active,
    /// Has left; what is kept is kept for the orders.
    Archived,
}

impl CustomerStatus {
    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            CustomerStatus::Inactive => "inactive",
            CustomerStatus::Active => "active",
            CustomerStatus::Archived => "archived",
        }
    }

    /// Every status.
    pub const ALL: [CustomerStatus; 3] =
        [CustomerStatus::Active, CustomerStatus::Inactive, CustomerStatus::Archived];

    /// The status of that word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// What a customer filled in, and how to reach them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// The form that was filled in.
    pub form: String,
    /// What was filled in; never a password.
    pub form_data: Vec<FormValue>,
    /// The name, as the form's roles tell it; empty where they tell none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Where messages to them go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Numbers for push messages, given back as they came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phone_push: Vec<String>,
    /// A number for SMS, in E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone_sms: Option<String>,
    /// The front's own notes, such as a basket.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub state: serde_json::Map<String, serde_json::Value>,
    /// The language they signed up in, such as `fr_FR`.
    #[serde(default)]
    pub locale: String,
}

/// A customer.
#[derive(Clone)]
pub struct CustomerRow {
    /// The identifier.
    pub id: CustomerId,
    /// Whose customer it is.
    pub merchant: MerchantId,
    /// Of which environment.
    pub environment: Environment,
    /// The number by which fronts know them.
    pub number: i64,
    /// The provider by which they signed up.
    pub provider: String,
    /// By what they sign in, trimmed and in lower case.
    pub identifier: String,
    /// The password's hash in PHC form.
    pub password: String,
    /// Whether they may sign in.
    pub status: CustomerStatus,
    /// What they filled in.
    pub profile: Profile,
    /// Grows by one with every change; the guard against lost updates.
    pub version: i64,
    /// When they signed up (unix ms).
    pub created_at_ms: i64,
    /// When something of this changed last (unix ms).
    pub updated_at_ms: i64,
}

impl std::fmt::Debug for CustomerRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CustomerRow({})", self.id)
    }
}

impl CustomerRow {
    /// What the customer is found by.
    pub(super) fn terms(&self) -> BTreeSet<String> {
        terms_of_customer(Findable {
            identifier: &self.identifier,
            name: &self.profile.name,
            email: self.profile.email.as_deref(),
            phone: self.profile.phone_sms.as_deref(),
        })
    }
}

impl Store {
    /// The customer of that id.
    pub async fn customer(&self, id: CustomerId) -> Result<Option<CustomerRow>, Fault> {
        const SQL: &str = "SELECT id, merchant_id, environment, number, provider, identifier, password, status, \
            profile, version, created_at_ms, updated_at_ms FROM customers WHERE id = $1";
        self.find(SQL, params![id]).await?.first().map(customer).transpose()
    }

    /// The customer who signs in by that identifier at a provider.
    pub async fn customer_called(
        &self,
        merchant: MerchantId,
        environment: Environment,
        provider: &str,
        identifier: &str,
    ) -> Result<Option<CustomerRow>, Fault> {
        const SQL: &str = "SELECT id, merchant_id, environment, number, provider, identifier, password, status, \
            profile, version, created_at_ms, updated_at_ms FROM customers \
            WHERE merchant_id = $1 AND environment = $2 AND provider = $3 AND identifier = $4";
        let called = params![merchant, environment.as_str(), provider, identifier];
        self.find(SQL, called).await?.first().map(customer).transpose()
    }

    /// What the customer's paid orders in that currency come to, in minor units.
    pub async fn spent(&self, customer: CustomerId, currency: &str) -> Result<i64, Fault> {
        const SQL: &str = "SELECT CAST(COALESCE(SUM(orders.amount_minor), 0) AS BIGINT) FROM purchases \
            JOIN orders ON orders.shard = purchases.shard AND orders.id = purchases.order_id \
            WHERE purchases.customer_id = $1 AND orders.currency = $2 \
            AND orders.status IN ('paid', 'fulfilled')";
        self.scan(SQL, params![customer, currency]).await?.first().map_or(Ok(0), |row| row.int(0))
    }
}

/// Makes a customer; guarded by [`Guard::Row`], in case the identifier is taken.
pub fn insert(customer: &CustomerRow) -> Vec<Write> {
    const SQL: &str = "INSERT INTO customers (id, merchant_id, environment, number, provider, identifier, \
        password, status, profile, version, created_at_ms, updated_at_ms) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING";
    let row = params![
        customer.id,
        customer.merchant,
        customer.environment.as_str(),
        customer.number,
        customer.provider.as_str(),
        customer.identifier.as_str(),
        customer.password.as_str(),
        customer.status.as_str(),
        serde_json::to_string(&customer.profile).unwrap_or_default(),
        customer.version,
        customer.created_at_ms,
        customer.updated_at_ms,
    ];
    let mut writes = vec![Write::guarded(SQL, row, Guard::Row)];
    writes.extend(find_by(customer, &BTreeSet::new()));
    writes
}

/// What the customer is found by from now on who was found by those terms; belongs with [`insert`] or [`update`].
fn find_by(customer: &CustomerRow, old: &BTreeSet<String>) -> Vec<Write> {
    const ADD: &str = "INSERT INTO customer_terms (term, merchant_id, environment, customer_id) \
        VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    const REMOVE: &str = "DELETE FROM customer_terms WHERE term = $1 AND merchant_id = $2 AND environment = $3 \
        AND customer_id = $4";
    let new = customer.terms();
    let row = |term: &String| params![term, customer.merchant, customer.environment.as_str(), customer.id];
    let added = new.difference(old).map(|term| Write::new(ADD, row(term)));
    let removed = old.difference(&new).map(|term| Write::new(REMOVE, row(term)));
    added.chain(removed).collect()
}

/// The same as [`update`] where what a customer is found by may have changed since `before`.
pub fn revise(customer: &CustomerRow, before: &CustomerRow, now_ms: i64) -> Vec<Write> {
    let mut writes = vec![update(customer, now_ms)];
    writes.extend(find_by(customer, &before.terms()));
    writes
}

/// Changes a customer who was read at `version`, which grows by one, and is found by the same as before; guarded by
/// [`Guard::Row`].
pub fn update(customer: &CustomerRow, now_ms: i64) -> Write {
    const SQL: &str = "UPDATE customers SET identifier = $1, password = $2, status = $3, profile = $4, \
        version = version + 1, updated_at_ms = $5 WHERE id = $6 AND version = $7";
    let row = params![
        customer.identifier.as_str(),
        customer.password.as_str(),
        customer.status.as_str(),
        serde_json::to_string(&customer.profile).unwrap_or_default(),
        now_ms,
        customer.id,
        customer.version,
    ];
    Write::guarded(SQL, row, Guard::Row)
}

/// A write that changes nothing of anybody and takes as long as one that does: for what is asked about
/// somebody who is not registered, so that the time it takes does not tell. It counts, because an
/// engine may leave out a write that changes nothing at all.
pub fn dummy_write() -> Write {
    Write::new("UPDATE revisions SET number = number + 1 WHERE name = 'nobody'", params![])
}

pub(super) fn customer(row: &Values) -> Result<CustomerRow, Fault> {
    Ok(CustomerRow {
        id: row.parsed(0)?,
        merchant: row.parsed(1)?,
        environment: environment(row.text(2)?)?,
        number: row.int(3)?,
        provider: row.text(4)?.to_owned(),
        identifier: row.text(5)?.to_owned(),
        password: row.text(6)?.to_owned(),
        status: match row.text(7)? {
            "active" => CustomerStatus::Active,
            "archived" => CustomerStatus::Archived,
            _ => CustomerStatus::Inactive,
        },
        profile: row.json(8)?,
        version: row.int(9)?,
        created_at_ms: row.int(10)?,
        updated_at_ms: row.int(11)?,
    })
}
