//! A merchant's setting for notifications, as a script or a file of fixtures words it.

use crate::fields::Fields;
use crate::refusal::Refusal;
use crate::webhooks::Webhook;

/// Takes the fields of a merchant's setting.
///
/// # Errors
/// [`Refusal::Invalid`] about the field.
pub(crate) fn webhook(fields: &mut Fields) -> Result<Webhook, Refusal> {
    Ok(Webhook {
        dialect: fields.needed("dialect")?,
        key: fields.needed("key")?,
        account: fields.text("account")?.unwrap_or_default(),
        url: fields.text("url")?,
        secret: fields.text("secret")?,
    })
}
