//! `/callbacks/{gateway}/{account}`: where gateways notify. A callback is a hint, never a proof: it
//! is noted, answered at once, and brings the payment's next check forward.

use std::sync::Arc;

use axum::extract::{Path, State};
use guichet_core::{AccountId, Event, OrderId, PaymentId};
use guichet_gateways::{Callback, CallbackHint, Signature, redacted_within};
use http::{StatusCode, Uri};

use crate::app::{App, Error, Unmatched};
use crate::registry::OpenAccount;
use crate::repeats;
use crate::store::Fault;

use super::input::Sent;

/// How much of a callback's body is kept, in characters.
const KEPT: usize = 2000;

/// 200 even for nonsense: whoever sends it learns nothing, and a gateway need not repeat it. What could not be taken
/// because of trouble here is answered with 503, so that the gateway does repeat it.
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
    let credentials = match &account.credentials {
        Ok(credentials) => credentials,
        // A server does not run without its secrets; whoever repeats it finds one that does.
        Err(locked) => {
            tracing::error!(%locked, account = %account.id, gateway, "a callback could not be read");
            return StatusCode::SERVICE_UNAVAILABLE;
        }
    };
    let hint = account.gateway.read_callback(credentials, &callback);
    if let Some(anomaly) = hint.anomaly {
        let (id, gateway) = (account.id, account.gateway.name());
        repeats::say("a callback is odd", &format!("{id} {anomaly}"), move |left_out| {
            tracing::warn!(account = %id, gateway, anomaly, left_out, "a callback is odd");
        });
    }
    if hint.signature == Signature::Forged {
        // The checks go on at their own pace: a forger gains nothing, not even a call to the gateway.
        let (id, gateway) = (account.id, account.gateway.name());
        repeats::say("a callback is forged", &id.to_string(), move |left_out| {
            tracing::warn!(account = %id, gateway, left_out, "a callback is not signed by the gateway and is ignored");
        });
        metrics::counter!("guichet_callbacks_total", "outcome" => "forged").increment(1);
        return StatusCode::OK;
    }
    // Anybody can send this: what is kept of it holds no secret and no card number.
    let body = redacted_within(&callback.body, &credentials.secrets, KEPT);
    let (status, outcome) = match taken(&app, &account, hint, body).await {
        Ok(taken) => (taken.status(), taken.outcome()),
        // The gateway repeats what was not taken.
        Err(error) => {
            let (id, gateway, text) = (account.id, account.gateway.name(), error.to_string());
            repeats::say("a callback could not be taken", &text.clone(), move |left_out| {
                tracing::error!(error = text, account = %id, gateway, left_out, "a callback could not be taken");
            });
            (StatusCode::SERVICE_UNAVAILABLE, "fault")
        }
    };
    metrics::counter!("guichet_callbacks_total", "outcome" => outcome).increment(1);
    status
}

/// What became of a callback.
enum Taken {
    /// It is about a payment of ours, which is checked.
    Noted,
    /// It is about a payment that no order has.
    Unmatched(Unmatched),
}

impl Taken {
    fn outcome(&self) -> &'static str {
        match self {
            Taken::Noted => "noted",
            Taken::Unmatched(unmatched) => unmatched.as_str(),
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Taken::Noted | Taken::Unmatched(Unmatched::Kept | Unmatched::NotOurs) => StatusCode::OK,
            // Later the gateway can be asked, or somebody has made room.
            Taken::Unmatched(Unmatched::Unproven | Unmatched::Full) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

async fn taken(
    app: &App,
    account: &Arc<OpenAccount>,
    hint: CallbackHint,
    body: String,
) -> Result<Taken, Error> {
    if let Some((order, payment)) = find(app, account.id, &hint.references).await? {
        let event = Event::CallbackReceived { payment, body: body.clone() };
        match app.apply(order, &event, None).await {
            Ok(_) => return Ok(Taken::Noted),
            // The index of references knows more than the orders do: for them it is a stranger's.
            Err(error @ (Error::Refused(_) | Error::NoSuchOrder)) => {
                tracing::error!(%order, %payment, %error, "a payment that is known by its reference is not there");
            }
            Err(error) => return Err(error),
        }
    }
    app.unmatched(account, hint, body).await.map(Taken::Unmatched)
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
