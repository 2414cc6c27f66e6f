//! Webhook endpoints that a command makes for a while and takes away again, by the rules of the API; and what the API and the
//! back office do to endpoints alike.

use anyhow::{Context, bail};
use guichet_core::{EndpointId, Environment, EventId};

use crate::app::{App, Error};
use crate::outbound::{beginning, reason};
use crate::random;
use crate::registry::{OpenEndpoint, endpoint_binding};
use crate::store::{
    EndpointRow, Fault, MadeBy, Standing, end_endpoint, insert_endpoint, move_revision, resecure_endpoint,
};
use crate::vault::opened;
use crate::webhook::{is_event_type, new_secret, signed_headers, test_body};

/// How many secrets sign at once: the new one and the one before.
const SECRETS: usize = 2;

/// What a new endpoint is to be.
#[derive(Debug, Clone, Copy)]
pub struct NewEndpoint<'a> {
    /// The merchant's short name.
    pub merchant: &'a str,
    /// Play money or real money.
    pub environment: Environment,
    /// Where events are sent.
    pub url: &'a str,
    /// Which event types.
    pub events: &'a [String],
}

/// Makes an endpoint: its identifier and its signing secret.
///
/// # Errors
/// There is no such merchant or event type, the server may not send there, or it cannot be stored.
pub async fn create(app: &App, new: NewEndpoint<'_>) -> anyhow::Result<(EndpointId, String)> {
    if let Some(wrong) = new.events.iter().find(|event| !is_event_type(event)) {
        bail!("“{wrong}” is no event type; a type may end with “*”, and “*” is all of them");
    }
    let url = url::Url::parse(new.url).with_context(|| format!("“{}” is no address", new.url))?;
    app.reach().judge(&url).map_err(|why| {
        anyhow::anyhow!("the server sends nothing to {url}: {why}; start it with --allow-network for that")
    })?;
    let snapshot = app.registry().snapshot();
    let merchant = snapshot.merchants.values().find(|merchant| merchant.name == new.merchant);
    let merchant = merchant.with_context(|| format!("there is no merchant “{}”", new.merchant))?;
    let (secret, now_ms) = (new_secret(), app.clock().now_ms());
    let id = EndpointId::new(now_ms, random::bytes());
    let row = EndpointRow {
        id,
        merchant: merchant.id,
        environment: new.environment,
        url: new.url.to_owned(),
        event_types: new.events.to_vec(),
        sealed_secrets: vec![app.registry().vault()?.seal(&secret, &endpoint_binding(id))?],
        created_at_ms: now_ms,
        made_by: MadeBy::Api,
        standing: Standing::default(),
    };
    app.store().commit(vec![app.registry().sealed()?, insert_endpoint(&row), move_revision()]).await?;
    Ok((id, secret))
}

/// What came of a try of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TestOutcome {
    /// Whether it took the event.
    pub(crate) arrived: bool,
    /// What it answered, when it answered.
    pub(crate) status_code: Option<u16>,
    /// What came of it, in a few words.
    pub(crate) outcome: String,
    /// The beginning of what it wrote.
    pub(crate) answer: Option<String>,
}

/// Sends an endpoint an event that says that it is a test, signed as all are, once and at once. Nothing of it is stored.
///
/// # Errors
/// The vault is closed.
pub(crate) async fn test(app: &App, endpoint: &OpenEndpoint) -> anyhow::Result<TestOutcome> {
    let not_sent = |outcome: &str| TestOutcome {
        arrived: false,
        status_code: None,
        outcome: outcome.to_owned(),
        answer: None,
    };
    let Ok(url) = url::Url::parse(&endpoint.row.url) else {
        return Ok(not_sent("the endpoint's address cannot be read"));
    };
    if let Err(why) = app.reach().judge(&url) {
        return Ok(not_sent(why));
    }
    let now_ms = app.clock().now_ms();
    let id = EventId::new(now_ms, random::bytes());
    let body = test_body(id, now_ms)?;
    let headers = signed_headers(opened(&endpoint.secrets)?, id, now_ms / 1000, &body)?;
    let mut request = app.reach().client_of_single_calls()?.post(url).body(body);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    Ok(match request.send().await {
        Ok(answer) => TestOutcome {
            arrived: answer.status().is_success(),
            status_code: Some(answer.status().as_u16()),
            outcome: format!("answered {}", answer.status()),
            answer: beginning(answer).await,
        },
        Err(error) => not_sent(&reason(error)),
    })
}

/// Takes an endpoint out of use.
///
/// # Errors
/// It cannot be stored.
pub async fn remove(app: &App, id: EndpointId) -> anyhow::Result<()> {
    app.store().commit(vec![end_endpoint(id, app.clock().now_ms()), move_revision()]).await?;
    Ok(())
}

/// Gives an endpoint a new signing secret beside the one it had, and tells it: everything is signed with both from now on.
///
/// # Errors
/// The vault is closed, or it cannot be stored.
pub(crate) async fn rotate(app: &App, endpoint: &EndpointRow) -> Result<String, Error> {
    let secret = new_secret();
    let sealed = app.registry().vault()?.seal(&secret, &endpoint_binding(endpoint.id));
    let mut sealed_secrets = vec![sealed.map_err(|error| Fault::new(format!("{error:#}")))?];
    sealed_secrets.extend(endpoint.sealed_secrets.iter().take(SECRETS - 1).cloned());
    let mut writes = resecure_endpoint(endpoint.id, &sealed_secrets).to_vec();
    writes.extend([app.registry().sealed()?, move_revision()]);
    app.store().commit(writes).await?;
    Ok(secret)
}
