//! Novasend's JSON for both ends. One shape holds both generations of the vendor's answers; in A (the
//! guide) `reference` is the gateway's reference for a payment and `customerReference` the merchant's, in B
//! (the docs) those are `id` and `reference`. What decides about money must have the documented type or
//! the whole body is not understood; everything else may have any.

use std::collections::BTreeMap;

use guichet_core::json_as_read;
use serde::de::{DeserializeOwned, Error as _, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

pub use super::amount::Amount;

/// The longest reference that is taken from or sent to the gateway; documented ones have 19 to 30
/// characters.
const REFERENCE_CHARS: usize = 100;

/// The body of `POST /v1/payin/sessions`, as our client sends it; the dialect reads more liberally.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionRequest {
    /// The merchant's own, unique; a UUID is recommended.
    pub reference: String,
    /// The merchant's account that is credited (the guide only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// Whole francs.
    pub amount: i64,
    /// The payer's number, E.164.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub msisdn: Option<String>,
    /// The payer's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// The addresses to which the payer returns (the docs only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
}

/// The addresses to which the payer returns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Action {
    /// The address after paying.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success_url: Option<String>,
    /// The address when nothing was paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_url: Option<String>,
}

/// The answer to opening and to asking. Fields in the guide's order; absent ones are `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payin {
    /// B: the gateway's reference, `pr_…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `payin`.
    #[serde(
        rename = "type",
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "if_it_fits"
    )]
    pub kind: Option<String>,
    /// The gateway's fee; null where it is not told.
    #[serde(default, deserialize_with = "if_it_fits")]
    pub fee: Option<Amount>,
    /// The same where a body spells it so.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_it_fits")]
    pub fees: Option<Amount>,
    /// A: the gateway's reference, `tr_…` or `mtr_…`. B: the merchant's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// A: the payer's number.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_it_fits")]
    pub phone_number: Option<String>,
    /// A: the payer's name; only when asked.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_it_fits")]
    pub customer_name: Option<String>,
    /// B: the payer.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_it_fits")]
    pub customer: Option<Customer>,
    /// The amount requested, in whole francs; never the amount paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    /// `amount` and `fee`; null where the fee is not told.
    #[serde(default, deserialize_with = "if_it_fits")]
    pub charged_amount: Option<Amount>,
    /// The status of the session: `processing`, `processed` (which is not final), `expired`…
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// ISO 4217.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// A: the merchant's reference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_reference: Option<String>,
    /// Whether the payer must confirm; false where nothing but the operator's own question is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmation_required: Option<bool>,
    /// `none`, `pending`, `accepted`, `declined`, `expired`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmation_status: Option<String>,
    /// The page where the payer pays; only when opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_url: Option<String>,
    /// RFC 3339, UTC, with milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_it_fits")]
    pub created_at: Option<String>,
    /// The payment proper: `None` when there is no such field, `Some(None)` when it is null. An empty
    /// one is all `None` within.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "transaction")]
    pub transaction: Option<Option<Transaction>>,
    /// The reason why it failed: `None` when there is no such field, `Some(None)` when it is null or empty.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "failure")]
    pub failure: Option<Option<Failure>>,
}

impl Payin {
    /// The gateway's reference: `id`, or else `reference`.
    pub fn system_reference(&self) -> Option<&str> {
        self.id.as_deref().or(self.reference.as_deref())
    }

    /// The merchant's reference, as far as it can be told from the gateway's: `customerReference`, or
    /// else, beside an `id`, `reference`.
    pub fn merchant_reference(&self) -> Option<&str> {
        let beside_id = self.reference.as_deref().filter(|_| self.id.is_some());
        self.customer_reference.as_deref().or(beside_id)
    }

    /// The gateway's fee, under either name.
    pub fn any_fee(&self) -> Option<&Amount> {
        self.fee.as_ref().or(self.fees.as_ref())
    }
}

/// B: the payer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    /// The name.
    #[serde(default, deserialize_with = "if_it_fits")]
    pub name: Option<String>,
    /// The number.
    #[serde(default, deserialize_with = "if_it_fits")]
    pub phone_number: Option<String>,
}

/// The payment proper: its status is "the final source of truth" (the guide).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transaction {
    /// The gateway's reference; another than the session's in the guide's example.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_it_fits")]
    pub reference: Option<String>,
    /// `pending`, `completed`, `failed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The payer's name.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_it_fits")]
    pub customer_name: Option<String>,
    /// The time of the outcome (RFC 3339); null until then.
    #[serde(default, deserialize_with = "if_it_fits")]
    pub processed_at: Option<String>,
    /// The number it was paid from; null where it is not told.
    #[serde(default, deserialize_with = "if_it_fits")]
    pub phone_number: Option<String>,
    /// The amount paid: a decimal text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    /// The gateway's fee; null where it is not told.
    #[serde(default, deserialize_with = "if_it_fits")]
    pub fees: Option<Amount>,
    /// The sum charged to the payer; null where it is not told.
    #[serde(default, deserialize_with = "if_it_fits")]
    pub charged_amount: Option<Amount>,
    /// ISO 4217.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// The reason why a payment failed; the codes are published nowhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// A word.
    #[serde(default, deserialize_with = "if_it_fits")]
    pub code: Option<String>,
    /// The same for a person.
    #[serde(default, deserialize_with = "if_it_fits")]
    pub message: Option<String>,
}

