//! The notifications: waiting, being sent, delivered, given up. To one receiver (scheme, host, port) they go
//! one after another, in the order in which they were made; a slow receiver delays no other. Everything is
//! bounded and lives in the sandbox's time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use guichet_gateways::Notification;
use serde::Serialize;
use url::Url;

use crate::clock::timestamp;
use crate::kept_bytes::{MAX_NOTIFICATION_BYTES, kept_bytes};
use crate::payment_view::Status;
use crate::webhooks::web_address;

/// The time from each failed attempt to the next one, in ms: 1 and 5 minutes, half an hour, 2
/// and 6 hours. No vendor publishes its schedule; this is our choice.
const RETRIES_MS: [i64; 5] = [60_000, 300_000, 1_800_000, 7_200_000, 21_600_000];

/// The most notifications that are remembered, sent or not; then the oldest is dropped.
pub(crate) const MAX_NOTIFICATIONS: usize = 10_000;

/// The state of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// It waits for its time, the first or the next.
    Waiting,
    /// It is being sent.
    Sending,
    /// The receiver answered with 2xx.
    Delivered,
    /// The last attempt failed too, or the address is not valid.
    GivenUp,
    /// A misbehaviour kept it from being sent.
    Dropped,
}

impl Delivery {
    /// The word, as the control API spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Delivery::Waiting => "waiting",
            Delivery::Sending => "sending",
            Delivery::Delivered => "delivered",
            Delivery::GivenUp => "given_up",
            Delivery::Dropped => "dropped",
        }
    }
}

/// One attempt to send a notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// The time at which it ended (RFC 3339, the sandbox's time).
    pub at: String,
    /// The HTTP status of the receiver's answer, or the reason why there was none.
    pub answer: String,
}

/// A notification as the control API shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotificationView {
    /// The vendor, by the dialect's name.
    pub dialect: &'static str,
    /// The payment that it is about, by the acquirer's reference.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The address to which it is sent.
    pub url: String,
    /// The status of the payment that it reports.
    pub payment_status: Status,
    /// Its state.
    pub status: Delivery,
    /// The names of the misbehaviours that struck it.
    #[serde(rename = "faults")]
    pub misbehaviours: Vec<&'static str>,
    /// The attempts, oldest first.
    pub attempts: Vec<Attempt>,
    /// The time of the next attempt (RFC 3339).
    pub next_at: Option<String>,
    /// The body, as text.
    pub body: String,
}

/// A notification that is to be queued.
pub(crate) struct NewNotification {
    pub(crate) dialect: &'static str,
    pub(crate) reference: Arc<str>,
    pub(crate) url: String,
    pub(crate) payment_status: Status,
    pub(crate) notification: Notification,
    pub(crate) misbehaviours: Vec<&'static str>,
}

/// A notification that is to be sent now.
pub(crate) struct DueNotification {
    pub(crate) number: u64,
    pub(crate) url: Url,
    pub(crate) notification: Notification,
}

/// The HTTP status of the receiver's answer, or the reason why there was none.
pub(crate) type Answer = Result<u16, String>;

struct Entry {
    new: NewNotification,
    queue: Option<(String, Url)>,
    delivery: Delivery,
    due_ms: i64,
    attempts: Vec<Attempt>,
}

impl Entry {
    /// About as many bytes as it takes.
    fn kept_bytes(&self) -> usize {
        let NewNotification { url, notification, .. } = &self.new;
        url.len() + notification.body.len() + kept_bytes(&notification.headers)
    }
}

/// The queue of one receiver.
#[derive(Default)]
struct ReceiverQueue {
    due: BTreeSet<(i64, u64)>,
    busy: bool,
}

/// The notifications that are remembered, and the queues in which they wait.
#[derive(Default)]
pub(crate) struct Notifications {
    entries: VecDeque<Entry>,
    /// About as many bytes as they take.
    kept_bytes: usize,
    first_number: u64,
    queues: BTreeMap<String, ReceiverQueue>,
}

impl Notifications {
    /// Queues one that is due at `due_ms` (unix ms).
    pub(crate) fn add(&mut self, new: NewNotification, due_ms: i64) {
        let address = web_address(&new.url);
        let queue = address.map(|url| (url.origin().ascii_serialization(), url));
        let delivery = if queue.is_some() { Delivery::Waiting } else { Delivery::GivenUp };
        let mut attempts = Vec::new();
        if queue.is_none() {
            let answer = "it is no http or https address".to_owned();
            attempts.push(Attempt { at: timestamp(due_ms), answer });
        }
        self.keep(Entry { new, queue, delivery, due_ms, attempts });
    }

