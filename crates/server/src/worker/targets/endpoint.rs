//! A webhook endpoint of the shop: the event, signed by the Standard Webhooks specification.

use guichet_core::EndpointId;

use crate::app::App;
use crate::store::{DueDelivery, EndpointRow};
use crate::vault::opened;
use crate::webhook;

use super::Tried;

const TO: &str = "endpoint";

pub(super) async fn try_once(
    http: &reqwest::Client,
    app: &App,
    due: &DueDelivery,
    endpoint: EndpointId,
) -> anyhow::Result<Tried> {
    let snapshot = app.registry().snapshot();
    let Some(endpoint) = snapshot.endpoints.get(&endpoint) else {
        return Ok(Tried::over(TO, "not sent: the endpoint has ended"));
    };
    let entry = app.store().journal_entry(due.subject, due.event_seq).await?;
    let Some(entry) = entry else { return Ok(Tried::nothing(TO, "the event is not in the journal")) };
    let Ok(url) = url::Url::parse(&endpoint.row.url) else {
        return Ok(Tried::nothing(TO, "the endpoint's address cannot be read"));
    };
    if let Err(why) = app.reach().judge(&url) {
        return Ok(Tried::nothing(TO, why));
    }
    let body = webhook::body(&entry.record)?;
    let timestamp_s = app.clock().now_ms() / 1000;
    let headers = webhook::signed_headers(opened(&endpoint.secrets)?, entry.record.id, timestamp_s, &body)?;
    let mut request = http.post(url).body(body);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let mut tried = Tried::received(TO, request.send().await).await;
    tried.gone = tried.gone && !has_moved(app, &endpoint.row).await?;
    Ok(tried)
}

/// Whether the endpoint has another address by now: then the one that was tried speaks only for itself.
async fn has_moved(app: &App, tried: &EndpointRow) -> anyhow::Result<bool> {
    app.registry().refresh().await?;
    let snapshot = app.registry().snapshot();
    Ok(snapshot.endpoints.get(&tried.id).is_some_and(|endpoint| endpoint.row.url != tried.url))
}
