//! What is kept of a code: a hash that only this server can make, bound to whose code it is.

use data_encoding::HEXLOWER;
use guichet_core::CustomerId;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::vault::Vault;

/// What hashes codes.
pub(super) struct CodeHasher(Hmac<Sha256>);

impl CodeHasher {
    /// A hasher that every node under the same vault has.
    pub(super) fn under(vault: &Vault) -> Self {
        CodeHasher(vault.derive("codes of customers"))
    }

    pub(super) fn hash(&self, customer: CustomerId, code: &str) -> String {
        let mut mac = self.0.clone();
        mac.update(customer.to_string().as_bytes());
        mac.update(code.as_bytes());
        HEXLOWER.encode(&mac.finalize().into_bytes())
    }
}
