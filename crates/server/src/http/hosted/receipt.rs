//! The receipt on the page of a paid order: the way it was paid, as far as its gateway told.

use guichet_core::{Channel, Payment};
use guichet_gateways::Operator;

use crate::app::App;
use crate::pages::{Language, Qr, Receipt, bank_card, in_language};

use super::Visitor;

/// The receipt, once the order is paid.
pub(super) fn receipt(app: &App, visitor: &Visitor) -> Option<Receipt> {
    let (order, state) = (&visitor.stored.order, &visitor.stored.order.state);
    if !state.is_paid() {
        return None;
    }
    let payment = state.paid_by().and_then(|id| order.payment(id));
    let told = payment.and_then(Payment::receipt);
    Some(Receipt {
        paid_with: payment.map(|payment| paid_with(app, visitor.language, payment)),
        paid_from: told.and_then(|told| told.paid_from.as_deref()).map(masked),
        charged: told.and_then(|told| told.charged).filter(|charged| *charged != order.terms.money),
        refunded: order.refunds.iter().filter(|refund| refund.counts()).map(|refund| refund.money).collect(),
        transaction: told.and_then(|told| told.transaction.clone()),
        qr: Qr::of(&format!("{}?stay", app.public_url().page("status", &visitor.stored.token))),
    })
}

/// The way that was chosen, and in brackets the operator that the gateway told.
fn paid_with(app: &App, language: Language, payment: &Payment) -> String {
    let snapshot = app.registry().snapshot();
    let account = snapshot.accounts.get(&payment.account);
    let gateway = guichet_gateways::find(&payment.gateway);
    let usual = gateway.map(|gateway| in_language(gateway.capabilities().paid_with, language));
    let called = account.map(|account| account.called(language)).or(usual).unwrap_or(&payment.gateway);
    let code = payment.receipt().and_then(|told| told.operator.as_deref());
    let operator = code.map(|code| match operator(payment, code) {
        Some(operator) if operator.channel == Channel::Card => bank_card(language),
        Some(operator) => operator.name,
        None => code,
    });
    match operator.filter(|operator| !called.contains(operator)) {
        Some(operator) => format!("{called} ({operator})"),
        None => called.to_owned(),
    }
}

/// The operator with that code at the payment's gateway.
fn operator(payment: &Payment, code: &str) -> Option<&'static Operator> {
    let operators = guichet_gateways::dialect(&payment.gateway)?.profile().operators;
    operators.iter().find(|operator| operator.code == code)
}

/// A number with its middle hidden: whoever finds the page can recognise it, not use it.
fn masked(number: &str) -> String {
    let digits: Vec<char> = number.chars().collect();
    match digits.len() {
        9.. => digits[..4].iter().chain(&['…']).chain(&digits[digits.len() - 2..]).collect(),
        _ => "…".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_hidden() {
        for (number, expected) in [
            ("+2250702968786", "+225…86"),
            ("0702968786", "0702…86"),
            ("12345678", "…"),
            ("", "…"),
            ("éééééééééé", "éééé…éé"),
        ] {
            assert_eq!(masked(number), expected);
        }
    }
}
