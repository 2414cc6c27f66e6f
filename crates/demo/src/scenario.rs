//! The scenarios: what each is about, and how its order must end.

use clap::ValueEnum;

use super::ending::Ending;
use super::vendors::Vendor;

/// One customer's story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Scenario {
    /// Paid, and back on the status page.
    Paid,
    /// Declined, then paid by a second payment.
    DeclinedThenPaid,
    /// Nobody pays.
    Expired,
    /// Paid, but the browser never comes back.
    NeverReturns,
    /// Paid in time, confirmed after the expiry.
    ConfirmedLate,
    /// The gateway is down while the customer pays.
    GatewayDown,
    /// The answer to opening the payment is lost.
    AnswerLost,
    /// Run money on a live order.
    WrongEnvironment,
    /// Cash at the door.
    Cash,
    /// Cancelled by the shop, then paid.
    CancelledThenPaid,
    /// Two links of one order, both paid.
    PaidTwice,
    /// Paid through CinetPay.
    CinetpayPaid,
    /// Refused by a payer of CinetPay.
    CinetpayDeclined,
    /// Nobody pays a link of CinetPay.
    CinetpayExpired,
    /// The answer of CinetPay to opening the payment is lost.
    CinetpayAnswerLost,
    /// Paid through Novasend.
    NovasendPaid,
    /// Refused by a payer of Novasend.
    NovasendDeclined,
    /// Nobody pays a link of Novasend.
    NovasendExpired,
    /// The answer of Novasend to opening the payment is lost.
    NovasendAnswerLost,
    /// A shop written for CinetPay, paid through Novasend.
    CinetpayShop,
    /// A shop written for Novasend, paid through CinetPay.
    NovasendShop,
    /// A shop written for OCPay, paid in cash.
    OcpayShop,
    /// A customer of the front pays.
    FrontPaid,
    /// A customer of the front pays at the door.
    FrontCash,
    /// A customer of the front is declined, and pays by a second session.
    FrontDeclined,
    /// A customer of the front whose access token expires.
    FrontRefresh,
}

