//! `/callbacks/{gateway}/{account}`: where gateways notify. A callback is a hint, never a proof: it
//! is noted, answered at once, and brings the payment's next check forward.

use axum::extract::{Path, State};
use guichet_core::{AccountId, Event, OrderId, PaymentId};
use guichet_gateways::{Callback, Signature, redacted_within};
use http::{StatusCode, Uri};

use crate::app::{App, Error};
use crate::store::Fault;

use super::input::Sent;

/// How much of a callback's body is kept, in characters.
const KEPT: usize = 2000;

/// Always 200, even for nonsense: whoever sends it learns nothing, and a gateway need not repeat it.
pub(crate) async fn receive(
    State(app): State<App>,
    Path((gateway, account)): Path<(String, String)>,
    uri: Uri,
    sent: Sent,
) -> StatusCode {
    let known =
        account.parse::<AccountId>().ok().and_then(|id| app.registry().snapshot().accounts.get(&id).cloned());
    let Some(account) = known.filter(|account| account.gateway.name() == gateway) else {
        metrics::counter!("guichet_callbacks_total", "outcome" => "unknown_account").increment(1);
        return StatusCode::NOT_FOUND;
    };
    let callback = Callback {
        method: sent.method,
        headers: sent.headers,
        query: uri.query().unwrap_or_default().to_owned(),
        body: sent.body,
    };
    let hint = account.gateway.read_callback(&account.credentials, &callback);
    if let Some(anomaly) = hint.anomaly {
        tracing::warn!(account = %account.id, gateway, anomaly, "a callback is odd");
    }
    if hint.signature == Signature::Forged {
        // The checks go on at their own pace: a forger gains nothing, not even a call to the gateway.
        tracing::warn!(account = %account.id, gateway, "a callback is not signed by the gateway and is ignored");
        metrics::counter!("guichet_callbacks_total", "outcome" => "forged").increment(1);
        return StatusCode::OK;
    }
    let (status, outcome) = match find(&app, account.id, &hint.references).await {
        Ok(Some((order, payment))) => {
            // Anybody can send this: what is kept of it holds no secret and no card number.
            let body = redacted_within(&callback.body, &account.credentials.secrets, KEPT);
            (StatusCode::OK, take(&app, order, payment, body).await)
        }
        Ok(None) => (StatusCode::OK, "unmatched"),
        // The gateway repeats what was not taken.
        Err(fault) => {
            tracing::error!(%fault, account = %account.id, gateway, "a callback could not be looked up");
            (StatusCode::SERVICE_UNAVAILABLE, "fault")
        }
    };
    metrics::counter!("guichet_callbacks_total", "outcome" => outcome).increment(1);
    status
}

/// The payment that the first known one of these references names.
async fn find(
    app: &App,
    account: AccountId,
    references: &[String],
) -> Result<Option<(OrderId, PaymentId)>, Fault> {
    for reference in references {
        let found = app.store().payment_of_reference(account, reference).await?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

async fn take(app: &App, order: OrderId, payment: PaymentId, body: String) -> &'static str {
    match app.apply(order, &Event::CallbackReceived { payment, body }, None).await {
        Ok(_) => "noted",
        Err(Error::Refused(_) | Error::NoSuchOrder) => "unmatched",
        Err(error) => {
            tracing::error!(%order, %payment, %error, "a callback could not be noted; the checks go on");
            "fault"
        }
    }
}
