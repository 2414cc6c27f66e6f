//! Who somebody says they are: the fields for signing in, and the customer that they name, if there is
//! one. Whether there is one is told to nobody before it is proved.

use guichet_core::CustomerId;
use serde_json::Value;

use crate::app::App;
use crate::oneentry::form::{FormValue, filled_in};
use crate::oneentry::project::{Form, Role};
use crate::oneentry::trouble::Trouble;
use crate::store::{CustomerRow, CustomerStatus, Fault};

use super::{Device, Entrance, Key, Password, Source, Throttle};

/// The longest identifier, in bytes; an e-mail address is no longer.
const LONGEST: usize = 254;

/// What was filled into the fields for signing in.
#[derive(Debug)]
pub(crate) struct Claimed {
    /// By what the customer signs in.
    pub(crate) identifier: Option<String>,
    /// The password.
    pub(crate) password: Option<Password>,
}

/// An identifier as it is compared: trimmed and in lower case.
pub(crate) fn normalized(identifier: &str) -> String {
    identifier.trim().to_lowercase()
}

impl Claimed {
    /// Reads an `authData`: a list of {marker, value}, with or without languages around it.
    ///
    /// # Errors
    /// It is no such list.
    pub(crate) fn read(form: &Form, auth_data: &Value) -> Result<Self, Trouble> {
        let shape = || Trouble::bad_request("authData is a list of {marker, value}");
        let filled = filled_in(auth_data).map_err(|_| shape())?;
        let identifier = text_of(form, Role::Identifier, &filled).map(|text| normalized(&text));
        Ok(Claimed {
            identifier: identifier.filter(|text| !text.is_empty()),
            password: text_of(form, Role::Password, &filled).map(Password::from),
        })
    }

    /// Both of them.
    ///
    /// # Errors
    /// One is missing; the message names the fields.
    pub(crate) fn both(self, form: &Form) -> Result<(String, Password), Trouble> {
        self.identifier.zip(self.password).ok_or_else(|| {
            let marker = |role| form.fields.iter().find(|field| field.role == Some(role));
            let named =
                [Role::Identifier, Role::Password].map(|role| marker(role).map(|field| &*field.marker));
            let named: Vec<&str> = named.into_iter().flatten().collect();
            Trouble::bad_request(format!(
                "authData needs a text for each of these markers: {}",
                named.join(", ")
            ))
        })
    }
}

/// The text in the field of that role, as it was typed; the SDK allows a number there.
fn text_of(form: &Form, role: Role, filled: &[FormValue]) -> Option<String> {
    let field = form.fields.iter().find(|field| field.role == Some(role))?;
    match &filled.iter().find(|one| one.marker == field.marker)?.value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Whether somebody may sign up by that identifier.
///
/// # Errors
/// The rule that it breaks.
pub(crate) fn check_identifier(identifier: &str) -> Result<(), Trouble> {
    if identifier.len() > LONGEST || identifier.chars().any(char::is_control) {
        let rule = format!("The identifier has at most {LONGEST} bytes and no control characters");
        return Err(Trouble::bad_request(rule));
    }
    Ok(())
}

/// Somebody who says that they are a customer.
#[derive(Debug)]
pub(crate) struct Claimant {
    /// The customer of that identifier.
    pub(crate) customer: Option<CustomerRow>,
    /// The budget of the device, when this very customer has signed in on it before: nobody behind the
    /// same address can use that up.
    own: Option<Key>,
    /// The budget of where the request comes from.
    source: Key,
    /// What is counted of the name, whether anybody has it or not; a device that is known counts for
    /// itself here too.
    pub(crate) name: Key,
}

/// What is counted of an identifier, whether anybody has it or not.
pub(crate) fn name(entrance: &Entrance, identifier: &str) -> Key {
    let (merchant, environment) = (entrance.merchant.to_string(), entrance.environment.as_str());
    Key::of(&["name", &merchant, environment, &entrance.provider.identifier, identifier])
}

/// The id of nobody.
fn nobody() -> CustomerId {
    CustomerId::new(0, [0; 10])
}

impl Claimant {
    /// Looks the customer up. As much is read whether there is one or not.
    pub(crate) async fn find(
        app: &App,
        entrance: &Entrance,
        identifier: &str,
        device: &Device,
        source: Source,
    ) -> Result<Self, Fault> {
        let (merchant, environment) = (entrance.merchant, entrance.environment);
        let provider = &entrance.provider.identifier;
        let customer = app.store().customer_called(merchant, environment, provider, identifier).await?;
        let id = customer.as_ref().map_or_else(nobody, |customer| customer.id);
        let known_device = app.store().is_known_device(id, &device.fingerprint).await?;
        let own = Key::of(&["device", &id.to_string(), &device.fingerprint]);
        let own = known_device.then_some(own);
        let name = own.unwrap_or_else(|| name(entrance, identifier));
        Ok(Claimant { customer, own, source: source.key(), name })
    }

    /// Whether this very customer, and nobody else, has signed in on the device before.
    pub(crate) fn is_on_known_device(&self) -> bool {
        self.own.is_some()
    }

    /// Charges an attempt to the device's own budget and, once that is used up, to where the request
    /// comes from: whoever guesses the name of a device uses up no more than that. What was charged can
    /// be given back.
    ///
    /// # Errors
    /// Too many came from there.
    pub(crate) fn charge(&self, throttle: &Throttle, now_ms: i64) -> Result<Key, Trouble> {
        let own = self.own.filter(|own| throttle.take(*own, now_ms).is_ok());
        match own {
            Some(own) => Ok(own),
            None => throttle.take(self.source, now_ms).map(|()| self.source).map_err(Trouble::too_many),
        }
    }

    /// The id of the customer, or of nobody.
    pub(crate) fn id(&self) -> CustomerId {
        self.customer.as_ref().map_or_else(nobody, |customer| customer.id)
    }
}

impl CustomerRow {
    /// Whether a code can be of use to the customer: not to somebody who has left.
    pub(crate) fn may_prove(&self) -> bool {
        self.status != CustomerStatus::Archived
    }
}
