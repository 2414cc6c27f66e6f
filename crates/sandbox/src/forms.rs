//! The forms by which a person moves the clock and arms a fault, on the home page and on a merchant's.

use crate::fields::Fields;
use crate::misbehaviour::Misbehaviour;
use crate::read;
use crate::refusal::Refusal;
use crate::sandbox::Sandbox;

/// Moves the clock by the seconds of a form.
///
/// # Errors
/// [`Refusal::Invalid`] when that is no number, or too far.
pub(crate) fn advance_by(sandbox: &Sandbox, form: &[(String, String)]) -> Result<(), Refusal> {
    let mut fields = Fields::of_form(form, &["seconds"]);
    let seconds = fields.whole("seconds")?.unwrap_or(0);
    fields.finish()?;
    sandbox.advance(seconds).map(|_now_ms| ())
}

/// The misbehaviour of a form. Its one field of seconds is what the kind wants: the time for which a connection is held, or a delay.
///
/// # Errors
/// [`Refusal::Invalid`] about the field.
pub(crate) fn armed(form: &[(String, String)]) -> Result<Misbehaviour, Refusal> {
    let holds = form.iter().any(|(name, value)| name == "fault" && HOLDING.contains(&value.as_str()));
    let in_ms = |(name, value): &(String, String)| match value.trim().parse::<u64>() {
        Ok(seconds) if holds && name == "seconds" => {
            ("hold_ms".to_owned(), seconds.saturating_mul(1000).to_string())
        }
        Ok(_) | Err(_) => (name.clone(), value.clone()),
    };
    let form: Vec<(String, String)> = form.iter().map(in_ms).collect();
    let mut fields = Fields::of_form(&form, &["count", "hold_ms", "seconds"]);
    let misbehaviour = read::misbehaviour(&mut fields)?;
    fields.finish()?;
    Ok(misbehaviour)
}

/// The kinds that hold a connection.
const HOLDING: &[&str] = &["timeout_before", "timeout_after", "slow"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::misbehaviour_kind::{MISBEHAVIOURS, MisbehaviourKind};

    fn form(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn every_fault_can_be_armed_as_the_form_comes() {
        for (fault, _) in MISBEHAVIOURS {
            let sent = form(&[("fault", fault), ("on", ""), ("ref", ""), ("count", "1"), ("seconds", "")]);
            let misbehaviour = armed(&sent).expect("a fault");
            assert_eq!((misbehaviour.kind.name(), misbehaviour.count), (*fault, 1));
            assert_eq!(HOLDING.contains(fault), misbehaviour.kind.hold_ms().is_some(), "{fault}");
        }
    }

    #[test]
    fn seconds_are_what_the_kind_wants() {
        let of = |fault: &str| armed(&form(&[("fault", fault), ("seconds", "5")])).map(|armed| armed.kind);
        assert_eq!(of("slow"), Ok(MisbehaviourKind::Slow { hold_ms: 5_000 }));
        assert_eq!(of("confirm_late"), Ok(MisbehaviourKind::ConfirmLate { seconds: 5 }));
        assert!(of("html").is_err(), "a page has no seconds");
    }
}
