//! `/v1/refund_requests`: what customers ask to have paid back.

pub(super) mod close;
pub(super) mod list;

use guichet_core::Money;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::{App, Error};
use crate::clock::rfc3339;
use crate::store::RefundRow;
use crate::view::MoneyView;

/// What a customer asks to have paid back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RefundRequest)]
pub(super) struct RefundRequestView {
    /// Its number.
    #[schema(example = 7)]
    number: i64,
    /// `requested`, `cancelled` by the customer, or `granted` or `declined` by you.
    #[schema(example = "requested")]
    status: &'static str,
    /// The order.
    #[schema(example = "ord_01kaqwm3v0e9r8t7y6v5w4x3z1")]
    order: String,
    /// The number by which the shop front knows that order, if one made it.
    #[schema(example = 89)]
    order_number: Option<i64>,
    /// The number by which the shop front knows the customer, if a registered one asks.
    #[schema(example = 4)]
    customer: Option<i64>,
    /// What is given back.
    products: Vec<ReturnedView>,
    /// What it cost.
    amount: MoneyView,
    /// The customer's words.
    #[schema(example = "The parcel came back.")]
    note: String,
    /// When it was made.
    #[schema(format = DateTime, example = "2026-01-31T12:00:00Z")]
    created_at: String,
    /// When it was closed.
    #[schema(format = DateTime, example = "2026-01-31T12:00:00Z")]
    closed_at: Option<String>,
}

/// A product that is given back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReturnedMoney)]
pub(super) struct ReturnedView {
    /// Its number.
    #[schema(example = 146)]
    product: i64,
    /// How many.
    #[schema(example = 1)]
    quantity: i64,
}

impl RefundRequestView {
    async fn of(app: &App, row: RefundRow) -> Result<Self, Error> {
        let stored = app.order_of(row.merchant, row.environment, row.order).await?;
        let order_number = app.store().purchase_number(row.order).await?;
        let customer = match row.customer {
            Some(customer) => app.store().customer(customer).await?.map(|customer| customer.number),
            None => None,
        };
        let products = row.products.into_iter();
        Ok(RefundRequestView {
            number: row.number,
            status: row.status.as_str(),
            order: row.order.to_string(),
            order_number,
            customer,
            products: products
                .map(|(product, many)| ReturnedView { product, quantity: many.quantity })
                .collect(),
            amount: Money::new(row.amount_minor, stored.order.terms.money.currency).into(),
            note: row.note,
            created_at: rfc3339(row.created_at_ms),
            closed_at: row.closed_at_ms.map(rfc3339),
        })
    }
}
