//! Answers altered on their way out: the dialect writes a good answer, and a fault spoils it, at
//! the places that the vendor's manners declare. So the dialects know of no fault, and this file of
//! no vendor.

use std::str::FromStr;

use bytes::Bytes;
use guichet_gateways::{Dialect, ResponseFields, VendorResponse};
use http::StatusCode;
use serde_json::{Number, Value};

use crate::faults::FaultKind;

/// What a web server in front of a vendor says when it is in trouble.
const WEB_PAGE: &str = "<!doctype html>\n<html><head><title>Service temporarily unavailable</title></head>\n\
    <body><h1>We will be back soon</h1><p>This is a simulated fault of the sandbox.</p></body></html>\n";

/// Spoils an answer, and says whether there was anything to spoil: a pending payment has no
/// amount yet, and the fault then waits for an answer that has one.
pub(crate) fn spoil(kind: FaultKind, dialect: &dyn Dialect, answer: &mut VendorResponse) -> bool {
    let strangers = [u128::MAX, 0].map(|number| dialect.reference(number));
    spoil_at(kind, &dialect.profile().response_fields, &strangers, answer)
}

/// The same for an answer that says what it says at these places; `strangers` are references of
/// payments that there never were, of which one at least is not the answer's own.
fn spoil_at(
    kind: FaultKind,
    places: &ResponseFields,
    strangers: &[String],
    answer: &mut VendorResponse,
) -> bool {
    match kind {
        FaultKind::Html => {
            answer.content_type = "text/html; charset=utf-8";
            replace(answer, WEB_PAGE)
        }
        FaultKind::Empty => replace(answer, ""),
        FaultKind::Truncated => {
            answer.body.truncate(answer.body.len() / 2);
            true
        }
        FaultKind::WrongAmount => edit_all(answer, places.amounts, other_amount),
        FaultKind::WrongCurrency => edit_all(answer, places.currencies, |currency| {
            let other = if currency == "EUR" { "USD" } else { "EUR" };
            currency.is_string().then(|| Value::from(other))
        }),
        FaultKind::WrongEnvironment => edit_all(answer, places.environments, |sandbox| {
            sandbox.as_bool().map(|sandbox| Value::from(!sandbox))
        }),
        FaultKind::WrongReference => edit_all(answer, places.references, |reference| {
            let other = strangers.iter().find(|other| reference != *other);
            other.filter(|_| reference.is_string()).map(|other| Value::from(other.as_str()))
        }),
        // Even where the status is null: a word that nobody knows is the fault.
        FaultKind::UnknownStatus => edit_all(answer, places.statuses, |_| Some(Value::from("ON_HOLD"))),
        FaultKind::NoDetails => edit(answer, |body| {
            let mut removed = false;
            for (parent, member) in places.details {
                let parent = body.pointer_mut(parent).and_then(Value::as_object_mut);
                let details = parent.and_then(|parent| parent.remove(*member));
                removed |= details.is_some_and(|details| !details.is_null());
            }
            removed
        }),
        FaultKind::Error500
        | FaultKind::Error503
        | FaultKind::RateLimited
        | FaultKind::Unauthorised
        | FaultKind::NotFound
        | FaultKind::TimeoutBefore { .. }
        | FaultKind::TimeoutAfter { .. }
        | FaultKind::CutBefore
        | FaultKind::CutAfter
        | FaultKind::Slow { .. }
        | FaultKind::ConfirmLate { .. }
        | FaultKind::DropNotification
        | FaultKind::DuplicateNotification
        | FaultKind::ForgeSignature
        | FaultKind::LateNotification { .. } => false,
    }
}

fn replace(answer: &mut VendorResponse, body: &'static str) -> bool {
    answer.status = StatusCode::OK;
    answer.body = Bytes::from_static(body.as_bytes());
    true
}

