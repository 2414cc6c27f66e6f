//! The laws that hold whatever happens: random events over three payments of one order, with time
//! that runs, leaps and falls back, and after each of them everything that must still be true.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError};

use crate::book::{Sums, difference, share};
use crate::event::{Entry, EntryKind, Event, Evidence, Resolution, Seen};
use crate::id::PaymentId;
use crate::money::{Currency, Money};
use crate::order::{Environment, HeldKind, LatePolicy, Order, OrderState, Policy, Terms};
use crate::payment::{FailureReason, Payment, PaymentState, PaymentTerms, Recovery};
use crate::receipt::Receipt;
use crate::refund::Refund;
use crate::refusal::Refusal;
use crate::schedule::LAST_CHECK_MS;

use super::fixtures::{self, *};
use super::{Decision, Effect, decide};

/// What an order's state may become; see the product's chapter on states.
const ORDER_MOVES: &[(&str, &str)] = &[
    ("pending", "failed"),
    ("pending", "paid"),
    ("pending", "expired"),
    ("pending", "cancelled"),
    ("failed", "pending"),
    ("failed", "paid"),
    ("failed", "expired"),
    ("failed", "cancelled"),
    ("expired", "paid"),
    ("expired", "pending"),
    ("cancelled", "paid"),
    ("cancelled", "pending"),
    ("paid", "fulfilled"),
];

/// What a payment's state may become. Only `expired` comes back to `open`: its answer had been
/// given up, and came after all.
const PAYMENT_MOVES: &[(&str, &str)] = &[
    ("opening", "open"),
    ("opening", "unknown"),
    ("opening", "paid"),
    ("opening", "failed"),
    ("opening", "expired"),
    ("opening", "cancelled"),
    ("open", "processing"),
    ("open", "paid"),
    ("open", "failed"),
    ("open", "expired"),
    ("open", "cancelled"),
    ("processing", "paid"),
    ("processing", "failed"),
    ("processing", "expired"),
    ("processing", "cancelled"),
    ("unknown", "open"),
    ("unknown", "paid"),
    ("unknown", "failed"),
    ("unknown", "expired"),
    ("unknown", "cancelled"),
    ("failed", "paid"),
    ("expired", "paid"),
    ("expired", "open"),
    ("cancelled", "paid"),
];

/// How time moves before the next event.
#[derive(Debug, Clone, Copy)]
enum Leap {
    Forward(i64),
    Back(i64),
    ToAlarm,
    To(i64),
}

fn leaps() -> impl Strategy<Value = Leap> {
    prop_oneof![
        20 => (0..60_000_i64).prop_map(Leap::Forward),
        1 => (0..4 * 3_600_000_i64).prop_map(Leap::Forward),
        8 => Just(Leap::ToAlarm),
        1 => (0..3_600_000_i64).prop_map(Leap::Back),
        1 => (-15_000..15_000_i64).prop_map(|ms| Leap::To(EXPIRY_MS + ms)),
        1 => (-15_000..15_000_i64).prop_map(|ms| Leap::To(WATCH_END_MS + ms)),
    ]
}

fn leapt(order: &Order, now_ms: i64, leap: Leap) -> i64 {
    match leap {
        Leap::Forward(ms) => now_ms + ms,
        Leap::Back(ms) => now_ms - ms,
        Leap::ToAlarm => order.wake_at_ms().map_or(now_ms, |at_ms| at_ms.max(now_ms)),
        Leap::To(at_ms) => at_ms,
    }
}

fn letters() -> impl Strategy<Value = u8> {
    prop_oneof![5 => Just(A), 4 => Just(B), 1 => Just(C)]
}

fn kinds_of_terms() -> impl Strategy<Value = PaymentTerms> {
    prop_oneof![4 => Just(LAPSES), 2 => Just(LOOKUP), 2 => Just(AGAIN), 1 => Just(CASH), 1 => Just(SLOW_CASH)]
}

/// The reference that evidence speaks of: the gateway's, our payment id, or another payment's.
#[derive(Debug, Clone, Copy)]
enum Under {
    Its,
    Ours,
    Another,
}

