//! A shop with two card accounts at one gateway and a webhook endpoint, and the gate in front of
//! that gateway: it writes down every call that passes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::Request;
use axum::middleware::Next;
use data_encoding::BASE64;
use guichet_core::Environment;
use guichet_sandbox::Sandbox;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::sync::watch;

use super::call::Caller;
use super::house::House;
use super::inbox::{Inbox, Letter};

/// What the shop's endpoint is signed with.
pub(crate) const SIGNING_SECRET: &str = "whsec_Y2FybmV0LWRlLXJlw6d1cy1kdS1raW9zcXVlLTA3";

/// The shop file: account `card` comes first, `other` is a second one at the same gateway.
pub(crate) fn shop_file(gateway_url: &str, inbox_url: &str) -> String {
    let account = |name: &str| {
        format!(
            "[[merchants.accounts]]\nname = \"{name}\"\ngateway = \"ocpay\"\nenvironment = \"test\"\n\
             base_url = \"{gateway_url}\"\nchecks_per_second = 100000\n\
             secret = {{ access_token = \"sk_sandbox_{name}\" }}\n"
        )
    };
    format!(
        "[[merchants]]\nname = \"kiosk\"\n{}{}[[merchants.webhook_endpoints]]\nurl = \"{inbox_url}\"\n\
         environment = \"test\"\nevents = [\"order.*\"]\nsigning_secret = \"{SIGNING_SECRET}\"\n",
        account("card"),
        account("other"),
    )
}

/// An order of 2,500 dinars, to be paid with `card`.
pub(crate) fn order(reference: &str, expires_in_s: i64) -> Value {
    json!({
        "reference": reference, "amount": 250_000, "currency": "DZD", "title": format!("Order {reference}"),
        "expires_in": expires_in_s, "account": "card", "metadata": { "basket": reference },
    })
}

/// A call that passed the gate: when (unix ms, the clock of the test) and which path.
#[derive(Debug, Clone)]
pub(crate) struct Passed {
    pub(crate) at_ms: i64,
    pub(crate) path: String,
}

/// The gate; a clone is the same gate.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) url: String,
    passed: Arc<Mutex<Vec<Passed>>>,
    count: watch::Sender<u64>,
}

impl Gate {
    /// A gate in front of the sandbox, in the sandbox's time.
    pub(crate) async fn open(sandbox: &Sandbox) -> Gate {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("a bound port"));
        let gate = Gate { url, passed: Arc::default(), count: watch::Sender::new(0) };
        let (writer, clock) = (gate.clone(), sandbox.clock().clone());
        let note = move |request: Request, next: Next| {
            let (path, at_ms) = (request.uri().path().to_owned(), clock.now_ms());
            writer.passed.lock().unwrap_or_else(PoisonError::into_inner).push(Passed { at_ms, path });
            writer.step();
            next.run(request)
        };
        let router = sandbox.router().layer(axum::middleware::from_fn(note));
        tokio::spawn(async move { axum::serve(listener, router).await });
        gate
    }

    /// Something happened, here or elsewhere.
    pub(crate) fn step(&self) {
        self.count.send_modify(|count| *count += 1);
    }

    /// Waits until so many more things happened.
    pub(crate) async fn steps(&self, more: u64) {
        let mut count = self.count.subscribe();
        let enough = *count.borrow() + more;
        count.wait_for(|count| *count >= enough).await.expect("the gate stands");
    }

    /// Every call that passed.
    pub(crate) fn passed(&self) -> Vec<Passed> {
        self.passed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many links were asked for.
    pub(crate) fn links_asked(&self) -> usize {
        self.passed().iter().filter(|passed| passed.path.ends_with("/createLink")).count()
    }

    /// When each payment was asked about, by the gateway's reference.
    pub(crate) fn checks(&self) -> HashMap<String, Vec<i64>> {
        let mut checks: HashMap<String, Vec<i64>> = HashMap::new();
        for passed in self.passed() {
            if let Some((_, reference)) = passed.path.split_once("/checkPayment/") {
                checks.entry(reference.to_owned()).or_default().push(passed.at_ms);
            }
        }
        checks
    }

    /// The invariant of asking: never sooner than the gateway lets us ask again.
    pub(crate) fn was_never_pestered(&self) {
        for (reference, times) in self.checks() {
            for pair in times.windows(2) {
                assert!(pair[1] - pair[0] >= 3_000, "{reference} was asked about at {times:?}");
            }
        }
    }
}

/// A house with the shop in it, its gate and its inbox.
pub(crate) struct Kiosk {
    pub(crate) house: House,
    pub(crate) gate: Gate,
    pub(crate) inbox: Inbox,
    pub(crate) shop: Caller,
}

impl Kiosk {
    /// Opens one.
    pub(crate) async fn open(name: &str) -> Kiosk {
        let house = House::open(name).await;
        let (gate, inbox) = (Gate::open(&house.sandbox).await, Inbox::open().await);
        house.node.declare(&shop_file(&gate.url, &inbox.url)).await.expect("the shop is declared");
        let shop = house.caller("kiosk", Environment::Test).await;
        Kiosk { house, gate, inbox, shop }
    }

    /// Lets so many seconds pass and does what is due by then.
    pub(crate) async fn pass_s(&self, seconds: i64) {
        self.house.node.pass_time(seconds * 1000).await.expect("what is due is done");
    }

    /// The server is off for so many seconds.
    pub(crate) async fn off_for_s(self, seconds: u64) -> Kiosk {
        Kiosk { house: self.house.restart_after(Duration::from_secs(seconds)).await, ..self }
    }

    /// Reads an order.
    pub(crate) async fn read(&self, id: &str) -> Value {
        self.shop.get(&format!("/v1/orders/{id}")).await.expect(200).json()
    }

    /// Asks the gateway about an order now.
    pub(crate) async fn check(&self, id: &str) -> Value {
        self.shop.press(&format!("/v1/orders/{id}/check")).await.expect(200).json()
    }
}

/// Whether a webhook bears the shop's signature, by the specification alone.
pub(crate) fn is_signed(letter: &Letter) -> bool {
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
