//! Shops that look no further than the first word that sounds like paid, and deliver on it: on the answer to a check and
//! on a notification, whichever comes first. None of them may ever deliver what is not paid, whatever becomes of the
//! payment and however often it asks.

use guichet_sandbox::{Action, Misbehaviour, MisbehaviourKind};
use serde_json::{Value, json};

use super::client::{Client, Opened, Seat};
use super::market::Market;
use super::notices;
use crate::support::call::text;

/// What becomes of the payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Paid,
    Declined,
    Cancelled,
    Begun,
    Expired,
    WrongAmount,
    /// Begun in time, and the money comes after the order has expired; the merchant holds late money.
    Late,
}

const FATES: [Fate; 7] =
    [Fate::Paid, Fate::Declined, Fate::Cancelled, Fate::Begun, Fate::Expired, Fate::WrongAmount, Fate::Late];

/// A shop's rule: the words on which it delivers.
type Rule = (&'static str, fn(&Value) -> bool);

/// The rules of shops that ask.
fn rules(client: Client) -> &'static [Rule] {
    match client {
        Client::NativeDzd | Client::NativeXof => &[],
        Client::OcPay => &[
            ("status", |answer| answer["data"]["status"] == "CONFIRMED"),
            ("details", |answer| !answer["data"]["transactionDetails"].is_null()),
            ("message", |answer| text(answer, "/data/message").contains("confirmed")),
        ],
        Client::CinetPay => &[
            ("code", |answer| answer["code"] == "00"),
            ("message", |answer| answer["message"] == "SUCCES"),
            ("status", |answer| answer["data"]["status"] == "ACCEPTED"),
            ("operator_id", |answer| !answer["data"]["operator_id"].is_null()),
            ("payment_date", |answer| !text(answer, "/data/payment_date").trim().is_empty()),
        ],
        Client::Novasend => &[
            ("status", |answer| answer["status"] == "processed"),
            ("confirmationStatus", |answer| answer["confirmationStatus"] == "accepted"),
            ("transaction.status", |answer| answer["transaction"]["status"] == "completed"),
            ("failure", |answer| answer["failure"].is_null() && answer["status"] == "processed"),
        ],
    }
}

/// The rules of shops that are notified; Novasend's notification is also read like an answer.
fn rules_of_notices(client: Client) -> &'static [Rule] {
    match client {
        Client::NativeDzd | Client::NativeXof | Client::OcPay => &[],
        Client::CinetPay => &[("cpm_error_message", |notice| notice["cpm_error_message"] == "SUCCES")],
        Client::Novasend => &[
            ("event", |notice| notice["event"] == "payin.confirmed"),
            ("status", |notice| notice["status"] == "processed"),
            ("confirmationStatus", |notice| notice["confirmationStatus"] == "accepted"),
            ("transaction.status", |notice| notice["transaction"]["status"] == "completed"),
        ],
    }
}

/// A shop with all of these rules.
struct NaiveShop {
    market: Market,
    seat: Seat,
    opened: Opened,
    client: Client,
}

impl NaiveShop {
    async fn open(client: Client, gateway: &'static str, fate: Fate) -> NaiveShop {
        let mut market = Market::through(gateway).await;
        if fate == Fate::Late {
            market.hold_late_money().await;
        }
        let seat = Seat::take(&market, client).await;
        let opened = seat.open("basket-1").await.expect("it is opened");
        NaiveShop { market, seat, opened, client }
    }

