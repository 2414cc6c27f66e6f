//! The page a customer comes back to: did it go through? It updates itself, counts down by the server's clock,
//! and asks the gateway at a button; without JavaScript it reloads while waiting. Once decided it is the
//! receipt, and leads back to the shop by itself.

use askama::Template;
use guichet_core::Money;

use super::language::Language;
use super::qr::Qr;
use super::shop::Shop;
use super::texts::{StateTexts, Texts, texts};
use super::{SCRIPT, STATUS_STYLE, clock_face};
use crate::random;

/// What the status page shows. Every text is escaped on its way into the page.
#[derive(Clone, Debug, Template)]
#[template(path = "status.html", whitespace = "minimize")]
pub(crate) struct StatusPage {
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
    /// What is taken off or put on the lines, by name.
    pub(crate) parts: Vec<(&'static str, Money)>,
    /// What the customer is told.
    pub(crate) state: StatusState,
    /// When that began (unix ms): when it was paid, ended, failed or, while it waits, ordered.
    pub(crate) since_ms: i64,
    /// How it was paid, once it is.
    pub(crate) receipt: Option<Receipt>,
    /// Seconds until the order expires, by the server's clock.
    pub(crate) seconds_left: i64,
    /// Whether a gateway can be asked now.
    pub(crate) can_check: bool,
    /// Where the Check button posts.
    pub(crate) check_action: String,
    /// Answers `{"shown","left"}`.
    pub(crate) live_url: String,
    /// Where the customer may pay, or pay again.
    pub(crate) pay_url: Option<String>,
    /// The way back to the shop.
    pub(crate) way_back: Option<WayBack>,
    /// Seconds after which the page reloads itself without JavaScript.
    pub(crate) reload_s: u32,
    /// Whether the customer asked to stay.
    pub(crate) stays: bool,
    /// What [`StatusPage::shown`] says; set when it is drawn.
    pub(crate) shown: String,
}

/// How an order was paid.
#[derive(Clone, Debug)]
pub(crate) struct Receipt {
    /// The way, as the customer knows it; none where there was nothing to pay.
    pub(crate) paid_with: Option<String>,
    /// The payer's number, most of it hidden.
    pub(crate) paid_from: Option<String>,
    /// The sum charged to the payer, where it is not what the order asked for: fees are in it.
    pub(crate) charged: Option<Money>,
    /// What went back to the payer, each time that the shop recorded some.
    pub(crate) refunded: Vec<Money>,
    /// The number under which the gateway or its operator finds the transaction.
    pub(crate) transaction: Option<String>,
    /// The code that leads back to this page.
    pub(crate) qr: Option<Qr>,
}

/// The way back to the shop.
#[derive(Clone, Debug)]
pub(crate) struct WayBack {
    /// Where it leads.
    pub(crate) address: String,
    /// What the browser posts there, by name; a plain link when there is nothing to post.
    pub(crate) posted: Vec<(&'static str, String)>,
    /// The same address for a browser that cannot post by itself.
    pub(crate) plain_address: String,
    /// Seconds after which the page goes there by itself, where it does.
    pub(crate) after_s: Option<u32>,
}

/// How the order stands, in the customer's eyes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum StatusState {
    /// Nobody has begun to pay.
    Unpaid,
    /// To be paid by hand, when the goods are handed over: nothing can be asked about it.
    ByHand,
    /// Not paid yet.
    Waiting {
        /// The gateway is already working on a payment.
        processing: bool,
    },
    /// The payments so far failed.
    Failed {
        /// Why the last one did, where that is known.
        why: Option<Why>,
        /// Whether another may be tried.
        may_retry: bool,
    },
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

/// Why a payment failed, as far as its gateway tells.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Why {
    /// The bank or the operator said no.
    Declined,
    /// The customer stopped it.
    Cancelled,
    /// Nobody used the link in time.
    LinkExpired,
    /// One of these; the gateway has one word for all.
    Unclear,
    /// It was never opened.
    NotOpened,
}

impl StatusPage {
    /// The complete HTML page.
    pub(crate) fn render(&self) -> String {
        let page = StatusPage { shown: self.shown(), ..self.clone() };
        // Writing into a String cannot fail, so there is no error to pass on.
        Template::render(&page).unwrap_or_default()
    }

