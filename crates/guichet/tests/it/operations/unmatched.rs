//! Money for nobody: a backup is restored, and a gateway speaks of a payment that was opened since. It is kept, put before a
//! person, and tied to an order; the order is paid once, and no second link is opened meanwhile.

use guichet_core::{Environment, MerchantId, OrderMark, PaymentId};
use guichet_sandbox::{Action, Misbehaviour, MisbehaviourKind};
use guichet_server::Clock;
use serde_json::{Value, json};

use crate::matrix::client::{Client, Seat};
use crate::matrix::market::{Account as AccountAt, Market, at};
use crate::matrix::notices::cinetpay_form;
use crate::support::call::{Answer, Caller, text};
use crate::support::database::Database;
use crate::support::program::{ServerProcess, run, succeed, to_bear_limits};
use crate::support::scratch::scratch;
use crate::support::shop_file::{Account, Merchant, ShopFile};
use crate::support::test_server::acquirer;

/// Less than the worker waits before it looks by itself.
const MOMENT_S: i64 = 6;

/// The gateways that notify.
const GATEWAYS: [&str; 2] = ["cinetpay", "novasend"];

/// A merchant, a backup of whose server was made before anything was sold.
struct Loss {
    market: Market,
    gateway: &'static str,
}

fn order(reference: &str, gateway: Option<&str>) -> Value {
    let mut order = json!({
        "reference": reference, "amount": 5_000, "currency": "XOF", "title": "A book",
        "payer": { "given_name": "Awa", "family_name": "Koné", "phone": "+2250707000001", "country": "CI" },
    });
    if let Some(gateway) = gateway {
        order["gateway"] = gateway.into();
    }
    order
}

impl Loss {
    async fn of(name: &str, gateway: &'static str) -> Loss {
        let market = Market::open(name, &[at(gateway)], &[json!({ "accounts": [gateway] })]).await;
        market.server.backup("monday.db");
        Loss { market, gateway }
    }

    /// A payment is opened, the disk is lost, the backup is restored, and then the customer pays.
    async fn paid_after_the_backup(name: &str, gateway: &'static str) -> Loss {
        let mut loss = Loss::of(name, gateway).await;
        loss.sell("basket-1").await;
        loss.market.server.restore("monday.db").await;
        loss.act(Action::Pay);
        loss.market.pass_s(MOMENT_S).await;
        loss
    }

    async fn sell(&self, reference: &str) -> Value {
        self.market.native.order(&order(reference, Some(self.gateway))).await
    }

    /// Does something with the payment that was opened first.
    fn act(&self, action: Action) {
        let first = self.market.at_gateway().last().expect("a payment").reference.clone();
        self.market.server.sandbox.act(&first, action).expect("somebody can");
    }

    async fn listed(&self, status: &str) -> Vec<Value> {
        let path = format!("/v1/unmatched_notifications?status={status}");
        let page = self.market.native.get(&path).await.expect(200).json();
        page["data"].as_array().expect("a list").clone()
    }

    async fn paid_once(&self, reference: &str) -> Value {
        let order = self.market.order(reference).await;
        assert_eq!(order["status"], "paid", "{order}");
        assert_eq!(self.market.events(&order, "order.paid").await, 1, "{order}");
        assert_eq!(order["needs_you"], false, "{order}");
        order
    }

    fn doctor(&self) -> String {
        let directory = self.market.server.directory();
        String::from_utf8(run(directory, &["doctor"]).stdout).expect("text")
    }

