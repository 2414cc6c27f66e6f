//! Gateways' notifications: what they settle without anybody asking, and what false ones do not do.

use guichet_sandbox::{Action, Misbehaviour, MisbehaviourKind};
use serde_json::{Value, json};

use super::client::{Client, Seat};
use super::market::Market;
use super::notices::cinetpay_form;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("content-type", "application/json");

/// Less than the worker waits before it looks by itself, more than a gateway wants to be left alone.
const MOMENT_S: i64 = 6;

/// An order whose payment is open.
struct Sale {
    market: Market,
    gateway: &'static str,
    reference: String,
}

impl Sale {
    async fn open(gateway: &'static str) -> Sale {
        let market = Market::through(gateway).await;
        let seat = Seat::take(&market, Client::NativeXof).await;
        let reference = seat.open("basket-1").await.expect("it is opened").reference;
        Sale { market, gateway, reference }
    }

    fn pay(&self) {
        let newest = &self.market.at_gateway()[0];
        self.market.server.sandbox.act(&newest.reference, Action::Pay).expect("the customer pays");
    }

    /// Our own name for the payment at the gateway.
    fn name(&self) -> String {
        self.market.at_gateway()[0].merchant_reference.clone().expect("our name")
    }

    fn arm(&self, kind: MisbehaviourKind) {
        self.market.server.sandbox.inject(Misbehaviour::next(kind)).expect("a fault");
    }

    /// Somebody posts this to the account's callback address; everybody is answered 200.
    async fn post(&self, headers: &[(&str, &str)], body: Vec<u8>) {
        let url = self.market.callback_url(self.gateway);
        self.market.anybody.send("POST", &url, headers, body).await.expect(200);
    }

    async fn order(&self) -> Value {
        self.market.order(&self.reference).await
    }

    /// How the order stands a moment later, how often the gateway was asked, and how many
    /// notifications were noted.
    async fn after_a_moment(&self) -> (String, usize, usize) {
        self.market.pass_s(MOMENT_S).await;
        let order = self.order().await;
        let noted = self.market.events(&order, "payment.called_back").await;
        let status = order["status"].as_str().expect("a status").to_owned();
        assert_eq!(self.market.events(&order, "order.paid").await, usize::from(status == "paid"));
        (status, self.market.gateways.checks().values().map(Vec::len).sum(), noted)
    }
}

fn is(status: &str, checks: usize, noted: usize) -> (String, usize, usize) {
    (status.to_owned(), checks, noted)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gateways_own_notifications_settle() {
    for gateway in ["cinetpay", "novasend"] {
        let sale = Sale::open(gateway).await;
        sale.pay();
        assert_eq!(sale.after_a_moment().await, is("paid", 1, 1), "{gateway}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_that_comes_three_times_counts_once() {
    for gateway in ["cinetpay", "novasend"] {
        let sale = Sale::open(gateway).await;
        sale.arm(MisbehaviourKind::DuplicateNotification);
        sale.pay();
        assert_eq!(sale.after_a_moment().await, is("paid", 1, 1), "{gateway}");
        assert_eq!(sale.after_a_moment().await, is("paid", 1, 1), "{gateway}, later");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_signature_changes_nothing_and_costs_no_call() {
    for gateway in ["cinetpay", "novasend"] {
        let sale = Sale::open(gateway).await;
        sale.arm(MisbehaviourKind::ForgeSignature);
        let census = sale.market.server.census();
        sale.pay();
        assert_eq!(sale.after_a_moment().await, is("pending", 0, 0), "{gateway}");
        assert_eq!(sale.market.server.census(), census, "{gateway}");
        // The money is there all the same, and the worker finds it by itself.
        sale.market.pass_s(31).await;
        assert_eq!(sale.order().await["status"], "paid", "{gateway}");
    }
}

/// What somebody posts to a CinetPay account's callback address after the customer has paid, the
/// gateway's own notification being lost; and whether it brings the check forward.
#[tokio::test(flavor = "multi_thread")]
async fn what_may_come_to_a_cinetpay_account() {
    type Post = (Vec<(&'static str, String)>, Vec<u8>);
    /// What it is, how it is made for a payment, and whether it is heeded.
    type Row = (&'static str, fn(&str) -> Post, bool);
    fn signed(secret: &str, given: &[(&str, &str)]) -> Post {
        let (token, body) = cinetpay_form(secret, given);
        (vec![("x-token", token), (FORM.0, FORM.1.to_owned())], body)
    }
    fn plain(body: Value) -> Post {
        (vec![(JSON.0, JSON.1.to_owned())], body.to_string().into_bytes())
    }
    const SITE: &str = "445160";
    const SECRET: &str = "secret_of_key-of-cinetpay";
    let table: [Row; 9] = [
        ("signed", |name| signed(SECRET, &[("cpm_site_id", SITE), ("cpm_trans_id", name)]), true),
        ("swapped and signed", |name| signed(SECRET, &[("cpm_site_id", name), ("cpm_trans_id", SITE)]), true),
        ("the guide's JSON", |name| plain(json!({ "cpm_site_id": SITE, "cpm_trans_id": name })), true),
        ("the same, swapped", |name| plain(json!({ "cpm_trans_id": SITE, "cpm_site_id": name })), true),
        ("another secret", |name| signed("other", &[("cpm_site_id", SITE), ("cpm_trans_id", name)]), false),
        (
            "signed before it was altered",
            |name| {
                let (headers, _) = signed(SECRET, &[("cpm_site_id", SITE), ("cpm_trans_id", "another")]);
                (headers, signed(SECRET, &[("cpm_site_id", SITE), ("cpm_trans_id", name)]).1)
            },
            false,
        ),
        ("another payment", |_| plain(json!({ "cpm_site_id": SITE, "cpm_trans_id": "payother" })), false),
        ("nothing", |_| (Vec::new(), Vec::new()), false),
        ("noise", |name| (Vec::new(), format!("\u{0}{name}=%%&&").into_bytes()), false),
    ];
    for (what, post, heeded) in table {
        let sale = Sale::open("cinetpay").await;
        sale.arm(MisbehaviourKind::DropNotification);
        sale.pay();
        let (headers, body) = post(&sale.name());
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        for _ in 0..3 {
            sale.post(&headers, body.clone()).await;
        }
        let expected = if heeded { is("paid", 1, 1) } else { is("pending", 0, 0) };
        assert_eq!(sale.after_a_moment().await, expected, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ping_and_the_customers_way_back_are_answered() {
    let sale = Sale::open("cinetpay").await;
    let before = sale.market.server.census();
    sale.market.anybody.get(&sale.market.callback_url("cinetpay")).await.expect(200);
    let return_url = sale.market.at_gateway()[0].redirect_url.clone().expect("a way back");
    assert!(return_url.starts_with(&format!("{}/status/", sale.market.server.base_url)), "{return_url}");
    let body = format!("transaction_id={}&token=abc", sale.name()).into_bytes();
    let page = sale.market.anybody.send("POST", &return_url, &[FORM], body).await.expect(200);
    assert!(page.header("content-type").starts_with("text/html"));
    sale.market.anybody.get(&return_url).await.expect(200);
    assert_eq!(sale.market.server.census(), before);
    assert_eq!(sale.order().await["status"], "pending");
}
