//! The audit: what must hold of every order, whatever happened, checked on the stored rows and not through the
//! server.

mod deliveries;
mod links;
mod planted;

use std::collections::HashMap;

use guichet_core::chain;
use serde_json::Value;

use super::database::Database;
use deliveries::Deliveries;

/// One order as its rows say.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) id: String,
    pub(crate) merchant: String,
    pub(crate) environment: String,
    pub(crate) reference: String,
    pub(crate) status: String,
    pub(crate) version: i64,
    pub(crate) terms: Value,
    /// The payment that settled it, by its `order.paid` entry.
    pub(crate) settled_by: Option<String>,
    /// The payments whose money is or was held.
    pub(crate) held: Vec<String>,
    pub(crate) journal: Vec<Entry>,
}

/// One entry of an order's journal.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) kind: String,
    /// When its decision was taken (unix ms).
    pub(crate) at_ms: i64,
    pub(crate) body: Value,
}

/// The row of an order, as far as it is audited.
struct Row {
    kept: Kept,
    needs_you: bool,
    entries: i64,
    chain: String,
    wake_at_ms: Option<i64>,
    state: Value,
    payments: Vec<Value>,
    held: Vec<Value>,
}

/// A decision: the place of its first entry, the entries, the link of the chain, and when it was taken.
struct Decision {
    sequence: i64,
    entries: String,
    hash: String,
    at_ms: i64,
}

impl Database {
    /// Every order, each of them found sound.
    pub(crate) fn audit(&self) -> Vec<Kept> {
        self.is_sound();
        self.at_one_moment(Database::audited)
    }

    fn audited(&self) -> Vec<Kept> {
        let mut journals = self.journals();
        let rows = self.order_rows();
        let sound = |row: Row| {
            let decisions = journals.remove(&row.kept.id).unwrap_or_default();
            sound(row, decisions)
        };
        let orders: Vec<Kept> = rows.into_iter().map(sound).collect();
        assert!(journals.is_empty(), "journals of no order: {:?}", journals.into_keys());
        Deliveries::read(self).fit(&orders);
        links::hold(self);
        orders
    }

    /// The same of a database whose server was stopped: at that moment nothing that was due is left undone.
    pub(crate) fn audit_at_rest(&self, now_ms: i64) {
        self.audit();
        self.at_one_moment(|database| links::rest(database, now_ms));
    }

    fn order_rows(&self) -> Vec<Row> {
        let sql = "SELECT id, merchant_id, environment, status, version, unpacked(terms, ''), needs_you, \
            entries, chain, wake_at_ms, state, unpacked(payments, COALESCE(account_id, '')), held \
            FROM orders ORDER BY id";
        let json = |text: String| serde_json::from_str::<Value>(&text).expect("JSON");
        let list = |value: Value| value.as_array().expect("a list").clone();
        self.rows(sql, |row| {
            let terms = json(row.get(5));
            let kept = Kept {
                id: row.get(0),
                merchant: row.get(1),
                environment: row.get(2),
                reference: terms["reference"].as_str().expect("a reference").to_owned(),
                status: row.get(3),
                version: row.get(4),
                terms,
                settled_by: None,
                held: Vec::new(),
                journal: Vec::new(),
            };
            Row {
                kept,
                needs_you: row.get::<i64>(6) == 1,
                entries: row.get(7),
                chain: row.get(8),
                wake_at_ms: row.get(9),
                state: json(row.get(10)),
                payments: list(json(row.get(11))),
                held: list(json(row.get(12))),
            }
        })
    }

    fn journals(&self) -> HashMap<String, Vec<Decision>> {
        let sql = "SELECT subject, seq, unpacked(entries, id || subject || at_ms), hash, at_ms FROM journal \
            ORDER BY shard, subject, seq";
        let rows = self.rows(sql, |row| {
            let decision =
                Decision { sequence: row.get(1), entries: row.get(2), hash: row.get(3), at_ms: row.get(4) };
            (row.get::<String>(0), decision)
        });
        let mut journals: HashMap<String, Vec<Decision>> = HashMap::new();
        for (order, decision) in rows {
            journals.entry(order).or_default().push(decision);
        }
        journals
    }
}

