//! What the endpoints for fronts need: the application, and what lets customers in.

use std::ops::Deref;

use crate::access::Access;
use crate::app::App;

/// The state of the front's endpoints. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Front {
    app: App,
    /// What lets customers in.
    pub(crate) access: Access,
}

impl Front {
    /// The front of that application.
    pub(crate) fn of(app: App) -> Self {
        let (store, clock) = (app.store().clone(), app.clock().clone());
        let access = Access::new(store, clock, app.registry().clone(), app.reach().clone());
        Front { app, access }
    }
}

impl Deref for Front {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}
