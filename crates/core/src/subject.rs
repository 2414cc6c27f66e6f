//! A subject: what has a journal, deliveries, an alarm and a version of its own. It is named by its prefixed identifier
//! alone, so that what belongs to it needs no column for its kind.

use std::fmt;
use std::str::FromStr;

use crate::id::{BadId, OrderId};

/// What a journal, deliveries and an alarm belong to. Each kind has a `decide` of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// An order with its payments.
    Order(OrderId),
}

impl Subject {
    /// The shard that holds every row of this subject: 0 to [`SHARDS`](crate::SHARDS) − 1, read off the identifier.
    pub fn shard(self) -> i64 {
        match self {
            Subject::Order(order) => order.shard(),
        }
    }

    /// The order, if it is one.
    pub fn order(self) -> Option<OrderId> {
        match self {
            Subject::Order(order) => Some(order),
        }
    }
}

impl From<OrderId> for Subject {
    fn from(order: OrderId) -> Self {
        Subject::Order(order)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Order(order) => order.fmt(f),
        }
    }
}

impl FromStr for Subject {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        text.parse().map(Subject::Order)
    }
}

impl serde::Serialize for Subject {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Subject {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_its_identifier() {
        let order = OrderId::in_shard(1_770_000_000_000, [7; 10], 9);
        let subject = Subject::from(order);
        assert_eq!((subject.to_string(), subject.shard()), (order.to_string(), 9));
        assert_eq!((order.to_string().parse(), subject.order()), (Ok(subject), Some(order)));
        assert_eq!(serde_json::to_string(&subject).unwrap(), format!("\"{order}\""));
        assert!("mer_01kaqwm3v0e9r8t7y6v5w4x3z1".parse::<Subject>().is_err());
    }
}
