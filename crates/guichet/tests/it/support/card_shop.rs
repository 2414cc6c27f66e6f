//! A shop with two card accounts at one gateway and a webhook endpoint, and a recorder in front of that gateway.

use std::collections::HashMap;
use std::time::Duration;

use data_encoding::BASE64;
use guichet_core::Environment;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::call::Caller;
use super::gateway_recorder::GatewayRecorder;
use super::inbox::{Inbox, Letter};
use super::shop_file::{Account, Endpoint, Merchant};
use super::test_server::TestServer;

/// How long the gateway wants to be left alone about one payment, in ms.
pub(crate) const LEAST_MS: i64 = 3_000;

/// What the shop's endpoint is signed with.
const SIGNING_SECRET: &str = "whsec_Y2FybmV0LWRlLXJlw6d1cy1kdS1raW9zcXVlLTA3";

/// The shop as declared: account `card` comes first, `other` is a second one at the same gateway.
pub(crate) fn declared(gateway_url: &str, inbox_url: &str) -> Merchant {
    let account = |name: &str| {
        let token = json!({ "access_token": format!("sk_sandbox_{name}") });
        Account::at("ocpay", name, Environment::Test).url(gateway_url).secret(token)
    };
    let endpoint = Endpoint::at(inbox_url, &["order.*"]).signed_with(SIGNING_SECRET);
    Merchant::named("tickets").account(account("card")).account(account("other")).endpoint(endpoint)
}

/// An order of 2,500 dinars, to be paid with `card`.
pub(crate) fn order(reference: &str, expires_in_s: i64) -> Value {
    json!({
        "reference": reference, "amount": 250_000, "currency": "DZD", "title": format!("Order {reference}"),
        "expires_in": expires_in_s, "account": "card", "metadata": { "basket": reference },
    })
}

/// A server with the shop in it, its recorder and its inbox.
pub(crate) struct CardShop {
    pub(crate) server: TestServer,
    pub(crate) gateway: GatewayRecorder,
    pub(crate) inbox: Inbox,
    pub(crate) caller: Caller,
}

impl CardShop {
    /// One of its own for a test.
    pub(crate) async fn open(name: &str) -> CardShop {
        let server = TestServer::start(name).await;
        let (gateway, inbox) = (GatewayRecorder::open(&server.sandbox).await, Inbox::open().await);
        server.declare(declared(&gateway.url, &inbox.url)).await;
        let caller = server.caller("tickets", Environment::Test).await;
        CardShop { server, gateway, inbox, caller }
    }

    /// Lets so many seconds pass and does what is due by then.
    pub(crate) async fn pass_s(&self, seconds: i64) {
        self.server.node().pass_time(seconds * 1000).await.expect("what is due is done");
    }

    /// The time of day is set by so many seconds, forward or back, and what is due by then is done.
    pub(crate) async fn set_clock_by_s(&self, seconds: i64) {
        self.server.clock.set_by(seconds * 1000);
        self.server.settle().await;
    }

    /// The server is off for so many seconds.
    pub(crate) async fn off_for_s(&mut self, seconds: u64) {
        self.server.restart_after(Duration::from_secs(seconds)).await;
    }

    /// Reads an order.
    pub(crate) async fn read(&self, id: &str) -> Value {
        self.caller.get(&format!("/v1/orders/{id}")).await.expect(200).json()
    }

    /// Asks the gateway about an order now.
    pub(crate) async fn check(&self, id: &str) -> Value {
        self.caller.press(&format!("/v1/orders/{id}/check")).await.expect(200).json()
    }
}

/// Whether a webhook bears the shop's signature, by the specification alone.
fn is_signed(letter: &Letter) -> bool {
    let key = BASE64.decode(SIGNING_SECRET.trim_start_matches("whsec_").as_bytes()).expect("base64");
    let (id, timestamp) = (letter.header("webhook-id"), letter.header("webhook-timestamp"));
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any key will do");
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(&letter.body);
    let good = format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes()));
    letter.header("webhook-signature").split(' ').any(|given| given == good)
}

/// The webhooks of one type: for each order the ids under which it came. Every one is signed, and
/// what came twice under one id came with the same bytes.
pub(crate) fn webhooks(letters: &[Letter], kind: &str) -> HashMap<String, Vec<String>> {
    let mut bodies: HashMap<String, &[u8]> = HashMap::new();
    let mut ids: HashMap<String, Vec<String>> = HashMap::new();
    for letter in letters {
        assert!(is_signed(letter), "a webhook without its signature: {}", letter.json());
        let id = letter.header("webhook-id").to_owned();
        let before = bodies.entry(id.clone()).or_insert(&letter.body);
        assert_eq!(*before, letter.body, "{id} came with other bytes");
        let body = letter.json();
        if body["type"] == kind {
            let known = ids.entry(body["order"].as_str().expect("an order").to_owned()).or_default();
            if !known.contains(&id) {
                known.push(id);
            }
        }
    }
    ids
}