fn seen_paid(payment: u8, money: Option<Money>, environment: Option<Environment>, under: Under) -> Event {
    let reference = match under {
        Under::Its => reference(payment),
        Under::Ours => pay(payment).to_string(),
        Under::Another => reference(b'Z'),
    };
    checked(payment, Seen::Paid(Evidence { money, reference, environment, receipt: Receipt::default() }))
}

fn receipts() -> impl Strategy<Value = (Option<Money>, Option<Environment>, Under)> {
    let amount = prop_oneof![6 => Just(PRICE), 1 => Just(PRICE - 1), 1 => Just(PRICE / 100)];
    let currency = prop_oneof![8 => Just(Currency::DZD), 1 => Just(Currency::XOF)];
    let money = (amount, currency).prop_map(|(amount, currency)| Money::new(amount, currency));
    let environment = prop_oneof![
        3 => Just(None),
        4 => Just(Some(Environment::Live)),
        1 => Just(Some(Environment::Test)),
    ];
    let under = prop_oneof![12 => Just(Under::Its), 2 => Just(Under::Ours), 1 => Just(Under::Another)];
    (prop::option::weighted(0.8, money), environment, under)
}

fn reasons() -> impl Strategy<Value = FailureReason> {
    prop_oneof![
        Just(FailureReason::Declined),
        Just(FailureReason::Cancelled),
        Just(FailureReason::LinkExpired),
        Just(FailureReason::DeclinedCancelledOrExpired),
    ]
}

fn events() -> impl Strategy<Value = Event> {
    let resolution = prop_oneof![Just(Resolution::Honour), Just(Resolution::Dismiss)];
    prop_oneof![
        6 => (letters(), kinds_of_terms()).prop_map(|(at, terms)| ask(at, if at == B { 2 } else { 1 }, terms)),
        6 => (letters(), 0..EXPIRY_MS - START_MS).prop_map(|(at, ms)| opened(at, START_MS + ms)),
        1 => letters().prop_map(refused),
        1 => letters().prop_map(not_sent),
        2 => letters().prop_map(lost),
        2 => letters().prop_map(pending),
        2 => letters().prop_map(processing),
        2 => letters().prop_map(trouble),
        2 => letters().prop_map(unclear),
        2 => (letters(), reasons()).prop_map(|(at, reason)| failed(at, reason)),
        5 => (letters(), receipts()).prop_map(|(at, (money, environment, under))| {
            seen_paid(at, money, environment, under)
        }),
        2 => letters().prop_map(callback),
        2 => Just(Event::CustomerWaiting),
        8 => Just(Event::Tick),
        1 => Just(Event::ClockSetBack),
        1 => Just(cancel()),
        1 => Just(fulfil()),
        2 => prices().prop_map(revise),
        3 => (prices(), 0..WATCH_END_MS - START_MS).prop_map(|(money, ms)| reopen(money, START_MS + ms)),
        1 => Just(fill_in()),
        1 => Just(cancel_by_customer()),
        1 => letters().prop_map(|at| tie(at, if at == B { 2 } else { 1 }, LAPSES)),
        1 => (letters(), resolution).prop_map(|(at, resolution)| resolve(at, resolution)),
        3 => (refunds(), letters(), amounts()).prop_map(|(id, at, money)| refund(id, at, money)),
        1 => refunds().prop_map(withdraw_refund),
    ]
}

fn prices() -> impl Strategy<Value = Money> {
    prop_oneof![
        3 => Just(Money::new(PRICE, Currency::DZD)),
        2 => Just(DEARER),
        1 => Just(Money::new(PRICE, Currency::XOF)),
        1 => Just(FREE),
    ]
}

fn refunds() -> impl Strategy<Value = u8> {
    b'P'..b'T'
}

