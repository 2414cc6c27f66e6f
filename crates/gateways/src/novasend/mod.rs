//! Novasend Payin (UEMOA and CEMAC): mobile money on a hosted page or on the payer's phone, in whole
//! francs. Written after the vendor's integration guide (here "the guide", generation A of its
//! answers) and its public documentation (here "the docs", generation B), which differ; what only
//! other integrators report is said so where it is used.

mod amount;
mod callback;
mod client;
mod country;
mod dialect;
mod opened;
mod read;
mod refusal;
mod render;
mod rules;
mod seen;
mod sign;
mod stringify;
mod uuid;
pub mod wire;

pub use client::Novasend;
pub use dialect::NovasendDialect;

/// The gateway's name, on both ends.
const NAME: &str = "novasend";

/// What makes a repeated POST answer the same payment; its value is a UUID (the guide, the docs).
const IDEMPOTENCY_HEADER: http::HeaderName = http::HeaderName::from_static("x-idempotency-key");

/// The lower-case hexadecimal HMAC-SHA256 of a notification's body (the docs).
const SIGNATURE_HEADER: &str = "x-signature-value";

/// How long a link lives: neither the guide nor the docs say. 15 minutes are our choice, and only
/// our own dialect lets a link lapse by it: see [`opened`].
const LINK_TTL_MS: i64 = 15 * 60 * 1000;

/// The least amount, in whole francs (the docs; other pages say 200 and 300).
const LEAST_FRANCS: i64 = 100;

/// The greatest amount, in whole francs (the docs).
const MOST_FRANCS: i64 = 2_000_000;

/// The longest merchant reference, in characters: one integrator's rule, for the vendor gives none.
const MERCHANT_REFERENCE_CHARS: usize = 128;

/// Whether a text can be a merchant's own reference.
fn is_merchant_reference(text: &str) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= MERCHANT_REFERENCE_CHARS
        && !text.chars().any(char::is_control)
}
