//! Orders as shops make them: what a sequence's operations put into the store.

use std::sync::Arc;

use guichet_core::{
    Currency, Entry, EntryKind, Event, EventId, Held, HeldKind, Link, Money, Order, OrderState, Payer,
    Payment, PaymentId, PaymentState, PaymentTerms, Policy, Receipt, Recovery, ReferenceFormat, Terms,
};
use guichet_server::store::{Record, Stored, Write, append_to_journal};

use crate::world::{World, account};

/// References that an order of a language's rules sorts otherwise than the order of bytes does.
pub(crate) const REFERENCES: [&str; 8] = ["A-1", "a-1", "É 1", "e-1", "b_2", "B-2", "~z", "Ω"];

/// Addresses of payers; the first has none.
const EMAILS: [Option<&str>; 3] = [None, Some("amel@example.com"), Some("Karim@example.com")];

/// What changes an order.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Deed {
    /// A payment is written down.
    Pay(usize),
    /// Its gateway gives it a link, with one of a few references.
    Open(usize),
    /// Nobody knows whether it was opened.
    Lose,
    /// Its money came.
    Settle,
    /// The shop calls it off.
    Cancel,
    /// Money is held.
    Hold,
    /// A person dealt with it.
    Resolve,
    /// Another amount, of another payer.
    Revise(usize),
    /// The goods were handed over.
    Fulfil,
}

/// The terms of a new order.
pub(crate) fn terms(reference: &str, payer: usize, now_ms: i64) -> Terms {
    Terms {
        reference: reference.to_owned(),
        money: Money { amount_minor: 250_000, currency: Currency::DZD },
        items: Vec::new(),
        breakdown: Default::default(),
        title: "Livre".to_owned(),
        description: None,
        payer: self::payer(payer),
        presentation: Default::default(),
        origin: None,
        return_url: None,
        metadata: serde_json::Map::new(),
        policy: Policy::default(),
        expires_at_ms: now_ms + 20,
        watch_until_ms: now_ms + 40,
        payment_link: None,
        expiry_is_usual: false,
    }
}

/// Whom an order is paid by.
fn payer(index: usize) -> Payer {
    Payer { email: email(index).map(str::to_owned), ..Payer::default() }
}

/// The address of that payer.
pub(crate) fn email(index: usize) -> Option<&'static str> {
    EMAILS[index % EMAILS.len()]
}

/// The order after a deed; none where there is nothing to do it to.
pub(crate) fn after(stored: &Stored, deed: Deed, world: &mut World) -> Option<Stored> {
    let (at_ms, random) = world.next();
    let mut order = Order { version: stored.order.version + 1, ..stored.order.clone() };
    match deed {
        Deed::Pay(index) => {
            let id = PaymentId::new(at_ms, random);
            order.payments.push(payment(id, index, at_ms));
        }
        Deed::Open(reference) => {
            if last(&mut order, |payment| payment.state.link().is_none()).is_none() {
                order.payments.push(payment(PaymentId::new(at_ms, random), 0, at_ms));
            }
            let payment = order.payments.last_mut()?;
            payment.state = PaymentState::Open { link: link(reference) };
            payment.check_at_ms = Some(at_ms + 5);
        }
        Deed::Lose => {
            let payment = last(&mut order, |payment| payment.state == PaymentState::Opening)?;
            payment.state = PaymentState::Unknown { since_ms: at_ms };
        }
        Deed::Settle => {
            let payment = last(&mut order, |payment| payment.state.is_live())?;
            let link = payment.state.link().cloned();
            payment.state = PaymentState::Paid { link, at_ms, receipt: Receipt::default() };
            payment.check_at_ms = None;
            let payment = Some(payment.id);
            order.state = OrderState::Paid { payment, at_ms, late: false };
        }
        Deed::Cancel => order.state = OrderState::Cancelled { at_ms },
        Deed::Hold => {
            let payment = last(&mut order, |_| true)?.id;
            order.held.push(Held {
                payment,
                kind: HeldKind::PaidTwice,
                seen: None,
                at_ms,
                resolved_at_ms: None,
            });
        }
        Deed::Resolve => order.held.last_mut()?.resolved_at_ms = Some(at_ms),
        Deed::Revise(index) => {
            let mut terms = Terms::clone(&order.terms);
            terms.money.amount_minor += 100;
            terms.payer = payer(index);
            order.terms = Arc::new(terms);
        }
        Deed::Fulfil => {
            let OrderState::Paid { payment, at_ms: paid_at_ms, late } = order.state else { return None };
            order.state = OrderState::Fulfilled { payment, paid_at_ms, at_ms, late };
        }
    }
    Some(Stored { order, ..stored.clone() })
}

