//! Faults by script: `/sandbox/faults`.

use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use bytes::Bytes;
use http::StatusCode;
use serde_json::{Value, json};

use crate::act::LATE_S;
use crate::fault::{Fault, FaultView};
use crate::faults::{FAULTS, FaultKind, HOLD_MS, LATE_NOTIFICATION_S, MAX_COUNT, On};
use crate::fields::Fields;
use crate::refusal::Refusal;
use crate::sandbox::Sandbox;

/// Its route.
pub(super) fn router() -> Router<Sandbox> {
    Router::new().route("/sandbox/faults", get(list).post(inject).delete(clear))
}

async fn list(State(sandbox): State<Sandbox>) -> Json<Value> {
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

async fn clear(State(sandbox): State<Sandbox>) -> StatusCode {
    sandbox.clear_faults();
    StatusCode::NO_CONTENT
}

fn read_fault(mut fields: Fields) -> Result<Fault, Refusal> {
    let name = fields.text("fault")?.unwrap_or_default();
    let mut fault = Fault::next(read_kind(&name, &mut fields)?);
    if let Some(on) = fields.text("on")? {
        fault.on = match on.as_str() {
            // The longer words are from when there was one dialect.
            "open" | "createLink" => On::Open,
            "check" | "checkPayment" => On::Check,
            "any" => On::Any,
            _ => return Err(Refusal::invalid("on", "on is one of open, check, any.")),
        };
    }
    if let Some(count) = fields.whole("count")? {
        fault.count = u32::try_from(count)
            .map_err(|_| Refusal::invalid("count", format!("count is between 1 and {MAX_COUNT}.")))?;
    }
    fault.reference = fields.text("ref")?;
    fault.dialect = fields.text("dialect")?;
    fault.key = fields.text("key")?;
    fields.finish()?;
    Ok(fault)
}

fn read_kind(name: &str, fields: &mut Fields) -> Result<FaultKind, Refusal> {
    let hold_ms = |fields: &mut Fields| fields.whole("hold_ms").map(|hold_ms| hold_ms.unwrap_or(HOLD_MS));
    let seconds =
        |fields: &mut Fields, usual| fields.whole("seconds").map(|seconds| seconds.unwrap_or(usual));
    Ok(match name {
        "error_500" => FaultKind::Error500,
        "error_503" => FaultKind::Error503,
        "rate_limited" => FaultKind::RateLimited,
        "unauthorised" => FaultKind::Unauthorised,
        "not_found" => FaultKind::NotFound,
        "timeout_before" => FaultKind::TimeoutBefore { hold_ms: hold_ms(fields)? },
        "timeout_after" => FaultKind::TimeoutAfter { hold_ms: hold_ms(fields)? },
        "cut_before" => FaultKind::CutBefore,
        "cut_after" => FaultKind::CutAfter,
        "slow" => FaultKind::Slow { hold_ms: hold_ms(fields)? },
        "html" => FaultKind::Html,
        "truncated" => FaultKind::Truncated,
        "empty" => FaultKind::Empty,
        "wrong_amount" => FaultKind::WrongAmount,
        "wrong_currency" => FaultKind::WrongCurrency,
        "wrong_environment" => FaultKind::WrongEnvironment,
        "wrong_reference" => FaultKind::WrongReference,
        "unknown_status" => FaultKind::UnknownStatus,
        "no_details" => FaultKind::NoDetails,
        "confirm_late" => FaultKind::ConfirmLate { seconds: seconds(fields, LATE_S)? },
        "drop_notification" => FaultKind::DropNotification,
        "duplicate_notification" => FaultKind::DuplicateNotification,
        "forge_signature" => FaultKind::ForgeSignature,
        "late_notification" => FaultKind::LateNotification { seconds: seconds(fields, LATE_NOTIFICATION_S)? },
        _ => {
            let names: Vec<&str> = FAULTS.iter().map(|(name, _)| *name).collect();
            return Err(Refusal::invalid("fault", format!("fault is one of {}.", names.join(", "))));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Fault, Refusal> {
        read_fault(Fields::read(body.as_bytes())?)
    }

    #[test]
    fn every_listed_fault_is_read_and_keeps_its_name() {
        for (name, _) in FAULTS {
            let fault = read(&format!(r#"{{"fault":"{name}"}}"#)).unwrap();
            assert_eq!(fault.kind.name(), *name);
            assert_eq!(fault.validate(), Ok(()));
        }
    }

    #[test]
    fn calls_have_short_names_and_older_ones() {
        for (word, expected) in [
            ("open", On::Open),
            ("createLink", On::Open),
            ("check", On::Check),
            ("checkPayment", On::Check),
            ("any", On::Any),
        ] {
            let fault = read(&format!(r#"{{"fault":"html","on":"{word}"}}"#)).unwrap();
            assert_eq!(fault.on, expected, "{word}");
        }
    }
}
