//! What an event does to an order. [`decide`] is total and pure: every state has a named answer to every
//! event, and `table.md` lists them all, as test, specification and documentation at once.

mod checked;
mod decision;
mod draft;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod laws;
mod opening;
mod refund;
mod reopen;
mod revise;
mod shop;
#[cfg(test)]
mod table;
#[cfg(test)]
mod tests;
mod tie;
mod time;

use crate::event::{Entry, EntryKind, Event};
use crate::order::{Order, OrderState};
use crate::refusal::Refusal;

use draft::Draft;

pub use decision::{Change, Decision, Effect, NewOrder};

/// Creates an order that waits for money; one that asks for nothing is paid at once.
pub fn create(new: NewOrder, now_ms: i64) -> Change {
    let NewOrder { terms, actor, .. } = &new;
    let why = format!("{actor} asked for {} under the reference “{}”.", terms.money, terms.reference);
    let order = Order {
        id: new.id,
        merchant: new.merchant,
        environment: new.environment,
        version: 1,
        terms: new.terms,
        state: OrderState::Pending,
        payments: Vec::new(),
        held: Vec::new(),
        refunds: Vec::new(),
        attended_at_ms: None,
        created_at_ms: now_ms,
    };
    let created = Entry {
        kind: EntryKind::OrderCreated,
        payment: None,
        old: None,
        new: Some(order.state.status()),
        why,
    };
    let made = Change { order, entries: vec![created], effects: Vec::new() };
    let mut draft = Draft::new(&made.order, now_ms);
    checked::settle_free(&mut draft);
    match draft.finish() {
        Decision::Changed(paid) => {
            let paid = made.then(*paid);
            Change { order: Order { version: 1, ..paid.order }, ..paid }
        }
        Decision::Unchanged | Decision::Due(_) => made,
    }
}

/// Says what `event` does to `order` at `now_ms` (unix ms).
pub fn decide(order: &Order, event: &Event, now_ms: i64) -> Result<Decision, Refusal> {
    let mut draft = Draft::new(order, now_ms);
    match event {
        Event::PaymentRequested { payment, account, gateway, terms, actor } => {
            opening::requested(&mut draft, *payment, *account, gateway, *terms, actor)?;
        }
        Event::PaymentOpened { payment, link } => opening::opened(&mut draft, *payment, link)?,
        Event::OpenFailed { payment, reason } => opening::failed(&mut draft, *payment, reason)?,
        Event::OpenLost { payment, trouble } => opening::lost(&mut draft, *payment, trouble)?,
        Event::Checked { payment, asked_at_ms, seen, actor } => {
            checked::checked(&mut draft, *payment, *asked_at_ms, seen, actor)?;
        }
        Event::CallbackReceived { payment, body } => checked::called_back(&mut draft, *payment, body)?,
        Event::PaymentTied { payment, account, gateway, terms, reference, actor } => {
            tie::tie(
                &mut draft,
                *payment,
                tie::At { account: *account, gateway, terms: *terms, reference },
                actor,
            )?;
        }
        Event::CustomerWaiting => time::customer_waiting(&mut draft),
        Event::Tick => time::tick(&mut draft),
        Event::ClockSetBack => time::clock_set_back(&mut draft),
        Event::CancelRequested { actor } => shop::cancel(&mut draft, actor)?,
        Event::FulfilRequested { actor } => shop::fulfil(&mut draft, actor)?,
        Event::RevisionRequested { terms, actor } => revise::revise(&mut draft, terms, actor)?,
        Event::ReopenRequested { terms, actor } => reopen::reopen(&mut draft, terms, actor)?,
        Event::PayerCompleted { payer, actor } => revise::complete_payer(&mut draft, payer, actor)?,
        Event::HeldResolved { payment, resolution, actor } => {
            shop::resolve(&mut draft, *payment, *resolution, actor)?;
        }
        Event::RefundRecorded { refund } => refund::record(&mut draft, refund)?,
        Event::RefundWithdrawn { refund, reason, actor } => {
            refund::withdraw(&mut draft, *refund, reason, actor)?;
        }
    }
    Ok(draft.finish())
}
