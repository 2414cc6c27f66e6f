//! What the doctor says about one thing.

use serde::Serialize;

/// One finding: what was looked at, whether it is as it should be, and a sentence about it.
#[derive(Debug, Serialize)]
pub(super) struct Finding {
    pub(super) what: &'static str,
    pub(super) good: bool,
    pub(super) detail: String,
}

pub(super) fn finding(what: &'static str, good: bool, detail: impl Into<String>) -> Finding {
    Finding { what, good, detail: detail.into() }
}
