//! One shop and its customers: it orders, its customers pay at the gateway, it is called back, it
//! reads and asks. When the server dies it waits for the next life and sends the same again.

use std::collections::HashMap;
use std::time::Duration;

use guichet_sandbox::{Action, Sandbox};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::crash::{Life, Lives, Refuses, Setup};
use crate::support::call::{Answer, Caller, text};
use crate::support::card_shop::order;
use crate::support::dice::Dice;
use crate::support::gateway_recorder::GatewayRecorder;
use crate::support::patience::Patience;

/// How long a client waits for the next life before it is plain that there is none.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a shop asked for and what it was told.
#[derive(Debug, Clone)]
pub(crate) struct Promise {
    /// The path of the request.
    pub(crate) path: String,
    /// Its idempotency key.
    pub(crate) key: String,
    /// Its body.
    pub(crate) body: Value,
    /// What it was answered, once it was: the first good answer's status and bytes.
    pub(crate) answer: Option<(u16, String)>,
}

impl Promise {
    /// The order as it was acknowledged.
    pub(crate) fn order(&self) -> Option<Value> {
        self.answer.as_ref().map(|(_, body)| serde_json::from_str(body).expect("an order"))
    }

    /// Takes an answer to the request: the first one is kept, every later one must be the same.
    pub(crate) fn answered(&mut self, answer: &Answer) {
        match answer.status {
            200 | 201 => {
                let given = (answer.status, answer.text());
                let first = self.answer.get_or_insert_with(|| given.clone());
                assert_eq!(*first, given, "{} was answered differently", self.key);
            }
            409 if self.answer.is_none() => {
                let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
                assert!(
                    matches!(code.as_str(), "idempotency_in_progress" | "payment_in_progress"),
                    "{}",
                    answer.text()
                );
            }
            status => panic!("{} was answered {status}: {}", self.key, answer.text()),
        }
    }
}

/// A shop at work.
pub(crate) struct Client {
    name: String,
    shop: Caller,
    lives: Lives,
    gateway: GatewayRecorder,
    sandbox: Sandbox,
    dice: Dice,
    /// The newest version that was seen of each order.
    versions: HashMap<String, i64>,
}

impl Client {
    pub(crate) fn new(number: usize, setup: &Setup, shop: Caller, lives: Lives, dice: Dice) -> Client {
        let (gateway, sandbox) = (setup.gateway.clone(), setup.sandbox.clone());
        Client {
            name: format!("shop{number}"),
            shop,
            lives,
            gateway,
            sandbox,
            dice,
            versions: HashMap::new(),
        }
    }

    /// Orders until told to stop; what it was promised.
    pub(crate) async fn run(mut self, stop: watch::Receiver<bool>) -> Vec<Promise> {
        let mut promises: Vec<Promise> = Vec::new();
        for number in 0.. {
            if *stop.borrow() {
                break;
            }
            let reference = format!("{}-{number}", self.name);
            self.one_order(&reference, &mut promises).await;
            if !promises.is_empty() && self.dice.percent(25) {
                let before = self.dice.below(promises.len() as u64) as usize;
                self.ask(&mut promises[before]).await;
            }
        }
        promises
    }

    async fn one_order(&mut self, reference: &str, promises: &mut Vec<Promise>) {
        let mut body = order(reference, 3600);
        let in_two_steps = self.dice.percent(30);
        if in_two_steps {
            body.as_object_mut().expect("an object").remove("account");
        }
        let made = self.promised("/v1/orders", reference, body, promises).await;
        let Some(mut order) = made else { return };
        if in_two_steps {
            let path = format!("/v1/orders/{}/payments", text(&order, "/id"));
            let key = format!("{reference}-pay");
            match self.promised(&path, &key, json!({ "account": "card" }), promises).await {
                Some(now) => order = now,
                None => return,
            }
        }
        self.customer(&order).await;
    }