/// What may be said to have gone back.
fn amounts() -> impl Strategy<Value = Money> {
    let amount =
        prop_oneof![2 => Just(PRICE), 4 => Just(PRICE / 3), 1 => Just(1), 1 => Just(0), 1 => Just(-1)];
    let currency = prop_oneof![8 => Just(Currency::DZD), 1 => Just(Currency::XOF)];
    (amount, currency).prop_map(|(amount, currency)| Money::new(amount, currency))
}

fn orders() -> impl Strategy<Value = Order> {
    let policy = || prop_oneof![Just(LatePolicy::Honour), Just(LatePolicy::Hold)];
    let environment = prop_oneof![3 => Just(Environment::Live), 1 => Just(Environment::Test)];
    (environment, policy(), policy()).prop_map(|(environment, paid_after_expiry, paid_after_cancel)| {
        fixtures::order(environment, Policy { paid_after_expiry, paid_after_cancel })
    })
}

fn stories() -> impl Strategy<Value = Vec<(Leap, Event)>> {
    prop::collection::vec((leaps(), events()), 1..40)
}

/// One event and what came of it.
struct Step<'a> {
    before: &'a Order,
    event: &'a Event,
    now_ms: i64,
    result: &'a Result<Decision, Refusal>,
    after: &'a Order,
}

/// What has been seen of an order from its beginning.
#[derive(Default)]
struct Witness {
    settled: usize,
    matching: Vec<u8>,
}

type Law = Result<(), TestCaseError>;

impl Witness {
    fn sees(&mut self, step: &Step<'_>) -> Law {
        let entries = step.result.as_ref().map_or(&[][..], entries);
        self.settled += entries.iter().filter(|entry| entry.kind == EntryKind::OrderPaid).count();
        prop_assert!(self.settled <= 1, "settled twice");
        if let Event::Checked { payment, seen: Seen::Paid(evidence), .. } = step.event
            && step.result.is_ok()
            && fits(step.before, *payment, evidence)
        {
            self.matching.push(letter(*payment) as u8);
        }
        if let Some(payment) = step.after.state.paid_by() {
            prop_assert!(self.matching.contains(&(letter(payment) as u8)), "paid without a matching check");
        }
        Ok(())
    }
}

fn fits(order: &Order, payment: PaymentId, evidence: &Evidence) -> bool {
    let link = order.payment(payment).and_then(|payment| payment.state.link());
    let names_it = evidence.reference == payment.to_string()
        || link.is_none_or(|link| link.reference == evidence.reference);
    let opened_for = order.payment(payment).and_then(|payment| payment.opened_for);
    names_it
        && (evidence.money.is_some() || !order.payment(payment).is_some_and(|payment| payment.tied))
        && evidence.money.or(opened_for).is_none_or(|money| money == order.terms.money)
        && evidence.environment.is_none_or(|environment| environment == order.environment)
}

fn one_version_per_change(step: &Step<'_>) -> Law {
    let grown = i64::from(matches!(step.result, Ok(Decision::Changed(_))));
    prop_assert_eq!(step.after.version, step.before.version + grown);
    Ok(())
}

/// Nothing that was agreed, and nothing that was learnt, is lost.
fn nothing_is_forgotten(step: &Step<'_>) -> Law {
    let (before, after) = (step.before, step.after);
    let revised = matches!(
        step.event,
        Event::RevisionRequested { .. } | Event::ReopenRequested { .. } | Event::PayerCompleted { .. }
    );
    let prolonged = matches!(step.event, Event::PaymentRequested { .. });
    let expiry = (after.terms.expires_at_ms, after.terms.watch_until_ms);
    let same_but_longer = Terms {
        expires_at_ms: expiry.0,
        watch_until_ms: expiry.1,
        expiry_is_usual: after.terms.expiry_is_usual,
        ..Terms::clone(&before.terms)
    };
    let moved = prolonged && expiry.0 >= before.terms.expires_at_ms && same_but_longer == *after.terms;
    prop_assert!(revised || moved || after.terms == before.terms, "the terms moved by themselves");
    let reopened = before.state.status() != "pending" && matches!(step.event, Event::ReopenRequested { .. });
    let same_time = expiry == (before.terms.expires_at_ms, before.terms.watch_until_ms);
    prop_assert!(reopened || moved || same_time, "the expiry moved");
    prop_assert_eq!(identity(after), identity(before));
    for old in &before.payments {
        let new = after.payment(old.id).expect("a payment stays with its order");
        prop_assert_eq!((new.account, new.terms, &new.gateway), (old.account, old.terms, &old.gateway));
        if let Some(link) = old.state.link() {
            prop_assert_eq!(new.state.link(), Some(link));
        }
    }
    Ok(())
}

