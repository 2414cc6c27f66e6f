//! A customer's own order: the order itself, and what the front wants to know of it later. That is kept
//! in the order's notes, so that webhooks and the order's story have it too.

use guichet_core::{Money, Order};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::catalogue::{Bought, FormValue};
use crate::oneentry::front::Front;
use crate::store::{Fault, Stored};

use super::front_error::FrontError;
use super::signed_in::SignedIn;

/// The name under which the front's notes stand among an order's notes.
const NOTES: &str = "oneentry";

/// What the front keeps with an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Notes {
    /// The number by which fronts know the order.
    pub(crate) number: i64,
    /// The storage, by marker.
    pub(crate) storage: String,
    /// The customer, by number.
    pub(crate) customer: i64,
    /// The form, by marker.
    pub(crate) form: String,
    /// What was filled in.
    pub(crate) form_data: Vec<FormValue>,
    /// The way to pay, by marker.
    pub(crate) payment_account: String,
    /// What was bought.
    pub(crate) products: Vec<Bought>,
}

impl Notes {
    /// The notes of an order that has nothing else to note.
    pub(crate) fn metadata(&self) -> Map<String, Value> {
        // Our own types always serialize: plain texts and integers.
        let notes = serde_json::to_value(self).unwrap_or_default();
        Map::from_iter([(NOTES.to_owned(), notes)])
    }

    fn of(order: &Order) -> Result<Self, Fault> {
        let notes = order.terms.metadata.get(NOTES).cloned().unwrap_or_default();
        serde_json::from_value(notes)
            .map_err(|error| Fault::new(format!("the front's notes of {}: {error}", order.id)))
    }
}

/// An order of the customer who asks.
#[derive(Debug, Clone)]
pub(crate) struct OwnOrder {
    /// The order.
    pub(crate) stored: Stored,
    /// The front's notes of it.
    pub(crate) notes: Notes,
}

impl OwnOrder {
    /// An order with its notes.
    pub(crate) fn of(stored: Stored) -> Result<Self, Fault> {
        let notes = Notes::of(&stored.order)?;
        Ok(OwnOrder { stored, notes })
    }

    /// The customer's order of that number; anybody else's is not there.
    pub(crate) async fn find(front: &Front, signed: &SignedIn, number: i64) -> Result<Self, FrontError> {
        let visitor = &signed.visitor;
        let known = front.store().purchase(visitor.merchant, visitor.environment, number).await?;
        let own = known.filter(|purchase| purchase.customer == signed.customer.id);
        let purchase = own.ok_or_else(|| FrontError::not_found("Order"))?;
        let stored = front.order_of(visitor.merchant, visitor.environment, purchase.order).await?;
        Ok(OwnOrder::of(stored)?)
    }

    /// The customer's order of the number that a path names.
    pub(crate) async fn named(front: &Front, signed: &SignedIn, number: &str) -> Result<Self, FrontError> {
        let number = number.parse().map_err(|_| FrontError::not_found("Order"))?;
        OwnOrder::find(front, signed, number).await
    }

    /// The same in that storage.
    pub(crate) async fn in_storage(
        front: &Front,
        signed: &SignedIn,
        storage: &str,
        number: &str,
    ) -> Result<Self, FrontError> {
        let own = OwnOrder::named(front, signed, number).await?;
        if own.notes.storage == storage { Ok(own) } else { Err(FrontError::not_found("Order")) }
    }

    /// What so much of the order's currency is.
    pub(crate) fn money(&self, amount_minor: i64) -> Money {
        Money::new(amount_minor, self.stored.order.terms.money.currency)
    }
}
