//! The one source of randomness: identifiers, tokens, keys, jitter.

use std::cell::RefCell;

use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD, HEXLOWER};
use guichet_core::OrderId;
use sha2::{Digest, Sha256};
use zeroize::Zeroize as _;

/// How much randomness a thread asks the operating system for at once.
const POOL_BYTES: usize = 1024;

/// A thread's randomness that nobody has had yet, at the end of `bytes`.
struct Pool {
    bytes: [u8; POOL_BYTES],
    left: usize,
}

thread_local! {
    static POOL: RefCell<Pool> = const { RefCell::new(Pool { bytes: [0; POOL_BYTES], left: 0 }) };
}

impl Pool {
    #[expect(clippy::disallowed_methods, reason = "this is the randomness that everything else asks")]
    #[expect(clippy::expect_used, reason = "without randomness no key is safe, so going on would be worse")]
    fn fill(&mut self) {
        getrandom::fill(&mut self.bytes).expect("the operating system gives randomness");
        self.left = POOL_BYTES;
    }

    /// Bytes that are nowhere else: what is given out is wiped here.
    fn take<const N: usize>(&mut self) -> [u8; N] {
        const { assert!(N <= POOL_BYTES) };
        if self.left < N {
            self.fill();
        }
        let given = &mut self.bytes[self.left - N..self.left];
        let mut taken = [0; N];
        taken.copy_from_slice(given);
        given.zeroize();
        self.left -= N;
        taken
    }
}

/// Random bytes from the operating system. One request needs a dozen small pieces, so a thread asks
/// for many at once.
pub fn bytes<const N: usize>() -> [u8; N] {
    POOL.with_borrow_mut(Pool::take)
}

/// What every order's identifier begins with.
const ORDER_PREFIX: &str = "ord_";

/// How many characters a public token has.
const TOKEN_CHARS: usize = 32;

/// A public token of 160 random bits, 32 lower-case characters.
pub fn token() -> String {
    BASE32_NOPAD.encode(&bytes::<20>()).to_ascii_lowercase()
}

/// A public token for the pages of an order: its identifier without the prefix, so that no table of
/// tokens is needed to find it, then the 160 random bits that keep it from being guessed.
pub fn page_token(order: OrderId) -> String {
    page_token_of(order, &token())
}

/// The token for the pages of an order whose secret is known.
pub fn page_token_of(order: OrderId, secret: &str) -> String {
    format!("{}{secret}", order.to_string().trim_start_matches(ORDER_PREFIX))
}

/// What of an order's token its identifier does not tell.
pub fn secret_of_page_token(token: &str) -> &str {
    token.len().checked_sub(TOKEN_CHARS).and_then(|at| token.get(at..)).unwrap_or_default()
}

/// The order that such a token speaks of, if it can be one.
pub fn order_of_page_token(text: &str) -> Option<OrderId> {
    let (id, _secret) = text.split_at_checked(text.len().checked_sub(TOKEN_CHARS)?)?;
    format!("{ORDER_PREFIX}{id}").parse().ok()
}

/// How many bytes a page's token holds: the order's identifier, and its secret.
const PAGE_TOKEN_BYTES: usize = 16 + 20;

/// How many characters [`short_token`] has.
const SHORT_CHARS: usize = 49;

/// The digits of a short token: none that ends a link in a message, or has to be escaped in one.
const SHORT_DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The same token for a message in which every letter costs: all its bits in 49 characters instead of 58. `None` for what
/// is no token of a page.
pub fn short_token(page_token: &str) -> Option<String> {
    let (id, secret) = page_token.split_at_checked(page_token.len().checked_sub(TOKEN_CHARS)?)?;
    let order: OrderId = format!("{ORDER_PREFIX}{id}").parse().ok()?;
    let secret = BASE32_NOPAD.decode(secret.to_ascii_uppercase().as_bytes()).ok()?;
    let mut number: Vec<u8> = order.to_bytes().into_iter().chain(secret).collect();
    let mut digits = vec![b'0'; SHORT_CHARS];
    for digit in digits.iter_mut().rev() {
        let mut rest = 0_u32;
        for byte in &mut number {
            let value = rest * 256 + u32::from(*byte);
            *byte = u8::try_from(value / 62).ok()?;
            rest = value % 62;
        }
        *digit = *SHORT_DIGITS.get(usize::try_from(rest).ok()?)?;
    }
    String::from_utf8(digits).ok()
}

