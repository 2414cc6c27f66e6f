//! What the sandbox remembers, behind one lock: the payments, newest last and bounded in number,
//! the faults that wait, and the dice.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use guichet_gateways::PayinRequest;

use crate::dice::Dice;
use crate::faults::{self, Armed, Call, Fault};
use crate::key::Tenant;
use crate::payment::{Action, Payment};
use crate::refusal::Refusal;
use crate::tag;

/// How a ledger begins, and to what a reset brings it back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Beginning {
    pub(crate) seed: u64,
    pub(crate) fault_rate_percent: u8,
    /// At most so many payments are kept; the oldest goes first.
    pub(crate) most_payments: usize,
}

/// The sandbox's memory.
pub(crate) struct Ledger {
    beginning: Beginning,
    payments: VecDeque<Payment>,
    /// From a reference to the payment's number, counted since the beginning.
    numbers: HashMap<Arc<str>, u64>,
    /// The number of the payment at the front.
    first_number: u64,
    references: Dice,
    luck: Dice,
    /// The faults that wait.
    pub(crate) armed: Armed,
}

impl Ledger {
    /// An empty one.
    pub(crate) fn new(beginning: Beginning) -> Ledger {
        Ledger {
            beginning,
            payments: VecDeque::new(),
            numbers: HashMap::new(),
            first_number: 0,
            references: Dice::new(beginning.seed),
            // A stream of its own, so that faults do not change the references of a run.
            luck: Dice::new(!beginning.seed),
            armed: Armed::default(),
        }
    }

    /// Forgets everything.
    pub(crate) fn reset(&mut self) {
        *self = Ledger::new(self.beginning);
    }

    /// Makes a payment and lets a tag in its title do its work.
    pub(crate) fn open(&mut self, tenant: Tenant, request: PayinRequest, now_ms: i64) -> &Payment {
        if self.payments.len() >= self.beginning.most_payments {
            self.drop_oldest();
        }
        let reference = self.fresh_reference();
        let scripted = tag::scripted(&request.title, now_ms);
        let mut payment = Payment::new(Arc::clone(&reference), tenant, request, now_ms, scripted);
        payment.catch_up(now_ms);
        let index = self.payments.len();
        self.numbers.insert(reference, self.first_number + index as u64);
        self.payments.push_back(payment);
        &self.payments[index]
    }

    /// The payment of that reference, as it stands at `now_ms`.
    ///
    /// # Errors
    /// [`Refusal::NoSuchPayment`].
    pub(crate) fn find(&mut self, reference: &str, now_ms: i64) -> Result<&mut Payment, Refusal> {
        let payment = self
            .numbers
            .get(reference)
            .and_then(|number| self.payments.get_mut((number - self.first_number) as usize))
            .ok_or_else(|| Refusal::NoSuchPayment { reference: reference.to_owned() })?;
        payment.catch_up(now_ms);
        Ok(payment)
    }

    /// Does what a customer or the bank wants with a payment; a waiting fault may make it late.
    ///
    /// # Errors
    /// [`Refusal::NoSuchPayment`]; [`Refusal::Closed`] when the link no longer works.
    pub(crate) fn act(&mut self, reference: &str, action: Action, now_ms: i64) -> Result<&Payment, Refusal> {
        self.find(reference, now_ms)?.refuse_if_closed()?;
        let late = if action == Action::Pay { self.armed.lateness_s(reference) } else { None };
        let action = late.map_or(action, |seconds| Action::PayLate { seconds });
        let payment = self.find(reference, now_ms)?;
        payment.act(action, now_ms)?;
        Ok(payment)
    }

    /// Every payment as it stands at `now_ms`, newest first.
    pub(crate) fn newest_first(&mut self, now_ms: i64) -> impl ExactSizeIterator<Item = &Payment> {
        self.payments.iter_mut().rev().map(move |payment| {
            payment.catch_up(now_ms);
            &*payment
        })
    }

    /// What goes wrong with this call: the first fault that waits for it, or bad luck.
    pub(crate) fn strike(&mut self, call: Call, reference: Option<&str>) -> Option<Fault> {
        let armed = self.armed.strike(call, reference);
        if armed.is_some() || !self.luck.happens(self.beginning.fault_rate_percent) {
            return armed;
        }
        Some(Fault::next(faults::random(&mut self.luck)))
    }

    fn drop_oldest(&mut self) {
        if let Some(oldest) = self.payments.pop_front() {
            self.numbers.remove(oldest.reference());
            self.first_number += 1;
        }
    }

    fn fresh_reference(&mut self) -> Arc<str> {
        loop {
            let reference = self.references.reference();
            if !self.numbers.contains_key(reference.as_str()) {
                return reference.into();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::FaultKind;
    use crate::payment::Status;

    fn ledger(fault_rate_percent: u8) -> Ledger {
        Ledger::new(Beginning { seed: 1, fault_rate_percent, most_payments: 3 })
    }

    fn open(ledger: &mut Ledger, title: &str) -> String {
        let tenant = Tenant::admit("sk_sandbox_abc", Call::CreateLink).unwrap();
        let request = PayinRequest {
            reference: String::new(),
            title: title.into(),
            description: None,
            amount_minor: 50_000,
            currency: "DZD".into(),
            return_url: None,
            notify_url: None,
        };
        ledger.open(tenant, request, 0).reference().to_string()
    }

    #[test]
    fn only_so_many_payments_are_kept_and_the_oldest_goes_first() {
        let mut ledger = ledger(0);
        let made: Vec<String> = (0..5).map(|number| open(&mut ledger, &number.to_string())).collect();
        let kept: Vec<String> = ledger.newest_first(0).map(|payment| payment.view().title).collect();
        assert_eq!(kept, ["4", "3", "2"]);
        assert!(ledger.find(&made[1], 0).is_err());
        assert_eq!(ledger.find(&made[2], 0).unwrap().view().title, "2");
        assert_eq!(ledger.numbers.len(), 3);
    }

    #[test]
    fn a_fault_makes_the_next_payment_of_that_reference_late() {
        let mut ledger = ledger(0);
        let (first, second) = (open(&mut ledger, "a"), open(&mut ledger, "b"));
        let late = Fault::next(FaultKind::ConfirmLate { seconds: 60 }).about(second.as_str());
        ledger.armed.add(late).unwrap();
        assert_eq!(ledger.act(&first, Action::Pay, 0).unwrap().status(), Status::Paid);
        assert!(ledger.act(&first, Action::Pay, 0).is_err());
        assert_eq!(ledger.act(&second, Action::Pay, 0).unwrap().status(), Status::Confirming);
        assert_eq!(ledger.find(&second, 60_000).unwrap().status(), Status::Paid);
    }

    #[test]
    fn bad_luck_repeats_with_the_seed_and_leaves_the_references_alone() {
        let luck = |percent| {
            let mut ledger = ledger(percent);
            let struck: Vec<Option<Fault>> = (0..50).map(|_| ledger.strike(Call::CreateLink, None)).collect();
            (struck, open(&mut ledger, "a"))
        };
        assert_eq!(luck(30), luck(30));
        assert!(luck(30).0.iter().any(Option::is_some));
        assert!(luck(0).0.iter().all(Option::is_none));
        assert_eq!(luck(30).1, luck(0).1);
    }

    #[test]
    fn a_reset_begins_again() {
        let mut ledger = ledger(0);
        let first = open(&mut ledger, "a");
        ledger.reset();
        assert_eq!(ledger.newest_first(0).len(), 0);
        assert_eq!(open(&mut ledger, "a"), first);
    }
}
