//! Redaction of a gateway's texts before they are logged, shown or stored: no secret, no card number, no
//! control characters, and short.

use secrecy::{ExposeSecret, SecretString};

/// The length of a redacted text, in characters, unless told otherwise.
pub(crate) const MOST_CHARS: usize = 200;

/// Anything shorter, such as a site's number, is no secret and would be found in amounts and dates.
const SECRET_BYTES: usize = 8;

/// Fewer digits than this are no card number (ISO/IEC 7812 numbers have 13 to 19 in practice).
const CARD_DIGITS: usize = 13;

/// The bytes as a redacted text of at most [`MOST_CHARS`] characters; bytes that are not UTF-8 become
/// replacement characters.
pub(crate) fn redacted(bytes: &[u8], secrets: &[SecretString]) -> String {
    redacted_within(bytes, secrets, MOST_CHARS)
}

/// The bytes as a redacted text of at most `most_chars` characters (at least 1).
pub fn redacted_within(bytes: &[u8], secrets: &[SecretString], most_chars: usize) -> String {
    // The order matters: control characters must not hide a secret from the search, and a cut
    // must not leave half of one.
    let text: String = String::from_utf8_lossy(bytes).chars().filter(|c| !c.is_control()).collect();
    let text = secrets
        .iter()
        .map(|secret| secret.expose_secret())
        .filter(|secret| secret.len() >= SECRET_BYTES)
        .fold(
            text,
            |text, secret| if text.contains(secret) { text.replace(secret, "[secret]") } else { text },
        );
    let text = without_cards(&text);
    match text.char_indices().nth(most_chars) {
        None => text,
        Some(_) => text.chars().take(most_chars.saturating_sub(1)).chain(['…']).collect(),
    }
}

/// Replaces every run of 13 or more digits, also when grouped by spaces, dashes or dots. A long
/// number that is no card is lost with them, which harms nobody.
fn without_cards(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    let mut digits = 0;
    // The trailing newline, which cannot occur in the text, ends the last run.
    for c in text.chars().chain(['\n']) {
        let separates = matches!(c, ' ' | '-' | '.') && run.ends_with(|last: char| last.is_ascii_digit());
        if c.is_ascii_digit() || separates {
            digits += usize::from(c.is_ascii_digit());
            run.push(c);
            continue;
        }
        if digits >= CARD_DIGITS {
            let rest = run.trim_end_matches([' ', '-', '.']);
            out.push_str("[digits]");
            out.push_str(&run[rest.len()..]);
        } else {
            out.push_str(&run);
        }
        run.clear();
        digits = 0;
        out.push(c);
    }
    out.truncate(out.len() - 1);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_cards_and_control_characters_go() {
        for (bytes, expected) in [
            (&b"plain"[..], "plain"),
            (b"", ""),
            (b"key sk_live_1 is bad", "key [secret] is bad"),
            (b"key sk_\x00live_1 is bad\r\n", "key [secret] is bad"),
            (b"paid by 4111111111111111, thanks", "paid by [digits], thanks"),
            (b"4111 1111 1111 1111 ", "[digits] "),
            (b"\"pan\":\"4111-1111-1111-1111\"", "\"pan\":\"[digits]\""),
            (b"2025-01-15T10:30:00Z at 10.0.0.1", "2025-01-15T10:30:00Z at 10.0.0.1"),
            (b"OCPL-123456-7890 and 123456789012", "OCPL-123456-7890 and 123456789012"),
            (b"\xff\xfe", "\u{fffd}\u{fffd}"),
        ] {
            assert_eq!(redacted(bytes, &["sk_live_1".into()]), expected, "{bytes:?}");
        }
    }

    #[test]
    fn a_secret_on_the_cut_is_not_halved() {
        let body = format!("{}sk_live_1 and more{}", "x".repeat(MOST_CHARS - 4), "y".repeat(400));
        let text = redacted(body.as_bytes(), &["sk_live_1".into()]);
        assert_eq!(text.chars().count(), MOST_CHARS);
        assert!(!text.contains("sk_"), "{text}");
    }

    #[test]
    fn an_empty_or_short_secret_hides_nothing() {
        assert_eq!(redacted(b"abc 12", &["".into(), "12".into()]), "abc 12");
    }
}
