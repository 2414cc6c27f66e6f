//! The whole table of [`decide`]: every situation an order can be in × every event, written to
//! `table.md` and compared with it. `UPDATE_EXPECT=1 cargo test -p guichet-core` writes it anew.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::event::{EntryKind, Event, Resolution, Seen};
use crate::money::{Currency, Money};
use crate::order::{Environment, HeldKind, LatePolicy, Order, OrderState, Terms};
use crate::payment::{FailureReason, PaymentState};
use crate::refusal::Refusal;

use super::decide;
use super::fixtures::{self, *};

const PREAMBLE: &str = "\
# What every event does to every order

Each section is a situation of an order of 2500.00 DZD with its payments A and B; each line says what \
one of the events does in it. A cell is empty where nothing of that kind changes; `needs you` is money \
that is held for a person, `alarm` is when the order is looked at next, `due` is what is done outside \
once this is committed, and `noted` means that no more than the moment of a look was written \
down. `unchanged` means that the event had happened before or does not matter any more.

This file is written by the test in `table.rs`, which fails when a rule changes and this does not.
";

/// Names every variant once: a variant without a name does not compile, and a name that the table
/// never shows fails the test.
macro_rules! words {
    ($list:ident, $name:ident: $of:ty { $($pattern:pat => $word:literal,)* }) => {
        const $list: &[&str] = &[$($word),*];
        fn $name(of: &$of) -> &'static str {
            match of { $($pattern => $word,)* }
        }
    };
}

words!(EVENTS, event_word: Event {
    Event::PaymentRequested { .. } => "payment requested",
    Event::PaymentOpened { .. } => "payment opened",
    Event::OpenFailed { .. } => "open failed",
    Event::OpenLost { .. } => "open lost",
    Event::Checked { .. } => "checked",
    Event::CallbackReceived { .. } => "callback received",
    Event::PaymentTied { .. } => "payment tied",
    Event::CustomerWaiting => "customer waiting",
    Event::Tick => "tick",
    Event::ClockSetBack => "clock set back",
    Event::CancelRequested { .. } => "cancel requested",
    Event::FulfilRequested { .. } => "fulfil requested",
    Event::RevisionRequested { .. } => "revision requested",
    Event::ReopenRequested { .. } => "reopen requested",
    Event::PayerCompleted { .. } => "payer completed",
    Event::HeldResolved { .. } => "held resolved",
    Event::RefundRecorded { .. } => "refund recorded",
    Event::RefundWithdrawn { .. } => "refund withdrawn",
});

words!(SIGHTS, sight_word: Seen {
    Seen::Pending { processing: false } => "pending",
    Seen::Pending { processing: true } => "processing",
    Seen::Paid(_) => "paid",
    Seen::Failed { .. } => "failed",
    Seen::Unknown { .. } => "unknown",
});

words!(ORDER_STATES, order_word: OrderState {
    OrderState::Pending => "pending",
    OrderState::Failed => "failed",
    OrderState::Paid { payment: None, .. } => "paid by nothing",
    OrderState::Fulfilled { payment: None, .. } => "fulfilled, paid by nothing",
    OrderState::Paid { late: false, .. } => "paid",
    OrderState::Paid { late: true, .. } => "paid late",
    OrderState::Fulfilled { late: false, .. } => "fulfilled",
    OrderState::Fulfilled { late: true, .. } => "fulfilled late",
    OrderState::Expired { .. } => "expired",
    OrderState::Cancelled { .. } => "cancelled",
});

words!(PAYMENT_STATES, payment_word: PaymentState {
    PaymentState::Opening => "opening",
    PaymentState::Open { .. } => "open",
    PaymentState::Processing { .. } => "processing",
    PaymentState::Unknown { .. } => "unknown",
    PaymentState::Paid { .. } => "paid",
    PaymentState::Failed { .. } => "failed",
    PaymentState::Expired { link: Some(_), .. } => "expired",
    PaymentState::Expired { link: None, .. } => "expired without a link",
    PaymentState::Cancelled { .. } => "cancelled",
});

words!(HELD_KINDS, held_word: HeldKind {
    HeldKind::PaidLate => "paid_late",
    HeldKind::PaidTwice => "paid_twice",
    HeldKind::AmountMismatch => "amount_mismatch",
    HeldKind::WrongEnvironment => "wrong_environment",
    HeldKind::Undecided => "undecided",
});

