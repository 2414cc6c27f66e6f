//! What is lost between a dialect on the way in and a gateway on the way out: for each pair, which
//! fields and states have no equivalent and what becomes of them. Nothing here is written by hand for a
//! pair: a dialect declares what its clients can say and want to hear, a gateway what it can carry.

use crate::dialect::Dialect;
use crate::gateway::Gateway;

/// Something that a vendor's client can say or wants to hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trait {
    /// More words than the title.
    Description,
    /// Who pays, by name.
    PayerName,
    /// The payer's e-mail address.
    PayerEmail,
    /// The payer's phone number.
    PayerPhone,
    /// The payer's postal address.
    PayerAddress,
    /// The language of the page.
    Language,
    /// Which ways to pay are offered.
    Channels,
    /// The phone number cannot be changed on the page.
    LockedPhone,
    /// Lines on the gateway's receipt.
    ReceiptLines,
    /// Who bears the gateway's fee.
    FeeBearer,
    /// Words shown after success.
    SuccessWords,
    /// The merchant's sub-account.
    SubAccount,
    /// The merchant's own notes, given back.
    Notes,
    /// Another address after a failure.
    FailureAddress,
    /// What the gateway keeps for itself.
    Fee,
    /// By which operator it was paid.
    Operator,
    /// From which number it was paid.
    PaidFrom,
    /// The operator's own number for it.
    OperatorReference,
    /// When the money is at the merchant's disposal.
    FundsDate,
    /// That the payer has begun.
    Processing,
    /// Declined, cancelled and lapsed told apart.
    FailureKind,
    /// That the payer said yes before the money came.
    Consent,
}

impl Trait {
    /// Whether Guichet sees to it itself, whatever the gateway can do.
    fn is_ours(self) -> bool {
        matches!(self, Trait::Notes | Trait::FailureAddress)
    }

    /// What becomes of it where the gateway cannot carry it: a sentence.
    pub(crate) fn when_lost(self) -> &'static str {
        match self {
            Trait::Description => "The gateway's page shows the title only.",
            Trait::PayerName | Trait::PayerEmail | Trait::PayerPhone | Trait::PayerAddress => {
                "Kept with the order and given back; the gateway asks the payer itself where it must know."
            }
            Trait::Language => "The gateway's page chooses its language itself.",
            Trait::Channels => "The gateway's page offers all the ways to pay that it has.",
            Trait::LockedPhone => "The payer may pay from any number.",
            Trait::ReceiptLines => "Not printed on the gateway's receipt.",
            Trait::FeeBearer => "The fee is the merchant's: the payer pays what the order says.",
            Trait::SuccessWords => "Not shown; the customer comes back to Guichet's status page.",
            Trait::SubAccount => "Given back as sent; the routes choose the account.",
            Trait::Notes => "Kept with the order and given back.",
            Trait::FailureAddress => "Guichet's status page leads there.",
            Trait::Fee => "Shown as 0: the gateway does not say what it keeps.",
            Trait::Operator => "Left empty: the gateway does not say by which operator it was paid.",
            Trait::PaidFrom => "The payer's own number stands there, or nothing.",
            Trait::OperatorReference => "Left empty: the gateway does not pass the operator's number on.",
            Trait::FundsDate => "The day of the payment stands there: the gateway names none.",
            Trait::Processing => {
                "The payment stays waiting until it is decided; there is no word in between."
            }
            Trait::FailureKind => {
                "Told as declined: the gateway has one word for declined, cancelled and lapsed."
            }
            Trait::Consent => {
                "Told together with the payment: the gateway does not say when the payer agreed."
            }
        }
    }
}

/// What becomes of one thing that a dialect's clients say or want to hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fate {
    /// The thing, by the dialect's own name for it.
    pub(crate) field: &'static str,
    /// What it means.
    pub(crate) means: Trait,
    /// What becomes of it.
    pub(crate) fate: &'static str,
}

/// What is lost, or told otherwise, between that dialect and that gateway.
pub(crate) fn losses(dialect: &dyn Dialect, gateway: &dyn Gateway) -> Vec<Fate> {
    let carried = gateway.capabilities().carries;
    dialect
        .manners()
        .speaks
        .iter()
        .filter(|(_, means)| !means.is_ours() && !carried.contains(means))
        .map(|(field, means)| Fate { field, means: *means, fate: means.when_lost() })
        .collect()
}

/// What Guichet sees to itself for that dialect's clients, whatever the gateway.
pub(crate) fn kept(dialect: &dyn Dialect) -> Vec<Fate> {
    let ours = dialect.manners().speaks.iter().filter(|(_, means)| means.is_ours());
    ours.map(|(field, means)| Fate { field, means: *means, fate: means.when_lost() }).collect()
}

/// The currencies in which orders of that dialect's clients can go through that gateway; `None` where
/// the gateway takes any.
pub(crate) fn common_currencies(dialect: &dyn Dialect, gateway: &dyn Gateway) -> Option<Vec<&'static str>> {
    let limits = gateway.capabilities().limits;
    if limits.is_empty() {
        return None;
    }
    let taken = limits.iter().map(|limit| limit.currency);
    Some(taken.filter(|currency| dialect.manners().currencies.contains(currency)).collect())
}
