//! The control API: what a script does to customers, banks, time and luck. JSON in and out, no key:
//! whoever reaches the sandbox may play with it.

use std::collections::HashMap;

use axum::Json;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};

use crate::clock::timestamp;
use crate::faults::{Fault, FaultKind, FaultView, HOLD_MS, MAX_COUNT, On};
use crate::fields::Fields;
use crate::payment::{Action, LATE_S, PaymentView};
use crate::refusal::Refusal;
use crate::sandbox::Sandbox;

/// How many payments a list shows unless told otherwise, and at most.
const PAGE: (usize, usize) = (100, 1000);

/// Every path and what it is for, for the home page.
pub(crate) const ROUTES: &[(&str, &str, &str)] = &[
    ("GET", "/sandbox/payments?limit=100", "payments, newest first"),
    ("GET", "/sandbox/payments/{ref}", "one payment"),
    (
        "POST",
        "/sandbox/payments/{ref}/{action}",
        "initiate, pay, pay_late, pay_other, decline, cancel or expire",
    ),
    ("GET", "/sandbox/clock", "the sandbox's time"),
    ("POST", "/sandbox/clock/advance", "{\"seconds\": 1200} lets 20 minutes pass"),
    ("GET", "/sandbox/faults", "the faults that wait"),
    ("POST", "/sandbox/faults", "{\"fault\": \"cut_after\", \"on\": \"createLink\", \"count\": 1}"),
    ("DELETE", "/sandbox/faults", "no more faults"),
    ("POST", "/sandbox/reset", "begin again: payments, faults, clock and seed"),
];

/// The routes under `/sandbox`.
pub(crate) fn router() -> Router<Sandbox> {
    Router::new()
        .route("/sandbox/payments", get(list))
        .route("/sandbox/payments/{ref}", get(show))
        .route("/sandbox/payments/{ref}/{action}", post(act))
        .route("/sandbox/clock", get(clock))
        .route("/sandbox/clock/advance", post(advance))
        .route("/sandbox/faults", get(faults).post(inject).delete(clear_faults))
        .route("/sandbox/reset", post(reset))
}

