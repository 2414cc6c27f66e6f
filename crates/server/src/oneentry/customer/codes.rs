//! Codes: a few digits that go to a customer's address and prove, when they come back, that it is
//! theirs. Whether there is such a customer shows neither in an answer nor in the time it takes.

use data_encoding::HEXLOWER;
use guichet_core::CustomerId;
use hmac::Mac;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::app::App;
use crate::oneentry::project::Provider;
use crate::oneentry::trouble::Trouble;
use crate::random;
use crate::store::{CodeRow, CommitError, CustomerRow, Guard, as_if, count_try, put_code, uncount_try};

use super::{Claimant, Entrance, Tidings, Unhurried, tell};

/// So many wrong tries void a code; on devices on which the customer has signed in before it may be
/// tried as often again, so that nobody else can take the code from them.
const MOST_TRIES: i64 = 10;

/// The longest word for an event, in characters.
const LONGEST_EVENT: usize = 100;

/// The event of the code that is sent at a sign-up, by OneEntry's own name for it.
pub(crate) const REGISTRATION: &str = "user_registration";

/// A code as it was typed.
pub(crate) struct TypedCode(String);

impl<'de> Deserialize<'de> for TypedCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(TypedCode(text.trim().to_owned())),
            Value::Number(number) => Ok(TypedCode(number.to_string())),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                Err(serde::de::Error::custom("expected a text of digits"))
            }
        }
    }
}

/// Whether that can be a front's word for an event.
///
/// # Errors
/// The rule that it breaks.
pub(crate) fn check_event(event: &str) -> Result<(), Trouble> {
    if event.is_empty() || event.chars().count() > LONGEST_EVENT || event.chars().any(char::is_control) {
        let rule = format!("eventIdentifier is a text of 1 to {LONGEST_EVENT} characters");
        return Err(Trouble::bad_request(rule));
    }
    Ok(())
}

/// A new code for a customer: what is kept of it, and what the customer is told.
pub(crate) fn new_code(
    app: &App,
    customer: &CustomerRow,
    provider: &Provider,
    event: &str,
) -> (CodeRow, Tidings) {
    let (code, now_ms) = (random::digits(provider.code_length), app.clock().now_ms());
    let row = CodeRow {
        customer: customer.id,
        event: event.to_owned(),
        hash: hash(app, customer.id, &code),
        attempts: 0,
        created_at_ms: now_ms,
        expires_at_ms: now_ms + provider.code_ttl * 1000,
    };
    (row, Tidings::Code(code, provider.code_ttl))
}

fn hash(app: &App, customer: CustomerId, code: &str) -> String {
    let mut mac = app.doorkeeper().codes.clone();
    mac.update(customer.to_string().as_bytes());
    mac.update(code.as_bytes());
    HEXLOWER.encode(&mac.finalize().into_bytes())
}

/// The customer and the code, when that is the right one for that event (or for any, when none is
/// named). A try is counted before it is compared, so that tries at the same time cannot get past the
/// bound.
///
/// # Errors
/// Too many wrong codes came from there.
pub(crate) async fn right_code(
    app: &App,
    claimant: Claimant,
    event: Option<&str>,
    typed: &TypedCode,
) -> Result<Option<(CustomerRow, CodeRow)>, Trouble> {
    let (doorkeeper, now_ms) = (app.doorkeeper(), app.clock().now_ms());
    let charged = claimant.charge(&doorkeeper.wrong_codes, now_ms)?;
    let unhurried = Unhurried::begin(app);
    let id = claimant.id();
    let most = if claimant.is_on_known_device() { 2 * MOST_TRIES } else { MOST_TRIES };
    let may_be_tried = |code: &CodeRow| {
        let in_time = now_ms < code.expires_at_ms && event.is_none_or(|event| event == code.event);
        in_time && code.attempts < most
    };
    let code = app.store().code_of(id).await?.filter(may_be_tried);
    let typed = hash(app, id, &typed.0);
    let counted = code.as_ref().map_or_else(as_if, |code| count_try(code, most));
    let may_be = match app.store().commit(vec![counted]).await {
        Ok(()) => true,
        // Others used up the tries, or the code, in this very moment.
        Err(CommitError::Conflict(Guard::Row)) => {
            app.store().commit(vec![as_if()]).await?;
            false
        }
        Err(error) => return Err(error.into()),
    };
    let found = claimant.customer.zip(code);
    let found = found.filter(|(_, code)| may_be && random::same(&typed, &code.hash));
    let Some((_, code)) = &found else {
        unhurried.end().await;
        return Ok(None);
    };
    doorkeeper.wrong_codes.give_back(charged);
    app.store().commit(vec![uncount_try(code)]).await?;
    Ok(found)
}

/// What everybody is told whose code is not right, whatever the reason.
pub(crate) fn wrong_code() -> Trouble {
    Trouble::bad_request("The code is wrong or has expired")
}

/// Makes a code for whoever was asked about, if there is anybody who can use one.
pub(crate) async fn send_code(
    app: &App,
    entrance: &Entrance,
    claimant: Claimant,
    event: &str,
) -> Result<(), Trouble> {
    let unhurried = Unhurried::begin(app);
    if let Some(customer) = claimant.customer.filter(CustomerRow::may_prove) {
        let (code, tidings) = new_code(app, &customer, &entrance.provider, event);
        app.store().commit(vec![put_code(&code)]).await?;
        tell(app, &customer, tidings);
    } else {
        app.store().commit(vec![as_if()]).await?;
    }
    unhurried.end().await;
    Ok(())
}