    /// A fingerprint of what the page shows, whatever the time: the script redraws when it is another.
    pub(crate) fn shown(&self) -> String {
        let still = StatusPage { shown: String::new(), seconds_left: 0, reload_s: 0, ..self.clone() };
        let drawn = Template::render(&still).unwrap_or_default();
        random::fingerprint(drawn.as_bytes()).chars().take(12).collect()
    }

    fn style(&self) -> &'static str {
        &STATUS_STYLE
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
            StatusState::Unpaid => &texts.unpaid,
            StatusState::ByHand => &texts.by_hand,
            StatusState::Waiting { processing: false } => &texts.waiting,
            StatusState::Waiting { processing: true } => &texts.processing,
            StatusState::Failed { .. } => &texts.failed,
            StatusState::Paid => &texts.paid,
            StatusState::Fulfilled => &texts.fulfilled,
            StatusState::Expired => &texts.expired,
            StatusState::Cancelled => &texts.cancelled,
            StatusState::Review => &texts.review,
        }
    }

    /// What the state means for the customer.
    fn line(&self) -> &'static str {
        let texts = self.texts();
        match self.state {
            StatusState::Failed { why: Some(why), .. } => match why {
                Why::Declined => texts.declined,
                Why::Cancelled => texts.called_off,
                Why::LinkExpired => texts.link_expired,
                Why::Unclear => texts.unclear,
                Why::NotOpened => texts.not_opened,
            },
            StatusState::Paid if self.money.amount_minor == 0 => texts.free,
            StatusState::Failed { why: None, .. }
            | StatusState::Unpaid
            | StatusState::ByHand
            | StatusState::Waiting { .. }
            | StatusState::Paid
            | StatusState::Fulfilled
            | StatusState::Expired
            | StatusState::Cancelled
            | StatusState::Review => self.told().line,
        }
    }

    /// What the customer can do about a failure.
    fn next_step(&self) -> Option<&'static str> {
        match self.state {
            StatusState::Failed { may_retry: true, .. } => Some(self.texts().may_retry),
            StatusState::Failed { may_retry: false, .. } => Some(self.texts().order_again),
            StatusState::Unpaid
            | StatusState::ByHand
            | StatusState::Waiting { .. }
            | StatusState::Paid
            | StatusState::Fulfilled
            | StatusState::Expired
            | StatusState::Cancelled
            | StatusState::Review => None,
        }
    }

    fn since(&self) -> (&'static str, String) {
        let texts = self.texts();
        let label = match self.state {
            StatusState::Unpaid | StatusState::ByHand | StatusState::Waiting { .. } => texts.ordered_at,
            StatusState::Paid | StatusState::Fulfilled => texts.paid_at,
            StatusState::Failed { .. }
            | StatusState::Expired
            | StatusState::Cancelled
            | StatusState::Review => texts.updated_at,
        };
        (label, self.language.moment(self.since_ms, self.shop.settings.time_zone.as_deref()))
    }

    fn time_left(&self) -> String {
        clock_face(self.seconds_left)
    }

    /// Without JavaScript it reloads while somebody waits for the gateway's word.
    fn reloads(&self) -> bool {
        matches!(self.state, StatusState::Waiting { .. })
    }

    /// The countdown helps whoever may still pay; to all others it is noise.
    fn counts_down(&self) -> bool {
        match self.state {
            StatusState::Unpaid
            | StatusState::Waiting { .. }
            | StatusState::Failed { may_retry: true, .. } => true,
            StatusState::ByHand
            | StatusState::Failed { may_retry: false, .. }
            | StatusState::Paid
            | StatusState::Fulfilled
            | StatusState::Expired
            | StatusState::Cancelled
            | StatusState::Review => false,
        }
    }

    /// The first thing to do where nothing is under way: to pay, or to pay again.
    fn pay_first(&self) -> Option<(&str, &'static str)> {
        let words = match self.state {
            StatusState::Unpaid => self.texts().pay,
            StatusState::Failed { may_retry: true, .. } => self.texts().try_again,
            StatusState::Failed { may_retry: false, .. }
            | StatusState::ByHand
            | StatusState::Waiting { .. }
            | StatusState::Paid
            | StatusState::Fulfilled
            | StatusState::Expired
            | StatusState::Cancelled
            | StatusState::Review => return None,
        };
        self.pay_url.as_deref().map(|url| (url, words))
    }

    /// While waiting, it comes after Check: most customers here have just paid.
    fn pay_second(&self) -> Option<(&str, &'static str)> {
        let words = match self.state {
            StatusState::Waiting { processing: false } => self.texts().go_to_payment,
            StatusState::ByHand => self.texts().other_way,
            StatusState::Waiting { processing: true }
            | StatusState::Unpaid
            | StatusState::Failed { .. }
            | StatusState::Paid
            | StatusState::Fulfilled
            | StatusState::Expired
            | StatusState::Cancelled
            | StatusState::Review => return None,
        };
        self.pay_url.as_deref().map(|url| (url, words))
    }

    /// Seconds between the first looks of the script; zero where nothing more will happen, or where only a
    /// person knows.
    fn look_every_seconds(&self) -> u32 {
        match self.state {
            StatusState::Waiting { .. } => 4,
            StatusState::Unpaid | StatusState::Failed { .. } | StatusState::Expired | StatusState::Review => {
                20
            }
            StatusState::ByHand | StatusState::Paid | StatusState::Fulfilled | StatusState::Cancelled => 0,
        }
    }

    /// The Check button stays where the gateway may still know better: money can arrive late.
    fn may_check(&self) -> bool {
        self.can_check && self.look_every_seconds() > 0
    }

    /// Where nothing is left to pay, going back to the shop is the main thing to do.
    fn back_is_main(&self) -> bool {
        self.way_back.as_ref().is_some_and(|back| back.after_s.is_some())
    }

    /// The colour class; colour never stands alone, a word and an icon say the same.
    fn tone(&self) -> &'static str {
        match self.state {
            StatusState::Unpaid | StatusState::ByHand | StatusState::Waiting { .. } | StatusState::Review => {
                "wait"
            }
            StatusState::Failed { .. } => "bad",
            StatusState::Paid | StatusState::Fulfilled => "good",
            StatusState::Expired | StatusState::Cancelled => "off",
        }
    }

    /// The drawing inside the postmark, as an SVG path on a 48 × 48 field.
    fn icon(&self) -> &'static str {
        match self.state {
            StatusState::Unpaid => "M13 18h22v14H13zM13 23h22",
            StatusState::ByHand => "M12 17h15v13H12zM27 21h5l4 4v5h-9zM17 33h.1M31 33h.1",
            StatusState::Waiting { processing: false } => "M24 14v10l7 5",
            StatusState::Waiting { processing: true } => "M15 24h.1M24 24h.1M33 24h.1",
            StatusState::Failed { .. } => "M17 17l14 14M31 17L17 31",
            StatusState::Paid => "M15 25l6.5 6.5L34 18",
            StatusState::Fulfilled => "M11 25l6 6L28 19M25 30l1 1L37.5 19",
            StatusState::Expired => "M18 13h12M18 35h12M19 13c0 7 10 15 10 22M29 13c0 7-10 15-10 22",
            StatusState::Cancelled => "M15 24h18",
            StatusState::Review => "M22 15a7 7 0 1 0 .1 0zM27.5 27.5L34 34",
        }
    }
}
