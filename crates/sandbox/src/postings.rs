//! Notifications on their way: what waits to be sent, what was tried and what became of it. To one
//! receiver (scheme, host, port) they go one after another, in the order in which they were made;
//! a slow receiver delays no other. Everything is bounded and lives in the sandbox's time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use guichet_gateways::Notification;
use serde::Serialize;
use url::Url;

use crate::clock::timestamp;
use crate::view::Status;
use crate::webhooks::web_address;

/// How long after each failed try the next one follows, in ms: 1 and 5 minutes, half an hour, 2
/// and 6 hours. No vendor publishes its schedule; this is our choice.
const RETRIES_MS: [i64; 5] = [60_000, 300_000, 1_800_000, 7_200_000, 21_600_000];

/// The most notifications that are remembered, sent or not; then the oldest is dropped.
pub(crate) const MAX_NOTIFICATIONS: usize = 10_000;

/// What became of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// It waits for its time, the first or the next.
    Waiting,
    /// It is being sent.
    Sending,
    /// The receiver answered with 2xx.
    Delivered,
    /// The last try failed too, or the address makes no sense.
    GivenUp,
    /// A fault kept it from being sent.
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

/// One try to send a notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// When it ended (RFC 3339, the sandbox's time).
    pub at: String,
    /// The HTTP status of the receiver's answer, or why there was none.
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
    /// Where it goes.
    pub url: String,
    /// How the payment stood that it tells of.
    pub payment_status: Status,
    /// What became of it.
    pub status: Delivery,
    /// The faults that struck it, by name.
    pub faults: Vec<&'static str>,
    /// Every try, oldest first.
    pub attempts: Vec<Attempt>,
    /// When the next try is due (RFC 3339).
    pub next_at: Option<String>,
    /// What is sent, as text.
    pub body: String,
}

/// What a notification is about and where it goes.
pub(crate) struct Posting {
    pub(crate) dialect: &'static str,
    pub(crate) reference: Arc<str>,
    pub(crate) url: String,
    pub(crate) payment_status: Status,
    pub(crate) notification: Notification,
    pub(crate) faults: Vec<&'static str>,
}

/// A notification that is to be sent now.
pub(crate) struct Letter {
    pub(crate) number: u64,
    pub(crate) url: Url,
    pub(crate) notification: Notification,
}

/// Why a try failed, or the status with which the receiver answered.
pub(crate) type Answer = Result<u16, String>;

struct Entry {
    posting: Posting,
    lane: Option<(String, Url)>,
    delivery: Delivery,
    due_ms: i64,
    attempts: Vec<Attempt>,
}

/// What waits for one receiver.
#[derive(Default)]
struct Lane {
    due: BTreeSet<(i64, u64)>,
    busy: bool,
}

/// The notifications that are remembered, and the lanes in which they wait.
#[derive(Default)]
pub(crate) struct Postings {
    entries: VecDeque<Entry>,
    first_number: u64,
    lanes: BTreeMap<String, Lane>,
}

impl Postings {
    /// Puts one in line, to be sent at `due_ms` (unix ms).
    pub(crate) fn add(&mut self, posting: Posting, due_ms: i64) {
        let address = web_address(&posting.url);
        let lane = address.map(|url| (url.origin().ascii_serialization(), url));
        let delivery = if lane.is_some() { Delivery::Waiting } else { Delivery::GivenUp };
        let mut attempts = Vec::new();
        if lane.is_none() {
            let answer = "it is no http or https address".to_owned();
            attempts.push(Attempt { at: timestamp(due_ms), answer });
        }
        self.keep(Entry { posting, lane, delivery, due_ms, attempts });
    }

    /// Writes down one that a fault keeps from being sent.
    pub(crate) fn add_dropped(&mut self, posting: Posting, at_ms: i64) {
        let delivery = Delivery::Dropped;
        self.keep(Entry { posting, lane: None, delivery, due_ms: at_ms, attempts: Vec::new() });
    }

