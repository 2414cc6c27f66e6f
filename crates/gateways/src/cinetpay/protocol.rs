//! What holds for both ends of the protocol: its names, its headers and its limits.

/// The gateway's name, on both ends.
pub(super) const NAME: &str = "cinetpay";

/// The life of a link: 24 hours. The vendor documents no expiry, so this is our choice, and a long one: where we
/// take a link for expired and the gateway does not, the order can be paid twice.
pub(super) const LINK_TTL_MS: i64 = 24 * 3_600_000;

/// The longest transaction identifier or token that is read from anybody, in bytes. Nothing is
/// documented; real tokens have some 128 hexadecimal digits, merchants' identifiers some 30.
pub(super) const REFERENCE_BYTES: usize = 512;

/// The most lines of `invoice_data` (the initialisation page).
pub(super) const MOST_RECEIPT_LINES: usize = 3;

/// Whether a text can be an identifier or a token: short, and nothing in it that ends a line or
/// hides. Which characters the vendor takes is not documented beyond "no special ones".
pub(super) fn is_reference(text: &str, most_bytes: usize) -> bool {
    (1..=most_bytes).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && !text.bytes().all(|byte| byte == b'.')
}
