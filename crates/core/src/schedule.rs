//! The schedule of an order. It has one alarm: the earliest time that its payments, its expiry or the watch after
//! it ask for. The alarm is derived here and nowhere else.

use crate::order::{Order, OrderState};
use crate::payment::{Payment, PaymentState, Recovery};

/// The time after which an opening without an answer counts as unknown: 90 s, three times a gateway client's
/// timeout.
pub(crate) const OPEN_TIMEOUT_MS: i64 = 90_000;

/// The time by which the last check precedes an expiry, or the end of the watch: 10 s.
pub(crate) const LAST_CHECK_MS: i64 = 10_000;

/// The time for which a customer counts as waiting after a visit: 120 s.
const ATTENDED_MS: i64 = 120_000;

/// The interval of checks while a customer waits, unless the gateway's least interval is longer: 3 s.
const ATTENDED_INTERVAL_MS: i64 = 3_000;

/// The time after a link's expiry at the gateway when one that was never handed out counts as expired: 60 s.
const LINK_EXPIRY_MARGIN_MS: i64 = 60_000;

const MINUTE_MS: i64 = 60_000;

impl Order {
    /// The order's alarm: the earliest time at which something is due (unix ms). Never `None` while the order
    /// waits for money.
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

/// The time at which an unanswered opening changes its state without any answer.
pub(crate) fn given_up_at(payment: &Payment) -> Option<i64> {
    match (&payment.state, payment.terms.recovery) {
        (PaymentState::Opening, _) => Some(payment.created_at_ms + OPEN_TIMEOUT_MS),
        (PaymentState::Unknown { .. }, Recovery::LapsesUnseen) => {
            Some(payment.created_at_ms + payment.terms.link_ttl_ms + LINK_EXPIRY_MARGIN_MS)
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

/// The time of the payment's next check, after something happened to it now.
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
        // A check without an answer is made again; otherwise one more before the next end is enough.
        PaymentState::Failed { link: Some(_), .. }
        | PaymentState::Cancelled { link: Some(_), .. }
        | PaymentState::Expired { link: Some(_), .. } => {
            if payment.in_trouble {
                regular_check(order, payment, now_ms)
            } else {
                last_check(order, now_ms)
            }
        }
        PaymentState::Failed { link: None, .. }
        | PaymentState::Cancelled { link: None, .. }
        | PaymentState::Expired { link: None, .. }
        | PaymentState::Opening
        | PaymentState::Paid { .. } => None,
    }
}

/// The earliest time at which the gateway allows another check.
pub(crate) fn soonest_check(payment: &Payment, now_ms: i64) -> i64 {
    // A check dated in the future means that the clock was set back; it must not delay the next one.
    let last = payment.checked_at_ms.filter(|at| *at <= now_ms);
    last.map_or(now_ms, |at| now_ms.max(at + payment.terms.min_check_interval_ms))
}

fn regular_check(order: &Order, payment: &Payment, now_ms: i64) -> Option<i64> {
    let next = now_ms + interval(order, payment, now_ms).max(payment.terms.min_check_interval_ms);
    match last_check(order, now_ms) {
        Some(look) => Some(next.min(look)),
        None if order.state.is_waiting() => Some(next),
        None => None,
    }
}

/// The next of the two times at which every payment is checked once more: just before the order's expiry, and
/// just before the end of the watch. A paid order needs the second too, because it may be paid twice.
fn last_check(order: &Order, now_ms: i64) -> Option<i64> {
    let before_expiry = order.terms.expires_at_ms - LAST_CHECK_MS;
    let before_end = order.terms.watch_until_ms - LAST_CHECK_MS;
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