fn last(order: &mut Order, is_meant: impl Fn(&Payment) -> bool) -> Option<&mut Payment> {
    order.payments.last_mut().filter(|payment| is_meant(payment))
}

fn link(reference: usize) -> Link {
    Link {
        reference: format!("gw-{}", reference % 2),
        url: Some("https://pay.example/é".to_owned()),
        expires_at_ms: None,
        alias: None,
        fee: None,
    }
}

fn payment(id: PaymentId, index: usize, at_ms: i64) -> Payment {
    Payment {
        id,
        account: account(index),
        gateway: ["ocpay", "cinetpay"][index % 2].to_owned(),
        terms: PaymentTerms {
            recovery: Recovery::LookupByOurReference,
            checkable: true,
            min_check_interval_ms: 1_000,
            link_ttl_ms: 60_000,
            reference_format: [ReferenceFormat::NotSent, ReferenceFormat::AsWritten][index % 2],
            tells_begun: false,
            order_life_ms: None,
            declared_fee: None,
        },
        state: PaymentState::Opening,
        created_at_ms: at_ms,
        checked_at_ms: None,
        check_at_ms: None,
        in_trouble: false,
        unclear_since_ms: None,
        begun: false,
        called_back_at_ms: None,
        opened_for: None,
        before_reopening: false,
        tied: false,
    }
}

/// The names by which an order's gateways know what they did not know before.
pub(crate) fn new_names(before: &Order, order: &Order) -> Vec<(guichet_core::AccountId, String, PaymentId)> {
    let mut names = Vec::new();
    for payment in &order.payments {
        let known = before.payments.iter().find(|old| old.id == payment.id);
        if known.is_none() && payment.terms.reference_format == ReferenceFormat::AsWritten {
            names.push((payment.account, payment.id.to_string(), payment.id));
        }
        if known.is_none_or(|old| old.state.link().is_none())
            && let Some(link) = payment.state.link()
        {
            names.push((payment.account, link.reference.clone(), payment.id));
        }
    }
    names
}

/// Writes a decision of so many entries into the journal of an order, which goes by its chain from then on.
pub(crate) fn journal(
    stored: &mut Stored,
    count: usize,
    world: &mut World,
) -> (Write, EventId, Vec<&'static str>) {
    let (at_ms, random) = world.next();
    let first = EventId::new(at_ms, random).first();
    let kinds = [EntryKind::OrderCreated, EntryKind::PaymentOpening, EntryKind::PaymentOpened];
    let entries: Vec<Entry> = kinds
        .into_iter()
        .take(count)
        .map(|kind| Entry { kind, payment: None, old: None, new: None, why: "Parce que.".to_owned() })
        .collect();
    let subject = stored.order.id.into();
    let record =
        |(index, entry)| Record::of(first.at(index), subject, entry, None::<&Event>, at_ms, None::<()>);
    let records: Vec<_> = entries.iter().enumerate().map(record).collect();
    let kinds = entries.iter().map(|entry| entry.kind.as_str()).collect();
    let (write, link) = append_to_journal(stored, &records).expect("entries");
    stored.chain = link;
    stored.entries += count as i64;
    (write, first, kinds)
}
