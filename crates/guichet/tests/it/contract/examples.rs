//! The examples of the description: what a running server really took and answered, with names, times and secrets that do not change
//! from run to run. `UPDATE_EXPECT=1` writes them anew; the description takes them from there.

use std::collections::BTreeMap;
use std::path::PathBuf;

use guichet_core::{Environment, MerchantId, OrderMark, PaymentId};
use guichet_sandbox::Action;
use serde_json::{Map, Value, json};

use crate::front::shop::{Front, selling};
use crate::support::call::{Caller, text};
use crate::support::inbox::Inbox;
use crate::support::shop_file::{Account, two_shops};
use crate::support::test_server::TestServer;

/// A CinetPay merchant's key, and what signs its notifications at the sandbox unless told otherwise.
const CINETPAY_KEY: &str = "12912847765bc0db748fdd44.40081707";

fn kept_at() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../server/src/http/reference/real_examples.json"))
}

/// A shop whose calls are written down.
struct Recorder {
    server: TestServer,
    shop: Caller,
    found: BTreeMap<String, Value>,
}

impl Recorder {
    /// Makes a call that must go well, and writes down what was sent and answered; only the first of each operation is kept.
    async fn call(&mut self, operation: &str, method: &str, path: &str, body: Option<Value>) -> Value {
        let bytes = body.as_ref().map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let answer = self.shop.send(method, path, &[], bytes).await;
        assert!((200..300).contains(&answer.status), "{operation}: {} {}", answer.status, answer.text());
        let said = if answer.bytes.is_empty() { Value::Null } else { answer.json() };
        let mut example = Map::new();
        example.extend(body.map(|body| ("request".to_owned(), body)));
        example.extend((!said.is_null()).then(|| ("answer".to_owned(), said.clone())));
        if !example.is_empty() {
            self.found.entry(operation.to_owned()).or_insert(Value::Object(example));
        }
        said
    }

    async fn get(&mut self, operation: &str, path: &str) -> Value {
        self.call(operation, "GET", path, None).await
    }

    async fn post(&mut self, operation: &str, path: &str, body: Value) -> Value {
        self.call(operation, "POST", path, Some(body)).await
    }

    /// The same without a body.
    async fn press(&mut self, operation: &str, path: &str) -> Value {
        self.call(operation, "POST", path, None).await
    }

    /// An order of which nothing is written down.
    async fn sold(&self, reference: &str, fields: Value) -> Value {
        let mut order = json!({ "reference": reference, "amount": 250_000, "currency": "DZD" });
        order.as_object_mut().expect("an object").extend(fields.as_object().expect("an object").clone());
        self.shop.order(&order).await
    }

    async fn pass_s(&self, seconds: i64) {
        self.server.node().pass_time(seconds * 1000).await.expect("what is due is done");
    }

