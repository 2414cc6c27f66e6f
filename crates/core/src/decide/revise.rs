//! The revision of a waiting order by the shop or its customer, as long as no payment is on its way
//! that was opened for something else; and what a customer fills in of themselves while choosing how to pay.

use std::sync::Arc;

use crate::event::{Actor, EntryKind};
use crate::order::{OrderState, Terms};
use crate::payer::{Payer, PayerField};
use crate::payment::{Payment, PaymentState, Recovery};
use crate::refusal::Refusal;

use super::checked::settle_free;
use super::draft::Draft;

pub(super) fn revise(draft: &mut Draft<'_>, wanted: &Terms, actor: &Actor) -> Result<(), Refusal> {
    still_waits(draft)?;
    let old = &draft.order.terms;
    let new = Terms {
        reference: old.reference.clone(),
        origin: old.origin.clone(),
        payment_link: old.payment_link,
        policy: old.policy,
        expires_at_ms: old.expires_at_ms,
        watch_until_ms: old.watch_until_ms,
        expiry_is_usual: old.expiry_is_usual,
        ..wanted.clone()
    };
    let changes = changes(old, &new);
    if changes.is_empty() {
        return Ok(());
    }
    replace(draft, new, format!("{actor} changed {}.", changes.join(", ")))
}

pub(super) fn complete_payer(draft: &mut Draft<'_>, typed: &Payer, actor: &Actor) -> Result<(), Refusal> {
    still_waits(draft)?;
    let old = &draft.order.terms;
    let payer = old.payer.completed(typed);
    if payer == old.payer {
        return Ok(());
    }
    let named = PayerField::ALL.iter().filter(|field| !typed.lacks(**field)).map(|field| field.as_str());
    let why = format!("{actor} filled in what a gateway needs: {}.", named.collect::<Vec<_>>().join(", "));
    replace(draft, Terms { payer, ..Terms::clone(old) }, why)
}

/// # Errors
/// The order waits for no money any more.
fn still_waits(draft: &Draft<'_>) -> Result<(), Refusal> {
    match &draft.order.state {
        OrderState::Pending | OrderState::Failed => {}
        OrderState::Paid { .. } | OrderState::Fulfilled { .. } => return Err(Refusal::AlreadyPaid),
        OrderState::Expired { .. } => return Err(Refusal::OrderExpired),
        OrderState::Cancelled { .. } => return Err(Refusal::OrderCancelled),
    }
    if draft.now_ms >= draft.order.terms.expires_at_ms {
        return Err(Refusal::OrderExpired);
    }
    Ok(())
}

/// Puts other terms in the place of the present ones.
///
/// # Errors
/// A payment is on its way that was opened for the present ones.
fn replace(draft: &mut Draft<'_>, new: Terms, why: String) -> Result<(), Refusal> {
    let old = &draft.order.terms;
    if draft.order.payments.iter().any(|payment| blocks_revision(payment, old, &new)) {
        return Err(Refusal::PaymentOpen);
    }
    put(draft, new);
    draft.note(EntryKind::OrderRevised, None, why);
    settle_free(draft);
    Ok(())
}

/// Puts other terms in the place of the present ones. Payments keep in mind the money that they were opened for.
pub(super) fn put(draft: &mut Draft<'_>, new: Terms) {
    let before = draft.order.terms.money;
    if before != new.money {
        // Cash is counted when it comes, so that it is for whatever is asked for then.
        let fixed = |payment: &&mut Payment| {
            payment.terms.checkable || matches!(payment.state, PaymentState::Paid { .. })
        };
        let fixed = draft.order.payments.iter_mut().filter(fixed);
        fixed.for_each(|payment| payment.opened_for = payment.opened_for.or(Some(before)));
    }
    draft.order.terms = Arc::new(new);
}

/// Whether this payment was opened, or will be opened again, for what the order would no longer ask for.
/// Cash blocks nothing: it is counted when it comes.
fn blocks_revision(payment: &Payment, old: &Terms, new: &Terms) -> bool {
    let live = payment.terms.checkable && payment.state.is_live();
    // A gateway refuses the same idempotency key with another body.
    let to_be_repeated = payment.terms.recovery == Recovery::OpenAgain
        && matches!(payment.state, PaymentState::Opening | PaymentState::Unknown { .. });
    live && (old.money != new.money || (to_be_repeated && !same_for_gateways(old, new)))
}

fn same_for_gateways(old: &Terms, new: &Terms) -> bool {
    (&old.money, &old.title, &old.description) == (&new.money, &new.title, &new.description)
        && (&old.payer, &old.presentation) == (&new.payer, &new.presentation)
}

/// The differences, in words for the journal.
pub(super) fn changes(old: &Terms, new: &Terms) -> Vec<String> {
    let mut changes = Vec::new();
    if old.money != new.money {
        changes.push(format!("what it asks for from {} to {}", old.money, new.money));
    }
    let parts = [
        (old.items != new.items, "its items"),
        (old.breakdown != new.breakdown, "its discount or tax"),
        (old.title != new.title, "its title"),
        (old.description != new.description, "its description"),
        (old.payer != new.payer, "who pays"),
        (old.presentation != new.presentation, "how the gateway's page meets the customer"),
        (old.return_url != new.return_url, "where the customer goes afterwards"),
        (old.metadata != new.metadata, "the shop's notes"),
    ];
    changes.extend(parts.into_iter().filter(|(differs, _)| *differs).map(|(_, what)| what.to_owned()));
    changes
}
