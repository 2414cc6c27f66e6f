//! What the endpoints for fronts need: the application, and what lets customers in.

use std::ops::Deref;

use crate::access::Access;
use crate::app::App;
use crate::vault::Secret;

/// The state of the front's endpoints. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Front {
    app: App,
    /// What lets customers in.
    pub(crate) access: Access,
}

impl Front {
    /// The front of that application.
    ///
    /// # Errors
    /// The vault is closed.
    pub(crate) fn of(app: App) -> Secret<Self> {
        let (store, clock) = (app.store().clone(), app.clock().clone());
        let access =
            Access::new(store, clock, app.registry().clone(), app.reach().clone(), app.living_nodes())?;
        Ok(Front { app, access })
    }
}

impl Deref for Front {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}
