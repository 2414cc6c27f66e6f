//! What a shop may ask for in an order: each field with its rule, and the refusal that names both.

use std::collections::BTreeMap;

use guichet_core::{Channel, Code, Environment, Payer, Policy, Presentation, Terms, USUAL_LIFE_MS, WATCH_MS};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::fields::{country, email, language, line, metadata, phone};
use crate::http::object::Object;
use crate::http::problem::Problem;
use crate::random;
use crate::store::MerchantRow;

use super::item::ItemRequest;

const LEAST_EXPIRY_S: i64 = 60;
const MOST_EXPIRY_S: i64 = 30 * 24 * 3600;

/// What a shop asks for.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderRequest {
    /// Your own name for the order, unique among your orders: 1 to 128 characters. Sending the same
    /// order again answers the order you have.
    #[schema(min_length = 1, max_length = 128, example = "ORD-2026-000123")]
    pub reference: String,
    /// What is to be paid, in minor units (2,500.00 dinars are 250000; 2,500 CFA francs are 2500).
    /// May be left out when there are items: it is what they add up to, less `discount` and with `tax`. An order of
    /// nothing, as with a coupon for the whole price, is paid at once and through no gateway.
    #[serde(default)]
    #[schema(example = 250_000)]
    pub amount: Option<i64>,
    /// ISO 4217 code.
    #[schema(example = "DZD")]
    pub currency: String,
    /// The lines of the order, at most 100.
    #[serde(default)]
    #[schema(max_items = 100, value_type = Vec<ItemRequest>)]
    pub items: Vec<Object<ItemRequest>>,
    /// What is taken off the items, in minor units. A discount of one line, or one with a name, may also be an item whose
    /// `unit_amount` is less than nothing.
    #[serde(default)]
    #[schema(example = 0)]
    pub discount: Option<i64>,
    /// Tax that comes on top of the items, in minor units.
    #[serde(default)]
    #[schema(example = 0)]
    pub tax: Option<i64>,
    /// Tax that the amount holds already, in minor units: it is shown, and added to nothing.
    #[serde(default)]
    #[schema(example = 0)]
    pub included_tax: Option<i64>,
    /// What the customer reads: 1 to 200 characters; “Order” and the reference when left out.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200, example = "Order ORD-2026-000123")]
    pub title: Option<String>,
    /// More words for the customer, at most 1000 characters.
    #[serde(default)]
    #[schema(max_length = 1000, example = "Two bags of semolina")]
    pub description: Option<String>,
    /// Who pays.
    #[serde(default)]
    #[schema(value_type = PayerRequest)]
    pub payer: Object<PayerRequest>,
    /// The language of the gateway's page and of messages to the customer: `fr`, `ar` or `en`.
    #[serde(default)]
    #[schema(example = "fr")]
    pub language: Option<String>,
    /// The ways to pay that the gateway's page offers, where the gateway can tell them apart; all when
    /// left out.
    #[serde(default)]
    #[schema(value_type = Vec<String>, example = json!(["mobile_money", "wallet"]))]
    pub channels: Vec<Channel>,
    /// Lines for the gateway's receipt by name, at most three, where the gateway prints them.
    #[serde(default)]
    pub receipt: BTreeMap<String, String>,
    /// Whether the payer cannot change the phone number on the gateway's page.
    #[serde(default)]
    pub lock_phone: bool,
    /// Where the customer goes afterwards, by themselves once the order is paid or over: an http or https address, or
    /// one of an app's own scheme that the shop file declares.
    #[serde(default)]
    #[schema(example = "https://shop.example/orders/123")]
    pub return_url: Option<String>,
    /// Your own notes, given back as they came: an object of at most 50 keys and 8 KiB.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub metadata: serde_json::Map<String, serde_json::Value>,
    /// After how many seconds the order expires unpaid: 60 to 2592000 (30 days); otherwise 3600, and a week where it is to
    /// be paid in cash.
    #[serde(default)]
    #[schema(minimum = 60, maximum = 2592000, example = 3600)]
    pub expires_in: Option<i64>,
    /// The gateway to open a payment at right away, such as `ocpay` or `cash`; `auto` follows your
    /// routes, and goes on to the next account when one certainly opened nothing.
    #[serde(default)]
    #[schema(example = "ocpay")]
    pub gateway: Option<String>,
    /// The gateway account to use, by identifier or name, where you have several at one gateway.
    #[serde(default)]
    #[schema(example = "ocpay-main")]
    pub account: Option<String>,
}

