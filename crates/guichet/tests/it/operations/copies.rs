//! A copy keeps quiet: a server on a restored database sends nothing and opens nothing on any channel, and says so wherever
//! somebody looks; checks go on; and when the mark is lifted, everything that waited goes out once, under its own name.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use guichet_core::Environment;
use guichet_testing::mail_server::{Behaviour, MailServer};
use serde_json::{Value, json};

use crate::customers::front::{Front, project};
use crate::support::call::{Caller, text};
use crate::support::inbox::Inbox;
use crate::support::patience::Patience;
use crate::support::program::{ServerProcess, run, succeed};
use crate::support::scratch::scratch;
use crate::support::shop_file::{Endpoint, NOWHERE, ShopFile, alger, two_shops};
use crate::support::test_server::{TestServer, order, plain_order};

/// Everything outside that may be written to.
struct Outside {
    webhooks: Inbox,
    text_messages: Inbox,
    mails: MailServer,
}

impl Outside {
    async fn open() -> Outside {
        Outside {
            webhooks: Inbox::open().await,
            text_messages: Inbox::open().await,
            mails: MailServer::open(Behaviour::Takes).await,
        }
    }

    /// How much came by each channel.
    fn counts(&self) -> [usize; 3] {
        [self.webhooks.letters().len(), self.text_messages.letters().len(), self.mails.mails().len()]
    }