    /// The customer, or the bank, does that with the payment that was opened last.
    fn act(&self, action: Action) {
        let newest = self.server.sandbox.payments().first().expect("a payment").reference.clone();
        self.server.sandbox.act(&newest, action).expect("it can be done");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_examples_are_what_a_server_really_said() {
    let server = TestServer::start("contract-examples").await;
    let inbox = Inbox::open().await;
    let mobile = Account::at("cinetpay", "mobile", Environment::Test).usual_url(&server.sandbox_url);
    let mobile = mobile.secret(
        json!({ "api_key": CINETPAY_KEY, "site_id": "445160", "secret_key": format!("secret_of_{CINETPAY_KEY}") }),
    );
    let [alger, _] = two_shops(&server.sandbox_url).map(selling);
    server.declare(alger.account(mobile)).await;
    let shop = server.shop().await;
    let mut recorder = Recorder { server, shop, found: BTreeMap::new() };
    // Whenever it runs, it is the middle of the shop's day, so that all of it falls on one.
    let into_the_day_s = recorder.server.clock.now_ms() / 1000 % 86_400;
    recorder.pass_s(86_400 - into_the_day_s + 11 * 3_600).await;
    webhooks(&mut recorder, &inbox).await;
    orders(&mut recorder).await;
    troubles(&mut recorder).await;
    links(&mut recorder).await;
    goods(&mut recorder).await;
    refund_requests(&mut recorder).await;
    unmatched(&mut recorder).await;
    reports(&mut recorder).await;
    let addresses = [
        (inbox.url.clone(), "https://shop.example/webhooks"),
        (recorder.server.sandbox_url.clone(), "https://gateway.example"),
        (recorder.server.base_url.clone(), "https://pay.example"),
    ];
    let found = steady(&recorder.found, &addresses);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(kept_at(), &found).expect("written");
    }
    let kept = std::fs::read_to_string(kept_at()).unwrap_or_default();
    let different = found.lines().zip(kept.lines()).find(|(found, kept)| found != kept);
    assert!(found == kept, "a server says something else now: {different:?}; run this with UPDATE_EXPECT=1");
}

async fn webhooks(recorder: &mut Recorder, inbox: &Inbox) {
    let wanted = json!({ "url": inbox.url, "events": ["order.*"] });
    let made = recorder.post("create_endpoint", "/v1/webhook_endpoints", wanted).await;
    let path = format!("/v1/webhook_endpoints/{}", text(&made, "/id"));
    recorder.get("list_endpoints", "/v1/webhook_endpoints").await;
    recorder.press("test_endpoint", &format!("{path}/test")).await;
    recorder.press("rotate_secret", &format!("{path}/rotate_secret")).await;
}

async fn orders(recorder: &mut Recorder) {
    let wanted = json!({
        "reference": "ORD-2026-000123", "amount": 250_000, "currency": "DZD", "gateway": "ocpay",
        "title": "Order ORD-2026-000123", "description": "Two bags of semolina",
        "items": [{ "name": "Semolina, 5 kg", "quantity": 2, "unit_amount": 125_000 }],
        "payer": {
            "given_name": "Amina", "family_name": "Benali", "email": "amina@example.com", "phone": "+213555000001",
            "address": "12 rue Didouche Mourad", "city": "Alger", "country": "DZ",
        },
        "language": "fr", "return_url": "https://boutique-alger.example/orders/123", "expires_in": 3600,
        "metadata": { "basket": "8812" },
    });
    let order = recorder.post("create_order", "/v1/orders", wanted).await;
    let path = format!("/v1/orders/{}", text(&order, "/id"));
    recorder.act(Action::Pay);
    recorder.pass_s(4).await;
    recorder.press("check_order", &format!("{path}/check")).await;
    let paid = recorder.get("read_order", &path).await;
    assert_eq!(paid["status"], "paid", "{paid}");
    recorder.server.settle().await;
    recorder.get("order_events", &format!("{path}/events")).await;
    let deliveries = recorder.get("order_deliveries", &format!("{path}/deliveries")).await;
    let delivery = text(&deliveries, "/data/0/id");
    recorder.press("resend_delivery", &format!("/v1/deliveries/{delivery}/resend")).await;
    recorder.press("fulfil_order", &format!("{path}/fulfil")).await;
    let refund = json!({
        "payment": text(&paid, "/payments/0/id"), "amount": 100_000, "method": "gateway_portal",
        "reference": "R-2026-0042", "reason": "Out of stock.",
    });
    let refunded = recorder.post("record_refund", &format!("{path}/refunds"), refund).await;
    recorder.get("list_refunds", "/v1/refunds?limit=10").await;
    let withdraw = format!("{path}/refunds/{}/withdraw", text(&refunded, "/refunds/0/id"));
    recorder.post("withdraw_refund", &withdraw, json!({ "reason": "It was another order." })).await;
    let other = recorder.sold("ORD-2026-000124", json!({ "title": "Honey" })).await;
    let path = format!("/v1/orders/{}", text(&other, "/id"));
    recorder.post("open_payment", &format!("{path}/payments"), json!({ "gateway": "ocpay" })).await;
    recorder.press("cancel_order", &format!("{path}/cancel")).await;
    let events = recorder.get("list_events", "/v1/events?limit=2").await;
    let ids: Vec<String> = (0..2).map(|index| text(&events, &format!("/data/{index}/id"))).collect();
    recorder.post("ack_events", "/v1/events/ack", json!({ "ids": ids })).await;
}

async fn troubles(recorder: &mut Recorder) {
    let cash = recorder.sold("ORD-2026-000125", json!({ "gateway": "cash", "title": "Dates" })).await;
    let path = format!("/v1/orders/{}/payments/{}/record", text(&cash, "/id"), text(&cash, "/payments/0/id"));
    recorder.press("record_payment", &path).await;
    let late = recorder.sold("ORD-2026-000126", json!({ "expires_in": 60, "title": "Olives" })).await;
    recorder.pass_s(90).await;
    let path = format!("/v1/orders/{}/reopen", text(&late, "/id"));
    recorder.post("reopen_order", &path, json!({ "expires_in": 3600 })).await;
    let other = recorder.sold("ORD-2026-000127", json!({ "gateway": "ocpay", "title": "Saffron" })).await;
    recorder.act(Action::PayOther);
    recorder.pass_s(31).await;
    let path = format!("/v1/orders/{}/resolve", text(&other, "/id"));
    let decided = json!({ "payment": text(&other, "/payments/0/id"), "resolution": "dismiss" });
    recorder.post("resolve_order", &path, decided).await;
    recorder.get("list_orders", "/v1/orders?limit=2").await;
}

async fn links(recorder: &mut Recorder) {
    let wanted = json!({
        "reference": "STALL-COFFEE", "title": "Coffee, 250 g", "description": "Roasted in Daloa", "amount": 95_000, "currency": "DZD",
        "asks_for": ["given_name", "phone"], "expires_in": 604_800, "language": "fr",
    });
    let made = recorder.post("create_payment_link", "/v1/payment_links", wanted).await;
    let path = format!("/v1/payment_links/{}", text(&made, "/id"));
    recorder.get("list_payment_links", "/v1/payment_links").await;
    recorder.get("read_payment_link", &path).await;
    recorder.press("end_payment_link", &format!("{path}/end")).await;
}

async fn goods(recorder: &mut Recorder) {
    let project = recorder.get("read_project", "/v1/project").await;
    let product = json!({
        "id": 21, "title": { "en_US": "Semolina, 5 kg", "fr_FR": "Semoule, 5 kg" }, "price": 125_000, "sku": "SEM-5",
        "status": "in_stock", "categories": ["grocery"], "image": "https://cdn.example/semolina.png",
    });
    let live = recorder.server.caller("alger", Environment::Live).await;
    let test = std::mem::replace(&mut recorder.shop, live);
    recorder.call("replace_product", "PUT", "/v1/products/21", Some(product)).await;
    recorder.get("list_products", "/v1/products?limit=2").await;
    recorder.call("delete_product", "DELETE", "/v1/products/21", None).await;
    recorder.call("replace_project", "PUT", "/v1/project", Some(project)).await;
    recorder.shop = test;
}

/// A customer of the front asks for money back.
async fn refund_requests(recorder: &mut Recorder) {
    let front = Front::of(&recorder.server, "alger", Environment::Test).await;
    let amel = front.customer("amel@example.com").await;
    let made =
        amel.post("/orders-storage/marker/orders/orders", &crate::front::shop::order("card", 15, 1)).await;
    let id = made.expect(201).json()["id"].as_i64().expect("a number");
    amel.opens(id).await;
    recorder.act(Action::Pay);
    recorder.pass_s(31).await;
    let body = json!({ "products": { "15": { "quantity": 1 } }, "note": "It came wet." });
    amel.post(&format!("/orders/{id}/refund"), &body).await.expect(201);
    recorder.get("list_refund_requests", "/v1/refund_requests").await;
    recorder
        .post("close_refund_request", "/v1/refund_requests/1/close", json!({ "outcome": "granted" }))
        .await;
}

/// A gateway speaks of payments that nobody here knows.
async fn unmatched(recorder: &mut Recorder) {
    let sql = "SELECT id FROM gateway_accounts WHERE name = 'mobile'";
    let account = recorder.server.rows().rows(sql, |row| row.get::<String>(0)).remove(0);
    let sql = "SELECT id FROM merchants WHERE name = 'alger'";
    let merchant = recorder.server.rows().rows(sql, |row| row.get::<String>(0)).remove(0);
    let merchant: MerchantId = merchant.parse().expect("an identifier");
    let sandbox = Caller::new(&recorder.server.sandbox_url, None);
    for (order, number) in [("ORD-2025-000007", 7), ("ORD-2025-000008", 8)] {
        // A name as this server gives payments, of one that was opened before a backup was restored.
        let mark = OrderMark::of(merchant, Environment::Test, order);
        let now_ms = recorder.server.clock.now_ms();
        let payment = PaymentId::of_order(merchant, Environment::Test, mark, now_ms, [number; 10]);
        let reference = payment.to_string().replace('_', "");
        let made = json!({
            "dialect": "cinetpay", "key": CINETPAY_KEY, "account": "445160", "currency": "XOF", "amount_minor": 5_000,
            "reference": reference, "title": "A book", "action": "pay", "operator": "OM",
            "notify_url": format!("{}/callbacks/cinetpay/{account}", recorder.server.base_url),
        });
        sandbox.post("/sandbox/payments", &made).await.expect(201);
        recorder.server.sandbox.settle().await;
        recorder.pass_s(2).await;
    }
    let listed = recorder.get("list_unmatched", "/v1/unmatched_notifications").await;
    let id = |index: usize| text(&listed, &format!("/data/{index}/id"));
    let wanted = json!({ "currency": "XOF", "amount": 5_000, "title": "A book" });
    let order = recorder.sold("ORD-2026-000128", wanted).await;
    let tie = format!("/v1/unmatched_notifications/{}/tie", id(0));
    recorder.post("tie_unmatched", &tie, json!({ "order": text(&order, "/id") })).await;
    recorder.press("dismiss_unmatched", &format!("/v1/unmatched_notifications/{}/dismiss", id(1))).await;
}

async fn reports(recorder: &mut Recorder) {
    let day = recorder.server.clock.now_ms();
    let day = jiff::Timestamp::from_millisecond(day).expect("a time").strftime("%Y-%m-%d").to_string();
    recorder.pass_s(2 * 86_400).await;
    recorder.get("read_days", &format!("/v1/reports/days?from={day}&to={day}")).await;
    let note = json!({ "note": "Agrees with the statement." });
    recorder.post("close_the_day", &format!("/v1/reports/days/{day}/close"), note).await;
    let endpoints = recorder.shop.get("/v1/webhook_endpoints").await.expect(200).json();
    let path = format!("/v1/webhook_endpoints/{}", text(&endpoints, "/data/0/id"));
    recorder.call("delete_endpoint", "DELETE", &path, None).await;
}

/// The examples as text, with what differs from run to run replaced.
fn steady(found: &BTreeMap<String, Value>, addresses: &[(String, &str)]) -> String {
    let mut steady = Steady { addresses, names: BTreeMap::new(), counts: BTreeMap::new() };
    let examples: Map<String, Value> =
        found.iter().map(|(operation, example)| (operation.clone(), steady.value("", example))).collect();
    serde_json::to_string_pretty(&examples).expect("JSON") + "\n"
}

/// What stands for what differs: identifiers are counted, times are told by what they are of, tokens and secrets are always the same.
struct Steady<'a> {
    addresses: &'a [(String, &'a str)],
    names: BTreeMap<String, String>,
    counts: BTreeMap<String, u8>,
}

