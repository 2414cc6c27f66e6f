//! OCPay's JSON exactly as the vendor spells it, for both ends, and its meaning.
//! Reading is liberal about what does not matter and exact about money: an amount is an integer or
//! the answer is not understood.

use guichet_core::{
    Currency, Environment, Evidence, FailureReason, Link, Money, Receipt, Seen, json_as_read,
};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize};

use super::protocol::LINK_TTL_MS;

/// The longest reference that is taken from or sent to the gateway. The documented shape is
/// `OCPL-XXXXXX-YYYY`, and the guide suggests a column of 50.
const REFERENCE_CHARS: usize = 100;

/// The longest pay page address that is taken from the gateway, in bytes.
const URL_BYTES: usize = 2048;

/// The bearer of the fee (the create-link page); `NO_FEE` when absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FeeMode {
    /// The merchant.
    NoFee,
    /// Half each.
    SplitFee,
    /// The customer.
    CustomerFee,
}

/// The product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductInfo {
    /// 1 to 200 characters.
    pub title: String,
    /// At most 1000 characters, Markdown allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whole dinars, 500 to 500,000.
    pub amount: i64,
}

/// The body of `POST /v3/ocpay/createLink`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateLinkRequest {
    /// The product.
    pub product_info: ProductInfo,
    /// The bearer of the fee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee_mode: Option<FeeMode>,
    /// At most 500 characters, shown after paying.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_message: Option<String>,
    /// The address to which the customer returns after a successful payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
}

/// Every successful answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply<T> {
    /// Whether the call succeeded; says nothing about the payment.
    pub success: bool,
    /// The answer proper.
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    pub data: Option<T>,
    /// The time and the request's identifier.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_it_fits")]
    pub meta: Option<Meta>,
}

/// The tail of a successful answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
    /// RFC 3339, UTC, whole seconds.
    pub timestamp: String,
    /// The gateway's identifier of this request, for its support.
    pub request_id: String,
}

/// The `data` of a createLink answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreatedLink {
    /// The link with everything that was asked for. Our client needs none of it, and the vendor's
    /// libraries disagree about its shape, so another shape is no reason to lose a link.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_it_fits")]
    pub payment_link: Option<PaymentLink>,
    /// The page where the customer pays.
    pub payment_url: String,
    /// The reference to check by.
    pub payment_ref: String,
}

/// A link as the gateway keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentLink {
    /// The merchant.
    pub uid: String,
    /// The reference to check by.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Whether it is play money.
    pub is_sandbox: bool,
    /// The product.
    pub product_info: ProductInfo,
    /// The bearer of the fee.
    pub fee_mode: FeeMode,
    /// Shown after paying.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_message: Option<String>,
    /// The address to which the customer returns after a successful payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_url: Option<String>,
    /// The time of creation (RFC 3339, UTC).
    pub time: String,
}

/// The `data` of a checkPayment answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckedPayment {
    /// `PENDING`, `CONFIRMED` or `FAILED` (the check-payment page knows no other).
    pub status: String,
    /// The same for a person.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_it_fits")]
    pub message: Option<String>,
    /// The payment that this is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_ref: Option<String>,
    /// The details of the payment, "when available": absent or null before. One published library types
    /// other fields here; a shape that does not fit counts as absent, never as paid.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_it_fits")]
    pub transaction_details: Option<TransactionDetails>,
}

/// The details of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransactionDetails {
    /// Whole dinars.
    pub amount: i64,
    /// `DZD`.
    pub currency: String,
    /// Whether it was play money: one endpoint answers for both worlds.
    pub is_sandbox: bool,
    /// RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_it_fits")]
    pub created_date: Option<String>,
}

/// Every refusal (the error-handling page).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorReply {
    /// Always false.
    pub success: bool,
    /// The reason.
    pub error: ErrorBody,
    /// The gateway's identifier of this request; on refusals it stands here, not in `meta`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_it_fits")]
    pub request_id: Option<String>,
}

/// The reason why a call was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// An upper-case word, such as `INVALID_ACCESS_TOKEN`.
    pub code: String,
    /// The same for a person.
    #[serde(default)]
    pub message: String,
    /// More, by field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<serde_json::Value>,
}