/// The token of a page that a short one stands for, if it can be one.
pub fn page_token_of_short(short: &str) -> Option<String> {
    if short.len() != SHORT_CHARS {
        return None;
    }
    let mut number = [0_u8; PAGE_TOKEN_BYTES];
    for digit in short.bytes() {
        let mut carry = u32::try_from(SHORT_DIGITS.iter().position(|known| *known == digit)?).ok()?;
        for byte in number.iter_mut().rev() {
            let value = u32::from(*byte) * 62 + carry;
            *byte = u8::try_from(value % 256).ok()?;
            carry = value / 256;
        }
        if carry > 0 {
            return None;
        }
    }
    let (id, secret) = number.split_first_chunk::<16>()?;
    let order = OrderId::from_bytes(*id).to_string();
    let secret = BASE32_NOPAD.encode(secret).to_ascii_lowercase();
    Some(format!("{}{secret}", order.trim_start_matches(ORDER_PREFIX)))
}

/// Whether two texts are the same, in a time that does not tell where they differ.
pub fn same(left: &str, right: &str) -> bool {
    fingerprint(left.as_bytes()) == fingerprint(right.as_bytes())
}

/// A secret of 256 random bits behind a prefix that shows what it is.
pub fn secret(prefix: &str) -> String {
    format!("{prefix}{}", BASE32_NOPAD.encode(&bytes::<32>()).to_ascii_lowercase())
}

/// What is kept of a secret that only has to be recognised: SHA-256 in hex.
pub fn fingerprint(secret: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(secret))
}

/// What tells a request from another one: half of its SHA-256, 22 characters. Whoever makes two requests that are taken for the
/// same deceives nobody but themselves.
pub fn content_fingerprint(content: &[u8]) -> String {
    const BYTES: usize = 16;
    BASE64URL_NOPAD.encode(&Sha256::digest(content)[..BYTES])
}

/// So many random decimal digits, for people to type; each digit is as likely as any other.
pub fn digits(length: usize) -> String {
    let mut digits = String::with_capacity(length);
    while digits.len() < length {
        // A byte of 250 or more would make 0 to 5 likelier than 6 to 9.
        let fair = bytes::<16>().into_iter().filter(|byte| *byte < 250);
        digits.extend(fair.take(length - digits.len()).map(|byte| char::from(b'0' + byte % 10)));
    }
    digits
}

/// A number from 0 to `below` − 1; for jitter, not for secrets.
pub fn below(below: i64) -> i64 {
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
    fn what_was_given_is_given_to_nobody_else() {
        let mut pool = Pool { bytes: [0; POOL_BYTES], left: 0 };
        let mut seen = std::collections::HashSet::new();
        for _ in 0..2_000 {
            assert!(seen.insert(pool.take::<20>()), "the same bytes twice");
            assert!(pool.bytes[pool.left..].iter().all(|byte| *byte == 0), "given bytes stay behind");
        }
    }

    #[test]
    fn a_short_token_is_the_same_token() {
        for (at_ms, random) in [(0, [0; 10]), (1_770_000_000_000, [7; 10]), (i64::MAX >> 20, [255; 10])] {
            let token = page_token(OrderId::new(at_ms, random));
            let short = short_token(&token).unwrap();
            assert_eq!((token.len(), short.len()), (58, SHORT_CHARS));
            assert!(short.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{short}");
            assert_eq!(page_token_of_short(&short), Some(token));
        }
        for wrong in ["", "0", &"z".repeat(SHORT_CHARS), &"-".repeat(SHORT_CHARS), &"é".repeat(24)] {
            assert_eq!(page_token_of_short(wrong), None, "{wrong}");
        }
        assert_eq!(short_token(""), None);
        assert_eq!(short_token(&"!".repeat(58)), None);
    }

    #[test]
    fn a_page_token_leads_to_its_order() {
        let id = OrderId::new(1_770_000_000_000, [7; 10]);
        let token = page_token(id);
        assert_eq!(page_token_of(id, secret_of_page_token(&token)), token);
        assert_eq!(order_of_page_token(&token), Some(id));
        assert!(same(&token, &token));
        assert!(!same(&token, &page_token(id)), "another token of the same order");
        for wrong in ["", "a", &token[1..], "é", &"é".repeat(29), &"a".repeat(58), &token.to_uppercase()] {
            assert_eq!(order_of_page_token(wrong), None, "{wrong}");
        }
    }
}