    /// The shop that writes to all of them.
    fn shop(&self, gateway_url: &str) -> ShopFile {
        let messages = json!({
            "email": { "smtp": self.mails.url(), "from": "Librairie <shop@alger.example>" },
            "sms": { "url": self.text_messages.url, "body": r#"{"to": "{to}", "text": "{text}"}"# },
        });
        let endpoint =
            |environment: &str| Endpoint::at(&self.webhooks.url, &["*"]).in_environment(environment);
        let shop = alger(gateway_url).endpoint(endpoint("test")).endpoint(endpoint("live"));
        shop.messages(messages).project(project()).into()
    }
}

/// An order that is paid as soon as somebody asks, by a customer who is written to.
fn paid_soon(reference: &str) -> Value {
    json!({
        "reference": reference, "amount": 250_000, "currency": "DZD", "title": "Livre [paid]", "gateway": "ocpay",
        "payer": { "family_name": "Benali", "given_name": "Amina", "email": "amina@example.com", "phone": "+213665983439" },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_leaves_a_copy_and_everything_leaves_once_when_it_is_none_any_more() {
    let server = TestServer::start("copies-quiet").await;
    let outside = Outside::open().await;
    server.declare(outside.shop(&server.sandbox_url)).await;
    let live = server.caller("alger", Environment::Live).await;
    let front = Front::of(&server, "alger", Environment::Live).await;
    let made = live.order(&paid_soon("ORD-1")).await;
    server.settle().await;
    let before = outside.counts();
    assert!(before[0] > 0 && before[2] == 0, "what happened so far was told: {before:?}");

    server.command(&["copy", "mark"]);
    server.pass(Duration::from_secs(30)).await;
    server.settle().await;
    let id = text(&made, "/id");
    let paid = live.get(&format!("/v1/orders/{id}")).await.expect(200).json();
    assert_eq!(paid["status"], "paid", "the gateway is asked");
    nothing_is_opened(&server, &live, &front).await;
    copies_say_so(&server, &paid).await;
    server.pass(Duration::from_secs(3_600)).await;
    assert_eq!(outside.counts(), before, "webhooks, text messages and mails");
    let waiting = pending(&live, &id).await;
    assert!(waiting.len() >= 3, "the webhook, the mail and the text message wait: {waiting:?}");
    for delivery in &waiting {
        assert_eq!(delivery["attempts"], json!([]), "that nothing was sent is no failed try");
    }

    let unasked = run(server.directory(), &["copy", "lift"]);
    assert_eq!(unasked.status.code(), Some(2), "{}", String::from_utf8_lossy(&unasked.stderr));
    let waits: Value = serde_json::from_str(&server.command(&["copy", "show", "--json"])).expect("JSON");
    assert!(
        waits["copy"] == true && waits["waiting"]["emails"] == 1 && waits["waiting"]["text_messages"] == 1,
        "{waits}"
    );
    server.command(&["copy", "lift", "--yes"]);
    server.pass(Duration::from_secs(1)).await;
    let after = outside.counts();
    server.pass(Duration::from_secs(3_600)).await;
    assert_eq!(outside.counts(), after, "nothing is sent twice");
    let log = live.get(&format!("/v1/orders/{id}/deliveries")).await.expect(200).json();
    for delivery in &waiting {
        let sent =
            log["data"].as_array().expect("deliveries").iter().find(|sent| sent["id"] == delivery["id"]);
        let sent = sent.expect("the delivery under its own name");
        assert_eq!(
            (&sent["status"], sent["attempts"].as_array().map(Vec::len)),
            (&"delivered".into(), Some(1))
        );
    }
    let ids: BTreeSet<String> =
        outside.webhooks.letters().iter().map(|letter| letter.header("webhook-id").to_owned()).collect();
    assert_eq!(ids.len(), outside.webhooks.letters().len(), "each event came once");
    assert_eq!((after[1], after[2]), (1, 1), "one text message and one mail");
    live.order(&plain_order("after")).await;
}

/// The deliveries about an order that wait.
async fn pending(shop: &Caller, order: &str) -> Vec<Value> {
    let log = shop.get(&format!("/v1/orders/{order}/deliveries")).await.expect(200).json();
    let all = log["data"].as_array().expect("deliveries").clone();
    all.into_iter().filter(|delivery| delivery["status"] == "pending").collect()
}

/// Every way in is told that nothing is opened here, and nothing is written for it.
async fn nothing_is_opened(server: &TestServer, live: &Caller, front: &Front) {
    let before = server.census();
    let refused = live.post("/v1/orders", &order("ORD-2", "Livre")).await;
    assert_eq!(refused.header("retry-after"), "60");
    assert_eq!(text(&refused.expect(503).json(), "/code"), "server_is_quiet");
    live.post("/v1/orders", &plain_order("ORD-3")).await.expect(503);
    let code = json!({ "userIdentifier": "amel@example.com", "eventIdentifier": "user_registration" });
    front.sign_up("email", "amel@example.com").await.expect(503);
    front.at("email", "generate-code", &code).await.expect(503);
    assert_eq!(server.census(), before, "nothing was written");
}

/// Pages and probes say that this is a copy.
async fn copies_say_so(server: &TestServer, paid: &Value) {
    let anybody = Caller::new(&server.base_url, None);
    let word = "A copy of the server";
    let english = [("accept-language", "en")];
    let page = async |path: &str| anybody.send("GET", path, &english, Vec::new()).await.expect(200).text();
    assert!(page("/").await.contains(word));
    let status = text(paid, "/status_url");
    assert!(page(&status).await.contains(word), "{status}");
    let ready = anybody.get("/readyz").await.expect(200).text();
    assert!(ready.contains("copy"), "{ready}");
    let doctor = run(server.directory(), &["doctor"]);
    let told = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(doctor.status.code() == Some(1) && told.contains("this database is a copy"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkout_on_a_copy_takes_nobody_anywhere() {
    let server = TestServer::start("copies-checkout").await;
    let shop = server.shop().await;
    let made = shop.order(&plain_order("one")).await;
    let checkout = text(&made, "/checkout_url");
    let anybody = Caller::new(&server.base_url, None);
    let english = [("accept-language", "en")];
    let page = anybody.send("GET", &checkout, &english, Vec::new()).await.expect(200).text();
    assert!(page.contains("<form") && !page.contains("A copy of the server"), "{page}");
    let (_, account) = page.split_once("value=\"acc_").expect("an account");
    let account = format!("acc_{}", account.split('"').next().expect("its identifier"));
    server.command(&["copy", "mark"]);
    server.settle().await;
    let page = anybody.send("GET", &checkout, &english, Vec::new()).await.expect(200).text();
    assert!(page.contains("A copy of the server") && !page.contains("<form"), "{page}");
    let form = [("accept-language", "en"), ("content-type", "application/x-www-form-urlencoded")];
    let posted = anybody.send("POST", &checkout, &form, format!("account={account}").into_bytes()).await;
    assert!(posted.text().contains("A copy of the server"), "{} {}", posted.status, posted.text());
    let id = text(&made, "/id");
    let payments = shop.post(&format!("/v1/orders/{id}/payments"), &json!({ "gateway": "ocpay" })).await;
    assert_eq!(text(&payments.expect(503).json(), "/code"), "server_is_quiet");
    let now = shop.get(&format!("/v1/orders/{id}")).await.expect(200).json();
    assert_eq!(now["payments"], json!([]), "nothing was opened");
    shop.press(&format!("/v1/orders/{id}/cancel")).await.expect(200);
    server.command(&["copy", "lift", "--yes"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_database_is_quiet_until_somebody_says_otherwise() {
    let directory = scratch("copies-restored");
    ShopFile::from(two_shops(NOWHERE)).write_to(&directory);
    succeed(&directory, &["apply", "shop.toml"]);
    let key = succeed(&directory, &["key", "create", "--merchant", "alger"]).trim().to_owned();
    let server = ServerProcess::start(&directory, |_| {});
    Caller::new(&server.base_url, Some(&key)).order(&plain_order("one")).await;
    succeed(&directory, &["backup", "monday.db"]);
    server.terminate();
    assert!(server.ended().0);

    // Another machine, on which nobody put the key yet.
    let elsewhere = scratch("copies-elsewhere");
    fs::copy(directory.join("monday.db"), elsewhere.join("monday.db")).expect("the backup");
    let told = succeed(&elsewhere, &["restore", "monday.db"]);
    for words in [
        "1 orders",
        "First: the secrets of this database do not open",
        "there is no key file",
        "guichet copy lift",
    ] {
        assert!(told.contains(words), "no “{words}” in {told}");
    }
    let (status, log) = ServerProcess::try_start(&elsewhere, |_| {}).err().expect("it does not serve");
    assert!(!status.success() && log.contains("there is no key file"), "{log}");
    fs::copy(directory.join("guichet.key"), elsewhere.join("guichet.key")).expect("the key");
    let again: Value =
        serde_json::from_str(&succeed(&elsewhere, &["restore", "monday.db", "--json"])).expect("JSON");
    assert!(again["secrets"].is_null() && again["copy"] == true, "{again}");

    let copy = ServerProcess::start(&elsewhere, |_| {});
    copy.logged("the copy says so", |line| line.contains("this server is quiet")).await;
    let shop = Caller::new(&copy.base_url, Some(&key));
    assert_eq!(shop.get("/v1/orders").await.expect(200).json()["data"].as_array().map(Vec::len), Some(1));
    shop.post("/v1/orders", &plain_order("two")).await.expect(503);
    let gauge = async || shop.get(&copy.metrics_url).await.expect(200).text().contains("guichet_quiet 1");
    assert!(gauge().await);
    succeed(&elsewhere, &["copy", "lift", "--yes"]);
    let mut patience = Patience::that("the server follows");
    while shop.get("/readyz").await.text() != "ready\n" {
        patience.again().await;
    }
    // What is measured for one scrape serves those that follow it closely.
    let mut patience = Patience::that("the gauge follows");
    while gauge().await {
        patience.again().await;
    }
    shop.order(&plain_order("two")).await;
    let refused = run(&elsewhere, &["copy", "lift", "--yes"]);
    assert_eq!(refused.status.code(), Some(4), "there is nothing left to lift");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_quiet_that_is_told_to_be() {
    let directory = scratch("copies-told");
    let inbox = Inbox::open().await;
    let shop = alger(NOWHERE).endpoint(Endpoint::at(&inbox.url, &["*"]));
    ShopFile::from(shop).write_to(&directory);
    succeed(&directory, &["apply", "shop.toml", "--allow-network", "127.0.0.0/8"]);
    let key = succeed(&directory, &["key", "create", "--merchant", "alger"]).trim().to_owned();
    let server = ServerProcess::start(&directory, |_| {});
    let made = Caller::new(&server.base_url, Some(&key)).order(&plain_order("one")).await;
    inbox.wait_for(1).await;
    server.terminate();
    assert!(server.ended().0);

    let id = text(&made, "/id");
    let quiet = ServerProcess::start(&directory, |command| {
        command.arg("--quiet");
    });
    let shop = Caller::new(&quiet.base_url, Some(&key));
    assert!(shop.get("/readyz").await.expect(200).text().contains("quiet"));
    shop.press(&format!("/v1/orders/{id}/cancel")).await.expect(200);
    assert_eq!(pending(&shop, &id).await.len(), 1);
    quiet.terminate();
    assert!(quiet.ended().0);
    assert_eq!(inbox.letters().len(), 1, "nothing was sent");
    let loud = ServerProcess::start(&directory, |_| {});
    let letters = inbox.wait_for(2).await;
    assert_eq!(text(&letters[1].json(), "/type"), "order.cancelled");
    drop(loud);
}
