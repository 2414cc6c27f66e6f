//! Operators: the people who work in the back office. They come in by an invitation, sign in with a password and a one-time code,
//! and may do what their role in a shop grants. What they do is in the journals of orders, and beside that in an audit log.

mod audit;
mod authority;
mod entrance;
mod invitation;
mod one_time_code;
mod role;
mod session;
mod sign_in;

use std::sync::Arc;

use crate::access::{Access, NotLetIn};
use crate::app::App;
use crate::limiter::{Limiter, Quota};
use crate::vault::Secret;

pub(crate) use crate::permission::Permission;
pub(crate) use audit::{Audited, AuditedAction, AuditedEntry, Noted};
pub use audit::{chain_is_whole, note_closed_day};
pub(crate) use authority::{Authority, NotTheirs};
pub use entrance::DemoEntrance;
pub(crate) use invitation::{Choice, NotChosen, Welcome};
pub use invitation::{Invited, NewOperator, NotInvited, disable, invite, reset};
pub use role::{RoleChange, change_role};
pub(crate) use session::{Browser, Signed, end_sessions};
pub(crate) use sign_in::Attempt;

use one_time_code::CodeMaker;

/// What lets operators in, and keeps what they do. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Operators(Arc<Parts>);

struct Parts {
    app: App,
    access: Access,
    codes: CodeMaker,
    /// How often somebody may fail to sign in from one place.
    failures: Limiter,
    /// How often anybody may fail to sign in by one name, wherever they come from.
    failures_by_name: Limiter,
}

impl Operators {
    /// The operators of this database.
    ///
    /// # Errors
    /// The vault is closed.
    pub(crate) fn of(app: App) -> Secret<Self> {
        let nodes = app.living_nodes().clone();
        let access = Access::new(
            app.store().clone(),
            app.clock().clone(),
            app.registry().clone(),
            app.reach().clone(),
            &nodes,
        )?;
        let codes = CodeMaker::under(app.registry().vault()?);
        Ok(Operators(Arc::new(Parts {
            app,
            access,
            codes,
            failures: Limiter::shared(Quota::new(20, 30_000), nodes.clone()),
            failures_by_name: Limiter::shared(Quota::new(30, 60_000), nodes),
        })))
    }
}
