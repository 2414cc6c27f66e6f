//! The receipt on the page of a paid order: the way it was paid, as far as its gateway told.

use guichet_core::{Channel, Payment};
use guichet_gateways::Operator;

use crate::app::App;
use crate::pages::{Qr, Receipt, bank_card, in_language, nothing_to_pay};

use super::Visitor;

/// The receipt, once the order is paid.
pub(super) fn receipt(app: &App, visitor: &Visitor) -> Option<Receipt> {
    let (stored, language) = (&visitor.stored, visitor.language);
    if !stored.order.state.is_paid() {
        return None;
    }
    let qr = Qr::of(&format!("{}?stay", app.public_url().page("status", &stored.token)));
    let Some(payment) = stored.order.state.paid_by().and_then(|id| stored.order.payment(id)) else {
        let paid_with = nothing_to_pay(language).to_owned();
        return Some(Receipt { paid_with, paid_from: None, charged: None, transaction: None, qr });
    };
    let snapshot = app.registry().snapshot();
    let account = snapshot.accounts.get(&payment.account);
    let gateway = guichet_gateways::find(&payment.gateway);
    let usual = gateway.map(|gateway| in_language(gateway.capabilities().paid_with, language));
    let called = account.map(|account| account.called(language)).or(usual).unwrap_or(&payment.gateway);
    let told = payment.receipt();
    let operator = told.and_then(|told| told.operator.as_deref()).map(|code| match operator(payment, code) {
        Some(operator) if operator.channel == Channel::Card => bank_card(language),
        Some(operator) => operator.name,
        None => code,
    });
    let charged = told.and_then(|told| told.charged).filter(|charged| *charged != stored.order.terms.money);
    Some(Receipt {
        paid_with: match operator.filter(|operator| !called.contains(operator)) {
            Some(operator) => format!("{called} ({operator})"),
            None => called.to_owned(),
        },
        paid_from: told.and_then(|told| told.paid_from.as_deref()).map(masked),
        charged,
        transaction: told.and_then(|told| told.transaction.clone()),
        qr,
    })
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