    /// The rules by which the shop delivers now.
    async fn delivers(&self) -> Vec<&'static str> {
        let answer = self.seat.asks(&self.opened).await;
        let mut by: Vec<&str> =
            rules(self.client).iter().filter(|(_, rule)| rule(&answer)).map(|(name, _)| *name).collect();
        for letter in self.market.inbox.letters() {
            let notice = match self.client {
                Client::CinetPay => notices::form(&letter.body)
                    .into_iter()
                    .map(|(name, value)| (name, json!(value)))
                    .collect(),
                Client::NativeDzd | Client::NativeXof | Client::OcPay | Client::Novasend => {
                    let mut notice = letter.json();
                    notice["event"] = json!(letter.header("x-novasend-event"));
                    notice
                }
            };
            let rules = rules_of_notices(self.client).iter();
            by.extend(rules.filter(|(_, rule)| rule(&notice)).map(|(name, _)| *name));
        }
        by
    }

    /// Insists that the shop delivers nothing unless the order is paid.
    async fn delivers_only_what_is_paid(&self, when: &str) {
        let by = self.delivers().await;
        let order = self.market.order(&self.opened.reference).await;
        assert!(
            order["status"] == "paid" || by.is_empty(),
            "{:?} delivers {when} by {by:?}: {order}",
            self.client
        );
    }

    fn act(&self, action: Action) {
        let newest = &self.market.at_gateway()[0];
        self.market.server.sandbox.act(&newest.reference, action).expect("the customer can");
    }

    /// Lets it happen, the shop asking after every step.
    async fn lives(&self, fate: Fate) {
        self.delivers_only_what_is_paid("once it is opened").await;
        let after_s = u64::try_from(self.client.expires_in_s() + 600).expect("a time");
        match fate {
            Fate::Paid => self.act(Action::Pay),
            Fate::Declined => self.act(Action::Decline),
            Fate::Cancelled => self.act(Action::Cancel),
            Fate::Begun => self.act(Action::Initiate),
            Fate::Expired => {}
            Fate::WrongAmount => self.act(Action::PayOther),
            Fate::Late => self.act(Action::PayLate { seconds: after_s }),
        }
        self.delivers_only_what_is_paid("at once").await;
        for seconds in [6, 31, self.client.expires_in_s() + 30, 1_800] {
            self.market.pass_s(seconds).await;
            self.delivers_only_what_is_paid(&format!("{seconds} s later")).await;
        }
        let order = self.market.order(&self.opened.reference).await;
        assert_eq!(order["status"] == "paid", fate == Fate::Paid, "{fate:?}: {order}");
        assert_eq!(order["needs_you"], json!(matches!(fate, Fate::WrongAmount | Fate::Late)), "{order}");
        // And what is paid it delivers, by every rule.
        if fate == Fate::Paid {
            let by = self.delivers().await;
            let mut all = rules(self.client).iter().chain(rules_of_notices(self.client));
            assert!(all.all(|(name, _)| by.contains(name)), "{by:?}");
        }
    }
}

async fn no_shop_delivers_unpaid(client: Client, gateways: &[&'static str]) {
    for gateway in gateways {
        for fate in FATES {
            NaiveShop::open(client, gateway, fate).await.lives(fate).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_novasend_shop_never_delivers_an_unpaid_order() {
    no_shop_delivers_unpaid(Client::Novasend, &["novasend", "cinetpay"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cinetpay_shop_never_delivers_an_unpaid_order() {
    no_shop_delivers_unpaid(Client::CinetPay, &["cinetpay", "novasend"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ocpay_shop_never_delivers_an_unpaid_order() {
    no_shop_delivers_unpaid(Client::OcPay, &["ocpay"]).await;
}

/// The gateway itself says `processed` and accepted of what is refused, in its answers and its notifications; the shop
/// behind us hears nothing of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_says_processed_too_early_misleads_nobody() {
    for fate in [Fate::Declined, Fate::Cancelled, Fate::Begun] {
        let shop = NaiveShop::open(Client::Novasend, "novasend", fate).await;
        for kind in [MisbehaviourKind::LooksPaid, MisbehaviourKind::NotificationLooksPaid] {
            shop.market.server.sandbox.inject(Misbehaviour::next(kind).times(100_000)).expect("a fault");
        }
        shop.lives(fate).await;
    }
}