/// What nothing may touch.
fn identity(order: &Order) -> (&str, bool) {
    (&order.terms.reference, order.terms.origin.is_some())
}

/// An order is taken up again only where nothing of it may be on its way, and nothing of it is held or came.
fn a_second_life_begins_without_money(step: &Step<'_>) -> Law {
    let entries = step.result.as_ref().map_or(&[][..], entries);
    let closed = !step.before.state.is_waiting();
    if !(closed && entries.iter().any(|entry| entry.kind == EntryKind::OrderReopened)) {
        return Ok(());
    }
    prop_assert!(matches!(step.event, Event::ReopenRequested { .. }), "taken up by nobody");
    prop_assert!(!step.before.needs_you(), "taken up under held money");
    let same_price = step.after.terms.money == step.before.terms.money;
    for payment in &step.after.payments {
        match &payment.state {
            PaymentState::Open { .. } => prop_assert!(same_price && payment.is_payable(step.now_ms)),
            PaymentState::Unknown { .. } => {
                prop_assert!(same_price && payment.terms.recovery != Recovery::OpenAgain && !payment.begun);
            }
            PaymentState::Failed { .. } | PaymentState::Expired { .. } | PaymentState::Cancelled { .. } => {}
            PaymentState::Opening | PaymentState::Processing { .. } | PaymentState::Paid { .. } => {
                prop_assert!(false, "taken up while {} is {}", letter(payment.id), payment.state.status());
            }
        }
        let watched = payment.state.link().is_some() && payment.terms.checkable;
        let is_free = step.after.terms.is_free();
        prop_assert!(!watched || is_free || payment.check_at_ms.is_some(), "a link that nobody watches");
    }
    Ok(())
}

/// An order is paid by nothing only where it asks for nothing.
fn nothing_is_paid_by_nothing(step: &Step<'_>) -> Law {
    let (before, after) = (step.before, step.after);
    let by_none = after.state.is_paid() && after.state.paid_by().is_none();
    prop_assert!(!by_none || after.terms.is_free(), "paid by nothing");
    prop_assert!(!(after.terms.is_free() && after.state.is_waiting()), "waits for nothing");
    prop_assert!(!before.state.is_paid() || after.state.is_paid(), "paid no longer");
    Ok(())
}

/// What is asked for stays the same under every payment that may bring it, and once the order is closed.
fn the_price_holds_for_what_is_open(step: &Step<'_>) -> Law {
    let open = |payment: &Payment| payment.terms.checkable && payment.state.is_live();
    let firm = !step.before.state.is_waiting() || step.before.payments.iter().any(open);
    let reopened = matches!(step.event, Event::ReopenRequested { .. })
        && !step.before.state.is_waiting()
        && step.after.terms != step.before.terms;
    prop_assert!(
        !firm || reopened || step.after.terms.money == step.before.terms.money,
        "the price moved under a payment"
    );
    prop_assert!(
        step.before.state.is_waiting() || reopened || step.after.terms == step.before.terms,
        "changed when closed"
    );
    let closed_paid = step.before.state.is_paid();
    prop_assert!(!closed_paid || step.after.terms == step.before.terms, "changed when paid");
    Ok(())
}

