//! The sandbox's store, behind one lock: the payments, newest last and bounded in number, their schedule, their
//! notifications, the injected misbehaviours, and the random numbers.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use guichet_gateways::{BackendRefusal, Lookup, Notifies, PayinRequest};
use secrecy::{ExposeSecret, SecretString};

use crate::action::{Action, Means};
use crate::calls::Calls;
use crate::injected::Injected;
use crate::merchants::Merchants;
use crate::misbehaviour::{Misbehaviour, Subject};
use crate::misbehaviour_kind::{self, CallKind};
use crate::notifications::{NewNotification, Notifications};
use crate::outbox::Outbox;
use crate::payment::Payment;
use crate::refusal::Refusal;
use crate::rng::Rng;
use crate::schedule::Schedule;
use crate::tamper::notification_looking_paid;
use crate::tenant::Tenant;
use crate::webhooks::Webhooks;

/// The state with which a store begins, and to which a reset brings it back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InitialState {
    pub(crate) seed: u64,
    pub(crate) misbehaviour_rate_percent: u8,
    /// The most payments that are kept; the oldest is dropped for a new one.
    pub(crate) most_payments: usize,
    /// The most bytes that their requests may take.
    pub(crate) most_bytes: usize,
}

/// The numbers of one merchant's payments, by reference and by idempotency key.
#[derive(Default)]
struct MerchantIndex {
    by_reference: HashMap<String, u64>,
    by_idempotency_key: HashMap<String, u64>,
}

/// Everything that the sandbox remembers.
pub(crate) struct Store {
    initial: InitialState,
    payments: VecDeque<Payment>,
    /// About as many bytes as their requests take.
    kept_bytes: usize,
    /// The number of each payment, counted since the beginning, by the acquirer's reference.
    numbers: HashMap<Arc<str>, u64>,
    merchants: HashMap<Tenant, MerchantIndex>,
    /// The number of the payment at the front.
    first_number: u64,
    schedule: Schedule,
    /// Whether a payment has changed since this was last taken.
    has_changed: bool,
    references: Rng,
    luck: Rng,
    /// The injected misbehaviours.
    pub(crate) injected: Injected,
    /// The notifications.
    pub(crate) notifications: Notifications,
    /// The merchants' settings for notifications.
    pub(crate) webhooks: Webhooks,
    /// Messages that a server would have sent to customers.
    pub(crate) outbox: Outbox,
    /// The calls of vendors' clients.
    pub(crate) calls: Calls,
    /// The merchants that were active lately.
    pub(crate) seen: Merchants,
}

impl Store {
    /// An empty one.
    pub(crate) fn new(initial: InitialState) -> Store {
        Store {
            initial,
            payments: VecDeque::new(),
            kept_bytes: 0,
            numbers: HashMap::new(),
            merchants: HashMap::new(),
            first_number: 0,
            schedule: Schedule::default(),
            has_changed: false,
            references: Rng::new(initial.seed),
            // A stream of its own, so that misbehaviours do not change the references of a run.
            luck: Rng::new(!initial.seed),
            injected: Injected::default(),
            notifications: Notifications::default(),
            webhooks: Webhooks::default(),
            outbox: Outbox::default(),
            calls: Calls::default(),
            seen: Merchants::default(),
        }
    }

    /// Forgets everything.
    pub(crate) fn reset(&mut self) {
        // Their numbers go on, so that one that is being sent now is not taken for a new one.
        let mut notifications = std::mem::take(&mut self.notifications);
        notifications.clear();
        *self = Store { notifications, has_changed: true, ..Store::new(self.initial) };
    }

    /// Carries out everything that was due by `now_ms`, in the order in which it was due.
    pub(crate) fn catch_up(&mut self, now_ms: i64) {
        while let Some((due_ms, number)) = self.schedule.take_due(now_ms) {
            if self.numbered(number).is_some_and(|payment| payment.step(due_ms)) {
                self.changed(number);
            }
        }
    }

    /// Opens a payment, with the outcome that magic input in its request forces. A repetition of the request with
    /// its idempotency key answers the payment that it opened before.
    ///
    /// # Errors
    /// [`BackendRefusal::KeyReused`], [`BackendRefusal::DuplicateReference`].
    pub(crate) fn open(
        &mut self,
        tenant: Tenant,
        request: PayinRequest,
        base_url: &str,
        now_ms: i64,
    ) -> Result<&Payment, BackendRefusal> {
        let number = match self.repeated(&tenant, &request)? {
            Some(number) => number,
            None => self.make(tenant, request, base_url, now_ms),
        };
        self.numbered(number).map(|payment| &*payment).ok_or(BackendRefusal::NoSuchPayment)
    }

