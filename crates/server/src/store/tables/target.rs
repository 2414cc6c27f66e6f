//! Where a delivery goes: to a webhook endpoint, to the shop's own client of a vendor, or to the
//! customer. Each target has permits of its own at the worker, so that none holds up another.

use std::fmt;
use std::str::FromStr;

use guichet_core::{BadId, CredentialId, EndpointId, MerchantId};

use crate::message::Channel;

use crate::store::engine::value::{Param, Shown, Values};

/// Where a delivery goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// A webhook endpoint of the shop.
    Endpoint(EndpointId),
    /// The shop, as a client of a vendor: it is sent that vendor's notifications.
    Client(CredentialId),
    /// The customers of a merchant, by one channel.
    Customers(MerchantId, Channel),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Endpoint(id) => id.fmt(f),
            Target::Client(id) => id.fmt(f),
            Target::Customers(merchant, channel) => write!(f, "{merchant}/{}", channel.as_str()),
        }
    }
}

impl FromStr for Target {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        if let Some((merchant, channel)) = text.split_once('/') {
            let merchant: MerchantId = merchant.parse()?;
            let channel = [Channel::Email, Channel::Sms].into_iter().find(|known| known.as_str() == channel);
            return channel
                .map(|channel| Target::Customers(merchant, channel))
                .ok_or(BadId { prefix: "mer_" });
        }
        match text.parse() {
            Ok(id) => Ok(Target::Endpoint(id)),
            Err(_) => text.parse().map(Target::Client),
        }
    }
}

impl Param for Target {
    fn add_to(self, values: &mut Values) {
        Shown(self).add_to(values);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        for target in [
            Target::Endpoint(EndpointId::new(1, [1; 10])),
            Target::Client(CredentialId::new(1, [2; 10])),
            Target::Customers(MerchantId::new(1, [3; 10]), Channel::Email),
            Target::Customers(MerchantId::new(1, [3; 10]), Channel::Sms),
        ] {
            assert_eq!(target.to_string().parse(), Ok(target));
        }
        for wrong in ["", "whe_", "mer_1/fax", "mer_01kaqwm3v0e9r8t7y6v5w4x3z2/fax", "/email"] {
            assert!(wrong.parse::<Target>().is_err(), "{wrong}");
        }
    }
}