words!(REFUSALS, refusal_word: Refusal {
    Refusal::NoSuchPayment => "no_such_payment",
    Refusal::AlreadyPaid => "order_already_paid",
    Refusal::OrderExpired => "order_expired",
    Refusal::OrderCancelled => "order_cancelled",
    Refusal::NotPaid => "order_not_paid",
    Refusal::PaymentInProgress => "payment_in_progress",
    Refusal::PaymentUndecided => "payment_undecided",
    Refusal::PaymentOpen => "payment_open",
    Refusal::TooManyPayments => "too_many_payments",
    Refusal::OrderWaits => "order_waits",
    Refusal::MoneyHeld => "money_held",
    Refusal::MoneyCame => "money_came",
    Refusal::ClientWasTold => "client_was_told",
    Refusal::NothingHeld => "nothing_held",
    Refusal::NotHonourable => "not_honourable",
    Refusal::NothingToRefund => "nothing_to_refund",
    Refusal::RefundExceedsPaid => "refund_exceeds_paid",
    Refusal::RefundCurrency => "refund_currency",
    Refusal::TooManyRefunds => "too_many_refunds",
    Refusal::NoSuchRefund => "no_such_refund",
});

/// An order that has come a certain way, and the payment that the events are about.
pub(super) struct Situation {
    pub(super) name: &'static str,
    order: Order,
    about: u8,
    now_ms: i64,
}

/// Plays the events, each so many seconds after the order was made; the last is when the situation is.
fn situation(name: &'static str, about: u8, mut order: Order, way: &[(i64, Event)]) -> Situation {
    let mut now_ms = START_MS;
    for (at_s, event) in way {
        now_ms = START_MS + at_s * 1_000;
        let decision = decide(&order, event, now_ms).expect("the way to a situation has no refusals");
        order = after(&order, &decision);
    }
    Situation { name, order, about, now_ms }
}

fn live(policy: LatePolicy) -> Order {
    fixtures::order(Environment::Live, both(policy))
}

pub(super) fn situations() -> Vec<Situation> {
    let mut all = waiting();
    all.extend(failed_situations());
    all.extend(closed());
    all.extend(closed_without_money());
    all
}

const MINUTES: i64 = 60;
const AT_EXPIRY: i64 = 30 * MINUTES;
const AT_WATCH_END: i64 = AT_EXPIRY + 24 * 60 * MINUTES;

fn at(at_s: i64) -> i64 {
    START_MS + at_s * 1_000
}

fn waiting() -> Vec<Situation> {
    let order = || live(LatePolicy::Honour);
    let tick = |at_s| (at_s, Event::Tick);
    let asked = |terms| (0, ask(A, 1, terms));
    let open = (1, opened(A, at(1)));
    let play = || fixtures::order(Environment::Test, both(LatePolicy::Honour));
    let two =
        [asked(LAPSES), open.clone(), (2, ask(B, 2, LAPSES)), (3, opened(B, at(3))), (60, processing(B))];
    vec![
        situation("pending, no payment", A, order(), &[]),
        situation("pending, A opening", A, order(), &[asked(LAPSES)]),
        situation("pending, A open", A, order(), &[asked(LAPSES), open.clone()]),
        situation(
            "pending, A open, its link lapsed",
            A,
            order(),
            &[asked(LAPSES), open.clone(), (25 * MINUTES, pending(A))],
        ),
        situation(
            "pending, A open, the gateway in trouble",
            A,
            order(),
            &[asked(LAPSES), open.clone(), (31, trouble(A))],
        ),
        situation("pending, A processing", A, order(), &[asked(LAPSES), open.clone(), (60, processing(A))]),
        situation(
            "pending, A processing, its link lapsed",
            A,
            order(),
            &[asked(LAPSES), open.clone(), (25 * MINUTES, processing(A))],
        ),
        situation("pending, A open at one account, B processing at another", A, order(), &two),
        situation("pending, A unknown: it lapses unseen", A, order(), &[asked(LAPSES), (30, lost(A))]),
        situation("pending, A unknown: it can be looked up", A, order(), &[asked(LOOKUP), (30, lost(A))]),
        situation("pending, A unknown: it can be opened again", A, order(), &[asked(AGAIN), (30, lost(A))]),
        situation(
            "pending, A paid a wrong amount, held",
            A,
            order(),
            &[asked(LAPSES), open.clone(), (60, underpaid(A))],
        ),
        situation("pending, A tied to it", A, order(), &[(0, tie(A, 1, LAPSES))]),
        situation(
            "pending, A tied to it, pending at the gateway",
            A,
            order(),
            &[(0, tie(A, 1, LAPSES)), (1, pending(A))],
        ),
        situation("pending, A open in cash", A, order(), &[asked(CASH), open.clone()]),
        situation("pending test order, A open", A, play(), &[asked(LAPSES), open.clone()]),
        situation(
            "pending past its expiry, A not looked at yet",
            A,
            order(),
            &[asked(LAPSES), open, tick(AT_EXPIRY + 600)],
        ),
    ]
}

