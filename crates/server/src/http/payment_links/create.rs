//! `POST /v1/payment_links`.

use axum::Json;
use axum::extract::State;
use guichet_core::{Code, PayerField};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::{App, AskedLink, LinkRefused};
use crate::http::caller::Caller;
use crate::http::input::Sent;
use crate::http::problem::Problem;

use super::PaymentLinkView;

/// What a link is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PaymentLinkRequest {
    /// Your own name for the link, unique among your links: 1 to 90 characters. Sending the same link again answers the
    /// link you have, so a repetition is always safe. Made up when left out.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 90, example = "STALL-COFFEE")]
    reference: Option<String>,
    /// What the customer reads: 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200, example = "Coffee, 250 g")]
    title: String,
    /// More words for the customer, at most 1000 characters.
    #[serde(default)]
    #[schema(max_length = 1000, example = "Roasted in Daloa")]
    description: Option<String>,
    /// What is to be paid, in minor units. Leave it out where the customer says how much.
    #[serde(default)]
    #[schema(example = 2500)]
    amount: Option<i64>,
    /// The least that the customer may say, in minor units.
    #[serde(default)]
    minimum: Option<i64>,
    /// The most that the customer may say, in minor units.
    #[serde(default)]
    maximum: Option<i64>,
    /// ISO 4217 code.
    #[schema(example = "XOF")]
    currency: String,
    /// Whether the link is good for one order, such as an invoice: whoever opens it goes on with that order. Otherwise each
    /// customer makes one, as at a stall or from a poster.
    #[serde(default)]
    single_use: bool,
    /// What the customer fills in, by the payer's fields.
    #[serde(default)]
    #[schema(value_type = Vec<String>, example = json!(["given_name", "phone"]))]
    asks_for: Vec<PayerField>,
    /// The language of the page where you wish one: `fr`, `ar` or `en`; otherwise the customer's.
    #[serde(default)]
    #[schema(example = "fr")]
    language: Option<String>,
    /// Where the customer goes afterwards, as with an order.
    #[serde(default)]
    #[schema(example = "https://shop.example/thanks")]
    return_url: Option<String>,
    /// Your own notes, which its orders have, too: an object of at most 50 keys and 8 KiB.
    #[serde(default)]
    #[schema(value_type = Object)]
    metadata: serde_json::Map<String, serde_json::Value>,
    /// After how many seconds it makes no orders any more: 60 to 31622400 (366 days); never when left out.
    #[serde(default)]
    #[schema(minimum = 60, maximum = 31622400, example = 604_800)]
    expires_in: Option<i64>,
}

/// Create a payment link
///
/// Whoever opens its address sees the title and the amount, and makes an order by going on to pay. Opening it makes
/// none: a message that shows a preview of the address leaves no trace.
#[utoipa::path(post, path = "/v1/payment_links", tag = "Payment links", request_body = PaymentLinkRequest,
    responses((status = 201, description = "The link is made.", body = PaymentLinkView),
              (status = 200, description = "You had this link already.", body = PaymentLinkView),
              (status = 409, description = "`reference_taken`.", body = Problem),
              (status = 422, description = "A field breaks a rule: see `field` and `code`.", body = Problem)))]
pub(crate) async fn create_payment_link(
    State(app): State<App>,
    caller: Caller,
    sent: Sent,
) -> Result<(StatusCode, Json<PaymentLinkView>), Problem> {
    let asked: AskedLink = sent.json::<PaymentLinkRequest>()?.into();
    let snapshot = app.registry().snapshot();
    let merchant = caller.merchant_row(&snapshot)?;
    let made = app.make_payment_link((merchant, caller.environment), &asked, caller.actor()).await;
    let (link, is_new) = made.map_err(problem)?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(PaymentLinkView::new(&app, link))))
}

fn problem(refused: LinkRefused) -> Problem {
    match refused {
        LinkRefused::Field(rule) => rule.into(),
        LinkRefused::NoAccount(why) => why.into(),
        LinkRefused::Error(error) => error.into(),
        // A link that is being made is not over.
        LinkRefused::ReferenceTaken | LinkRefused::Over => Problem::new(
            Code::ReferenceTaken,
            "Another payment link has this reference; use a new one, or send exactly what you sent for that link.",
        )
        .at("reference"),
    }
}

impl From<PaymentLinkRequest> for AskedLink {
    fn from(request: PaymentLinkRequest) -> Self {
        AskedLink {
            reference: request.reference,
            title: request.title,
            description: request.description,
            amount: request.amount,
            minimum: request.minimum,
            maximum: request.maximum,
            currency: request.currency,
            single_use: request.single_use,
            asks_for: request.asks_for,
            language: request.language,
            return_url: request.return_url,
            metadata: request.metadata,
            expires_in: request.expires_in,
        }
    }
}
