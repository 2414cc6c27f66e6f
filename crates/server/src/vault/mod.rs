//! Secrets at rest: sealed with one key that lies outside the database, each bound to the row and the column it belongs
//! to, so that a sealed text copied elsewhere does not open. What is derived for other purposes comes from a secret that
//! is sealed in the database itself, so that it stays when the key is changed.

mod key;
mod key_file;
mod locked;
mod no_key;
mod places;

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::random;

pub use key::VaultKey;
pub use key_file::write_new;
pub(crate) use key_file::{give_new, kept_as, rotation_begun};
pub(crate) use locked::opened;
pub use locked::{Locked, Secret};
pub use no_key::NoKey;
pub(crate) use places::real;
pub use places::{FoundKey, KeyPlaces};

/// Opens and seals secrets.
#[derive(Clone)]
pub struct Vault {
    key: VaultKey,
    /// Where keys for other purposes come from.
    root: Hmac<Sha256>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}

impl Vault {
    /// The vault under that key. `root` is the secret that keys for other purposes come from.
    pub fn new(key: VaultKey, root: &SecretString) -> Self {
        Vault { key, root: keyed(root.expose_secret().as_bytes()) }
    }

    /// A vault that is forgotten with the process.
    pub fn fleeting() -> Self {
        Vault::new(VaultKey::random(), &SecretString::from(random::token()))
    }

    /// The key that it seals with.
    pub fn key(&self) -> &VaultKey {
        &self.key
    }

    /// A key for one other purpose, which tells nothing about this vault's own or any other one.
    pub fn derive(&self, purpose: &str) -> Hmac<Sha256> {
        let mut mac = self.root.clone();
        mac.update(purpose.as_bytes());
        keyed(&Zeroizing::new(<[u8; 32]>::from(mac.finalize().into_bytes()))[..])
    }

    /// Seals a secret bound to one column of one row, such as `gateway_accounts/acc_…/sealed_secret`.
    pub fn seal(&self, secret: &str, binding: &str) -> anyhow::Result<String> {
        self.key.seal(secret, binding)
    }

    /// Opens what was sealed with that binding.
    ///
    /// # Errors
    /// It was sealed with another key or binding, or it is damaged.
    pub fn open(&self, sealed: &str, binding: &str) -> anyhow::Result<SecretString> {
        self.key.open(sealed, binding)
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104)")]
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    <Hmac<Sha256>>::new_from_slice(key).expect("a key of any length")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derived_key_depends_on_the_root_and_the_purpose_and_not_on_the_key() {
        let (root, other) = (SecretString::from("root"), SecretString::from("other"));
        let mac = |root: &SecretString, purpose: &str| {
            Vault::new(VaultKey::random(), root).derive(purpose).finalize().into_bytes()
        };
        assert_eq!(mac(&root, "tokens"), mac(&root, "tokens"));
        assert_ne!(mac(&root, "tokens"), mac(&root, "codes"));
        assert_ne!(mac(&root, "tokens"), mac(&other, "tokens"));
        assert_eq!(format!("{:?}", Vault::fleeting()), "Vault(…)");
    }
}
