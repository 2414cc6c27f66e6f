//! A payment as scripts see it, with the words for where it stands.

use serde::Serialize;

/// Where a payment stands, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nobody began to pay.
    Created,
    /// The customer began to pay.
    Initiated,
    /// The money was taken and the bank has not confirmed it.
    Confirming,
    /// The money is the merchant's.
    Paid,
    /// The bank said no.
    Declined,
    /// The customer gave up.
    Cancelled,
    /// The link's time was over.
    Expired,
}

impl Status {
    /// The word, as the control API spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Created => "created",
            Status::Initiated => "initiated",
            Status::Confirming => "confirming",
            Status::Paid => "paid",
            Status::Declined => "declined",
            Status::Cancelled => "cancelled",
            Status::Expired => "expired",
        }
    }
}

/// A payment as the control API and the in-process API show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaymentView {
    /// The vendor whose client made it, by the dialect's name.
    pub dialect: &'static str,
    /// The acquirer's reference.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The reference that the merchant gave; `None` where it gave none.
    pub merchant_reference: Option<String>,
    /// Where it stands now.
    pub status: Status,
    /// Asked for, in minor units of `currency`.
    pub amount_minor: i64,
    /// What was really paid, in minor units; `None` until then.
    pub paid_minor: Option<i64>,
    /// What the acquirer keeps of it, in minor units.
    pub fee_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// The amount asked for, for people.
    pub amount_text: String,
    /// What the customer reads.
    pub title: String,
    /// More words for the customer.
    pub description: Option<String>,
    /// The operator it is paid with, by the vendor's code; `None` until somebody begins to pay,
    /// and where the vendor has none.
    pub operator: Option<String>,
    /// Where the customer goes after success.
    pub redirect_url: Option<String>,
    /// Where notifications go by the request's own word.
    pub notify_url: Option<String>,
    /// How many notifications were sent, repetitions among them.
    pub notifications: u32,
    /// Whether it was made with a sandbox key.
    pub sandbox: bool,
    /// The merchant's name at this acquirer.
    pub merchant: String,
    /// The end of the key that made it.
    pub key_hint: String,
    /// When it was made (RFC 3339).
    pub created_at: String,
    /// When the link lapses, if nobody begins to pay (RFC 3339).
    pub expires_at: String,
    /// When its state last changed (RFC 3339).
    pub changed_at: String,
}