/// The token of a page.
const TOKEN: &str = "01m8pp5xske9hvjhbpdz5r0pcxrhu6za7kb5b4qc55dhlgdmzizmvh2u54";

/// The token of a payment link.
const LINK: &str = "4uanb24bhqoz";

impl Steady<'_> {
    fn value(&mut self, field: &str, value: &Value) -> Value {
        match value {
            Value::Object(members) => {
                members.iter().map(|(name, value)| (name.clone(), self.value(name, value))).collect()
            }
            Value::Array(list) => list.iter().map(|value| self.value(field, value)).collect(),
            Value::String(text) => Value::from(self.text(field, text)),
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }

    fn text(&mut self, field: &str, text: &str) -> String {
        if text.parse::<jiff::Timestamp>().is_ok() {
            let moment = match field {
                "created_at" | "from" => "12:00:00",
                "expires_at" | "payable_until" => "13:00:00",
                _ => "12:04:09",
            };
            return format!("2026-01-31T{moment}Z");
        }
        if text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok() {
            return "2026-01-31".to_owned();
        }
        // An operator's number of a transaction, which is made of the time.
        if field == "transaction" && text.starts_with("MP") {
            return "MP260131.1204.A84969".to_owned();
        }
        if text.starts_with("whsec_") {
            return "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned();
        }
        let mut text = text.to_owned();
        for (address, steady) in self.addresses {
            text = text.replace(address, steady);
        }
        if let Some((server, _)) = text.rsplit_once("/l/") {
            text = format!("{server}/l/{LINK}");
        }
        if let Some((before, after)) = text.split_once("cpm_trans_date=") {
            let (_, rest) = after.split_once('&').expect("more fields");
            text = format!("{before}cpm_trans_date=2026-01-31+12%3A04%3A09&{rest}");
        }
        let mut told = String::new();
        let mut word = String::new();
        // The last character, which is in no word, ends the last one.
        for letter in text.chars().chain(['\n']) {
            if letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_' {
                word.push(letter);
            } else {
                told.push_str(&self.word(&std::mem::take(&mut word)));
                told.push(letter);
            }
        }
        told.pop();
        told
    }

    fn word(&mut self, word: &str) -> String {
        if word.len() == TOKEN.len() && !word.contains('_') {
            return TOKEN.to_owned();
        }
        if let Some(rest) = word.strip_prefix("pay").filter(|rest| rest.len() == 26) {
            // As a gateway that takes letters and digits only has it.
            return self.word(&format!("pay_{rest}")).replace('_', "");
        }
        let Some((kind, _)) = word.split_once('_').filter(|(_, rest)| rest.len() == 26) else {
            return word.to_owned();
        };
        let Steady { names, counts, .. } = self;
        let name = names.entry(word.to_owned()).or_insert_with(|| {
            let count = counts.entry(kind.to_owned()).or_default();
            *count += 1;
            format!("{kind}_01kaqwm3v0e9r8t7y6v5w4x3{count:02}")
        });
        name.clone()
    }
}
