//! The hint in a notification: which payments it may be about. It carries no authority: only the check that
//! follows decides.

use super::protocol::is_reference;
use super::{fields::Fields, signature};
use crate::gateway::{Callback, CallbackHint, Signature};

/// The longest notification that is read, in bytes. A longer one gives no references.
const MOST_BYTES: usize = 64 * 1024;

/// The most references that a notification may name.
const MOST_REFERENCES: usize = 8;

/// The longest of them, in bytes.
const REFERENCE_BYTES: usize = 100;

/// Reads a notification. `site_id` and `secret_key` are the account's; either may be empty.
pub(super) fn read(callback: &Callback, site_id: &str, secret_key: &str) -> CallbackHint {
    // A GET is a ping without content (the notification page).
    if callback.method == http::Method::GET || callback.method == http::Method::HEAD {
        return CallbackHint::default();
    }
    let fields = Some(&callback.body).filter(|body| body.len() <= MOST_BYTES);
    let fields = fields.and_then(|body| Fields::read(body).ok());
    let signature = signature(callback, fields.as_ref(), secret_key);
    let Some(fields) = fields else { return CallbackHint { signature, ..CallbackHint::default() } };
    let text = |name: &str| fields.text(name).filter(|text| is_reference(text, REFERENCE_BYTES));
    let (transaction, site) = (text("cpm_trans_id"), text("cpm_site_id"));
    let is_ours = |text: &Option<String>| text.as_deref().is_some_and(|text| text == site_id);
    let swapped = is_ours(&transaction) || (is_payment(&site) && !is_payment(&transaction));
    let anomaly = match (swapped, &site) {
        // The guide's own sample has the two values the wrong way round.
        (true, _) => Some("swapped_ids"),
        (false, Some(_)) if !is_ours(&site) => Some("other_site"),
        (false, _) => None,
    };
    let named = if swapped { [site, transaction] } else { [transaction, site] };
    let named = named.into_iter().filter(|text| !is_ours(text));
    // The form that the browser posts to the return address names the payment by these.
    let beside = ["transaction_id", "token", "payment_token"].map(text);
    let mut references: Vec<String> = Vec::new();
    for reference in named.chain(beside).flatten() {
        if references.len() < MOST_REFERENCES && !references.contains(&reference) {
            references.push(reference);
        }
    }
    CallbackHint { references, signature, anomaly }
}

/// The result of verifying the signature. A notification without the header may still be the vendor's: the
/// guide describes a form of it that is not signed.
fn signature(callback: &Callback, fields: Option<&Fields>, secret_key: &str) -> Signature {
    let Some(given) = callback.headers.get(signature::HEADER).filter(|_| !secret_key.is_empty()) else {
        return Signature::Absent;
    };
    let good = match (given.to_str(), fields) {
        (Ok(given), Some(fields)) => signature::is_signed(secret_key, &fields.texts(), given),
        (Err(_), _) | (_, None) => false,
    };
    if good { Signature::Good } else { Signature::Forged }
}

