//! CinetPay Checkout v2 (West and Central Africa): a hosted page for mobile money, cards and
//! wallets, notifications signed with `x-token`, and a check that can be asked by the merchant's own
//! `transaction_id`. Written after the vendor's public documentation (initialisation, verification,
//! notification, hmac, return, table of codes), its integration guide, and its published client
//! libraries; where they are silent or disagree, the code beside it says what we chose.

mod amount;
mod callback;
mod client;
mod codes;
mod dialect;
mod fields;
mod notice;
mod read;
mod rules;
mod seen;
mod shown;
mod sign;
pub mod wire;

pub use client::CinetPay;
pub use dialect::CinetPayDialect;

/// The gateway's name, on both ends.
const NAME: &str = "cinetpay";

/// How long a link counts as alive: 24 hours. The vendor documents no expiry, so this is our choice,
/// and a long one: a link that we hold for dead while the gateway does not can be paid a second time.
const LINK_TTL_MS: i64 = 24 * 3_600_000;

/// The longest transaction identifier or token that is read from anybody, in bytes. Nothing is
/// documented; real tokens have some 128 hexadecimal digits, merchants' identifiers some 30.
const REFERENCE_BYTES: usize = 512;

/// The most lines of `invoice_data` (the initialisation page).
const MOST_RECEIPT_LINES: usize = 3;

/// Whether a text can be an identifier or a token: short, and nothing in it that ends a line or
/// hides. Which characters the vendor takes is not documented beyond "no special ones".
fn is_reference(text: &str, most_bytes: usize) -> bool {
    (1..=most_bytes).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && !text.bytes().all(|byte| byte == b'.')
}
