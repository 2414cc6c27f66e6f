//! Answers altered on their way out: the dialect writes a good answer, and a fault spoils it. The
//! places are JSON pointers into the vendors' documented answers, so the dialects know of no fault.

use bytes::Bytes;
use guichet_gateways::VendorResponse;
use http::StatusCode;
use serde_json::Value;

use crate::faults::FaultKind;

/// What a web server in front of a vendor says when it is in trouble.
const WEB_PAGE: &str = "<!doctype html>\n<html><head><title>Service temporarily unavailable</title></head>\n\
    <body><h1>We will be back soon</h1><p>This is a simulated fault of the sandbox.</p></body></html>\n";

/// Where the vendors' answers name an amount.
const AMOUNTS: &[&str] = &["/data/transactionDetails/amount", "/data/paymentLink/productInfo/amount"];
/// Where they name a currency.
const CURRENCIES: &[&str] = &["/data/transactionDetails/currency"];
/// Where they say whether it is play money.
const ENVIRONMENTS: &[&str] = &["/data/transactionDetails/isSandbox", "/data/paymentLink/isSandbox"];
/// Where they name the payment.
const REFERENCES: &[&str] = &["/data/paymentRef", "/data/paymentLink/ref"];
/// Where they say how it stands.
const STATUSES: &[&str] = &["/data/status"];
/// Where they give details: the object, and its member.
const DETAILS: &[(&str, &str)] = &[("/data", "transactionDetails")];

/// Spoils an answer, and says whether there was anything to spoil: a pending payment has no
/// amount yet, and the fault then waits for an answer that has one.
pub(crate) fn spoil(kind: FaultKind, answer: &mut VendorResponse) -> bool {
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
        FaultKind::WrongAmount => edit_all(answer, AMOUNTS, other_amount),
        FaultKind::WrongCurrency => edit_all(answer, CURRENCIES, |currency| {
            let other = if currency == "EUR" { "USD" } else { "EUR" };
            currency.is_string().then(|| Value::from(other))
        }),
        FaultKind::WrongEnvironment => {
            edit_all(answer, ENVIRONMENTS, |sandbox| sandbox.as_bool().map(|sandbox| Value::from(!sandbox)))
        }
        FaultKind::WrongReference => edit_all(answer, REFERENCES, |reference| {
            reference.is_string().then(|| Value::from("OCPL-WRONG0-0000"))
        }),
        FaultKind::UnknownStatus => edit_all(answer, STATUSES, |_| Some(Value::from("ON_HOLD"))),
        FaultKind::NoDetails => edit(answer, |body| {
            DETAILS.iter().any(|(parent, member)| {
                let parent = body.pointer_mut(parent).and_then(Value::as_object_mut);
                parent.and_then(|parent| parent.remove(*member)).is_some_and(|details| !details.is_null())
            })
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
        | FaultKind::ConfirmLate { .. } => false,
    }
}

fn replace(answer: &mut VendorResponse, body: &'static str) -> bool {
    answer.status = StatusCode::OK;
    answer.body = Bytes::from_static(body.as_bytes());
    true
}

/// One less, whether it is written as a number or as text.
fn other_amount(amount: &Value) -> Option<Value> {
    match amount {
        Value::Number(number) => number.as_i64().map(|amount| Value::from(amount - 1)),
        Value::String(text) => text.parse::<i64>().ok().map(|amount| Value::from((amount - 1).to_string())),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
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

    const CONFIRMED: &str = r#"{"data":{"paymentRef":"OCPL-A1B2C3-D4E5","status":"CONFIRMED","transactionDetails":{"amount":5000,"currency":"DZD","isSandbox":false}},"success":true}"#;
    const PENDING: &str = r#"{"data":{"paymentRef":"OCPL-A1B2C3-D4E5","status":"PENDING"},"success":true}"#;

    fn check(kind: FaultKind, body: &'static str, expected: Option<&str>) {
        let mut answer = VendorResponse {
            status: StatusCode::OK,
            content_type: "application/json",
            body: Bytes::from_static(body.as_bytes()),
        };
        assert_eq!(spoil(kind, &mut answer), expected.is_some(), "{kind:?}");
        assert_eq!(answer.body, expected.unwrap_or(body), "{kind:?}");
    }

    #[test]
    fn each_fault_changes_its_one_place() {
        for (kind, from, to) in [
            (FaultKind::WrongAmount, "5000", "4999"),
            (FaultKind::WrongCurrency, "DZD", "EUR"),
            (FaultKind::WrongEnvironment, "false", "true"),
            (FaultKind::WrongReference, "OCPL-A1B2C3-D4E5", "OCPL-WRONG0-0000"),
            (FaultKind::UnknownStatus, "CONFIRMED", "ON_HOLD"),
            (
                FaultKind::NoDetails,
                r#","transactionDetails":{"amount":5000,"currency":"DZD","isSandbox":false}"#,
                "",
            ),
        ] {
            check(kind, CONFIRMED, Some(&CONFIRMED.replace(from, to)));
        }
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
