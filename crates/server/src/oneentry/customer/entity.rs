//! A customer as OneEntry's clients are shown one.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::clock::rfc3339;
use crate::oneentry::form::FormValue;
use crate::store::{CustomerRow, CustomerStatus};

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

impl From<&CustomerRow> for SignUpEntity {
    fn from(customer: &CustomerRow) -> Self {
        let profile = &customer.profile;
        SignUpEntity {
            id: customer.number,
            identifier: customer.identifier.clone(),
            is_active: customer.status == CustomerStatus::Active,
            is_deleted: false,
            version: customer.version,
            created_date: rfc3339(customer.created_at_ms),
            updated_date: rfc3339(customer.updated_at_ms),
            locale: profile.locale.clone(),
            form_data: profile.form_data.clone(),
            notification_data: profile.into(),
            state: profile.state.clone(),
        }
    }
}
