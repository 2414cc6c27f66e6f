//! What holds for both ends of the protocol: its names, its headers and its limits.

/// The gateway's name, on both ends.
pub(super) const NAME: &str = "novasend";

/// The header of the idempotency key, a UUID (the guide, the docs).
pub(super) const IDEMPOTENCY_HEADER: http::HeaderName = http::HeaderName::from_static("x-idempotency-key");

/// The header of a notification's signature: the lower-case hexadecimal HMAC-SHA256 of its body (the docs).
pub(super) const SIGNATURE_HEADER: &str = "x-signature-value";

/// The life of a link, which neither the guide nor the docs tell. 15 minutes are our choice, and only our own
/// dialect expires a link by it: see `opened.rs`.
pub(super) const LINK_TTL_MS: i64 = 15 * 60 * 1000;

/// The least amount, in whole francs (the docs; other pages say 200 and 300).
pub(super) const LEAST_FRANCS: i64 = 100;

/// The greatest amount, in whole francs (the docs).
pub(super) const MOST_FRANCS: i64 = 2_000_000;

/// The longest merchant reference, in characters: one integrator's rule, for the vendor gives none.
pub(super) const MERCHANT_REFERENCE_CHARS: usize = 128;

/// The code of a failure by the operator's refusal. The guide says only that there is a code; both are our choice,
/// made for our dialect and read from no other's words.
pub(super) const PAYMENT_DECLINED: &str = "payment_declined";

/// The code of a failure by the payer's own refusal.
pub(super) const NOT_CONFIRMED: &str = "confirmation_declined";

/// Whether a text can be a merchant's own reference.
pub(super) fn is_merchant_reference(text: &str) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= MERCHANT_REFERENCE_CHARS
        && !text.chars().any(char::is_control)
}