fn failed_situations() -> Vec<Situation> {
    let order = || live(LatePolicy::Honour);
    let open = [(0, ask(A, 1, LAPSES)), (1, opened(A, at(1)))];
    let then = |event: Event| open.iter().cloned().chain([(60, event)]).collect::<Vec<_>>();
    let declined_then_silent =
        [&then(failed(A, FailureReason::Declined))[..], &[(AT_EXPIRY - 9, trouble(A))]].concat();
    let lapsed_unseen = [(0, ask(A, 1, LAPSES)), (30, lost(A)), (21 * MINUTES, Event::Tick)];
    let mut twenty = Vec::new();
    for letter in A..A + 20 {
        twenty.extend([(0, ask(letter, 1, LAPSES)), (1, refused(letter))]);
    }
    vec![
        situation("failed, A declined", A, order(), &then(failed(A, FailureReason::Declined))),
        situation("failed, A declined, the gateway in trouble since", A, order(), &declined_then_silent),
        situation("failed, A cancelled by the payer", A, order(), &then(failed(A, FailureReason::Cancelled))),
        situation("failed, A's link expired", A, order(), &then(failed(A, FailureReason::LinkExpired))),
        situation("failed, A refused at opening", A, order(), &[(0, ask(A, 1, LAPSES)), (1, refused(A))]),
        situation("failed, A unknown, then lapsed unseen", A, order(), &lapsed_unseen),
        situation("failed, twenty payments refused", A, order(), &twenty),
    ]
}

fn closed() -> Vec<Situation> {
    let (honour, hold) = (|| live(LatePolicy::Honour), || live(LatePolicy::Hold));
    let open = [(0, ask(A, 1, LAPSES)), (1, opened(A, at(1)))];
    let with = |more: &[(i64, Event)]| [&open[..], more].concat();
    let b_open = [(2, ask(B, 2, LAPSES)), (3, opened(B, at(3)))];
    let expired = [(AT_EXPIRY - 5, pending(A)), (AT_EXPIRY, Event::Tick)];
    let watched = [(AT_WATCH_END - 5, pending(A)), (AT_WATCH_END, Event::Tick)];
    let twice = with(&[&b_open[..], &[(60, paid(A))]].concat());
    let late = with(&[&expired[..], &[(AT_EXPIRY + 60, paid(A))]].concat());
    let silent = with(&[(AT_EXPIRY - 5, trouble(A)), (AT_EXPIRY, Event::Tick)]);
    let undecided = [&silent[..], &[(AT_WATCH_END - 5, trouble(A)), (AT_WATCH_END, Event::Tick)]].concat();
    let late_and_gone = [&late[..], &[(AT_EXPIRY + 90, fulfil())]].concat();
    let b_failed = [&b_open[..], &[(30, failed(B, FailureReason::Declined)), (60, paid(A))]].concat();
    let cash = [(0, ask(A, 1, CASH)), (1, opened(A, at(1))), (AT_EXPIRY, Event::Tick)];
    let gone = with(&[(60, cancel())]);
    let half = refund(b'R', A, Money::new(PRICE / 2, Currency::DZD));
    let coins = (1..=20).map(|letter| (90, refund(letter, A, Money::new(1, Currency::DZD))));
    let twenty: Vec<_> = coins.collect();
    let gone_late = [&gone[..], &[(120, paid(A))]].concat();
    vec![
        situation("paid by A", A, honour(), &with(&[(60, paid(A))])),
        situation("paid by A, B still open", B, honour(), &twice),
        situation("paid by A, B had failed before", B, honour(), &with(&b_failed)),
        situation("paid by A, then by B too, held", B, honour(), &[&twice[..], &[(90, paid(B))]].concat()),
        situation(
            "paid by A, half of it went back",
            A,
            honour(),
            &with(&[(60, paid(A)), (90, half.clone())]),
        ),
        situation(
            "paid by A, a refund of half was withdrawn",
            A,
            honour(),
            &with(&[(60, paid(A)), (90, half), (95, withdraw_refund(b'R'))]),
        ),
        situation("paid by A, twenty refunds", A, honour(), &with(&[&[(60, paid(A))][..], &twenty].concat())),
        situation("fulfilled, paid by A", A, honour(), &with(&[(60, paid(A)), (90, fulfil())])),
        situation("expired, A still watched, late money is honoured", A, honour(), &with(&expired)),
        situation("expired, A still watched, late money is held", A, hold(), &with(&expired)),
        situation("expired, paid late by A, honoured", A, honour(), &late),
        situation("expired, paid late by A, held", A, hold(), &late),
        situation("fulfilled, paid late by A", A, honour(), &late_and_gone),
        situation("expired, A still watched, the gateway in trouble", A, honour(), &silent),
        situation(
            "expired, the watch over A ended undecided, late money is honoured",
            A,
            honour(),
            &undecided,
        ),
        situation("expired, the watch over A ended undecided, late money is held", A, hold(), &undecided),
        situation("expired, A was cash", A, honour(), &cash),
        situation("expired, the watch over A ended", A, honour(), &with(&[&expired[..], &watched].concat())),
        situation("cancelled, A still watched, late money is honoured", A, honour(), &gone),
        situation("cancelled, A still watched, late money is held", A, hold(), &gone),
        situation("cancelled, paid late by A, held", A, hold(), &gone_late),
        situation("cancelled, the watch over A ended", A, hold(), &[&gone[..], &watched].concat()),
    ]
}

