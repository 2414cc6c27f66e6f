//! `PUT /users/me`: the customer changes something of themselves.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::access::{Source, leaving};
use crate::catalogue::Form;
use crate::catalogue::FormValue;
use crate::oneentry::body::Body;
use crate::oneentry::customer::{Claimed, Contact, Entrance};
use crate::oneentry::form::filled_in;
use crate::oneentry::front::Front;
use crate::oneentry::front_error::FrontError;
use crate::oneentry::signed_in::SignedIn;
use crate::store::{CommitError, CustomerRow, CustomerStatus, Guard, close_logins, revise_customer};

use super::ATTEMPTS;

/// The most that a front may note of a customer, in bytes of JSON.
const LARGEST_STATE: usize = 8 * 1024;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Update {
    #[serde(default)]
    form_identifier: Option<String>,
    #[serde(default)]
    auth_data: Value,
    #[serde(default)]
    form_data: Value,
    #[serde(default)]
    notification_data: Option<Contact>,
    #[serde(default)]
    state: Option<Map<String, Value>>,
}

/// What is left out stays as it is. A password in `authData` is the new one; the other logins end.
pub(super) async fn update_me(
    State(front): State<Front>,
    signed_in: SignedIn,
    source: Source,
    Body(sent): Body<Update>,
) -> Result<Json<bool>, FrontError> {
    let entrance = Entrance::of(signed_in.visitor.clone(), &signed_in.customer.provider)?;
    let Update { form_identifier, auth_data, form_data, notification_data, state } = sent;
    if form_identifier.is_some_and(|identifier| identifier != entrance.form.identifier) {
        let rule = format!("formIdentifier must be '{}'", entrance.form.identifier);
        return Err(FrontError::bad_request(rule));
    }
    let Claimed { identifier, password } = Claimed::read(&entrance.form, &auth_data)?;
    if identifier.is_some_and(|identifier| identifier != signed_in.customer.identifier) {
        return Err(FrontError::bad_request("The identifier by which a customer signs in cannot be changed"));
    }
    if state.as_ref().is_some_and(|state| Value::from(state.clone()).to_string().len() > LARGEST_STATE) {
        return Err(FrontError::bad_request(format!("state has at most {LARGEST_STATE} bytes of JSON")));
    }
    let password = match password {
        Some(password) => {
            password.check()?;
            front.access.limits().hashes.take(source.key(), front.clock().now_ms())?;
            Some(front.access.hash(password).await?)
        }
        None => None,
    };
    let filled = filled_in(&form_data)?;
    let ends_others = password.is_some();
    let home = entrance.home(&front);
    let apply = |customer: &mut CustomerRow| {
        if !filled.is_empty() {
            customer.profile.form_data = merged(&entrance.form, &customer.profile.form_data, &filled)?;
            customer.profile.name = entrance.form.name_of(&customer.profile.form_data);
        }
        if let Some(contact) = notification_data.clone() {
            contact.write_to(&mut customer.profile, home.as_deref())?;
        }
        if let Some(state) = &state {
            customer.profile.state.clone_from(state);
        }
        if let Some(password) = &password {
            customer.password.clone_from(password);
        }
        Ok(())
    };
    change(&front, signed_in, apply, ends_others).await
}

/// What was filled in before, with what is filled in now in its place.
fn merged(form: &Form, before: &[FormValue], now: &[FormValue]) -> Result<Vec<FormValue>, FrontError> {
    let stays = |one: &&FormValue| !now.iter().any(|new| new.marker == one.marker);
    form.check(now.iter().chain(before.iter().filter(stays)).cloned().collect())
}

/// Changes the customer who asks, again when somebody else did meanwhile. Other logins end with it when
/// asked for; all of them, and all that is remembered, when the customer leaves by it.
pub(super) async fn change(
    front: &Front,
    signed_in: SignedIn,
    apply: impl Fn(&mut CustomerRow) -> Result<(), FrontError>,
    ends_logins: bool,
) -> Result<Json<bool>, FrontError> {
    let id = signed_in.customer.id;
    let mut customer = signed_in.customer;
    for _ in 0..ATTEMPTS {
        let before = customer.clone();
        apply(&mut customer)?;
        let mut writes = revise_customer(&customer, &before, front.clock().now_ms());
        match customer.status {
            CustomerStatus::Archived => writes.extend(leaving(id)),
            CustomerStatus::Active | CustomerStatus::Inactive if ends_logins => {
                writes.extend(close_logins(id, Some(signed_in.login)));
            }
            CustomerStatus::Active | CustomerStatus::Inactive => {}
        }
        match front.store().commit(writes).await {
            Ok(()) => return Ok(Json(true)),
            Err(CommitError::Conflict(Guard::Row)) => {}
            Err(error) => return Err(error.into()),
        }
        let again = front.store().customer(id).await?.filter(|known| known.status == CustomerStatus::Active);
        customer = again.ok_or_else(FrontError::unauthorized)?;
    }
    Err(CommitError::Overloaded.into())
}
