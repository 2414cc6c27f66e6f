//! Plays one cell of the matrix: the client asks, the customer does what the outcome says, time passes,
//! and then the client, the merchant, the gateway and the journal must all tell the same story.

use guichet_sandbox::{Action, Misbehaviour, MisbehaviourKind, On};
use serde_json::json;

use super::cells::{Cell, End};
use super::client::{Client, Opened, Seat, Word};
use super::market::Market;
use crate::support::call::text;

/// What happens to the payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Paid,
    Declined,
    Expired,
    /// The money is taken before the order expires and confirmed after.
    Late,
    /// The gateway's answer to opening is lost after the effect; later the customer pays.
    LostAnswer,
}

impl Outcome {
    /// How it is called in the table.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Outcome::Paid => "paid",
            Outcome::Declined => "declined",
            Outcome::Expired => "expired",
            Outcome::Late => "late",
            Outcome::LostAnswer => "lost answer",
        }
    }
}

/// Longer than any gateway wants to be left alone, shorter than the worker's own next look: what is
/// learnt within it was learnt by the gateway's notification.
const MOMENT_S: i64 = 6;

/// Long enough for the worker to look by itself.
const LOOK_S: i64 = 31;

/// Plays a cell; a panic is a cell that is not so.
pub(crate) async fn play(client: Client, gateway: &'static str, outcome: Outcome, cell: Cell) {
    match cell {
        Cell::NotApplicable => {}
        Cell::Refused(code) => refused(client, gateway, code).await,
        Cell::Ends(end) => {
            let market = Market::through(gateway).await;
            let seat = Seat::take(&market, client).await;
            let setup = Setup { market, seat, gateway, client };
            let opened = match outcome {
                Outcome::Paid => setup.paid().await,
                Outcome::Declined => setup.declined().await,
                Outcome::Expired => setup.expired().await,
                Outcome::Late => setup.late().await,
                Outcome::LostAnswer => setup.lost_answer().await,
            };
            setup.ended(&opened, end, outcome == Outcome::Late).await;
        }
    }
}

async fn refused(client: Client, gateway: &'static str, code: &str) {
    let market = Market::through(gateway).await;
    let seat = Seat::take(&market, client).await;
    let before = market.server.census();
    let refusal = seat.open("basket-1").await.expect_err("it is refused");
    let status = if seat.code_of_broken_rules().is_some() { 400 } else { 422 };
    let code = seat.code_of_broken_rules().unwrap_or(code);
    assert_eq!((refusal.status, refusal.code.as_str()), (status, code));
    assert_eq!(market.server.census(), before, "nothing is written");
    assert!(market.at_gateway().is_empty());
}

struct Setup {
    market: Market,
    seat: Seat,
    gateway: &'static str,
    client: Client,
}

impl Setup {
    fn by_hand(&self) -> bool {
        self.gateway == "cash"
    }

    /// What the gateway says that it keeps of 2,500: two per cent at Novasend, as soon as it is opened; the others do not
    /// say.
    fn fee(&self) -> Option<i64> {
        (self.gateway == "novasend").then_some(50)
    }

    /// The client asks for a payment, and the customer follows the link.
    async fn open(&self) -> Opened {
        let opened = self.seat.open("basket-1").await.expect("it is opened");
        let link = &opened.link;
        let host = if self.by_hand() { &self.market.server.base_url } else { &self.market.gateways.url };
        assert!(link.starts_with(host.as_str()), "{link}");
        assert_eq!(link.contains("/status/"), self.by_hand(), "{link}");
        self.market.anybody.get(link).await.expect(200);
        self.seat.hears(&opened, Word::Open, self.fee()).await;
        opened
    }

    fn act(&self, action: Action) {
        let newest = &self.market.at_gateway()[0];
        self.market.server.sandbox.act(&newest.reference, action).expect("the customer can");
    }

    /// Lets the server learn what happened at the gateway.
    async fn learn(&self) {
        self.market.pass_s(if self.gateway == "ocpay" { LOOK_S } else { MOMENT_S }).await;
    }

    /// A person says that the money came.
    async fn record(&self, opened: &Opened) {
        let order = self.market.order(&opened.reference).await;
        let (id, payment) = (text(&order, "/id"), text(&order, "/payments/0/id"));
        self.market.native.press(&format!("/v1/orders/{id}/payments/{payment}/record")).await.expect(200);
    }

    async fn paid(&self) -> Opened {
        let opened = self.open().await;
        if self.by_hand() {
            self.record(&opened).await;
        } else {
            self.act(Action::Pay);
        }
        self.learn().await;
        opened
    }