/// Orders that may be taken up again, or may not though nobody saw money; and those that were.
fn closed_without_money() -> Vec<Situation> {
    let order = || live(LatePolicy::Honour);
    let open = [(0, ask(A, 1, LAPSES)), (1, opened(A, at(1)))];
    let with = |more: &[(i64, Event)]| [&open[..], more].concat();
    let declined = with(&[(60, failed(A, FailureReason::Declined)), (AT_EXPIRY, Event::Tick)]);
    let again = |money: Money| (AT_EXPIRY + 60, reopen(money, at(AT_EXPIRY + 60)));
    let price = Money::new(PRICE, Currency::DZD);
    let lost = |terms| vec![(0, ask(A, 1, terms)), (30, lost(A)), (40, pending(A)), (60, cancel())];
    let short = with(&[(60, underpaid(A)), (70, resolve(A, Resolution::Dismiss)), (80, cancel())]);
    let mut twenty = Vec::new();
    for letter in A..A + 20 {
        twenty.extend([(0, ask(letter, 1, LAPSES)), (1, refused(letter))]);
    }
    twenty.push((60, cancel()));
    let mut vendors = order();
    vendors.terms = Terms { origin: Some(origin()), ..Terms::clone(&vendors.terms) }.into();
    vec![
        situation("expired, A declined", A, order(), &declined),
        situation(
            "cancelled, A's link lapsed, seen unpaid since",
            A,
            order(),
            &with(&[(60, cancel()), (21 * MINUTES, pending(A))]),
        ),
        situation(
            "cancelled, A's link lapsed, not looked at since",
            A,
            order(),
            &with(&[(60, cancel()), (19 * MINUTES, pending(A)), (21 * MINUTES, Event::CustomerWaiting)]),
        ),
        situation("cancelled, A processing", A, order(), &with(&[(50, processing(A)), (60, cancel())])),
        situation("cancelled, A unknown: it lapses unseen", A, order(), &lost(LAPSES)),
        situation("cancelled, A unknown: it can be looked up", A, order(), &lost(LOOKUP)),
        situation("cancelled, A unknown: it can be opened again", A, order(), &lost(AGAIN)),
        situation("cancelled, A paid a wrong amount, dismissed", A, order(), &short),
        situation("cancelled after twenty payments", A, order(), &twenty),
        situation("cancelled, a vendor's client made it", A, vendors, &[(60, cancel())]),
        situation(
            "taken up again, A had been declined",
            A,
            order(),
            &[&declined[..], &[again(price)]].concat(),
        ),
        situation(
            "taken up again for another price, A had been declined",
            A,
            order(),
            &[&declined[..], &[again(DEARER)]].concat(),
        ),
        situation("taken up again for nothing", A, order(), &[&declined[..], &[again(FREE)]].concat()),
        situation(
            "fulfilled, taken up again for nothing",
            A,
            order(),
            &[&declined[..], &[again(FREE), (AT_EXPIRY + 61, fulfil())]].concat(),
        ),
    ]
}

