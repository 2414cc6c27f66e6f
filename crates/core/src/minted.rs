//! What an identifier of a payment tells to whoever has forgotten the payment. The gateway gives the identifier back in
//! its notifications; a database that was restored from a backup does not know it any more, but can tell from it that it
//! was made here, for which merchant, and whether it was made for an order of a certain reference.

use sha2::{Digest, Sha256};

use crate::id::{MerchantId, PaymentId};
use crate::order::Environment;

/// The low bits of an identifier that are the mark of its order: eight characters.
const MARK_BITS: u32 = 40;

/// The bits above them that are the seal of the merchant.
const SEAL_BITS: u32 = 8;

/// How far a clock may have been ahead when an identifier was made, in ms: one day.
const AHEAD_MS: i64 = 24 * 3_600_000;

/// The mark of an order in the identifiers of its payments: 40 bits of a digest over the merchant, the environment and the
/// shop's reference. Two references of one merchant have the same one by a chance of one in a million million.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderMark(i64);

impl OrderMark {
    /// The mark of the order with that reference.
    pub fn of(merchant: MerchantId, environment: Environment, reference: &str) -> Self {
        let digest = Sha256::new()
            .chain_update(b"order\0")
            .chain_update(merchant.to_bytes())
            .chain_update(environment.as_str())
            .chain_update([0])
            .chain_update(reference)
            .finalize();
        OrderMark(digest.iter().take(5).fold(0, |mark, byte| (mark << 8) | i64::from(*byte)))
    }

    /// The mark as a number of 40 bits, as it is stored.
    pub fn number(self) -> i64 {
        self.0
    }
}

impl PaymentId {
    /// An identifier for a payment of the order with that mark: a version 7 UUID whose last six bytes are the seal of the
    /// merchant and the mark of the order. Of the random bytes the first four are used, which is enough, because all
    /// identifiers that have the rest in common are of one order and one millisecond.
    pub fn of_order(
        merchant: MerchantId,
        environment: Environment,
        mark: OrderMark,
        now_ms: i64,
        random: [u8; 10],
    ) -> Self {
        let mut bytes = PaymentId::new(now_ms, random).to_bytes();
        bytes[11..].copy_from_slice(&mark.0.to_be_bytes()[3..]);
        bytes[10] = seal(merchant, environment, &bytes);
        PaymentId::from_bytes(bytes)
    }

    /// The payment that a gateway names by our reference for it, in any of the forms in which references are sent.
    pub fn of_reference(reference: &str) -> Option<Self> {
        let digits = reference.strip_prefix("pay")?;
        let digits = digits.strip_prefix('_').unwrap_or(digits);
        format!("{}{digits}", PaymentId::PREFIX).parse().ok()
    }

    /// Whether this was, by all it tells, made by a server of this merchant's before `now_ms` (unix ms). One in 256 of the
    /// identifiers that others make looks like it.
    pub fn is_of(self, merchant: MerchantId, environment: Environment, now_ms: i64) -> bool {
        let bytes = self.to_bytes();
        let is_version_7 = bytes[6] >> 4 == 7 && bytes[8] >> 6 == 2;
        is_version_7
            && self.made_at_ms() <= now_ms + AHEAD_MS
            && bytes[10] == seal(merchant, environment, &bytes)
    }

    /// The mark of the order that it was made for.
    pub fn order_mark(self) -> OrderMark {
        let bytes = self.to_bytes();
        OrderMark(bytes[11..].iter().fold(0, |mark, byte| (mark << 8) | i64::from(*byte)))
    }
}

/// Eight bits of a digest over the merchant and the rest of an identifier.
fn seal(merchant: MerchantId, environment: Environment, bytes: &[u8; 16]) -> u8 {
    let digest = Sha256::new()
        .chain_update(b"payment\0")
        .chain_update(merchant.to_bytes())
        .chain_update(environment.as_str())
        .chain_update([0])
        .chain_update(&bytes[..10])
        .chain_update(&bytes[11..])
        .finalize();
    digest[0]
}

const _: () = assert!(MARK_BITS == 40 && SEAL_BITS == 8, "the mark is bytes 11 to 15, the seal is byte 10");

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_770_000_000_000;

    fn merchant(letter: u8) -> MerchantId {
        MerchantId::new(NOW_MS, [letter; 10])
    }

    fn minted(letter: u8, environment: Environment, reference: &str, random: u8) -> PaymentId {
        let mark = OrderMark::of(merchant(letter), environment, reference);
        PaymentId::of_order(merchant(letter), environment, mark, NOW_MS, [random; 10])
    }

    #[test]
    fn a_payment_tells_its_merchant_its_order_and_its_time() {
        for random in [0, 7, 255] {
            let id = minted(b'a', Environment::Live, "ORD-1", random);
            assert_eq!(id.made_at_ms(), NOW_MS);
            assert_eq!(id.order_mark(), OrderMark::of(merchant(b'a'), Environment::Live, "ORD-1"));
            assert!((0..1 << MARK_BITS).contains(&id.order_mark().number()));
            assert!(id.is_of(merchant(b'a'), Environment::Live, NOW_MS));
            assert!(!id.is_of(merchant(b'a'), Environment::Live, NOW_MS - AHEAD_MS - 1), "from the future");
            for other in [
                OrderMark::of(merchant(b'a'), Environment::Live, "ORD-2"),
                OrderMark::of(merchant(b'a'), Environment::Test, "ORD-1"),
                OrderMark::of(merchant(b'b'), Environment::Live, "ORD-1"),
            ] {
                assert_ne!(id.order_mark(), other);
            }
        }
    }

    #[test]
    fn what_others_make_hardly_looks_like_ours() {
        let mine = |id: &PaymentId| id.is_of(merchant(b'a'), Environment::Live, NOW_MS);
        let theirs =
            (0..=255).map(|random| minted(b'b', Environment::Live, "ORD-1", random)).filter(mine).count();
        let plain = (0..=255).map(|random| PaymentId::new(NOW_MS, [random; 10])).filter(mine).count();
        assert!(theirs < 8 && plain < 8, "{theirs} {plain}");
        assert!(!mine(&PaymentId::from_bytes([0; 16])));
    }

    #[test]
    fn payments_of_one_order_differ() {
        assert_ne!(minted(b'a', Environment::Live, "ORD-1", 1), minted(b'a', Environment::Live, "ORD-1", 2));
    }

    #[test]
    fn a_reference_is_read_in_every_form_in_which_it_is_sent() {
        let id = minted(b'a', Environment::Test, "ORD-1", 3);
        let (written, digits) = (id.to_string(), id.to_string().replace('_', ""));
        for (reference, read) in [
            (written.as_str(), Some(id)),
            (&digits, Some(id)),
            ("OCPL-A1B2C3-D4E5", None),
            ("pay", None),
            ("", None),
            ("payment_1", None),
            (&written.to_uppercase(), None),
        ] {
            assert_eq!(PaymentId::of_reference(reference), read, "{reference}");
        }
    }
}