    async fn declined(&self) -> Opened {
        let opened = self.open().await;
        if self.by_hand() {
            let id = text(&self.market.order(&opened.reference).await, "/id");
            self.market.native.press(&format!("/v1/orders/{id}/cancel")).await.expect(200);
        } else {
            self.act(Action::Decline);
        }
        self.learn().await;
        opened
    }

    /// How long the order waits: cash gives it a week.
    fn expires_in_s(&self) -> i64 {
        if self.by_hand() { 7 * 24 * 3600 } else { self.client.expires_in_s() }
    }

    async fn expired(&self) -> Opened {
        let opened = self.open().await;
        self.market.pass_s(self.expires_in_s() + 60).await;
        opened
    }

    async fn late(&self) -> Opened {
        let opened = self.open().await;
        let expires_in_s = self.expires_in_s();
        if !self.by_hand() {
            let seconds = u64::try_from(expires_in_s + 600).expect("a time");
            self.act(Action::PayLate { seconds });
            self.learn().await;
        }
        self.market.pass_s(expires_in_s + 60).await;
        assert_eq!(self.market.order(&opened.reference).await["status"], "expired");
        // Whose gateway says that the payer has begun is not told that all is over while it may yet be paid.
        let begun = matches!(self.gateway, "cinetpay" | "novasend");
        self.seat.hears(&opened, if begun { Word::Processing } else { Word::Expired }, self.fee()).await;
        if self.by_hand() {
            self.record(&opened).await;
        }
        self.market.pass_s(1_800).await;
        opened
    }

    /// The client's link is our own page; what the customer finds there depends on how the gateway can
    /// be asked what became of the opening.
    async fn lost_answer(&self) -> Opened {
        let lost = Misbehaviour::next(MisbehaviourKind::CutAfter).on(On::Open);
        self.market.server.sandbox.inject(lost).expect("a fault");
        let opened = self.seat.open("basket-1").await.expect("it is opened all the same");
        let checkout_url = format!("{}/checkout/", self.market.server.base_url);
        assert!(opened.link.starts_with(&checkout_url), "{}", opened.link);
        assert_eq!(self.market.order(&opened.reference).await["payments"][0]["status"], "unknown");
        let mut tried = self.market.choose(&opened.link, self.gateway).await;
        self.seat.hears(&opened, Word::Open, None).await;
        // OCPay cannot be asked, but its link was never handed out, so another one is safe. CinetPay is
        // asked first by our name for the payment, Novasend again under the same key; until then the
        // customer is told to wait.
        if self.gateway != "ocpay" {
            assert_eq!((tried.status, tried.header("location")), (200, ""));
            assert_eq!(self.market.at_gateway().len(), 1);
            self.market.pass_s(LOOK_S).await;
            tried = self.market.choose(&opened.link, self.gateway).await;
        }
        self.led_to_the_gateway(tried.expect(303).header("location"));
        self.act(Action::Pay);
        self.learn().await;
        opened
    }

    fn led_to_the_gateway(&self, location: &str) {
        let newest = &self.market.at_gateway()[0];
        assert_eq!(location, format!("{}/pay/{}", self.market.gateways.url, newest.reference));
    }

    /// Everybody tells the same story.
    async fn ended(&self, opened: &Opened, end: End, late: bool) {
        let order = self.market.order(&opened.reference).await;
        assert_eq!(order["status"], end.order, "{order}");
        let whole = if self.client.currency() == "DZD" { 250_000 } else { 2_500 };
        assert_eq!((&order["amount"], &order["currency"]), (&json!(whole), &json!(self.client.currency())));
        let paid = end.order == "paid";
        assert_eq!(order["paid_late"], json!(paid && late), "{order}");
        assert_eq!(order["needs_you"], false, "{order}");
        assert_eq!(self.market.events(&order, "order.paid").await, usize::from(paid));
        self.seat.hears(opened, end.word, self.fee()).await;
        let opened_there = self.market.at_gateway();
        assert_eq!(opened_there.len(), end.opened, "{opened_there:?}");
        // Nothing more comes of it, and nobody is told again.
        self.market.pass_s(MOMENT_S).await;
        let expected: Vec<&str> = end.told.iter().filter_map(|word| self.client.told(*word)).collect();
        if expected.is_empty() {
            assert!(self.market.inbox.letters().is_empty());
        } else {
            assert_eq!(self.seat.was_told(&self.market, opened), expected);
        }
    }
}