/// The order as if its payments had been asked about 5 s before then.
fn looked(order: &Order, at_ms: i64) -> Order {
    let mut order = order.clone();
    order.payments.iter_mut().for_each(|payment| payment.checked_at_ms = Some(at_ms - 5_000));
    order
}

pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) event: Event,
    pub(super) order: Order,
    pub(super) now_ms: i64,
}

pub(super) fn cases(situation: &Situation) -> Vec<Case> {
    let Situation { order, about, now_ms, .. } = situation;
    let (about, now_ms) = (*about, now_ms + 1_000);
    let here = if about == B { 2 } else { 1 };
    let price = Money::new(PRICE, Currency::DZD);
    let case = |name, event| Case { name, event, order: order.clone(), now_ms };
    let tick = |name, at_ms: i64, order| Case { name, event: Event::Tick, order, now_ms: now_ms.max(at_ms) };
    let mut cases = vec![
        case("asked to pay at this account", ask(b'Z', here, LAPSES)),
        case("asked to pay at another account", ask(b'Z', 3 - here, LAPSES)),
        case("opened", opened(about, now_ms)),
        case("opening refused", refused(about)),
        case("opening not sent", not_sent(about)),
        case("opening's answer lost", lost(about)),
        case("seen pending", pending(about)),
        case("seen processing", processing(about)),
        case("seen paid", paid(about)),
        case("seen paid, under our id", paid_under(about, pay(about).to_string())),
        case("seen paid, under another's reference", paid_under(about, reference(C))),
        case("seen paid, no amount", receipt(about, None, None)),
        case("seen paid, live money", receipt(about, Some(price), Some(Environment::Live))),
        case("seen paid, test money", receipt(about, Some(price), Some(Environment::Test))),
        case("seen paid, 0.05 DZD", underpaid(about)),
        case("seen paid, as much in XOF", receipt(about, Some(Money::new(PRICE, Currency::XOF)), None)),
        case("seen failed", failed(about, FailureReason::DeclinedCancelledOrExpired)),
        case("seen cancelled", failed(about, FailureReason::Cancelled)),
        case("seen lapsed", failed(about, FailureReason::LinkExpired)),
        case("seen nothing", trouble(about)),
        case("called back", callback(about)),
        case("a forgotten payment tied", tie(b'Z', here, LAPSES)),
        case("customer waiting", Event::CustomerWaiting),
        case("cancel", cancel()),
        case("cancelled by the customer", cancel_by_customer()),
        case("fulfil", fulfil()),
        case("revised, the same price", revise(price)),
        case("revised, another price", revise(DEARER)),
        case("revised, nothing to pay", revise(FREE)),
        case("taken up again", reopen(price, now_ms)),
        case("taken up again, another price", reopen(DEARER, now_ms)),
        case("taken up again, nothing to pay", reopen(FREE, now_ms)),
        case("asked to pay in cash, which takes two days", ask(b'Z', 3 - here, SLOW_CASH)),
        case("phone filled in", fill_in()),
        case("honour", resolve(about, Resolution::Honour)),
        case("dismiss", resolve(about, Resolution::Dismiss)),
        case("all of it went back", refund(b'Y', about, price)),
        case("half of it went back", refund(b'Y', about, Money::new(PRICE / 2, Currency::DZD))),
        case("nothing went back", refund(b'Y', about, FREE)),
        case("as much in XOF went back", refund(b'Y', about, Money::new(PRICE, Currency::XOF))),
        case("the first refund recorded again", refund(b'R', about, price)),
        case("the first refund withdrawn", withdraw_refund(b'R')),
        case("tick at once", Event::Tick),
        case("clock set back", Event::ClockSetBack),
    ];
    cases.extend(order.wake_at_ms().map(|at_ms| tick("tick at the alarm", at_ms, order.clone())));
    let expiry = if order.state.is_waiting() { Some(EXPIRY_MS) } else { None };
    cases.extend(expiry.map(|at_ms| tick("tick at expiry, not looked", at_ms, order.clone())));
    cases.extend(expiry.map(|at_ms| tick("tick at expiry, looked", at_ms, looked(order, at_ms))));
    cases.push(tick("tick at the end of watch, not looked", WATCH_END_MS, order.clone()));
    cases.push(tick("tick at the end of watch, looked", WATCH_END_MS, looked(order, WATCH_END_MS)));
    cases
}