    /// The payment that this request made before.
    fn repeated(&self, tenant: &Tenant, request: &PayinRequest) -> Result<Option<u64>, BackendRefusal> {
        let Some(merchant) = self.merchants.get(tenant) else { return Ok(None) };
        let known = request.idempotency_key.as_ref().and_then(|key| merchant.by_idempotency_key.get(key));
        if let Some(number) = known {
            let same = self.at(*number).is_some_and(|payment| payment.request() == request);
            return if same { Ok(Some(*number)) } else { Err(BackendRefusal::KeyReused) };
        }
        if merchant.by_reference.contains_key(&request.reference) {
            return Err(BackendRefusal::DuplicateReference);
        }
        Ok(None)
    }

    fn make(&mut self, tenant: Tenant, request: PayinRequest, base_url: &str, now_ms: i64) -> u64 {
        self.seen.note(&tenant);
        let reference = self.fresh_reference(&tenant);
        let payment = Payment::new(Arc::clone(&reference), tenant.clone(), request.clone(), base_url, now_ms);
        let most_bytes = self.initial.most_bytes.saturating_sub(payment.kept_bytes());
        while self.payments.len() >= self.initial.most_payments
            || (self.kept_bytes > most_bytes && !self.payments.is_empty())
        {
            self.drop_oldest();
        }
        let number = self.first_number + self.payments.len() as u64;
        let merchant = self.merchants.entry(tenant).or_default();
        // A vendor without merchant references sends an empty one with every payment.
        if !request.reference.is_empty() {
            merchant.by_reference.insert(request.reference, number);
        }
        if let Some(key) = request.idempotency_key {
            merchant.by_idempotency_key.insert(key, number);
        }
        self.numbers.insert(reference, number);
        self.kept_bytes += payment.kept_bytes();
        self.payments.push_back(payment);
        self.changed(number);
        self.catch_up(now_ms);
        number
    }

    /// The payment with that reference, in its state when the store last caught up.
    ///
    /// # Errors
    /// [`Refusal::NoSuchPayment`].
    pub(crate) fn find(&self, reference: &str) -> Result<&Payment, Refusal> {
        let found = self.numbers.get(reference).and_then(|number| self.at(*number));
        found.ok_or_else(|| Refusal::NoSuchPayment { reference: reference.to_owned() })
    }

    /// The payment that this merchant means.
    pub(crate) fn look_up(&self, tenant: &Tenant, lookup: Lookup<'_>) -> Option<&Payment> {
        let ours = |text| self.find(text).ok().filter(|payment| payment.tenant() == tenant);
        let theirs = |text| self.at(*self.merchants.get(tenant)?.by_reference.get(text)?);
        match lookup {
            Lookup::Reference(text) => ours(text),
            Lookup::MerchantReference(text) => theirs(text),
            Lookup::Either(text) => ours(text).or_else(|| theirs(text)),
        }
    }

    /// Carries out a customer's or the bank's action on a payment; an injected misbehaviour may delay it. With
    /// `silent`, the merchant is notified neither of it nor of anything later.
    ///
    /// # Errors
    /// [`Refusal::NoSuchPayment`]; [`Refusal::Closed`] when the link no longer works;
    /// [`Refusal::Invalid`] about the means.
    pub(crate) fn act(
        &mut self,
        reference: &str,
        action: Action,
        means: Means,
        silent: bool,
        now_ms: i64,
    ) -> Result<&Payment, Refusal> {
        let number = self.numbers.get(reference).copied();
        let missing = || Refusal::NoSuchPayment { reference: reference.to_owned() };
        let number = number.ok_or_else(missing)?;
        let payment = self.at(number).ok_or_else(missing)?;
        payment.refuse_if_closed()?;
        means.validate(payment.tenant())?;
        let index = self.index(number);
        let payment = self.payments.get_mut(index).ok_or_else(missing)?;
        let late = if action == Action::Pay { self.injected.lateness_s(&payment.subject()) } else { None };
        let action = late.map_or(action, |seconds| Action::PayLate { seconds });
        payment.act(action, means, now_ms)?;
        if silent {
            payment.silence();
        }
        self.changed(number);
        self.catch_up(now_ms);
        self.at(number).ok_or_else(missing)
    }

    /// Every payment, newest first.
    pub(crate) fn newest_first(&self) -> impl ExactSizeIterator<Item = &Payment> {
        self.payments.iter().rev()
    }

