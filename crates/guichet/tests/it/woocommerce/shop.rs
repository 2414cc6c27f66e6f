//! A shop with the plugin: its site, its Guichet server, and what its customers and its people do.

use std::time::Duration;

use data_encoding::BASE64;
use guichet_sandbox::Action;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::site::Site;
use crate::support::call::{Answer, Caller, text};
use crate::support::patience::Patience;
use crate::support::shop_file::NOWHERE;
use crate::support::test_server::TestServer;

/// A shop. The site outlives the server, which has something to tell it in the end.
pub(super) struct Shop {
    pub(super) server: TestServer,
    pub(super) site: Site,
    pub(super) caller: Caller,
    /// What events are signed with, once there is an endpoint.
    pub(super) secret: String,
}

/// An order in the shop.
pub(super) struct Bought {
    pub(super) number: i64,
    pub(super) key: String,
}

impl Shop {
    /// A shop that sells, and to which Guichet tells nothing yet.
    pub(super) async fn open(name: &str) -> Shop {
        let (site, server) = (Site::open().await, TestServer::start(name).await);
        let caller = server.shop().await;
        let shop = Shop { server, site, caller, secret: String::new() };
        let key = shop.caller.key.clone().expect("a key");
        shop.save(&json!({
            "enabled": "1", "title": "Carte & mobile", "url": shop.server.base_url, "api_key": key, "expires_minutes": "1",
        }))
        .await;
        shop
    }

    /// The same with an endpoint, whose secret the owner has set.
    pub(super) async fn with_webhooks(mut self) -> Shop {
        let endpoint = json!({ "url": self.hook(), "events": ["order.*"] });
        let made = self.caller.post("/v1/webhook_endpoints", &endpoint).await.expect(201).json();
        self.secret = text(&made, "/secret");
        self.save(&json!({ "webhook_secret": self.secret.clone() })).await;
        self
    }

    /// Where its webhooks go.
    pub(super) fn hook(&self) -> String {
        format!("{}/?wc-api=guichet", self.site.url)
    }

    /// The owner changes these settings; what the page says then.
    pub(super) async fn save(&self, changed: &Value) -> Value {
        let now = self.site.act("settings", &json!({})).await;
        let mut settings = now["settings"].as_object().expect("settings").clone();
        settings.insert("enabled".to_owned(), json!("1"));
        settings.extend(changed.as_object().expect("settings").clone());
        self.site.act("save", &Value::Object(settings)).await
    }

    /// Guichet cannot be reached from the shop.
    pub(super) async fn lose_guichet(&self) {
        self.save(&json!({ "url": NOWHERE })).await;
    }

    /// It can be again.
    pub(super) async fn find_guichet(&self) {
        self.save(&json!({ "url": self.server.base_url })).await;
    }

    /// A customer has filled a cart.
    pub(super) async fn order(&self, total: &str, currency: &str) -> Bought {
        self.order_of(&json!({ "total": total, "currency": currency })).await
    }

    /// The same of more than a sum.
    pub(super) async fn order_of(&self, fields: &Value) -> Bought {
        let made = self.site.act("order", fields).await;
        Bought { number: made["order"].as_i64().expect("a number"), key: text(&made, "/key") }
    }

    /// The customer presses the button: where they are sent, or why not.
    pub(super) async fn press(&self, bought: &Bought) -> Result<String, String> {
        let said = self.site.act("pay", &json!({ "order": bought.number })).await;
        match said["refusal"].as_str() {
            Some(refusal) => Err(refusal.to_owned()),
            None => Ok(text(&said, "/redirect")),
        }
    }

    /// Presses it, and is sent to Guichet's page; the order there.
    pub(super) async fn check_out(&self, bought: &Bought) -> Value {
        let page = self.press(bought).await.expect("it can be paid");
        let order = self.at_guichet(bought).await;
        assert_eq!(page, text(&order, "/checkout_url"));
        order
    }

    /// What the shop's people see of an order.
    pub(super) async fn state(&self, bought: &Bought) -> Value {
        self.site.act("state", &json!({ "order": bought.number })).await
    }

    /// Its status, how often it was completed, and its notes as one text.
    pub(super) async fn told(&self, bought: &Bought) -> (String, i64, String) {
        let state = self.state(bought).await;
        let notes = state["notes"].as_array().expect("notes").iter().filter_map(Value::as_str);
        let (status, completed) = (text(&state, "/status"), state["completed"].as_i64().expect("a count"));
        (status, completed, notes.collect::<Vec<_>>().join("\n"))
    }

    /// Waits until it has that status.
    pub(super) async fn until(&self, bought: &Bought, status: &str) {
        let mut patience = Patience::that("the order of the shop has that status");
        while self.told(bought).await.0 != status {
            patience.again().await;
        }
    }

    /// The newest order at Guichet that was made for it.
    pub(super) async fn at_guichet(&self, bought: &Bought) -> Value {
        let state = self.state(bought).await;
        let id = state["orders"].as_array().and_then(|all| all.last()).and_then(Value::as_str);
        self.read(id.expect("an order at Guichet")).await
    }

    /// An order at Guichet.
    pub(super) async fn read(&self, id: &str) -> Value {
        self.caller.get(&format!("/v1/orders/{id}")).await.expect(200).json()
    }

    /// The customer chooses the card, and the gateway does that; the order at Guichet then.
    pub(super) async fn at_the_gateway(&self, order: &Value, action: Action) -> Value {
        let id = text(order, "/id");
        let asked = json!({ "gateway": "ocpay" });
        let opened = self.caller.post(&format!("/v1/orders/{id}/payments"), &asked).await;
        assert!(matches!(opened.status, 200 | 201), "{}", opened.text());
        let payments = opened.json()["payments"].as_array().expect("payments").clone();
        let reference = text(payments.last().expect("a payment"), "/reference");
        self.server.sandbox.act(&reference, action).expect("it is open");
        self.caller.press(&format!("/v1/orders/{id}/check")).await.expect(200).json()
    }

    /// The customer comes back; where the shop leads them.
    pub(super) async fn come_back(&self, bought: &Bought) -> String {
        let path = format!("/?wc-api=guichet_return&order={}&key={}", bought.number, bought.key);
        self.site.send("GET", &path, &[], "").await.expect(302).header("location").to_owned()
    }

    /// The alarm rings.
    pub(super) async fn ring(&self) {
        let due = self.site.act("due", &json!({})).await;
        assert_eq!(due["interval"], "guichet_every_five_minutes");
        self.site.send("GET", "/wp-cron.php", &[], "").await.expect(200);
    }

    /// Somebody sends an event about an order, signed with that secret.
    pub(super) async fn tell(&self, secret: &str, kind: &str, order: &Value) -> Answer {
        let seconds = self.server.clock.now_ms().div_euclid(1000).to_string();
        let body = json!({
            "id": "evt_test", "type": kind, "timestamp": "2026-01-31T12:00:00Z", "order": order["id"], "data": order, "why": "a test",
        })
        .to_string();
        let key = BASE64.decode(secret.trim_start_matches("whsec_").as_bytes()).expect("base64");
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any key will do");
        mac.update(format!("evt_test.{seconds}.{body}").as_bytes());
        let signature = format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes()));
        let headers =
            [("webhook-id", "evt_test"), ("webhook-timestamp", &seconds), ("webhook-signature", &signature)];
        self.site.send("POST", "/?wc-api=guichet", &headers, &body).await
    }

    /// Time passes at Guichet, and what is due is done.
    pub(super) async fn pass_s(&self, seconds: u64) {
        self.server.pass(Duration::from_secs(seconds)).await;
    }
}
