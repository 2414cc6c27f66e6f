//! What was filled into the fields for signing in.

use serde_json::Value;

use crate::access::{Claim, LONGEST_IDENTIFIER, Password, is_identifier, normalized};
use crate::catalogue::{Form, FormValue, Role};
use crate::oneentry::form::filled_in;
use crate::oneentry::front_error::FrontError;

use super::Entrance;

/// What was filled into the fields for signing in.
#[derive(Debug)]
pub(crate) struct Claimed {
    /// By what the customer signs in.
    pub(crate) identifier: Option<String>,
    /// The password.
    pub(crate) password: Option<Password>,
}

impl Claimed {
    /// Reads an `authData`: a list of {marker, value}, with or without languages around it.
    ///
    /// # Errors
    /// It is no such list.
    pub(crate) fn read(form: &Form, auth_data: &Value) -> Result<Self, FrontError> {
        let shape = || FrontError::bad_request("authData is a list of {marker, value}");
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
    pub(crate) fn both(self, form: &Form) -> Result<(String, Password), FrontError> {
        self.identifier.zip(self.password).ok_or_else(|| {
            let marker = |role| form.fields.iter().find(|field| field.role == Some(role));
            let named =
                [Role::Identifier, Role::Password].map(|role| marker(role).map(|field| &*field.marker));
            let named: Vec<&str> = named.into_iter().flatten().collect();
            FrontError::bad_request(format!(
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
pub(crate) fn check_identifier(identifier: &str) -> Result<(), FrontError> {
    if is_identifier(identifier) {
        return Ok(());
    }
    let rule = format!("The identifier has at most {LONGEST_IDENTIFIER} bytes and no control characters");
    Err(FrontError::bad_request(rule))
}

impl Entrance {
    /// A claim to be the customer of that identifier here.
    pub(crate) fn claim<'a>(&'a self, identifier: &'a str) -> Claim<'a> {
        let (merchant, environment) = (self.merchant, self.environment);
        Claim { merchant, environment, provider: &self.provider.identifier, identifier }
    }
}
