//! `POST /users-auth-providers/marker/{marker}/users/change-password`: a new password, by a code.

use axum::Json;
use axum::extract::State;
use http::HeaderMap;
use serde::Deserialize;
use serde_json::Value;

use crate::access::{Password, Source, normalized};
use crate::oneentry::body::Body;
use crate::oneentry::customer::{Device, Entrance, TypedCode, wrong_code};
use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::signed_in::SignedIn;
use crate::store::{CommitError, CustomerStatus, Guard, close_logins, update_customer, use_up_code};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PasswordChange {
    user_identifier: String,
    /// Older SDKs send none.
    #[serde(default)]
    event_identifier: Option<String>,
    #[serde(default, rename = "type")]
    kind: Value,
    code: TypedCode,
    password1: String,
    #[serde(default)]
    password2: Option<String>,
}

/// Every login ends, because somebody may have known the old password; but whoever changes it while
/// signed in stays so. The code proves the address as well, so the customer is active afterwards.
pub(super) async fn change_password(
    State(front): State<Front>,
    entrance: Entrance,
    source: Source,
    headers: HeaderMap,
    Body(sent): Body<PasswordChange>,
) -> Result<Json<bool>, FrontError> {
    let (identifier, device) = (normalized(&sent.user_identifier), Device::any(&headers));
    let recovers = sent.recovers()?;
    let (event, code) = (sent.event_identifier.clone(), &sent.code);
    let access = &front.access;
    let claimant = access.claimant(entrance.claim(&identifier), &device.fingerprint, source).await?;
    let password = chosen(sent.password1, sent.password2)?;
    let found = access.right_code(claimant, event.as_deref(), &code.0).await?;
    let (mut customer, code) = found.ok_or_else(wrong_code)?;
    customer.password = access.hash(password).await?;
    customer.status = CustomerStatus::Active;
    let own = SignedIn::by_token(&front, entrance.visitor, &headers).await.ok();
    let own = own.filter(|own| !recovers && own.customer.id == customer.id).map(|own| own.login);
    let mut writes = vec![use_up_code(&code), update_customer(&customer, front.clock().now_ms())];
    writes.extend(close_logins(customer.id, own));
    match front.store().commit(writes).await {
        Ok(()) => Ok(Json(true)),
        Err(CommitError::Conflict(Guard::Row)) => Err(wrong_code()),
        Err(error) => Err(error.into()),
    }
}

impl PasswordChange {
    /// Whether a forgotten password is replaced (2, which is also meant when nothing is said), and not
    /// a known one changed (1).
    fn recovers(&self) -> Result<bool, FrontError> {
        match &self.kind {
            Value::Null => Ok(true),
            Value::Number(number) if number.as_i64() == Some(1) => Ok(false),
            Value::Number(number) if number.as_i64() == Some(2) => Ok(true),
            Value::String(text) if text == "1" => Ok(false),
            Value::String(text) if text == "2" => Ok(true),
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
                Err(FrontError::bad_request("type is 1 to change a password, or 2 to recover one"))
            }
        }
    }
}

fn chosen(password: String, repeated: Option<String>) -> Result<Password, FrontError> {
    let password = Password::from(password);
    if repeated.map(Password::from).is_some_and(|repeated| !repeated.is(&password)) {
        return Err(FrontError::bad_request("password1 and password2 are not the same"));
    }
    password.check()?;
    Ok(password)
}