/// Every refusal (the docs).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorReply {
    /// A word such as `api_token_invalid`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_it_fits")]
    pub code: Option<String>,
    /// The same for a person, in the language of `Accept-Language`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_it_fits")]
    pub message: Option<String>,
    /// The HTTP status once more.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "if_it_fits")]
    pub status_code: Option<u16>,
}

/// Reads a part that is not needed, so that another shape of it does not cost the whole answer.
fn if_it_fits<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let raw = Option::<Box<RawValue>>::deserialize(deserializer)?;
    Ok(raw.and_then(|raw| serde_json::from_str(raw.get()).ok()))
}

/// `null`, `{}` and `[]` (how PHP writes an empty object) all mean that there is none yet.
fn transaction<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Transaction>>, D::Error> {
    let Some(raw) = Option::<Box<RawValue>>::deserialize(deserializer)? else { return Ok(Some(None)) };
    if is_empty(&raw) {
        return Ok(Some(Some(Transaction::default())));
    }
    object(&raw).map(|transaction| Some(Some(transaction))).map_err(D::Error::custom)
}

fn failure<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<Failure>>, D::Error> {
    let raw = Option::<Box<RawValue>>::deserialize(deserializer)?;
    let Some(raw) = raw.filter(|raw| !is_empty(raw)) else { return Ok(Some(None)) };
    object(&raw).map(|failure| Some(Some(failure))).map_err(D::Error::custom)
}

fn is_empty(raw: &RawValue) -> bool {
    let object = serde_json::from_str::<BTreeMap<String, IgnoredAny>>(raw.get());
    object.is_ok_and(|object| object.is_empty()) || serde_json::from_str::<[(); 0]>(raw.get()).is_ok()
}

/// An object and nothing else: the usual reading would take a list for its fields in order.
fn object<T: DeserializeOwned>(raw: &RawValue) -> Result<T, serde_json::Error> {
    if raw.get().starts_with('{') {
        return serde_json::from_str(raw.get());
    }
    Err(serde_json::Error::custom("an object is wanted"))
}

/// Reads a body, or names the trouble: `gateway_not_json` or `gateway_unreadable`.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, &'static str> {
    let body = json_as_read(body);
    let raw: &RawValue = serde_json::from_slice(&body).map_err(|_| "gateway_not_json")?;
    object(raw).map_err(|_| "gateway_unreadable")
}

/// The vendor's word for a refusal, and its sentence, when the body is its error shape.
pub(super) fn refusal(body: &[u8]) -> Option<ErrorReply> {
    read(body).ok()
}

