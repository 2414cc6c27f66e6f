//! The customers' pages: one struct for each template.

use askama::Template;
use guichet_gateways::Operator;

use crate::action::{LATE_S, offered};
use crate::clock::moment;
use crate::payment::Payment;
use crate::payment_view::{PaymentView, Status};
use crate::return_page::Return;

/// A link that can still be paid.
#[derive(Template)]
#[template(path = "open.html")]
pub(crate) struct OpenPage {
    payment: PaymentView,
    begun: bool,
    left_s: i64,
    ttl_s: i64,
    expires_at: String,
    late_minutes: u64,
    /// The ways to pay from which the customer is still to choose.
    choice: Vec<&'static Operator>,
    chosen: Option<&'static Operator>,
    asks_phone: bool,
    phone: String,
    phone_locked: bool,
    refused: Option<String>,
}

impl OpenPage {
    pub(crate) fn of(
        payment: &Payment,
        operator: Option<&str>,
        refused: Option<String>,
        now_ms: i64,
    ) -> OpenPage {
        let mut choice = offered(payment.tenant(), payment.request());
        let chosen = choice.iter().copied().find(|known| operator == Some(known.code));
        if chosen.is_some() {
            choice.clear();
        }
        let payer = payment.request().payer.phone.as_ref().map(ToString::to_string);
        OpenPage {
            begun: payment.status() == Status::Initiated,
            left_s: (payment.expires_at_ms() - now_ms).max(0) / 1000,
            ttl_s: payment.link_ttl_ms() / 1000,
            expires_at: moment(payment.expires_at_ms(), now_ms),
            late_minutes: LATE_S / 60,
            choice,
            chosen,
            asks_phone: chosen.is_some_and(Operator::has_phone),
            phone: payment.phone().map(str::to_owned).or(payer).unwrap_or_default(),
            phone_locked: payment.request().presentation.lock_phone,
            refused,
            payment: payment.view(),
        }
    }
}

/// A link whose operator has asked the payer on the phone.
#[derive(Template)]
#[template(path = "waiting.html")]
pub(crate) struct WaitingPage {
    payment: PaymentView,
    operator: &'static str,
    phone: String,
    refused: Option<String>,
}

impl WaitingPage {
    pub(crate) fn of(payment: &Payment, operator: &Operator, refused: Option<String>) -> WaitingPage {
        let payer = payment.request().payer.phone.as_ref().map(ToString::to_string);
        let phone = payment.phone().map(str::to_owned).or(payer).unwrap_or_default();
        WaitingPage { payment: payment.view(), operator: operator.name, phone, refused }
    }
}

/// A link that is decided.
#[derive(Template)]
#[template(path = "closed.html")]
pub(crate) struct ClosedPage {
    pub(crate) payment: PaymentView,
    pub(crate) outcome: Outcome,
    /// The reason why an action was refused, if one was.
    pub(crate) refused: Option<String>,
    pub(crate) return_to: Option<Return>,
}

/// The text for the customer about a link that is decided.
pub(crate) struct Outcome {
    tone: &'static str,
    heading: &'static str,
    sentence: String,
}

/// The customer walked away.
#[derive(Template)]
#[template(path = "left.html")]
pub(crate) struct LeftPage {
    payment: PaymentView,
    begun: bool,
    expires_at: String,
}

impl LeftPage {
    pub(crate) fn of(payment: &Payment, now_ms: i64) -> LeftPage {
        LeftPage {
            begun: payment.status() == Status::Initiated,
            expires_at: moment(payment.expires_at_ms(), now_ms),
            payment: payment.view(),
        }
    }
}

/// No such link, or no such merchant.
#[derive(Template)]
#[template(path = "missing.html")]
pub(crate) struct MissingPage {
    heading: &'static str,
    message: String,
}

impl MissingPage {
    pub(crate) fn new(heading: &'static str, message: impl Into<String>) -> MissingPage {
        MissingPage { heading, message: message.into() }
    }
}

/// The outcome of a link; `None` while it can be paid.
pub(crate) fn outcome(payment: &Payment, now_ms: i64) -> Option<Outcome> {
    let (tone, heading, sentence) = match payment.status() {
        Status::Created | Status::Initiated => return None,
        Status::Confirming => {
            let until = payment.confirms_at_ms().map(|at_ms| moment(at_ms, now_ms)).unwrap_or_default();
            let sentence = format!("Your money was taken. The bank confirms it at {until}.");
            return Some(Outcome { tone: "wait", heading: "Being confirmed", sentence });
        }
        Status::Paid => ("good", "Paid", "Thank you. This link has done its work and cannot be used again."),
        Status::Declined => {
            ("bad", "Declined", "The bank said no. Nothing was taken; ask the shop for a new link.")
        }
        Status::Cancelled => {
            ("bad", "Cancelled", "You cancelled it. Nothing was taken; ask the shop for a new link.")
        }
        Status::Expired => {
            ("bad", "Expired", "This link's time is over. Nothing was taken; ask the shop for a new one.")
        }
    };
    Some(Outcome { tone, heading, sentence: sentence.to_owned() })
}
