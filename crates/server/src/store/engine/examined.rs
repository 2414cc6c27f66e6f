//! What an examination of a database finds.

/// What an examination of a database found.
#[derive(Debug, Clone)]
pub struct Examined {
    /// What is damaged, a sentence each; none is health as far as that can be told.
    pub damage: Vec<String>,
    /// What was looked at, as a sentence without its stop.
    pub looked_at: &'static str,
}
