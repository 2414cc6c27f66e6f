//! The shop as a client of another vendor: it is sent that vendor's notification of how the order
//! stands at the moment of sending, because such a notification only says that it is time to ask.

use guichet_core::CredentialId;
use guichet_gateways::Notifies;

use crate::app::App;
use crate::app::payin_view;
use crate::store::DueDelivery;
use crate::vault::opened;

use super::Tried;

const TO: &str = "client";

pub(super) async fn try_once(
    http: &reqwest::Client,
    app: &App,
    due: &DueDelivery,
    credential: CredentialId,
) -> anyhow::Result<Tried> {
    let snapshot = app.registry().snapshot();
    let Some(client) = snapshot.credentials.get(&credential) else {
        return Ok(Tried::nothing(TO, "the credential is not there any more"));
    };
    let Some(merchant) = snapshot.merchants.get(&client.row.merchant) else {
        return Ok(Tried::nothing(TO, "the merchant is not there any more"));
    };
    // Vendors' notifications are about payments of orders only.
    let Some(order) = due.subject.order() else { return Ok(Tried::needless(TO, "this is about no order")) };
    let Some(stored) = app.store().order(order).await? else {
        return Ok(Tried::nothing(TO, "the order is not there any more"));
    };
    let Some(view) = payin_view(app, merchant, &stored) else {
        return Ok(Tried::needless(TO, "no vendor's client made this order"));
    };
    let url = match client.dialect.profile().notifies {
        Notifies::Never => None,
        Notifies::ByRequest => view.request.notify_url.as_deref(),
        Notifies::BySetting => client.row.notify_url.as_deref(),
    };
    let Some(url) = url.and_then(|url| url::Url::parse(url).ok()) else {
        return Ok(Tried::needless(TO, "there is no address to notify"));
    };
    if let Err(why) = app.reach().judge(&url) {
        return Ok(Tried::nothing(TO, why));
    }
    let Some(notification) = client.dialect.notification(&view, opened(&client.signing_secret)?) else {
        return Ok(Tried::needless(TO, "the vendor tells nothing of how it stands now"));
    };
    let mut request = http.post(url).header("content-type", notification.content_type);
    for (name, value) in notification.headers {
        request = request.header(name, value);
    }
    Ok(Tried::received(TO, request.body(notification.body).send().await).await)
}
