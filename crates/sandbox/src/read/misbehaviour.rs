//! A misbehaviour, as a script or a file of fixtures words it.

use crate::action::LATE_S;
use crate::fields::Fields;
use crate::misbehaviour::Misbehaviour;
use crate::misbehaviour_kind::{
    HOLD_MS, LATE_NOTIFICATION_S, MAX_COUNT, MISBEHAVIOURS, MisbehaviourKind, On,
};
use crate::refusal::Refusal;

/// Takes the fields of a misbehaviour.
///
/// # Errors
/// [`Refusal::Invalid`] about the field.
pub(crate) fn misbehaviour(fields: &mut Fields) -> Result<Misbehaviour, Refusal> {
    let name = fields.text("fault")?.unwrap_or_default();
    let mut misbehaviour = Misbehaviour::next(read_kind(&name, fields)?);
    if let Some(on) = fields.text("on")? {
        misbehaviour.on = match on.as_str() {
            // The longer words date from when there was one dialect.
            "open" | "createLink" => On::Open,
            "check" | "checkPayment" => On::Check,
            "any" => On::Any,
            _ => return Err(Refusal::invalid("on", "on is one of open, check, any.")),
        };
    }
    if let Some(count) = fields.whole("count")? {
        misbehaviour.count = u32::try_from(count)
            .map_err(|_| Refusal::invalid("count", format!("count is between 1 and {MAX_COUNT}.")))?;
    }
    misbehaviour.reference = fields.text("ref")?;
    misbehaviour.dialect = fields.text("dialect")?;
    misbehaviour.key = fields.text("key")?;
    Ok(misbehaviour)
}

fn read_kind(name: &str, fields: &mut Fields) -> Result<MisbehaviourKind, Refusal> {
    let hold_ms = |fields: &mut Fields| fields.whole("hold_ms").map(|hold_ms| hold_ms.unwrap_or(HOLD_MS));
    let seconds =
        |fields: &mut Fields, usual| fields.whole("seconds").map(|seconds| seconds.unwrap_or(usual));
    Ok(match name {
        "error_500" => MisbehaviourKind::Error500,
        "error_503" => MisbehaviourKind::Error503,
        "rate_limited" => MisbehaviourKind::RateLimited,
        "unauthorised" => MisbehaviourKind::Unauthorised,
        "not_found" => MisbehaviourKind::NotFound,
        "timeout_before" => MisbehaviourKind::TimeoutBefore { hold_ms: hold_ms(fields)? },
        "timeout_after" => MisbehaviourKind::TimeoutAfter { hold_ms: hold_ms(fields)? },
        "cut_before" => MisbehaviourKind::CutBefore,
        "cut_after" => MisbehaviourKind::CutAfter,
        "slow" => MisbehaviourKind::Slow { hold_ms: hold_ms(fields)? },
        "html" => MisbehaviourKind::Html,
        "truncated" => MisbehaviourKind::Truncated,
        "empty" => MisbehaviourKind::Empty,
        "wrong_amount" => MisbehaviourKind::WrongAmount,
        "wrong_currency" => MisbehaviourKind::WrongCurrency,
        "wrong_environment" => MisbehaviourKind::WrongEnvironment,
        "wrong_reference" => MisbehaviourKind::WrongReference,
        "unknown_status" => MisbehaviourKind::UnknownStatus,
        "no_details" => MisbehaviourKind::NoDetails,
        "looks_paid" => MisbehaviourKind::LooksPaid,
        "confirm_late" => MisbehaviourKind::ConfirmLate { seconds: seconds(fields, LATE_S)? },
        "drop_notification" => MisbehaviourKind::DropNotification,
        "duplicate_notification" => MisbehaviourKind::DuplicateNotification,
        "forge_signature" => MisbehaviourKind::ForgeSignature,
        "notification_looks_paid" => MisbehaviourKind::NotificationLooksPaid,
        "late_notification" => {
            MisbehaviourKind::LateNotification { seconds: seconds(fields, LATE_NOTIFICATION_S)? }
        }
        _ => {
            let names: Vec<&str> = MISBEHAVIOURS.iter().map(|(name, _)| *name).collect();
            return Err(Refusal::invalid("fault", format!("fault is one of {}.", names.join(", "))));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Misbehaviour, Refusal> {
        misbehaviour(&mut Fields::read(body.as_bytes())?)
    }

    #[test]
    fn every_listed_fault_is_read_and_keeps_its_name() {
        for (name, _) in MISBEHAVIOURS {
            let found = read(&format!(r#"{{"fault":"{name}"}}"#)).unwrap();
            assert_eq!(found.kind.name(), *name);
            assert_eq!(found.validate(), Ok(()));
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
            let found = read(&format!(r#"{{"fault":"html","on":"{word}"}}"#)).unwrap();
            assert_eq!(found.on, expected, "{word}");
        }
    }
}
