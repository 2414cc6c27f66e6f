//! The features of a payment protocol: what a client can say in a request, or wants to hear of a payment.
//! A dialect declares which it has and a gateway which it carries, each by these names.

/// A feature of a payment protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    /// A description below the title.
    Description,
    /// The payer's name.
    PayerName,
    /// The payer's e-mail address.
    PayerEmail,
    /// The payer's phone number.
    PayerPhone,
    /// The payer's postal address.
    PayerAddress,
    /// The language of the page.
    Language,
    /// The choice of ways to pay.
    Channels,
    /// A phone number that cannot be changed on the page.
    LockedPhone,
    /// Lines on the gateway's receipt.
    ReceiptLines,
    /// The choice of who bears the gateway's fee.
    FeeBearer,
    /// Words shown after success.
    SuccessWords,
    /// The merchant's sub-account.
    SubAccount,
    /// The merchant's own notes, given back.
    Notes,
    /// Another address after a failure.
    FailureAddress,
    /// The gateway's fee.
    Fee,
    /// The operator it was paid with.
    Operator,
    /// The number it was paid from.
    PaidFrom,
    /// The number under which the gateway or its operator finds it.
    TransactionNumber,
    /// The date on which the money is at the merchant's disposal.
    FundsDate,
    /// The state in which the payer has begun.
    Processing,
    /// The distinction of declined, cancelled and expired.
    FailureKind,
    /// The payer's confirmation before the money came.
    Consent,
    /// The reference of the transaction beside that of the payment.
    OwnReference,
}

impl Feature {
    /// Whether Guichet provides it itself, whatever the gateway can do.
    pub(crate) fn is_ours(self) -> bool {
        matches!(self, Feature::Notes | Feature::FailureAddress | Feature::Consent | Feature::OwnReference)
    }

    /// A sentence that says what becomes of it where the gateway does not carry it.
    pub(crate) fn when_lost(self) -> &'static str {
        match self {
            Feature::Description => "The gateway's page shows the title only.",
            Feature::PayerName | Feature::PayerEmail | Feature::PayerPhone | Feature::PayerAddress => {
                "Kept with the order and given back; the gateway asks the payer itself where it must know."
            }
            Feature::Language => "The gateway's page chooses its language itself.",
            Feature::Channels => "The gateway's page offers all the ways to pay that it has.",
            Feature::LockedPhone => "The payer may pay from any number.",
            Feature::ReceiptLines => "Not printed on the gateway's receipt.",
            Feature::FeeBearer => "The fee is the merchant's: the payer pays what the order says.",
            Feature::SuccessWords => "Not shown; the customer comes back to Guichet's status page.",
            Feature::SubAccount => "Given back as sent; the routes choose the account.",
            Feature::Notes => "Kept with the order and given back.",
            Feature::FailureAddress => "Guichet's status page leads there.",
            Feature::Fee => "Null, and so is `chargedAmount`: the gateway does not say what it keeps.",
            Feature::Operator => "Left empty: the gateway does not say by which operator it was paid.",
            Feature::PaidFrom => "Left empty: the gateway does not say from which number it was paid.",
            Feature::TransactionNumber => {
                "Left empty: the gateway tells no number of its own for the transaction."
            }
            Feature::FundsDate => "Left empty: the gateway names no date.",
            Feature::Processing => {
                "The payment stays waiting until it is decided; there is no word in between."
            }
            Feature::FailureKind => {
                "Told as declined: the gateway has one word for declined, cancelled and lapsed."
            }
            Feature::Consent => "`accepted` is told together with the money, never before.",
            Feature::OwnReference => {
                "Guichet's reference stands there, by which the client asks; what the gateway told is in the native API."
            }
        }
    }
}