/// What is paid stays paid; money that came is either the order's or held, and stays so.
fn money_never_vanishes(step: &Step<'_>) -> Law {
    let (before, after) = (step.before, step.after);
    if let Some(payment) = before.state.paid_by() {
        prop_assert_eq!(after.state.paid_by(), Some(payment));
    }
    for payment in &after.payments {
        let came = matches!(payment.state, PaymentState::Paid { .. });
        let about_it = || after.held.iter().filter(|held| held.payment == payment.id);
        let held = about_it().filter(|held| held.kind != HeldKind::Undecided).count();
        let settled = after.state.paid_by() == Some(payment.id);
        prop_assert!(held <= 1, "held twice");
        prop_assert!(about_it().filter(|held| held.resolved_at_ms.is_none()).count() <= 1, "asks twice");
        prop_assert!(!came || !about_it().any(|held| held.is_undecided(payment.id)), "known, yet undecided");
        prop_assert_eq!(came, settled || held == 1);
        let was = before.payment(payment.id).map(|payment| payment.state.status());
        prop_assert!(was != Some("paid") || came, "money was unsaid");
    }
    prop_assert!(after.held.len() >= before.held.len());
    for (old, new) in before.held.iter().zip(&after.held) {
        let mut same = new.clone();
        same.resolved_at_ms = old.resolved_at_ms;
        prop_assert_eq!(&same, old);
        let resolved_now = new.resolved_at_ms != old.resolved_at_ms;
        let by_a_person =
            matches!(step.event, Event::HeldResolved { payment, .. } if *payment == old.payment);
        let told = matches!(
            step.event,
            Event::Checked { payment, seen: Seen::Paid(_) | Seen::Failed { .. } | Seen::Pending { .. }, .. } if *payment == old.payment
        );
        let decided = by_a_person || (told && old.kind == HeldKind::Undecided);
        prop_assert!(!resolved_now || decided, "resolved by nobody");
        prop_assert!(!resolved_now || old.resolved_at_ms.is_none(), "resolved twice");
    }
    Ok(())
}

/// No more goes back than came, in its currency; a record stays, and is withdrawn by a person at most.
fn no_more_goes_back_than_came(step: &Step<'_>) -> Law {
    let (before, after) = (step.before, step.after);
    for payment in &after.payments {
        let all = after.refunds.iter().filter(|refund| refund.payment == payment.id);
        let counted: Vec<Money> = all.filter(|refund| refund.counts()).map(|refund| refund.money).collect();
        let Some(came) = after.money_of(payment.id) else {
            prop_assert!(counted.is_empty(), "what never came went back");
            continue;
        };
        let back: i64 = counted.iter().map(|money| money.amount_minor).sum();
        prop_assert!(counted.iter().all(|money| money.amount_minor > 0 && money.currency == came.currency));
        prop_assert!(back <= came.amount_minor.max(0), "{back} of {came} went back");
        let left = after.refundable(payment.id).map_or(0, |money| money.amount_minor);
        prop_assert_eq!(left, came.amount_minor.max(0) - back);
        prop_assert!(before.money_of(payment.id).is_none_or(|before| before == came), "the money changed");
    }
    let recorded = usize::from(matches!(step.event, Event::RefundRecorded { .. }));
    prop_assert!(after.refunds.len() <= before.refunds.len() + recorded);
    for (index, old) in before.refunds.iter().enumerate() {
        let new = after.refunds.get(index).expect("a record stays");
        let withdrawn = matches!(step.event, Event::RefundWithdrawn { refund, .. } if *refund == old.id);
        let same = Refund { withdrawn_at_ms: old.withdrawn_at_ms, ..new.clone() };
        prop_assert_eq!(&same, old);
        prop_assert!(withdrawn || new == old, "withdrawn by nobody");
    }
    Ok(())
}

