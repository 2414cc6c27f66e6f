//! CinetPay's JSON exactly as the vendor spells it, for both ends. What money depends on is typed;
//! everything else is kept as the JSON it was, because the documentation, the guide and the samples
//! give it different shapes, and none of them is a reason to lose an answer.

use guichet_core::json_as_read;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::{RawValue, to_raw_value};

/// A piece of JSON exactly as it is written: an amount may be `100` or `"100"`, and `1e309` is no
/// reason to refuse a document.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Raw(Box<RawValue>);

impl Raw {
    /// The value as JSON; `null` for one that cannot be written.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Raw {
        Raw(to_raw_value(value).unwrap_or_else(|_| RawValue::NULL.to_owned()))
    }

    /// As it is written.
    pub fn as_written(&self) -> &str {
        self.0.get()
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        self.as_written() == "null"
    }

    /// The content of a JSON text; `None` for anything else.
    pub fn as_text(&self) -> Option<String> {
        serde_json::from_str(self.as_written()).ok()
    }

    /// The content of a JSON text, or a number, `true` or `false` as it is written.
    pub fn plain(&self) -> Option<String> {
        match self.as_written().as_bytes().first()? {
            b'"' => self.as_text(),
            b'{' | b'[' | b'n' => None,
            _ => Some(self.as_written().to_owned()),
        }
    }
}

impl PartialEq for Raw {
    fn eq(&self, other: &Raw) -> bool {
        self.as_written() == other.as_written()
    }
}

impl Eq for Raw {}

/// Reads `null` as present, other than an absent field.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Raw>, D::Error> {
    Raw::deserialize(deserializer).map(Some)
}

/// The body of `POST /v2/payment`, in the order of the guide's sample. It holds the merchant's key,
/// so it has no debug print.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentRequest {
    /// Whole units: an integer by the table, a text in the guide's sample.
    pub amount: Raw,
    /// The merchant's API key.
    pub apikey: String,
    /// The merchant's site.
    pub site_id: String,
    /// XOF, XAF, CDF, GNF or USD.
    pub currency: String,
    /// The merchant's reference for the payment, never used before.
    pub transaction_id: String,
    /// The description of the goods, without `#`, `/`, `$`, `_` and `&`.
    pub description: String,
    /// The address to which the customer's browser posts afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_url: Option<String>,
    /// The address for notifications.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify_url: Option<String>,
    /// Family name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<String>,
    /// First name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_surname: Option<String>,
    /// `ALL`, or some of `MOBILE_MONEY`, `CREDIT_CARD` and `WALLET`, joined by commas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channels: Option<String>,
    /// `fr` or `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// The merchant's own words, given back by the check and the notification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<String>,
    /// At most three lines for the receipt, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_data: Option<Raw>,
    /// Whether the phone number is filled in for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock_phone_number: Option<bool>,
    /// With its country code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_phone_number: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_email: Option<String>,
    /// Street and number; like all below, for cards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_address: Option<String>,
    /// Town.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_city: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_country: Option<String>,
    /// State, in the United States and Canada.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_state: Option<String>,
    /// Postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_zip_code: Option<String>,
}

/// The body of `POST /v2/payment/check`. It holds the merchant's key, so it has no debug print.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRequest {
    /// The merchant's API key.
    pub apikey: String,
    /// The merchant's site.
    pub site_id: String,
    /// The merchant's reference for the payment.
    pub transaction_id: String,
}

/// Every answer, good or bad.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply<T> {
    /// Always a text.
    pub code: String,
    /// The code's word.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub message: Option<Raw>,
    /// A sentence; the check has none when all is well.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub description: Option<Raw>,
    /// The answer proper; refusals have none.
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    pub data: Option<T>,
    /// The gateway's identifier of this answer (not of the payment), such as `1617808789.7749`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub api_response_id: Option<Raw>,
}

/// The `data` of an answer to opening.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    /// The gateway's reference for the payment.
    pub payment_token: String,
    /// The page where the customer pays.
    pub payment_url: String,
}

/// The `data` of an answer to a check. The documentation of 2022 has the first nine; the guide of
/// 2021 has `operator_id`, `payment_method`, `payment_date` and the last two, and no amount.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedPayment {
    /// The amount paid, a text in the samples.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub amount: Option<Raw>,
    /// Its currency.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub currency: Option<Raw>,
    /// `ACCEPTED`, `REFUSED`, or a word beginning with `WAITING`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub status: Option<Raw>,
    /// The operator, such as `OM`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub payment_method: Option<Raw>,
    /// The description of the goods.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub description: Option<Raw>,
    /// The merchant's own words; null when there were none.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub metadata: Option<Raw>,
    /// The operator's reference for the payment; null when nothing was paid.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub operator_id: Option<Raw>,
    /// `2022-09-15 22:57:15`, or a single space when nothing was paid.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub payment_date: Option<Raw>,
    /// The date from which the merchant can have the money.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub fund_availability_date: Option<Raw>,
    /// The number it was paid from, without its country code.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub phone_number: Option<Raw>,
    /// That country code, without a plus.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub phone_prefix: Option<Raw>,
}

