//! `x-token`: the signature on a notification, an HMAC-SHA256 over its sixteen fields, put together
//! without anything between them (the hmac page).

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The header that carries it.
pub(super) const HEADER: &str = "x-token";

/// The fields that are signed, in this order (the hmac page, in both languages).
pub(super) const FIELDS: [&str; 16] = [
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

/// The signature of those values, in lower-case hexadecimal; `None` without a secret.
pub(super) fn token<'a>(secret: &str, values: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mac = mac(secret, values)?;
    Some(HEXLOWER.encode(&mac.finalize().into_bytes()))
}

/// Whether the signature is that of a notification with these fields, made with this secret.
///
/// Two ways of signing are in use: over the sixteen fields in the documented order, a missing one
/// being empty, and (the vendor's PHP library) over all values in the order in which they came. For
/// what the vendor sends they are the same; either will do. Both are always computed, and compared
/// in constant time.
pub(super) fn is_signed(secret: &str, fields: &[(String, String)], given: &str) -> bool {
    let Ok(given) = HEXLOWER_PERMISSIVE.decode(given.trim().as_bytes()) else { return false };
    let value = |name: &str| fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value);
    let documented = mac(secret, FIELDS.map(value)).is_some_and(|mac| mac.verify_slice(&given).is_ok());
    let received = fields.iter().map(|(_, value)| value.as_str());
    let received = mac(secret, received).is_some_and(|mac| mac.verify_slice(&given).is_ok());
    documented | received
}

fn mac<'a>(secret: &str, values: impl IntoIterator<Item = &'a str>) -> Option<Hmac<Sha256>> {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok().filter(|_| !secret.is_empty())?;
    Some(values.into_iter().fold(mac, |mac, value| mac.chain_update(value)))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Vector {
        secret_key: String,
        x_token: String,
        fields_in_order: Vec<(String, String)>,
    }

    fn vector() -> Vector {
        serde_json::from_str(include_str!("golden/notification.form_fields.json")).expect("the test vector")
    }

    #[test]
    fn the_test_vector() {
        let Vector { secret_key, x_token, fields_in_order } = vector();
        assert_eq!(fields_in_order.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), FIELDS);
        let values = fields_in_order.iter().map(|(_, value)| value.as_str());
        assert_eq!(token(&secret_key, values).as_ref(), Some(&x_token));
        assert!(is_signed(&secret_key, &fields_in_order, &x_token));
        assert!(is_signed(&secret_key, &fields_in_order, &format!(" {} ", x_token.to_uppercase())));
    }

    #[test]
    fn either_way_of_signing_will_do() {
        let Vector { secret_key, x_token, mut fields_in_order } = vector();
        // In another order the documented way still holds, and so it does without an empty field.
        fields_in_order.reverse();
        assert!(is_signed(&secret_key, &fields_in_order, &x_token));
        fields_in_order.retain(|(name, _)| name != "cpm_custom");
        assert!(is_signed(&secret_key, &fields_in_order, &x_token));
        // Over everything in the order in which it came, with a field that nobody documents.
        fields_in_order.push(("cpm_new".to_owned(), "x".to_owned()));
        let values = fields_in_order.iter().map(|(_, value)| value.as_str());
        let received = token(&secret_key, values).expect("a secret");
        assert_ne!(received, x_token);
        assert!(is_signed(&secret_key, &fields_in_order, &received));
    }

    #[test]
    fn anything_else_is_not_signed() {
        let Vector { secret_key, x_token, fields_in_order } = vector();
        for secret in ["", "secret", "SECRET ", &x_token] {
            assert!(!is_signed(secret, &fields_in_order, &x_token), "{secret}");
        }
        for given in ["", "00", "zz", &x_token[..62], &format!("{x_token}00"), &x_token.replace('0', "1")] {
            assert!(!is_signed(&secret_key, &fields_in_order, given), "{given}");
        }
        for index in 0..FIELDS.len() {
            let mut changed = fields_in_order.clone();
            changed[index].1.push('1');
            assert!(!is_signed(&secret_key, &changed, &x_token), "{}", FIELDS[index]);
        }
        assert_eq!(token("", ["a"]), None);
    }
}
