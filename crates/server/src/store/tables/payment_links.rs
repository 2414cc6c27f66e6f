//! Payment links. What is asked for stands in one column, as it was given: it never changes.

use guichet_core::{Environment, MerchantId, PaymentLink, PaymentLinkId};

use super::orders::environment;
use crate::store::Store;
use crate::store::engine::value::{Json, Values, params};
use crate::store::engine::{Fault, Guard, Write};

macro_rules! links_where {
    ($where:literal) => {
        concat!(
            "SELECT id, merchant_id, environment, reference, token, terms, made_by, created_at_ms, expires_at_ms, \
             ended_at_ms FROM payment_links WHERE ",
            $where
        )
    };
}

impl Store {
    /// The link of that identifier.
    pub async fn payment_link(&self, id: PaymentLinkId) -> Result<Option<PaymentLink>, Fault> {
        const SQL: &str = links_where!("id = $1");
        self.find(SQL, params![id]).await?.first().map(link).transpose()
    }

    /// The link whose address that token ends.
    pub async fn payment_link_of_token(&self, token: &str) -> Result<Option<PaymentLink>, Fault> {
        const SQL: &str = links_where!("token = $1");
        self.find(SQL, params![token]).await?.first().map(link).transpose()
    }

    /// The link that a merchant calls so.
    pub async fn payment_link_of_reference(
        &self,
        merchant: MerchantId,
        environment: Environment,
        reference: &str,
    ) -> Result<Option<PaymentLink>, Fault> {
        const SQL: &str = links_where!("reference = $1 AND merchant_id = $2 AND environment = $3");
        let row = params![reference, merchant, environment.as_str()];
        self.find(SQL, row).await?.first().map(link).transpose()
    }

    /// A merchant's links, newest first: those before that one.
    pub async fn payment_links(
        &self,
        merchant: MerchantId,
        environment: Environment,
        before: Option<PaymentLinkId>,
        limit: i64,
    ) -> Result<Vec<PaymentLink>, Fault> {
        const SQL: &str =
            links_where!("merchant_id = $1 AND environment = $2 AND id < $3 ORDER BY id DESC LIMIT $4");
        // Every identifier sorts before this.
        let before = before.map_or_else(|| "lnk_~".to_owned(), |before| before.to_string());
        let row = params![merchant, environment.as_str(), before, limit];
        self.scan(SQL, row).await?.iter().map(link).collect()
    }
}

fn link(row: &Values) -> Result<PaymentLink, Fault> {
    Ok(PaymentLink {
        id: row.parsed(0)?,
        merchant: row.parsed(1)?,
        environment: environment(row.text(2)?)?,
        reference: row.text(3)?.to_owned(),
        token: row.text(4)?.to_owned(),
        terms: row.json(5)?,
        made_by: row.json(6)?,
        created_at_ms: row.int(7)?,
        expires_at_ms: row.maybe_int(8),
        ended_at_ms: row.maybe_int(9),
    })
}

/// Makes a link, unless its reference is taken.
pub fn insert(link: &PaymentLink) -> Write {
    const SQL: &str = "INSERT INTO payment_links (id, merchant_id, environment, reference, token, terms, made_by, \
        created_at_ms, expires_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
    let row = params![
        link.id,
        link.merchant,
        link.environment.as_str(),
        link.reference.as_str(),
        link.token.as_str(),
        Json(&link.terms, 0),
        Json(&link.made_by, 0),
        link.created_at_ms,
        link.expires_at_ms,
    ];
    Write::guarded(SQL, row, Guard::Reference)
}

/// The link makes no orders any more; one that has ended before stays as it is.
pub fn end(id: PaymentLinkId, now_ms: i64) -> Write {
    const SQL: &str = "UPDATE payment_links SET ended_at_ms = $1 WHERE id = $2 AND ended_at_ms IS NULL";
    Write::new(SQL, params![now_ms, id])
}