    /// Records one that a misbehaviour keeps from being sent.
    pub(crate) fn add_dropped(&mut self, new: NewNotification, at_ms: i64) {
        let delivery = Delivery::Dropped;
        self.keep(Entry { new, queue: None, delivery, due_ms: at_ms, attempts: Vec::new() });
    }

    fn keep(&mut self, entry: Entry) {
        let most_bytes = MAX_NOTIFICATION_BYTES.saturating_sub(entry.kept_bytes());
        while self.entries.len() >= MAX_NOTIFICATIONS
            || (self.kept_bytes > most_bytes && !self.entries.is_empty())
        {
            self.drop_oldest();
        }
        self.kept_bytes += entry.kept_bytes();
        let number = self.first_number + self.entries.len() as u64;
        if let Some((queue, _)) = &entry.queue {
            self.queues.entry(queue.clone()).or_default().due.insert((entry.due_ms, number));
        }
        self.entries.push_back(entry);
    }

    fn drop_oldest(&mut self) {
        let Some(oldest) = self.entries.pop_front() else { return };
        self.kept_bytes -= oldest.kept_bytes();
        if let Some((name, _)) = &oldest.queue
            && let Some(queue) = self.queues.get_mut(name)
        {
            queue.due.remove(&(oldest.due_ms, self.first_number));
            // One that is being sent is no longer known when it ends, so it must not block its queue.
            queue.busy &= oldest.delivery != Delivery::Sending;
        }
        self.first_number += 1;
    }

    /// Forgets all of them; what is being sent goes on and is then forgotten too.
    pub(crate) fn clear(&mut self) {
        self.first_number += self.entries.len() as u64;
        self.entries.clear();
        self.kept_bytes = 0;
        self.queues.clear();
    }

    /// Takes those that are due by `now_ms`: at most `limit`, and one for each receiver.
    pub(crate) fn take(&mut self, now_ms: i64, limit: usize) -> Vec<DueNotification> {
        self.queues.retain(|_, queue| queue.busy || !queue.due.is_empty());
        let mut due = Vec::new();
        for queue in self.queues.values_mut().filter(|queue| !queue.busy) {
            let Some((due_ms, number)) = queue.due.first().copied() else { continue };
            if due_ms > now_ms || due.len() >= limit {
                continue;
            }
            queue.due.pop_first();
            let index = usize::try_from(number - self.first_number).unwrap_or(usize::MAX);
            let Some(entry) = self.entries.get_mut(index) else { continue };
            let Some((_, url)) = &entry.queue else { continue };
            queue.busy = true;
            entry.delivery = Delivery::Sending;
            let notification = entry.new.notification.clone();
            due.push(DueNotification { number, url: url.clone(), notification });
        }
        due
    }

    /// Records the outcome of an attempt, and returns the reference of its payment.
    pub(crate) fn note(&mut self, number: u64, answer: Answer, now_ms: i64) -> Option<Arc<str>> {
        let index = usize::try_from(number.checked_sub(self.first_number)?).ok()?;
        let entry = self.entries.get_mut(index)?;
        let queue = self.queues.get_mut(&entry.queue.as_ref()?.0)?;
        queue.busy = false;
        let delivered = answer.as_ref().is_ok_and(|status| (200..300).contains(status));
        let answer = answer.map_or_else(|reason| reason, |status| status.to_string());
        entry.attempts.push(Attempt { at: timestamp(now_ms), answer });
        let wait_ms = RETRIES_MS.get(entry.attempts.len() - 1);
        entry.delivery = match (delivered, wait_ms) {
            (true, _) => Delivery::Delivered,
            (false, None) => Delivery::GivenUp,
            (false, Some(wait_ms)) => {
                // Counted from when it was due and not from now, so that no attempt is skipped when the clock is
                // moved far.
                entry.due_ms = entry.due_ms.saturating_add(*wait_ms);
                queue.due.insert((entry.due_ms, number));
                Delivery::Waiting
            }
        };
        Some(Arc::clone(&entry.new.reference))
    }

    /// The time at which the next one is due whose receiver is not busy (unix ms).
    pub(crate) fn next_due_ms(&self) -> Option<i64> {
        let idle = self.queues.values().filter(|queue| !queue.busy);
        idle.filter_map(|queue| queue.due.first().map(|(due_ms, _)| *due_ms)).min()
    }

    /// Whether one is being sent, or is due by `now_ms`.
    pub(crate) fn is_busy(&self, now_ms: i64) -> bool {
        let due = self.next_due_ms().is_some_and(|due_ms| due_ms <= now_ms);
        due || self.queues.values().any(|queue| queue.busy)
    }

