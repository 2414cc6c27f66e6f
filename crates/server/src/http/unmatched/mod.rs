//! `/v1/unmatched_notifications`: money for nobody, one file for each endpoint.

pub(super) mod dismiss;
pub(super) mod list;
pub(super) mod tie;

use guichet_core::{Code, UnmatchedId};

use crate::app::App;
use crate::store::{UnmatchedRow, UnmatchedStatus};

use super::caller::Caller;
use super::problem::Problem;

/// The caller's notification of that identifier.
async fn known(app: &App, caller: &Caller, id: UnmatchedId) -> Result<UnmatchedRow, Problem> {
    let row = app.store().unmatched(id).await?;
    let is_theirs =
        |row: &UnmatchedRow| row.merchant == caller.merchant && row.environment == caller.environment;
    row.filter(is_theirs).ok_or_else(|| Problem::not_found("notification"))
}

/// The same, if it waits for a decision.
async fn open(app: &App, caller: &Caller, id: UnmatchedId) -> Result<UnmatchedRow, Problem> {
    let row = known(app, caller, id).await?;
    match row.status {
        UnmatchedStatus::Open => Ok(row),
        settled @ (UnmatchedStatus::Tied | UnmatchedStatus::Dismissed) => {
            let detail =
                format!("This notification was {} already; nothing is left to decide.", settled.as_str());
            Err(Problem::new(Code::NotificationSettled, detail))
        }
    }
}
