//! What the sandbox remembers, behind one lock: the payments, newest last and bounded in number,
//! what is due to happen to them, the notifications about them, the faults that wait, and the dice.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use guichet_gateways::{BackendRefusal, Lookup, Notifies, PayinRequest};
use secrecy::{ExposeSecret, SecretString};

use crate::act::{Action, Means};
use crate::agenda::Agenda;
use crate::armed::Armed;
use crate::dice::Dice;
use crate::fault::{Concern, Fault};
use crate::faults::{self, CallKind};
use crate::outbox::Outbox;
use crate::payment::Payment;
use crate::postings::{Posting, Postings};
use crate::refusal::Refusal;
use crate::tenant::Tenant;
use crate::webhooks::Webhooks;

/// How a ledger begins, and to what a reset brings it back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Beginning {
    pub(crate) seed: u64,
    pub(crate) fault_rate_percent: u8,
    /// At most so many payments are kept; the oldest goes first.
    pub(crate) most_payments: usize,
}

/// The numbers of one merchant's payments.
#[derive(Default)]
struct Book {
    by_reference: HashMap<String, u64>,
    by_idempotency_key: HashMap<String, u64>,
}

/// The sandbox's memory.
pub(crate) struct Ledger {
    beginning: Beginning,
    payments: VecDeque<Payment>,
    /// From a reference to the payment's number, counted since the beginning.
    numbers: HashMap<Arc<str>, u64>,
    books: HashMap<Tenant, Book>,
    /// The number of the payment at the front.
    first_number: u64,
    agenda: Agenda,
    /// Whether something was put on the agenda or in line since this was last asked.
    has_news: bool,
    references: Dice,
    luck: Dice,
    /// The faults that wait.
    pub(crate) armed: Armed,
    /// The notifications.
    pub(crate) postings: Postings,
    /// What merchants have set up.
    pub(crate) webhooks: Webhooks,
    /// Messages that a server would have sent to customers.
    pub(crate) outbox: Outbox,
}

impl Ledger {
    /// An empty one.
    pub(crate) fn new(beginning: Beginning) -> Ledger {
        Ledger {
            beginning,
            payments: VecDeque::new(),
            numbers: HashMap::new(),
            books: HashMap::new(),
            first_number: 0,
            agenda: Agenda::default(),
            has_news: false,
            references: Dice::new(beginning.seed),
            // A stream of its own, so that faults do not change the references of a run.
            luck: Dice::new(!beginning.seed),
            armed: Armed::default(),
            postings: Postings::default(),
            webhooks: Webhooks::default(),
            outbox: Outbox::default(),
        }
    }

    /// Forgets everything.
    pub(crate) fn reset(&mut self) {
        // These number on, so that what is being sent now is not taken for something new.
        let mut postings = std::mem::take(&mut self.postings);
        postings.clear();
        *self = Ledger { postings, has_news: true, ..Ledger::new(self.beginning) };
    }

    /// Lets everything happen that was due by `now_ms`, in the order in which it was due.
    pub(crate) fn catch_up(&mut self, now_ms: i64) {
        while let Some((due_ms, number)) = self.agenda.take_due(now_ms) {
            if self.numbered(number).is_some_and(|payment| payment.step(due_ms)) {
                self.changed(number);
            }
        }
    }