/// Reads a part that is not needed, so that another shape of it does not cost the whole answer.
fn if_it_fits<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Shape<T> {
        Fits(T),
        Other(IgnoredAny),
    }
    Ok(match Option::<Shape<T>>::deserialize(deserializer)? {
        Some(Shape::Fits(value)) => Some(value),
        Some(Shape::Other(_)) | None => None,
    })
}

/// Reads a body, or names the trouble: `gateway_not_json` or `gateway_unreadable`.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, &'static str> {
    serde_json::from_slice(&json_as_read(body))
        .map_err(|error| if error.is_data() { "gateway_unreadable" } else { "gateway_not_json" })
}

/// Whether a text can be a reference. The documented shape, `OCPL-` and two groups, is only known
/// from examples, so anything printable and short will do, except for what would be a step in a path.
pub fn is_reference(text: &str) -> bool {
    (1..=REFERENCE_CHARS).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && !text.bytes().all(|byte| byte == b'.')
}

/// The link in a successful createLink body, or a code saying why there is none to trust.
pub fn link(body: &[u8], now_ms: i64) -> Result<Link, &'static str> {
    let reply: Reply<CreatedLink> = read(body)?;
    let data = reply.data.filter(|_| reply.success).ok_or("gateway_says_no_success")?;
    if !is_reference(&data.payment_ref) {
        return Err("gateway_bad_reference");
    }
    let url = url::Url::parse(&data.payment_url).map_err(|_| "gateway_bad_url")?;
    let sound = matches!(url.scheme(), "http" | "https") && url.as_str().len() <= URL_BYTES;
    if !sound {
        return Err("gateway_bad_url");
    }
    Ok(Link {
        reference: data.payment_ref,
        // As parsed, so that it fits a header and an attribute whatever the gateway sent.
        url: Some(url.into()),
        expires_at_ms: Some(now_ms.saturating_add(LINK_TTL_MS)),
        alias: None,
        fee: None,
    })
}

/// The result of a check of the payment `asked` for, or a code that says why nothing was
/// learnt. Only the three documented words are ever more than nothing.
pub fn seen(body: &[u8], asked: &str) -> Result<Seen, &'static str> {
    let reply: Reply<CheckedPayment> = read(body)?;
    if !reply.success {
        return Err("gateway_says_no_success");
    }
    let data = reply.data.ok_or("gateway_unreadable")?;
    let reference = data.payment_ref.ok_or("missing_reference")?;
    if reference != asked {
        return Err("other_reference");
    }
    match data.status.as_str() {
        "PENDING" => Ok(Seen::Pending { processing: false }),
        "FAILED" => Ok(Seen::Failed { reason: FailureReason::DeclinedCancelledOrExpired }),
        "CONFIRMED" => {
            let details = data.transaction_details.ok_or("confirmed_without_details")?;
            Ok(Seen::Paid(Evidence {
                money: Some(paid_money(&details)?),
                reference,
                environment: Some(if details.is_sandbox { Environment::Test } else { Environment::Live }),
                // It tells nothing of how it was paid.
                receipt: Receipt::default(),
            }))
        }
        _ => Err("unlisted_status"),
    }
}

/// Whole units to minor units, exactly or not at all.
fn paid_money(details: &TransactionDetails) -> Result<Money, &'static str> {
    let currency = Currency::from_code(&details.currency).map_err(|_| "confirmed_in_unknown_currency")?;
    Money::from_major(details.amount, currency)
        .filter(|money| money.amount_minor > 0)
        .ok_or("confirmed_with_impossible_amount")
}

