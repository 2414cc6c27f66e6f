//! Orders with their payments: rows to [`Order`] and back. An order and its payments are one row,
//! because they are only ever read and changed together.

use std::sync::Arc;

use guichet_core::{Environment, MerchantId, Order, OrderId, Payment, PaymentId, PaymentState, Subject};

use crate::random;

use crate::store::Store;
use crate::store::engine::value::{Json, Values, params};
use crate::store::engine::{Fault, Guard, Write};

/// An order as it is stored, with what only the store and the pages need.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The order.
    pub order: Order,
    /// The public token of its hosted pages.
    pub token: String,
    /// How many entries its journal has.
    pub entries: i64,
    /// The last link of its journal's chain; empty before the first.
    pub chain: String,
    /// The language that the customer chose on its pages, such as `ar`.
    pub page_language: Option<String>,
}

/// What a list of orders is narrowed to.
#[derive(Debug, Clone, Default)]
pub struct OrderFilter {
    /// Only this status.
    pub status: Option<String>,
    /// Only those that wait for a person.
    pub needing_you: bool,
    /// Only those made at or after this moment (unix ms).
    pub created_after_ms: Option<i64>,
    /// Only those older than this one.
    pub before: Option<OrderId>,
    /// How many at the most.
    pub limit: i64,
}

/// One line of the command line's list of orders.
#[derive(Debug, serde::Serialize)]
pub struct OrderHeading {
    /// Its identifier.
    pub id: String,
    /// Where it stands.
    pub status: String,
    /// What is to be paid, minor units.
    pub amount_minor: i64,
    /// The currency of that.
    pub currency: String,
    /// When it was made (unix ms).
    pub created_at_ms: i64,
    /// Whether it waits for a person.
    pub needs_you: bool,
}

const ORDER: &str = "SELECT merchant_id, environment, version, state, terms, payments, held, token, entries, chain, \
    attended_at_ms, created_at_ms, page_language FROM orders WHERE shard = $1 AND id = $2";

/// Selects a merchant's orders of one status, older than one and made since a moment.
macro_rules! of_status {
    ($status:literal) => {
        concat!(
            "SELECT id FROM orders WHERE merchant_id = $1 AND environment = $2 AND id < $3 \
             AND created_at_ms >= $4 AND status = ",
            $status
        )
    };
}

/// The word the API and the database have for an environment.
pub(super) fn environment(word: &str) -> Result<Environment, Fault> {
    match word {
        "test" => Ok(Environment::Test),
        "live" => Ok(Environment::Live),
        other => Err(Fault(format!("“{other}” is not an environment"))),
    }
}

impl Store {
    /// The order of that id, as of one moment.
    pub async fn order(&self, id: OrderId) -> Result<Option<Stored>, Fault> {
        self.find(ORDER, params![id.shard(), id]).await?.first().map(|row| stored(id, row)).transpose()
    }

    /// The order behind a hosted page. The page's token begins with the order's identifier; what keeps
    /// it from being guessed is the rest.
    pub async fn order_of_token(&self, token: &str) -> Result<Option<Stored>, Fault> {
        let Some(id) = random::order_of_page_token(token) else { return Ok(None) };
        Ok(self.order(id).await?.filter(|stored| random::same(&stored.token, token)))
    }

    /// The order a shop made under its own reference, and the fingerprint of what it asked for.
    pub async fn order_of_reference(
        &self,
        merchant: MerchantId,
        environment: Environment,
        reference: &str,
    ) -> Result<Option<(OrderId, String)>, Fault> {
        const SQL: &str = "SELECT order_id, fingerprint FROM order_references \
            WHERE reference = $1 AND merchant_id = $2 AND environment = $3";
        let rows = self.find(SQL, params![reference, merchant, environment.as_str()]).await?;
        rows.first().map(|row| Ok((row.parsed(0)?, row.text(1)?.to_owned()))).transpose()
    }

    /// The payment a gateway account knows by that reference, or our own payment id.
    pub async fn payment_of_reference(
        &self,
        account: guichet_core::AccountId,
        reference: &str,
    ) -> Result<Option<(OrderId, PaymentId)>, Fault> {
        const SQL: &str = "SELECT order_id, payment_id FROM gateway_references \
            WHERE reference = $1 AND account_id = $2";
        let rows = self.find(SQL, params![reference, account]).await?;
        rows.first().map(|row| Ok((row.parsed(0)?, row.parsed(1)?))).transpose()
    }