    /// Makes a payment and lets the magic in its request do its work. A repetition of the request
    /// with its idempotency key answers the payment that there is.
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
        let Some(book) = self.books.get(tenant) else { return Ok(None) };
        let known = request.idempotency_key.as_ref().and_then(|key| book.by_idempotency_key.get(key));
        if let Some(number) = known {
            let same = self.at(*number).is_some_and(|payment| payment.request() == request);
            return if same { Ok(Some(*number)) } else { Err(BackendRefusal::KeyReused) };
        }
        if book.by_reference.contains_key(&request.reference) {
            return Err(BackendRefusal::DuplicateReference);
        }
        Ok(None)
    }

    fn make(&mut self, tenant: Tenant, request: PayinRequest, base_url: &str, now_ms: i64) -> u64 {
        if self.payments.len() >= self.beginning.most_payments {
            self.drop_oldest();
        }
        let reference = self.fresh_reference(&tenant);
        let number = self.first_number + self.payments.len() as u64;
        let book = self.books.entry(tenant.clone()).or_default();
        // A vendor without merchant references sends an empty one with every payment.
        if !request.reference.is_empty() {
            book.by_reference.insert(request.reference.clone(), number);
        }
        if let Some(key) = &request.idempotency_key {
            book.by_idempotency_key.insert(key.clone(), number);
        }
        self.numbers.insert(Arc::clone(&reference), number);
        self.payments.push_back(Payment::new(reference, tenant, request, base_url, now_ms));
        self.changed(number);
        self.catch_up(now_ms);
        number
    }

    /// The payment of that reference, as it stood when the ledger last caught up.
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
        let theirs = |text| self.at(*self.books.get(tenant)?.by_reference.get(text)?);
        match lookup {
            Lookup::Reference(text) => ours(text),
            Lookup::MerchantReference(text) => theirs(text),
            Lookup::Either(text) => ours(text).or_else(|| theirs(text)),
        }
    }

    /// Does what a customer or the bank wants with a payment; a waiting fault may make it late.
    /// With `hushed`, the merchant hears nothing of it, nor of what follows.
    ///
    /// # Errors
    /// [`Refusal::NoSuchPayment`]; [`Refusal::Closed`] when the link no longer works;
    /// [`Refusal::Invalid`] about the means.
    pub(crate) fn act(
        &mut self,
        reference: &str,
        action: Action,
        means: Means,
        hushed: bool,
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
        let late = if action == Action::Pay { self.armed.lateness_s(&payment.concern()) } else { None };
        let action = late.map_or(action, |seconds| Action::PayLate { seconds });
        payment.act(action, means, now_ms)?;
        if hushed {
            payment.hush();
        }
        self.changed(number);
        self.catch_up(now_ms);
        self.at(number).ok_or_else(missing)
    }

    /// Every payment, newest first.
    pub(crate) fn newest_first(&self) -> impl ExactSizeIterator<Item = &Payment> {
        self.payments.iter().rev()
    }

    /// What goes wrong with this call: the first fault that waits for it, or bad luck.
    pub(crate) fn strike(&mut self, call: CallKind, concern: &Concern<'_>) -> Option<Fault> {
        let armed = self.armed.strike(call, concern);
        if armed.is_some() || !self.luck.happens(self.beginning.fault_rate_percent) {
            return armed;
        }
        Some(Fault::next(faults::random(&mut self.luck)))
    }

    /// When something happens by itself, in unix ms: to a payment or to a notification.
    pub(crate) fn next_due_ms(&self) -> Option<i64> {
        self.agenda.next_due_ms().into_iter().chain(self.postings.next_due_ms()).min()
    }

    /// Whether something new may be due; says so once.
    pub(crate) fn take_news(&mut self) -> bool {
        std::mem::take(&mut self.has_news)
    }

    /// Writes down what became of a try to send a notification.
    pub(crate) fn note(&mut self, number: u64, answer: crate::postings::Answer, now_ms: i64) {
        let Some(reference) = self.postings.note(number, answer, now_ms) else { return };
        let number = self.numbers.get(&reference).copied();
        if let Some(payment) = number.and_then(|number| self.numbered(number)) {
            payment.count_notification();
        }
    }

    /// After every change of a payment: what happens to it next, and whether to tell the merchant.
    fn changed(&mut self, number: u64) {
        self.has_news = true;
        let index = self.index(number);
        let Some(payment) = self.payments.get_mut(index) else { return };
        self.agenda.set(number, payment.next_due_ms());
        if payment.has_news() {
            self.tell(index);
        }
    }

    /// Puts a notification of a payment as it stands in line, where its vendor sends one.
    fn tell(&mut self, index: usize) {
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
        let Some(mut notification) = tenant.dialect().notification(&view, &secret) else { return };
        let mishap = self.armed.mishap(&payment.concern());
        if mishap.forged {
            let other = SecretString::from(format!("not_{}", secret.expose_secret()));
            notification = tenant.dialect().notification(&view, &other).unwrap_or(notification);
        }
        let posting = || Posting {
            dialect: tenant.dialect().name(),
            reference: Arc::clone(payment.reference()),
            url: url.clone(),
            payment_status: payment.status(),
            notification: notification.clone(),
            faults: mishap.faults.clone(),
        };
        let due_ms = payment.changed_at_ms().saturating_add(mishap.late_ms);
        if mishap.copies == 0 {
            self.postings.add_dropped(posting(), due_ms);
        }
        for _ in 0..mishap.copies {
            self.postings.add(posting(), due_ms);
        }
    }

    fn at(&self, number: u64) -> Option<&Payment> {
        self.payments.get(self.index(number))
    }

    fn numbered(&mut self, number: u64) -> Option<&mut Payment> {
        let index = self.index(number);
        self.payments.get_mut(index)
    }

    /// Where the payment of that number is; beyond the end when it was dropped.
    fn index(&self, number: u64) -> usize {
        let index = number.checked_sub(self.first_number).and_then(|index| usize::try_from(index).ok());
        index.unwrap_or(usize::MAX)
    }

    fn drop_oldest(&mut self) {
        let Some(oldest) = self.payments.pop_front() else { return };
        self.numbers.remove(oldest.reference());
        if let Some(book) = self.books.get_mut(oldest.tenant()) {
            book.by_reference.remove(&oldest.request().reference);
            if let Some(key) = &oldest.request().idempotency_key {
                book.by_idempotency_key.remove(key);
            }
            if book.by_reference.is_empty() && book.by_idempotency_key.is_empty() {
                self.books.remove(oldest.tenant());
            }
        }
        self.agenda.set(self.first_number, None);
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
