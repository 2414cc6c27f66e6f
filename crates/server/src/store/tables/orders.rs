//! Orders with their payments: rows to [`Order`] and back. An order and its payments are one row,
//! because they are only ever read and changed together.

use std::collections::HashMap;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use guichet_core::{
    Environment, MerchantId, Order, OrderId, Payer, Payment, PaymentId, PaymentState, Subject, Terms,
};

use crate::random;

use crate::store::Store;
use crate::store::engine::value::{Json, Packed, Values, params};
use crate::store::engine::{Fault, Guard, Write};
use crate::store::packed::unpack;
use crate::store::search::{link_term, terms};

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

const ORDER: &str = "SELECT merchant_id, environment, version, state, terms, payments, held, page_secret, entries, chain, \
    attended_at_ms, created_at_ms, page_language, account_id, refunds FROM orders WHERE shard = $1 AND id = $2";

/// How many orders are read with one statement where there are many to read: each costs a way to the database.
const TOGETHER: usize = 16;

/// A shard in which nothing is.
const NO_SHARD: i64 = -1;

macro_rules! one_of_several {
    ($where:literal) => {
        concat!(
            "SELECT merchant_id, environment, version, state, terms, payments, held, page_secret, entries, chain, \
             attended_at_ms, created_at_ms, page_language, account_id, refunds, id FROM orders WHERE ",
            $where
        )
    };
}

const SEVERAL: &str = concat!(
    one_of_several!("shard = $1 AND id = $2"),
    " UNION ALL ",
    one_of_several!("shard = $3 AND id = $4"),
    " UNION ALL ",
    one_of_several!("shard = $5 AND id = $6"),
    " UNION ALL ",
    one_of_several!("shard = $7 AND id = $8"),
    " UNION ALL ",
    one_of_several!("shard = $9 AND id = $10"),
    " UNION ALL ",
    one_of_several!("shard = $11 AND id = $12"),
    " UNION ALL ",
    one_of_several!("shard = $13 AND id = $14"),
    " UNION ALL ",
    one_of_several!("shard = $15 AND id = $16"),
    " UNION ALL ",
    one_of_several!("shard = $17 AND id = $18"),
    " UNION ALL ",
    one_of_several!("shard = $19 AND id = $20"),
    " UNION ALL ",
    one_of_several!("shard = $21 AND id = $22"),
    " UNION ALL ",
    one_of_several!("shard = $23 AND id = $24"),
    " UNION ALL ",
    one_of_several!("shard = $25 AND id = $26"),
    " UNION ALL ",
    one_of_several!("shard = $27 AND id = $28"),
    " UNION ALL ",
    one_of_several!("shard = $29 AND id = $30"),
    " UNION ALL ",
    one_of_several!("shard = $31 AND id = $32"),
);

/// The word the API and the database have for an environment.
pub(super) fn environment(word: &str) -> Result<Environment, Fault> {
    match word {
        "test" => Ok(Environment::Test),
        "live" => Ok(Environment::Live),
        other => Err(Fault::new(format!("“{other}” is not an environment"))),
    }
}

impl Store {
    /// The order of that id, as of one moment.
    pub async fn order(&self, id: OrderId) -> Result<Option<Stored>, Fault> {
        self.find(ORDER, params![id.shard(), id]).await?.first().map(|row| stored(id, row)).transpose()
    }

    /// The orders of these identifiers, in their order; those that are not there are left out.
    pub(super) async fn several_orders(&self, ids: &[OrderId]) -> Result<Vec<Stored>, Fault> {
        let mut found = Vec::with_capacity(ids.len());
        for together in ids.chunks(TOGETHER) {
            let mut params = Values::default();
            for id in together {
                params.add(id.shard());
                params.add(*id);
            }
            for _ in together.len()..TOGETHER {
                params.add(NO_SHARD);
                params.add("");
            }
            let mut rows = HashMap::with_capacity(together.len());
            for row in self.find(SEVERAL, params).await? {
                let id: OrderId = row.parsed(15)?;
                rows.insert(id, stored(id, &row)?);
            }
            found.extend(together.iter().filter_map(|id| rows.remove(id)));
        }
        Ok(found)
    }

