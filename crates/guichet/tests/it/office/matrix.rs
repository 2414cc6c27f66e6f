//! Every screen and action × every role × another merchant: made from the routes, so that none can be forgotten.

use guichet_core::{CustomerId, Environment, LoginId, MerchantId};
use guichet_server::keys;
use guichet_server::store::{
    CustomerRow, CustomerStatus, KeyKind, LoginRow, Profile, Role, insert_customer, open_login,
};
use guichet_server::{api_operations, office_routes};
use serde_json::json;

use super::operator::{Browser, Operator, shop};
use crate::front::shop::selling;
use crate::support::call::{Caller, text};
use crate::support::shop_file::two_shops;
use crate::support::test_server::TestServer;

/// What there is in a shop that a path may name.
struct Things {
    order: String,
    merchant: String,
    account: String,
    operator: String,
    endpoint: String,
    key: String,
    link: String,
    customer: String,
    session: String,
}

impl Things {
    async fn of(server: &TestServer, name: &str) -> Things {
        let caller = server.caller(name, Environment::Test).await;
        let made = caller
            .order(&json!({ "reference": format!("{name}-1"), "amount": 250_000, "currency": "DZD", "gateway": "cash" }))
            .await;
        let hook = json!({ "url": format!("{}/nowhere", server.sandbox_url), "events": ["order.paid"] });
        let endpoint = caller.post("/v1/webhook_endpoints", &hook).await.expect(201).json();
        let link = json!({ "title": "Coffee", "amount": 250_000, "currency": "DZD" });
        let link = caller.post("/v1/payment_links", &link).await.expect(201).json();
        let owner = Operator::come(server, Role::Owner, Some(name)).await;
        let row = server.node().app().store().operator_called(&owner.login).await.expect("read");
        let merchant = shop(server, name);
        let snapshot = server.node().app().registry().snapshot();
        let key = snapshot.keys.values().find(|key| key.merchant == merchant).expect("a key");
        let (customer, session) = Things::customer(server, merchant).await;
        Things {
            order: text(&made, "/id"),
            merchant: merchant.to_string(),
            account: snapshot.accounts_of(merchant, Environment::Test)[0].id.to_string(),
            operator: row.expect("there").id.to_string(),
            endpoint: text(&endpoint, "/id"),
            key: key.id.to_string(),
            link: text(&link, "/id"),
            customer: customer.to_string(),
            session: session.to_string(),
        }
    }

    /// A path of the API with these things in it.
    fn api_path(&self, path: &str) -> String {
        let id = if path.starts_with("/v1/payment_links") { &self.link } else { &self.order };
        let id = if path.starts_with("/v1/products") { "1" } else { id };
        let path = path.replace("{id}", id).replace("{number}", "1").replace("{date}", "2026-01-31");
        let path = path.replace("{payment}", "pay_01kaqwm3v0e9r8t7y6v5w4x3z2");
        let path = path.replace("{refund}", "rfd_01kaqwm3v0e9r8t7y6v5w4x3z2");
        assert!(!path.contains('{'), "{path} has a parameter that is not known here");
        path
    }

    /// Somebody who is signed in at the shop's front.
    async fn customer(server: &TestServer, merchant: MerchantId) -> (CustomerId, LoginId) {
        let now_ms = server.clock.now_ms();
        let customer = CustomerRow {
            id: CustomerId::new(now_ms, random_of(merchant)),
            merchant,
            environment: Environment::Test,
            number: 1,
            provider: "email".to_owned(),
            identifier: "amel@example.com".to_owned(),
            password: "a hash".to_owned(),
            status: CustomerStatus::Active,
            profile: Profile::default(),
            version: 1,
            created_at_ms: now_ms,
            updated_at_ms: now_ms,
        };
        let login = LoginRow {
            id: LoginId::new(now_ms, random_of(merchant)),
            customer: customer.id,
            fingerprint: String::new(),
            device: "{}".to_owned(),
            created_at_ms: now_ms,
            used_at_ms: now_ms,
            expires_at_ms: i64::MAX,
        };
        let mut writes = insert_customer(&customer);
        writes.extend(open_login(&login, &customer.password, &format!("token of {merchant}")));
        server.node().app().store().commit(writes).await.expect("a customer");
        (customer.id, login.id)
    }

