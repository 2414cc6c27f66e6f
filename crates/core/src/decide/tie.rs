//! A payment that the gateway knows and this order does not: money came, or may have come, for an order whose payment was
//! forgotten, as a restored backup forgets what was opened since. It is tied to the order, and then checked like any other.

use crate::event::{Actor, EntryKind};
use crate::id::{AccountId, PaymentId};
use crate::payment::{Link, Payment, PaymentState, PaymentTerms};
use crate::refusal::Refusal;

use super::decision::Effect;
use super::draft::Draft;
use super::opening::MOST_PAYMENTS;

/// The place of the payment at its gateway.
pub(super) struct At<'a> {
    /// The account it went through.
    pub(super) account: AccountId,
    /// That account's gateway.
    pub(super) gateway: &'a str,
    /// The gateway's properties.
    pub(super) terms: PaymentTerms,
    /// The reference by which the gateway knows it.
    pub(super) reference: &'a str,
}

/// The order gets the payment as one whose payer has begun, so that no second one is opened before a check told what
/// became of it; the check is due at once. A closed order gets it too: what comes of money then is the policy's matter.
pub(super) fn tie(
    draft: &mut Draft<'_>,
    id: PaymentId,
    At { account, gateway, terms, reference }: At<'_>,
    actor: &Actor,
) -> Result<(), Refusal> {
    if draft.order.payment(id).is_some() {
        return Ok(());
    }
    if draft.order.payments.len() >= MOST_PAYMENTS {
        return Err(Refusal::TooManyPayments);
    }
    let link =
        Link { reference: reference.to_owned(), url: None, expires_at_ms: None, alias: None, fee: None };
    let payment = Payment {
        id,
        account,
        gateway: gateway.to_owned(),
        terms,
        state: PaymentState::Processing { link },
        created_at_ms: draft.now_ms,
        checked_at_ms: None,
        check_at_ms: terms.checkable.then_some(draft.now_ms),
        in_trouble: false,
        unclear_since_ms: None,
        called_back_at_ms: None,
        begun: false,
        opened_for: None,
        before_reopening: false,
        tied: true,
    };
    let why = format!(
        "{actor} tied to it a payment through {gateway} of which nothing was known here, under the gateway's reference \
         {reference}; the gateway is asked about it."
    );
    draft.take_in(payment, EntryKind::PaymentTied, why);
    if terms.checkable {
        draft.effect(Effect::Check(id));
    }
    Ok(())
}
