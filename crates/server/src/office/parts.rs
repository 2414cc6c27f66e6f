//! What the back office works with, in one value that is cheap to clone.

use crate::app::App;
use crate::operators::{DemoEntrance, Operators};

use super::changes::Live;

/// What the back office works with. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Office {
    pub(super) app: App,
    pub(super) operators: Operators,
    pub(super) live: Live,
    /// The links by which the demo's operators come in; every other server has none.
    pub(super) entrance: Option<DemoEntrance>,
}

impl Office {
    /// Reads the configuration anew after it was changed here, so that the next page shows it. Where that fails the server
    /// does it by itself a second later.
    pub(super) async fn reread(&self) {
        if let Err(error) = self.app.registry().refresh().await {
            tracing::warn!(error = format!("{error:#}"), "the configuration was not read anew");
        }
    }
}
