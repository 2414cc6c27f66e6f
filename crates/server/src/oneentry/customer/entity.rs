//! A customer as OneEntry's clients are shown one.

use guichet_core::{Currency, Money};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::catalogue::FormValue;
use crate::clock::rfc3339;
use crate::store::{CustomerRow, CustomerStatus, Profile};

use super::contact::ShownContact;

/// OneEntry's `ISignUpEntity`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignUpEntity {
    id: i64,
    identifier: String,
    is_active: bool,
    is_deleted: bool,
    version: i64,
    created_date: String,
    updated_date: String,
    locale: String,
    form_data: Vec<FormValue>,
    notification_data: ShownContact,
    state: Map<String, Value>,
}

impl From<CustomerRow> for SignUpEntity {
    fn from(customer: CustomerRow) -> Self {
        let notification_data = ShownContact::from(&customer.profile);
        let Profile { form_data, state, locale, .. } = customer.profile;
        SignUpEntity {
            id: customer.number,
            identifier: customer.identifier,
            is_active: customer.status == CustomerStatus::Active,
            is_deleted: false,
            version: customer.version,
            created_date: rfc3339(customer.created_at_ms),
            updated_date: rfc3339(customer.updated_at_ms),
            locale,
            form_data,
            notification_data,
            state,
        }
    }
}

/// OneEntry's `IUserEntity`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserEntity {
    id: i64,
    identifier: String,
    auth_provider_identifier: String,
    form_identifier: String,
    form_data: Vec<FormValue>,
    notification_data: ShownContact,
    /// What the paid orders come to, as a decimal text.
    total: String,
    /// Guichet has no groups of customers.
    groups: [i64; 0],
    state: Map<String, Value>,
    locale: String,
}

impl UserEntity {
    /// A customer whose paid orders come to that, in minor units of the project's currency.
    pub(crate) fn new(customer: CustomerRow, spent_minor: i64, currency: Currency) -> Self {
        let notification_data = ShownContact::from(&customer.profile);
        let Profile { form, form_data, state, locale, .. } = customer.profile;
        UserEntity {
            id: customer.number,
            identifier: customer.identifier,
            auth_provider_identifier: customer.provider,
            form_identifier: form,
            form_data,
            notification_data,
            total: Money::new(spent_minor, currency).decimal(),
            groups: [],
            state,
            locale,
        }
    }
}
