//! Secrets at rest: sealed with one key that lies outside the database, each bound to the row and
//! the column it belongs to, so that a sealed text copied elsewhere does not open.

use std::path::Path;

use anyhow::{Context, bail};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};
use hmac::{Hmac, Mac};
use secrecy::SecretString;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::random;

const NONCE_BYTES: usize = 12;

/// Opens and seals secrets.
#[derive(Clone)]
pub struct Vault {
    cipher: ChaCha20Poly1305,
    /// Where keys for other purposes come from.
    root: Hmac<Sha256>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(…)")
    }
}

impl Vault {
    /// A vault under a key of 32 bytes written as 64 hex digits.
    pub fn from_hex(text: &str) -> anyhow::Result<Self> {
        let bytes = HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).map(Zeroizing::new);
        let bytes = bytes.context("the encryption key is 64 hexadecimal digits")?;
        if bytes.len() != 32 {
            bail!("the encryption key is 64 hexadecimal digits, not {}", bytes.len() * 2);
        }
        let key = Key::try_from(bytes.as_slice()).context("the encryption key is 32 bytes")?;
        Ok(Self::under(&key))
    }

    /// A vault under a key that is forgotten with the process.
    pub fn fleeting() -> Self {
        Self::under(&Key::from(random::bytes::<32>()))
    }

    fn under(key: &Key) -> Self {
        Vault { cipher: ChaCha20Poly1305::new(key), root: keyed(key) }
    }

    /// A key for one other purpose, which tells nothing about this vault's own or any other one.
    pub fn derive(&self, purpose: &str) -> Hmac<Sha256> {
        let mut mac = self.root.clone();
        mac.update(purpose.as_bytes());
        keyed(&Zeroizing::new(<[u8; 32]>::from(mac.finalize().into_bytes()))[..])
    }

    /// The vault whose key lies in that file; made, readable by its owner only, when missing.
    pub fn from_file(path: &Path) -> anyhow::Result<Self> {
        if let Ok(text) = std::fs::read_to_string(path) {
            return Self::from_hex(&text).with_context(|| format!("in the key file {}", path.display()));
        }
        let text = Zeroizing::new(data_encoding::HEXLOWER.encode(&random::bytes::<32>()));
        write_private(path, &text)
            .with_context(|| format!("cannot write the key file {}", path.display()))?;
        tracing::info!(file = %path.display(), "a new encryption key was made; keep a copy of it apart from the database");
        Self::from_hex(&text)
    }

    /// Seals a secret bound to one column of one row, such as `gateway_accounts/acc_…/secret`.
    pub fn seal(&self, secret: &str, binding: &str) -> anyhow::Result<String> {
        let nonce = random::bytes::<NONCE_BYTES>();
        let payload = Payload { msg: secret.as_bytes(), aad: binding.as_bytes() };
        let sealed = self.cipher.encrypt(&Nonce::from(nonce), payload);
        let sealed = sealed.ok().context("a secret could not be sealed")?;
        Ok(BASE64.encode(&[nonce.as_slice(), &sealed].concat()))
    }

    /// Opens what was sealed with that binding.
    pub fn open(&self, sealed: &str, binding: &str) -> anyhow::Result<SecretString> {
        let bytes = BASE64.decode(sealed.as_bytes()).context("a sealed secret is not base64")?;
        let (nonce, message) = bytes.split_at_checked(NONCE_BYTES).context("a sealed secret is too short")?;
        let nonce = Nonce::try_from(nonce).context("a sealed secret has no nonce")?;
        let opened = self.cipher.decrypt(&nonce, Payload { msg: message, aad: binding.as_bytes() });
        let opened = opened.ok().with_context(|| {
            format!("the secret at {binding} does not open: is this the key file it was sealed with?")
        })?;
        let text = String::from_utf8(opened).ok().context("a sealed secret is not text")?;
        Ok(SecretString::from(text))
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104)")]
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("a key of any length")
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret as _;

    #[test]
    fn opens_only_where_it_was_sealed() {
        let vault = Vault::fleeting();
        let sealed = vault.seal("sk_live_canary", "accounts/1/secret").unwrap();
        assert!(!sealed.contains("canary"));
        assert_eq!(vault.open(&sealed, "accounts/1/secret").unwrap().expose_secret(), "sk_live_canary");
        assert!(vault.open(&sealed, "accounts/2/secret").is_err());
        assert!(Vault::fleeting().open(&sealed, "accounts/1/secret").is_err());
        assert_eq!(format!("{vault:?}"), "Vault(…)");
    }

    #[test]
    fn a_derived_key_depends_on_the_vault_and_the_purpose() {
        let vault = Vault::fleeting();
        let mac = |vault: &Vault, purpose: &str| vault.derive(purpose).finalize().into_bytes();
        assert_eq!(mac(&vault, "tokens"), mac(&vault.clone(), "tokens"));
        assert_ne!(mac(&vault, "tokens"), mac(&vault, "codes"));
        assert_ne!(mac(&vault, "tokens"), mac(&Vault::fleeting(), "tokens"));
    }

    #[test]
    fn a_key_file_is_made_once_and_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let path = std::env::temp_dir().join(format!("guichet-key-{}", random::token()));
        let sealed = Vault::from_file(&path).unwrap().seal("s", "p").unwrap();
        assert!(Vault::from_file(&path).unwrap().open(&sealed, "p").is_ok());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::remove_file(path).unwrap();
    }
}
