//! Deliveries against the journals: whoever wanted to be told is told, once, and nobody else is.

use std::collections::{HashMap, HashSet};

use guichet_gateways::Notifies;

use super::{Entry, Kept};
use crate::support::database::Database;

/// What a merchant may be told by a mail or an SMS to its customer.
const OCCASIONS: [&str; 3] = ["order.paid", "order.failed", "order.needs_you"];

/// A webhook endpoint as declared now; what it wanted before it was altered no row remembers.
struct Endpoint {
    merchant: String,
    environment: String,
    events: Vec<String>,
    /// From when to when it was told (unix ms).
    told_ms: std::ops::Range<i64>,
}

impl Endpoint {
    fn wants(&self, order: &Kept, entry: &Entry) -> bool {
        let wants = |wanted: &String| {
            wanted.strip_suffix('*').map_or(*wanted == entry.kind, |prefix| entry.kind.starts_with(prefix))
        };
        (&self.merchant, &self.environment) == (&order.merchant, &order.environment)
            && self.events.iter().any(wants)
    }
}

/// A vendor's client that may be notified.
struct Client {
    merchant: String,
    environment: String,
    notifies: Notifies,
    notify_url: Option<String>,
}

/// Every delivery, and whoever may have wanted one.
pub(super) struct Deliveries {
    /// The targets of each entry, by order and place in its journal.
    made: HashMap<(String, i64), HashSet<String>>,
    endpoints: HashMap<String, Endpoint>,
    clients: HashMap<String, Client>,
}

impl Deliveries {
    pub(super) fn read(database: &Database) -> Deliveries {
        let mut made: HashMap<_, HashSet<_>> = HashMap::new();
        for (order, place, target) in database
            .rows("SELECT subject, event_seq, target FROM deliveries", |row| {
                (row.get::<String>(0), row.get::<i64>(1), row.get::<String>(2))
            })
        {
            made.entry((order, place)).or_default().insert(target);
        }
        let endpoints = database.rows(
            "SELECT id, merchant_id, environment, event_types, created_at_ms, \
             COALESCE(MIN(disabled_at_ms, ended_at_ms), disabled_at_ms, ended_at_ms, 9223372036854775807) \
             FROM webhook_endpoints",
            |row| {
                let endpoint = Endpoint {
                    merchant: row.get(1),
                    environment: row.get(2),
                    events: serde_json::from_str(&row.get::<String>(3)).expect("event types"),
                    told_ms: row.get(4)..row.get(5),
                };
                (row.get(0), endpoint)
            },
        );
        let clients = database.rows(
            "SELECT id, merchant_id, environment, dialect, notify_url FROM dialect_credentials",
            |row| {
                let dialect = guichet_gateways::dialect(&row.get::<String>(3)).expect("a dialect");
                let client = Client {
                    merchant: row.get(1),
                    environment: row.get(2),
                    notifies: dialect.profile().notifies,
                    notify_url: row.get(4),
                };
                (row.get(0), client)
            },
        );
        Deliveries {
            made,
            endpoints: endpoints.into_iter().collect(),
            clients: clients.into_iter().collect(),
        }
    }

    /// Holds them against these journals.
    pub(super) fn fit(mut self, orders: &[Kept]) {
        for order in orders {
            for (place, entry) in (1..).zip(&order.journal) {
                let made = self.made.remove(&(order.id.clone(), place)).unwrap_or_default();
                let what = format!("{}: entry {place}, {}", order.id, entry.kind);
                for target in self.wanting(order, entry) {
                    assert!(made.contains(target), "{what}: {target} is not told, only {made:?} are");
                }
                for target in &made {
                    assert!(self.may_be_told(target, order, entry), "{what}: {target} did not ask for it");
                }
            }
        }
        assert!(self.made.is_empty(), "deliveries of nothing: {:?}", self.made);
    }

    /// Who must be told of an entry.
    fn wanting<'a>(&'a self, order: &'a Kept, entry: &Entry) -> Vec<&'a str> {
        // At the very moment of a change the order of things is not known.
        let told =
            |endpoint: &Endpoint| endpoint.told_ms.start < entry.at_ms && entry.at_ms < endpoint.told_ms.end;
        let endpoints =
            self.endpoints.iter().filter(|(_, endpoint)| endpoint.wants(order, entry) && told(endpoint));
        let client = (entry.kind == "order.paid").then(|| self.client(order)).flatten();
        endpoints.map(|(id, _)| id.as_str()).chain(client).collect()
    }

    /// The client that made the order, where it can be notified.
    fn client<'a>(&self, order: &'a Kept) -> Option<&'a str> {
        let origin = &order.terms["origin"];
        let id = origin["credential"].as_str()?;
        let client = self.clients.get(id).unwrap_or_else(|| panic!("{}: no client {id}", order.id));
        assert_eq!((&client.merchant, &client.environment), (&order.merchant, &order.environment));
        let addressed = match client.notifies {
            Notifies::Never => false,
            Notifies::ByRequest => origin["notify_url"].is_string(),
            Notifies::BySetting => client.notify_url.is_some(),
        };
        addressed.then_some(id)
    }

    fn may_be_told(&self, target: &str, order: &Kept, entry: &Entry) -> bool {
        if let Some((merchant, channel)) = target.split_once('/') {
            let address = match channel {
                "email" => "email",
                "sms" => "phone",
                other => panic!("no channel {other}"),
            };
            return merchant == order.merchant
                && OCCASIONS.contains(&entry.kind.as_str())
                && order.terms["payer"][address].is_string();
        }
        let is_client = || self.client(order) == Some(target);
        self.endpoints.get(target).map_or_else(is_client, |endpoint| endpoint.wants(order, entry))
    }
}
