//! CinetPay's notification: a form of sixteen fields, signed with `x-token` (the notification and hmac
//! pages). All of them are always sent, in the documented order, because one way of verifying hashes
//! the values as they come and another takes a missing field for the text `None`.

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::form_urlencoded;

use super::{codes, render, rules, signature};
use crate::dialect::Notification;
use crate::payin::{PayinStatus, PayinView};

/// The notification about a payment in its current state; `None` while nobody has begun to pay, and where the
/// amount cannot be represented.
pub(super) fn unsigned(view: &PayinView) -> Option<Notification> {
    // The status, or the reason of a failure. While an operator asks on the phone it begins with WAITING.
    let word = match view.status {
        PayinStatus::Open => return None,
        PayinStatus::Processing => render::status(view.status),
        PayinStatus::Paid | PayinStatus::Failed(_) => codes::message(render::code(view.status)),
    };
    let values = values(view, word)?;
    let fields = signature::FIELDS.into_iter().zip(values.iter().map(String::as_str));
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    Some(Notification {
        headers: Vec::new(),
        content_type: "application/x-www-form-urlencoded",
        body: form.into(),
    })
}

/// Adds the `x-token` of the form's values.
pub(super) fn sign(notification: &mut Notification, secret: &SecretString) {
    let values: Vec<String> =
        form_urlencoded::parse(&notification.body).map(|(_, value)| value.into_owned()).collect();
    let token = signature::token(secret.expose_secret(), values.iter().map(String::as_str));
    notification.headers.extend(token.map(|token| (signature::HEADER, token)));
}

/// The values of [`signature::FIELDS`], in that order.
fn values(view: &PayinView, word: &str) -> Option<[String; 16]> {
    let request = &view.request;
    let (prefix, number) = render::paid_from(view);
    let echoed = |name: &str| request.echo.get(name).and_then(Value::as_str).unwrap_or_default();
    let lang = rules::lang(request.presentation.language.as_deref().unwrap_or_default());
    // Another token than the x-token; only its length is documented.
    let signature = data_encoding::HEXLOWER.encode(&Sha256::digest(view.reference.as_bytes())[..20]);
    Some([
        echoed("site_id").to_owned(),
        request.reference.clone(),
        render::date(view.changed_at_ms),
        render::whole(view)?.to_string(),
        request.money.currency.code().to_owned(),
        signature,
        render::operator(view).to_owned(),
        number.to_owned(),
        prefix.to_owned(),
        lang.to_owned(),
        "V4".to_owned(),
        "Single".to_owned(),
        "Payment".to_owned(),
        echoed("metadata").to_owned(),
        request.description.clone().unwrap_or_else(|| request.title.clone()),
        word.to_owned(),
    ])
}
