//! Opening a payment: the row is on disk before the gateway is called, and the gateway's answer
//! becomes an event, whatever it is. Whoever opens one runs to its end, even if nobody waits any more:
//! `http/finish.rs` sees to it for requests, the worker does so by itself.

use std::sync::Arc;

use guichet_core::{
    AccountId, Actor, Effect, Event, FailureReason, Link, OrderId, Payment, PaymentId, PaymentState,
};
use guichet_gateways::{OpenTrouble, PayinRequest, RuleViolation, is_out_of_descriptors};

use crate::counters::Stopwatch;
use crate::registry::OpenAccount;
use crate::store::{Fault, Stored};

use super::application::App;
use super::applied::{Applied, Attachment};
use super::checks::called_in;
use super::error::Error;
use super::tie::{Settles, is_of_a_tie};

/// Stand in for the name of a payment and the token of a page that do not exist yet.
const ANY_PAYMENT: &str = "pay00000000000000000000000000";
const ANY_TOKEN: &str = "0000000000000000000000000000000000000000000000000000000000";

impl App {
    /// The event that asks for a payment of the order with that reference at an account.
    pub fn payment_requested(&self, account: &OpenAccount, reference: &str, actor: Actor) -> Event {
        Event::PaymentRequested {
            payment: self.new_payment_id(account, reference),
            account: account.id,
            gateway: account.gateway.name().to_owned(),
            terms: account.payment_terms(),
            actor,
        }
    }

    /// What the gateway is told of an order; also what its rules are checked against. `reference` is
    /// our name for the payment.
    fn payin_request(
        &self,
        account: &OpenAccount,
        terms: &guichet_core::Terms,
        reference: String,
        token: &str,
    ) -> PayinRequest {
        let notify_url = format!("{}/callbacks/{}/{}", self.public_url(), account.gateway.name(), account.id);
        PayinRequest {
            idempotency_key: Some(reference.clone()),
            reference,
            title: terms.title.clone(),
            description: terms.description.clone(),
            money: terms.money,
            payer: terms.payer.clone(),
            presentation: terms.presentation.clone(),
            return_url: Some(self.public_url().page("status", token)),
            failure_url: None,
            notify_url: Some(notify_url),
            echo: terms.origin.as_ref().map(|origin| origin.echo.clone()).unwrap_or_default(),
        }
    }

    /// Whether that account's gateway takes such an order at all.
    pub fn takes(&self, account: &OpenAccount, terms: &guichet_core::Terms) -> Result<(), RuleViolation> {
        account.gateway.validate(&self.payin_request(account, terms, ANY_PAYMENT.to_owned(), ANY_TOKEN))
    }

    /// Asks for a payment of an existing order at the first of these accounts that opens one. `claim`
    /// goes into the transaction that begins it, `answer` into the one that ends it.
    pub async fn request_payment(
        &self,
        id: OrderId,
        accounts: &[Arc<OpenAccount>],
        actor: &Actor,
        claim: Option<&dyn Attachment>,
        answer: Option<&dyn Attachment>,
    ) -> Result<Stored, Error> {
        let stored = self.store().order(id).await?.ok_or(Error::NoSuchOrder)?;
        self.request_payment_after(stored, None, accounts, actor, claim, answer).await
    }

    /// The same for an order that was read a moment ago, after `first` happened to it in the same
    /// transaction.
    pub async fn request_payment_after(
        &self,
        stored: Stored,
        first: Option<Event>,
        accounts: &[Arc<OpenAccount>],
        actor: &Actor,
        claim: Option<&dyn Attachment>,
        answer: Option<&dyn Attachment>,
    ) -> Result<Stored, Error> {
        self.insist_on_opening()?;
        self.can_call()?;
        let now_ms = self.clock().now_ms();
        let serves = |account: &&Arc<OpenAccount>| {
            let under_way =
                |payment: &Payment| payment.state == PaymentState::Opening || payment.is_payable(now_ms);
            let mut theirs = stored.order.payments.iter().filter(|payment| payment.account == account.id);
            theirs.any(under_way)
        };
        // Where one of them was fallen over to, its link serves: one at another would be a second to pay.
        let accounts = accounts.iter().find(serves).map_or(accounts, std::slice::from_ref);
        let account =
            accounts.first().ok_or_else(|| Fault::new("a payment was asked for at no account".to_owned()))?;
        // What a gateway has told of the order, and nobody knew, is looked at before another is opened.
        let forgotten = self.forgotten_of(&stored, actor).await?;
        let asked = match forgotten.is_empty() {
            true => vec![self.payment_requested(account, &stored.order.terms.reference, actor.clone())],
            false => forgotten.iter().map(|forgotten| forgotten.event.clone()).collect(),
        };
        let events: Vec<Event> = first.into_iter().chain(asked).collect();
        let settles = Settles::of(&forgotten, actor.clone(), now_ms, claim);
        let claim = if forgotten.is_empty() { claim } else { Some(&settles as &dyn Attachment) };
        let applied = self.apply_all(stored, &events, claim).await?;
        self.open_in_turn(applied, accounts, actor, answer).await
    }

