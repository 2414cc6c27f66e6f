//! What the pages call an order and its states, for whoever else speaks to the customer.

use guichet_core::Breakdown;

use super::language::Language;
use super::texts::texts;

/// An order by its number, such as “Commande 89”.
pub(crate) fn order_called(number: i64, language: Language) -> String {
    format!("{} {number}", texts(language).order)
}

/// A bank card.
pub(crate) fn bank_card(language: Language) -> &'static str {
    texts(language).bank_card
}

/// A state of an order in a word or two, by the API's word for it.
pub(crate) fn state_called(state: &str, language: Language) -> &'static str {
    let texts = texts(language);
    let called = match state {
        "failed" => &texts.failed,
        "paid" => &texts.paid,
        "fulfilled" => &texts.fulfilled,
        "expired" => &texts.expired,
        "cancelled" => &texts.cancelled,
        _ => &texts.waiting,
    };
    called.word
}

/// The parts of an order's amount that are no lines of it, each with its name and in minor units; those that are
/// nothing are left out.
pub(crate) fn amounts_called(
    breakdown: &Breakdown,
    language: Language,
) -> impl Iterator<Item = (&'static str, i64)> {
    let texts = texts(language);
    let Breakdown { discount, tax, included_tax } = *breakdown;
    let parts = [(texts.discount, -discount), (texts.tax, tax), (texts.included_tax, included_tax)];
    parts.into_iter().filter(|(_, amount)| *amount != 0)
}