/// The vendor's word for a refusal, and its sentence, when the body is its envelope.
pub fn refusal(body: &[u8]) -> Option<ErrorBody> {
    read::<ErrorReply>(body).ok().map(|reply| reply.error)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIRMED: &str = include_str!("golden/check_payment.confirmed.json");
    const CREATED: &str = include_str!("golden/create_link.response.json");
    const REFERENCE: &str = "OCPL-A1B2C3-D4E5";

    fn rewrites<T: for<'de> Deserialize<'de> + Serialize>(golden: &str) {
        let golden = golden.trim_end();
        let read: T = serde_json::from_str(golden).expect("a documented body is read");
        assert_eq!(serde_json::to_string(&read).expect("and written"), golden);
    }

    #[test]
    fn documented_bodies_are_rewritten_byte_for_byte() {
        rewrites::<CreateLinkRequest>(include_str!("golden/create_link.request.json"));
        rewrites::<Reply<CreatedLink>>(CREATED);
        rewrites::<Reply<CheckedPayment>>(CONFIRMED);
        rewrites::<ErrorReply>(include_str!("golden/error.invalid_token.json"));
    }

    #[test]
    fn the_documented_link_is_read() {
        let expected = Link {
            reference: REFERENCE.to_owned(),
            url: Some("https://pay.ocdz.link/pay/OCPL-A1B2C3-D4E5".to_owned()),
            expires_at_ms: Some(1_200_007),
            alias: None,
            fee: None,
        };
        assert_eq!(link(CREATED.as_bytes(), 7), Ok(expected));
    }

    #[test]
    fn words_and_amounts() {
        let paid = |amount_minor, code: &str, environment| {
            let currency = Currency::from_code(code).expect("a currency");
            Ok(Seen::Paid(Evidence {
                money: Some(Money::new(amount_minor, currency)),
                reference: REFERENCE.to_owned(),
                environment: Some(environment),
                receipt: Receipt::default(),
            }))
        };
        for (from, to, expected) in [
            ("", "", paid(500_000, "DZD", Environment::Live)),
            ("\"isSandbox\":false", "\"isSandbox\":true", paid(500_000, "DZD", Environment::Test)),
            ("\"DZD\"", "\"XOF\"", paid(5000, "XOF", Environment::Live)),
            ("\"DZD\"", "\"DA\"", Err("confirmed_in_unknown_currency")),
            ("5000,", "0,", Err("confirmed_with_impossible_amount")),
            ("5000,", "-5000,", Err("confirmed_with_impossible_amount")),
            ("5000,", "9223372036854775807,", Err("confirmed_with_impossible_amount")),
            ("5000,", "9223372036854775808,", Err("confirmed_without_details")),
            ("5000,", "5000.0,", paid(500_000, "DZD", Environment::Live)),
            ("5000,", "5000.5,", Err("confirmed_without_details")),
            ("5000,", "\"5000\",", Err("confirmed_without_details")),
            ("5000,", "5000,\"amount\":1,", Err("confirmed_without_details")),
            ("5000,", "1e309,", Err("gateway_not_json")),
            ("\"amount\":5000,", "", Err("confirmed_without_details")),
            ("\"isSandbox\":false,", "", Err("confirmed_without_details")),
            (
                "\"createdDate\":\"2025-01-15T10:30:00Z\"",
                "\"createdDate\":17",
                paid(500_000, "DZD", Environment::Live),
            ),
            ("CONFIRMED", "PENDING", Ok(Seen::Pending { processing: false })),
            ("CONFIRMED", "FAILED", Ok(Seen::Failed { reason: FailureReason::DeclinedCancelledOrExpired })),
            ("CONFIRMED", "confirmed", Err("unlisted_status")),
            ("CONFIRMED", "EXPIRED", Err("unlisted_status")),
            ("\"success\":true", "\"success\":false", Err("gateway_says_no_success")),
            ("D4E5", "D4E6", Err("other_reference")),
            ("\"paymentRef\":\"OCPL-A1B2C3-D4E5\",", "", Err("missing_reference")),
        ] {
            let body = if from.is_empty() { CONFIRMED.to_owned() } else { CONFIRMED.replacen(from, to, 1) };
            assert_eq!(seen(body.as_bytes(), REFERENCE), expected, "{from} → {to}");
        }
    }

    #[test]
    fn references_are_short_and_printable() {
        for good in [REFERENCE, "x", "a/b", "%2e%2e"] {
            assert!(is_reference(good), "{good}");
        }
        for bad in ["", ".", "..", "a b", "a\n", "é", &"x".repeat(101)] {
            assert!(!is_reference(bad), "{bad}");
        }
    }
}