    /// A path with these things in it; `None` where the path names what no shop has.
    fn fill(&self, path: &str) -> Option<String> {
        let first = path.trim_start_matches("/office/").split('/').next().unwrap_or_default();
        let id = match first {
            "orders" | "needs-you" if !path.contains("unmatched") => &self.order,
            "gateways" => &self.account,
            "people" => &self.operator,
            "webhooks" => &self.endpoint,
            "developers" => &self.key,
            "payment-links" => &self.link,
            "customers" => &self.customer,
            _ => "nothing",
        };
        let filled = path
            .replace("{merchant}", &self.merchant)
            .replace("{shop}", &self.merchant)
            .replace("{date}", "2026-01-31")
            .replace("{month}", "2026-01")
            .replace("{number}", "14")
            .replace("{delivery}", "dlv_01kaqwm3v0e9r8t7y6v5w4x3z2")
            .replace("{session}", &self.session)
            .replace("{account}", &self.account)
            .replace("{occasion}", "paid")
            .replace("{language}", "fr")
            .replace("{id}", id)
            .replace("{token}", "nothing")
            .replace("{name}", "nothing");
        assert!(!filled.contains('{'), "{path} has a parameter that is not known here");
        Some(filled).filter(|_| id != "nothing" || !path.contains("{id}"))
    }
}

/// Ten bytes that differ from shop to shop.
fn random_of(merchant: MerchantId) -> [u8; 10] {
    let text = merchant.to_string();
    let mut bytes = [0; 10];
    bytes.copy_from_slice(&text.as_bytes()[text.len() - 10..]);
    bytes
}

/// Fields that are right for every form there is, as far as a form can be without knowing what it is about.
const FIELDS: [(&str, &str); 22] = [
    ("hours", "1"),
    ("note", "a note"),
    ("payment", "pay_01kaqwm3v0e9r8t7y6v5w4x3z2"),
    ("decision", "dismiss"),
    ("amount", "1"),
    ("method", "cash"),
    ("reference", ""),
    ("reason", "a reason"),
    ("delivery", "dlv_01kaqwm3v0e9r8t7y6v5w4x3z2"),
    ("order", "alger-1"),
    ("session", "ses_01kaqwm3v0e9r8t7y6v5w4x3z2"),
    ("shop", ""),
    ("environment", "test"),
    ("next", "/today"),
    ("role", "clerk"),
    ("first", "2026-01-01"),
    ("last", "2026-01-02"),
    ("to", "in_use"),
    ("outcome", "declined"),
    ("status", "declined"),
    ("title", "a title"),
    ("price", "1"),
];

