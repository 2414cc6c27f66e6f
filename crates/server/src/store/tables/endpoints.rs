//! The webhook endpoints of merchants: where they want their events sent.

use guichet_core::{EndpointId, Environment, MerchantId};

use super::accounts::list;
use super::orders::environment;
use super::standing::{MadeBy, Standing, Switched};
use crate::store::Store;
use crate::store::engine::value::{Values, params};
use crate::store::engine::{Fault, Write};

/// Where a merchant wants its events sent.
#[derive(Debug, Clone)]
pub struct EndpointRow {
    /// Its identifier.
    pub id: EndpointId,
    /// Whose it is.
    pub merchant: MerchantId,
    /// Events of which environment.
    pub environment: Environment,
    /// Where to.
    pub url: String,
    /// Which event types; `*` is all of them.
    pub event_types: Vec<String>,
    /// Its signing secrets, sealed, the newest first.
    pub sealed_secrets: Vec<String>,
    /// When it was made (unix ms).
    pub created_at_ms: i64,
    /// Who made it.
    pub made_by: MadeBy,
    /// Whether it is in use.
    pub standing: Standing,
}

fn endpoint(row: &Values) -> Result<EndpointRow, Fault> {
    Ok(EndpointRow {
        id: row.parsed(0)?,
        merchant: row.parsed(1)?,
        environment: environment(row.text(2)?)?,
        url: row.text(3)?.to_owned(),
        event_types: row.json(4)?,
        sealed_secrets: row.json(5)?,
        created_at_ms: row.int(6)?,
        made_by: MadeBy::read(row, 7)?,
        standing: Standing::read(row, 8),
    })
}

impl Store {
    /// Every webhook endpoint that has not ended, disabled ones too.
    pub async fn webhook_endpoints(&self) -> Result<Vec<EndpointRow>, Fault> {
        const SQL: &str = "SELECT id, merchant_id, environment, url, event_types, sealed_secrets, created_at_ms, \
            made_by, ended_at_ms, disabled_at_ms, switched_by, switched_at_ms FROM webhook_endpoints \
            WHERE ended_at_ms IS NULL ORDER BY id";
        self.find(SQL, params![]).await?.iter().map(endpoint).collect()
    }

    /// Every webhook endpoint that has ended.
    pub async fn ended_webhook_endpoints(&self) -> Result<Vec<EndpointRow>, Fault> {
        const SQL: &str = "SELECT id, merchant_id, environment, url, event_types, sealed_secrets, created_at_ms, \
            made_by, ended_at_ms, disabled_at_ms, switched_by, switched_at_ms FROM webhook_endpoints \
            WHERE ended_at_ms IS NOT NULL ORDER BY id";
        self.scan(SQL, params![]).await?.iter().map(endpoint).collect()
    }
}

/// Makes a webhook endpoint.
pub fn insert(endpoint: &EndpointRow) -> Write {
    const SQL: &str = "INSERT INTO webhook_endpoints (id, merchant_id, environment, url, event_types, \
        sealed_secrets, created_at_ms, made_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let row = params![
        endpoint.id,
        endpoint.merchant,
        endpoint.environment.as_str(),
        endpoint.url.as_str(),
        list(&endpoint.event_types),
        list(&endpoint.sealed_secrets),
        endpoint.created_at_ms,
        endpoint.made_by,
    ];
    Write::new(SQL, row)
}

/// Brings an endpoint to what a shop file declares of it. What was disabled because it answered 410, or had ended, is in
/// use again as the row says; who disabled it by hand stays.
pub fn declare(endpoint: &EndpointRow) -> Write {
    const SQL: &str = "UPDATE webhook_endpoints SET url = $1, event_types = $2, sealed_secrets = $3, made_by = $4, \
        ended_at_ms = $5, disabled_at_ms = $6 WHERE id = $7";
    let row = params![
        endpoint.url.as_str(),
        list(&endpoint.event_types),
        list(&endpoint.sealed_secrets),
        endpoint.made_by,
        endpoint.standing.ended_at_ms,
        endpoint.standing.disabled_at_ms,
        endpoint.id,
    ];
    Write::new(SQL, row)
}

/// Gives an endpoint other signing secrets, sealed, the newest first. One that answered 410 is enabled again; one that an
/// operator disabled is not.
pub fn resecure(endpoint: EndpointId, sealed_secrets: &[String]) -> [Write; 2] {
    const SECRETS: &str = "UPDATE webhook_endpoints SET sealed_secrets = $1 WHERE id = $2";
    const ENABLED: &str =
        "UPDATE webhook_endpoints SET disabled_at_ms = NULL WHERE id = $1 AND switched_by IS NULL";
    [Write::new(SECRETS, params![list(sealed_secrets), endpoint]), Write::new(ENABLED, params![endpoint])]
}

/// Disables an endpoint whose address answered that it is gone for good, unless it has moved from there meanwhile.
pub fn disable_gone(endpoint: EndpointId, url: &str, now_ms: i64) -> Write {
    const SQL: &str = "UPDATE webhook_endpoints SET disabled_at_ms = $1, switched_by = NULL, switched_at_ms = NULL \
        WHERE id = $2 AND url = $3 AND disabled_at_ms IS NULL";
    Write::new(SQL, params![now_ms, endpoint, url])
}

/// Notes that an operator disabled an endpoint, or enabled it again.
pub fn switch(endpoint: EndpointId, switched: &Switched<'_>) -> Write {
    const SQL: &str = "UPDATE webhook_endpoints SET disabled_at_ms = $1, switched_by = $2, switched_at_ms = $3 \
        WHERE id = $4";
    let Switched { disabled, by, at_ms } = *switched;
    Write::new(SQL, params![disabled.then_some(at_ms), by, at_ms, endpoint])
}

/// Ends an endpoint: nothing more is sent there, and what waits for it is given up. Its delivery log stays.
pub fn end(endpoint: EndpointId, now_ms: i64) -> Write {
    const SQL: &str = "UPDATE webhook_endpoints SET ended_at_ms = $1 WHERE id = $2 AND ended_at_ms IS NULL";
    Write::new(SQL, params![now_ms, endpoint])
}
