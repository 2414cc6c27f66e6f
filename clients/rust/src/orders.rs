//! What is to be paid.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::call::{Call, Settings, part, random_key};
use crate::error::Error;
use crate::list::List;
use crate::{
    DeliveryPage, EventPage, ListOrdersQuery, Order, OrderRequest, PaymentRequest, RecordRefundRequest,
    ReopenRequest, ResolveRequest,
};

/// What is to be paid. What makes or changes an order goes under an idempotency key, so that it happens once.
pub struct Orders<'a> {
    pub(crate) settings: &'a Arc<Settings>,
    pub(crate) idempotency_key: Option<&'a str>,
}

/// What an operation without a body sends.
const NOTHING: Option<&()> = None;

impl Orders<'_> {
    /// Makes an order; the same reference with the same content is the order there is.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn create(&self, order: &OrderRequest) -> Result<Order, Error> {
        self.change("/v1/orders".to_owned(), Some(order)).await
    }

    /// The order.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn retrieve(&self, id: &str) -> Result<Order, Error> {
        Call::get(path(id, "")).make(self.settings).await
    }

    /// The orders, newest first.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn list(&self, query: &ListOrdersQuery) -> Result<List<Order>, Error> {
        List::begin(self.settings, "/v1/orders", query, |order: &Order| order.id.as_str()).await
    }

    /// Opens a payment at a gateway: `payment_url` is where to send the customer.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn open_payment(&self, id: &str, payment: &PaymentRequest) -> Result<Order, Error> {
        self.change(path(id, "/payments"), Some(payment)).await
    }

    /// Asks the gateways now.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn check(&self, id: &str) -> Result<Order, Error> {
        Call::post(path(id, "/check"), true).make(self.settings).await
    }

    /// Cancels it, where nobody has paid.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn cancel(&self, id: &str) -> Result<Order, Error> {
        self.change(path(id, "/cancel"), NOTHING).await
    }

    /// Says that the goods were handed over.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn fulfil(&self, id: &str) -> Result<Order, Error> {
        self.change(path(id, "/fulfil"), NOTHING).await
    }

    /// Lets an order that closed without money wait again.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn reopen(&self, id: &str, terms: &ReopenRequest) -> Result<Order, Error> {
        self.change(path(id, "/reopen"), Some(terms)).await
    }

    /// Decides about money that does not fit.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn resolve(&self, id: &str, decision: &ResolveRequest) -> Result<Order, Error> {
        self.change(path(id, "/resolve"), Some(decision)).await
    }

    /// Records money that went back to the payer. Guichet moves none.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn record_refund(&self, id: &str, refund: &RecordRefundRequest) -> Result<Order, Error> {
        self.change(path(id, "/refunds"), Some(refund)).await
    }

    /// What happened to it.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn events(&self, id: &str) -> Result<EventPage, Error> {
        Call::get(path(id, "/events")).make(self.settings).await
    }

    /// What was sent of it, with every try.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn deliveries(&self, id: &str) -> Result<DeliveryPage, Error> {
        Call::get(path(id, "/deliveries")).make(self.settings).await
    }

    async fn change<Answer: DeserializeOwned>(
        &self,
        path: String,
        body: Option<&impl Serialize>,
    ) -> Result<Answer, Error> {
        let mut call = Call::post(path, false);
        if let Some(body) = body {
            call = call.with(body);
        }
        call.idempotency_key = Some(match self.idempotency_key {
            Some(key) => key.to_owned(),
            None => random_key()?,
        });
        call.make(self.settings).await
    }
}

fn path(id: &str, rest: &str) -> String {
    format!("/v1/orders/{}{rest}", part(id))
}
