//! What this node needs to let somebody in, in one value that is cheap to clone.

use std::sync::Arc;

use crate::clock::Clock;
use crate::limiter::SharedBy;
use crate::outbound::Reach;
use crate::registry::Registry;
use crate::store::Store;
use crate::vault::Secret;

use super::code_hasher::CodeHasher;
use super::even_time::EvenTime;
use super::limits::Limits;
use super::notices::Notices;
use super::password::{Password, Passwords};
use super::refused::NotLetIn;
use super::tokens::AccessTokens;

/// What this node needs to let somebody in. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Access(pub(super) Arc<Parts>);

pub(super) struct Parts {
    pub(super) store: Store,
    pub(super) clock: Clock,
    passwords: Passwords,
    pub(super) tokens: AccessTokens,
    pub(super) codes: CodeHasher,
    pub(super) notices: Notices,
    pub(super) limits: Limits,
}

impl Access {
    /// Access by what is stored; its tokens are good for every node on the same database, and its limits divided among
    /// `nodes`.
    ///
    /// # Errors
    /// The vault is closed.
    pub(crate) fn new(
        store: Store,
        clock: Clock,
        registry: Registry,
        reach: Reach,
        nodes: &SharedBy,
    ) -> Secret<Self> {
        let vault = registry.vault()?;
        Ok(Access(Arc::new(Parts {
            passwords: Passwords::new(),
            tokens: AccessTokens::under(vault),
            codes: CodeHasher::under(vault),
            notices: Notices::new(registry.clone(), clock.clone(), reach),
            limits: Limits::new(nodes),
            store,
            clock,
        })))
    }

    /// How often what may be done.
    pub(crate) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// An answer that tells nothing by its time, begun now.
    pub(crate) fn even_time(&self) -> EvenTime {
        EvenTime::begin(&self.0.clock)
    }

    /// The hash of a new password, to be stored.
    ///
    /// # Errors
    /// Too many wait to have one hashed.
    pub(crate) async fn hash(&self, password: Password) -> Result<String, NotLetIn> {
        self.0.passwords.hash(password).await
    }

    /// Whether that is the password of a stored hash. Without one as much is done, and the answer is no.
    ///
    /// # Errors
    /// Too many wait to have one hashed.
    pub(crate) async fn verify(&self, password: Password, stored: Option<&str>) -> Result<bool, NotLetIn> {
        self.0.passwords.verify(password, stored).await
    }
}
