//! The one source of randomness: identifiers, tokens, keys, jitter.

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};

/// Random bytes from the operating system.
#[expect(clippy::disallowed_methods, reason = "this is the randomness that everything else asks")]
#[expect(clippy::expect_used, reason = "without randomness no key is safe, so going on would be worse")]
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}

/// A public token of 160 random bits, 32 lower-case characters.
pub(crate) fn token() -> String {
    BASE32_NOPAD.encode(&bytes::<20>()).to_ascii_lowercase()
}

/// A public token that sorts by the second it was made in, so that an index of tokens grows at its
/// end; the 160 random bits behind that are what keeps it from being guessed.
pub(crate) fn page_token(now_ms: i64) -> String {
    let [.., a, b, c, d, e] = (now_ms / 1000).to_be_bytes();
    format!("{}{}", BASE32_NOPAD.encode(&[a, b, c, d, e]).to_ascii_lowercase(), token())
}

/// A secret of 256 random bits behind a prefix that shows what it is.
pub(crate) fn secret(prefix: &str) -> String {
    format!("{prefix}{}", BASE32_NOPAD.encode(&bytes::<32>()).to_ascii_lowercase())
}

/// What is kept of a secret that only has to be recognised: SHA-256 in hex.
pub(crate) fn fingerprint(secret: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(secret))
}

/// A number from 0 to `below` − 1; for jitter, not for secrets.
pub(crate) fn below(below: i64) -> i64 {
    i64::from(u32::from_le_bytes(bytes())) % below.max(1)
}
