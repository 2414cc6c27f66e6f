//! Deliveries whose time has come. Every endpoint has its own places, so that a dead or slow one
//! never delays another, and what came of each try is on disk before the next.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use guichet_core::{DeliveryId, EndpointId};
use reqwest::header::RETRY_AFTER;
use tokio::sync::Notify;

use crate::app::App;
use crate::registry::OpenEndpoint;
use crate::store::{self, Attempt, DueDelivery, Fault};
use crate::webhook;

/// How many deliveries to one endpoint may be under way at once.
const PLACES: usize = 16;

/// The longest an endpoint's `Retry-After` is believed: 24 h.
const LONGEST_RETRY_MS: i64 = 24 * 3_600_000;

#[derive(Default)]
struct UnderWay {
    deliveries: HashSet<DeliveryId>,
    per_endpoint: HashMap<EndpointId, usize>,
    /// The shards in which deliveries to an endpoint wait for one of its places.
    queued: HashMap<EndpointId, HashSet<i64>>,
    /// The endpoints whose last try on this node went well.
    well: HashSet<EndpointId>,
}

/// The deliveries this node is busy with.
pub(super) struct Deliveries {
    app: App,
    client: reqwest::Client,
    under_way: Mutex<UnderWay>,
    idle: Notify,
    begun: AtomicU64,
}

/// What an endpoint said to a try.
struct Said {
    status_code: Option<i64>,
    outcome: String,
    retry_after_ms: Option<i64>,
}

impl Deliveries {
    pub(super) fn new(app: App) -> anyhow::Result<Arc<Self>> {
        let client = app.reach().client()?;
        Ok(Arc::new(Deliveries {
            app,
            client,
            under_way: Mutex::default(),
            idle: Notify::new(),
            begun: AtomicU64::new(0),
        }))
    }

    fn under_way(&self) -> MutexGuard<'_, UnderWay> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins what is due in these shards, for every endpoint.
    pub(super) fn begin_due(self: &Arc<Self>, shards: &[i64]) -> Result<(), Fault> {
        for endpoint in self.app.registry().snapshot().endpoints.values() {
            for shard in shards {
                self.begin_at(endpoint, *shard)?;
            }
        }
        Ok(())
    }

    /// Begins what commits and ended deliveries have left to do in these shards.
    pub(super) fn begin_waiting(self: &Arc<Self>, shards: &[i64]) -> Result<(), Fault> {
        let snapshot = self.app.registry().snapshot();
        for (endpoint, shard) in self.app.signals().take_waiting() {
            if let Some(endpoint) = snapshot.endpoints.get(&endpoint).filter(|_| shards.contains(&shard)) {
                self.begin_at(endpoint, shard)?;
            }
        }
        Ok(())
    }

    /// Begins what is due for one endpoint in one shard, as far as the endpoint has places.
    fn begin_at(self: &Arc<Self>, endpoint: &OpenEndpoint, shard: i64) -> Result<(), Fault> {
        let id = endpoint.row.id;
        if endpoint.row.disabled_at_ms.is_some() {
            return Ok(());
        }
        let taken = {
            let mut under_way = self.under_way();
            let taken = under_way.per_endpoint.get(&id).copied().unwrap_or(0);
            if taken >= PLACES {
                under_way.queued.entry(id).or_default().insert(shard);
                return Ok(());
            }
            taken
        };
        // Those under way are still due, so they are read past.
        let limit = i64::try_from(PLACES + taken).unwrap_or(i64::MAX);
        for due in self.app.store().due_deliveries(shard, id, self.app.clock().now_ms(), limit)? {
            self.begin(due, endpoint);
        }
        Ok(())
    }

    fn begin(self: &Arc<Self>, due: DueDelivery, endpoint: &OpenEndpoint) {
        {
            let mut under_way = self.under_way();
            let taken = under_way.per_endpoint.get(&due.endpoint).copied().unwrap_or(0);
            if taken >= PLACES {
                under_way.queued.entry(due.endpoint).or_default().insert(due.order.shard());
                return;
            }
            if !under_way.deliveries.insert(due.id) {
                return;
            }
            under_way.per_endpoint.insert(due.endpoint, taken + 1);
            self.begun.fetch_add(1, Ordering::SeqCst);
        }
        let (deliveries, endpoint) = (self.clone(), endpoint.clone());
        tokio::spawn(async move {
            if let Err(error) = deliveries.deliver(&due, &endpoint).await {
                tracing::error!(delivery = %due.id, error = format!("{error:#}"), "a delivery could not be worked");
            }
            deliveries.end(&due);
        });
    }

    /// Gives the place back; what had found none is looked at again.
    fn end(&self, due: &DueDelivery) {
        let mut under_way = self.under_way();
        under_way.deliveries.remove(&due.id);
        if let Some(taken) = under_way.per_endpoint.get_mut(&due.endpoint) {
            *taken -= 1;
            if *taken == 0 {
                under_way.per_endpoint.remove(&due.endpoint);
            }
        }
        let queued = under_way.queued.remove(&due.endpoint).unwrap_or_default();
        drop(under_way);
        for shard in queued {
            self.app.signals().deliver(due.endpoint, shard);
        }
        self.idle.notify_waiters();
    }

