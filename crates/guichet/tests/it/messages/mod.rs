//! Messages to customers as deliveries: a real server, a mail server and an SMS provider on real
//! sockets, and the sandbox's outbox. What leaves, in which words, and when not; what a refusal
//! means; what a crash costs; and that no secret is ever said.

mod lives;
mod neighbours;
mod outcomes;
mod schedule;
mod secrets;
mod silence;
mod truth;
mod words;

use std::time::Duration;

use guichet_core::Environment;
use serde_json::{Value, json};

use crate::support::call::{Caller, text};
use crate::support::inbox::{Inbox, Letter};
use crate::support::shop_file::alger;
use crate::support::test_server::TestServer;
use guichet_testing::mail_server::{Behaviour, MailServer};

/// Whom the messages go to, and how logs may show them.
const EMAIL: &str = "amina@example.com";
const PHONE: &str = "+213665983439";
const MASKED: [&str; 2] = ["a…@example.com", "+213…39"];

/// How mail leaves.
fn email(mail_server: &MailServer) -> Value {
    json!({ "smtp": mail_server.url(), "from": "Librairie d'Alger <shop@alger.example>" })
}

/// How SMS do.
fn sms(provider: &Inbox) -> Value {
    json!({
        "url": provider.url,
        "from": "LIBRAIRIE",
        "body": r#"{"to": "{to}", "from": "{from}", "text": "{text}", "ref": "{id}"}"#,
        "headers": { "authorization": "Bearer of good news" },
    })
}

/// A server whose shop `alger` writes to its customers.
struct Setup {
    server: TestServer,
    mail_server: MailServer,
    provider: Inbox,
    live: Caller,
    play: Caller,
}

impl Setup {
    /// Both channels are used.
    async fn open(name: &str) -> Setup {
        Setup::open_with(name, json!({})).await
    }

    /// The same with more keys of the messages' table.
    async fn open_with(name: &str, more: Value) -> Setup {
        let setup = Setup::silent(name).await;
        let mut messages = setup.channels();
        messages["outbox"] = json!(format!("{}/sandbox/outbox", setup.server.sandbox_url));
        messages.as_object_mut().expect("a table").extend(more.as_object().expect("a table").clone());
        setup.declare(messages).await;
        setup
    }

    /// Nothing is declared about messages.
    async fn silent(name: &str) -> Setup {
        let server = TestServer::start(name).await;
        let (mail_server, provider) = (MailServer::open(Behaviour::Takes).await, Inbox::open().await);
        let live = server.caller("alger", Environment::Live).await;
        let play = server.caller("alger", Environment::Test).await;
        Setup { server, mail_server, provider, live, play }
    }

    fn channels(&self) -> Value {
        json!({ "email": email(&self.mail_server), "sms": sms(&self.provider) })
    }

    /// Declares the shop anew, with these messages.
    async fn declare(&self, messages: Value) {
        self.server.declare(alger(&self.server.sandbox_url).messages(messages)).await;
    }

    /// Makes an order and does what is due half a minute later; its identifier.
    async fn play_out(&self, shop: &Caller, order: &Value) -> String {
        let id = text(&shop.order(order).await, "/id");
        self.server.pass(Duration::from_secs(30)).await;
        id
    }

    /// How many messages to customers there are in the database, sent or not.
    fn rows(&self) -> i64 {
        self.server.rows().count("SELECT COUNT(*) FROM deliveries WHERE target LIKE 'mer_%'")
    }

    /// Lets time pass until that delivery is due again.
    async fn pass_until_due(&self, delivery: &Value) {
        let left_ms = (moment_ms(&delivery["due_at"]) - self.server.clock.now_ms()).max(0);
        self.server.pass(Duration::from_millis(left_ms.unsigned_abs())).await;
    }
}

/// An order by the customer of these tests; a tag in the title decides what becomes of it.
fn order(reference: &str, title: &str) -> Value {
    json!({
        "reference": reference, "amount": 250_000, "currency": "DZD", "title": title, "gateway": "ocpay",
        "payer": { "family_name": "Benali", "given_name": "Amina", "email": EMAIL, "phone": PHONE },
    })
}

/// The same with another member.
fn order_with(reference: &str, title: &str, member: &str, value: Value) -> Value {
    let mut order = order(reference, title);
    order[member] = value;
    order
}

/// The messages about an order by that channel, as its delivery log shows them.
async fn messages(shop: &Caller, order: &str, channel: &str) -> Vec<Value> {
    let log = shop.get(&format!("/v1/orders/{order}/deliveries")).await.expect(200).json();
    let all = log["data"].as_array().expect("deliveries").clone();
    let by_channel = |delivery: &Value| text(delivery, "/target").ends_with(&format!("/{channel}"));
    all.into_iter().filter(by_channel).collect()
}

/// The only one of them.
async fn message(shop: &Caller, order: &str, channel: &str) -> Value {
    let mut found = messages(shop, order, channel).await;
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn attempts(delivery: &Value) -> &[Value] {
    delivery["attempts"].as_array().expect("tries")
}

/// What the SMS provider was asked to send.
fn sms_text(letter: &Letter) -> String {
    text(&letter.json(), "/text")
}

/// A moment as the API writes it, in unix ms.
fn moment_ms(value: &Value) -> i64 {
    let moment: jiff::Timestamp = value.as_str().expect("a moment").parse().expect("RFC 3339");
    moment.as_millisecond()
}
