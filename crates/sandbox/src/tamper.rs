//! Answers altered on their way out: the dialect writes a good answer, and a misbehaviour spoils it, at
//! the fields that the vendor's profile declares. So the dialects know of no misbehaviour, and this file of
//! no vendor.

use std::str::FromStr;

use bytes::Bytes;
use guichet_gateways::{Dialect, ResponseFields, VendorResponse};
use http::StatusCode;
use serde_json::{Number, Value};

use crate::misbehaviour_kind::MisbehaviourKind;

/// The page of a web server in front of a vendor that has an error.
const WEB_PAGE: &str = "<!doctype html>\n<html><head><title>Service temporarily unavailable</title></head>\n\
    <body><h1>We will be back soon</h1><p>This is a simulated fault of the sandbox.</p></body></html>\n";

/// Spoils an answer; false when there was nothing to spoil: a pending payment has no
/// amount yet, and the misbehaviour then waits for an answer that has one.
pub(crate) fn spoil(kind: MisbehaviourKind, dialect: &dyn Dialect, answer: &mut VendorResponse) -> bool {
    let strangers = [u128::MAX, 0].map(|number| dialect.reference(number));
    spoil_at(kind, &dialect.profile().response_fields, &strangers, answer)
}

/// The same for an answer with these fields; `strangers` are references of
/// payments that there never were, of which one at least is not the answer's own.
fn spoil_at(
    kind: MisbehaviourKind,
    fields: &ResponseFields,
    strangers: &[String],
    answer: &mut VendorResponse,
) -> bool {
    match kind {
        MisbehaviourKind::Html => {
            answer.content_type = "text/html; charset=utf-8";
            replace(answer, WEB_PAGE)
        }
        MisbehaviourKind::Empty => replace(answer, ""),
        MisbehaviourKind::Truncated => {
            answer.body.truncate(answer.body.len() / 2);
            true
        }
        MisbehaviourKind::WrongAmount => edit_all(answer, fields.amounts, other_amount),
        MisbehaviourKind::WrongCurrency => edit_all(answer, fields.currencies, |currency| {
            let other = if currency == "EUR" { "USD" } else { "EUR" };
            currency.is_string().then(|| Value::from(other))
        }),
        MisbehaviourKind::WrongEnvironment => edit_all(answer, fields.environments, |sandbox| {
            sandbox.as_bool().map(|sandbox| Value::from(!sandbox))
        }),
        MisbehaviourKind::WrongReference => edit_all(answer, fields.references, |reference| {
            let other = strangers.iter().find(|other| reference != *other);
            other.filter(|_| reference.is_string()).map(|other| Value::from(other.as_str()))
        }),
        // Even where the status is null: an unlisted word is the misbehaviour.
        MisbehaviourKind::UnknownStatus => {
            edit_all(answer, fields.statuses, |_| Some(Value::from("ON_HOLD")))
        }
        MisbehaviourKind::NoDetails => edit(answer, |body| without_details(fields, body)),
        MisbehaviourKind::LooksPaid => edit(answer, |body| looking_paid(fields, body)),
        MisbehaviourKind::Error500
        | MisbehaviourKind::Error503
        | MisbehaviourKind::RateLimited
        | MisbehaviourKind::Unauthorised
        | MisbehaviourKind::NotFound
        | MisbehaviourKind::TimeoutBefore { .. }
        | MisbehaviourKind::TimeoutAfter { .. }
        | MisbehaviourKind::CutBefore
        | MisbehaviourKind::CutAfter
        | MisbehaviourKind::Slow { .. }
        | MisbehaviourKind::ConfirmLate { .. }
        | MisbehaviourKind::DropNotification
        | MisbehaviourKind::DuplicateNotification
        | MisbehaviourKind::ForgeSignature
        | MisbehaviourKind::NotificationLooksPaid
        | MisbehaviourKind::LateNotification { .. } => false,
    }
}

/// The body of a notification, changed so that it looks paid and says nothing more; `None` where it cannot.
pub(crate) fn notification_looking_paid(fields: &ResponseFields, body: &[u8]) -> Option<Bytes> {
    let mut body = serde_json::from_slice::<Value>(body).ok()?;
    let changed = looking_paid(fields, &mut body);
    let _whether_there_were_any = without_details(fields, &mut body);
    changed.then(|| Bytes::from(body.to_string()))
}

fn without_details(fields: &ResponseFields, body: &mut Value) -> bool {
    let mut removed = false;
    for (parent, member) in fields.details {
        let parent = body.pointer_mut(parent).and_then(Value::as_object_mut);
        let details = parent.and_then(|parent| parent.remove(*member));
        removed |= details.is_some_and(|details| !details.is_null());
    }
    removed
}

