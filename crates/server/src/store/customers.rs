//! Customers: the registered users of merchants' shops.

use guichet_core::{CustomerId, Environment, MerchantId};
use serde::{Deserialize, Serialize};

use crate::oneentry::FormValue;

use super::Store;
use super::orders::environment;
use super::value::{Fault, Row, params};

/// Whether a customer may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CustomerStatus {
    /// Has not proved the address yet.
    Inactive,
    /// May sign in.
    Active,
    /// Has left; what is kept is kept for the orders.
    Archived,
}

impl CustomerStatus {
    /// The word for it in the database.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            CustomerStatus::Inactive => "inactive",
            CustomerStatus::Active => "active",
            CustomerStatus::Archived => "archived",
        }
    }
}

/// What a customer filled in, and how to reach them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Profile {
    /// The form that was filled in.
    pub(crate) form: String,
    /// What was filled in; never a password.
    pub(crate) form_data: Vec<FormValue>,
    /// Where messages to them go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    /// Numbers for push messages, given back as they came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) phone_push: Vec<String>,
    /// A number for SMS, in E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) phone_sms: Option<String>,
    /// The front's own notes, such as a basket.
    #[serde(default, skip_serializing_if = "serde_json::Map::is_empty")]
    pub(crate) state: serde_json::Map<String, serde_json::Value>,
    /// The language they signed up in, such as `fr_FR`.
    #[serde(default)]
    pub(crate) locale: String,
}

/// A customer.
#[derive(Clone)]
pub(crate) struct CustomerRow {
    /// The identifier.
    pub(crate) id: CustomerId,
    /// Whose customer it is.
    pub(crate) merchant: MerchantId,
    /// Of which environment.
    pub(crate) environment: Environment,
    /// The number by which fronts know them.
    pub(crate) number: i64,
    /// The provider by which they signed up.
    pub(crate) provider: String,
    /// By what they sign in, trimmed and in lower case.
    pub(crate) identifier: String,
    /// The password's hash in PHC form.
    pub(crate) password: String,
    /// Whether they may sign in.
    pub(crate) status: CustomerStatus,
    /// What they filled in.
    pub(crate) profile: Profile,
    /// Grows by one with every change; the guard against lost updates.
    pub(crate) version: i64,
    /// When they signed up (unix ms).
    pub(crate) created_at_ms: i64,
    /// When something of this changed last (unix ms).
    pub(crate) updated_at_ms: i64,
}

impl std::fmt::Debug for CustomerRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CustomerRow({})", self.id)
    }
}

impl Store {
    /// The customer of that id.
    pub(crate) fn customer(&self, id: CustomerId) -> Result<Option<CustomerRow>, Fault> {
        const SQL: &str = "SELECT id, merchant_id, environment, number, provider, identifier, password, status, \
            profile, version, created_at_ms, updated_at_ms FROM customers WHERE id = $1";
        self.find(SQL, params![id])?.first().map(customer).transpose()
    }
}

fn customer(row: &Row) -> Result<CustomerRow, Fault> {
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