    fn keep(&mut self, entry: Entry) {
        if self.entries.len() >= MAX_NOTIFICATIONS {
            self.drop_oldest();
        }
        let number = self.first_number + self.entries.len() as u64;
        if let Some((lane, _)) = &entry.lane {
            self.lanes.entry(lane.clone()).or_default().due.insert((entry.due_ms, number));
        }
        self.entries.push_back(entry);
    }

    fn drop_oldest(&mut self) {
        let Some(oldest) = self.entries.pop_front() else { return };
        if let Some((name, _)) = &oldest.lane
            && let Some(lane) = self.lanes.get_mut(name)
        {
            lane.due.remove(&(oldest.due_ms, self.first_number));
            // One that is being sent is no longer known when it ends, so it must not block its lane.
            lane.busy &= oldest.delivery != Delivery::Sending;
        }
        self.first_number += 1;
    }

    /// Forgets all of them; what is being sent goes on and is then forgotten too.
    pub(crate) fn clear(&mut self) {
        self.first_number += self.entries.len() as u64;
        self.entries.clear();
        self.lanes.clear();
    }

    /// Takes those that are due by `now_ms`, at most `room`, and one for each receiver.
    pub(crate) fn take(&mut self, now_ms: i64, room: usize) -> Vec<Letter> {
        self.lanes.retain(|_, lane| lane.busy || !lane.due.is_empty());
        let mut letters = Vec::new();
        for lane in self.lanes.values_mut().filter(|lane| !lane.busy) {
            let Some((due_ms, number)) = lane.due.first().copied() else { continue };
            if due_ms > now_ms || letters.len() >= room {
                continue;
            }
            lane.due.pop_first();
            let index = usize::try_from(number - self.first_number).unwrap_or(usize::MAX);
            let Some(entry) = self.entries.get_mut(index) else { continue };
            let Some((_, url)) = &entry.lane else { continue };
            lane.busy = true;
            entry.delivery = Delivery::Sending;
            let notification = entry.posting.notification.clone();
            letters.push(Letter { number, url: url.clone(), notification });
        }
        letters
    }

    /// Writes down what became of a try, and says which payment it was about.
    pub(crate) fn note(&mut self, number: u64, answer: Answer, now_ms: i64) -> Option<Arc<str>> {
        let index = usize::try_from(number.checked_sub(self.first_number)?).ok()?;
        let entry = self.entries.get_mut(index)?;
        let lane = self.lanes.get_mut(&entry.lane.as_ref()?.0)?;
        lane.busy = false;
        let delivered = answer.as_ref().is_ok_and(|status| (200..300).contains(status));
        let answer = answer.map_or_else(|reason| reason, |status| status.to_string());
        entry.attempts.push(Attempt { at: timestamp(now_ms), answer });
        let wait_ms = RETRIES_MS.get(entry.attempts.len() - 1);
        entry.delivery = match (delivered, wait_ms) {
            (true, _) => Delivery::Delivered,
            (false, None) => Delivery::GivenUp,
            (false, Some(wait_ms)) => {
                // From when it was due and not from now, so that a clock that was moved far makes
                // up for every try that it passed.
                entry.due_ms = entry.due_ms.saturating_add(*wait_ms);
                lane.due.insert((entry.due_ms, number));
                Delivery::Waiting
            }
        };
        Some(Arc::clone(&entry.posting.reference))
    }

    /// When the next one is due, unless its receiver is busy.
    pub(crate) fn next_due_ms(&self) -> Option<i64> {
        let idle = self.lanes.values().filter(|lane| !lane.busy);
        idle.filter_map(|lane| lane.due.first().map(|(due_ms, _)| *due_ms)).min()
    }

    /// Whether one is being sent, or is due by `now_ms`.
    pub(crate) fn is_busy(&self, now_ms: i64) -> bool {
        let due = self.next_due_ms().is_some_and(|due_ms| due_ms <= now_ms);
        due || self.lanes.values().any(|lane| lane.busy)
    }

