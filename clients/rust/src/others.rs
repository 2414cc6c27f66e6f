//! What is not an order.

use std::sync::Arc;

use reqwest::Method;
use serde_json::json;

use crate::call::{Call, Settings, part};
use crate::error::Error;
use crate::list::{List, pair};
use crate::{
    BookPage, Delivery, Event, ListEventsQuery, ListPaymentLinksQuery, ListRefundsQuery, ListedRefund,
    PaymentLink, PaymentLinkRequest, ReadDaysQuery, WebhookEndpoint, WebhookEndpointPage,
    WebhookEndpointRequest, WebhookTest,
};

/// Addresses to hand out, at which customers make orders themselves.
pub struct PaymentLinks<'a>(pub(crate) &'a Arc<Settings>);

impl PaymentLinks<'_> {
    /// Makes a link. The same reference is the same link; without one, a link that is made twice is two.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn create(&self, link: &PaymentLinkRequest) -> Result<PaymentLink, Error> {
        Call::post("/v1/payment_links", link.reference.is_some()).with(link).make(self.0).await
    }

    /// The link.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn retrieve(&self, id: &str) -> Result<PaymentLink, Error> {
        Call::get(format!("/v1/payment_links/{}", part(id))).make(self.0).await
    }

    /// The links, newest first.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn list(&self, query: &ListPaymentLinksQuery) -> Result<List<PaymentLink>, Error> {
        List::begin(self.0, "/v1/payment_links", query, |link: &PaymentLink| link.id.as_str()).await
    }

    /// Ends it: nobody makes an order there any more.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn end(&self, id: &str) -> Result<PaymentLink, Error> {
        Call::post(format!("/v1/payment_links/{}/end", part(id)), true).make(self.0).await
    }
}

/// What went back to payers.
pub struct Refunds<'a>(pub(crate) &'a Arc<Settings>);

impl Refunds<'_> {
    /// The refunds, newest first.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn list(&self, query: &ListRefundsQuery) -> Result<List<ListedRefund>, Error> {
        List::begin(self.0, "/v1/refunds", query, |refund: &ListedRefund| refund.id.as_str()).await
    }
}

/// What came and went, summed up.
pub struct Reports<'a>(pub(crate) &'a Arc<Settings>);

impl Reports<'_> {
    /// The book of days: what came and went at each account, in each currency.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn days(&self, query: &ReadDaysQuery) -> Result<BookPage, Error> {
        let query = serde_json::to_value(query).map_err(Error::Unreadable)?;
        let members = query.as_object().into_iter().flatten();
        let query: Vec<String> = members.filter_map(|(name, value)| pair(name, value)).collect();
        Call::get(format!("/v1/reports/days?{}", query.join("&"))).make(self.0).await
    }
}

/// What happened, to be pulled by a shop without a public address.
pub struct Events<'a>(pub(crate) &'a Arc<Settings>);

impl Events<'_> {
    /// The events, oldest first.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn list(&self, query: &ListEventsQuery) -> Result<List<Event>, Error> {
        List::begin(self.0, "/v1/events", query, |event: &Event| event.id.as_str()).await
    }

    /// Takes events off the list.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn acknowledge(&self, ids: &[&str]) -> Result<(), Error> {
        Call::post("/v1/events/ack", true).with(&json!({ "ids": ids })).make(self.0).await
    }
}

/// Where events are sent.
pub struct WebhookEndpoints<'a>(pub(crate) &'a Arc<Settings>);

impl WebhookEndpoints<'_> {
    /// Makes an endpoint; the answer has its secret.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn create(&self, endpoint: &WebhookEndpointRequest) -> Result<WebhookEndpoint, Error> {
        Call::post("/v1/webhook_endpoints", true).with(endpoint).make(self.0).await
    }

    /// All of them.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn list(&self) -> Result<WebhookEndpointPage, Error> {
        Call::get("/v1/webhook_endpoints").make(self.0).await
    }

    /// Takes it away: nothing more is sent there.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn delete(&self, id: &str) -> Result<(), Error> {
        Call { method: Method::DELETE, ..Call::get(path(id, "")) }.make(self.0).await
    }

    /// Makes a new secret beside the old one.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn rotate_secret(&self, id: &str) -> Result<WebhookEndpoint, Error> {
        Call::post(path(id, "/rotate_secret"), false).make(self.0).await
    }

    /// Sends an event that says that it is a test, and tells what came of it.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn test(&self, id: &str) -> Result<WebhookTest, Error> {
        Call::post(path(id, "/test"), true).make(self.0).await
    }

    /// Sends a delivery again.
    ///
    /// # Errors
    /// It is refused, or no answer came.
    pub async fn resend(&self, delivery: &str) -> Result<Delivery, Error> {
        Call::post(format!("/v1/deliveries/{}/resend", part(delivery)), true).make(self.0).await
    }
}

fn path(id: &str, rest: &str) -> String {
    format!("/v1/webhook_endpoints/{}{rest}", part(id))
}
