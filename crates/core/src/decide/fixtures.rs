//! The fixtures of this folder's tests: one order of 2,500.00 dinars, its payments A, B and C at two gateway
//! accounts, events in short words, and the text of a decision.

use crate::event::{Actor, Entry, Event, Evidence, Resolution, Seen};
use crate::id::{AccountId, CredentialId, KeyId, MerchantId, OrderId, PaymentId, RefundId};
use crate::money::{Currency, Money};
use crate::order::{Breakdown, Environment, LatePolicy, Order, Origin, Policy, Presentation, Terms};
use crate::payer::Payer;
use crate::payment::{FailureReason, Link, PaymentTerms, Recovery, ReferenceFormat};
use crate::phone::Phone;
use crate::receipt::Receipt;
use crate::refund::{Refund, RefundMethod};
use crate::refusal::Refusal;
use crate::schedule::LAST_CHECK_MS;

use super::{Decision, Effect, NewOrder, create};

/// When the order is made.
pub(super) const START_MS: i64 = 1_770_000_000_000;
/// When it expires: half an hour later.
pub(super) const EXPIRY_MS: i64 = START_MS + 30 * 60_000;
/// When the watch over it ends.
pub(super) const WATCH_END_MS: i64 = EXPIRY_MS + crate::order::WATCH_MS;
/// What it asks for.
pub(super) const PRICE: i64 = 250_000;

pub(super) const A: u8 = b'A';
pub(super) const B: u8 = b'B';
pub(super) const C: u8 = b'C';

/// A gateway that forgets what it was not told to remember: 5 s between checks, links of 20 minutes.
pub(super) const LAPSES: PaymentTerms = PaymentTerms {
    recovery: Recovery::LapsesUnseen,
    checkable: true,
    min_check_interval_ms: 5_000,
    link_ttl_ms: 20 * 60_000,
    reference_format: ReferenceFormat::NotSent,
    tells_begun: true,
    order_life_ms: None,
    declared_fee: None,
};
/// A gateway whose checks do not tell whether the payer has begun.
pub(super) const MUTE: PaymentTerms = PaymentTerms { tells_begun: false, ..LAPSES };
pub(super) const LOOKUP: PaymentTerms = PaymentTerms {
    recovery: Recovery::LookupByOurReference,
    reference_format: ReferenceFormat::LettersAndDigits,
    ..LAPSES
};
pub(super) const AGAIN: PaymentTerms =
    PaymentTerms { recovery: Recovery::OpenAgain, reference_format: ReferenceFormat::AsWritten, ..LAPSES };
pub(super) const CASH: PaymentTerms = PaymentTerms { checkable: false, ..LAPSES };
/// The time that an order is given to be paid in cash: two days.
pub(super) const CASH_LIFE_MS: i64 = 2 * 24 * 3_600_000;
pub(super) const SLOW_CASH: PaymentTerms = PaymentTerms { order_life_ms: Some(CASH_LIFE_MS), ..CASH };

pub(super) fn pay(letter: u8) -> PaymentId {
    PaymentId::new(START_MS, [letter; 10])
}

pub(super) fn letter(id: PaymentId) -> char {
    let letter = (0..=u8::MAX).find(|letter| pay(*letter) == id);
    letter.map(char::from).expect("a payment of these tests")
}

pub(super) fn shop() -> Actor {
    Actor::Key { id: KeyId::new(START_MS, [9; 10]) }
}

pub(super) fn order(environment: Environment, policy: Policy) -> Order {
    let terms = Terms {
        reference: "basket-1".to_owned(),
        money: Money::new(PRICE, Currency::DZD),
        items: Vec::new(),
        breakdown: Breakdown::default(),
        title: "A basket".to_owned(),
        description: None,
        payer: Payer::default(),
        presentation: Presentation::default(),
        origin: None,
        payment_link: None,
        return_url: None,
        metadata: serde_json::Map::new(),
        policy,
        expires_at_ms: EXPIRY_MS,
        watch_until_ms: WATCH_END_MS,
        expiry_is_usual: true,
    };
    let (id, merchant) = (OrderId::new(START_MS, [1; 10]), MerchantId::new(START_MS, [2; 10]));
    create(NewOrder { id, merchant, environment, terms: terms.into(), actor: shop() }, START_MS).order
}