    /// Somebody posts a CinetPay notification about the first payment, signed or not.
    async fn notify(&self, secret: Option<&str>) -> Answer {
        let name = self.market.at_gateway().last().expect("a payment").merchant_reference.clone();
        let fields = [("cpm_site_id", "445160"), ("cpm_trans_id", name.as_deref().expect("our name"))];
        let (token, body) = cinetpay_form(secret.unwrap_or("none"), &fields);
        let mut headers = vec![("content-type", "application/x-www-form-urlencoded")];
        if secret.is_some() {
            headers.push(("x-token", &token));
        }
        self.market.anybody.send("POST", &self.market.callback_url("cinetpay"), &headers, body).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn money_for_nobody_is_kept_and_tied_by_a_person_and_paid_once() {
    for gateway in GATEWAYS {
        let loss = Loss::paid_after_the_backup(&format!("unmatched-tied-{gateway}"), gateway).await;
        let [kept] = &loss.listed("open").await[..] else { panic!("{:?}", loss.listed("open").await) };
        assert_eq!((&kept["signed"], &kept["payment_status"]), (&json!(true), &json!("paid")), "{kept}");
        assert_eq!((&kept["amount"]["amount"], &kept["amount"]["currency"]), (&json!(5_000), &json!("XOF")));
        assert!(text(kept, "/payment").starts_with("pay_") && !text(kept, "/body").is_empty(), "{kept}");
        let doctor = loss.doctor();
        assert!(doctor.contains("gateways speak of 1 payments that no order has"), "{doctor}");
        let listed = loss.market.server.command(&["unmatched", "list"]);
        assert!(listed.contains(&text(kept, "/id")) && listed.contains("paid 5000 XOF"), "{listed}");

        // The shop knows the order by another reference meanwhile.
        loss.market.native.order(&order("by-phone", None)).await;
        let tie = ["unmatched", "tie", &text(kept, "/id"), "by-phone", "--json"];
        let tied: Value = serde_json::from_str(&loss.market.server.command(&tie)).expect("JSON");
        assert_eq!(
            (&tied["status"], &tied["payments"][0]["id"]),
            (&json!("paid"), &kept["payment"]),
            "{tied}"
        );
        loss.paid_once("by-phone").await;
        let [settled] = &loss.listed("tied").await[..] else { panic!("nothing is tied") };
        assert_eq!((&settled["id"], &settled["order"]), (&kept["id"], &tied["id"]));
        let again = run(loss.market.server.directory(), &tie);
        assert_eq!(again.status.code(), Some(4), "tied once");
        assert!(loss.listed("open").await.is_empty());
        assert!(loss.doctor().contains("no gateway speaks of a payment that no order has"));
        assert_eq!(loss.market.at_gateway().len(), 1, "{gateway}: nothing more was opened");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_sent_again_gets_the_payment_that_it_had() {
    for gateway in GATEWAYS {
        let loss = Loss::paid_after_the_backup(&format!("unmatched-resent-{gateway}"), gateway).await;
        assert_eq!(loss.listed("open").await.len(), 1);
        let sent = loss.sell("basket-1").await;
        assert_eq!((&sent["status"], &sent["payment_url"]), (&json!("paid"), &Value::Null), "{sent}");
        assert_eq!(loss.market.at_gateway().len(), 1, "{gateway}: no second link");
        loss.paid_once("basket-1").await;
        assert!(loss.listed("open").await.is_empty());
        // Another order of as much is another order.
        let other = loss.sell("basket-2").await;
        assert_eq!(other["status"], "pending", "{other}");
        assert!(other["payment_url"].is_string(), "{other}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_a_vendors_client_sends_again_gets_the_payment_that_it_had() {
    for (client, gateway) in [(Client::CinetPay, "cinetpay"), (Client::Novasend, "novasend")] {
        let mut loss = Loss::of(&format!("unmatched-client-{gateway}"), gateway).await;
        let seat = Seat::take(&loss.market, client).await;
        loss.market.server.backup("tuesday.db");
        seat.open("basket-1").await.expect("it is opened");
        loss.market.server.restore("tuesday.db").await;
        loss.act(Action::Pay);
        loss.market.pass_s(MOMENT_S).await;
        assert_eq!(loss.listed("open").await.len(), 1, "{client:?}");
        let again = seat.open("basket-1").await.expect("it is answered");
        assert!(again.link.starts_with(&loss.market.server.base_url), "to our own page: {}", again.link);
        assert_eq!(loss.market.at_gateway().len(), 1, "{client:?}: no second link");
        loss.paid_once(&again.reference).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_sent_again_for_another_price_is_put_before_a_person() {
    let loss = Loss::paid_after_the_backup("unmatched-price", "cinetpay").await;
    let mut dearer = order("basket-1", Some("cinetpay"));
    dearer["amount"] = 6_000.into();
    let sent = loss.market.native.order(&dearer).await;
    assert_eq!((&sent["status"], &sent["needs_you"]), (&json!("pending"), &json!(true)), "{sent}");
    assert_eq!(sent["held"][0]["kind"], "amount_mismatch", "{sent}");
    assert_eq!(loss.market.at_gateway().len(), 1, "no second link");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_was_in_the_backup_gets_a_payment_that_was_opened_since() {
    for gateway in GATEWAYS {
        let mut loss = Loss::of(&format!("unmatched-known-{gateway}"), gateway).await;
        let known = loss.market.native.order(&order("basket-1", None)).await;
        loss.market.server.backup("tuesday.db");
        let path = format!("/v1/orders/{}/payments", text(&known, "/id"));
        loss.market.native.post(&path, &json!({ "gateway": gateway })).await.expect(201);
        loss.market.server.restore("tuesday.db").await;
        loss.act(Action::Pay);
        loss.market.pass_s(MOMENT_S).await;
        loss.paid_once("basket-1").await;
        assert!(loss.listed("open").await.is_empty(), "{gateway}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_was_sent_again_before_the_gateway_notified_is_paid_once() {
    let mut loss = Loss::of("unmatched-sent-before", "cinetpay").await;
    loss.sell("basket-1").await;
    loss.market.server.restore("monday.db").await;
    let again = loss.sell("basket-1").await;
    assert!(again["payment_url"].is_string(), "nobody knew of the first: {again}");
    loss.act(Action::Pay);
    loss.market.pass_s(MOMENT_S).await;
    let paid = loss.paid_once("basket-1").await;
    assert_eq!(paid["payments"].as_array().map(Vec::len), Some(2), "{paid}");
    assert!(loss.listed("open").await.is_empty());
}

/// The reference of an order of a shop front is made of a number, which may have been another order's before.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_a_shop_front_gets_no_payment_that_is_older_than_itself() {
    let mut loss = Loss::of("unmatched-front", "cinetpay").await;
    loss.sell("shop-17").await;
    loss.market.pass_s(60).await;
    loss.market.server.restore("monday.db").await;
    let other = loss.market.native.order(&order("shop-17", None)).await;
    loss.market.server.rows().alter(&format!(
        "INSERT INTO purchases (merchant_id, environment, number, customer_id, storage, shard, order_id) \
         SELECT merchant_id, environment, 17, 'cus_01kaqwm3v0e9r8t7y6v5w4x3z1', 'shop', shard, id FROM orders \
         WHERE id = '{}'",
        text(&other, "/id")
    ));
    loss.act(Action::Pay);
    loss.market.pass_s(MOMENT_S).await;
    assert_eq!(loss.market.order("shop-17").await["payments"], json!([]), "it is another customer's order");
    assert_eq!(loss.listed("open").await.len(), 1, "a person decides");
    let path = format!("/v1/orders/{}/payments", text(&other, "/id"));
    let opened = loss.market.native.post(&path, &json!({ "gateway": "cinetpay" })).await.expect(201).json();
    assert_eq!((&opened["status"], loss.market.at_gateway().len()), (&json!("pending"), 2), "{opened}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_one_account_so_many_are_kept_and_no_more() {
    let loss = Loss::paid_after_the_backup("unmatched-full", "cinetpay").await;
    let kept = loss.listed("open").await;
    loss.market.server.rows().alter(
        "INSERT INTO unmatched_notifications (account_id, name, id, merchant_id, environment, gateway, named, reference, \
         body, signed, received, first_at_ms, last_at_ms, status) \
         WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 999) \
         SELECT account_id, 'name-' || n, \
         'unm_' || substr('00000000000000000000000000' || n, length('' || n) + 1), merchant_id, \
         environment, gateway, named, reference, body, 1, 1, first_at_ms, last_at_ms, 'open' \
         FROM unmatched_notifications, numbers",
    );
    let secret = Some("secret_of_key-of-cinetpay");
    loss.notify(secret).await.expect(200);
    assert_eq!(loss.listed("open").await[0]["received"], 2, "what is kept is counted: {kept:?}");
    loss.market.server.rows().alter("UPDATE unmatched_notifications SET name = 'another' WHERE received = 2");
    loss.notify(secret).await.expect(503);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_payment_that_failed_is_no_money_and_the_order_is_opened_again() {
    let mut loss = Loss::of("unmatched-failed", "cinetpay").await;
    loss.sell("basket-1").await;
    loss.market.server.restore("monday.db").await;
    loss.act(Action::Decline);
    loss.market.pass_s(MOMENT_S).await;
    assert!(loss.listed("open").await.is_empty());
    assert_eq!(loss.listed("dismissed").await[0]["payment_status"], "failed");
    assert!(loss.sell("basket-1").await["payment_url"].is_string());
    assert_eq!(loss.market.at_gateway().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_strangers_send_is_kept_only_when_the_gateway_confirms_it() {
    let mut loss = Loss::of("unmatched-strangers", "cinetpay").await;
    loss.sell("basket-1").await;
    loss.market.server.restore("monday.db").await;
    let census = loss.market.server.census();
    loss.notify(Some("a forger's")).await.expect(200);
    loss.notify(None).await.expect(200);
    assert_eq!(loss.market.server.census(), census, "nobody paid, so nothing is kept");
    for body in ["cpm_trans_id=pay01kaqwm3v0e9r8t7y6v5w4x3z1", "cpm_trans_id=payother", "x", ""] {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let url = loss.market.callback_url("cinetpay");
        loss.market.anybody.send("POST", &url, &form, body.into()).await.expect(200);
    }
    assert_eq!(loss.market.server.census(), census);
    let dropped = Misbehaviour::next(MisbehaviourKind::DropNotification);
    loss.market.server.sandbox.inject(dropped).expect("a fault");
    loss.act(Action::Pay);
    loss.notify(None).await.expect(200);
    let [kept] = &loss.listed("open").await[..] else { panic!("the gateway says that it is paid") };
    assert_eq!((&kept["signed"], &kept["payment_status"]), (&json!(false), &json!("paid")), "{kept}");
    let census = loss.market.server.census();
    loss.notify(None).await.expect(200);
    assert_eq!(&loss.listed("open").await[0], kept, "strangers change nothing of it");
    assert_eq!(loss.market.server.census(), census);

    let id = text(kept, "/id");
    let other = loss.market.server.caller("alger", Environment::Test).await;
    for action in ["tie", "dismiss"] {
        let path = format!("/v1/unmatched_notifications/{id}/{action}");
        other.post(&path, &json!({ "order": "ord_01kaqwm3v0e9r8t7y6v5w4x3z1" })).await.expect(404);
    }
    assert_eq!(other.get("/v1/unmatched_notifications").await.expect(200).json()["data"], json!([]));
    loss.market.server.command(&["unmatched", "dismiss", &id]);
    assert_eq!(loss.listed("dismissed").await[0]["id"], kept["id"]);
    // Once a person has dealt with it, it does not come back.
    loss.notify(None).await.expect(200);
    assert!(loss.listed("open").await.is_empty());
    let path = format!("/v1/unmatched_notifications/{id}/tie");
    let made = loss.market.native.order(&order("late", None)).await;
    let refused = loss.market.native.post(&path, &json!({ "order": made["id"] })).await.expect(409).json();
    assert_eq!(refused["code"], "notification_settled");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_is_known_at_another_account_is_not_for_nobody() {
    let account = |name| AccountAt { name, gateway: "cinetpay", there: true };
    let routes = [json!({ "accounts": ["one", "two"] })];
    let market = Market::open("unmatched-other", &[account("one"), account("two")], &routes).await;
    let mut asked = order("basket-1", None);
    asked["account"] = "one".into();
    market.native.order(&asked).await;
    let name = market.at_gateway()[0].merchant_reference.clone().expect("our name");
    let fields = [("cpm_site_id", "445160"), ("cpm_trans_id", name.as_str())];
    let (token, body) = cinetpay_form("secret_of_key-of-two", &fields);
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("x-token", token.as_str())];
    let census = market.server.census();
    market.anybody.send("POST", &market.callback_url("two"), &headers, body).await.expect(200);
    assert_eq!(market.server.census(), census);
    assert!(market.gateways.checks().is_empty(), "the gateway is not asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_strangers_than_an_account_may_be_asked_for_are_told_to_come_back() {
    let mut loss = Loss::of("unmatched-many", "cinetpay").await;
    loss.sell("basket-1").await;
    loss.market.server.restore("monday.db").await;
    let mut answers = Vec::new();
    for _ in 0..7 {
        answers.push(loss.notify(None).await.status);
    }
    assert_eq!(answers, [200, 200, 200, 200, 200, 503, 503], "the gateway is asked so often, and no more");
}

/// A merchant at one gateway, as a shop file declares it.
fn declared(gateway_url: &str) -> ShopFile {
    let secret = json!({ "api_key": "key", "site_id": "445160", "secret_key": "secret_of_the_site" });
    let account = Account::at("cinetpay", "cinetpay", Environment::Test).url(gateway_url).secret(secret);
    Merchant::named("market").account(account).into()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_that_cannot_be_written_is_answered_so_that_the_gateway_repeats_it() {
    let directory = scratch("unmatched-full-disk");
    let (sandbox, gateway_url) = acquirer(&Clock::default()).await;
    declared(&gateway_url).write_to(&directory);
    succeed(&directory, &["apply", "shop.toml"]);
    let key = succeed(&directory, &["key", "create", "--merchant", "market"]);
    let server = ServerProcess::start(&directory, to_bear_limits);
    let shop = Caller::new(&server.base_url, Some(key.trim()));
    let made = shop.order(&order("basket-1", Some("cinetpay"))).await;
    let url = format!("/callbacks/cinetpay/{}", text(&made, "/payments/0/account"));
    let name = sandbox.payments()[0].merchant_reference.clone().expect("our name");
    let lost = PaymentId::of_order(
        market_of(&directory),
        Environment::Test,
        OrderMark::of(market_of(&directory), Environment::Test, "lost"),
        1_770_000_000_000,
        [7; 10],
    );
    let lost = lost.to_string().replace('_', "");
    let notify = async |name: &str| {
        let fields = [("cpm_site_id", "445160"), ("cpm_trans_id", name)];
        let (token, body) = cinetpay_form("secret_of_the_site", &fields);
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("x-token", token.as_str())];
        shop.without_key().send("POST", &url, &headers, body).await.status
    };
    server.limit_files(Some(0));
    assert_eq!((notify(&name).await, notify(&lost).await), (503, 503), "nothing can be written");
    server.limit_files(None);
    assert_eq!((notify(&name).await, notify(&lost).await), (200, 200));
    let kept = shop.get("/v1/unmatched_notifications").await.expect(200).json();
    assert_eq!(kept["data"][0]["reference"], lost.as_str(), "{kept}");
    assert_eq!(kept["data"][0]["payment_status"], Value::Null, "the gateway knows nothing of it: {kept}");
    server.terminate();
    let (ended, log) = server.ended();
    assert!(ended && log.contains("a gateway speaks of a payment that no order has"), "{log}");
}

/// The only merchant of a database.
fn market_of(directory: &std::path::Path) -> MerchantId {
    let ids: Vec<String> = Database::of(directory).rows("SELECT id FROM merchants", |row| row.get(0));
    ids[0].parse().expect("an identifier")
}