/// What is refused: not for this role, or not there.
fn is_refused(status: u16) -> bool {
    status == 403 || status == 404
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_and_action_for_every_role_and_another_merchant() {
    let server = TestServer::start("office-matrix").await;
    server.declare(two_shops(&server.sandbox_url).map(selling)).await;
    let (own, theirs) = (Things::of(&server, "alger").await, Things::of(&server, "oran").await);
    let (mut asked, mut wrong) = (0, Vec::new());
    // A page's stream of changes is everybody's, and its answer has no end.
    let routes: Vec<_> = office_routes().into_iter().filter(|route| !route.path.ends_with("/live")).collect();
    for role in Role::ALL {
        for route in &routes {
            let Some(roles) = &route.roles else { continue };
            // What ends the session, or the one who asks, would end the matrix.
            let operator = Operator::come(&server, role, Some("alger")).await;
            operator.look_at_test().await;
            let is_granted = roles.contains(&role);
            for (things, is_own) in [(&own, true), (&theirs, false)] {
                let names_something =
                    ["{id}", "{merchant}", "{shop}"].iter().any(|name| route.path.contains(name));
                let Some(path) = things.fill(&route.path) else { continue };
                if !is_own && !names_something {
                    continue;
                }
                let answer = match route.acts {
                    true => operator.act(&path, &FIELDS).await,
                    false => operator.get(&path).await,
                };
                asked += 1;
                let must_be_refused = !is_granted || !is_own;
                let is_page_of_everybody = roles.len() == Role::ALL.len() && !names_something;
                let fine = match (must_be_refused, is_page_of_everybody) {
                    (true, _) => is_refused(answer.status),
                    (false, _) => answer.status != 403 && answer.status < 500,
                };
                if !fine {
                    let whose = if is_own { "own" } else { "another's" };
                    wrong.push(format!("{role:?} {} {whose}: {}", route.path, answer.status));
                }
            }
        }
    }
    assert!(asked > 80, "{asked} were asked");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{asked} requests, all as they must be");
    for (name, things) in [("oran", &theirs)] {
        let caller = server.caller(name, Environment::Test).await;
        let order = caller.get(&format!("/v1/orders/{}", things.order)).await.expect(200).json();
        assert_eq!(order["status"], "pending", "nobody of another shop changed it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_of_the_api_for_a_key_of_every_role() {
    let server = TestServer::start("office-matrix-keys").await;
    let own = Things::of(&server, "alger").await;
    let app = server.node().app();
    let (mut refused, mut let_through) = (0, 0);
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Owner) {
        let kind = KeyKind::Restricted(role);
        let (_, key) = keys::create(app, "alger", Environment::Test, kind, "").await.expect("a key");
        assert!(key.starts_with("rk_test_"), "{key}");
        let caller = Caller::new(&server.base_url, Some(&key));
        for operation in api_operations() {
            let (what, path) =
                (format!("{role:?} {} {}", operation.method, operation.path), own.api_path(operation.path));
            let before = server.census();
            let body = if operation.method == "GET" { Vec::new() } else { b"{}".to_vec() };
            let answer = caller.send(operation.method, &path, &[], body).await;
            if operation.roles.contains(&role) {
                assert!(answer.status != 401 && answer.status != 403, "{what}: {}", answer.text());
                let_through += 1;
            } else {
                let problem = answer.expect(403).json();
                assert_eq!(problem["code"], "key_not_permitted", "{what}");
                assert!(problem["detail"].as_str().expect("a sentence").contains(role.as_str()), "{problem}");
                assert_eq!(server.census(), before, "{what}: something was written");
                refused += 1;
            }
        }
    }
    assert!(refused > 40 && let_through > 30, "{refused} refused, {let_through} let through");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_who_is_not_signed_in_sees_anything() {
    let server = TestServer::start("office-strangers").await;
    let things = Things::of(&server, "alger").await;
    for route in office_routes().iter().filter(|route| route.roles.is_some()) {
        let Some(path) = things.fill(&route.path) else { continue };
        let browser = Browser::new(&server);
        let answer = match route.acts {
            true => browser.post(&path, &[]).await,
            false => browser.get(&path).await,
        };
        assert_eq!(answer.status, 303, "{path}");
        assert!(answer.header("location").starts_with("/office/sign-in"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_see_play_money_only_sees_no_real_money() {
    let server = TestServer::start("office-test-only").await;
    let live = server.caller("alger", Environment::Live).await;
    let made = live
        .order(&json!({ "reference": "L-1", "amount": 250_000, "currency": "DZD", "gateway": "cash" }))
        .await;
    let id = text(&made, "/id");
    let link = super::operator::invited(&server, "dev", Role::Developer, Some("alger"), false).await;
    let developer = Operator::by(&server, "dev", &link).await;
    let chosen = [("shop", ""), ("environment", "live"), ("next", "/orders")];
    developer.act("/office/scope", &chosen).await.expect(303);
    let list = developer.get("/office/orders").await.expect(200).text();
    assert!(!list.contains("L-1") && list.contains("no real money"), "{list}");
    developer.get(&format!("/office/orders/{id}")).await.expect(404);
}