/// Who pays.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PayerRequest {
    /// Family name, at most 100 characters.
    #[serde(default)]
    #[schema(max_length = 100, example = "Benali")]
    family_name: Option<String>,
    /// Given name, at most 100 characters.
    #[serde(default)]
    #[schema(max_length = 100, example = "Amina")]
    given_name: Option<String>,
    /// E-mail address.
    #[serde(default)]
    #[schema(example = "amina@example.com")]
    email: Option<String>,
    /// Phone number in E.164, such as +213551234567. It must be one that can exist in its country: the error says what
    /// a number there looks like.
    #[serde(default)]
    #[schema(example = "+213555000001")]
    phone: Option<String>,
    /// Street and number, at most 200 characters. Some gateways need it for cards.
    #[serde(default)]
    #[schema(max_length = 200, example = "12 rue Didouche Mourad")]
    address: Option<String>,
    /// Town, at most 100 characters.
    #[serde(default)]
    #[schema(max_length = 100, example = "Algiers")]
    city: Option<String>,
    /// State or region, at most 100 characters.
    #[serde(default)]
    #[schema(max_length = 100, example = "Algiers")]
    state: Option<String>,
    /// Postal code, at most 20 characters.
    #[serde(default)]
    #[schema(max_length = 20, example = "16000")]
    zip_code: Option<String>,
    /// ISO 3166-1 alpha-2 code, such as CI.
    #[serde(default)]
    #[schema(example = "DZ")]
    country: Option<String>,
}

impl OrderRequest {
    /// What makes two requests the same order: everything but how it is to be paid.
    pub(super) fn fingerprint(&self) -> String {
        let what = (
            (&self.reference, self.amount, &self.currency, &self.items, &self.title),
            (&self.payer, &self.return_url, &self.metadata, self.expires_in),
            (&self.description, &self.language, &self.channels, &self.receipt, self.lock_phone),
            (self.discount, self.tax, self.included_tax),
        );
        random::content_fingerprint(&serde_json::to_vec(&what).unwrap_or_default())
    }

    /// The terms of the order, every rule checked.
    pub(super) fn terms(
        &self,
        merchant: &MerchantRow,
        environment: Environment,
        now_ms: i64,
    ) -> Result<Terms, Problem> {
        let reference = line("reference", &self.reference, 128)?;
        let (money, breakdown) = self.money()?;
        let title = match &self.title {
            Some(title) => line("title", title, 200)?,
            None => format!("Order {reference}"),
        };
        let life_ms = life_ms(self.expires_in)?;
        if let Some(url) = &self.return_url {
            return_url(url, merchant, environment)?;
        }
        metadata(&self.metadata)?;
        let expires_at_ms = now_ms + life_ms.unwrap_or(USUAL_LIFE_MS);
        Ok(Terms {
            reference,
            money,
            items: self.items.iter().map(|Object(item)| item.into()).collect(),
            breakdown,
            title,
            description: self.description.as_ref().map(|text| line("description", text, 1000)).transpose()?,
            payer: payer(&self.payer.0)?,
            presentation: self.presentation()?,
            origin: None,
            payment_link: None,
            return_url: self.return_url.clone(),
            metadata: self.metadata.clone(),
            policy: Policy { ..merchant.policy },
            expires_at_ms,
            watch_until_ms: expires_at_ms + WATCH_MS,
            expiry_is_usual: life_ms.is_none(),
        })
    }

    fn presentation(&self) -> Result<Presentation, Problem> {
        let language = self.language.as_deref().map(|text| language("language", text)).transpose()?;
        if self.receipt.len() > 3 {
            return Err(Problem::field(
                "receipt",
                Code::TooManyLines,
                "A receipt has at most three lines of yours.",
            ));
        }
        for (name, value) in &self.receipt {
            line("receipt", name, 50)?;
            line("receipt", value, 200)?;
        }
        let mut channels = self.channels.clone();
        channels.dedup();
        Ok(Presentation { language, channels, lock_phone: self.lock_phone, receipt: self.receipt.clone() })
    }
}

/// How long the shop wants the order to wait, in ms, if it says so.
pub(super) fn life_ms(expires_in: Option<i64>) -> Result<Option<i64>, Problem> {
    let Some(seconds) = expires_in else { return Ok(None) };
    if (LEAST_EXPIRY_S..=MOST_EXPIRY_S).contains(&seconds) {
        return Ok(Some(seconds * 1000));
    }
    let rule = format!("expires_in must be {LEAST_EXPIRY_S} to {MOST_EXPIRY_S} seconds; {seconds} was sent.");
    Err(Problem::field("expires_in", Code::ExpiryOutOfRange, rule))
}

fn payer(request: &PayerRequest) -> Result<Payer, Problem> {
    let text = |field: &str, value: &Option<String>, most| {
        value.as_ref().map(|value| line(field, value, most)).transpose()
    };
    Ok(Payer {
        family_name: text("payer.family_name", &request.family_name, 100)?,
        given_name: text("payer.given_name", &request.given_name, 100)?,
        email: request.email.as_deref().map(|text| email("payer.email", text)).transpose()?,
        phone: request.phone.as_deref().map(|text| phone("payer.phone", text)).transpose()?,
        address: text("payer.address", &request.address, 200)?,
        city: text("payer.city", &request.city, 100)?,
        state: text("payer.state", &request.state, 100)?,
        zip_code: text("payer.zip_code", &request.zip_code, 20)?,
        country: request.country.as_deref().map(|text| country("payer.country", text)).transpose()?,
        typed: Vec::new(),
    })
}

fn return_url(text: &str, merchant: &MerchantRow, environment: Environment) -> Result<(), Problem> {
    merchant
        .leads_back_to(text, "return_url", environment)
        .map_err(|(code, rule)| Problem::field("return_url", code, rule))
}