fn looking_paid(fields: &ResponseFields, body: &mut Value) -> bool {
    let mut changed = false;
    for (pointer, word) in fields.premature {
        if let Some(found) = body.pointer_mut(pointer).filter(|found| *found != word) {
            *found = Value::from(*word);
            changed = true;
        }
    }
    changed
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

/// Changes the values at all of these JSON pointers.
fn edit_all(answer: &mut VendorResponse, fields: &[&str], change: impl Fn(&Value) -> Option<Value>) -> bool {
    edit(answer, |body| {
        let mut changed = false;
        for pointer in fields {
            if let Some(found) = body.pointer_mut(pointer)
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

    /// Of a vendor whose answers have every field, some of them twice.
    const FIELDS: ResponseFields = ResponseFields {
        amounts: &["/paid/amount", "/asked"],
        currencies: &["/paid/currency"],
        environments: &["/paid/play"],
        references: &["/ref"],
        statuses: &["/code", "/status"],
        details: &[("", "paid")],
        premature: &[("/code", "00"), ("/status", "OK")],
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

    fn check(kind: MisbehaviourKind, body: &'static str, expected: Option<&str>) {
        let mut answer = answer(body);
        let strangers = ["REF5", "REF0"].map(str::to_owned);
        let spoiled = spoil_at(kind, &FIELDS, &strangers, &mut answer);
        assert_eq!(spoiled, expected.is_some(), "{kind:?}");
        assert_eq!(answer.body, expected.unwrap_or(body), "{kind:?}");
    }

    #[test]
    fn each_fault_changes_its_places() {
        for (kind, from, to) in [
            (MisbehaviourKind::WrongAmount, "153.00", "152.00"),
            (MisbehaviourKind::WrongCurrency, "XOF", "EUR"),
            (MisbehaviourKind::WrongEnvironment, "false", "true"),
            (MisbehaviourKind::WrongReference, "REF7", "REF5"),
            (MisbehaviourKind::NoDetails, r#""paid":{"amount":"153.00","currency":"XOF","play":false},"#, ""),
        ] {
            check(kind, PAID, Some(&PAID.replace(from, to)));
        }
        let unknown = PAID.replace("\"OK\"", "\"ON_HOLD\"").replace("\"00\"", "\"ON_HOLD\"");
        check(MisbehaviourKind::UnknownStatus, PAID, Some(&unknown));
        check(MisbehaviourKind::WrongReference, PENDING, Some(&PENDING.replace("REF5", "REF0")));
        check(MisbehaviourKind::WrongAmount, r#"{"asked":300}"#, Some(r#"{"asked":299}"#));
        check(MisbehaviourKind::WrongAmount, r#"{"asked":0.5}"#, Some(r#"{"asked":1.5}"#));
        check(MisbehaviourKind::WrongAmount, r#"{"asked":"1"}"#, Some(r#"{"asked":"2"}"#));
        check(MisbehaviourKind::WrongAmount, r#"{"asked":"many"}"#, None);
    }

    #[test]
    fn what_is_not_paid_looks_so() {
        check(
            MisbehaviourKind::LooksPaid,
            PENDING,
            Some(&PENDING.replace("\"01\"", "\"00\"").replace("null", "\"OK\"")),
        );
        check(MisbehaviourKind::LooksPaid, PAID, None);
        let failed = PAID.replace("\"OK\"", "\"NO\"");
        let told = notification_looking_paid(&FIELDS, failed.as_bytes()).expect("it is changed");
        assert_eq!(told, r#"{"code":"00","ref":"REF7","status":"OK"}"#);
        assert_eq!(notification_looking_paid(&FIELDS, PAID.as_bytes()), None);
        assert_eq!(notification_looking_paid(&FIELDS, b"cpm_trans_id=1"), None);
    }

    #[test]
    fn a_pending_payment_has_no_details_to_spoil() {
        for kind in [
            MisbehaviourKind::WrongAmount,
            MisbehaviourKind::WrongCurrency,
            MisbehaviourKind::WrongEnvironment,
            MisbehaviourKind::NoDetails,
        ] {
            check(kind, PENDING, None);
        }
    }

    #[test]
    fn whole_bodies_are_replaced_or_halved() {
        check(MisbehaviourKind::Empty, PENDING, Some(""));
        check(MisbehaviourKind::Html, PENDING, Some(WEB_PAGE));
        check(MisbehaviourKind::Truncated, PENDING, Some(&PENDING[..PENDING.len() / 2]));
        check(MisbehaviourKind::WrongAmount, "not json", None);
    }
}