    /// The misbehaviour that strikes this call: the first one injected for it, or a random one.
    pub(crate) fn strike(&mut self, call: CallKind, subject: &Subject<'_>) -> Option<Misbehaviour> {
        let injected = self.injected.strike(call, subject);
        if injected.is_some() || !self.luck.happens(self.initial.misbehaviour_rate_percent) {
            return injected;
        }
        Some(Misbehaviour::next(misbehaviour_kind::random(&mut self.luck)))
    }

    /// The time at which a payment or a notification is due next, in unix ms.
    pub(crate) fn next_due_ms(&self) -> Option<i64> {
        self.schedule.next_due_ms().into_iter().chain(self.notifications.next_due_ms()).min()
    }

    /// Whether a payment has changed since this was last called.
    pub(crate) fn take_changes(&mut self) -> bool {
        std::mem::take(&mut self.has_changed)
    }

    /// Records the outcome of an attempt to send a notification.
    pub(crate) fn note(&mut self, number: u64, answer: crate::notifications::Answer, now_ms: i64) {
        let Some(reference) = self.notifications.note(number, answer, now_ms) else { return };
        let number = self.numbers.get(&reference).copied();
        if let Some(payment) = number.and_then(|number| self.numbered(number)) {
            payment.count_notification();
        }
    }

    /// Schedules what a changed payment does next, and notifies the merchant where its status has changed.
    fn changed(&mut self, number: u64) {
        self.has_changed = true;
        let index = self.index(number);
        let Some(payment) = self.payments.get_mut(index) else { return };
        self.schedule.set(number, payment.next_due_ms());
        if payment.take_status_change() {
            self.notify(index);
        }
    }

    /// Queues a notification about a payment in its current state, where its vendor sends one.
    fn notify(&mut self, index: usize) {
        let Some(payment) = self.payments.get(index) else { return };
        let tenant = payment.tenant();
        let url = match tenant.dialect().profile().notifies {
            Notifies::Never => None,
            Notifies::ByRequest => payment.request().notify_url.as_deref(),
            Notifies::BySetting => self.webhooks.url(tenant),
        };
        let Some(url) = url.map(str::to_owned) else { return };
        let secret = self.webhooks.secret(tenant);
        let view = payment.payin_view();
        let dialect = tenant.dialect();
        let Some(mut notification) = dialect.unsigned_notification(&view) else { return };
        let misbehaviour = self.injected.strike_notification(&payment.subject());
        if misbehaviour.looks_paid
            && let Some(body) =
                notification_looking_paid(&dialect.profile().response_fields, &notification.body)
        {
            notification.body = body;
        }
        let other = SecretString::from(format!("not_{}", secret.expose_secret()));
        dialect.sign(&mut notification, if misbehaviour.forged { &other } else { &secret });
        let new = || NewNotification {
            dialect: tenant.dialect().name(),
            reference: Arc::clone(payment.reference()),
            url: url.clone(),
            payment_status: payment.status(),
            notification: notification.clone(),
            misbehaviours: misbehaviour.names.clone(),
        };
        let due_ms = payment.changed_at_ms().saturating_add(misbehaviour.late_ms);
        if misbehaviour.copies == 0 {
            self.notifications.add_dropped(new(), due_ms);
        }
        for _ in 0..misbehaviour.copies {
            self.notifications.add(new(), due_ms);
        }
    }

    fn at(&self, number: u64) -> Option<&Payment> {
        self.payments.get(self.index(number))
    }

    fn numbered(&mut self, number: u64) -> Option<&mut Payment> {
        let index = self.index(number);
        self.payments.get_mut(index)
    }

    /// The index of the payment with that number; beyond the end when it was dropped.
    fn index(&self, number: u64) -> usize {
        let index = number.checked_sub(self.first_number).and_then(|index| usize::try_from(index).ok());
        index.unwrap_or(usize::MAX)
    }

    fn drop_oldest(&mut self) {
        let Some(oldest) = self.payments.pop_front() else { return };
        self.kept_bytes -= oldest.kept_bytes();
        self.numbers.remove(oldest.reference());
        if let Some(merchant) = self.merchants.get_mut(oldest.tenant()) {
            merchant.by_reference.remove(&oldest.request().reference);
            if let Some(key) = &oldest.request().idempotency_key {
                merchant.by_idempotency_key.remove(key);
            }
            if merchant.by_reference.is_empty() && merchant.by_idempotency_key.is_empty() {
                self.merchants.remove(oldest.tenant());
            }
        }
        self.schedule.set(self.first_number, None);
        self.first_number += 1;
    }

    fn fresh_reference(&mut self, tenant: &Tenant) -> Arc<str> {
        loop {
            let reference = tenant.dialect().reference(self.references.number());
            if !self.numbers.contains_key(reference.as_str()) {
                return reference.into();
            }
        }
    }
}

#[cfg(test)]
mod tests;