    async fn deliver(&self, due: &DueDelivery, endpoint: &OpenEndpoint) -> anyhow::Result<()> {
        let said = self.send(due, endpoint).await?;
        let at_ms = self.app.clock().now_ms();
        let delivered = said.status_code.is_some_and(|code| (200..300).contains(&code));
        let gone = said.status_code == Some(410);
        let number = due.attempts + 1;
        let wait_ms = webhook::retry_after_ms(number).map(|wait| wait.max(said.retry_after_ms.unwrap_or(0)));
        let due_again = wait_ms.filter(|_| !delivered && !gone).map(|wait| at_ms + wait);
        let status = match (delivered, due_again) {
            (true, _) => "delivered",
            (false, Some(_)) => "pending",
            (false, None) => "given_up",
        };
        tracing::info!(
            delivery = %due.id, order = %due.order, endpoint = %due.endpoint, number,
            status_code = said.status_code, status, outcome = said.outcome, "webhook tried"
        );
        metrics::counter!("guichet_webhook_tries_total", "status" => status).increment(1);
        let attempt = Attempt { number, at_ms, status_code: said.status_code, outcome: said.outcome };
        let mut writes = store::record_attempt(due, &attempt, status, due_again);
        if gone {
            let row = store::EndpointRow { disabled_at_ms: Some(at_ms), ..endpoint.row.clone() };
            writes.extend([store::update_endpoint(&row), store::move_revision()]);
            tracing::warn!(endpoint = %due.endpoint, "the endpoint answered 410 Gone and is disabled");
        }
        if self.came_back(due.endpoint, delivered) {
            writes.push(store::bring_forward(due.endpoint, at_ms));
        }
        self.app.store().commit(writes).await?;
        Ok(())
    }

    /// Remembers whether an endpoint is well; true when it has just come back, or is well for the first
    /// time since this node began, which may have been in the middle of its troubles.
    fn came_back(&self, endpoint: EndpointId, delivered: bool) -> bool {
        let mut under_way = self.under_way();
        if delivered {
            return under_way.well.insert(endpoint);
        }
        under_way.well.remove(&endpoint);
        false
    }

    async fn send(&self, due: &DueDelivery, endpoint: &OpenEndpoint) -> anyhow::Result<Said> {
        let entry = self.app.store().journal_entry(due.order, due.event_seq)?;
        let Some(entry) = entry else { return Ok(Said::nothing("the event is not in the journal")) };
        let url = match url::Url::parse(&endpoint.row.url) {
            Ok(url) => url,
            Err(_) => return Ok(Said::nothing("the endpoint's address cannot be read")),
        };
        if let Err(why) = self.app.reach().judge(&url) {
            return Ok(Said::nothing(why));
        }
        let body = webhook::body(&entry.record)?;
        let timestamp_s = self.app.clock().now_ms() / 1000;
        let signature = webhook::signatures(&endpoint.secrets, entry.record.id, timestamp_s, &body)?;
        let sent = self
            .client
            .post(url)
            .header("content-type", "application/json")
            .header("webhook-id", entry.record.id.to_string())
            .header("webhook-timestamp", timestamp_s.to_string())
            .header("webhook-signature", signature)
            .body(body)
            .send()
            .await;
        Ok(match sent {
            Ok(answer) => Said::answered(&answer),
            Err(error) => Said::nothing(&reason(error)),
        })
    }

    /// How many were ever begun.
    pub(super) fn begun(&self) -> u64 {
        self.begun.load(Ordering::SeqCst)
    }

    /// Whether nothing is under way.
    pub(super) fn is_idle(&self) -> bool {
        self.under_way().deliveries.is_empty()
    }

    pub(super) async fn until_idle(&self) {
        loop {
            let ended = self.idle.notified();
            if self.is_idle() {
                return;
            }
            ended.await;
        }
    }
}

impl Said {
    fn nothing(why: &str) -> Self {
        Said { status_code: None, outcome: why.to_owned(), retry_after_ms: None }
    }

    fn answered(answer: &reqwest::Response) -> Self {
        let status = answer.status();
        let asked_s = answer
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.trim().parse::<i64>().ok())
            .filter(|seconds| *seconds >= 0);
        Said {
            status_code: Some(i64::from(status.as_u16())),
            outcome: format!("answered {status}"),
            retry_after_ms: asked_s.map(|seconds| seconds.saturating_mul(1000).min(LONGEST_RETRY_MS)),
        }
    }
}

/// What kept an endpoint from answering, without its address.
fn reason(error: reqwest::Error) -> String {
    let kind = if error.is_timeout() {
        "no answer within 15 s"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke off"
    };
    let mut cause: &dyn std::error::Error = &error.without_url();
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    format!("{kind}: {cause}")
}
