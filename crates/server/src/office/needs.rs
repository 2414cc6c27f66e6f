//! What a screen or an action asks of whoever comes.

use crate::operators::Permission;

/// What a route asks of whoever comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// Nothing: it is for those who are not signed in.
    Nothing,
    /// That they are signed in.
    SignedIn,
    /// That they may do that in one of the shops that they look at. What is another shop's is for the handler to refuse, by
    /// [`Visitor`](super::visitor::Visitor).
    May(Permission),
    /// The same, and that they have typed their password lately.
    MayWithProof(Permission),
}

impl Needs {
    /// The permission, where it takes one.
    pub(super) fn permission(self) -> Option<Permission> {
        match self {
            Needs::Nothing | Needs::SignedIn => None,
            Needs::May(permission) | Needs::MayWithProof(permission) => Some(permission),
        }
    }
}