async fn list(
    State(sandbox): State<Sandbox>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, Refusal> {
    let (usual, most) = PAGE;
    let limit = query.get("limit").map_or(Ok(usual), |limit| {
        limit.parse().ok().filter(|limit| (1..=most).contains(limit)).ok_or_else(|| {
            Refusal::invalid("limit", format!("limit is a whole number between 1 and {most}."))
        })
    })?;
    let (payments, has_more) = sandbox.newest(limit);
    Ok(Json(json!({ "data": payments, "has_more": has_more })))
}

async fn show(
    State(sandbox): State<Sandbox>,
    Path(reference): Path<String>,
) -> Result<Json<PaymentView>, Refusal> {
    sandbox.payment(&reference).map(Json)
}

async fn act(
    State(sandbox): State<Sandbox>,
    Path((reference, action)): Path<(String, String)>,
    body: Bytes,
) -> Result<Json<PaymentView>, Refusal> {
    let mut fields = Fields::read(&body)?;
    let action = match action.as_str() {
        "initiate" => Action::Initiate,
        "pay" => Action::Pay,
        "pay_late" => Action::PayLate { seconds: fields.whole("seconds")?.unwrap_or(LATE_S) },
        "pay_other" => Action::PayOther,
        "decline" => Action::Decline,
        "cancel" => Action::Cancel,
        "expire" => Action::Expire,
        _ => return Err(Refusal::NoSuchRoute { path: format!("/sandbox/payments/{reference}/{action}") }),
    };
    fields.finish()?;
    sandbox.act(&reference, action).map(Json)
}

async fn clock(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(clock_view(&sandbox))
}

async fn advance(State(sandbox): State<Sandbox>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let mut fields = Fields::read(&body)?;
    let seconds = fields.whole("seconds")?.ok_or_else(|| {
        Refusal::invalid("seconds", "seconds is missing; say by how much the clock is to move.")
    })?;
    fields.finish()?;
    sandbox.advance(seconds)?;
    Ok(Json(clock_view(&sandbox)))
}

fn clock_view(sandbox: &Sandbox) -> Value {
    let now_ms = sandbox.clock().now_ms();
    let offset_s = sandbox.clock().offset_ms() / 1000;
    json!({ "now": timestamp(now_ms), "now_ms": now_ms, "advanced_seconds": offset_s })
}

async fn faults(State(sandbox): State<Sandbox>) -> Json<Value> {
    Json(json!({ "data": sandbox.faults() }))
}

async fn inject(
    State(sandbox): State<Sandbox>,
    body: Bytes,
) -> Result<(StatusCode, Json<FaultView>), Refusal> {
    let fault = read_fault(Fields::read(&body)?)?;
    let view = FaultView::from(&fault);
    sandbox.inject(fault)?;
    Ok((StatusCode::CREATED, Json(view)))
}

async fn clear_faults(State(sandbox): State<Sandbox>) -> StatusCode {
    sandbox.clear_faults();
    StatusCode::NO_CONTENT
}

async fn reset(State(sandbox): State<Sandbox>) -> StatusCode {
    sandbox.reset();
    StatusCode::NO_CONTENT
}

fn read_fault(mut fields: Fields) -> Result<Fault, Refusal> {
    let name = fields.text("fault")?.unwrap_or_default();
    let mut fault = Fault::next(read_kind(&name, &mut fields)?);
    if let Some(on) = fields.text("on")? {
        fault.on = match on.as_str() {
            "createLink" => On::CreateLink,
            "checkPayment" => On::CheckPayment,
            "any" => On::Any,
            _ => return Err(Refusal::invalid("on", "on is one of createLink, checkPayment, any.")),
        };
    }
    if let Some(count) = fields.whole("count")? {
        fault.count = u32::try_from(count)
            .map_err(|_| Refusal::invalid("count", format!("count is between 1 and {MAX_COUNT}.")))?;
    }
    fault.reference = fields.text("ref")?;
    fields.finish()?;
    Ok(fault)
}

fn read_kind(name: &str, fields: &mut Fields) -> Result<FaultKind, Refusal> {
    let mut hold_ms = || fields.whole("hold_ms").map(|hold_ms| hold_ms.unwrap_or(HOLD_MS));
    Ok(match name {
        "error_500" => FaultKind::Error500,
        "error_503" => FaultKind::Error503,
        "rate_limited" => FaultKind::RateLimited,
        "unauthorised" => FaultKind::Unauthorised,
        "not_found" => FaultKind::NotFound,
        "timeout_before" => FaultKind::TimeoutBefore { hold_ms: hold_ms()? },
        "timeout_after" => FaultKind::TimeoutAfter { hold_ms: hold_ms()? },
        "cut_before" => FaultKind::CutBefore,
        "cut_after" => FaultKind::CutAfter,
        "slow" => FaultKind::Slow { hold_ms: hold_ms()? },
        "html" => FaultKind::Html,
        "truncated" => FaultKind::Truncated,
        "empty" => FaultKind::Empty,
        "wrong_amount" => FaultKind::WrongAmount,
        "wrong_currency" => FaultKind::WrongCurrency,
        "wrong_environment" => FaultKind::WrongEnvironment,
        "wrong_reference" => FaultKind::WrongReference,
        "unknown_status" => FaultKind::UnknownStatus,
        "no_details" => FaultKind::NoDetails,
        "confirm_late" => FaultKind::ConfirmLate { seconds: fields.whole("seconds")?.unwrap_or(LATE_S) },
        _ => {
            let names: Vec<&str> = crate::faults::FAULTS.iter().map(|(name, _)| *name).collect();
            return Err(Refusal::invalid("fault", format!("fault is one of {}.", names.join(", "))));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::FAULTS;

    #[test]
    fn every_listed_fault_is_read_and_keeps_its_name() {
        for (name, _) in FAULTS {
            let fields = Fields::read(format!(r#"{{"fault":"{name}"}}"#).as_bytes()).unwrap();
            assert_eq!(read_fault(fields).unwrap().kind.name(), *name);
        }
    }
}
