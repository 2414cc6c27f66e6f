//! Who runs a command: the system's user, whom the journal names as the one who did what it did.

use anyhow::Context;
use guichet_core::Actor;

/// The longest name that is kept, in characters. Linux has none longer than 32.
const MOST_CHARS: usize = 64;

/// The operator who runs this command.
///
/// # Errors
/// The system does not say who that is: nobody is made up.
pub(super) fn operator() -> anyhow::Result<Actor> {
    Ok(Actor::Operator { login: login_of_operator()? })
}

/// The login of the operator who runs this command, for what keeps no actor.
///
/// # Errors
/// The system does not say who that is.
pub(super) fn login_of_operator() -> anyhow::Result<String> {
    let named = ["USER", "LOGNAME"].into_iter().find_map(|name| login(&std::env::var(name).ok()?));
    named.or_else(user_id).context(
        "it is written down who does this, and the system does not say who you are; set USER to your name",
    )
}

/// A name that can stand in a journal: not empty, short, and without anything that ends a line.
fn login(text: &str) -> Option<String> {
    let text = text.trim();
    let sound = !text.is_empty() && text.chars().count() <= MOST_CHARS && !text.chars().any(char::is_control);
    sound.then(|| text.to_owned())
}

/// The number of the user whose process this is, such as `uid 1000`, where there is no name: in a container,
/// for instance.
#[cfg(unix)]
fn user_id() -> Option<String> {
    use std::os::unix::fs::MetadataExt;

    let process = std::fs::metadata("/proc/self").ok()?;
    Some(format!("uid {}", process.uid()))
}

#[cfg(not(unix))]
fn user_id() -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_names_somebody_is_a_login() {
        for (text, expected) in [
            ("amina", Some("amina")),
            (" amina\n", Some("amina")),
            ("Amina Benali", Some("Amina Benali")),
            ("", None),
            (" ", None),
            ("ami\nna", None),
            (&*"a".repeat(64), Some(&*"a".repeat(64))),
            (&*"a".repeat(65), None),
        ] {
            assert_eq!(login(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_without_a_name_has_a_number() {
        assert!(user_id().is_some_and(|user| user.starts_with("uid ")));
    }
}