    /// Refuses what would have to call a gateway while this server is given no descriptor for that: nothing is written then, and
    /// no payment fails by it.
    pub(super) fn can_call(&self) -> Result<(), Error> {
        if is_out_of_descriptors() { Err(Error::Overloaded) } else { Ok(()) }
    }

    /// Opens a payment that was just asked for at the first of these accounts, and at the next one only
    /// when it is certain that nothing was opened: never while an answer is unknown.
    pub async fn open_in_turn(
        &self,
        applied: Applied,
        accounts: &[Arc<OpenAccount>],
        actor: &Actor,
        answer: Option<&dyn Attachment>,
    ) -> Result<Stored, Error> {
        let applied = self.asked_after_all(applied, accounts, actor).await?;
        let alone = accounts.len() < 2;
        let mut stored = self.open_requested(applied, answer.filter(|_| alone)).await?;
        for (tried, next) in accounts.iter().zip(accounts.iter().skip(1)) {
            if !certainly_not_opened(&stored, tried) {
                break;
            }
            let event = self.payment_requested(next, &stored.order.terms.reference, actor.clone());
            match Box::pin(self.apply(stored.order.id, &event, None)).await {
                Ok(applied) => stored = self.open_requested(applied, None).await?,
                // The order was decided meanwhile.
                Err(Error::Refused(_)) => break,
                Err(error) => return Err(error),
            }
        }
        if let Some(answer) = answer.filter(|_| !alone) {
            self.store().commit(answer.writes(&stored)).await?;
        }
        Ok(stored)
    }

    /// Where an order got payments that were forgotten instead of the one that was asked for: asks the gateway about them,
    /// and asks for the other one after all if it is certain that no money comes of them.
    async fn asked_after_all(
        &self,
        applied: Applied,
        accounts: &[Arc<OpenAccount>],
        actor: &Actor,
    ) -> Result<Applied, Error> {
        if !is_of_a_tie(&applied) {
            return Ok(applied);
        }
        let stored = self.after_the_tie(&applied.effects, actor, applied.stored.order.id).await?;
        let order = &stored.order;
        let live = order.payments.iter().any(|payment| payment.state.is_live());
        let account = accounts.first().filter(|_| order.state.is_waiting() && !live && !order.needs_you());
        let Some(account) = account else { return Ok(Applied { stored, effects: Vec::new() }) };
        let event = self.payment_requested(account, &order.terms.reference, actor.clone());
        self.apply_to(stored, &event, None).await
    }

    /// Opens what an event asked to open; an order without anything to open is as it was.
    pub async fn open_requested(
        &self,
        applied: Applied,
        answer: Option<&dyn Attachment>,
    ) -> Result<Stored, Error> {
        let to_open = applied.effects.iter().find_map(|effect| match effect {
            Effect::Open(payment) => Some(*payment),
            Effect::Check(_) => None,
        });
        match to_open {
            // Boxed, because it is large and rides along in everything that may open a payment.
            Some(payment) => Box::pin(self.open(applied.stored, payment, answer)).await,
            None => {
                let writes = answer.map(|answer| answer.writes(&applied.stored)).unwrap_or_default();
                if !writes.is_empty() {
                    self.store().commit(writes).await?;
                }
                Ok(applied.stored)
            }
        }
    }

    async fn open(
        &self,
        stored: Stored,
        payment: PaymentId,
        answer: Option<&dyn Attachment>,
    ) -> Result<Stored, Error> {
        let event = self.call_to_open(&stored, payment).await;
        let id = stored.order.id;
        let applied = match self.apply_to(stored, &event, answer).await {
            Err(Error::GatewayReferenceTaken) => {
                let trouble =
                    "the gateway answered with a reference that belongs to another payment".to_owned();
                let lost = Event::OpenLost { payment, trouble };
                self.apply(id, &lost, answer).await?
            }
            outcome => outcome?,
        };
        Ok(applied.stored)
    }

