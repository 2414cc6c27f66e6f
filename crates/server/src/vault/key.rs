//! The vault key: 32 bytes that lie outside the database, and what they seal and open.

use std::fmt;

use anyhow::{Context, bail};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use data_encoding::{BASE64, HEXLOWER, HEXLOWER_PERMISSIVE};
use hmac::Mac as _;
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::keyed;
use crate::random;

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;

/// The bytes of a key's fingerprint: enough to tell any two keys apart, far too few to tell anything of one.
const FINGERPRINT_BYTES: usize = 8;

/// A vault key.
#[derive(Clone)]
pub struct VaultKey(Zeroizing<[u8; KEY_BYTES]>);

impl fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VaultKey(…)")
    }
}

impl VaultKey {
    /// A new key.
    pub fn random() -> Self {
        VaultKey(Zeroizing::new(random::bytes()))
    }

    /// The key that is written as 64 hexadecimal digits.
    ///
    /// # Errors
    /// A sentence about what is there instead, without any of it.
    pub fn from_hex(text: &str) -> anyhow::Result<Self> {
        let (text, digits) = (text.trim(), 2 * KEY_BYTES);
        if text.chars().count() != digits {
            bail!("a key is {digits} hexadecimal digits, and there are {} characters", text.chars().count());
        }
        let bytes = HEXLOWER_PERMISSIVE.decode(text.as_bytes()).map(Zeroizing::new).ok();
        let bytes =
            bytes.with_context(|| format!("a key is {digits} hexadecimal digits, and some are none"))?;
        let bytes = <[u8; KEY_BYTES]>::try_from(bytes.as_slice()).context("a key is 32 bytes")?;
        Ok(VaultKey(Zeroizing::new(bytes)))
    }

    /// The key as 64 hexadecimal digits.
    pub(super) fn to_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(HEXLOWER.encode(&*self.0))
    }

    /// What tells this key from others and nothing else about it: 16 hexadecimal digits, kept in the database and shown
    /// to people.
    pub fn fingerprint(&self) -> String {
        let mut mac = keyed(&*self.0);
        mac.update(b"fingerprint of a vault key");
        HEXLOWER.encode(&mac.finalize().into_bytes()[..FINGERPRINT_BYTES])
    }

    /// Seals a secret bound to one column of one row, such as `gateway_accounts/acc_…/sealed_secret`.
    pub fn seal(&self, secret: &str, binding: &str) -> anyhow::Result<String> {
        let nonce = random::bytes::<NONCE_BYTES>();
        let payload = Payload { msg: secret.as_bytes(), aad: binding.as_bytes() };
        let sealed = self.cipher().encrypt(&Nonce::from(nonce), payload);
        let sealed = sealed.ok().context("a secret could not be sealed")?;
        Ok(BASE64.encode(&[nonce.as_slice(), &sealed].concat()))
    }

    /// Opens what was sealed with that binding.
    ///
    /// # Errors
    /// It was sealed with another key or binding, or it is damaged.
    pub fn open(&self, sealed: &str, binding: &str) -> anyhow::Result<SecretString> {
        let bytes = BASE64.decode(sealed.as_bytes()).context("a sealed secret is not base64")?;
        let (nonce, message) = bytes.split_at_checked(NONCE_BYTES).context("a sealed secret is too short")?;
        let nonce = Nonce::try_from(nonce).context("a sealed secret has no nonce")?;
        let opened = self.cipher().decrypt(&nonce, Payload { msg: message, aad: binding.as_bytes() });
        let opened = opened.ok().with_context(|| {
            format!(
                "the secret at {binding} does not open with the key {}: it is damaged, or was sealed with another",
                self.fingerprint()
            )
        })?;
        let text = String::from_utf8(opened).ok().context("a sealed secret is not text")?;
        Ok(SecretString::from(text))
    }

    fn cipher(&self) -> ChaCha20Poly1305 {
        ChaCha20Poly1305::new(&Key::from(*self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;

    #[test]
    fn opens_only_where_it_was_sealed() {
        let key = VaultKey::random();
        let sealed = key.seal("sk_live_canary", "accounts/1/secret").unwrap();
        assert!(!sealed.contains("canary"));
        assert_eq!(key.open(&sealed, "accounts/1/secret").unwrap().expose_secret(), "sk_live_canary");
        assert!(key.open(&sealed, "accounts/2/secret").is_err());
        assert!(VaultKey::random().open(&sealed, "accounts/1/secret").is_err());
        assert_eq!(format!("{key:?}"), "VaultKey(…)");
    }

    #[test]
    fn what_is_no_key_is_said_without_showing_it() {
        let key = VaultKey::random();
        let same = VaultKey::from_hex(&format!(" {}\n", key.to_hex().to_uppercase())).unwrap();
        assert_eq!(same.fingerprint(), key.fingerprint());
        assert_ne!(VaultKey::random().fingerprint(), key.fingerprint());
        for (text, said) in [
            ("", "there are 0 characters"),
            ("abc", "there are 3 characters"),
            (&*"1".repeat(63), "there are 63 characters"),
            (&*"g".repeat(64), "some are none"),
            (&*"é".repeat(64), "some are none"),
        ] {
            let error = VaultKey::from_hex(text).unwrap_err().to_string();
            assert!(error.contains(said), "{text:?}: {error}");
        }
    }
}