/// The book has what the order says, and nothing else, whatever day it is.
fn the_book_says_what_the_order_says(step: &Step<'_>) -> Law {
    let day_of = |at_ms: i64| at_ms.div_euclid(24 * 3_600_000);
    let (before, after) = (share(step.before, day_of), share(step.after, day_of));
    let mut kept = before.clone();
    for (line, sums) in difference(&before, &after) {
        let known = kept.entry(line).or_default();
        *known = *known + sums;
    }
    kept.retain(|_, sums| *sums != Sums::default());
    prop_assert_eq!(&kept, &after);
    prop_assert!(after.values().all(|sums| sums.to_array().iter().all(|sum| *sum >= 0)), "less than nothing");
    let sums = after.into_values().fold(Sums::default(), |all, sums| all + sums);
    let order = step.after;
    let paid_by = order.state.paid_by().is_some();
    prop_assert_eq!(sums.paid_payments, i64::from(paid_by));
    prop_assert_eq!(sums.paid_amount, if paid_by { order.terms.money.amount_minor } else { 0 });
    let went_back = order.refunds.iter().filter(|refund| refund.counts()).count();
    prop_assert!(sums.refunds <= i64::try_from(went_back).expect("a count"));
    let ended = order.payments.iter().filter(|payment| !payment.state.is_live()).count();
    let told = sums.paid_payments + sums.unfit_payments + sums.unpaid_payments;
    let left_out =
        order.held.iter().filter(|held| held.kind == HeldKind::WrongEnvironment || held.seen.is_none());
    let (ended, left_out) =
        (i64::try_from(ended).expect("a count"), i64::try_from(left_out.count()).expect("a count"));
    prop_assert!(told <= ended && ended - told <= left_out, "{told} of {ended} in the book");
    Ok(())
}

/// The journal, read from the states before, leads to the states after, by legal moves only.
fn the_journal_tells_all(step: &Step<'_>) -> Law {
    let entries: &[Entry] = step.result.as_ref().map_or(&[], entries);
    let mut order = step.before.state.status();
    let mut payments: Vec<_> =
        step.before.payments.iter().map(|payment| (payment.id, payment.state.status())).collect();
    for entry in entries {
        let (Some(old), Some(new)) = (entry.old, entry.new) else {
            let tied = (entry.kind == EntryKind::PaymentTied).then_some("processing");
            prop_assert_eq!((entry.old, entry.new), (None, tied));
            continue;
        };
        if entry.kind.as_str().starts_with("order.") {
            prop_assert_eq!(order, old);
            prop_assert!(ORDER_MOVES.contains(&(old, new)), "order {} → {}", old, new);
            order = new;
        } else {
            let known = payments.iter_mut().find(|(id, _)| Some(*id) == entry.payment);
            let (_, state) = known.expect("a payment that moved had been there");
            prop_assert_eq!(*state, old);
            prop_assert!(PAYMENT_MOVES.contains(&(old, new)), "payment {} → {}", old, new);
            *state = new;
        }
    }
    prop_assert_eq!(order, step.after.state.status());
    for payment in &step.after.payments {
        let told = payments.iter().find(|(id, _)| *id == payment.id).map(|(_, state)| *state);
        let begins =
            |kind| entries.iter().any(|entry| entry.kind == kind && entry.payment == Some(payment.id));
        let tied = begins(EntryKind::PaymentTied);
        let first = if tied { "processing" } else { "opening" };
        prop_assert_eq!(told.unwrap_or(first), payment.state.status());
        let begun = tied || begins(EntryKind::PaymentOpening);
        prop_assert!(told.is_some() || begun, "a payment nobody wrote down");
    }
    Ok(())
}

/// Only the gateway's word makes an unknown payment a failed one; cash, which has none, may be called off.
fn unknown_is_not_failed(step: &Step<'_>) -> Law {
    for (old, new) in step.before.payments.iter().zip(&step.after.payments) {
        let unknown = matches!(old.state, PaymentState::Unknown { .. });
        let failed = matches!(new.state, PaymentState::Failed { .. } | PaymentState::Cancelled { .. });
        let offline_and_called_off =
            !old.terms.checkable && matches!(step.event, Event::CancelRequested { .. });
        let the_gateways_word =
            matches!(step.event, Event::OpenFailed { .. } | Event::Checked { seen: Seen::Failed { .. }, .. });
        prop_assert!(!unknown || !failed || the_gateways_word || offline_and_called_off);
    }
    Ok(())
}

