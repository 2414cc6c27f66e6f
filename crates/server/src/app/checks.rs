//! Checks: however many ask at the same moment, page, API, callback or worker, a payment has at most
//! one check in flight on this node, and all of them get its outcome.

use std::sync::PoisonError;

use guichet_core::{Actor, Event, OrderId, Payment, PaymentId, PaymentState, Recovery, Seen};
use guichet_gateways::NOT_CALLED;
use tokio::sync::watch;
use tracing::Instrument as _;

use crate::counters::Stopwatch;
use crate::limiter::TooMany;
use crate::registry::OpenAccount;
use crate::store::{Fault, Stored};
use crate::vault::opened;

use super::application::App;
use super::error::Error;
use super::in_flight::{Checked, InFlight, Outcome, budget};

impl App {
    /// Asks the gateway about a payment and lets what it showed happen to the order.
    pub async fn check(&self, order: OrderId, payment: PaymentId, actor: Actor) -> Outcome {
        loop {
            let mut waiting = self.join_or_start(order, payment, actor.clone());
            let outcome = waiting.wait_for(Option::is_some).await;
            let outcome = outcome.ok().and_then(|outcome| outcome.clone());
            match outcome {
                // The worker began it, and lost its lease over it: that is no reason for anybody else not to ask.
                Some(Err(Error::LeaseLost)) if !self.is_under_a_lease() => {}
                Some(outcome) => return outcome,
                None => return Err(Fault::new("a check was broken off".to_owned()).into()),
            }
        }
    }

    fn join_or_start(&self, order: OrderId, payment: PaymentId, actor: Actor) -> InFlight {
        let mut in_flight = self.0.checks.in_flight.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waiting) = in_flight.get(&payment) {
            return waiting.clone();
        }
        let (told, waiting) = watch::channel(None);
        in_flight.insert(payment, waiting.clone());
        let app = self.clone();
        let work = async move {
            let ended = Ended { app: &app, payment };
            let outcome = app.check_now(order, payment, actor).await;
            drop(ended);
            told.send_replace(Some(outcome));
        };
        tokio::spawn(work.in_current_span());
        waiting
    }

    async fn check_now(&self, id: OrderId, payment: PaymentId, actor: Actor) -> Outcome {
        self.knows_its_address()?;
        let stored = self.store().order(id).await?.ok_or(Error::NoSuchOrder)?;
        let Some(known) = stored.order.payment(payment) else { return Err(Error::NoSuchOrder) };
        let now_ms = self.clock().now_ms();
        let least_ms = known.terms.min_check_interval_ms;
        // A check in the future is a clock that was set back: it keeps nobody waiting.
        let lately = known.checked_at_ms.is_some_and(|at| (0..least_ms).contains(&(now_ms - at)));
        let Some(reference) = askable(known).filter(|_| !lately) else {
            return Ok(Checked::AsItWas(Box::new(stored)));
        };
        let Some(account) = self.account_of(&stored, payment) else {
            let seen = unknown("account_not_configured");
            return self.learnt(stored, payment, now_ms, (seen, actor)).await;
        };
        let credentials = opened(&account.credentials)?;
        let budget = budget(account.checks_per_second);
        if let Err(TooMany { retry_after_ms }) = self.0.checks.budgets.take_of(account.id, budget, now_ms) {
            metrics::counter!("guichet_gateway_budget_spent_total", "gateway" => account.gateway.name())
                .increment(1);
            return Ok(Checked::BudgetSpent { retry_after_ms });
        }
        let expected = known.opened_for.unwrap_or(stored.order.terms.money);
        let asked = Stopwatch::begin();
        let seen = account.gateway.check(&*self.0.transport, credentials, &reference, expected).await;
        called_in("check", &account, asked);
        let word = match &seen {
            Seen::Pending { .. } => "pending",
            Seen::Paid(_) => "paid",
            Seen::Failed { .. } => "failed",
            Seen::Unknown { .. } => "unknown",
        };
        if !matches!(&seen, Seen::Unknown { trouble, .. } if trouble == NOT_CALLED) {
            self.note_health(&account, check_trouble(&seen)).await;
        }
        metrics::counter!("guichet_gateway_checks_total", "gateway" => account.gateway.name(), "seen" => word)
            .increment(1);
        self.learnt(stored, payment, now_ms, (seen, actor)).await
    }

    /// How many checks the account may make at this moment.
    pub(crate) fn checks_left(&self, account: &OpenAccount) -> i64 {
        let budget = budget(account.checks_per_second);
        self.0.checks.budgets.available(account.id, budget, self.clock().now_ms())
    }

    async fn learnt(
        &self,
        stored: Stored,
        payment: PaymentId,
        asked_at_ms: i64,
        (seen, actor): (Seen, Actor),
    ) -> Outcome {
        let trouble = check_trouble(&seen);
        let event = Event::Checked { payment, asked_at_ms, seen, actor };
        let stored = Box::new(self.apply_to(stored, &event, None).await?.stored);
        Ok(match trouble {
            Some(trouble) => Checked::Unanswered { stored, trouble },
            None => Checked::Asked(stored),
        })
    }
}

/// Measures how long a call to the account's gateway took.
pub(super) fn called_in(call: &'static str, account: &OpenAccount, asked: Stopwatch) {
    let labels = [("gateway", account.gateway.name()), ("call", call)];
    metrics::histogram!("guichet_gateway_call_duration_seconds", &labels).record(asked.taken());
}

/// Takes the check off the list even when its task is broken off.
struct Ended<'a> {
    app: &'a App,
    payment: PaymentId,
}

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        let mut in_flight = self.app.0.checks.in_flight.lock().unwrap_or_else(PoisonError::into_inner);
        in_flight.remove(&self.payment);
    }
}

/// What a check says of the gateway's health: its trouble, or nothing when it said anything sensible.
fn check_trouble(seen: &Seen) -> Option<String> {
    match seen {
        Seen::Unknown { trouble, unclear, .. } => (!unclear).then(|| trouble.clone()),
        Seen::Pending { .. } | Seen::Paid(_) | Seen::Failed { .. } => None,
    }
}

fn unknown(trouble: &str) -> Seen {
    Seen::Unknown { trouble: trouble.to_owned(), raw: String::new(), unclear: true }
}

/// The reference to ask under, when there is anything left to ask.
fn askable(payment: &Payment) -> Option<String> {
    if !payment.terms.checkable {
        return None;
    }
    match (&payment.state, payment.terms.recovery) {
        (PaymentState::Paid { .. }, _) => None,
        (PaymentState::Unknown { .. }, Recovery::LookupByOurReference) => payment.our_reference(),
        (state, _) => state.link().map(|link| link.reference.clone()),
    }
}
