//! What gateways tell of payments that no order has. The rows are few: only what a gateway signed, or said when it was
//! asked, is kept, and of one account no more than so many.

use guichet_core::{
    AccountId, Actor, Environment, MerchantId, OrderId, OrderMark, PaymentId, Seen, UnmatchedId,
};

use super::orders::environment;
use crate::store::Store;
use crate::store::engine::value::{Json, Values, params};
use crate::store::engine::{Fault, Guard, Write};

/// The most of one account that are kept, settled ones included.
pub const MOST_UNMATCHED: i64 = 1_000;

/// Where such a notification stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnmatchedStatus {
    /// It waits for a person.
    Open,
    /// Its payment was tied to an order.
    Tied,
    /// A person dealt with it elsewhere.
    Dismissed,
}

impl UnmatchedStatus {
    /// Every status.
    pub const ALL: [UnmatchedStatus; 3] =
        [UnmatchedStatus::Open, UnmatchedStatus::Tied, UnmatchedStatus::Dismissed];

    /// The word for it in the API and the database.
    pub fn as_str(self) -> &'static str {
        match self {
            UnmatchedStatus::Open => "open",
            UnmatchedStatus::Tied => "tied",
            UnmatchedStatus::Dismissed => "dismissed",
        }
    }

    /// The status of that word.
    pub fn of(word: &str) -> Option<Self> {
        UnmatchedStatus::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// What a gateway told of a payment that no order has.
#[derive(Debug, Clone)]
pub struct UnmatchedRow {
    /// Its identifier.
    pub id: UnmatchedId,
    /// Whose account it came to.
    pub merchant: MerchantId,
    /// Of which environment.
    pub environment: Environment,
    /// The account.
    pub account: AccountId,
    /// That account's gateway.
    pub gateway: String,
    /// The references in it, the gateway's or ours, in the order in which they stand there.
    pub named: Vec<String>,
    /// The one by which the gateway is asked.
    pub reference: String,
    /// The payment, where our own reference for it is among them.
    pub payment: Option<PaymentId>,
    /// What came last, shortened and free of secrets.
    pub body: String,
    /// Whether the gateway had signed it.
    pub signed: bool,
    /// What the gateway said when it was last asked, unless that told nothing.
    pub seen: Option<Seen>,
    /// How often it came.
    pub received: i64,
    /// When it first came (unix ms).
    pub first_at_ms: i64,
    /// When it last came (unix ms).
    pub last_at_ms: i64,
    /// Where it stands.
    pub status: UnmatchedStatus,
    /// The order that its payment was tied to.
    pub order: Option<OrderId>,
    /// Who tied or dismissed it.
    pub settled_by: Option<Actor>,
    /// When (unix ms).
    pub settled_at_ms: Option<i64>,
}

impl UnmatchedRow {
    /// What tells its payment from others of the account: our identifier, or else the first reference.
    pub fn name(&self) -> String {
        let first = || self.named.first().unwrap_or(&self.reference).clone();
        self.payment.map_or_else(first, |payment| payment.to_string())
    }

    /// The mark of the order that the payment was made for, where our own reference for it is known.
    pub fn order_mark(&self) -> Option<OrderMark> {
        self.payment.map(PaymentId::order_mark)
    }
}

/// The columns, in the order in which [`row`] reads them.
macro_rules! unmatched {
    ($rest:literal) => {
        concat!(
            "SELECT id, merchant_id, environment, account_id, gateway, named, reference, payment_id, body, signed, \
             seen, received, first_at_ms, last_at_ms, status, order_id, settled_by, settled_at_ms \
             FROM unmatched_notifications WHERE ",
            $rest
        )
    };
}

impl Store {
    /// The one of that identifier.
    pub async fn unmatched(&self, id: UnmatchedId) -> Result<Option<UnmatchedRow>, Fault> {
        const SQL: &str = unmatched!("id = $1");
        self.find(SQL, params![id]).await?.first().map(row).transpose()
    }

    /// The one that came to an account about the payment of that name: [`UnmatchedRow::name`].
    pub async fn unmatched_named(
        &self,
        account: AccountId,
        name: &str,
    ) -> Result<Option<UnmatchedRow>, Fault> {
        const SQL: &str = unmatched!("account_id = $1 AND name = $2");
        self.find(SQL, params![account, name]).await?.first().map(row).transpose()
    }

    /// The open ones whose payments were made for the order of that mark, the oldest first.
    pub async fn unmatched_of_order(
        &self,
        merchant: MerchantId,
        environment: Environment,
        mark: OrderMark,
    ) -> Result<Vec<UnmatchedRow>, Fault> {
        const SQL: &str =
            unmatched!("merchant_id = $1 AND environment = $2 AND order_mark = $3 AND status = 'open'");
        let rows = self.find(SQL, params![merchant, environment.as_str(), mark.number()]).await?;
        let mut found = rows.iter().map(row).collect::<Result<Vec<_>, _>>()?;
        found.sort_by_key(|row| row.id);
        Ok(found)
    }

    /// A merchant's, of one status, newest first: those before that one.
    pub async fn unmatched_page(
        &self,
        merchant: MerchantId,
        environment: Environment,
        status: UnmatchedStatus,
        before: Option<UnmatchedId>,
        limit: i64,
    ) -> Result<Vec<UnmatchedRow>, Fault> {
        const SQL: &str = unmatched!(
            "merchant_id = $1 AND environment = $2 AND status = $3 AND id < $4 ORDER BY id DESC LIMIT $5"
        );
        let before = before.map_or_else(|| "unm_~".to_owned(), |id| id.to_string());
        let params = params![merchant, environment.as_str(), status.as_str(), before, limit];
        self.scan(SQL, params).await?.iter().map(row).collect()
    }

    /// How many there are of an account.
    pub async fn unmatched_count(&self, account: AccountId) -> Result<i64, Fault> {
        const SQL: &str = "SELECT COUNT(*) FROM unmatched_notifications WHERE account_id = $1";
        self.find(SQL, params![account]).await?.first().map_or(Ok(0), |row| row.int(0))
    }

    /// How many of a merchant's wait for a person; so many at the most.
    pub async fn count_unmatched_open(
        &self,
        merchant: MerchantId,
        environment: Environment,
        most: i64,
    ) -> Result<usize, Fault> {
        const SQL: &str = "SELECT id FROM unmatched_notifications WHERE merchant_id = $1 AND environment = $2 \
            AND status = 'open' LIMIT $3";
        Ok(self.find(SQL, params![merchant, environment.as_str(), most]).await?.len())
    }

    /// How many wait for a person. Reads the index of those alone.
    pub async fn unmatched_open(&self) -> Result<i64, Fault> {
        const SQL: &str = "SELECT COUNT(*) FROM unmatched_notifications WHERE status = 'open'";
        self.scan(SQL, params![]).await?.first().map_or(Ok(0), |row| row.int(0))
    }
}

fn row(row: &Values) -> Result<UnmatchedRow, Fault> {
    let word = row.text(14)?;
    let status = UnmatchedStatus::of(word)
        .ok_or_else(|| Fault::new(format!("“{word}” is no status of an unmatched notification")))?;
    Ok(UnmatchedRow {
        id: row.parsed(0)?,
        merchant: row.parsed(1)?,
        environment: environment(row.text(2)?)?,
        account: row.parsed(3)?,
        gateway: row.text(4)?.to_owned(),
        named: row.json(5)?,
        reference: row.text(6)?.to_owned(),
        payment: row.maybe_text(7).map(|_| row.parsed(7)).transpose()?,
        body: row.text(8)?.to_owned(),
        signed: row.int(9)? != 0,
        seen: row.maybe_text(10).map(|_| row.json(10)).transpose()?,
        received: row.int(11)?,
        first_at_ms: row.int(12)?,
        last_at_ms: row.int(13)?,
        status,
        order: row.maybe_text(15).map(|_| row.parsed(15)).transpose()?,
        settled_by: row.maybe_text(16).map(|_| row.json(16)).transpose()?,
        settled_at_ms: row.maybe_int(17),
    })
}

/// Keeps what came; the same once more is counted, and its last body kept.
pub fn put(row: &UnmatchedRow) -> Write {
    const SQL: &str = "INSERT INTO unmatched_notifications (account_id, name, id, merchant_id, environment, \
        gateway, named, reference, payment_id, order_mark, body, signed, seen, received, first_at_ms, last_at_ms, \
        status) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) \
        ON CONFLICT (account_id, name) DO UPDATE SET named = excluded.named, body = excluded.body, \
        received = unmatched_notifications.received + 1, last_at_ms = excluded.last_at_ms";
    let row = params![
        row.account,
        row.name(),
        row.id,
        row.merchant,
        row.environment.as_str(),
        row.gateway.as_str(),
        Json(&row.named, 0),
        row.reference.as_str(),
        row.payment,
        row.order_mark().map(OrderMark::number),
        row.body.as_str(),
        row.signed,
        row.seen.as_ref().map(|seen| Json(seen, 0)),
        row.received,
        row.first_at_ms,
        row.last_at_ms,
        row.status.as_str(),
    ];
    Write::new(SQL, row)
}

/// Notes what the gateway said, and by which reference it was asked.
pub fn note_seen(row: &UnmatchedRow, reference: &str, seen: &Seen) -> Write {
    const SQL: &str = "UPDATE unmatched_notifications SET reference = $1, seen = $2 \
        WHERE account_id = $3 AND name = $4 AND status = 'open'";
    Write::new(SQL, params![reference, Json(seen, 0), row.account, row.name()])
}

/// Settles an open one; guarded by [`Guard::Row`].
pub fn settle(
    id: UnmatchedId,
    status: UnmatchedStatus,
    order: Option<OrderId>,
    by: &Actor,
    now_ms: i64,
) -> Write {
    const SQL: &str = "UPDATE unmatched_notifications SET status = $1, order_id = $2, settled_by = $3, \
        settled_at_ms = $4 WHERE id = $5 AND status = 'open'";
    Write::guarded(SQL, params![status.as_str(), order, Json(by, 0), now_ms, id], Guard::Row)
}

/// Opens one again that nobody dealt with: it had been dismissed because no money had come of it.
pub fn reopen(id: UnmatchedId) -> Write {
    const SQL: &str = "UPDATE unmatched_notifications SET status = 'open', settled_by = NULL, settled_at_ms = NULL \
        WHERE id = $1 AND status = 'dismissed' AND settled_by = $2";
    Write::new(SQL, params![id, Json(&Actor::Worker, 0)])
}

/// Forgets what was settled before then, so that an account has room for more.
pub fn forget_settled(before_ms: i64) -> Write {
    const SQL: &str = "DELETE FROM unmatched_notifications WHERE settled_at_ms < $1";
    Write::new(SQL, params![before_ms])
}