/// A change without a line in the journal moves alarms and looks, and nothing else.
fn silent_changes_move_alarms_only(step: &Step<'_>) -> Law {
    if step.result.as_ref().map_or(&[][..], entries).is_empty() {
        prop_assert_eq!(stripped(step.after), stripped(step.before));
    }
    Ok(())
}

fn stripped(order: &Order) -> Order {
    let mut order = order.clone();
    (order.version, order.attended_at_ms) = (0, None);
    for payment in &mut order.payments {
        payment.called_back_at_ms = None;
        (payment.checked_at_ms, payment.check_at_ms) = (None, None);
        (payment.in_trouble, payment.unclear_since_ms, payment.begun) = (false, None, false);
    }
    order
}

/// Whatever waits has an alarm, and the alarm is neither deaf nor early.
fn the_alarm_is_true(step: &Step<'_>) -> Law {
    let live = step.after.payments.iter().any(|payment| payment.state.is_live());
    let alarm = step.after.wake_at_ms();
    prop_assert!(alarm.is_some() || !(live || step.after.state.is_waiting()), "asleep for ever");
    let ticked = decide(step.after, &Event::Tick, step.now_ms);
    let due = alarm.is_some_and(|at_ms| at_ms <= step.now_ms);
    prop_assert_eq!(ticked == Ok(Decision::Unchanged), !due, "alarm {:?} at {}", alarm, step.now_ms);
    Ok(())
}

/// Nothing is asked of a gateway that it cannot answer.
fn effects_make_sense(step: &Step<'_>) -> Law {
    let effects = match step.result {
        Err(_) | Ok(Decision::Unchanged) => &[][..],
        Ok(Decision::Due(effects)) => effects,
        Ok(Decision::Changed(change)) => &change.effects,
    };
    for effect in effects {
        let (Effect::Open(id) | Effect::Check(id)) = effect;
        let payment = step.after.payment(*id).expect("effects are about payments of the order");
        let known = matches!(payment.state, PaymentState::Paid { .. });
        prop_assert!(!known, "asks what is known");
        match effect {
            Effect::Open(_) => {
                prop_assert!(is_new(payment, step) || payment.terms.recovery == Recovery::OpenAgain);
                prop_assert!(step.after.state.is_waiting(), "opens what nobody may pay");
            }
            Effect::Check(_) => prop_assert!(payment.terms.checkable && can_be_named(payment)),
        }
    }
    Ok(())
}

fn is_new(payment: &Payment, step: &Step<'_>) -> bool {
    payment.state == PaymentState::Opening && step.before.payment(payment.id).is_none()
}

fn can_be_named(payment: &Payment) -> bool {
    payment.state.link().is_some() || payment.terms.recovery == Recovery::LookupByOurReference
}

/// Plays a story to its end, every law holding after every event; gives back where it ends.
fn play(mut order: Order, story: &[(Leap, Event)]) -> Result<(Order, i64), TestCaseError> {
    let (mut now_ms, mut witness) = (START_MS, Witness::default());
    for (leap, event) in story {
        now_ms = leapt(&order, now_ms, *leap);
        let result = decide(&order, event, now_ms);
        prop_assert_eq!(&result, &decide(&order, event, now_ms), "the same question, another answer");
        let after = result.as_ref().map_or_else(|_| order.clone(), |decision| after(&order, decision));
        let step = Step { before: &order, event, now_ms, result: &result, after: &after };
        witness.sees(&step)?;
        for law in [
            one_version_per_change,
            nothing_is_forgotten,
            the_price_holds_for_what_is_open,
            money_never_vanishes,
            no_more_goes_back_than_came,
            the_book_says_what_the_order_says,
            the_journal_tells_all,
            unknown_is_not_failed,
            silent_changes_move_alarms_only,
            the_alarm_is_true,
            effects_make_sense,
            a_second_life_begins_without_money,
            nothing_is_paid_by_nothing,
        ] {
            law(&step)?;
        }
        order = after;
    }
    Ok((order, now_ms))
}

