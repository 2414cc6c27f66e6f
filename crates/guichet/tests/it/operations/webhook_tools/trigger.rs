//! `guichet webhook trigger` lets every type of event happen, and says what is missing where it cannot.

use std::process::{Output, Stdio};
use std::time::Duration;

use guichet_core::{EntryKind, Environment};
use serde_json::{Value, json};

use crate::support::call::Caller;
use crate::support::inbox::Inbox;
use crate::support::patience::Patience;
use crate::support::program::{guichet, run};
use crate::support::shop_file::{Account, Merchant, NOWHERE};
use crate::support::test_server::TestServer;

/// A server whose shop has a test account at each kind of gateway that the sandbox is, and its key.
async fn playable(name: &str) -> (TestServer, Caller) {
    let server = TestServer::start(name).await;
    let url = server.sandbox_url.clone();
    let card = Account::at("ocpay", "card", Environment::Test).url(&url);
    let mobile = Account::at("cinetpay", "mobile", Environment::Test).url(&url);
    let wallet = Account::at("novasend", "wallet", Environment::Test).url(&url);
    let shop = Merchant::named("abidjan")
        .account(Account::at("cash", "door", Environment::Test))
        .account(card.secret(json!({ "access_token": "sk_sandbox_abidjan" })))
        .account(mobile.secret(json!({ "api_key": "key.of.abidjan", "site_id": "445160" })))
        .account(wallet.secret(json!({ "api_key": "key", "api_client": "client", "account_id": "account", "webhook_secret": "whk_secret" })));
    server.declare(shop).await;
    let key = server.caller("abidjan", Environment::Test).await;
    (server, key)
}

/// Runs the command while time passes at the server.
async fn trigger(server: &TestServer, kind: &str, more: &[&str]) -> Output {
    let mut command = guichet(server.directory());
    command.args(["webhook", "trigger", kind, "--server", &server.base_url, "--patience", "120"]).args(more);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut patience = Patience::that("the command ends");
    while child.try_wait().expect("its status").is_none() {
        server.sandbox.clock().wake();
        server.sandbox.settle().await;
        server.pass(Duration::from_secs(2)).await;
        patience.again().await;
    }
    child.wait_with_output().expect("its output")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_type_of_event_is_made_to_happen_and_is_sent() {
    let (server, shop) = playable("trigger-all").await;
    let inbox = Inbox::open().await;
    let endpoint = json!({ "url": inbox.url, "events": ["*"] });
    shop.post("/v1/webhook_endpoints", &endpoint).await.expect(201);
    let key = shop.key.clone().expect("a key");
    // What no check of the first gateway tells is played at one that does.
    let at = |kind: EntryKind| {
        if kind == EntryKind::PaymentExpired { &["--gateway", "novasend"][..] } else { &[] }
    };
    for kind in EntryKind::ALL.iter().filter(|kind| **kind != EntryKind::PaymentTied) {
        let output = trigger(&server, kind.as_str(), &[&["--api-key", &key], at(*kind)].concat()).await;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let wrong = String::from_utf8_lossy(&output.stderr);
        let order = said.split(' ').next().unwrap_or_default();
        let story = if output.status.success() {
            String::new()
        } else {
            server.command(&["order", "explain", order])
        };
        assert!(output.status.success(), "{}: {said}{wrong}{story}", kind.as_str());
        let told = said.lines().last().expect("a line").to_owned();
        let id = told.split(' ').next().expect("an identifier").to_owned();
        assert!(told.contains(kind.as_str()), "{told}");
        server.settle().await;
        let sent: Vec<Value> = inbox.letters().iter().map(|letter| letter.json()).collect();
        let event = sent.iter().find(|event| event["id"] == id.as_str());
        assert_eq!(event.expect("it was sent")["type"], kind.as_str());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_said() {
    let (server, shop) = playable("trigger-missing").await;
    let away = Merchant::named("away").account(
        Account::at("ocpay", "card", Environment::Test)
            .url(NOWHERE)
            .secret(json!({ "access_token": "sk_sandbox_away" })),
    );
    server.declare(away).await;
    let key = shop.key.clone().expect("a key");
    let live = server.caller("alger", Environment::Live).await.key.expect("a key");
    let [away, alger] = ["away", "alger"].map(|merchant| server.caller(merchant, Environment::Test));
    let (away, alger) = (away.await.key.expect("a key"), alger.await.key.expect("a key"));
    let directory = server.directory();
    for (kind, key, more, code, why) in [
        ("order.paid", live.as_str(), &[][..], 1, "for real money"),
        ("order.paid", "sk_test_nobody", &[], 1, "no API key"),
        ("order.paid", &away, &[], 1, "start `guichet sandbox`"),
        ("order.paid", &key, &["--gateway", "cash"], 1, "no account for play money at cash"),
        ("payment.called_back", &alger, &[], 1, "notifies at an address"),
        ("order.revised", &away, &[], 1, "declare one at: cash"),
        ("payment.tied", &key, &[], 4, "guichet unmatched tie"),
        ("order.eaten", &key, &[], 2, "there is no such event type; there are order.created"),
        ("order.created", &key, &["--server", "http://127.0.0.1:9"], 1, "name the server with --server"),
    ] {
        let server = ["--server", &server.base_url];
        let server = if more.contains(&"--server") { &[][..] } else { &server };
        let arguments = [&["webhook", "trigger", kind, "--api-key", key][..], server, more].concat();
        let output = tokio::task::block_in_place(|| run(directory, &arguments));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(code) && said.contains(why), "{kind} {more:?}: {said}");
    }
    assert_eq!(server.rows().count("SELECT COUNT(*) FROM orders"), 0, "nothing was made for nothing");
}
