//! The merchants that were active lately, for the pages: who called, who has a payment, who set something up.

use std::collections::VecDeque;

use crate::tenant::Tenant;

/// The most merchants that are remembered; the one that was quiet longest is dropped for a new one.
const MAX_MERCHANTS: usize = 1_000;

/// The merchants, the last active first.
#[derive(Default)]
pub(crate) struct Merchants(VecDeque<Tenant>);

impl Merchants {
    /// This merchant is active now.
    pub(crate) fn note(&mut self, tenant: &Tenant) {
        if self.0.front() == Some(tenant) {
            return;
        }
        self.0.retain(|known| known != tenant);
        self.0.push_front(tenant.clone());
        self.0.truncate(MAX_MERCHANTS);
    }

    /// The merchant of that name at this vendor.
    pub(crate) fn find(&self, dialect: &str, merchant: &str) -> Option<&Tenant> {
        self.0.iter().find(|known| known.dialect().name() == dialect && known.merchant() == merchant)
    }

    /// All of them, the last active first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Tenant> {
        self.0.iter()
    }
}
