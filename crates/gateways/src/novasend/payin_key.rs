//! The idempotency key of a payment: a UUID made of our reference for it, so that opening again sends
//! the same key without anybody having to remember it. A version 5 UUID would need SHA-1, which
//! nothing else here does; RFC 9562 gives version 8 to ids that are hashed in another way, and shows
//! this one (SHA-256 of a namespace and a name) in its appendix B.2.

use sha2::{Digest, Sha256};

/// The namespace of our references at Novasend: random bytes, made once, never to be changed.
const NAMESPACE: [u8; 16] =
    [0x6b, 0x1f, 0x0c, 0x5e, 0x93, 0xd4, 0x4a, 0x27, 0x8e, 0x71, 0x2c, 0xa9, 0x50, 0xe6, 0x3d, 0xb8];

/// The key for that reference, in lower case.
pub(super) fn of_reference(reference: &str) -> String {
    named(NAMESPACE, reference)
}

/// A version 8 UUID: the first 128 bits of SHA-256(namespace, name) with version and variant set.
fn named(namespace: [u8; 16], name: &str) -> String {
    let hash = Sha256::new().chain_update(namespace).chain_update(name).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = data_encoding::HEXLOWER.encode(&bytes);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// Whether a text is spelled 8-4-4-4-12 in hexadecimal; any version will do.
pub(super) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_rfc() {
        // The DNS namespace and the name of RFC 9562, appendix B.2.
        let dns =
            [0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8];
        assert_eq!(named(dns, "www.example.com"), "5c146b14-3c52-8afd-938a-375d0df1fbf6");
    }

    #[test]
    fn a_reference_has_one_key() {
        assert_eq!(of_reference("pay_1"), of_reference("pay_1"));
        assert_ne!(of_reference("pay_1"), of_reference("pay_2"));
        assert!(is_uuid(&of_reference("")));
    }

    #[test]
    fn only_the_usual_spelling_is_a_uuid() {
        assert!(is_uuid("ef76fb64-af0b-4c37-8729-bf61d85721fd"));
        assert!(is_uuid("EF76FB64-AF0B-4C37-8729-BF61D85721FD"));
        for wrong in [
            "",
            "ef76fb64af0b4c378729bf61d85721fd",
            "{ef76fb64-af0b-4c37-8729-bf61d85721fd}",
            "gf76fb64-af0b-4c37-8729-bf61d85721fd",
            "ef76fb64-af0b-4c37-8729-bf61d85721f",
            "ef76fb64-af0b-4c37-8729-bf61d85721fdd",
            "order-1",
        ] {
            assert!(!is_uuid(wrong), "{wrong}");
        }
    }
}
