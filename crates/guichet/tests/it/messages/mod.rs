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

use crate::support::book::Book;
use crate::support::call::{Caller, text};
use crate::support::house::{House, shop_file};
use crate::support::inbox::{Inbox, Letter};
use guichet_testing::mail_server::{Behaviour, MailServer};

/// Whom the messages go to, and how logs may show them.
const EMAIL: &str = "amina@example.com";
const PHONE: &str = "+213665983439";
const MASKED: [&str; 2] = ["a…@example.com", "+213…39"];

/// How mail leaves, and how SMS do; each a table of a merchant in a shop file.
fn email(post: &MailServer) -> String {
    format!(
        "[merchants.messages.email]\nsmtp = \"{}\"\nfrom = \"Librairie d'Alger <shop@alger.example>\"\n",
        post.url()
    )
}

fn sms(provider: &Inbox) -> String {
    format!(
        "[merchants.messages.sms]\nurl = \"{}\"\nfrom = \"LIBRAIRIE\"\n\
         body = '{{\"to\": \"{{to}}\", \"from\": \"{{from}}\", \"text\": \"{{text}}\", \"ref\": \"{{id}}\"}}'\n\
         headers = {{ authorization = \"Bearer of good news\" }}\n",
        provider.url
    )
}

/// The shop `alger` alone, with something more in its part of the file.
fn alger(gateway_url: &str, more: &str) -> String {
    let both = shop_file(gateway_url);
    let (alger, _) = both.split_once("[[merchants]]\nname = \"oran\"").expect("two shops");
    format!("{alger}{more}")
}

/// A house whose shop `alger` writes to its customers.
struct Scene {
    house: House,
    post: MailServer,
    provider: Inbox,
    live: Caller,
    play: Caller,
}

impl Scene {
    /// Both channels are used. What stands in `more` comes first: keys of `[merchants.messages]`.
    async fn open(name: &str, more: &str) -> Scene {
        let scene = Scene::silent(name).await;
        let outbox = format!("outbox = \"{}/sandbox/outbox\"\n", scene.house.sandbox_url);
        scene.declare(&format!("[merchants.messages]\n{outbox}{more}{}", scene.channels())).await;
        scene
    }

    /// Nothing is declared about messages.
    async fn silent(name: &str) -> Scene {
        let house = House::open(name).await;
        let (post, provider) = (MailServer::open(Behaviour::Takes).await, Inbox::open().await);
        let live = house.caller("alger", Environment::Live).await;
        let play = house.caller("alger", Environment::Test).await;
        Scene { house, post, provider, live, play }
    }

    fn channels(&self) -> String {
        email(&self.post) + &sms(&self.provider)
    }

    /// Declares the shop anew, with that in its part of the file.
    async fn declare(&self, more: &str) {
        let file = alger(&self.house.sandbox_url, more);
        self.house.node.declare(&file).await.expect("the shop is declared");
    }

    /// Makes an order and does what is due half a minute later; its identifier.
    async fn play_out(&self, shop: &Caller, order: &Value) -> String {
        let id = text(&shop.order(order).await, "/id");
        self.house.pass(Duration::from_secs(30)).await;
        id
    }

    /// How many messages to customers there are in the database, sent or not.
    fn rows(&self) -> i64 {
        Book::open(&self.house.database).count("SELECT COUNT(*) FROM deliveries WHERE target LIKE 'mer_%'")
    }

    /// Lets time pass until that delivery is due again.
    async fn pass_until_due(&self, delivery: &Value) {
        let left_ms = (moment_ms(&delivery["due_at"]) - self.house.clock.now_ms()).max(0);
        self.house.pass(Duration::from_millis(left_ms.unsigned_abs())).await;
    }
}

/// An order by the customer of these tests; a tag in the title decides what becomes of it.
fn order(reference: &str, title: &str) -> Value {
    json!({
        "reference": reference, "amount": 250_000, "currency": "DZD", "title": title, "gateway": "ocpay",
        "payer": { "name": "Benali", "surname": "Amina", "email": EMAIL, "phone": PHONE },
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
