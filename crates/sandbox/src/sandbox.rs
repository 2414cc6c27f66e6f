//! The sandbox itself: one lock, one clock, and the functions by which a script in this process does what
//! another does over HTTP.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use guichet_gateways::{Transport, VendorRequest};
use http::{HeaderMap, header};
use tokio::sync::watch;

use crate::action::{Action, Means};
use crate::calls::{CallView, Caller, Outcome};
use crate::clock::Clock;
use crate::fixtures::{Fixtures, located};
use crate::kept_bytes::MAX_PAYMENT_BYTES;
use crate::misbehaviour::{Misbehaviour, MisbehaviourView};
use crate::new_payment::{NewPayment, refused};
use crate::notifications::{Answer, DueNotification, NotificationView};
use crate::outbox::{Message, MessageView};
use crate::payment::Payment;
use crate::payment_view::PaymentView;
use crate::refusal::Refusal;
use crate::store::{InitialState, Store};
use crate::webhooks::{Webhook, WebhookView};

/// The most payments that are kept; the oldest is dropped for a new one.
pub(crate) const MAX_PAYMENTS: usize = 100_000;

/// The settings of a sandbox.
#[derive(Clone)]
pub struct Settings {
    /// The seed: the same one gives the same references and the same random misbehaviours, in the same order.
    pub seed: u64,
    /// The address at which customers reach it, scheme and host, such as `https://sandbox.example`; without it,
    /// the address that the shop itself used (its `Host` header).
    pub public_url: Option<String>,
    /// The clock.
    pub clock: Clock,
    /// The percentage of calls that a random misbehaviour strikes.
    pub misbehaviour_rate_percent: u8,
    /// The transport of notifications, which decides where they may go; to any address when `None`.
    pub notifies_over: Option<Arc<dyn Transport>>,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            seed: 1,
            public_url: None,
            clock: Clock::real(),
            misbehaviour_rate_percent: 0,
            notifies_over: None,
        }
    }
}

/// The simulated acquirer; a clone is the same acquirer.
#[derive(Clone)]
pub struct Sandbox {
    acquirer: Arc<Acquirer>,
}

/// The state that all handles share.
pub(crate) struct Acquirer {
    public_url: Option<String>,
    clock: Clock,
    store: Mutex<Store>,
    /// Changes whenever the notifier has looked at what is due.
    looked: watch::Sender<()>,
    notifying: AtomicBool,
    notifies_over: Option<Arc<dyn Transport>>,
    fixtures: Fixtures,
}

impl Acquirer {
    /// The notifier has ended.
    pub(crate) fn stop_notifying(&self) {
        self.notifying.store(false, Ordering::SeqCst);
    }
}

impl Drop for Acquirer {
    /// Wakes the notifier, so that it ends.
    fn drop(&mut self) {
        self.clock.wake();
    }
}

impl From<Arc<Acquirer>> for Sandbox {
    fn from(acquirer: Arc<Acquirer>) -> Sandbox {
        Sandbox { acquirer }
    }
}

impl Sandbox {
    /// An empty one.
    pub fn new(settings: Settings) -> Sandbox {
        Sandbox::beginning_with(settings, Fixtures::default())
    }

    /// One that begins with fixtures, and begins with them again after a reset.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] about a fixture that makes no sense, named with its place.
    pub fn with_fixtures(settings: Settings, fixtures: Fixtures) -> Result<Sandbox, Refusal> {
        Sandbox::new(settings.clone()).set_up(&fixtures)?;
        let sandbox = Sandbox::beginning_with(settings, fixtures);
        sandbox.reset();
        Ok(sandbox)
    }

    /// An empty one, which has these fixtures after a reset.
    fn beginning_with(settings: Settings, fixtures: Fixtures) -> Sandbox {
        let Settings { seed, public_url, clock, misbehaviour_rate_percent, notifies_over } = settings;
        let beginning = InitialState {
            seed,
            misbehaviour_rate_percent,
            most_payments: MAX_PAYMENTS,
            most_bytes: MAX_PAYMENT_BYTES,
        };
        let acquirer = Acquirer {
            public_url: public_url.map(|url| url.trim_end_matches('/').to_owned()),
            clock,
            store: Mutex::new(Store::new(beginning)),
            looked: watch::Sender::new(()),
            notifying: AtomicBool::new(false),
            notifies_over,
            fixtures,
        };
        Sandbox { acquirer: Arc::new(acquirer) }
    }

    /// Its clock.
    pub fn clock(&self) -> &Clock {
        &self.acquirer.clock
    }

    /// Lets `seconds` pass and returns the new time, in unix ms.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when that is too far; see [`Clock::advance`].
    pub fn advance(&self, seconds: u64) -> Result<i64, Refusal> {
        self.acquirer.clock.advance(seconds)
    }

    /// Every payment, newest first.
    pub fn payments(&self) -> Vec<PaymentView> {
        self.newest(usize::MAX, |_| true).0
    }

