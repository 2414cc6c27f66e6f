//! The query of the lists of the control API.

use std::collections::HashMap;

use crate::refusal::Refusal;

/// The number of entries of a list unless told otherwise, and the most.
const PAGE: (usize, usize) = (100, 1000);

/// The query of a list: which lines are wanted, and how many.
pub(super) struct ListQuery(pub(super) HashMap<String, String>);

impl ListQuery {
    /// The most entries to show.
    pub(super) fn limit(&self) -> Result<usize, Refusal> {
        let (usual, most) = PAGE;
        self.0.get("limit").map_or(Ok(usual), |limit| {
            limit.parse().ok().filter(|limit| (1..=most).contains(limit)).ok_or_else(|| {
                Refusal::invalid("limit", format!("limit is a whole number between 1 and {most}."))
            })
        })
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Whether a line is wanted that has this text under that name.
    pub(super) fn admits(&self, name: &str, found: &str) -> bool {
        self.get(name).is_none_or(|wanted| wanted == found)
    }
}