    /// The orders of a shard, the oldest first, behind that one.
    pub async fn orders_of_shard(
        &self,
        shard: i64,
        behind: Option<OrderId>,
        limit: i64,
    ) -> Result<Vec<Order>, Fault> {
        const SQL: &str = "SELECT merchant_id, environment, version, state, terms, payments, held, page_secret, \
            entries, chain, attended_at_ms, created_at_ms, page_language, account_id, refunds, id FROM orders \
            WHERE shard = $1 AND id > $2 ORDER BY id LIMIT $3";
        let behind = behind.map(|behind| behind.to_string()).unwrap_or_default();
        let rows = self.scan(SQL, params![shard, behind, limit]).await?;
        rows.iter().map(|row| Ok(stored(row.parsed(15)?, row)?.order)).collect()
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

    /// Whether some gateway account knows a payment of some order by that reference.
    pub async fn is_known_to_a_gateway(&self, reference: &str) -> Result<bool, Fault> {
        const SQL: &str = "SELECT order_id FROM gateway_references WHERE reference = $1 LIMIT 1";
        Ok(!self.find(SQL, params![reference]).await?.is_empty())
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
        terms: Arc::new(read(&unpack(row.text(4)?, "")?)?),
        payments: payments(row.text(5)?, row.maybe_text(13))?,
        held: row.json(6)?,
        refunds: if row.maybe_text(14).is_some() { row.json(14)? } else { Vec::new() },
        attended_at_ms: row.maybe_int(10),
        created_at_ms: row.int(11)?,
    };
    Ok(Stored {
        order,
        token: random::page_token_of(id, row.text(7)?),
        entries: row.int(8)?,
        chain: row.text(9)?.to_owned(),
        page_language: row.maybe_text(12).map(str::to_owned),
    })
}

/// The payments of an order as they are stored, beside the account of its main one.
///
/// # Errors
/// They are damaged.
pub(super) fn payments<T: DeserializeOwned>(stored: &str, account: Option<&str>) -> Result<T, Fault> {
    read(&unpack(stored.trim_end_matches(' '), account.unwrap_or_default())?)
}

fn read<T: DeserializeOwned>(json: &str) -> Result<T, Fault> {
    serde_json::from_str(json).map_err(|error| Fault::new(format!("a stored order: {error}")))
}

fn packed_terms(order: &Order) -> Packed<Json<'_, Terms>> {
    Packed { text: Json(&*order.terms, 0), known: String::new(), spaces: 0 }
}

fn packed_payments(order: &Order) -> Packed<Json<'_, Vec<Payment>>> {
    let account = order.main_payment().map(|payment| payment.account.to_string());
    Packed { text: Json(&order.payments, 0), known: account.unwrap_or_default(), spaces: reserved(order) }
}

/// How many bytes a payment's link takes, and then its end with the order's. They are kept free, as spaces behind the
/// payments, so that the row can be rewritten where it is instead of being moved.
const RESERVED_FOR_A_LINK: usize = 72;
const RESERVED_FOR_THE_END: usize = 88;

fn reserved(order: &Order) -> usize {
    let reserved = |payment: &Payment| match payment.state {
        PaymentState::Opening => RESERVED_FOR_A_LINK + RESERVED_FOR_THE_END,
        PaymentState::Open { .. } | PaymentState::Processing { .. } => RESERVED_FOR_THE_END,
        PaymentState::Unknown { .. }
        | PaymentState::Paid { .. }
        | PaymentState::Failed { .. }
        | PaymentState::Expired { .. }
        | PaymentState::Cancelled { .. } => 0,
    };
    order.main_payment().map_or(0, reserved)
}

/// Of how many of its payments nobody knows whether they were opened.
fn unknown_payments(order: &Order) -> i64 {
    let unknown =
        order.payments.iter().filter(|payment| matches!(payment.state, PaymentState::Unknown { .. }));
    i64::try_from(unknown.count()).unwrap_or(i64::MAX)
}

/// The rows of a new order.
pub fn insert(stored: &Stored, fingerprint: &str) -> Vec<Write> {
    const ORDER: &str = "INSERT INTO orders (shard, id, merchant_id, environment, version, status, state, \
        terms, payments, held, needs_you, page_secret, amount_minor, currency, gateway, account_id, paid_at_ms, entries, \
        chain, attended_at_ms, created_at_ms, wake_at_ms, unknown_payments) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)";
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
    let (money, main) = (order.terms.money, order.main_payment());
    let row = params![
        shard,
        order.id,
        order.merchant,
        environment,
        order.version,
        order.state.status(),
        Json(&order.state, 0),
        packed_terms(order),
        packed_payments(order),
        Json(&order.held, 0),
        order.needs_you(),
        random::secret_of_page_token(&stored.token),
        money.amount_minor,
        money.currency.code(),
        main.map(|payment| payment.gateway.as_str()),
        main.map(|payment| payment.account),
        order.state.paid_at_ms(),
        stored.entries,
        stored.chain.as_str(),
        order.attended_at_ms,
        order.created_at_ms,
        order.wake_at_ms(),
        unknown_payments(order),
    ];
    writes.push(Write::new(ORDER, row).in_shard(shard));
    writes.extend(find_by(order, &Payer::default()));
    writes.extend(order.terms.payment_link.map(|link| find_by_term(order, &link_term(link))));
    writes
}