    /// Those that a question names, newest first.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = NotificationView> {
        self.entries.iter().rev().map(|entry| NotificationView {
            dialect: entry.posting.dialect,
            reference: entry.posting.reference.to_string(),
            url: entry.posting.url.clone(),
            payment_status: entry.posting.payment_status,
            status: entry.delivery,
            faults: entry.posting.faults.clone(),
            attempts: entry.attempts.clone(),
            next_at: (entry.delivery == Delivery::Waiting).then(|| timestamp(entry.due_ms)),
            body: String::from_utf8_lossy(&entry.posting.notification.body).into_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posting(url: &str) -> Posting {
        let notification =
            Notification { headers: Vec::new(), content_type: "text/plain", body: "told".into() };
        Posting {
            dialect: "any",
            reference: "REF".into(),
            url: url.into(),
            payment_status: Status::Paid,
            notification,
            faults: Vec::new(),
        }
    }

    fn numbers(postings: &mut Postings, now_ms: i64, room: usize) -> Vec<u64> {
        postings.take(now_ms, room).iter().map(|letter| letter.number).collect()
    }

    #[test]
    fn a_receiver_gets_one_at_a_time_and_delays_no_other() {
        let mut postings = Postings::default();
        for url in ["http://a/1", "http://a/2", "https://a/3", "http://b:81/4"] {
            postings.add(posting(url), 0);
        }
        postings.add(posting("http://c/5"), 10);
        assert_eq!(numbers(&mut postings, 0, 2), [0, 3]);
        assert_eq!(numbers(&mut postings, 0, 9), [2]);
        assert_eq!(postings.next_due_ms(), Some(10));
        assert!(postings.note(0, Ok(200), 0).is_some());
        assert_eq!(numbers(&mut postings, 10, 9), [1, 4]);
        assert_eq!(postings.next_due_ms(), None);
        assert!(postings.is_busy(10));
    }

    #[test]
    fn a_failed_try_is_repeated_on_schedule_and_given_up_after_five_more() {
        let mut postings = Postings::default();
        postings.add(posting("http://a/"), 0);
        let mut due_ms = 0;
        for (round, answer) in [Ok(500), Ok(302), Err("no".to_owned()), Ok(199), Ok(404)].iter().enumerate() {
            assert_eq!(numbers(&mut postings, due_ms, 9), [0]);
            postings.note(0, answer.clone(), due_ms);
            due_ms += RETRIES_MS[round];
            assert_eq!(postings.next_due_ms(), Some(due_ms));
            assert!(numbers(&mut postings, due_ms - 1, 9).is_empty());
        }
        assert_eq!(numbers(&mut postings, due_ms, 9), [0]);
        postings.note(0, Ok(500), due_ms);
        let view = postings.newest_first().next().unwrap();
        assert_eq!((view.status, view.attempts.len(), view.next_at), (Delivery::GivenUp, 6, None));
        assert!(!postings.is_busy(i64::MAX));
    }

    #[test]
    fn only_so_many_are_remembered() {
        let mut postings = Postings::default();
        postings.add(posting("http://a/"), 0);
        assert_eq!(numbers(&mut postings, 0, 9), [0]);
        for _ in 0..MAX_NOTIFICATIONS {
            postings.add(posting("http://a/"), 5);
        }
        assert_eq!(postings.newest_first().count(), MAX_NOTIFICATIONS);
        assert_eq!(postings.note(0, Ok(200), 0), None);
        assert_eq!(numbers(&mut postings, 5, 9), [1]);
        postings.clear();
        assert_eq!(postings.note(1, Ok(200), 0), None);
        assert!(!postings.is_busy(i64::MAX));
        postings.add(posting("ftp://a/"), 0);
        postings.add_dropped(posting("http://a/"), 0);
        let seen: Vec<Delivery> = postings.newest_first().map(|view| view.status).collect();
        assert_eq!(seen, [Delivery::Dropped, Delivery::GivenUp]);
    }
}
