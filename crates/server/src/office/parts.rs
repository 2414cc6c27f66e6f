//! What the back office works with, in one value that is cheap to clone.

use crate::app::App;
use crate::operators::Operators;

/// What the back office works with. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Office {
    pub(super) app: App,
    pub(super) operators: Operators,
}
