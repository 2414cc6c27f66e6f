//! Signing in: a name, a password and a one-time code, all at once, so that no answer tells which of them was wrong or whether there
//! is somebody of that name.

use crate::access::{NotLetIn, Password, Source};
use crate::limiter::Key;
use crate::random;
use crate::store::{CommitError, Guard, OperatorRow, Write, dummy_write, use_code, use_recovery_code};

use super::session::{Browser, Signed};
use super::{AuditedAction, Noted, Operators};

/// What somebody types to come in.
pub(crate) struct Attempt {
    /// Their name to sign in with.
    pub(crate) login: String,
    /// Their password.
    pub(crate) password: Password,
    /// A one-time code, or one of those that serve in its stead.
    pub(crate) code: String,
}

/// A name as it is compared and stored.
pub(super) fn normalized(login: &str) -> String {
    login.trim().to_lowercase()
}

/// What is stored of a code that serves in the stead of one-time codes: spaces and letters' case do not matter.
pub(super) fn recovery_hash(code: &str) -> String {
    let code: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    random::fingerprint(code.to_ascii_lowercase().as_bytes())
}

impl Operators {
    /// Lets somebody in: what the new session's cookie holds; `None` when something was wrong.
    ///
    /// # Errors
    /// Too many failed, or the store is in trouble.
    pub(crate) async fn sign_in(
        &self,
        attempt: Attempt,
        source: Source,
        browser: Browser,
    ) -> Result<Option<String>, NotLetIn> {
        let now_ms = self.0.app.clock().now_ms();
        let login = normalized(&attempt.login);
        let (from, name) = (source.key(), Key::of(&["operator", &login]));
        self.0.failures.take(from, now_ms)?;
        if let Err(too_many) = self.0.failures_by_name.take(name, now_ms) {
            self.0.failures.give_back(from);
            return Err(too_many.into());
        }
        let store = self.0.app.store();
        let known = store.operator_called(&login).await?;
        let may =
            |operator: &&OperatorRow| operator.disabled_at_ms.is_none() && !operator.password.is_empty();
        let stored = known.as_ref().filter(may).map(|operator| operator.password.as_str());
        let is_right = self.0.access.verify(attempt.password, stored).await?;
        let known = known.filter(|_| is_right);
        let code = known.as_ref().map(|operator| self.code_used(operator, &attempt.code));
        let used = store.commit(vec![code.unwrap_or_else(dummy_write)]).await;
        let Some(operator) = known.filter(|_| used.is_ok()) else {
            return match used {
                Ok(()) | Err(CommitError::Conflict(Guard::Row)) => Ok(None),
                Err(error) => Err(error.into()),
            };
        };
        self.0.failures.give_back(from);
        self.0.failures_by_name.give_back(name);
        let address = browser.address.clone();
        let (cookie, writes) = self.new_session(&operator, browser);
        store.commit(writes).await?;
        self.note(Noted::by(&operator.login, &address), None, AuditedAction::SignedIn).await?;
        Ok(Some(cookie))
    }

    /// The write that uses up the code that was typed; it touches no row where the code is wrong, or was used before.
    fn code_used(&self, operator: &OperatorRow, typed: &str) -> Write {
        let secret = self.0.codes.secret(operator.id, operator.codes_made);
        match secret.number(typed, self.0.app.clock().now_ms()) {
            Some(number) => use_code(operator.id, number),
            None => use_recovery_code(operator.id, &recovery_hash(typed)),
        }
    }

    /// Whether that is the password of the operator who is signed in; then they have proved who they are.
    ///
    /// # Errors
    /// Too many failed, or the store is in trouble.
    pub(crate) async fn prove(&self, signed: &Signed, password: Password) -> Result<bool, NotLetIn> {
        let (now_ms, name) =
            (self.0.app.clock().now_ms(), Key::of(&["proof", &signed.operator.id.to_string()]));
        self.0.failures_by_name.take(name, now_ms)?;
        let is_right = self.0.access.verify(password, Some(&signed.operator.password)).await?;
        if is_right {
            self.0.failures_by_name.give_back(name);
            self.note_proof(signed).await?;
        }
        Ok(is_right)
    }
}
