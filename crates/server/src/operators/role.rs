//! What an operator is in a shop, and its changes: the same from the office and at the command line.

use guichet_core::MerchantId;

use crate::app::App;
use crate::store::{CommitError, OperatorRow, Role, RoleRow, put_role, remove_role};

use super::audit::{AuditedAction, Noted, note};

/// What somebody is to be from now on.
#[derive(Debug, Clone, Copy)]
pub struct RoleChange {
    /// The merchant; `None` for all that have no row of their own.
    pub merchant: Option<MerchantId>,
    /// The role, and whether it holds for real money too; `None` takes it away.
    pub to: Option<(Role, bool)>,
}

/// Changes what an operator is in a shop, and writes down what it was. Whether anything changed.
///
/// # Errors
/// The store is in trouble.
pub async fn change_role(
    app: &App,
    operator: &OperatorRow,
    change: RoleChange,
    by: &str,
    from: &str,
) -> Result<bool, CommitError> {
    let RoleChange { merchant, to } = change;
    let before = operator.roles.iter().find(|role| role.merchant == merchant).copied();
    let after = to.map(|(role, live)| RoleRow { merchant, role, live });
    if before == after {
        return Ok(false);
    }
    let write = match &after {
        Some(role) => put_role(operator.id, role),
        None => remove_role(operator.id, merchant),
    };
    app.store().commit(vec![write]).await?;
    let noted = Noted::by(by, from).to(&operator.login);
    let noted = noted.with("before", told(before)).with("after", told(after));
    note(app, noted, merchant, AuditedAction::ChangedRole).await?;
    Ok(true)
}

/// A role in words of the log, such as `clerk test`.
fn told(role: Option<RoleRow>) -> String {
    let money = |live: bool| if live { "live" } else { "test" };
    role.map_or_else(|| "none".to_owned(), |role| format!("{} {}", role.role.as_str(), money(role.live)))
}