/// A vendor's client that made the order.
pub(super) fn origin() -> Origin {
    Origin {
        dialect: "cinetpay".to_owned(),
        credential: CredentialId::new(START_MS, [3; 10]),
        reference: "vendors-1".to_owned(),
        idempotency_key: None,
        failure_url: None,
        notify_url: None,
        echo: serde_json::Map::new(),
    }
}

pub(super) fn both(policy: LatePolicy) -> Policy {
    Policy { paid_after_expiry: policy, paid_after_cancel: policy }
}

pub(super) fn account(number: u8) -> AccountId {
    AccountId::new(START_MS, [number; 10])
}

/// A payment asked for at an account (1 or 2) of a gateway with these terms.
pub(super) fn ask(payment: u8, at: u8, terms: PaymentTerms) -> Event {
    let gateway = if terms.checkable { "ocpay" } else { "cash" };
    Event::PaymentRequested {
        payment: pay(payment),
        account: account(at),
        gateway: gateway.to_owned(),
        terms,
        actor: Actor::Customer { id: None },
    }
}

/// A link opened at `now_ms`, payable for as long as [`LAPSES`] says.
pub(super) fn opened(payment: u8, now_ms: i64) -> Event {
    let link = Link {
        alias: None,
        reference: reference(payment),
        url: Some(format!("https://pay.example/{}", char::from(payment))),
        expires_at_ms: Some(now_ms + LAPSES.link_ttl_ms),
        fee: None,
    };
    Event::PaymentOpened { payment: pay(payment), link }
}

pub(super) fn reference(payment: u8) -> String {
    format!("ref-{}", char::from(payment))
}

pub(super) fn refused(payment: u8) -> Event {
    let reason =
        FailureReason::OpenRefused { refusal: "amount_too_low".to_owned(), message: "No.".to_owned() };
    Event::OpenFailed { payment: pay(payment), reason }
}

pub(super) fn not_sent(payment: u8) -> Event {
    let reason = FailureReason::NotSent { message: "No route.".to_owned() };
    Event::OpenFailed { payment: pay(payment), reason }
}

pub(super) fn lost(payment: u8) -> Event {
    Event::OpenLost { payment: pay(payment), trouble: "gateway_timeout".to_owned() }
}

pub(super) fn checked(payment: u8, seen: Seen) -> Event {
    Event::Checked { payment: pay(payment), asked_at_ms: i64::MAX, seen, actor: Actor::Worker }
}

pub(super) fn pending(payment: u8) -> Event {
    checked(payment, Seen::Pending { processing: false })
}

pub(super) fn processing(payment: u8) -> Event {
    checked(payment, Seen::Pending { processing: true })
}

pub(super) fn receipt(payment: u8, money: Option<Money>, environment: Option<Environment>) -> Event {
    checked(
        payment,
        Seen::Paid(Evidence {
            money,
            reference: reference(payment),
            environment,
            receipt: Receipt::default(),
        }),
    )
}

/// The whole price, paid under a reference that need not be the payment's own.
pub(super) fn paid_under(payment: u8, reference: String) -> Event {
    let money = Some(Money::new(PRICE, Currency::DZD));
    checked(
        payment,
        Seen::Paid(Evidence { money, reference, environment: None, receipt: Receipt::default() }),
    )
}

pub(super) fn paid(payment: u8) -> Event {
    receipt(payment, Some(Money::new(PRICE, Currency::DZD)), None)
}

pub(super) fn underpaid(payment: u8) -> Event {
    receipt(payment, Some(Money::new(5, Currency::DZD)), None)
}

pub(super) fn failed(payment: u8, reason: FailureReason) -> Event {
    checked(payment, Seen::Failed { reason })
}

pub(super) fn trouble(payment: u8) -> Event {
    let (trouble, raw) = ("gateway_timeout".to_owned(), String::new());
    checked(payment, Seen::Unknown { trouble, raw, unclear: false })
}