/// Reads an answer, or names the trouble: `gateway_not_json` or `gateway_unreadable`.
pub fn reply(body: &[u8]) -> Result<Reply<Raw>, &'static str> {
    let body = json_as_read(body);
    let read = serde_json::from_slice::<Reply<Raw>>(&body);
    let reply =
        read.map_err(|error| if error.is_data() { "gateway_unreadable" } else { "gateway_not_json" })?;
    // Serde would also read a list of the fields in order.
    if body.trim_ascii_start().starts_with(b"{") { Ok(reply) } else { Err("gateway_unreadable") }
}

impl Reply<Raw> {
    /// The answer proper, when it is an object of that shape. PHP writes an empty one as `[]`.
    pub fn object<T: for<'de> Deserialize<'de>>(&self) -> Option<T> {
        let written = self.data.as_ref()?.as_written();
        if written.starts_with('{') { serde_json::from_str(written).ok() } else { None }
    }

    /// The gateway's message and description, for a person.
    pub fn said(&self) -> String {
        let words = [&self.message, &self.description].into_iter().flatten().filter_map(Raw::as_text);
        let words: Vec<String> =
            words.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect();
        words.join(": ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewrites<T: for<'de> Deserialize<'de> + Serialize>(golden: &str) {
        let golden = golden.trim_end();
        let read: T = serde_json::from_str(golden).expect("a documented body is read");
        assert_eq!(serde_json::to_string(&read).expect("and written"), golden);
    }

    #[test]
    fn documented_bodies_are_rewritten_byte_for_byte() {
        rewrites::<PaymentRequest>(include_str!("golden/payment.request.json"));
        rewrites::<Reply<Created>>(include_str!("golden/payment.created.json"));
        rewrites::<Reply<Created>>(include_str!("golden/payment.error_624.json"));
        rewrites::<Reply<CheckedPayment>>(include_str!("golden/check.accepted_2022.json"));
        rewrites::<Reply<CheckedPayment>>(include_str!("golden/check.refused_2022.json"));
    }

    /// The guide of 2021 had its keys in another order; nobody writes that any more.
    #[test]
    fn bodies_of_2021_are_rewritten_value_for_value() {
        for golden in
            [include_str!("golden/check.succes_2021.json"), include_str!("golden/check.failed_2021.json")]
        {
            let read: Reply<CheckedPayment> = serde_json::from_str(golden).expect("it is read");
            let written = serde_json::to_value(&read).expect("and written");
            let golden: serde_json::Value = serde_json::from_str(golden).expect("it is JSON");
            assert_eq!(written, golden);
        }
    }

    #[test]
    fn replies_are_objects_with_a_code() {
        for (body, expected) in [
            (r#"{"code":"00"}"#, Ok("00")),
            ("\u{feff} {\"code\":\"00\"}", Ok("00")),
            (r#"{"code":"00","message":1e309,"description":[],"api_response_id":{"a":[1e309]}}"#, Ok("00")),
            (r#"{"code":0}"#, Err("gateway_unreadable")),
            (r#"{"code":null}"#, Err("gateway_unreadable")),
            (r#"{"message":"SUCCES"}"#, Err("gateway_unreadable")),
            (r#"{"code":"00","code":"600"}"#, Err("gateway_unreadable")),
            (r#"["00","SUCCES","",{},"1"]"#, Err("gateway_unreadable")),
            ("<html>", Err("gateway_not_json")),
            ("", Err("gateway_not_json")),
        ] {
            let read = reply(body.as_bytes());
            assert_eq!(
                read.as_ref().map(|reply| reply.code.as_str()).map_err(|code| *code),
                expected,
                "{body}"
            );
        }
    }

    #[test]
    fn data_is_an_object_or_nothing() {
        for (data, expected) in [
            ("{}", true),
            (r#"{"amount":1e309}"#, true),
            ("null", false),
            ("[]", false),
            ("\"\"", false),
            (r#"{"amount":1,"amount":2}"#, false),
        ] {
            let body = format!(r#"{{"code":"00","data":{data}}}"#);
            let read = reply(body.as_bytes()).expect("a reply");
            assert_eq!(read.object::<CheckedPayment>().is_some(), expected, "{data}");
        }
    }

    #[test]
    fn what_is_said_is_put_together() {
        for (body, expected) in [
            (
                include_str!("golden/payment.error_624.json"),
                "UNKNOWN_ERROR: An error occurred while processing the request",
            ),
            (r#"{"code":"627","message":"TRANSACTION_CANCEL "}"#, "TRANSACTION_CANCEL"),
            (r#"{"code":"627","message":7,"description":" no "}"#, "no"),
            (r#"{"code":"627"}"#, ""),
        ] {
            assert_eq!(reply(body.as_bytes()).expect("a reply").said(), expected);
        }
    }
}
