//! When something is due next. An order has one alarm, the earliest of what its payments, its
//! expiry and the watch after it ask for; it is derived here and nowhere else.

use crate::order::{Order, OrderState};
use crate::payment::{Payment, PaymentState, Recovery};

/// An opening without an answer is given up after this: 90 s, three times a gateway client's timeout.
pub(crate) const OPEN_PATIENCE_MS: i64 = 90_000;

/// The last check before an expiry is made this long before it: 10 s.
pub(crate) const LAST_LOOK_MS: i64 = 10_000;

/// A customer counts as waiting this long after being seen.
const ATTENDED_MS: i64 = 120_000;

/// How often a waiting customer's payment is checked, the gateway's least interval permitting.
const ATTENDED_INTERVAL_MS: i64 = 3_000;

/// A link that nobody saw is taken as lapsed this long after the gateway lets it lapse.
const LAPSE_MARGIN_MS: i64 = 60_000;

const MINUTE_MS: i64 = 60_000;

impl Order {
    /// When something is due (unix ms): never `None` while the order waits for money.
    pub fn wake_at_ms(&self) -> Option<i64> {
        let own = if self.state.is_waiting() {
            Some(self.terms.expires_at_ms)
        } else {
            let live = self.payments.iter().any(|payment| payment.state.is_live());
            live.then_some(self.terms.watch_until_ms)
        };
        own.into_iter().chain(self.payments.iter().filter_map(payment_alarm)).min()
    }
}

fn payment_alarm(payment: &Payment) -> Option<i64> {
    [payment.check_at_ms, given_up_at(payment)].into_iter().flatten().min()
}

/// When an unanswered opening changes state by the mere passing of time.
pub(crate) fn given_up_at(payment: &Payment) -> Option<i64> {
    match (&payment.state, payment.terms.recovery) {
        (PaymentState::Opening, _) => Some(payment.created_at_ms + OPEN_PATIENCE_MS),
        (PaymentState::Unknown { .. }, Recovery::LapsesUnseen) => {
            Some(payment.created_at_ms + payment.terms.link_ttl_ms + LAPSE_MARGIN_MS)
        }
        (PaymentState::Unknown { .. }, Recovery::LookupByOurReference | Recovery::OpenAgain)
        | (PaymentState::Open { .. }, _)
        | (PaymentState::Processing { .. }, _)
        | (PaymentState::Paid { .. }, _)
        | (PaymentState::Failed { .. }, _)
        | (PaymentState::Expired { .. }, _)
        | (PaymentState::Cancelled { .. }, _) => None,
    }
}

/// When the gateway is to be asked about the payment again, after something happened to it now.
pub(crate) fn next_check(order: &Order, payment: &Payment, now_ms: i64) -> Option<i64> {
    if !payment.terms.checkable {
        return None;
    }
    match &payment.state {
        PaymentState::Open { .. } | PaymentState::Processing { .. } => regular_check(order, payment, now_ms),
        PaymentState::Unknown { .. } => match payment.terms.recovery {
            Recovery::LookupByOurReference | Recovery::OpenAgain => regular_check(order, payment, now_ms),
            Recovery::LapsesUnseen => None,
        },
        // A question that was put and not answered is put again; otherwise one more look will do.
        PaymentState::Failed { link: Some(_), .. }
        | PaymentState::Cancelled { link: Some(_), .. }
        | PaymentState::Expired { link: Some(_), .. } => {
            if payment.in_trouble {
                regular_check(order, payment, now_ms)
            } else {
                last_look(order, now_ms)
            }
        }
        PaymentState::Failed { link: None, .. }
        | PaymentState::Cancelled { link: None, .. }
        | PaymentState::Expired { link: None, .. }
        | PaymentState::Opening
        | PaymentState::Paid { .. } => None,
    }
}

/// The earliest moment at which the gateway lets us ask again.
pub(crate) fn soonest_check(payment: &Payment, now_ms: i64) -> i64 {
    // A check in the future is a clock that was set back: it keeps nobody waiting.
    let last = payment.checked_at_ms.filter(|at| *at <= now_ms);
    last.map_or(now_ms, |at| now_ms.max(at + payment.terms.min_check_interval_ms))
}

fn regular_check(order: &Order, payment: &Payment, now_ms: i64) -> Option<i64> {
    let next = now_ms + interval(order, payment, now_ms).max(payment.terms.min_check_interval_ms);
    match last_look(order, now_ms) {
        Some(look) => Some(next.min(look)),
        None if order.state.is_waiting() => Some(next),
        None => None,
    }
}

/// The next of the two moments at which everything is asked once more: just before the order's
/// expiry, and just before the end of the watch. A paid order needs the second too: it may be paid
/// twice.
fn last_look(order: &Order, now_ms: i64) -> Option<i64> {
    let before_expiry = order.terms.expires_at_ms - LAST_LOOK_MS;
    let before_end = order.terms.watch_until_ms - LAST_LOOK_MS;
    if order.state.is_waiting() && now_ms < before_expiry {
        Some(before_expiry)
    } else {
        (now_ms < before_end).then_some(before_end)
    }
}

fn interval(order: &Order, payment: &Payment, now_ms: i64) -> i64 {
    let attended = order.attended_at_ms.is_some_and(|at| (0..ATTENDED_MS).contains(&(now_ms - at)));
    if attended && !matches!(order.state, OrderState::Paid { .. } | OrderState::Fulfilled { .. }) {
        return ATTENDED_INTERVAL_MS;
    }
    match (now_ms - payment.created_at_ms) / MINUTE_MS {
        ..10 => MINUTE_MS / 2,
        10..60 => MINUTE_MS,
        60..360 => 5 * MINUTE_MS,
        360.. => 15 * MINUTE_MS,
    }
}
