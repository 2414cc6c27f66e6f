//! `POST /office/gateways/{id}/switch`: a gateway account is taken out of use, or back.

use axum::extract::{Path, State};
use axum::response::Response;
use guichet_core::AccountId;
use serde::Deserialize;

use crate::office::Office;
use crate::office::answer::{Problem, Trouble, redirect};
use crate::office::form::Form;
use crate::office::visitor::Visitor;
use crate::operators::{AuditedAction, Noted, Permission};
use crate::store::{Switched, move_revision, switch_account};

/// What an account is to be.
#[derive(Deserialize)]
pub(super) struct Wanted {
    to: To,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum To {
    InUse,
    Disabled,
}

pub(super) async fn switch(
    State(office): State<Office>,
    visitor: Visitor,
    Path(id): Path<String>,
    Form(wanted): Form<Wanted>,
) -> Result<Response, Problem> {
    let missing = || visitor.problem(Trouble::NotFound);
    let id: AccountId = id.parse().map_err(|_| missing())?;
    let account = visitor.snapshot().accounts.get(&id);
    let account = account.filter(|account| {
        // One that has ended is declared again in its shop file, or not at all.
        visitor.may(Permission::SwitchGateways, account.merchant, account.environment)
            && !account.standing.has_ended()
    });
    let account = account.ok_or_else(missing)?;
    let by = &visitor.signed().operator.login;
    let disabled = wanted.to == To::Disabled;
    let switched = Switched { disabled, by, at_ms: office.app.clock().now_ms() };
    let writes = vec![switch_account(id, &switched), move_revision()];
    office.app.store().commit(writes).await.map_err(|error| visitor.problem(error.into()))?;
    office.reread().await;
    let (before, after) = (account.standing.word(), if disabled { "disabled" } else { "in_use" });
    let say =
        |noted: Noted| noted.to(id).with("name", &account.name).with("before", before).with("after", after);
    visitor.note(Some(account.merchant), AuditedAction::Switched, say).await?;
    Ok(redirect(&format!("{}/gateways?done={after}#{id}", visitor.base())))
}