/// Lets time run to every alarm, the gateway answering each question the same way, until nothing is due.
fn run_down(
    mut order: Order,
    mut now_ms: i64,
    check: impl Fn(u8) -> Event,
    open: impl Fn(u8, i64) -> Event,
) -> Result<Order, TestCaseError> {
    let (mut rounds, mut at_once) = (0, 0);
    while let Some(at_ms) = order.wake_at_ms() {
        at_once = if at_ms <= now_ms { at_once + 1 } else { 0 };
        now_ms = now_ms.max(at_ms);
        rounds += 1;
        prop_assert!(at_once <= 10, "it turns on the spot: {:?}", order);
        prop_assert!(rounds <= 12_000, "it never ends: {:?}", order);
        let decision = decide(&order, &Event::Tick, now_ms).expect("ticks are not refused");
        let effects = match &decision {
            Decision::Unchanged => Vec::new(),
            Decision::Due(effects) => effects.clone(),
            Decision::Changed(change) => change.effects.clone(),
        };
        order = after(&order, &decision);
        for effect in effects {
            let event = match effect {
                Effect::Open(id) => open(letter(id) as u8, now_ms),
                Effect::Check(id) => check(letter(id) as u8),
            };
            let decision = decide(&order, &event, now_ms).expect("answers are not refused");
            order = after(&order, &decision);
        }
    }
    Ok(order)
}

fn cases(cases: u32) -> Config {
    Config { cases, failure_persistence: None, ..Config::default() }
}

proptest! {
    #![proptest_config(cases(4_000))]

    #[test]
    fn every_law_holds_after_every_event(order in orders(), story in stories()) {
        play(order, &story)?;
    }
}

proptest! {
    #![proptest_config(cases(1_000))]

    /// However it stands, an order whose gateway never answers again comes to rest.
    #[test]
    fn silence_comes_to_an_end(order in orders(), story in stories()) {
        let (order, now_ms) = play(order, &story)?;
        let order = run_down(order, now_ms, trouble, |at, _| lost(at))?;
        prop_assert!(!order.state.is_waiting());
    }

    /// However it stands, a live payment that the gateway from now on says is paid is settled or
    /// held, unless it has had its last look.
    #[test]
    fn money_is_found(order in orders(), story in stories()) {
        let (order, now_ms) = play(order, &story)?;
        let findable: Vec<_> = order
            .payments
            .iter()
            .filter(|payment| payment.state.is_live() && payment.terms.checkable && can_be_named(payment))
            .filter(|payment| {
                payment.checked_at_ms.is_none_or(|at| at < order.terms.watch_until_ms - LAST_CHECK_MS)
            })
            .map(|payment| payment.id)
            .collect();
        let order = run_down(order, now_ms, paid, opened)?;
        for id in findable {
            let state = order.payment(id).map(|payment| payment.state.status());
            prop_assert_eq!(state, Some("paid"), "{:?}", order);
        }
    }
}

#[test]
fn the_stories_reach_every_state() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut reached = std::collections::BTreeSet::new();
    for _ in 0..1_000 {
        let (order, story) = (orders(), stories()).new_tree(&mut runner).unwrap().current();
        let (order, _) = play(order, &story).unwrap();
        reached.insert(order.state.status());
        reached.extend(order.payments.iter().map(|payment| payment.state.status()));
        reached.extend(order.held.iter().map(|held| held.kind.as_str()));
        if let OrderState::Paid { late: true, .. } = order.state {
            reached.insert("paid after all");
        }
        if order.payments.iter().any(|payment| payment.before_reopening) {
            reached.insert("taken up again");
        }
        if order.state.is_paid() && order.state.paid_by().is_none() {
            reached.insert("paid by nothing");
        }
    }
    let words = [
        "pending",
        "failed",
        "paid",
        "paid after all",
        "paid by nothing",
        "taken up again",
        "fulfilled",
        "expired",
        "cancelled",
        "opening",
        "open",
        "processing",
        "unknown",
        "paid_late",
        "paid_twice",
        "amount_mismatch",
        "wrong_environment",
        "undecided",
    ];
    assert_eq!(reached, words.into_iter().collect());
}