/// One line per answer: events with the same answer share it, in the order of [`cases`].
fn section(situation: &Situation) -> String {
    let mut lines: Vec<([String; 4], Vec<&str>)> = Vec::new();
    for case in cases(situation) {
        let cells = answer(&case.order, &decide(&case.order, &case.event, case.now_ms), case.now_ms);
        match lines.iter_mut().find(|(known, _)| *known == cells) {
            Some((_, names)) => names.push(case.name),
            None => lines.push((cells, vec![case.name])),
        }
    }
    let alarm = moment(situation.order.wake_at_ms(), situation.now_ms);
    let mut text = format!("\n## {}\n\nAlarm: {alarm}.\n\n", situation.name);
    text += "| event | order | payment | journal | alarm / effects |\n|---|---|---|---|---|\n";
    lines.sort_by_key(|(cells, _)| idle(cells));
    for (cells, names) in lines {
        let [order, payment, journal, due] = cells;
        writeln!(text, "| {} | {order} | {payment} | {journal} | {due} |", names.join("; "))
            .expect("text takes text");
    }
    text
}

/// Answers that do nothing stand at the end of a section.
fn idle(cells: &[String; 4]) -> bool {
    cells[0] == "unchanged" || cells[0].starts_with("refused")
}

fn rendered() -> String {
    let sections: Vec<String> = situations().iter().map(section).collect();
    format!("{PREAMBLE}{}", sections.concat())
}

#[test]
fn the_table_is_as_written() {
    expect_test::expect_file!["table.md"].assert_eq(&rendered());
}

fn all_of(words: &[&'static str]) -> BTreeSet<&'static str> {
    words.iter().copied().collect()
}

#[test]
fn every_event_is_in_the_table() {
    let cases: Vec<Case> = situations().iter().flat_map(cases).collect();
    let events: BTreeSet<_> = cases.iter().map(|case| event_word(&case.event)).collect();
    assert_eq!(events, all_of(EVENTS));
    let mut sights = BTreeSet::new();
    for case in &cases {
        if let Event::Checked { seen, .. } = &case.event {
            sights.insert(sight_word(seen));
        }
    }
    assert_eq!(sights, all_of(SIGHTS));
}

#[test]
fn every_state_is_a_situation() {
    let orders: Vec<Order> = situations().into_iter().map(|situation| situation.order).collect();
    let states: BTreeSet<_> = orders.iter().map(|order| order_word(&order.state)).collect();
    assert_eq!(states, all_of(ORDER_STATES));
    let payments = orders.iter().flat_map(|order| &order.payments);
    let states: BTreeSet<_> = payments.map(|payment| payment_word(&payment.state)).collect();
    assert_eq!(states, all_of(PAYMENT_STATES));
}

#[test]
fn every_answer_is_in_the_table() {
    let (mut held, mut refusals, mut journal) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for case in situations().iter().flat_map(cases) {
        match decide(&case.order, &case.event, case.now_ms) {
            Err(refusal) => {
                refusals.insert(refusal_word(&refusal));
            }
            Ok(decision) => {
                held.extend(after(&case.order, &decision).held.iter().map(|held| held_word(&held.kind)));
                journal.extend(entries(&decision).iter().map(|entry| entry.kind.as_str()));
            }
        }
    }
    assert_eq!(held, all_of(HELD_KINDS));
    assert_eq!(refusals, all_of(REFUSALS));
    let kinds = EntryKind::ALL.iter().filter(|kind| **kind != EntryKind::OrderCreated);
    assert_eq!(journal, kinds.map(|kind| kind.as_str()).collect());
}