/// Whether a text can be a reference: anything printable and short, except for what would be a step
/// in a path. The documented shapes, `tr_…`, `mtr_…` and `pr_…`, are only known from examples.
pub fn is_reference(text: &str) -> bool {
    (1..=REFERENCE_CHARS).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && !text.bytes().all(|byte| byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An answer of generation B, put together from the fields that the docs name.
    const OF_B: &str = r#"{"id":"pr_7","type":"payin","reference":"pay_1","status":"processing","confirmationRequired":true,"confirmationStatus":"none","paymentUrl":"https://business.novasend.app/link/QGRD4D","customer":{"name":"Awa","phoneNumber":"+2250702968786"},"isDirect":false,"payFee":false,"createdAt":"2025-08-22T01:34:48.189Z","amount":200,"fees":7,"chargedAmount":207,"currency":"XOF","failure":null}"#;

    fn rewrites<T: DeserializeOwned + Serialize>(golden: &str) {
        let golden = golden.trim_end();
        let read: T = read(golden.as_bytes()).expect("a documented body is read");
        assert_eq!(serde_json::to_string(&read).expect("and written"), golden);
    }

    #[test]
    fn documented_bodies_are_rewritten_byte_for_byte() {
        rewrites::<SessionRequest>(include_str!("golden/session.request.json"));
        rewrites::<Payin>(include_str!("golden/session.created.json"));
        rewrites::<Payin>(include_str!("golden/payin.completed.json"));
    }

    #[test]
    fn reference_means_two_things() {
        for (body, system, merchant) in [
            (r#"{"reference":"tr_1","customerReference":"pay_1"}"#, Some("tr_1"), Some("pay_1")),
            (r#"{"id":"pr_1","reference":"pay_1"}"#, Some("pr_1"), Some("pay_1")),
            (r#"{"id":"pr_1","reference":"tr_1","customerReference":"pay_1"}"#, Some("pr_1"), Some("pay_1")),
            (r#"{"reference":"tr_1"}"#, Some("tr_1"), None),
            (r#"{"customerReference":"pay_1"}"#, None, Some("pay_1")),
            ("{}", None, None),
        ] {
            let payin: Payin = read(body.as_bytes()).expect("a payin");
            assert_eq!((payin.system_reference(), payin.merchant_reference()), (system, merchant), "{body}");
        }
    }

    #[test]
    fn both_generations_say_the_same() {
        let a: Payin = read(include_bytes!("golden/session.created.json")).expect("a payin");
        assert_eq!(a.phone_number.as_deref(), Some("+2250749929598"));
        assert_eq!(a.any_fee(), Some(&Amount::Number("6".to_owned())));
        let b: Payin = read(OF_B.as_bytes()).expect("a payin");
        assert_eq!((b.system_reference(), b.merchant_reference()), (Some("pr_7"), Some("pay_1")));
        let customer = b.customer.as_ref().expect("the payer");
        assert_eq!(customer.phone_number.as_deref(), Some("+2250702968786"));
        assert_eq!(b.any_fee(), Some(&Amount::Number("7".to_owned())));
        assert_eq!((b.transaction, b.failure), (None, Some(None)));
    }

    #[test]
    fn absent_null_and_empty_are_told_apart() {
        let nothing = Some(Some(Transaction::default()));
        for (body, expected) in [
            ("{}", Some(None)),
            (r#"{"transaction":null}"#, Some(Some(None))),
            (r#"{"transaction":{}}"#, Some(nothing.clone())),
            (r#"{"transaction":{ "x": 1e309 }}"#, Some(nothing.clone())),
            (r#"{"transaction": [ ] }"#, Some(nothing)),
            (r#"{"transaction":"completed"}"#, None),
            (r#"{"transaction":["tr_1","completed"]}"#, None),
            (r#"{"transaction":true}"#, None),
            (r#"{"transaction":{"status":1}}"#, None),
            (r#"{"transaction":{"status":"completed","status":"failed"}}"#, None),
            (r#"{"transaction":null,"transaction":null}"#, None),
        ] {
            let found = read::<Payin>(body.as_bytes()).ok().map(|payin| payin.transaction);
            assert_eq!(found, expected, "{body}");
        }
        let said = |code: Option<&str>| Some(Failure { code: code.map(str::to_owned), message: None });
        for (json, expected) in [
            ("null", Some(None)),
            ("{}", Some(None)),
            ("[]", Some(None)),
            (r#"{"code":"no_funds","detail":1}"#, Some(said(Some("no_funds")))),
            (r#"{"code":7}"#, Some(said(None))),
            ("\"no_funds\"", None),
            ("true", None),
        ] {
            let body = format!("{{\"failure\":{json}}}");
            let found = read::<Payin>(body.as_bytes()).ok().and_then(|payin| payin.failure);
            assert_eq!(found, expected, "{body}");
        }
    }

    #[test]
    fn what_matters_must_fit_and_the_rest_need_not() {
        for field in [
            "reference",
            "id",
            "customerReference",
            "status",
            "currency",
            "amount",
            "paymentUrl",
            "confirmationStatus",
        ] {
            let body = format!("{{\"{field}\":[]}}");
            assert_eq!(read::<Payin>(body.as_bytes()), Err("gateway_unreadable"), "{body}");
            let null = format!("{{\"{field}\":null}}");
            assert_eq!(read::<Payin>(null.as_bytes()), Ok(Payin::default()), "{null}");
        }
        for field in
            ["type", "fee", "fees", "phoneNumber", "customerName", "customer", "chargedAmount", "createdAt"]
        {
            let body = format!("{{\"{field}\":true}}");
            assert_eq!(read::<Payin>(body.as_bytes()), Ok(Payin::default()), "{body}");
        }
        for (body, trouble) in
            [("", "gateway_not_json"), ("<html>", "gateway_not_json"), ("[]", "gateway_unreadable")]
        {
            assert_eq!(read::<Payin>(body.as_bytes()), Err(trouble), "{body}");
        }
    }

    #[test]
    fn references_are_short_and_printable() {
        for good in ["tr_fhchi842jyimwiugjgszcxvb8n", "x", "a/b", "%2e%2e"] {
            assert!(is_reference(good), "{good}");
        }
        for bad in ["", ".", "..", "a b", "a\n", "é", &"x".repeat(101)] {
            assert!(!is_reference(bad), "{bad}");
        }
    }
}
