//! The demo's way into the back office: links that open it once, signed in, without a password or a code. They live in the memory of
//! the one node that was started with them. No command, setting, environment variable or row of a database makes a server that
//! serves real shops take one: it does not even have the route.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use guichet_core::OperatorId;

use crate::access::{NotLetIn, Password};
use crate::app::App;
use crate::random;
use crate::store::choose_password;

use super::Operators;
use super::audit::{AuditedAction, Noted};
use super::invitation::{NewOperator, invite};
use super::session::Browser;
use super::sign_in::normalized;

/// What every link's token begins with.
const PREFIX: &str = "goe_";

/// Whom the demo's operators are made by, as the audit log says it.
const MADE_BY: &str = "demo";

/// Links that open the office once. A clone is the same ones.
#[derive(Clone, Default)]
pub struct DemoEntrance(Arc<Mutex<HashMap<String, OperatorId>>>);

impl DemoEntrance {
    /// Makes an operator who has that password already: it is asked for before money and keys.
    ///
    /// # Errors
    /// The login is taken, or the store is in trouble.
    pub async fn operator(
        &self,
        app: &App,
        new: NewOperator<'_>,
        password: &str,
    ) -> anyhow::Result<OperatorId> {
        let (login, name) = (normalized(new.login), new.name);
        let id = invite(app, new, MADE_BY, "").await?.operator;
        let hash = Operators::of(app.clone())?.0.access.hash(Password::from(password.to_owned())).await?;
        let row = app.store().operator(id).await?;
        let row = row.ok_or_else(|| anyhow::anyhow!("the operator {login} is not in the database"))?;
        app.store().commit(vec![choose_password(&row, &hash, name)]).await?;
        Ok(id)
    }

    /// A link that opens the office once, signed in as that operator, at the node that was started with this.
    pub fn link(&self, app: &App, operator: OperatorId) -> String {
        let token = random::secret(PREFIX);
        self.links().insert(random::fingerprint(token.as_bytes()), operator);
        format!("{}/office/enter/{token}", app.public_url())
    }

    /// Whom a link lets in. It serves no more then.
    fn take(&self, token: &str) -> Option<OperatorId> {
        self.links().remove(&random::fingerprint(token.as_bytes()))
    }

    fn links(&self) -> MutexGuard<'_, HashMap<String, OperatorId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Operators {
    /// Lets in whoever comes by such a link: what the new session's cookie holds; `None` when it serves no more.
    ///
    /// # Errors
    /// The store is in trouble.
    pub(crate) async fn enter(
        &self,
        entrance: &DemoEntrance,
        token: &str,
        browser: Browser,
    ) -> Result<Option<String>, NotLetIn> {
        let Some(id) = entrance.take(token) else { return Ok(None) };
        let store = self.0.app.store();
        let operator = store.operator(id).await?.filter(|operator| operator.disabled_at_ms.is_none());
        let Some(operator) = operator else { return Ok(None) };
        let address = browser.address.clone();
        let (cookie, writes) = self.new_session(&operator, browser);
        store.commit(writes).await?;
        self.note(Noted::by(&operator.login, &address), None, AuditedAction::SignedIn).await?;
        Ok(Some(cookie))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_serves_once_and_no_other_token_does() {
        let entrance = DemoEntrance::default();
        let operator = OperatorId::new(1, [7; 10]);
        entrance.links().insert(random::fingerprint(b"goe_right"), operator);
        assert_eq!(entrance.take("goe_wrong"), None);
        assert_eq!(entrance.take(&random::fingerprint(b"goe_right")), None, "what is kept is no token");
        assert_eq!(entrance.clone().take("goe_right"), Some(operator));
        assert_eq!(entrance.take("goe_right"), None);
    }
}
