//! The idempotency key of a payin: a UUID made of our reference for it, so that opening again sends
//! the same key without anybody having to remember it. A version 5 UUID would need SHA-1, which
//! nothing else here does; RFC 9562 gives version 8 to ids that are hashed in another way, and shows
//! this one (SHA-256 of a namespace and a name) in its appendix B.2.

use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid, uuid};

/// The namespace of our references at Novasend: random bytes, made once, never to be changed.
const NAMESPACE: Uuid = uuid!("6b1f0c5e-93d4-4a27-8e71-2ca950e63db8");

/// The key for that reference, in lower case.
pub(super) fn of_reference(reference: &str) -> String {
    named(NAMESPACE, reference).to_string()
}

/// A version 8 UUID: the first 128 bits of SHA-256(namespace, name) with version and variant set.
fn named(namespace: Uuid, name: &str) -> Uuid {
    let hash = Sha256::new().chain_update(namespace).chain_update(name).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_rfc() {
        // The namespace of DNS and the name of RFC 9562, appendix B.2.
        let key = named(Uuid::NAMESPACE_DNS, "www.example.com");
        assert_eq!(key.to_string(), "5c146b14-3c52-8afd-938a-375d0df1fbf6");
    }

    #[test]
    fn a_reference_has_one_key() {
        assert_eq!(of_reference("pay_1"), of_reference("pay_1"));
        assert_ne!(of_reference("pay_1"), of_reference("pay_2"));
    }
}