fn sound(row: Row, decisions: Vec<Decision>) -> Kept {
    let mut kept = row.kept;
    let id = kept.id.clone();
    let taken = i64::try_from(decisions.len()).expect("a few");
    assert!(kept.version >= taken, "{id}: {taken} decisions and version {}", kept.version);
    let mut link = String::new();
    for decision in decisions {
        let place = decision.sequence;
        assert_eq!(place, kept.journal.len() as i64 + 1, "{id}: a gap in the journal");
        link = chain(&link, &decision.entries);
        assert_eq!(link, decision.hash, "{id}: the chain breaks at {place}");
        let entries: Vec<Value> = serde_json::from_str(&decision.entries).expect("JSON");
        kept.journal.extend(entries.into_iter().map(|body| {
            let kind = body["type"].as_str().expect("a type").to_owned();
            Entry { kind, at_ms: decision.at_ms, body }
        }));
    }
    assert_eq!(kept.journal.len() as i64, row.entries, "{id}: entries are missing");
    assert_eq!(link, row.chain, "{id}: the journal does not end where the order says");
    steps_join(&kept, &row.payments);

    let mut paid = kept.journal.iter().filter(|entry| entry.kind == "order.paid");
    let settled = paid.next();
    kept.settled_by = settled.and_then(|entry| entry.body["payment"].as_str()).map(str::to_owned);
    assert!(paid.next().is_none(), "{id} was settled more than once");
    let is_paid = matches!(kept.status.as_str(), "paid" | "fulfilled");
    assert_eq!(is_paid, settled.is_some(), "{id} is {}", kept.status);
    let is_free = kept.terms["money"]["amount"] == 0;
    assert_eq!(is_paid && !is_free, kept.settled_by.is_some(), "{id} asks for {}", kept.terms["money"]);
    assert_eq!(row.state["status"], kept.status.as_str(), "{id}");
    assert_eq!(row.state["payment"].as_str(), kept.settled_by.as_deref(), "{id}: paid by another payment");

    let waits = matches!(kept.status.as_str(), "pending" | "failed");
    assert!(!waits || row.wake_at_ms.is_some(), "{id} is {} and has no alarm", kept.status);
    let open = row.held.iter().any(|held| held["resolved_at_ms"].is_null());
    assert_eq!(open, row.needs_you, "{id}: held are {:?}", row.held);
    let payment = |held: &Value| held["payment"].as_str().expect("a payment").to_owned();
    kept.held = row.held.iter().map(payment).collect();
    kept
}

/// Every change begins where the one before it ended, for the order and for each of its payments, and the last one
/// ends where the row says.
fn steps_join(kept: &Kept, payments: &[Value]) {
    let id = &kept.id;
    let mut stands: HashMap<&str, &str> = HashMap::new();
    for Entry { kind, body, .. } in &kept.journal {
        let Some(new) = body["new"].as_str() else { continue };
        let whose =
            if kind.starts_with("order.") { "" } else { body["payment"].as_str().expect("a payment") };
        if let (Some(stood), Some(old)) = (stands.get(whose), body["old"].as_str()) {
            assert_eq!(*stood, old, "{id}: a step that does not join: {body}");
        }
        stands.insert(whose, new);
    }
    assert_eq!(stands.remove(""), Some(kept.status.as_str()), "{id}: the journal ends elsewhere");
    for payment in payments {
        // That it is being opened is where it begins, and no step.
        let stood = stands.remove(payment["id"].as_str().expect("an identifier")).unwrap_or("opening");
        assert_eq!(
            Some(stood),
            payment["state"]["status"].as_str(),
            "{id}: the journal ends elsewhere for {payment}"
        );
    }
    assert!(stands.is_empty(), "{id}: payments that only the journal knows: {stands:?}");
}
