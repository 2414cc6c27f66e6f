//! The one source of randomness: identifiers, tokens, keys, jitter.

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use guichet_core::OrderId;
use sha2::{Digest, Sha256};

/// Random bytes from the operating system.
#[expect(clippy::disallowed_methods, reason = "this is the randomness that everything else asks")]
#[expect(clippy::expect_used, reason = "without randomness no key is safe, so going on would be worse")]
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}

/// What every order's identifier begins with.
const ORDER_PREFIX: &str = "ord_";

/// How many characters a public token has.
const TOKEN_CHARS: usize = 32;

/// A public token of 160 random bits, 32 lower-case characters.
pub(crate) fn token() -> String {
    BASE32_NOPAD.encode(&bytes::<20>()).to_ascii_lowercase()
}

/// A public token for the pages of an order: its identifier without the prefix, so that no table of
/// tokens is needed to find it, then the 160 random bits that keep it from being guessed.
pub(crate) fn page_token(order: OrderId) -> String {
    format!("{}{}", order.to_string().trim_start_matches(ORDER_PREFIX), token())
}

/// The order that such a token speaks of, if it can be one.
pub(crate) fn order_of_page_token(text: &str) -> Option<OrderId> {
    let (id, _secret) = text.split_at_checked(text.len().checked_sub(TOKEN_CHARS)?)?;
    format!("{ORDER_PREFIX}{id}").parse().ok()
}

/// Whether two texts are the same, in a time that does not tell where they differ.
pub(crate) fn same(left: &str, right: &str) -> bool {
    fingerprint(left.as_bytes()) == fingerprint(right.as_bytes())
}

/// A secret of 256 random bits behind a prefix that shows what it is.
pub(crate) fn secret(prefix: &str) -> String {
    format!("{prefix}{}", BASE32_NOPAD.encode(&bytes::<32>()).to_ascii_lowercase())
}

/// What is kept of a secret that only has to be recognised: SHA-256 in hex.
pub(crate) fn fingerprint(secret: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(secret))
}

/// So many random decimal digits, for people to type; each digit is as likely as any other.
pub(crate) fn digits(length: usize) -> String {
    let mut digits = String::with_capacity(length);
    while digits.len() < length {
        // A byte of 250 or more would make 0 to 5 likelier than 6 to 9.
        let fair = bytes::<16>().into_iter().filter(|byte| *byte < 250);
        digits.extend(fair.take(length - digits.len()).map(|byte| char::from(b'0' + byte % 10)));
    }
    digits
}

/// A number from 0 to `below` − 1; for jitter, not for secrets.
pub(crate) fn below(below: i64) -> i64 {
    i64::from(u32::from_le_bytes(bytes())) % below.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_all_there_and_only_digits() {
        let many = digits(10_000);
        assert_eq!(many.len(), 10_000);
        for digit in '0'..='9' {
            let times = many.matches(digit).count();
            assert!((700..1300).contains(&times), "{digit} stands there {times} times");
        }
        assert_ne!(digits(12), digits(12));
    }

    #[test]
    fn a_page_token_leads_to_its_order() {
        let id = OrderId::new(1_770_000_000_000, [7; 10]);
        let token = page_token(id);
        assert_eq!(order_of_page_token(&token), Some(id));
        assert!(same(&token, &token));
        assert!(!same(&token, &page_token(id)), "another token of the same order");
        for wrong in ["", "a", &token[1..], "é", &"é".repeat(29), &"a".repeat(58), &token.to_uppercase()] {
            assert_eq!(order_of_page_token(wrong), None, "{wrong}");
        }
    }
}
