//! The signature on a notification: HMAC-SHA256 of its body in hexadecimal, with the secret that the
//! merchant chose for that webhook (the docs). Over the raw bytes; but the docs' sample code hashes
//! the body after reading and writing it again, so whatever signs may do that as well.

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use guichet_core::json_as_read;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::stringify::stringified;

/// The bytes over which a signature was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signed {
    /// The bytes as they came.
    Raw,
    /// The result of `JSON.stringify`: the sample in the docs has `\/` for every slash, so
    /// that the two differ.
    Rewritten,
}

/// The signature to send with that body; `None` without a secret.
pub(super) fn signature(secret: &str, body: &[u8]) -> Option<String> {
    let mac = keyed(secret)?.chain_update(body);
    Some(HEXLOWER.encode(&mac.finalize().into_bytes()))
}

/// The bytes over which this secret gives the signature; `None` when it gives it over none. Digits may be in
/// either case, and the comparison takes the same time whatever it finds.
pub(super) fn verified(secret: &str, body: &[u8], given: &str) -> Option<Signed> {
    let given = HEXLOWER_PERMISSIVE.decode(given.trim().as_bytes()).ok()?;
    let mac = keyed(secret)?;
    let is_of = |body: &[u8]| mac.clone().chain_update(body).verify_slice(&given).is_ok();
    if is_of(body) {
        return Some(Signed::Raw);
    }
    stringified(&json_as_read(body)).filter(|text| is_of(text)).map(|_| Signed::Rewritten)
}

/// An HMAC with that secret; `None` for an empty one, which anybody could use.
fn keyed(secret: &str) -> Option<Hmac<Sha256>> {
    if secret.is_empty() { None } else { Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whk_secret_of_the_portal";

    /// As PHP writes it, with white space as a person might.
    const SENT: &[u8] = b"{\"id\": \"tr_1\", \"paymentUrl\": \"https:\\/\\/pay.wave.com\\/c\\/1\"}";
    const REWRITTEN: &[u8] = b"{\"id\":\"tr_1\",\"paymentUrl\":\"https://pay.wave.com/c/1\"}";

    #[test]
    fn the_example_of_rfc_4231() {
        assert_eq!(
            signature("Jefe", b"what do ya want for nothing?").as_deref(),
            Some("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        );
    }

    #[test]
    fn raw_bytes_or_rewritten_ones() {
        let raw = signature(SECRET, SENT).expect("a signature");
        let rewritten = signature(SECRET, REWRITTEN).expect("a signature");
        assert_ne!(raw, rewritten);
        for (given, expected) in [
            (raw.as_str(), Some(Signed::Raw)),
            (&raw.to_uppercase(), Some(Signed::Raw)),
            (&format!(" {raw} "), Some(Signed::Raw)),
            (&rewritten, Some(Signed::Rewritten)),
            (&rewritten.to_uppercase(), Some(Signed::Rewritten)),
            (&raw[..63], None),
            (&raw[..62], None),
            (&format!("{raw}00"), None),
            (&format!("sha256={raw}"), None),
            ("", None),
            ("é", None),
            (&signature("another", SENT).expect("a signature"), None),
        ] {
            assert_eq!(verified(SECRET, SENT, given), expected, "{given}");
        }
        assert_eq!(verified(SECRET, REWRITTEN, &rewritten), Some(Signed::Raw));
    }

    #[test]
    fn without_a_secret_nothing_is_signed_or_verified() {
        assert_eq!(signature("", SENT), None);
        let of_nothing = Hmac::<Sha256>::new_from_slice(b"").expect("a key").chain_update(SENT);
        let given = HEXLOWER.encode(&of_nothing.finalize().into_bytes());
        assert_eq!(verified("", SENT, &given), None);
    }
}