    /// All of them, newest first.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = NotificationView> {
        self.entries.iter().rev().map(|entry| NotificationView {
            dialect: entry.new.dialect,
            reference: entry.new.reference.to_string(),
            url: entry.new.url.clone(),
            payment_status: entry.new.payment_status,
            status: entry.delivery,
            misbehaviours: entry.new.misbehaviours.clone(),
            attempts: entry.attempts.clone(),
            next_at: (entry.delivery == Delivery::Waiting).then(|| timestamp(entry.due_ms)),
            body: String::from_utf8_lossy(&entry.new.notification.body).into_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(url: &str) -> NewNotification {
        let notification =
            Notification { headers: Vec::new(), content_type: "text/plain", body: "told".into() };
        NewNotification {
            dialect: "any",
            reference: "REF".into(),
            url: url.into(),
            payment_status: Status::Paid,
            notification,
            misbehaviours: Vec::new(),
        }
    }

    fn numbers(notifications: &mut Notifications, now_ms: i64, limit: usize) -> Vec<u64> {
        notifications.take(now_ms, limit).iter().map(|notification| notification.number).collect()
    }

    #[test]
    fn a_receiver_gets_one_at_a_time_and_delays_no_other() {
        let mut notifications = Notifications::default();
        for url in ["http://a/1", "http://a/2", "https://a/3", "http://b:81/4"] {
            notifications.add(new(url), 0);
        }
        notifications.add(new("http://c/5"), 10);
        assert_eq!(numbers(&mut notifications, 0, 2), [0, 3]);
        assert_eq!(numbers(&mut notifications, 0, 9), [2]);
        assert_eq!(notifications.next_due_ms(), Some(10));
        assert!(notifications.note(0, Ok(200), 0).is_some());
        assert_eq!(numbers(&mut notifications, 10, 9), [1, 4]);
        assert_eq!(notifications.next_due_ms(), None);
        assert!(notifications.is_busy(10));
    }

    #[test]
    fn a_failed_try_is_repeated_on_schedule_and_given_up_after_five_more() {
        let mut notifications = Notifications::default();
        notifications.add(new("http://a/"), 0);
        let mut due_ms = 0;
        for (round, answer) in [Ok(500), Ok(302), Err("no".to_owned()), Ok(199), Ok(404)].iter().enumerate() {
            assert_eq!(numbers(&mut notifications, due_ms, 9), [0]);
            notifications.note(0, answer.clone(), due_ms);
            due_ms += RETRIES_MS[round];
            assert_eq!(notifications.next_due_ms(), Some(due_ms));
            assert!(numbers(&mut notifications, due_ms - 1, 9).is_empty());
        }
        assert_eq!(numbers(&mut notifications, due_ms, 9), [0]);
        notifications.note(0, Ok(500), due_ms);
        let view = notifications.newest_first().next().unwrap();
        assert_eq!((view.status, view.attempts.len(), view.next_at), (Delivery::GivenUp, 6, None));
        assert!(!notifications.is_busy(i64::MAX));
    }

    #[test]
    fn only_so_many_bytes_are_remembered() {
        let mut notifications = Notifications::default();
        let large = MAX_NOTIFICATION_BYTES / 3;
        for _ in 0..5 {
            let mut one = new("http://a/");
            one.notification.body = vec![b'x'; large].into();
            notifications.add(one, 0);
        }
        assert_eq!(notifications.newest_first().count(), 2);
        assert_eq!(numbers(&mut notifications, 0, 9), [3]);
        notifications.clear();
        assert_eq!(notifications.kept_bytes, 0);
    }

    #[test]
    fn only_so_many_are_remembered() {
        let mut notifications = Notifications::default();
        notifications.add(new("http://a/"), 0);
        assert_eq!(numbers(&mut notifications, 0, 9), [0]);
        for _ in 0..MAX_NOTIFICATIONS {
            notifications.add(new("http://a/"), 5);
        }
        assert_eq!(notifications.newest_first().count(), MAX_NOTIFICATIONS);
        assert_eq!(notifications.note(0, Ok(200), 0), None);
        assert_eq!(numbers(&mut notifications, 5, 9), [1]);
        notifications.clear();
        assert_eq!(notifications.note(1, Ok(200), 0), None);
        assert!(!notifications.is_busy(i64::MAX));
        notifications.add(new("ftp://a/"), 0);
        notifications.add_dropped(new("http://a/"), 0);
        let seen: Vec<Delivery> = notifications.newest_first().map(|view| view.status).collect();
        assert_eq!(seen, [Delivery::Dropped, Delivery::GivenUp]);
    }
}
