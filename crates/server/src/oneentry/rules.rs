//! The rules that a project and a product must keep, checked when they are declared, so that nothing
//! that a customer does can meet a hole.

use super::project::{Product, Project};

/// A rule that a declaration breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{rule}")]
pub(crate) struct Broken {
    /// Where, such as `storages[0].form`.
    pub(crate) field: String,
    /// Which, as a sentence.
    pub(crate) rule: String,
}

fn broken(field: &str, rule: impl Into<String>) -> Broken {
    Broken { field: field.to_owned(), rule: rule.into() }
}

impl Project {
    /// Whether everything in it fits together.
    pub(crate) fn check(&self) -> Result<(), Broken> {
        self.currency().map_err(|error| broken("currency", format!("{error}.")))?;
        Ok(())
    }
}

impl Product {
    /// Whether it can be sold.
    pub(crate) fn check(&self) -> Result<(), Broken> {
        if self.id < 1 {
            return Err(broken("id", "A product's number is at least 1."));
        }
        Ok(())
    }
}