/// One less (or one more, where one less is nothing), whether it is written as a number or as text.
fn other_amount(amount: &Value) -> Option<Value> {
    match amount {
        Value::Number(number) => {
            let other = other_decimal(&number.to_string())?;
            Number::from_str(&other).ok().map(Value::Number)
        }
        Value::String(text) => other_decimal(text).map(Value::from),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The same for decimal digits, whose fraction stays as it is: `153.00` becomes `152.00`.
fn other_decimal(text: &str) -> Option<String> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let whole = whole.parse::<i64>().ok()?;
    let other = if whole > 1 { whole - 1 } else { whole.checked_add(1)? };
    Some(fraction.map_or_else(|| other.to_string(), |fraction| format!("{other}.{fraction}")))
}

/// Changes what is found at any of the places.
fn edit_all(answer: &mut VendorResponse, places: &[&str], change: impl Fn(&Value) -> Option<Value>) -> bool {
    edit(answer, |body| {
        let mut changed = false;
        for place in places {
            if let Some(found) = body.pointer_mut(place)
                && let Some(other) = change(found)
            {
                *found = other;
                changed = true;
            }
        }
        changed
    })
}

/// Rewrites the body if it is JSON and the change finds something to change.
fn edit(answer: &mut VendorResponse, change: impl FnOnce(&mut Value) -> bool) -> bool {
    let Ok(mut body) = serde_json::from_slice::<Value>(&answer.body) else { return false };
    let changed = change(&mut body);
    if changed {
        answer.body = Bytes::from(body.to_string());
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a vendor whose answers have every place, some of them twice.
    const PLACES: ResponseFields = ResponseFields {
        amounts: &["/paid/amount", "/asked"],
        currencies: &["/paid/currency"],
        environments: &["/paid/play"],
        references: &["/ref"],
        statuses: &["/code", "/status"],
        details: &[("", "paid")],
    };

    const PAID: &str = r#"{"code":"00","paid":{"amount":"153.00","currency":"XOF","play":false},"ref":"REF7","status":"OK"}"#;
    const PENDING: &str = r#"{"code":"01","ref":"REF5","status":null}"#;

    fn answer(body: &'static str) -> VendorResponse {
        VendorResponse {
            status: StatusCode::OK,
            content_type: "application/json",
            retry_after_s: None,
            body: Bytes::from_static(body.as_bytes()),
        }
    }

    fn check(kind: FaultKind, body: &'static str, expected: Option<&str>) {
        let mut answer = answer(body);
        let strangers = ["REF5", "REF0"].map(str::to_owned);
        let spoiled = spoil_at(kind, &PLACES, &strangers, &mut answer);
        assert_eq!(spoiled, expected.is_some(), "{kind:?}");
        assert_eq!(answer.body, expected.unwrap_or(body), "{kind:?}");
    }

    #[test]
    fn each_fault_changes_its_places() {
        for (kind, from, to) in [
            (FaultKind::WrongAmount, "153.00", "152.00"),
            (FaultKind::WrongCurrency, "XOF", "EUR"),
            (FaultKind::WrongEnvironment, "false", "true"),
            (FaultKind::WrongReference, "REF7", "REF5"),
            (FaultKind::NoDetails, r#""paid":{"amount":"153.00","currency":"XOF","play":false},"#, ""),
        ] {
            check(kind, PAID, Some(&PAID.replace(from, to)));
        }
        let unknown = PAID.replace("\"OK\"", "\"ON_HOLD\"").replace("\"00\"", "\"ON_HOLD\"");
        check(FaultKind::UnknownStatus, PAID, Some(&unknown));
        check(FaultKind::WrongReference, PENDING, Some(&PENDING.replace("REF5", "REF0")));
        check(FaultKind::WrongAmount, r#"{"asked":300}"#, Some(r#"{"asked":299}"#));
        check(FaultKind::WrongAmount, r#"{"asked":0.5}"#, Some(r#"{"asked":1.5}"#));
        check(FaultKind::WrongAmount, r#"{"asked":"1"}"#, Some(r#"{"asked":"2"}"#));
        check(FaultKind::WrongAmount, r#"{"asked":"many"}"#, None);
    }

    #[test]
    fn a_pending_payment_has_no_details_to_spoil() {
        for kind in [
            FaultKind::WrongAmount,
            FaultKind::WrongCurrency,
            FaultKind::WrongEnvironment,
            FaultKind::NoDetails,
        ] {
            check(kind, PENDING, None);
        }
    }

    #[test]
    fn whole_bodies_are_replaced_or_halved() {
        check(FaultKind::Empty, PENDING, Some(""));
        check(FaultKind::Html, PENDING, Some(WEB_PAGE));
        check(FaultKind::Truncated, PENDING, Some(&PENDING[..PENDING.len() / 2]));
        check(FaultKind::WrongAmount, "not json", None);
    }
}
