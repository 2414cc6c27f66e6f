//! What a vendor's client is sent, read as that client would: the signature is computed here from the
//! vendor's documentation alone, with nothing of the server's code.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use crate::support::inbox::Letter;

/// The fields of CinetPay's `x-token`, in the order of its hmac page.
const SIGNED: [&str; 16] = [
    "cpm_site_id",
    "cpm_trans_id",
    "cpm_trans_date",
    "cpm_amount",
    "cpm_currency",
    "signature",
    "payment_method",
    "cel_phone_num",
    "cpm_phone_prefixe",
    "cpm_language",
    "cpm_version",
    "cpm_payment_config",
    "cpm_page_action",
    "cpm_custom",
    "cpm_designation",
    "cpm_error_message",
];

/// The lower-case hexadecimal HMAC-SHA256 of that text.
pub(crate) fn hmac_hex(secret: &str, text: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key will do");
    mac.update(text);
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A form in the order in which it came.
pub(crate) fn form(body: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(body).into_owned().collect()
}

/// A CinetPay notification with those values for some of its fields, signed with that secret.
pub(crate) fn cinetpay_form(secret: &str, given: &[(&str, &str)]) -> (String, Vec<u8>) {
    let value = |name: &str| given.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| *value);
    let joined: String = SIGNED.iter().map(|name| value(name)).collect();
    let fields = SIGNED.iter().map(|name| (*name, value(name)));
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    (hmac_hex(secret, joined.as_bytes()), body.into_bytes())
}

/// A CinetPay notification whose signature holds: what it says under a name.
pub(crate) fn cinetpay(letter: &Letter, secret: &str) -> impl Fn(&str) -> String + use<> {
    let fields = form(&letter.body);
    let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, SIGNED, "the sixteen fields, in order");
    let joined: String = fields.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(letter.header("x-token"), hmac_hex(secret, joined.as_bytes()), "the x-token of {fields:?}");
    move |name| {
        let found = fields.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone()).unwrap_or_else(|| panic!("no {name}"))
    }
}

/// A Novasend notification whose signature holds.
pub(crate) fn novasend(letter: &Letter, secret: &str) -> Value {
    assert_eq!(letter.header("x-signature-value"), hmac_hex(secret, &letter.body), "over the raw bytes");
    letter.json()
}