/// Whether a text looks like the name that we give a payment: `pay` and 26 letters or digits.
fn is_payment(text: &Option<String>) -> bool {
    let rest = text.as_deref().and_then(|text| text.strip_prefix("pay"));
    rest.is_some_and(|rest| rest.len() == 26 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, Method};
    use serde::Deserialize;
    use url::form_urlencoded;

    use super::*;

    const OURS: &str = "pay01k00000000000000000000000";

    #[derive(Deserialize)]
    struct Vector {
        secret_key: String,
        x_token: String,
        fields_in_order: Vec<(String, String)>,
    }

    fn vector() -> Vector {
        serde_json::from_str(include_str!("golden/notification.form_fields.json")).expect("the test vector")
    }

    fn post(body: impl Into<bytes::Bytes>, token: Option<&str>) -> Callback {
        let mut headers = HeaderMap::new();
        if let Some(token) = token {
            headers.insert(signature::HEADER, HeaderValue::from_bytes(token.as_bytes()).expect("a header"));
        }
        Callback { method: Method::POST, headers, query: "transaction_id=q".to_owned(), body: body.into() }
    }

    fn check(body: &str, references: &[&str], anomaly: Option<&'static str>) {
        let hint = read(&post(body.to_owned(), None), "123456", "");
        assert_eq!(hint.references, references, "{body}");
        assert_eq!((hint.signature, hint.anomaly), (Signature::Absent, anomaly), "{body}");
    }

    #[test]
    fn a_form_or_json_notification() {
        let Vector { fields_in_order, .. } = vector();
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields_in_order).finish();
        check(&form, &["ORDER1234"], None);
        let json: serde_json::Map<String, serde_json::Value> =
            fields_in_order.into_iter().map(|(name, value)| (name, value.into())).collect();
        check(&serde_json::to_string(&json).expect("JSON"), &["ORDER1234"], None);
        check(r#"{"cpm_trans_id":"A","cpm_site_id":"123456"}"#, &["A"], None);
        check(r#"{"cpm_trans_id":7,"cpm_site_id":123456}"#, &["7"], None);
        check("cpm_trans_id=A", &["A"], None);
        check("cpm_site_id=123456", &[], None);
        check("transaction_id=A&token=B&payment_token=C", &["A", "B", "C"], None);
        check("transaction_id=A&cpm_trans_id=A&token=A", &["A"], None);
    }

    #[test]
    fn swapped_ids_are_looked_up_by_either() {
        let golden = include_str!("golden/notification.swapped_ids.json");
        let hint = read(&post(golden, None), "@mon-site-id", "");
        assert_eq!(hint.references, ["@id-de-paiement-hyper-unique"]);
        assert_eq!(hint.anomaly, Some("swapped_ids"));
        check("cpm_trans_id=123456&cpm_site_id=A", &["A"], Some("swapped_ids"));
        check("cpm_trans_id=123456", &[], Some("swapped_ids"));
        check(&format!("cpm_trans_id=654321&cpm_site_id={OURS}"), &[OURS, "654321"], Some("swapped_ids"));
        check(&format!("cpm_trans_id={OURS}&cpm_site_id=123456"), &[OURS], None);
        check(&format!("cpm_trans_id={OURS}&cpm_site_id=654321"), &[OURS, "654321"], Some("other_site"));
        check(&format!("cpm_trans_id={OURS}&cpm_site_id={OURS}"), &[OURS], Some("other_site"));
    }

    #[test]
    fn nonsense_names_nothing() {
        let long = format!("cpm_trans_id={}", "x".repeat(101));
        let flood = format!("cpm_trans_id=A&x={}", "x".repeat(MOST_BYTES));
        for body in
            ["", "{}", "[]", "null", "{", "a=b", "cpm_trans_id=", "cpm_trans_id=a+b", "cpm_trans_id=%00"]
        {
            check(body, &[], None);
        }
        check(&long, &[], None);
        check(&flood, &[], None);
        check(r#"{"cpm_trans_id":["A"],"token":{"a":1},"transaction_id":null}"#, &[], None);
    }

    #[test]
    fn a_get_is_a_ping() {
        let ping = Callback { method: Method::GET, ..post("cpm_trans_id=A", Some("00")) };
        assert_eq!(read(&ping, "123456", "SECRET"), CallbackHint::default());
    }

    #[test]
    fn signatures() {
        let Vector { secret_key, x_token, fields_in_order } = vector();
        let form = |fields: &[(String, String)]| {
            form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
        };
        let good = form(&fields_in_order);
        let mut other = fields_in_order.clone();
        other[3].1 = "1000".to_owned();
        let mut turned = fields_in_order.clone();
        turned.rotate_left(5);
        let received = signature::token(&secret_key, turned.iter().map(|(_, value)| value.as_str()));
        let received = received.expect("a secret");
        let turned = form(&turned);
        for (body, token, secret, expected) in [
            (&good, Some(x_token.as_str()), "SECRET", Signature::Good),
            (&turned, Some(&x_token), "SECRET", Signature::Good),
            (&turned, Some(&received), "SECRET", Signature::Good),
            (&good, Some(&received), "SECRET", Signature::Forged),
            (&good, None, "SECRET", Signature::Absent),
            (&good, Some(&x_token), "", Signature::Absent),
            (&good, Some(&x_token), "OTHER", Signature::Forged),
            (&good, Some(""), "SECRET", Signature::Forged),
            (&good, Some("é"), "SECRET", Signature::Forged),
            (&form(&other), Some(&x_token), "SECRET", Signature::Forged),
            (&String::new(), Some(&x_token), "SECRET", Signature::Forged),
        ] {
            let hint = read(&post(body.clone(), token), "123456", secret);
            assert_eq!(hint.signature, expected, "{token:?} {secret} {body}");
            assert_eq!(hint.references.is_empty(), body.is_empty());
        }
    }
}
