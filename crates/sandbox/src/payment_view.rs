//! A payment as scripts see it, and its statuses.

use serde::Serialize;

/// The status of a payment.
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
    /// The bank declined.
    Declined,
    /// The customer cancelled.
    Cancelled,
    /// The link expired.
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
    /// The page where the customer pays.
    pub url: String,
    /// The reference that the merchant gave; `None` where it gave none.
    pub merchant_reference: Option<String>,
    /// The status.
    pub status: Status,
    /// The amount requested, in minor units of `currency`.
    pub amount_minor: i64,
    /// The amount that was really paid, in minor units; `None` until then.
    pub paid_minor: Option<i64>,
    /// The acquirer's fee, in minor units.
    pub fee_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// The amount asked for, for people.
    pub amount_text: String,
    /// The title that the customer reads.
    pub title: String,
    /// The description below the title.
    pub description: Option<String>,
    /// The operator it is paid with, by the vendor's code; `None` until somebody begins to pay,
    /// and where the vendor has none.
    pub operator: Option<String>,
    /// The address to which the customer returns after success.
    pub redirect_url: Option<String>,
    /// The address for notifications, where the request named one.
    pub notify_url: Option<String>,
    /// The number of notifications that were sent, repetitions included.
    pub notifications: u32,
    /// Whether it was made with a sandbox key.
    pub sandbox: bool,
    /// The merchant's name at this acquirer.
    pub merchant: String,
    /// The end of the key that made it.
    pub key_hint: String,
    /// The time of creation (RFC 3339).
    pub created_at: String,
    /// The time at which the link expires, if nobody begins to pay (RFC 3339).
    pub expires_at: String,
    /// The time of the last change of the status (RFC 3339).
    pub changed_at: String,
}
