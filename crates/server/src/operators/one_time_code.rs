//! One-time codes by RFC 6238, as every application for them makes them: SHA-1, six digits, a new one every 30 seconds. Their
//! secret is derived from the vault's root, so that none is stored; a new one is another number in the derivation.

use data_encoding::BASE32_NOPAD;
use guichet_core::OperatorId;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use totp_rs::{Algorithm, Builder, Totp};
use zeroize::Zeroizing;

use crate::vault::Vault;

/// How many bytes a secret has: what RFC 4226 recommends.
const SECRET_BYTES: usize = 20;

/// How long a code is the present one, in seconds.
const STEP_S: u64 = 30;

/// How many steps a clock may be off, either way.
const SKEW: u16 = 1;

/// What makes the secrets of one-time codes.
pub(super) struct CodeMaker(Hmac<Sha256>);

/// The secret of an operator's one-time codes.
pub(super) struct CodeSecret(Zeroizing<Vec<u8>>);

impl CodeMaker {
    /// A maker that every node under the same vault has.
    pub(super) fn under(vault: &Vault) -> Self {
        CodeMaker(vault.derive("one-time codes of operators"))
    }

    /// The operator's secret, the one that was made `made` times.
    pub(super) fn secret(&self, operator: OperatorId, made: i64) -> CodeSecret {
        let mut mac = self.0.clone();
        mac.update(&operator.to_bytes());
        mac.update(&made.to_be_bytes());
        CodeSecret(Zeroizing::new(mac.finalize().into_bytes()[..SECRET_BYTES].to_vec()))
    }
}

impl CodeSecret {
    fn codes(&self) -> Totp {
        let codes = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_skew(SKEW);
        codes.with_step_duration(STEP_S).with_secret(self.0.to_vec()).build_noncompliant()
    }

    /// The number of the code that was typed, if it is the one of about now.
    pub(super) fn number(&self, typed: &str, now_ms: i64) -> Option<i64> {
        let digits: String = typed.chars().filter(|char| !char.is_whitespace()).collect();
        let now_s = u64::try_from(now_ms / 1000).ok()?;
        self.codes().check(&digits, now_s).and_then(|number| i64::try_from(number).ok())
    }

    /// The secret as people type it into an application, in groups of four.
    pub(super) fn typed(&self) -> String {
        let text = BASE32_NOPAD.encode(&self.0);
        let groups: Vec<&str> =
            (0..text.len()).step_by(4).filter_map(|at| text.get(at..(at + 4).min(text.len()))).collect();
        groups.join(" ")
    }

    /// The same as an application reads it from a QR code.
    pub(super) fn link(&self, login: &str) -> String {
        let login = percent_encoding::utf8_percent_encode(login, percent_encoding::NON_ALPHANUMERIC);
        let secret = BASE32_NOPAD.encode(&self.0);
        format!("otpauth://totp/Guichet:{login}?secret={secret}&issuer=Guichet")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values of RFC 6238, appendix B, for SHA-1; six digits of the eight there.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = CodeSecret(Zeroizing::new(b"12345678901234567890".to_vec()));
        for (at_s, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(secret.number(code, at_s * 1000), Some(at_s / 30), "{at_s}");
            assert_eq!(secret.number(code, (at_s + 30) * 1000), Some(at_s / 30), "a clock that is fast");
            assert_eq!(secret.number(code, (at_s + 90) * 1000), None, "too old");
        }
        assert_eq!(secret.number("287 082", 59_000), Some(1), "as applications show it");
        for wrong in ["", "287083", "28708", "2870822", "٢٨٧٠٨٢"] {
            assert_eq!(secret.number(wrong, 59_000), None, "{wrong}");
        }
    }

    #[test]
    fn every_operator_and_every_new_secret_has_its_own() {
        let maker = CodeMaker::under(&Vault::fleeting());
        let (one, other) = (OperatorId::new(1, [1; 10]), OperatorId::new(1, [2; 10]));
        let texts = [maker.secret(one, 1), maker.secret(one, 2), maker.secret(other, 1)].map(|s| s.typed());
        assert_ne!(texts[0], texts[1]);
        assert_ne!(texts[0], texts[2]);
        assert_eq!(maker.secret(one, 1).typed(), texts[0]);
        assert_eq!(texts[0].len(), 32 + 7);
        let link = maker.secret(one, 1).link("nadia b.");
        assert!(link.starts_with("otpauth://totp/Guichet:nadia%20b%2E?secret="), "{link}");
    }
}
