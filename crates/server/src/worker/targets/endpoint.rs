//! A webhook endpoint of the shop: the event, signed by the Standard Webhooks specification.

use guichet_core::EndpointId;

use crate::app::App;
use crate::store::DueDelivery;
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
        return Ok(Tried::nothing(TO, "the endpoint is not in use any more"));
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
    let signature = webhook::signatures(&endpoint.secrets, entry.record.id, timestamp_s, &body)?;
    let request = http
        .post(url)
        .header("content-type", "application/json")
        .header("webhook-id", entry.record.id.to_string())
        .header("webhook-timestamp", timestamp_s.to_string())
        .header("webhook-signature", signature)
        .body(body);
    Ok(Tried::received(TO, request.send().await))
}
