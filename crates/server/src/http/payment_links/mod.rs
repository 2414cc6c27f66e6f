//! Payment links: addresses that a shop hands out, at which orders are made. One file for each endpoint.

pub(super) mod create;
pub(super) mod end;
pub(super) mod list;
pub(super) mod read;

use guichet_core::{LinkAmount, Money, PaymentLink, PaymentLinkId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::clock::{Moment, rfc3339};
use crate::view::MoneyView;

use super::caller::Caller;
use super::problem::Problem;

/// A payment link.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PaymentLink)]
pub(super) struct PaymentLinkView {
    /// Its identifier.
    #[schema(value_type = String, example = "lnk_01kaqwm3v0e9r8t7y6v5w4x3z9")]
    id: PaymentLinkId,
    /// Your own name for it. The references of its orders begin with it.
    #[schema(example = "STALL-COFFEE")]
    reference: String,
    /// `test` or `live`, as the key that made it.
    #[schema(example = "live")]
    environment: &'static str,
    /// `active`, `expired` once its time has run out, or `ended` by you.
    #[schema(example = "active")]
    status: &'static str,
    /// The address to hand out, as a link or a QR code.
    #[schema(example = "https://pay.example/l/k7f3qx2mzp4a")]
    url: String,
    /// What the customer reads.
    #[schema(example = "Coffee, 250 g")]
    title: String,
    /// More words for the customer.
    #[schema(example = "Roasted in Daloa")]
    description: Option<String>,
    /// What is to be paid; null where the customer says how much.
    amount: Option<MoneyView>,
    /// The least that the customer may say, in minor units; null where you say how much.
    #[schema(example = 500)]
    minimum: Option<i64>,
    /// The most, in minor units; null where you say how much.
    #[schema(example = 500_000)]
    maximum: Option<i64>,
    /// ISO 4217 code.
    #[schema(example = "XOF")]
    currency: &'static str,
    /// Whether it is good for one order.
    single_use: bool,
    /// What the customer fills in, by the payer's fields.
    #[schema(example = json!(["given_name", "phone"]))]
    asks_for: Vec<&'static str>,
    /// The language of the page where you wish one.
    #[schema(example = "fr")]
    language: Option<String>,
    /// Where the customer goes afterwards.
    #[schema(example = "https://shop.example/thanks")]
    return_url: Option<String>,
    /// Your own notes, which its orders have, too.
    #[schema(value_type = Object)]
    metadata: serde_json::Map<String, serde_json::Value>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime, example = "2026-01-31T12:00:00Z")]
    created_at: Moment,
    /// From when on it makes no orders any more.
    #[schema(format = DateTime, example = "2026-02-28T12:00:00Z")]
    expires_at: Option<String>,
    /// When you ended it.
    #[schema(format = DateTime, example = "2026-02-14T12:00:00Z")]
    ended_at: Option<String>,
}

impl PaymentLinkView {
    fn new(app: &App, link: PaymentLink) -> Self {
        let (url, status) = (app.payment_link_url(&link), link.status(app.clock().now_ms()));
        let terms = link.terms;
        let (amount, minimum, maximum) = match terms.amount {
            LinkAmount::Fixed(amount) => (Some(Money::new(amount, terms.currency).into()), None, None),
            LinkAmount::Open { least, most } => (None, Some(least), Some(most)),
        };
        PaymentLinkView {
            id: link.id,
            reference: link.reference,
            environment: link.environment.as_str(),
            status: status.as_str(),
            url,
            title: terms.title,
            description: terms.description,
            amount,
            minimum,
            maximum,
            currency: terms.currency.code(),
            single_use: terms.single_use,
            asks_for: terms.asks_for.iter().map(|field| field.as_str()).collect(),
            language: terms.language,
            return_url: terms.return_url,
            metadata: terms.metadata,
            created_at: Moment(link.created_at_ms),
            expires_at: link.expires_at_ms.map(rfc3339),
            ended_at: link.ended_at_ms.map(rfc3339),
        }
    }
}

/// A link of the caller's merchant and environment.
async fn link_of(app: &App, caller: &Caller, id: PaymentLinkId) -> Result<PaymentLink, Problem> {
    let link = app.store().payment_link(id).await?;
    let theirs =
        |link: &PaymentLink| link.merchant == caller.merchant && link.environment == caller.environment;
    link.filter(theirs).ok_or_else(|| Problem::not_found("payment link"))
}