    /// Sends a request until it is answered; the order, unless the request died half-way.
    async fn promised(
        &mut self,
        path: &str,
        key: &str,
        body: Value,
        promises: &mut Vec<Promise>,
    ) -> Option<Value> {
        let mut promise = Promise { path: path.to_owned(), key: key.to_owned(), body, answer: None };
        self.ask(&mut promise).await;
        let order = promise.order();
        promises.push(promise);
        order
    }

    async fn ask(&mut self, promise: &mut Promise) {
        let body = promise.body.to_string();
        let answer = self.call(&promise.path, &[("idempotency-key", &promise.key)], Some(body)).await;
        promise.answered(&answer);
    }

    /// The customer pays, gives up or never comes; meanwhile everybody asks how it stands.
    async fn customer(&mut self, order: &Value) {
        let Some(reference) = order.pointer("/payments/0/reference").and_then(Value::as_str) else { return };
        let handed_out = order["payment_url"].is_string();
        let action = match self.dice.below(100) {
            ..75 => Action::Pay,
            75..85 => Action::Decline,
            _ => Action::Initiate,
        };
        if handed_out {
            self.sandbox.act(reference, action).expect("a link that was handed out is open");
        }
        for _ in 0..self.dice.below(4) {
            self.look(order, reference).await;
        }
    }

    async fn look(&mut self, order: &Value, reference: &str) {
        let id = text(order, "/id");
        let account = text(order, "/payments/0/account");
        match self.dice.below(5) {
            0 => {
                let hint = json!({ "paymentRef": reference }).to_string();
                self.call(&format!("/callbacks/ocpay/{account}"), &[], Some(hint)).await;
            }
            1 => {
                let forged = json!({ "paymentRef": "OCPL-FORGED-0000", "status": "CONFIRMED" }).to_string();
                self.call(&format!("/callbacks/ocpay/{account}"), &[], Some(forged)).await;
            }
            2 => {
                let answer = self.call(&format!("/v1/orders/{id}/check"), &[], Some(String::new())).await;
                self.saw(&answer.expect(200));
            }
            3 => {
                let page = text(order, "/status_url").replace("http://tickets.example", "");
                self.call(&page, &[], None).await.expect(200);
            }
            _ => {
                let answer = self.call(&format!("/v1/orders/{id}"), &[], None).await;
                self.saw(&answer.expect(200));
            }
        }
    }

    /// What was read once is never unread: versions grow, through every kill.
    fn saw(&mut self, answer: &Answer) {
        let order = answer.json();
        let version = order["version"].as_i64().expect("a version");
        let newest = self.versions.entry(text(&order, "/id")).or_default();
        assert!(version >= *newest, "version {newest} was read before: {order}");
        *newest = version;
    }

    /// One request, sent again in the next life whenever the server dies over it, or cannot write.
    async fn call(&mut self, path: &str, headers: &[(&str, &str)], body: Option<String>) -> Answer {
        let method = if body.is_some() { "POST" } else { "GET" };
        let body = body.unwrap_or_default().into_bytes();
        let mut patience =
            Patience::through_many_breaks("a server that refused for a moment does what it is asked");
        loop {
            let Life { number, base_url, refuses } = self.lives.borrow_and_update().clone();
            self.shop.base_url = base_url;
            self.gateway.step();
            if let Ok(answer) = self.shop.try_send(method, path, headers, body.clone()).await {
                if answer.status < 500 {
                    return answer;
                }
                let excused = refuses != Refuses::Never || self.lives.borrow().number > number;
                // A gateway, and a customer on a page, are told by the status alone.
                let is_told = answer.status == 503
                    && (!path.starts_with("/v1/") || answer.json()["code"] == "storage_unavailable");
                assert!(excused && is_told, "{path}: {}", answer.text());
                if refuses == Refuses::NowAndThen {
                    patience.again().await;
                    continue;
                }
            }
            let next = self.lives.wait_for(|now| now.number > number);
            tokio::time::timeout(PATIENCE, next).await.expect("another life").expect("the test goes on");
        }
    }
}
