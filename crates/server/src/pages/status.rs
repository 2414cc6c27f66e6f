//! The page a customer comes back to: did it go through? It updates itself, counts down by the
//! server's clock, and asks the gateway at a button; without JavaScript it reloads while waiting.

use askama::Template;

use super::language::Language;
use super::texts::{StateTexts, Texts, texts};
use super::{SCRIPT, STYLE, clock_face};

/// What the status page shows. Every text is escaped on its way into the page.
#[derive(Clone, Debug, Template)]
#[template(path = "status.html", whitespace = "minimize")]
pub(crate) struct StatusPage {
    /// The customer's language.
    pub(crate) language: Language,
    /// The shop's name, as its customers know it.
    pub(crate) merchant_name: String,
    /// What is being paid, in the shop's words.
    pub(crate) order_title: String,
    /// The shop's own reference.
    pub(crate) reference: String,
    /// A decimal number with a point, such as `2500.00`.
    pub(crate) amount: String,
    /// ISO 4217 code.
    pub(crate) currency: String,
    /// Shows the "no real money" banner.
    pub(crate) test_mode: bool,
    /// What the customer is told.
    pub(crate) state: StatusState,
    /// The order's version this page was made from; the script redraws when `live_url` shows another.
    pub(crate) version: i64,
    /// Seconds until the order expires, by the server's clock.
    pub(crate) seconds_left: i64,
    /// Where the Check button posts (with `lang`).
    pub(crate) check_action: String,
    /// Answers `{"status","seconds_left","version"}`.
    pub(crate) live_url: String,
    /// The checkout page, where the customer may pay (again).
    pub(crate) checkout_url: Option<String>,
    /// The way back to the shop.
    pub(crate) way_back: Option<WayBack>,
    /// When the order last changed or was last checked, ready to be read.
    pub(crate) updated_at: String,
}

/// The way back to the shop.
#[derive(Clone, Debug)]
pub(crate) struct WayBack {
    /// Where it leads.
    pub(crate) address: String,
    /// What the browser posts there, by name; a plain link when there is nothing to post.
    pub(crate) posted: Vec<(&'static str, String)>,
}

/// How the order stands, in the customer's eyes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum StatusState {
    /// Not paid yet.
    Waiting {
        /// The gateway is already working on a payment.
        processing: bool,
    },
    /// Every payment so far failed; another may be tried.
    Failed,
    /// Paid, confirmed by the gateway.
    Paid,
    /// Paid, and done by the shop.
    Fulfilled,
    /// The time to pay is over.
    Expired,
    /// Called off by the shop.
    Cancelled,
    /// Money came that does not fit; the shop decides.
    Review,
}

impl StatusPage {
    /// The complete HTML page.
    pub(crate) fn render(&self) -> String {
        // Writing into a String cannot fail, so there is no error to pass on.
        Template::render(self).unwrap_or_default()
    }

    fn style(&self) -> &'static str {
        &STYLE
    }

    fn script(&self) -> &'static str {
        &SCRIPT
    }

    fn texts(&self) -> &'static Texts {
        texts(self.language)
    }

    fn told(&self) -> &'static StateTexts {
        let texts = self.texts();
        match self.state {
            StatusState::Waiting { processing: false } => &texts.waiting,
            StatusState::Waiting { processing: true } => &texts.processing,
            StatusState::Failed => &texts.failed,
            StatusState::Paid => &texts.paid,
            StatusState::Fulfilled => &texts.fulfilled,
            StatusState::Expired => &texts.expired,
            StatusState::Cancelled => &texts.cancelled,
            StatusState::Review => &texts.review,
        }
    }

    fn time_left(&self) -> String {
        clock_face(self.seconds_left)
    }

    fn waiting(&self) -> bool {
        matches!(self.state, StatusState::Waiting { .. })
    }

    /// The countdown helps whoever may still pay; to all others it is noise.
    fn counts_down(&self) -> bool {
        self.waiting() || self.state == StatusState::Failed
    }

    /// After a failure, paying again is the first thing to do.
    fn retry_url(&self) -> Option<&str> {
        (self.state == StatusState::Failed).then_some(self.checkout_url.as_deref()).flatten()
    }

    /// While waiting, it comes after Check: most customers here have just paid.
    fn pay_url(&self) -> Option<&str> {
        let untouched = self.state == StatusState::Waiting { processing: false };
        untouched.then_some(self.checkout_url.as_deref()).flatten()
    }

    /// Seconds between two looks of the script; zero where nothing more will happen.
    fn look_every_seconds(&self) -> u32 {
        match self.state {
            StatusState::Waiting { .. } => 4,
            StatusState::Failed | StatusState::Expired | StatusState::Review => 20,
            StatusState::Paid | StatusState::Fulfilled | StatusState::Cancelled => 0,
        }
    }

    /// The Check button stays where the gateway may still know better: money can arrive late.
    fn may_check(&self) -> bool {
        self.look_every_seconds() > 0
    }

    /// The colour class; colour never stands alone, a word and an icon say the same.
    fn tone(&self) -> &'static str {
        match self.state {
            StatusState::Waiting { .. } | StatusState::Review => "wait",
            StatusState::Failed => "bad",
            StatusState::Paid | StatusState::Fulfilled => "good",
            StatusState::Expired | StatusState::Cancelled => "off",
        }
    }

    /// The drawing inside the postmark, as an SVG path on a 48 × 48 field.
    fn icon(&self) -> &'static str {
        match self.state {
            StatusState::Waiting { processing: false } => "M24 14v10l7 5",
            StatusState::Waiting { processing: true } => "M15 24h.1M24 24h.1M33 24h.1",
            StatusState::Failed => "M17 17l14 14M31 17L17 31",
            StatusState::Paid => "M15 25l6.5 6.5L34 18",
            StatusState::Fulfilled => "M11 25l6 6L28 19M25 30l1 1L37.5 19",
            StatusState::Expired => "M18 13h12M18 35h12M19 13c0 7 10 15 10 22M29 13c0 7-10 15-10 22",
            StatusState::Cancelled => "M15 24h18",
            StatusState::Review => "M22 15a7 7 0 1 0 .1 0zM27.5 27.5L34 34",
        }
    }
}
