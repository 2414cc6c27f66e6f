//! Identifiers: a prefix that tells the kind, then 26 characters of lower-case Crockford
//! base32 holding a version 7 UUID, so that identifiers sort by the time they were made.

use std::fmt;
use std::str::FromStr;

/// The number of shards that the orders are spread over; part of the stored schema, never changed.
pub const SHARDS: i64 = 64;

const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH: usize = 26;
const PREFIX_LENGTH: usize = 4;

/// The text is not an identifier of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an identifier here starts with “{prefix}” followed by 26 characters")]
pub struct BadId {
    /// The prefix an identifier of this kind has.
    pub prefix: &'static str,
}

/// Writes prefix and digits as one piece, because a text that grows twice is allocated twice.
fn encode(value: u128, f: &mut fmt::Formatter<'_>, prefix: &str) -> fmt::Result {
    let mut text = [0_u8; PREFIX_LENGTH + LENGTH];
    let (head, digits) = text.split_at_mut(PREFIX_LENGTH);
    head.copy_from_slice(prefix.as_bytes());
    for (index, digit) in digits.iter_mut().rev().enumerate() {
        *digit = DIGITS[(value >> (5 * index)) as usize & 31];
    }
    f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
}

fn decode(text: &str) -> Option<u128> {
    if text.len() != LENGTH || text.as_bytes()[0] > b'7' {
        return None;
    }
    text.bytes().try_fold(0_u128, |value, byte| {
        let digit = DIGITS.iter().position(|digit| *digit == byte)?;
        Some((value << 5) | digit as u128)
    })
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $name {
            /// The prefix of every identifier of this kind.
            pub const PREFIX: &'static str = $prefix;

            /// The sixteen bytes of the identifier, without its prefix.
            pub fn to_bytes(self) -> [u8; 16] {
                self.0.to_be_bytes()
            }

            /// The identifier of those bytes.
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(u128::from_be_bytes(bytes))
            }

            /// The moment at which it was made (unix milliseconds).
            pub fn made_at_ms(self) -> i64 {
                self.to_bytes()[..6].iter().fold(0, |ms, byte| (ms << 8) | i64::from(*byte))
            }

            /// Makes an identifier from a moment (unix milliseconds) and ten random bytes.
            pub fn new(now_ms: i64, random: [u8; 10]) -> Self {
                let millis = u64::try_from(now_ms).unwrap_or_default();
                Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid().as_u128())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                encode(self.0, f, $prefix)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                text.strip_prefix($prefix).and_then(decode).map(Self).ok_or(BadId { prefix: $prefix })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// A merchant: one tenant of this server.
    MerchantId = "mer_";
    /// An API key (its public name, not the secret).
    KeyId = "key_";
    /// A merchant's credentials at one gateway.
    AccountId = "acc_";
    /// A merchant's credentials for the clients of one vendor.
    CredentialId = "crd_";
    /// A webhook endpoint of a merchant.
    EndpointId = "whe_";
    /// A customer: a registered user of a merchant's shop.
    CustomerId = "cus_";
    /// One device on which a customer is signed in.
    LoginId = "lgn_";
    /// An order.
    OrderId = "ord_";
    /// One attempt to pay an order.
    PaymentId = "pay_";
    /// One entry of an order's journal; also the `webhook-id` of what is sent about it.
    EventId = "evt_";
    /// One entry on its way to one endpoint.
    DeliveryId = "dlv_";
    /// Money of an order that went back to the payer.
    RefundId = "rfd_";
    /// A notification about a payment that no order has.
    UnmatchedId = "unm_";
    /// A payment link: an address at which whoever opens it makes an order.
    PaymentLinkId = "lnk_";
    /// A person who works in the back office.
    OperatorId = "opr_";
    /// One browser in which an operator is signed in.
    SessionId = "ses_";
    /// One HTTP request that this server answered.
    RequestId = "req_";
}

impl OrderId {
    /// Makes an identifier whose rows live in that shard (taken modulo [`SHARDS`]).
    pub fn in_shard(now_ms: i64, random: [u8; 10], shard: i64) -> Self {
        let id = OrderId::new(now_ms, random);
        OrderId(id.0 - id.0 % SHARDS as u128 + shard.rem_euclid(SHARDS) as u128)
    }

    /// The shard that holds every row of this order: 0 to [`SHARDS`] − 1, read off the identifier
    /// alone so that no look-up is needed to find it.
    pub fn shard(self) -> i64 {
        (self.0 % SHARDS as u128) as i64
    }
}

/// The most events of one decision; the low bits of an event's identifier are its index.
const EVENTS_OF_A_DECISION: u128 = 64;

impl EventId {
    /// The identifier of the event with that index, from 0, in the decision whose first event this is.
    pub fn at(self, index: usize) -> Self {
        debug_assert!((index as u128) < EVENTS_OF_A_DECISION, "too many events in one decision");
        EventId(self.first().0 + index as u128 % EVENTS_OF_A_DECISION)
    }

    /// The identifier of the first event of the same decision.
    pub fn first(self) -> Self {
        EventId(self.0 - self.0 % EVENTS_OF_A_DECISION)
    }

    /// The index of this event in its decision, from 0.
    pub fn index(self) -> usize {
        (self.0 % EVENTS_OF_A_DECISION) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        let id = OrderId::new(1_770_000_000_000, [7; 10]);
        let text = id.to_string();
        assert_eq!(text.len(), 4 + LENGTH);
        assert_eq!(text.parse::<OrderId>(), Ok(id));
        assert_eq!(text.parse::<PaymentId>(), Err(BadId { prefix: "pay_" }));
    }

    #[test]
    fn later_sorts_after() {
        let texts: Vec<String> =
            (0..200).map(|ms| OrderId::new(ms * 1000, [255 - ms as u8; 10]).to_string()).collect();
        assert!(texts.is_sorted());
    }

    #[test]
    fn other_text_is_refused() {
        let good = OrderId::new(1, [1; 10]).to_string();
        for wrong in
            ["", "ord_", "ord_é", &good[..29], &good.to_uppercase(), "ord_8zzzzzzzzzzzzzzzzzzzzzzzzz"]
        {
            assert!(wrong.parse::<OrderId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_order_is_put_into_a_shard_and_found_there() {
        for shard in 0..SHARDS {
            let id = OrderId::in_shard(1_770_000_000_000, [255; 10], shard + 7 * SHARDS);
            assert_eq!(id.shard(), shard);
            assert_eq!(id.to_string().parse::<OrderId>().map(OrderId::shard), Ok(shard));
        }
        assert_eq!(OrderId::in_shard(1, [0; 10], -1).shard(), SHARDS - 1);
    }

    #[test]
    fn an_event_knows_its_decision() {
        let first = EventId::new(1_770_000_000_000, [255; 10]).first();
        let last = first.at(63);
        assert_eq!((first.index(), last.index(), last.first(), last.at(1)), (0, 63, first, first.at(1)));
        assert!(first.to_string() < first.at(1).to_string());
        assert!(last.to_string() < EventId::new(1_770_000_000_001, [0; 10]).to_string());
    }
}