pub(super) fn unclear(payment: u8) -> Event {
    let (trouble, raw) = ("unlisted_status".to_owned(), "ON_HOLD".to_owned());
    checked(payment, Seen::Unknown { trouble, raw, unclear: true })
}

pub(super) fn callback(payment: u8) -> Event {
    Event::CallbackReceived { payment: pay(payment), body: "{}".to_owned() }
}

/// A payment that nothing was known of, tied to the order.
pub(super) fn tie(payment: u8, at: u8, terms: PaymentTerms) -> Event {
    Event::PaymentTied {
        payment: pay(payment),
        account: account(at),
        gateway: "ocpay".to_owned(),
        terms,
        reference: reference(payment),
        actor: Actor::Operator { login: "amina".to_owned() },
    }
}

pub(super) fn cancel() -> Event {
    Event::CancelRequested { actor: shop() }
}

pub(super) fn cancel_by_customer() -> Event {
    Event::CancelRequested { actor: Actor::Customer { id: None } }
}

pub(super) fn fulfil() -> Event {
    Event::FulfilRequested { actor: shop() }
}

/// What the order asks for from now on, with notes that say so.
pub(super) fn revise(money: Money) -> Event {
    let order = order(Environment::Live, both(LatePolicy::Honour));
    let notes = [("basket".to_owned(), serde_json::Value::from(money.to_string()))];
    let terms = Terms { money, metadata: notes.into_iter().collect(), ..Terms::clone(&order.terms) };
    Event::RevisionRequested { terms: Box::new(terms), actor: Actor::Customer { id: None } }
}

/// The order is taken up again for that money, for half an hour from then on.
pub(super) fn reopen(money: Money, now_ms: i64) -> Event {
    let order = order(Environment::Live, both(LatePolicy::Honour));
    let terms = Terms { money, ..Terms::clone(&order.terms) };
    let terms = terms.expiring_at(now_ms + (EXPIRY_MS - START_MS));
    Event::ReopenRequested { terms: Box::new(terms), actor: shop() }
}

/// Nothing at all, as with a coupon for the whole price.
pub(super) const FREE: Money = Money { amount_minor: 0, currency: Currency::DZD };

/// The customer's phone number, which the order lacks.
pub(super) fn fill_in() -> Event {
    let payer = Payer { phone: Phone::parse("+213551234567").ok(), ..Payer::default() };
    Event::PayerCompleted { payer: Box::new(payer), actor: Actor::Customer { id: None } }
}

/// A tenth more than the price.
pub(super) const DEARER: Money = Money { amount_minor: PRICE + PRICE / 10, currency: Currency::DZD };

pub(super) fn resolve(payment: u8, resolution: Resolution) -> Event {
    Event::HeldResolved { payment: pay(payment), resolution, actor: shop() }
}

pub(super) fn refund_id(letter: u8) -> RefundId {
    RefundId::new(START_MS, [letter; 10])
}

/// Money of a payment that went back in cash.
pub(super) fn refund(letter: u8, payment: u8, money: Money) -> Event {
    let refund = Refund {
        id: refund_id(letter),
        payment: pay(payment),
        money,
        method: RefundMethod::Cash,
        reference: None,
        reason: "Out of stock.".to_owned(),
        recorded_by: shop(),
        at_ms: 0,
        withdrawn_at_ms: None,
    };
    Event::RefundRecorded { refund: Box::new(refund) }
}

pub(super) fn withdraw_refund(letter: u8) -> Event {
    let reason = "It was another order.".to_owned();
    Event::RefundWithdrawn { refund: refund_id(letter), reason, actor: shop() }
}

/// The order after a decision; the same one when nothing changed.
pub(super) fn after(before: &Order, decision: &Decision) -> Order {
    match decision {
        Decision::Changed(change) => change.order.clone(),
        Decision::Unchanged | Decision::Due(_) => before.clone(),
    }
}

