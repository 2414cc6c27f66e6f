//! The audit log: what operators did, from where. What they did to an order says its journal, too.

use std::collections::BTreeMap;

use guichet_core::{MerchantId, chain};
use serde::{Deserialize, Serialize};

use crate::store::{AuditRow, CommitError, Fault, Guard, append_to_audit, json_text};

use super::Operators;

/// How often an entry is tried to be written behind the last one.
const TRIES: usize = 16;

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {
        /// What an operator did.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum AuditedAction { $($(#[$doc])* $name,)* }

        impl AuditedAction {
            /// Its word in the log.
            pub(crate) fn as_str(self) -> &'static str {
                match self { $(AuditedAction::$name => $word,)* }
            }

            /// The action of that word.
            pub(crate) fn of(word: &str) -> Option<Self> {
                match word { $($word => Some(AuditedAction::$name),)* _ => None }
            }
        }
    };
}

actions! {
    /// Signed in.
    SignedIn = "signed_in";
    /// Chose a password, by a link.
    ChosePassword = "chose_password";
    /// Invited somebody.
    Invited = "invited";
    /// Changed what somebody may do.
    ChangedRole = "changed_role";
    /// Disabled somebody.
    Disabled = "disabled";
    /// Let somebody in again.
    Enabled = "enabled";
    /// Made somebody choose a new password.
    Reset = "reset";
    /// Ended a session.
    EndedSession = "ended_session";
    /// Acted on an order.
    ActedOnOrder = "acted_on_order";
    /// Sent something again.
    SentAgain = "sent_again";
    /// Took a gateway account or an endpoint out of use, or back.
    Switched = "switched";
    /// Made a key.
    MadeKey = "made_key";
    /// Revoked a key.
    RevokedKey = "revoked_key";
    /// Took a list out of the server.
    Exported = "exported";
    /// Closed a day of the book.
    ClosedDay = "closed_day";
}

/// Who did something, from where, and to what.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Noted {
    /// The login.
    pub(crate) by: String,
    /// The address; empty at the command line.
    pub(crate) from: String,
    /// What it was done to, by its identifier or name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) to: String,
    /// What was before and after, and what else there is to say, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) with: BTreeMap<String, String>,
}

impl Noted {
    /// Something that operator did, at that address.
    pub(crate) fn by(login: &str, address: &str) -> Self {
        Noted { by: login.to_owned(), from: address.to_owned(), to: String::new(), with: BTreeMap::new() }
    }

    /// The same, done to that.
    pub(crate) fn to(self, to: impl ToString) -> Self {
        Noted { to: to.to_string(), ..self }
    }

    /// The same, with one thing more to say.
    pub(crate) fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.with.insert(name.to_owned(), value.to_string());
        self
    }
}

/// An entry as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Stored {
    action: String,
    #[serde(flatten)]
    noted: Noted,
}

/// An entry of the audit log.
#[derive(Debug, Clone)]
pub(crate) struct AuditedEntry {
    /// Its number in its chain.
    pub(crate) seq: i64,
    /// When it was made (unix ms).
    pub(crate) at_ms: i64,
    /// What was done; `None` for what this version does not know.
    pub(crate) action: Option<AuditedAction>,
    /// Who did it, and to what.
    pub(crate) noted: Noted,
}

impl Operators {
    /// Writes down what an operator did to a merchant's things, or to what belongs to no merchant.
    ///
    /// # Errors
    /// It could not be written.
    pub(crate) async fn note(
        &self,
        noted: Noted,
        merchant: Option<MerchantId>,
        action: AuditedAction,
    ) -> Result<(), CommitError> {
        note(&self.0.app, noted, merchant, action).await
    }

    /// The newest entries before that number.
    ///
    /// # Errors
    /// They cannot be read, or one was altered or removed.
    pub(crate) async fn audit(
        &self,
        merchant: Option<MerchantId>,
        before: i64,
        limit: i64,
    ) -> Result<Vec<AuditedEntry>, Fault> {
        let rows = self.0.app.store().audit(merchant, before, limit + 1).await?;
        let linked = |pair: &[AuditRow]| {
            pair[0].seq == pair[1].seq + 1 && pair[0].hash == chain(&pair[1].hash, &pair[0].entry)
        };
        if !rows.windows(2).all(linked) {
            return Err(Fault::new("an entry of the audit log was altered or removed"));
        }
        let entry = |row: &AuditRow| {
            let stored: Stored = serde_json::from_str(&row.entry)
                .map_err(|error| Fault::new(format!("an entry of the audit log: {error}")))?;
            let action = AuditedAction::of(&stored.action);
            Ok(AuditedEntry { seq: row.seq, at_ms: row.at_ms, action, noted: stored.noted })
        };
        rows.iter().take(usize::try_from(limit).unwrap_or_default()).map(entry).collect()
    }
}

/// Writes down that somebody closed a day of a merchant's book at the command line.
///
/// # Errors
/// It could not be written.
pub async fn note_closed_day(
    app: &crate::app::App,
    login: &str,
    merchant: MerchantId,
    (day, environment): (&str, &str),
) -> Result<(), CommitError> {
    let noted = Noted::by(login, "").to(day).with("environment", environment);
    note(app, noted, Some(merchant), AuditedAction::ClosedDay).await
}

/// Writes down what was done, behind whatever was written down before.
///
/// # Errors
/// It could not be written.
pub(super) async fn note(
    app: &crate::app::App,
    noted: Noted,
    merchant: Option<MerchantId>,
    action: AuditedAction,
) -> Result<(), CommitError> {
    let entry = json_text(&Stored { action: action.as_str().to_owned(), noted }, 256);
    let at_ms = app.clock().now_ms();
    for _ in 0..TRIES {
        let last = app.store().audit(merchant, i64::MAX, 1).await?;
        match app.store().commit(vec![append_to_audit(merchant, last.first(), &entry, at_ms)]).await {
            Err(CommitError::Conflict(Guard::Row)) => {}
            other => return other,
        }
    }
    Err(CommitError::Overloaded)
}
