//! Changes of what is declared of a shop, written as a shop file's are: with a new revision of the configuration, and not over what somebody
//! else changed meanwhile.

use guichet_core::{AccountId, MerchantId};

use crate::message::{Occasion, OwnWording};
use crate::office::Office;
use crate::office::answer::{Problem, Trouble};
use crate::office::visitor::Visitor;
use crate::pages::Language;
use crate::registry::{AccountSettings, Snapshot};
use crate::store::{CommitError, Guard, MerchantRow, Write, move_revision_from, put_account, put_merchant};

use super::labelled::Typed as TypedLabel;
use super::typed::Typed;

/// How often a change is made anew because the configuration was changed meanwhile.
const ATTEMPTS: usize = 8;

/// What is changed.
#[derive(Debug, Clone)]
pub(super) enum Edit {
    /// What customers see of the shop.
    Shop(Typed),
    /// What a way to pay is called.
    Label(AccountId, TypedLabel),
    /// The shop's own words for a message.
    Words(Occasion, Language, OwnWording),
}

/// Writes a change that keeps the rules.
///
/// # Errors
/// It is not there any more what is to change, or cannot be written.
pub(super) async fn write(
    office: &Office,
    visitor: &Visitor,
    shop: MerchantId,
    edit: &Edit,
) -> Result<(), Problem> {
    for _ in 0..ATTEMPTS {
        let snapshot = office.app.registry().snapshot();
        let write = edit.write(office, visitor, &snapshot, shop).await?;
        // What is sealed is written back as it was read, which is right only under the same key.
        let sealed = office.app.registry().sealed().map_err(|_| visitor.problem(Trouble::Fault))?;
        match office.app.store().commit(vec![move_revision_from(snapshot.revision()), sealed, write]).await {
            Ok(()) => {
                office.reread().await;
                return Ok(());
            }
            Err(CommitError::Conflict(Guard::Row)) => office.reread().await,
            Err(error) => return Err(visitor.problem(error.into())),
        }
    }
    Err(visitor.problem(CommitError::Overloaded.into()))
}

/// A shop that is in use.
pub(super) fn merchant<'a>(
    visitor: &Visitor,
    snapshot: &'a Snapshot,
    shop: MerchantId,
) -> Result<&'a MerchantRow, Problem> {
    let row = snapshot.merchants.get(&shop).filter(|row| row.ended_at_ms.is_none());
    row.ok_or_else(|| visitor.problem(Trouble::NotFound))
}

impl Edit {
    async fn write(
        &self,
        office: &Office,
        visitor: &Visitor,
        snapshot: &Snapshot,
        shop: MerchantId,
    ) -> Result<Write, Problem> {
        let row = merchant(visitor, snapshot, shop)?;
        let now_ms = office.app.clock().now_ms();
        // The rules were kept when it was typed; what they are held against beside it does not change them.
        let broken = || visitor.problem(Trouble::Fault);
        match self {
            Edit::Shop(typed) => Ok(put_merchant(&typed.write_to(row).map_err(|_| broken())?, now_ms)),
            Edit::Words(occasion, language, own) => {
                let messages = row.messages.with_words(*occasion, *language, own).map_err(|_| broken())?;
                Ok(put_merchant(&MerchantRow { messages, ..row.clone() }, now_ms))
            }
            Edit::Label(account, typed) => labelled(office, visitor, *account, typed, now_ms).await,
        }
    }
}

async fn labelled(
    office: &Office,
    visitor: &Visitor,
    account: AccountId,
    typed: &TypedLabel,
    now_ms: i64,
) -> Result<Write, Problem> {
    let rows = office.app.store().gateway_accounts().await;
    let rows = rows.map_err(|fault| visitor.problem(fault.into()))?;
    let row = rows.into_iter().find(|row| row.id == account && !row.standing.has_ended());
    let mut row = row.ok_or_else(|| visitor.problem(Trouble::NotFound))?;
    let broken = |_| visitor.problem(Trouble::Fault);
    let settings: AccountSettings = serde_json::from_str(&row.settings).map_err(broken)?;
    let settings = AccountSettings { label: typed.label(), ..settings };
    row.settings = serde_json::to_string(&settings).map_err(broken)?;
    Ok(put_account(&row, now_ms))
}
