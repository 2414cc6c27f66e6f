//! The page where a customer chooses how to pay. Without JavaScript it is a plain form.

use askama::Template;
use guichet_core::Money;

use super::language::Language;
use super::payer_form::AskedField;
use super::shop::Shop;
use super::texts::{Texts, texts};
use super::{CHECKOUT_STYLE, SCRIPT, clock_face};

/// What the checkout page shows. Every text is escaped on its way into the page.
#[derive(Clone, Debug, Template)]
#[template(path = "checkout.html", whitespace = "minimize")]
pub(crate) struct CheckoutPage {
    /// The customer's language.
    pub(crate) language: Language,
    /// The shop.
    pub(crate) shop: Shop,
    /// What is being paid, in the shop's words.
    pub(crate) order_title: String,
    /// The shop's own reference.
    pub(crate) reference: String,
    /// What is to be paid.
    pub(crate) money: Money,
    /// Name, quantity, and amount of the line; empty if the order is only an amount.
    pub(crate) items: Vec<(String, i64, Money)>,
    /// Seconds until the order expires, by the server's clock; at zero the form is gone.
    pub(crate) seconds_left: i64,
    /// The ways to pay; one makes a single button, none a polite sentence.
    pub(crate) choices: Vec<Choice>,
    /// What happened to the attempt just made, if there was one.
    pub(crate) notice: Option<Notice>,
    /// Where the form posts `account` (and `lang`).
    pub(crate) form_action: String,
    /// The status page of the order.
    pub(crate) status_url: String,
}

/// One way to pay.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    /// The gateway account's id: the value posted as `account`.
    pub(crate) account: String,
    /// What the customer recognises.
    pub(crate) label: String,
    /// How one pays there, such as “Orange Money, MTN”; shown small where the label does not say it already.
    pub(crate) how: String,
    /// Whether it is the one that is chosen when the page opens.
    pub(crate) chosen: bool,
    /// What the customer must fill in to pay that way, posted as `account.field`.
    pub(crate) fields: Vec<AskedField>,
}

impl Choice {
    fn field_name(&self, asked: &AskedField) -> String {
        format!("{}.{}", self.account, asked.field.as_str())
    }

    fn says_how(&self) -> bool {
        let label = self.label.to_lowercase();
        let how = self.how.to_lowercase();
        // Short words join others: or, et, أو.
        how.split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.chars().count() > 2)
            .all(|word| label.contains(word))
    }
}

/// Why the customer is back on the checkout page.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Notice {
    /// The gateway said no.
    PaymentFailed,
    /// The gateway did not take the request; nothing was opened.
    GatewayBusy,
    /// The chosen account cannot take this order.
    NotAvailable,
    /// The gateway's answer was lost: a payment may exist.
    AnswerLost,
    /// An earlier payment is not decided yet.
    Undecided,
    /// What the customer filled in cannot be used; the page says so at the field.
    FillIn,
}

impl CheckoutPage {
    /// The complete HTML page.
    pub(crate) fn render(&self) -> String {
        // Writing into a String cannot fail, so there is no error to pass on.
        Template::render(self).unwrap_or_default()
    }

    fn style(&self) -> &'static str {
        &CHECKOUT_STYLE
    }

    fn script(&self) -> &'static str {
        &SCRIPT
    }

    fn texts(&self) -> &'static Texts {
        texts(self.language)
    }

    fn time_left(&self) -> String {
        clock_face(self.seconds_left)
    }

    fn notice_text(&self) -> Option<&'static str> {
        let texts = self.texts();
        self.notice.map(|notice| match notice {
            Notice::PaymentFailed => texts.payment_failed,
            Notice::GatewayBusy => texts.gateway_busy,
            Notice::NotAvailable => texts.not_available,
            Notice::AnswerLost => texts.answer_lost,
            Notice::Undecided => texts.undecided,
            Notice::FillIn => texts.fill_in,
        })
    }

    /// Where money may already be on its way, the customer is sent to look before paying again.
    fn look_first(&self) -> bool {
        match self.notice {
            Some(Notice::AnswerLost | Notice::Undecided) => true,
            Some(Notice::PaymentFailed | Notice::GatewayBusy | Notice::NotAvailable | Notice::FillIn)
            | None => false,
        }
    }
}
