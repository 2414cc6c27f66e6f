//! Access tokens: a text that says which login it belongs to and until when, under a code that only
//! this server can make. Nothing of it is stored; whether the login is still open is looked up at
//! every use, so that ending a login ends its tokens at once.

use data_encoding::BASE64URL_NOPAD;
use guichet_core::LoginId;
use hmac::{Hmac, Mac};
use http::{HeaderMap, header};
use sha2::Sha256;

use crate::vault::Vault;

/// What every access token begins with: the version of this format.
const VERSION: &str = "ga1";

/// Makes and reads access tokens.
#[derive(Clone)]
pub(crate) struct AccessTokens(Hmac<Sha256>);

impl AccessTokens {
    /// Tokens that every node under the same vault can read.
    pub(super) fn under(vault: &Vault) -> Self {
        AccessTokens(vault.derive("access tokens of customers"))
    }

    /// A token for that login that serves until then (unix ms).
    pub(super) fn issue(&self, login: LoginId, expires_at_ms: i64) -> String {
        let said = format!("{VERSION}.{login}.{expires_at_ms}");
        let code = BASE64URL_NOPAD.encode(&self.over(&said).finalize().into_bytes());
        format!("{said}.{code}")
    }

    /// The login that a token belongs to, if we made it and it has not expired.
    pub(crate) fn read(&self, token: &str, now_ms: i64) -> Option<LoginId> {
        let (said, code) = token.rsplit_once('.')?;
        let code = BASE64URL_NOPAD.decode(code.as_bytes()).ok()?;
        // Compared in a time that does not tell where the two differ.
        self.over(said).verify_slice(&code).ok()?;
        let mut parts = said.strip_prefix(VERSION)?.strip_prefix('.')?.split('.');
        let (login, expires_at_ms) = (parts.next()?.parse().ok()?, parts.next()?.parse::<i64>().ok()?);
        (parts.next().is_none() && now_ms < expires_at_ms).then_some(login)
    }

    fn over(&self, said: &str) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(said.as_bytes());
        mac
    }
}

/// The token in `Authorization: Bearer …`.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_770_000_000_000;

    #[test]
    fn only_our_own_tokens_are_read_and_only_in_their_time() {
        let vault = Vault::fleeting();
        let (tokens, login) = (AccessTokens::under(&vault), LoginId::new(NOW_MS, [7; 10]));
        let token = tokens.issue(login, NOW_MS + 1000);
        assert_eq!(tokens.read(&token, NOW_MS), Some(login));
        assert_eq!(AccessTokens::under(&vault).read(&token, NOW_MS + 999), Some(login));
        assert_eq!(tokens.read(&token, NOW_MS + 1000), None, "expired");
        assert_eq!(AccessTokens::under(&Vault::fleeting()).read(&token, NOW_MS), None, "another vault");
        for at in 0..token.len() {
            let mut wrong = token.clone().into_bytes();
            wrong[at] = if wrong[at] == b'0' { b'1' } else { b'0' };
            let wrong = String::from_utf8(wrong).unwrap();
            // The last character of the code has bits to spare; one that says the same is not read either.
            assert_eq!(tokens.read(&wrong, NOW_MS), None, "{wrong}");
        }
        let later = token.replace(&(NOW_MS + 1000).to_string(), &(NOW_MS + 9000).to_string());
        for wrong in
            ["", ".", "ga1", "ga1...", &token[1..], &format!("{token}A"), &format!(" {token}"), &later]
        {
            assert_eq!(tokens.read(wrong, NOW_MS), None, "{wrong}");
        }
    }

    #[test]
    fn a_bearer_is_asked_for_in_any_case() {
        for (value, expected) in [
            ("Bearer abc", Some("abc")),
            ("bearer  abc ", Some("abc")),
            ("Basic abc", None),
            ("abc", None),
            ("", None),
        ] {
            let headers = HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())]);
            assert_eq!(bearer(&headers), expected, "{value}");
        }
        assert_eq!(bearer(&HeaderMap::new()), None);
    }
}
