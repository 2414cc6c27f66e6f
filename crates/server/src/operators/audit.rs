//! The audit log: what operators did, from where. What they did to an order says its journal, too.

use std::collections::BTreeMap;

use guichet_core::{MerchantId, chain};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::store::{AuditRow, CommitError, Fault, Guard, OperatorRow, Store, append_to_audit, json_text};

use super::Operators;

/// How often an entry is tried to be written behind the last one.
const TRIES: usize = 16;

/// How many entries are verified at once.
const CHECKED_AT_ONCE: i64 = 500;

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
    /// Gave an endpoint a new signing secret.
    RotatedSecret = "rotated_secret";
    /// Counted the cash and closed the till.
    ClosedTill = "closed_till";
    /// Made a key.
    MadeKey = "made_key";
    /// Revoked a key.
    RevokedKey = "revoked_key";
    /// Made a payment link.
    MadePaymentLink = "made_payment_link";
    /// Closed a payment link.
    EndedPaymentLink = "ended_payment_link";
    /// Took a list out of the server.
    Exported = "exported";
    /// Closed a day of the book.
    ClosedDay = "closed_day";
    /// Ended a customer's session, or all of them.
    EndedCustomerSession = "ended_customer_session";
    /// Archived a customer.
    ArchivedCustomer = "archived_customer";
    /// Took a customer's archiving back.
    TookArchivingBack = "took_archiving_back";
    /// Made a product.
    MadeProduct = "made_product";
    /// Changed a product.
    ChangedProduct = "changed_product";
    /// Took a product out of the catalogue.
    RemovedProduct = "removed_product";
    /// Changed what customers read of a shop.
    ChangedShop = "changed_shop";
}

/// Who did something, from where, and to what.
#[derive(Debug, Clone)]
pub(crate) struct Noted {
    /// The login.
    pub(crate) by: String,
    /// The address; empty at the command line.
    pub(crate) from: String,
    /// What it was done to, by its identifier or name.
    pub(crate) to: String,
    /// What was before and after, and what else there is to say, by name.
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
#[derive(Debug, Serialize, Deserialize)]
struct Stored {
    action: String,
    by: String,
    from: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    to: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    with: BTreeMap<String, String>,
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

/// A page of the audit log.
#[derive(Debug, Clone)]
pub(crate) struct Audited {
    /// The entries, newest first; what cannot be read is left out.
    pub(crate) entries: Vec<AuditedEntry>,
    /// Whether there are older ones.
    pub(crate) has_more: bool,
    /// Whether nothing of them was altered, or removed from between.
    pub(crate) is_whole: bool,
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
    /// They cannot be read.
    pub(crate) async fn audit(
        &self,
        merchant: Option<MerchantId>,
        before: i64,
        limit: i64,
    ) -> Result<Audited, Fault> {
        let mut rows = self.0.app.store().audit(merchant, before, limit + 1).await?;
        let most = usize::try_from(limit).unwrap_or_default();
        let has_more = rows.len() > most;
        let is_linked = is_linked(&rows, !has_more);
        rows.truncate(most);
        let read: Vec<Option<AuditedEntry>> = rows.iter().map(entry).collect();
        let is_whole = is_linked && read.iter().all(Option::is_some);
        Ok(Audited { entries: read.into_iter().flatten().collect(), has_more, is_whole })
    }
}

/// Whether each of these entries, newest first, is linked to the one before; the last of them to nothing, where it is the first of
/// all.
fn is_linked(rows: &[AuditRow], has_first: bool) -> bool {
    let linked = |pair: &[AuditRow]| {
        pair[0].seq == pair[1].seq + 1 && pair[0].hash == chain(&pair[1].hash, &pair[0].entry)
    };
    let begins = |first: &AuditRow| first.seq == 1 && first.hash == chain("", &first.entry);
    rows.windows(2).all(linked) && (!has_first || rows.last().is_none_or(begins))
}

fn entry(row: &AuditRow) -> Option<AuditedEntry> {
    let stored: Stored = serde_json::from_str(&row.entry).ok()?;
    let Stored { action, by, from, to, with } = stored;
    let (action, noted) = (AuditedAction::of(&action), Noted { by, from, to, with });
    Some(AuditedEntry { seq: row.seq, at_ms: row.at_ms, action, noted })
}

/// Whether nothing of a chain was altered, or removed from between.
///
/// # Errors
/// It cannot be read.
pub async fn chain_is_whole(store: &Store, merchant: Option<MerchantId>) -> Result<bool, Fault> {
    let mut before = i64::MAX;
    loop {
        let rows = store.audit(merchant, before, CHECKED_AT_ONCE).await?;
        let has_more = rows.len() > 1 && i64::try_from(rows.len()).is_ok_and(|read| read == CHECKED_AT_ONCE);
        if !is_linked(&rows, !has_more) || rows.iter().any(|row| entry(row).is_none()) {
            return Ok(false);
        }
        match rows.last() {
            // The last one is looked at again, as what the next ones lead to.
            Some(last) if has_more => before = last.seq + 1,
            Some(_) | None => return Ok(true),
        }
    }
}

/// Writes down what was done to somebody in the log of every shop in which they are something: each owner reads it there.
///
/// # Errors
/// It could not be written.
pub(super) async fn note_about(
    app: &App,
    noted: Noted,
    person: &OperatorRow,
    action: AuditedAction,
) -> Result<(), CommitError> {
    if person.roles.is_empty() {
        return note(app, noted, None, action).await;
    }
    for role in &person.roles {
        note(app, noted.clone(), role.merchant, action).await?;
    }
    Ok(())
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
    app: &App,
    noted: Noted,
    merchant: Option<MerchantId>,
    action: AuditedAction,
) -> Result<(), CommitError> {
    let Noted { by, from, to, with } = noted;
    let entry = json_text(&Stored { action: action.as_str().to_owned(), by, from, to, with }, 256);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A chain of that many entries, newest first.
    fn chained(count: i64) -> Vec<AuditRow> {
        let mut rows: Vec<AuditRow> = Vec::new();
        for seq in 1..=count {
            let entry = format!(r#"{{"action":"signed_in","by":"amina","from":"","to":"{seq}"}}"#);
            let previous = rows.first().map_or("", |row| row.hash.as_str());
            let hash = chain(previous, &entry);
            rows.insert(0, AuditRow { seq, entry, hash, at_ms: seq });
        }
        rows
    }

    #[test]
    fn what_was_altered_or_removed_shows() {
        type Alter = fn(&mut Vec<AuditRow>);
        let table: [(&str, Alter, bool); 6] = [
            ("nothing", |_| (), true),
            ("an entry", |rows| rows[2].entry = rows[2].entry.replace("amina", "samir"), false),
            ("the first", |rows| rows[4].entry = rows[4].entry.replace("amina", "samir"), false),
            ("one is gone", |rows| drop(rows.remove(2)), false),
            ("the first is gone", |rows| drop(rows.pop()), false),
            ("all are gone", Vec::clear, true),
        ];
        for (what, alter, expected) in table {
            let mut rows = chained(5);
            alter(&mut rows);
            assert_eq!(is_linked(&rows, true), expected, "{what}");
        }
        // Of a page in the middle nobody knows what comes before.
        assert!(is_linked(&chained(5)[..3], false));
    }
}