    /// A merchant's orders, newest first.
    pub async fn orders(
        &self,
        merchant: MerchantId,
        environment: Environment,
        filter: OrderFilter,
    ) -> Result<Vec<Stored>, Fault> {
        // Merged from the index by status, so that no order needs a second one that has them all.
        const ALL: &str = concat!(
            of_status!("'pending'"),
            " UNION ALL ",
            of_status!("'failed'"),
            " UNION ALL ",
            of_status!("'paid'"),
            " UNION ALL ",
            of_status!("'fulfilled'"),
            " UNION ALL ",
            of_status!("'expired'"),
            " UNION ALL ",
            of_status!("'cancelled'"),
            " ORDER BY id DESC LIMIT $5",
        );
        const BY_STATUS: &str = concat!(of_status!("$5"), " ORDER BY id DESC LIMIT $6");
        const NEEDING: &str = "SELECT id FROM orders WHERE merchant_id = $1 AND environment = $2 \
            AND id < $3 AND created_at_ms >= $4 AND needs_you = 1 ORDER BY id DESC LIMIT $5";
        let before = filter.before.map_or_else(|| "ord_~".to_owned(), |id| id.to_string());
        let mut params =
            params![merchant, environment.as_str(), before, filter.created_after_ms.unwrap_or(0)];
        let sql = match (&filter.status, filter.needing_you) {
            (_, true) => NEEDING,
            (Some(status), false) => {
                params.add(status.as_str());
                BY_STATUS
            }
            (None, false) => ALL,
        };
        params.add(filter.limit);
        let mut found = Vec::new();
        for row in self.scan(sql, params).await? {
            found.extend(self.order(row.parsed(0)?).await?);
        }
        Ok(found)
    }

    /// The newest orders of every merchant, for the operator.
    pub async fn headings(&self, filter: &OrderFilter) -> Result<Vec<OrderHeading>, Fault> {
        const SQL: &str = "SELECT id, status, amount_minor, currency, created_at_ms, needs_you FROM orders \
            WHERE (status = $1 OR $1 = '') AND needs_you >= $2 ORDER BY created_at_ms DESC LIMIT $3";
        let status = filter.status.clone().unwrap_or_default();
        let rows = self.scan(SQL, params![status, filter.needing_you, filter.limit]).await?;
        rows.iter()
            .map(|row| {
                Ok(OrderHeading {
                    id: row.text(0)?.to_owned(),
                    status: row.text(1)?.to_owned(),
                    amount_minor: row.int(2)?,
                    currency: row.text(3)?.to_owned(),
                    created_at_ms: row.int(4)?,
                    needs_you: row.int(5)? != 0,
                })
            })
            .collect()
    }

    /// Subjects of this shard whose alarm has rung, the longest overdue first.
    pub async fn due_subjects(&self, shard: i64, now_ms: i64, limit: i64) -> Result<Vec<Subject>, Fault> {
        const SQL: &str = "SELECT id FROM orders WHERE shard = $1 AND wake_at_ms <= $2 \
            ORDER BY wake_at_ms LIMIT $3";
        self.find(SQL, params![shard, now_ms, limit]).await?.iter().map(|row| row.parsed(0)).collect()
    }
}

/// The name under which an order is found by the idempotency key of a vendor's client. References
/// have no control characters, so the two cannot be mistaken for each other.
pub fn key_name(key: &str) -> String {
    format!("\u{1}{key}")
}

fn stored(id: OrderId, row: &Values) -> Result<Stored, Fault> {
    let order = Order {
        id,
        merchant: row.parsed(0)?,
        environment: environment(row.text(1)?)?,
        version: row.int(2)?,
        state: row.json(3)?,
        terms: Arc::new(row.json(4)?),
        payments: row.json(5)?,
        held: row.json(6)?,
        attended_at_ms: row.maybe_int(10),
        created_at_ms: row.int(11)?,
    };
    Ok(Stored {
        order,
        token: row.text(7)?.to_owned(),
        entries: row.int(8)?,
        chain: row.text(9)?.to_owned(),
        page_language: row.maybe_text(12).map(str::to_owned),
    })
}

/// How many bytes the link of a payment takes that is being opened. They are kept free, as spaces behind the
/// JSON, so that the row can be rewritten where it is instead of being moved.
const RESERVED_FOR_A_LINK: usize = 160;

fn reserved_for_links(order: &Order) -> usize {
    let opening = order.payments.iter().filter(|payment| payment.state == PaymentState::Opening);
    RESERVED_FOR_A_LINK * opening.count()
}