    /// The newest payments that are wanted, at most `limit`, and whether there are more.
    pub(crate) fn newest(&self, limit: usize, wanted: impl Fn(&Payment) -> bool) -> (Vec<PaymentView>, bool) {
        self.with_store(|store, _| {
            let mut found = store.newest_first().filter(|payment| wanted(payment));
            let shown = found.by_ref().take(limit).map(Payment::view).collect();
            (shown, found.next().is_some())
        })
    }

    /// One payment.
    ///
    /// # Errors
    /// [`Refusal::NoSuchPayment`].
    pub fn payment(&self, reference: &str) -> Result<PaymentView, Refusal> {
        self.with_store(|store, _| store.find(reference).map(Payment::view))
    }

    /// Makes a payment as a merchant's client would, and carries out the action that comes with it; the hosted pages are under
    /// `base_url`.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] about what the vendor would not take; nothing was made then.
    pub(crate) fn make_under(&self, base_url: &str, new: NewPayment) -> Result<PaymentView, Refusal> {
        let tenant = new.tenant()?;
        new.means.validate(&tenant)?;
        let made = self.with_store(|store, now_ms| {
            store.open(tenant, new.request, base_url, now_ms).map(Payment::view).map_err(|why| refused(&why))
        })?;
        let Some(action) = new.action else { return Ok(made) };
        self.with_store(|store, now_ms| {
            store.act(&made.reference, action, new.means, new.silent, now_ms).map(Payment::view)
        })
    }

    /// Carries out an action of a customer or the bank on a payment, now.
    ///
    /// # Errors
    /// [`Refusal::NoSuchPayment`]; [`Refusal::Closed`] when the link was used or has expired.
    pub fn act(&self, reference: &str, action: Action) -> Result<PaymentView, Refusal> {
        self.act_by(reference, action, Means::default())
    }

    /// The same with a certain operator or from a certain phone number.
    ///
    /// # Errors
    /// The same; and [`Refusal::Invalid`] about an operator that the vendor does not have, or a
    /// phone number that is none.
    pub(crate) fn act_by(
        &self,
        reference: &str,
        action: Action,
        means: Means,
    ) -> Result<PaymentView, Refusal> {
        let view = self.with_store(|store, now_ms| {
            store.act(reference, action, means, false, now_ms).map(Payment::view)
        })?;
        tracing::debug!(reference, status = view.status.as_str(), "a customer or the bank acted");
        Ok(view)
    }

    /// Injects a misbehaviour, which strikes the next calls or notifications.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when the misbehaviour makes no sense, or when a thousand wait already.
    pub fn inject(&self, misbehaviour: Misbehaviour) -> Result<(), Refusal> {
        self.with_store(|store, _| store.injected.add(misbehaviour))
    }

    /// The injected misbehaviours, oldest first.
    pub fn misbehaviours(&self) -> Vec<MisbehaviourView> {
        self.with_store(|store, _| store.injected.views())
    }

    /// Drops all injected misbehaviours.
    pub fn clear_misbehaviours(&self) {
        self.with_store(|store, _| store.injected.clear());
    }

    /// Sets up where a merchant's notifications go, and what signs them.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] about a dialect, key or address that makes no sense.
    pub fn set_webhook(&self, webhook: Webhook) -> Result<(), Refusal> {
        self.with_store(|store, _| {
            let tenant = store.webhooks.set(webhook)?;
            store.seen.note(&tenant);
            Ok(())
        })
    }

    /// The merchants' settings for notifications.
    pub fn webhooks(&self) -> Vec<WebhookView> {
        self.with_store(|store, _| store.webhooks.views())
    }

    /// Drops what merchants have set up: those of this vendor, those with this key, or all.
    pub fn clear_webhooks(&self, dialect: Option<&str>, key: Option<&str>) {
        self.with_store(|store, _| store.webhooks.clear(dialect, key));
    }

    /// Every notification that is remembered, sent or not, newest first.
    pub fn notifications(&self) -> Vec<NotificationView> {
        self.newest_notifications(usize::MAX, |_| true).0
    }

    /// The newest notifications that are wanted, at most `limit`, and whether there are more.
    pub(crate) fn newest_notifications(
        &self,
        limit: usize,
        wanted: impl Fn(&NotificationView) -> bool,
    ) -> (Vec<NotificationView>, bool) {
        self.with_store(|store, _| {
            let mut found = store.notifications.newest_first().filter(|view| wanted(view));
            let shown = found.by_ref().take(limit).collect();
            (shown, found.next().is_some())
        })
    }

    /// Keeps a message that would have been sent to a customer.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when it is too long.
    pub fn add_message(&self, message: Message) -> Result<MessageView, Refusal> {
        self.with_store(|store, now_ms| store.outbox.add(message, now_ms))
    }

    /// The messages that would have been sent to customers, newest first.
    pub fn messages(&self) -> Vec<MessageView> {
        self.with_store(|store, _| store.outbox.newest_first().cloned().collect())
    }

    /// The calls of vendors' clients that are remembered, newest first.
    pub fn calls(&self) -> Vec<CallView> {
        self.newest_calls(usize::MAX, |_| true).0
    }