/// What changed in the order itself: its state, what came to be held or resolved, and what went back.
fn order_cell(before: &Order, after: &Order) -> String {
    let mut parts = Vec::new();
    if before.state.status() != after.state.status() {
        parts.push(format!("{} → {}", before.state.status(), after.state.status()));
    }
    for (index, held) in after.held.iter().enumerate() {
        if before.held.get(index) != Some(held) {
            let how = if held.resolved_at_ms.is_some() { "resolved" } else { "needs you" };
            parts.push(format!("{how}: {}", held.kind.as_str()));
        }
    }
    for (index, refund) in after.refunds.iter().enumerate() {
        if before.refunds.get(index) != Some(refund) {
            let how = if refund.counts() { "went back" } else { "did not go back" };
            parts.push(format!("{how}: {}", refund.money));
        }
    }
    parts.join(", ")
}

/// Which payments moved, and where to.
fn payment_cell(before: &Order, after: &Order) -> String {
    let moved = after.payments.iter().filter_map(|payment| {
        let (old, new) = (before.payment(payment.id).map(|old| old.state.status()), payment.state.status());
        (old != Some(new)).then(|| format!("{} {} → {new}", letter(payment.id), old.unwrap_or("new")))
    });
    moved.collect::<Vec<_>>().join(", ")
}

/// What a decision writes into the journal.
pub(super) fn entries(decision: &Decision) -> &[Entry] {
    match decision {
        Decision::Changed(change) => &change.entries,
        Decision::Unchanged | Decision::Due(_) => &[],
    }
}

/// The order's alarm when it moved, and what is to be done outside.
fn due_cell(before: &Order, after: &Order, decision: &Decision, now_ms: i64) -> String {
    let effects = match decision {
        Decision::Unchanged => &[][..],
        Decision::Due(effects) => effects,
        Decision::Changed(change) => &change.effects,
    };
    let mut parts = Vec::new();
    if before.wake_at_ms() != after.wake_at_ms() {
        parts.push(format!("alarm: {}", moment(after.wake_at_ms(), now_ms)));
    }
    for effect in effects {
        parts.push(match effect {
            Effect::Open(id) => format!("due: open {}", letter(*id)),
            Effect::Check(id) => format!("due: check {}", letter(*id)),
        });
    }
    parts.join(", ")
}

/// A moment as a person would say it.
pub(super) fn moment(at_ms: Option<i64>, now_ms: i64) -> String {
    let Some(at_ms) = at_ms else { return "none".to_owned() };
    let named = [
        (EXPIRY_MS, "expiry"),
        (EXPIRY_MS - LAST_CHECK_MS, "10 s before expiry"),
        (WATCH_END_MS, "end of watch"),
        (WATCH_END_MS - LAST_CHECK_MS, "10 s before the end of watch"),
    ];
    match named.iter().find(|(at, _)| *at == at_ms) {
        Some((_, name)) => (*name).to_owned(),
        None if at_ms <= now_ms => "now".to_owned(),
        None => format!("in {}", span(at_ms - now_ms)),
    }
}

/// A span of time: seconds up to two minutes, then minutes.
pub(super) fn span(ms: i64) -> String {
    match ms {
        ..1_000 => format!("{ms} ms"),
        1_000..120_000 => format!("{} s", ms / 1_000),
        120_000.. => format!("{} min", ms / 60_000),
    }
}

/// An answer in four cells: the order, its payments, the journal, and what is due.
pub(super) fn answer(before: &Order, result: &Result<Decision, Refusal>, now_ms: i64) -> [String; 4] {
    let lone = |word: String| [word, String::new(), String::new(), String::new()];
    let decision = match result {
        Err(refusal) => return lone(format!("refused: {}", refusal.code())),
        Ok(Decision::Unchanged) => return lone("unchanged".to_owned()),
        Ok(decision) => decision,
    };
    let after = after(before, decision);
    let cells = [
        order_cell(before, &after),
        payment_cell(before, &after),
        entries(decision).iter().map(|entry| entry.kind.as_str()).collect::<Vec<_>>().join(", "),
        due_cell(before, &after, decision, now_ms),
    ];
    if cells.iter().all(String::is_empty) { lone("noted".to_owned()) } else { cells }
}
