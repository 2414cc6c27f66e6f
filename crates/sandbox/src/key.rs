//! Keys: which ones the simulated acquirer knows, whose they are, and the magic ones that force a
//! refusal. Every key is a tenant of its own, so two tests never see each other's payments.

use guichet_gateways::BackendRefusal;

use crate::faults::Call;

/// The merchant behind a key.
pub(crate) struct Tenant {
    key: Box<str>,
}

/// The shapes of keys and what they do, for the home page.
pub(crate) const SHAPES: &[(&str, &str)] = &[
    ("sk_sandbox_anything", "a sandbox key: payments say isSandbox true"),
    ("ea27b376-9f5c-4b09-883f-1b96cd7b541c", "any UUID is a sandbox key too"),
    ("sk_live_anything", "a live key: payments say isSandbox false (it is play money all the same)"),
    ("sk_…_unvalidated", "the merchant may not take payments yet: making one is refused"),
    ("sk_…_blocked", "the key may not be used from this address: every call is refused"),
    ("sk_…_limited", "too many calls: every call is refused"),
    ("anything else", "an unknown key"),
];

impl Tenant {
    /// Who makes this call.
    ///
    /// # Errors
    /// What the vendor would answer to such a key.
    pub(crate) fn admit(key: &str, call: Call) -> Result<Tenant, BackendRefusal> {
        let prefixed = secret_part(key);
        if prefixed.is_none_or(str::is_empty) && !is_uuid(key) {
            return Err(BackendRefusal::UnknownKey);
        }
        if key.ends_with("_blocked") {
            return Err(BackendRefusal::AddressBlocked);
        }
        if key.ends_with("_limited") {
            return Err(BackendRefusal::TooManyRequests);
        }
        if key.ends_with("_unvalidated") && call == Call::CreateLink {
            return Err(BackendRefusal::MerchantNotValidated);
        }
        Ok(Tenant { key: key.into() })
    }

    /// Whether this is the tenant of `key`.
    pub(crate) fn owns(&self, key: &str) -> bool {
        *self.key == *key
    }

    /// Whether its payments say that they are play money.
    pub(crate) fn sandbox(&self) -> bool {
        !self.key.starts_with("sk_live_")
    }

    /// Enough of the key to recognise it, not enough to use it.
    pub(crate) fn key_hint(&self) -> String {
        let secret = secret_part(&self.key).unwrap_or(&self.key);
        let kind = &self.key[..self.key.len() - secret.len()];
        let shown = secret.char_indices().rev().nth(3).filter(|(start, _)| *start >= 4);
        let tail = shown.map_or("", |(start, _)| &secret[start..]);
        format!("{kind}…{tail}")
    }

    /// The merchant's name at this acquirer: a number that the key always gives.
    pub(crate) fn merchant(&self) -> String {
        // FNV-1a, which the standard library does not have and which stays the same in every version.
        let hash = self.key.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
        });
        format!("user_{:09}", hash % 1_000_000_000)
    }
}

/// What follows the prefix of a key that has one.
fn secret_part(key: &str) -> Option<&str> {
    key.strip_prefix("sk_sandbox_").or_else(|| key.strip_prefix("sk_live_"))
}

/// Whether a text is spelled 8-4-4-4-12 in hexadecimal.
fn is_uuid(text: &str) -> bool {
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
    fn keys_are_admitted_by_their_shape() {
        let uuid = "ea27b376-9f5c-4b09-883f-1b96cd7b541c";
        for (key, call, expected) in [
            ("sk_sandbox_a", Call::CreateLink, Ok(true)),
            ("sk_live_a", Call::CreateLink, Ok(false)),
            (uuid, Call::CheckPayment, Ok(true)),
            ("sk_sandbox_", Call::CreateLink, Err(BackendRefusal::UnknownKey)),
            ("", Call::CheckPayment, Err(BackendRefusal::UnknownKey)),
            (&uuid[1..], Call::CreateLink, Err(BackendRefusal::UnknownKey)),
            ("_blocked", Call::CreateLink, Err(BackendRefusal::UnknownKey)),
            ("sk_live_x_blocked", Call::CheckPayment, Err(BackendRefusal::AddressBlocked)),
            ("sk_sandbox_x_limited", Call::CreateLink, Err(BackendRefusal::TooManyRequests)),
            ("sk_live_x_unvalidated", Call::CreateLink, Err(BackendRefusal::MerchantNotValidated)),
            ("sk_live_x_unvalidated", Call::CheckPayment, Ok(false)),
        ] {
            assert_eq!(Tenant::admit(key, call).map(|tenant| tenant.sandbox()), expected, "{key}");
        }
    }

    #[test]
    fn a_hint_never_shows_a_short_secret() {
        for (key, expected) in [
            ("sk_sandbox_abcdefgh", "sk_sandbox_…efgh"),
            ("sk_live_abc", "sk_live_…"),
            ("sk_live_abcdef", "sk_live_…"),
            ("sk_live_ééééàààà", "sk_live_…àààà"),
            ("ea27b376-9f5c-4b09-883f-1b96cd7b541c", "…541c"),
        ] {
            let hint = Tenant::admit(key, Call::CheckPayment).map(|tenant| tenant.key_hint());
            assert_eq!(hint.as_deref(), Ok(expected), "{key}");
        }
    }
}