    /// The newest calls that are wanted, at most `limit`, and whether there are more.
    pub(crate) fn newest_calls(
        &self,
        limit: usize,
        wanted: impl Fn(&CallView) -> bool,
    ) -> (Vec<CallView>, bool) {
        self.with_store(|store, _| {
            let mut found = store.calls.newest_first().filter(|call| wanted(call));
            let shown = found.by_ref().take(limit).cloned().collect();
            (shown, found.next().is_some())
        })
    }

    /// Remembers a call of a vendor's client.
    pub(crate) fn remember_call(
        &self,
        dialect: &'static str,
        request: &VendorRequest,
        caller: &Caller,
        outcome: &Outcome<'_>,
    ) {
        self.with_store(|store, now_ms| {
            caller.tenant.iter().for_each(|tenant| store.seen.note(tenant));
            store.calls.add(dialect, request, caller, outcome, now_ms);
        });
    }

    /// Resets everything: payments, misbehaviours, notifications, webhooks, calls and messages go, the clock and the seed are
    /// as at the start, and so are the fixtures.
    pub fn reset(&self) {
        // The clock first: the store must not catch up with the time before the reset.
        self.acquirer.clock.rewind();
        self.with_store(|store, _| store.reset());
        if let Err(refusal) = self.set_up(&self.acquirer.fixtures) {
            // They were applied when it began; only the time can have come to its end since.
            tracing::warn!(%refusal, "a fixture could not be set up again");
        }
    }

    /// Sets fixtures up: payments before faults, which are there for what comes, and the time at last.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] about what makes no sense, named with its place.
    fn set_up(&self, fixtures: &Fixtures) -> Result<(), Refusal> {
        let base_url = self.base_url(&HeaderMap::new());
        for (index, webhook) in fixtures.webhooks.iter().enumerate() {
            self.set_webhook(webhook.clone()).map_err(|refusal| located(refusal, "webhooks", index))?;
        }
        for (index, payment) in fixtures.payments.iter().enumerate() {
            let made = self.make_under(&base_url, payment.clone());
            made.map_err(|refusal| located(refusal, "payments", index))?;
        }
        for (index, misbehaviour) in fixtures.misbehaviours.iter().enumerate() {
            self.inject(misbehaviour.clone()).map_err(|refusal| located(refusal, "faults", index))?;
        }
        let advanced = self.advance(fixtures.advance_s);
        advanced.map_err(|refusal| Refusal::invalid("advance_seconds", refusal.to_string())).map(|_now_ms| ())
    }

    /// The address at which customers reach it, without a trailing slash.
    pub(crate) fn base_url(&self, headers: &HeaderMap) -> String {
        if let Some(public_url) = &self.acquirer.public_url {
            return public_url.clone();
        }
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let secure = text(header::HeaderName::from_static("x-forwarded-proto")) == Some("https");
        let scheme = if secure { "https" } else { "http" };
        format!("{scheme}://{}", text(header::HOST).unwrap_or("localhost"))
    }

    /// Works with its memory, which has caught up with the clock; what follows from it is then
    /// sent. A panic in one call must not end all the others, so a poisoned lock is taken too.
    pub(crate) fn with_store<T>(&self, work: impl FnOnce(&mut Store, i64) -> T) -> T {
        let now_ms = self.clock().now_ms();
        let mut store = self.acquirer.store.lock().unwrap_or_else(PoisonError::into_inner);
        store.catch_up(now_ms);
        let done = work(&mut store, now_ms);
        let has_changed = store.take_changes();
        drop(store);
        if has_changed {
            self.clock().wake();
        }
        done
    }

    /// For the notifier: a handle that does not keep the sandbox.
    pub(crate) fn downgrade(&self) -> Weak<Acquirer> {
        Arc::downgrade(&self.acquirer)
    }

    /// For the notifier: the transport that was chosen for it.
    pub(crate) fn notifies_over(&self) -> Option<Arc<dyn Transport>> {
        self.acquirer.notifies_over.clone()
    }

    /// For the notifier: whether it is to begin, because none is at work.
    pub(crate) fn start_notifying(&self) -> bool {
        !self.acquirer.notifying.swap(true, Ordering::SeqCst)
    }

    /// For whoever waits for the notifier: changes whenever it has looked at what is due.
    pub(crate) fn notifier_looked(&self) -> watch::Receiver<()> {
        self.acquirer.looked.subscribe()
    }

    /// For the notifier: what is to be sent now, and when to look again.
    pub(crate) fn take_due_notifications(&self, limit: usize) -> (Vec<DueNotification>, Option<i64>) {
        let now_ms = self.clock().now_ms();
        let mut store = self.acquirer.store.lock().unwrap_or_else(PoisonError::into_inner);
        store.catch_up(now_ms);
        let due = store.notifications.take(now_ms, limit);
        let due_ms = if due.len() < limit { store.next_due_ms() } else { None };
        // The notifier need not wake itself.
        store.take_changes();
        drop(store);
        self.acquirer.looked.send_replace(());
        (due, due_ms)
    }

    /// For the notifier: what became of a try.
    pub(crate) fn note(&self, number: u64, answer: Answer) {
        self.with_store(|store, now_ms| store.note(number, answer, now_ms));
    }
}