impl Scenario {
    /// All of them, in the order in which they are played.
    pub(super) const ALL: &'static [Scenario] = &[
        Scenario::Paid,
        Scenario::DeclinedThenPaid,
        Scenario::Expired,
        Scenario::NeverReturns,
        Scenario::ConfirmedLate,
        Scenario::GatewayDown,
        Scenario::AnswerLost,
        Scenario::WrongEnvironment,
        Scenario::Cash,
        Scenario::CancelledThenPaid,
        Scenario::PaidTwice,
        Scenario::CinetpayPaid,
        Scenario::CinetpayDeclined,
        Scenario::CinetpayExpired,
        Scenario::CinetpayAnswerLost,
        Scenario::NovasendPaid,
        Scenario::NovasendDeclined,
        Scenario::NovasendExpired,
        Scenario::NovasendAnswerLost,
        Scenario::CinetpayShop,
        Scenario::NovasendShop,
        Scenario::OcpayShop,
        Scenario::FrontPaid,
        Scenario::FrontCash,
        Scenario::FrontDeclined,
        Scenario::FrontRefresh,
    ];

    /// Its name on the command line and in reports.
    pub(super) fn name(self) -> &'static str {
        match self {
            Scenario::Paid => "paid",
            Scenario::DeclinedThenPaid => "declined-then-paid",
            Scenario::Expired => "expired",
            Scenario::NeverReturns => "never-returns",
            Scenario::ConfirmedLate => "confirmed-late",
            Scenario::GatewayDown => "gateway-down",
            Scenario::AnswerLost => "answer-lost",
            Scenario::WrongEnvironment => "wrong-environment",
            Scenario::Cash => "cash",
            Scenario::CancelledThenPaid => "cancelled-then-paid",
            Scenario::PaidTwice => "paid-twice",
            Scenario::CinetpayPaid => "cinetpay-paid",
            Scenario::CinetpayDeclined => "cinetpay-declined",
            Scenario::CinetpayExpired => "cinetpay-expired",
            Scenario::CinetpayAnswerLost => "cinetpay-answer-lost",
            Scenario::NovasendPaid => "novasend-paid",
            Scenario::NovasendDeclined => "novasend-declined",
            Scenario::NovasendExpired => "novasend-expired",
            Scenario::NovasendAnswerLost => "novasend-answer-lost",
            Scenario::CinetpayShop => "cinetpay-shop",
            Scenario::NovasendShop => "novasend-shop",
            Scenario::OcpayShop => "ocpay-shop",
            Scenario::FrontPaid => "front-paid",
            Scenario::FrontCash => "front-cash",
            Scenario::FrontDeclined => "front-declined",
            Scenario::FrontRefresh => "front-refresh",
        }
    }

    /// What it is about, as a sentence.
    pub(super) fn about(self) -> &'static str {
        match self {
            Scenario::Paid => "The customer pays and comes back to the status page.",
            Scenario::DeclinedThenPaid => "The bank says no; the customer tries again and pays.",
            Scenario::Expired => "Nobody pays; the order and its link lapse after twenty minutes.",
            Scenario::NeverReturns => "The customer pays and closes the browser; the worker finds the money.",
            Scenario::ConfirmedLate => {
                "Paid at minute 19, confirmed at minute 22, while the order expires at minute 20."
            }
            Scenario::GatewayDown => "The gateway answers 503 for a while; nothing is taken for a failure.",
            Scenario::AnswerLost => {
                "The gateway makes a link, but its answer is lost; no second one is made unasked."
            }
            Scenario::WrongEnvironment => "A live order is paid with run money, by a mistake in the keys.",
            Scenario::Cash => "Cash at the door, recorded by hand.",
            Scenario::CancelledThenPaid => "The shop cancels the order, and then the money comes.",
            Scenario::PaidTwice => "Two links of one order, in two tabs, and both are paid.",
            Scenario::CinetpayPaid => {
                "CinetPay announces that the customer paid; nobody waits for the next question."
            }
            Scenario::CinetpayDeclined => "CinetPay announces that the payer said no.",
            Scenario::CinetpayExpired => {
                "Nobody pays; the order lapses after twenty minutes, and CinetPay’s link a day later."
            }
            Scenario::CinetpayAnswerLost => {
                "CinetPay’s answer is lost; it is asked by our own name before anything else is opened."
            }
            Scenario::NovasendPaid => {
                "Novasend announces that the customer paid; nobody waits for the next question."
            }
            Scenario::NovasendDeclined => "Novasend announces that the payer said no.",
            Scenario::NovasendExpired => {
                "Nobody pays; Novasend’s link lapses after a quarter of an hour, and then the order."
            }
            Scenario::NovasendAnswerLost => {
                "Novasend’s answer is lost; asked again under the same key, it gives the same link."
            }
            Scenario::CinetpayShop => {
                "A shop written for CinetPay is paid through Novasend, and told as CinetPay would."
            }
            Scenario::NovasendShop => {
                "A shop written for Novasend is paid through CinetPay, and told as Novasend would."
            }
            Scenario::OcpayShop => {
                "A shop written for OCPay is paid in cash, and learns it by asking as always."
            }
            Scenario::FrontPaid => {
                "A customer of a front written for OneEntry signs up, orders, and pays by a session."
            }
            Scenario::FrontCash => "The same in cash: a session without a page, and a person who records it.",
            Scenario::FrontDeclined => "The bank says no; the front opens a second session, and it is paid.",
            Scenario::FrontRefresh => {
                "The access token expires while the customer waits; the front renews it and nothing is lost."
            }
        }
    }

    /// For which vendor its shop was written, where it was not written for Guichet.
    pub(super) fn vendor(self) -> Option<Vendor> {
        match self {
            Scenario::CinetpayShop => Some(Vendor::CinetPay),
            Scenario::NovasendShop => Some(Vendor::Novasend),
            Scenario::OcpayShop => Some(Vendor::OcPay),
            Scenario::Paid
            | Scenario::DeclinedThenPaid
            | Scenario::Expired
            | Scenario::NeverReturns
            | Scenario::ConfirmedLate
            | Scenario::GatewayDown
            | Scenario::AnswerLost
            | Scenario::WrongEnvironment
            | Scenario::Cash
            | Scenario::CancelledThenPaid
            | Scenario::PaidTwice
            | Scenario::CinetpayPaid
            | Scenario::CinetpayDeclined
            | Scenario::CinetpayExpired
            | Scenario::CinetpayAnswerLost
            | Scenario::NovasendPaid
            | Scenario::NovasendDeclined
            | Scenario::NovasendExpired
            | Scenario::NovasendAnswerLost
            | Scenario::FrontPaid
            | Scenario::FrontCash
            | Scenario::FrontDeclined
            | Scenario::FrontRefresh => None,
        }
    }

    /// Whether its order is one of real money.
    pub(super) fn is_live(self) -> bool {
        self == Scenario::WrongEnvironment
    }

    /// How its order must end.
    pub(super) fn expected(self) -> Ending {
        match self {
            Scenario::Paid
            | Scenario::NeverReturns
            | Scenario::GatewayDown
            | Scenario::CinetpayPaid
            | Scenario::NovasendPaid
            | Scenario::NovasendAnswerLost
            | Scenario::FrontPaid
            | Scenario::FrontRefresh => Ending::of("fulfilled", &["paid"], &["paid"]),
            Scenario::DeclinedThenPaid | Scenario::FrontDeclined => {
                Ending::of("fulfilled", &["failed", "paid"], &["declined", "paid"])
            }
            Scenario::Expired => Ending::of("expired", &["failed"], &["expired"]),
            Scenario::ConfirmedLate => {
                Ending { paid_late: true, ..Ending::of("fulfilled", &["paid"], &["paid"]) }
            }
            Scenario::AnswerLost => Ending::of("fulfilled", &["expired", "paid"], &["expired", "paid"]),
            Scenario::WrongEnvironment => {
                Ending::of("pending", &["paid"], &["paid"]).holding("wrong_environment")
            }
            Scenario::Cash | Scenario::FrontCash => Ending::of("fulfilled", &["paid"], &[]),
            Scenario::CancelledThenPaid => Ending::of("cancelled", &["paid"], &["paid"]).holding("paid_late"),
            Scenario::PaidTwice => {
                Ending::of("fulfilled", &["paid", "paid"], &["paid", "paid"]).holding("paid_twice")
            }
            Scenario::CinetpayDeclined | Scenario::NovasendDeclined => {
                Ending::of("failed", &["failed"], &["declined"])
            }
            // CinetPay has no word of its own for a link that lapsed.
            Scenario::CinetpayExpired => Ending::of("expired", &["cancelled"], &["expired"]),
            Scenario::CinetpayAnswerLost => {
                Ending::of("fulfilled", &["cancelled", "paid"], &["expired", "paid"])
            }
            Scenario::NovasendExpired => Ending::of("expired", &["expired"], &["expired"]),
            // Their vendors know no goods, so nothing is handed over.
            Scenario::CinetpayShop | Scenario::NovasendShop => {
                Ending { paid_webhooks: 1, ..Ending::of("paid", &["paid"], &["paid"]) }
            }
            Scenario::OcpayShop => Ending::of("paid", &["paid"], &[]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_is_played_under_its_name() {
        assert_eq!(Scenario::value_variants(), Scenario::ALL);
        for scenario in Scenario::ALL {
            let spelled = scenario.to_possible_value().unwrap();
            assert_eq!(spelled.get_name(), scenario.name());
        }
    }
}