    async fn call_to_open(&self, stored: &Stored, payment: PaymentId) -> Event {
        let Some(account) = self.account_of(stored, payment) else {
            let trouble = "its gateway account is not configured any more".to_owned();
            return Event::OpenLost { payment, trouble };
        };
        let Some(known) = stored.order.payment(payment) else {
            return Event::OpenLost { payment, trouble: "it is not known any more".to_owned() };
        };
        if let Some(quiet) = self.registry().quiet() {
            return not_opened(known, FailureReason::NotSent { message: quiet.to_string() });
        }
        let credentials = match &account.credentials {
            Ok(credentials) => credentials,
            Err(locked) => return not_opened(known, FailureReason::NotSent { message: locked.to_string() }),
        };
        if let Err(retry_ms) = self.0.breakers.admit(account.id, self.clock().now_ms()) {
            let seconds = (retry_ms + 999) / 1000;
            let message = format!("the gateway has been in trouble; it is tried again in {seconds} s");
            return not_opened(known, FailureReason::NotSent { message });
        }
        let reference = known.our_reference().unwrap_or_else(|| payment.to_string());
        let request = self.payin_request(&account, &stored.order.terms, reference, &stored.token);
        let gateway = account.gateway;
        let asked = Stopwatch::begin();
        let opening = gateway.open(&*self.0.transport, credentials, &request, self.clock().now_ms()).await;
        called_in("open", &account, asked);
        let outcome = match &opening {
            Ok(_) => "opened",
            Err(OpenTrouble::Failed(_) | OpenTrouble::NotCalled(_)) => "failed",
            Err(OpenTrouble::Lost(_)) => "lost",
        };
        metrics::counter!("guichet_gateway_opens_total", "gateway" => gateway.name(), "outcome" => outcome)
            .increment(1);
        if !matches!(opening, Err(OpenTrouble::NotCalled(_))) {
            self.note_health(&account, opening_trouble(&opening)).await;
        }
        match opening {
            Ok(link) => Event::PaymentOpened { payment, link },
            Err(OpenTrouble::Failed(reason)) => not_opened(known, reason),
            Err(OpenTrouble::NotCalled(message)) => not_opened(known, FailureReason::NotSent { message }),
            Err(OpenTrouble::Lost(trouble)) => Event::OpenLost { payment, trouble },
        }
    }

    /// Whether this server may open payments, and so take orders that want to be paid.
    ///
    /// # Errors
    /// It is quiet.
    pub(super) fn insist_on_opening(&self) -> Result<(), Error> {
        self.registry().quiet().map_or(Ok(()), |why| Err(Error::Quiet(why)))
    }

    /// The account a payment goes through, if it is still configured.
    pub(super) fn account_of(&self, stored: &Stored, payment: PaymentId) -> Option<Arc<OpenAccount>> {
        let account: AccountId = stored.order.payment(payment)?.account;
        self.registry().snapshot().accounts.get(&account).cloned()
    }
}

/// What an opening that failed for certain says of the payment. Of one that was tried before and may
/// have been opened then it says nothing: this time nothing was opened, that time nobody knows.
fn not_opened(payment: &Payment, reason: FailureReason) -> Event {
    match &payment.state {
        PaymentState::Unknown { .. } => {
            let trouble = format!("asking again did not help either: {}", told(&reason));
            Event::OpenLost { payment: payment.id, trouble }
        }
        PaymentState::Opening
        | PaymentState::Open { .. }
        | PaymentState::Processing { .. }
        | PaymentState::Paid { .. }
        | PaymentState::Failed { .. }
        | PaymentState::Expired { .. }
        | PaymentState::Cancelled { .. } => Event::OpenFailed { payment: payment.id, reason },
    }
}

fn told(reason: &FailureReason) -> &str {
    match reason {
        FailureReason::OpenRefused { message, .. } | FailureReason::NotSent { message } => message,
        FailureReason::Declined
        | FailureReason::Cancelled
        | FailureReason::LinkExpired
        | FailureReason::DeclinedCancelledOrExpired => reason.code(),
    }
}

/// Whether the newest payment at that account is known to have left nothing behind.
fn certainly_not_opened(stored: &Stored, account: &OpenAccount) -> bool {
    let newest = stored.order.payments.iter().rev().find(|payment| payment.account == account.id);
    matches!(newest.map(|payment| &payment.state), Some(PaymentState::Failed { link: None, .. }))
}

/// What an opening says of the gateway's health: its trouble, or nothing.
fn opening_trouble(opening: &Result<Link, OpenTrouble>) -> Option<String> {
    match opening {
        Ok(_) | Err(OpenTrouble::NotCalled(_)) => None,
        Err(OpenTrouble::Lost(trouble)) => Some(trouble.clone()),
        Err(OpenTrouble::Failed(FailureReason::NotSent { message })) => Some(message.clone()),
        Err(OpenTrouble::Failed(FailureReason::OpenRefused { refusal, .. })) => {
            (refusal == "gateway_rate_limited").then(|| refusal.clone())
        }
        Err(OpenTrouble::Failed(
            FailureReason::Declined
            | FailureReason::Cancelled
            | FailureReason::LinkExpired
            | FailureReason::DeclinedCancelledOrExpired,
        )) => None,
    }
}