/// The rows of a new order.
pub fn insert(stored: &Stored, fingerprint: &str) -> Vec<Write> {
    const ORDER: &str = "INSERT INTO orders (shard, id, merchant_id, environment, version, status, state, \
        terms, payments, held, needs_you, token, amount_minor, currency, entries, chain, attended_at_ms, \
        created_at_ms, wake_at_ms) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
    const REFERENCE: &str = "INSERT INTO order_references (reference, merchant_id, environment, shard, \
        order_id, fingerprint) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    let order = &stored.order;
    let (shard, environment) = (order.id.shard(), order.environment.as_str());
    // A vendor's client knows the order by the vendor's reference too, and by its idempotency key.
    let origin = order.terms.origin.as_ref();
    let theirs = origin.map(|origin| origin.reference.clone());
    let key = origin.and_then(|origin| origin.idempotency_key.as_deref()).map(key_name);
    let mut names = vec![order.terms.reference.clone()];
    names.extend([theirs, key].into_iter().flatten().filter(|name| *name != order.terms.reference));
    let mut writes: Vec<Write> = names
        .into_iter()
        .map(|name| params![name, order.merchant, environment, shard, order.id, fingerprint])
        .map(|row| Write::guarded(REFERENCE, row, Guard::Reference))
        .collect();
    let money = order.terms.money;
    let row = params![
        shard,
        order.id,
        order.merchant,
        environment,
        order.version,
        order.state.status(),
        Json(&order.state, 0),
        Json(&*order.terms, 0),
        Json(&order.payments, reserved_for_links(order)),
        Json(&order.held, 0),
        order.needs_you(),
        stored.token.as_str(),
        money.amount_minor,
        money.currency.code(),
        stored.entries,
        stored.chain.as_str(),
        order.attended_at_ms,
        order.created_at_ms,
        order.wake_at_ms(),
    ];
    writes.push(Write::new(ORDER, row));
    writes
}

/// The order's row as it is from now on, if nobody else changed it since version `from`.
pub fn update(stored: &Stored, from: i64) -> Write {
    const SQL: &str = "UPDATE orders SET version = $1, status = $2, state = $3, payments = $4, held = $5, \
        needs_you = $6, entries = $7, chain = $8, attended_at_ms = $9, wake_at_ms = $10 \
        WHERE shard = $11 AND id = $12 AND version = $13";
    let order = &stored.order;
    let row = params![
        order.version,
        order.state.status(),
        Json(&order.state, 0),
        Json(&order.payments, 0),
        Json(&order.held, 0),
        order.needs_you(),
        stored.entries,
        stored.chain.as_str(),
        order.attended_at_ms,
        order.wake_at_ms(),
        order.id.shard(),
        order.id,
        from,
    ];
    Write::guarded(SQL, row, Guard::Version)
}

/// What the order asks for from now on; belongs with [`update`], whose guard it stands under.
pub fn revise(order: &Order) -> Write {
    const SQL: &str = "UPDATE orders SET terms = $1, amount_minor = $2, currency = $3 \
        WHERE shard = $4 AND id = $5";
    let money = order.terms.money;
    let row = params![
        Json(&*order.terms, 0),
        money.amount_minor,
        money.currency.code(),
        order.id.shard(),
        order.id,
    ];
    Write::new(SQL, row)
}

/// What the shop asks for under the order's reference from now on, as a fingerprint, unless it is not what it was
/// `before`; belongs with [`update`].
pub fn remember_content(order: &Order, before: &str, fingerprint: &str) -> Write {
    const SQL: &str = "UPDATE order_references SET fingerprint = $1 \
        WHERE reference = $2 AND merchant_id = $3 AND environment = $4 AND order_id = $5 AND fingerprint = $6";
    let row = params![
        fingerprint,
        order.terms.reference.as_str(),
        order.merchant,
        order.environment.as_str(),
        order.id,
        before,
    ];
    Write::new(SQL, row)
}

/// Keeps the language that the customer chose on the order's pages. It is no part of the order: its version
/// stays, and no decision reads it.
pub fn choose_page_language(order: OrderId, code: &str) -> Write {
    const SQL: &str = "UPDATE orders SET page_language = $1 WHERE shard = $2 AND id = $3";
    Write::new(SQL, params![code, order.shard(), order])
}

/// The names by which gateways know these payments, as far as they were not known `before`.
pub fn gateway_names(before: &[Payment], order: &Order) -> Vec<Write> {
    let mut writes = Vec::new();
    for payment in &order.payments {
        let known = before.iter().find(|old| old.id == payment.id);
        let ours = payment.our_reference().filter(|_| payment.terms.checkable);
        // Known from the start, so that a notification finds the payment even if the answer is lost.
        if let (None, Some(ours)) = (known, &ours) {
            writes.push(reference(order.id, payment, ours));
        }
        let had_link = known.is_some_and(|old| old.state.link().is_some());
        if let Some(link) = payment.state.link().filter(|_| !had_link) {
            let names = [Some(&link.reference), link.alias.as_ref()];
            let unknown = names.into_iter().flatten().filter(|name| ours.as_ref() != Some(*name));
            writes.extend(unknown.map(|name| reference(order.id, payment, name)));
        }
    }
    writes
}

fn reference(order: OrderId, payment: &Payment, reference: &str) -> Write {
    const SQL: &str = "INSERT INTO gateway_references (reference, account_id, shard, order_id, payment_id) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    let row = params![reference, payment.account, order.shard(), order, payment.id];
    Write::guarded(SQL, row, Guard::GatewayReference)
}
