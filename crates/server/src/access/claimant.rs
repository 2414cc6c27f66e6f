//! Somebody who says that they are a customer. Whether there is such a customer is told to nobody before it is proved.

use guichet_core::{CustomerId, Environment, MerchantId};

use crate::limiter::{Key, Limiter, TooMany};
use crate::store::{CustomerRow, CustomerStatus, Fault};

use super::entry::Access;
use crate::source::Source;

/// Somebody who says that they are a customer.
#[derive(Debug)]
pub(crate) struct Claimant {
    /// The customer of that identifier.
    pub(crate) customer: Option<CustomerRow>,
    /// The budget of the device, when this very customer has signed in on it before: nobody behind the
    /// same address can use that up.
    own: Option<Key>,
    /// The budget of where the request comes from.
    source: Key,
    /// What is counted of the name, whether anybody has it or not; a device that is known counts for
    /// itself here too.
    pub(crate) name: Key,
    /// The same for every device.
    whose: Key,
}

/// What an attempt to sign in was charged to.
pub(crate) struct Charged {
    by: Key,
    name: Option<Key>,
}

/// Where and by what somebody wants to come in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Claim<'a> {
    /// Whose shop.
    pub(crate) merchant: MerchantId,
    /// Play money or real money.
    pub(crate) environment: Environment,
    /// The way to sign in, by its marker.
    pub(crate) provider: &'a str,
    /// By what, normalized.
    pub(crate) identifier: &'a str,
}

impl Claim<'_> {
    /// What is counted of the identifier, whether anybody has it or not.
    pub(crate) fn name(&self) -> Key {
        let Claim { merchant, environment, provider, identifier } = self;
        Key::of(&["name", &merchant.to_string(), environment.as_str(), provider, identifier])
    }
}

/// The id of nobody.
fn nobody() -> CustomerId {
    CustomerId::new(0, [0; 10])
}

impl Access {
    /// Looks up the customer that somebody says to be, on a device of that fingerprint. As much is read whether there
    /// is one or not.
    pub(crate) async fn claimant(
        &self,
        claim: Claim<'_>,
        fingerprint: &str,
        source: Source,
    ) -> Result<Claimant, Fault> {
        let Claim { merchant, environment, provider, identifier } = claim;
        let store = &self.0.store;
        let customer = store.customer_called(merchant, environment, provider, identifier).await?;
        let id = customer.as_ref().map_or_else(nobody, |customer| customer.id);
        let known_device = store.is_known_device(id, fingerprint).await?;
        let own = known_device.then(|| Key::of(&["device", &id.to_string(), fingerprint]));
        let whose = claim.name();
        Ok(Claimant { customer, own, source: source.key(), name: own.unwrap_or(whose), whose })
    }

    /// Charges an attempt to sign in: to the device's own budget, or to where the request comes from and to the name.
    ///
    /// # Errors
    /// Too many failed there, or under that name.
    pub(crate) fn charge_attempt(&self, claimant: &Claimant, now_ms: i64) -> Result<Charged, TooMany> {
        let limits = self.limits();
        let by = claimant.charge(&limits.failures, now_ms)?;
        let name = (claimant.own != Some(by)).then_some(claimant.whose);
        if let Some(name) = name
            && let Err(too_many) = limits.failures_by_name.take(name, now_ms)
        {
            limits.failures.give_back(by);
            return Err(too_many);
        }
        Ok(Charged { by, name })
    }

    /// Gives back what a success was charged.
    pub(crate) fn give_attempt_back(&self, charged: &Charged) {
        self.limits().failures.give_back(charged.by);
        if let Some(name) = charged.name {
            self.limits().failures_by_name.give_back(name);
        }
    }
}

impl Claimant {
    /// Whether this very customer, and nobody else, has signed in on the device before.
    pub(crate) fn is_on_known_device(&self) -> bool {
        self.own.is_some()
    }

    /// Charges an attempt to the device's own budget and, once that is used up, to where the request
    /// comes from: whoever guesses the name of a device uses up no more than that. What was charged can
    /// be given back.
    ///
    /// # Errors
    /// Too many came from there.
    pub(crate) fn charge(&self, limiter: &Limiter, now_ms: i64) -> Result<Key, TooMany> {
        let own = self.own.filter(|own| limiter.take(*own, now_ms).is_ok());
        match own {
            Some(own) => Ok(own),
            None => limiter.take(self.source, now_ms).map(|()| self.source),
        }
    }

    /// The id of the customer, or of nobody.
    pub(crate) fn id(&self) -> CustomerId {
        self.customer.as_ref().map_or_else(nobody, |customer| customer.id)
    }
}

impl CustomerRow {
    /// Whether a code can be of use to the customer: not to somebody who has left.
    pub(crate) fn may_prove(&self) -> bool {
        self.status != CustomerStatus::Archived
    }
}