/// The order is found by that from now on.
fn find_by_term(order: &Order, term: &str) -> Write {
    const SQL: &str = "INSERT INTO order_terms (term, merchant_id, environment, shard, order_id) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    Write::new(SQL, params![term, order.merchant, order.environment.as_str(), order.id.shard(), order.id])
}

/// What the order is found by from now on, as far as it was not found by that `before`, and no longer by what its payer
/// has no more; belongs with [`insert`] or [`revise`].
pub fn find_by(order: &Order, before: &Payer) -> Vec<Write> {
    const REMOVE: &str = "DELETE FROM order_terms WHERE term = $1 AND merchant_id = $2 AND environment = $3 \
        AND order_id = $4";
    if *before == order.terms.payer {
        return Vec::new();
    }
    let (old, new) = (terms(before), terms(&order.terms.payer));
    let (merchant, environment) = (order.merchant, order.environment.as_str());
    let added = new.difference(&old).map(|term| find_by_term(order, term));
    let removed =
        old.difference(&new).map(|term| Write::new(REMOVE, params![term, merchant, environment, order.id]));
    added.chain(removed).collect()
}

/// The order's row as it is from now on, if nobody else changed it since it was like `before`. Where it stands in lists is
/// written only when that changes: every index that has such a column would be written anew.
pub fn update(stored: &Stored, before: &Order) -> Write {
    const WHERE_IT_STANDS: &str = "UPDATE orders SET version = $1, state = $2, payments = $3, held = $4, entries = $5, \
        chain = $6, attended_at_ms = $7, wake_at_ms = $8, gateway = $9, account_id = $10 \
        WHERE shard = $11 AND id = $12 AND version = $13";
    const ELSEWHERE: &str = "UPDATE orders SET version = $1, state = $2, payments = $3, held = $4, entries = $5, \
        chain = $6, attended_at_ms = $7, wake_at_ms = $8, gateway = $9, account_id = $10, \
        status = $11, needs_you = $12, paid_at_ms = $13, unknown_payments = $14 \
        WHERE shard = $15 AND id = $16 AND version = $17";
    let order = &stored.order;
    let main = order.main_payment();
    let mut row = params![
        order.version,
        Json(&order.state, 0),
        packed_payments(order),
        Json(&order.held, 0),
        stored.entries,
        stored.chain.as_str(),
        order.attended_at_ms,
        order.wake_at_ms(),
        main.map(|payment| payment.gateway.as_str()),
        main.map(|payment| payment.account),
    ];
    let stands = |order: &Order| {
        (order.state.status(), order.needs_you(), order.state.paid_at_ms(), unknown_payments(order))
    };
    let (now, moves) = (stands(order), stands(order) != stands(before));
    if moves {
        let (status, needs_you, paid_at_ms, unknown) = now;
        row.add(status);
        row.add(needs_you);
        row.add(paid_at_ms);
        row.add(unknown);
    }
    row.add(order.id.shard());
    row.add(order.id);
    row.add(before.version);
    Write::guarded(if moves { ELSEWHERE } else { WHERE_IT_STANDS }, row, Guard::Version)
        .in_shard(order.id.shard())
}

/// What the order asks for from now on; belongs with [`update`], whose guard it stands under.
pub fn revise(order: &Order) -> Write {
    const SQL: &str = "UPDATE orders SET terms = $1, amount_minor = $2, currency = $3 \
        WHERE shard = $4 AND id = $5";
    let money = order.terms.money;
    let row =
        params![packed_terms(order), money.amount_minor, money.currency.code(), order.id.shard(), order.id,];
    Write::new(SQL, row).in_shard(order.id.shard())
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
    Write::new(SQL, params![code, order.shard(), order]).in_shard(order.shard())
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
