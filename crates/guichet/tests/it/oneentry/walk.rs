//! Strangers try every endpoint of a customer: without a token, with a forged one, with a real one at another
//! shop's front, and as customers of their own. Nothing of hers may be seen or changed by any of it.

use std::time::Duration;

use guichet_core::Environment;
use serde_json::{Value, json};

use crate::oneentry::endpoints::{ENDPOINTS, Endpoint, Whose};
use crate::oneentry::shops;
use crate::support::call::{Answer, Caller, text};
use crate::support::test_server::TestServer;

const HER: &str = "amel@example.com";

/// Somebody at a front: its key, and their tokens.
#[derive(Debug, Clone)]
struct Visitor {
    key: String,
    access: String,
    refresh: String,
}

/// The numbers of her orders, as different endpoints need them.
struct Numbers {
    /// One that can be changed.
    unpaid: i64,
    /// One with an open session.
    waiting: i64,
    session: i64,
    /// One that is paid, with a refund asked for.
    paid: i64,
}

/// The server with her in it.
struct Setup {
    server: TestServer,
    caller: Caller,
    her: Visitor,
    numbers: Numbers,
}

impl Setup {
    async fn open() -> Setup {
        let server = TestServer::start("strangers").await;
        shops::declare(&server, None).await;
        let caller = Caller::new(&server.base_url, None);
        let key = key(&server, "alger", Environment::Test).await;
        let her = signed_up(&caller, key, HER).await;
        let order = async || order(&caller, &her, "ocpay").await;
        let (unpaid, waiting, paid) = (order().await, order().await, order().await);
        let session = session(&caller, &her, waiting).await;
        let paying = session_url(&session_of(&caller, &her, paid).await);
        assert!(caller.press(&format!("{paying}/pay")).await.status < 400);
        server.pass(Duration::from_secs(30)).await;
        let refund = json!({ "products": { "14": { "quantity": 1 } }, "note": "It does not fit." });
        let refund = refund.to_string();
        post(&caller, &her, &format!("/orders/{paid}/refund"), &refund).await;
        Setup { server, caller, her, numbers: Numbers { unpaid, waiting, session, paid } }
    }

    /// An endpoint's answer to that visitor.
    async fn call_endpoint(&self, endpoint: &Endpoint, key: &str, access: &str) -> Answer {
        let Numbers { unpaid, waiting, session, paid } = &self.numbers;
        let (id, order) = match endpoint.route {
            route if route.contains("/refund") => (paid, paid),
            route if route.starts_with("/payments/sessions") => (session, waiting),
            route if route.starts_with("/payments/accounts") => (&1, &1),
            _ => (unpaid, unpaid),
        };
        let marker = if endpoint.route.starts_with("/orders-storage") { "orders" } else { "email" };
        let filled = |text: &str| {
            let text = text.replace("{id}", &id.to_string()).replace("{order}", &order.to_string());
            text.replace("{marker}", marker).replace("{token}", "token")
        };
        call(&self.caller, key, access, endpoint.method, &filled(endpoint.route), &filled(endpoint.body))
            .await
    }

    /// Everything that she sees of hers.
    async fn seen(&self) -> Vec<String> {
        let mut seen = Vec::new();
        for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.method == "GET") {
            let answer = self.call_endpoint(endpoint, &self.her.key, &self.her.access).await.expect(200);
            seen.push(format!("{}: {}", endpoint.route, answer.text()));
        }
        seen
    }
}

async fn key(server: &TestServer, merchant: &str, environment: Environment) -> String {
    server.node().create_publishable_key(merchant, environment).await.expect("a publishable key")
}

async fn call(caller: &Caller, key: &str, access: &str, method: &str, path: &str, body: &str) -> Answer {
    let bearer = format!("Bearer {access}");
    let mut headers = vec![("content-type", "application/json")];
    for (name, value) in [("x-app-token", key), ("authorization", bearer.as_str())] {
        if !value.trim_end_matches("Bearer ").is_empty() {
            headers.push((name, value));
        }
    }
    caller.send(method, &format!("/api/content{path}"), &headers, body.as_bytes().to_vec()).await
}

/// A request that must go well.
async fn post(caller: &Caller, who: &Visitor, path: &str, body: &str) -> Value {
    let answer = call(caller, &who.key, &who.access, "POST", path, body).await;
    assert!(matches!(answer.status, 200 | 201), "{path}: {} {}", answer.status, answer.text());
    answer.json()
}

/// A new customer at that front, signed in.
async fn signed_up(caller: &Caller, key: String, email: &str) -> Visitor {
    let mut new = Visitor { key, access: String::new(), refresh: String::new() };
    let auth = json!([
        { "marker": "email_reg", "value": email },
        { "marker": "password_reg", "value": "correct horse 1" },
    ]);
    let form = json!({ "formIdentifier": "reg", "authData": auth, "formData": [] }).to_string();
    let users = "/users-auth-providers/marker/email/users";
    post(caller, &new, &format!("{users}/sign-up"), &form).await;
    let auth = json!({ "authData": auth }).to_string();
    let tokens = post(caller, &new, &format!("{users}/auth"), &auth).await;
    (new.access, new.refresh) = (text(&tokens, "/accessToken"), text(&tokens, "/refreshToken"));
    new
}

async fn order(caller: &Caller, who: &Visitor, account: &str) -> i64 {
    let body = json!({
        "formIdentifier": "order", "paymentAccountIdentifier": account,
        "formData": { "en_US": [{ "marker": "name", "type": "string", "value": "Amel Benali" }] },
        "products": [{ "productId": 14, "quantity": 2 }],
    });
    let made = post(caller, who, "/orders-storage/marker/orders/orders", &body.to_string()).await;
    made["id"].as_i64().expect("a number")
}

async fn session_of(caller: &Caller, who: &Visitor, order: i64) -> Value {
    let body = json!({ "orderId": order, "type": "session" }).to_string();
    post(caller, who, "/payments/sessions", &body).await
}

async fn session(caller: &Caller, who: &Visitor, order: i64) -> i64 {
    session_of(caller, who, order).await["id"].as_i64().expect("a number")
}

fn session_url(session: &Value) -> String {
    text(session, "/paymentUrl")
}

/// The same token with one character changed.
fn forged(token: &str) -> String {
    let at = token.len() / 2;
    let other = if &token[at..=at] == "0" { "1" } else { "0" };
    format!("{}{other}{}", &token[..at], &token[at + 1..])
}

/// An answer in OneEntry's error shape.
#[track_caller]
fn refused(answer: &Answer, status: u16, what: &str) {
    assert_eq!(answer.status, status, "{what}: {}", answer.text());
    assert_eq!(answer.json()["statusCode"], status, "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_her_token_no_endpoint_answers() {
    let setup = Setup::open().await;
    let her = &setup.her;
    let oran = key(&setup.server, "oran", Environment::Test).await;
    let live = key(&setup.server, "alger", Environment::Live).await;
    let (rows, seen) = (setup.server.census(), setup.seen().await);
    for (who, key, access, status) in [
        ("nobody", &*her.key, String::new(), 401),
        ("at no shop", "", her.access.clone(), 403),
        ("at a shop that is none", "pk_test_nothing", her.access.clone(), 403),
        ("at another shop", &*oran, her.access.clone(), 401),
        ("where money is real", &*live, her.access.clone(), 401),
        ("with a forged token", &*her.key, forged(&her.access), 401),
        ("with the other token", &*her.key, her.refresh.clone(), 401),
    ] {
        for endpoint in &ENDPOINTS {
            let what = format!("{who}: {} {}", endpoint.method, endpoint.route);
            refused(&setup.call_endpoint(endpoint, key, &access).await, status, &what);
            assert_eq!(setup.server.census(), rows, "{what}");
        }
        assert_eq!(setup.seen().await, seen, "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_customers_open_only_what_is_theirs() {
    let setup = Setup::open().await;
    let her = &setup.her;
    let (theirs, ones): (Vec<&Endpoint>, Vec<&Endpoint>) =
        ENDPOINTS.iter().partition(|endpoint| endpoint.whose == Whose::Theirs);
    let seen = setup.seen().await;
    for merchant in ["alger", "oran"] {
        let key = key(&setup.server, merchant, Environment::Test).await;
        let other = signed_up(&setup.caller, key.clone(), &format!("bilal@{merchant}.example")).await;
        let rows = setup.server.census();
        for endpoint in &theirs {
            let what = format!("a customer of {merchant}: {} {}", endpoint.method, endpoint.route);
            refused(&setup.call_endpoint(endpoint, &key, &other.access).await, 404, &what);
            assert_eq!(setup.server.census(), rows, "{what}");
        }
        assert_eq!(setup.seen().await, seen, "a customer of {merchant}");
        for (place, endpoint) in ones.iter().enumerate() {
            // Some of these end an account for good, so that each is called by somebody new.
            let email = format!("customer-{place}@{merchant}.example");
            let other = signed_up(&setup.caller, key.clone(), &email).await;
            let answer = setup.call_endpoint(endpoint, &key, &other.access).await;
            let what = format!(
                "a customer of {merchant}: {} {}: {}",
                endpoint.method,
                endpoint.route,
                answer.text()
            );
            let not_offered = endpoint.route.contains("fcm-token")
                || (endpoint.method, endpoint.route) == ("PUT", "/payments/sessions/{id}");
            assert!(matches!(answer.status, 200 | 201) != not_offered, "{what}");
            assert!(!answer.text().contains("Amel") && !answer.text().contains(HER), "{what}");
            setup.server.clock.advance(20_000);
        }
        assert_eq!(setup.seen().await, seen, "customers of {merchant}");
    }
    for endpoint in theirs {
        let answer = setup.call_endpoint(endpoint, &her.key, &her.access).await;
        let found = matches!(answer.status, 200 | 201 | 400);
        assert!(
            found,
            "she herself: {} {}: {} {}",
            endpoint.method,
            endpoint.route,
            answer.status,
            answer.text()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn her_refresh_token_and_her_name_open_nothing_elsewhere() {
    let setup = Setup::open().await;
    let Setup { server, caller, her, .. } = &setup;
    let seen = setup.seen().await;
    let users = "/users-auth-providers/marker/email/users";
    let token = json!({ "refreshToken": her.refresh }).to_string();
    let keys = [
        key(server, "oran", Environment::Test).await,
        key(server, "alger", Environment::Live).await,
        "pk_test_nothing".to_owned(),
    ];
    for key in &keys {
        let refresh = call(caller, key, "", "POST", &format!("{users}/refresh"), &token).await;
        assert!(matches!(refresh.status, 401 | 403), "{}", refresh.text());
        // There is nothing to end there, which is no error.
        call(caller, key, "", "POST", &format!("{users}/logout"), &token).await;
        assert_eq!(setup.seen().await, seen);
    }
    let claim = json!({
        "userIdentifier": HER, "eventIdentifier": "recovery", "code": "000000", "type": 2,
        "password1": "correct horse 2", "password2": "correct horse 2",
    });
    for (endpoint, status) in [("activate", 400), ("change-password", 400), ("check-code", 200)] {
        let answer =
            call(caller, &her.key, "", "POST", &format!("{users}/{endpoint}"), &claim.to_string()).await;
        assert_eq!(answer.status, status, "{endpoint}: {}", answer.text());
        assert!(status == 400 || answer.text() == "false", "{endpoint}: {}", answer.text());
        assert_eq!(setup.seen().await, seen, "{endpoint}");
    }
    let again = json!({ "formIdentifier": "reg", "formData": [], "authData": [
        { "marker": "email_reg", "value": HER.to_uppercase() },
        { "marker": "password_reg", "value": "correct horse 2" },
    ] });
    let signed_up = call(caller, &her.key, "", "POST", &format!("{users}/sign-up"), &again.to_string()).await;
    assert!(signed_up.status < 500, "{}", signed_up.text());
    let auth = call(caller, &her.key, "", "POST", &format!("{users}/auth"), &again.to_string()).await;
    refused(&auth, 401, "a password that a stranger signed up with");
    assert_eq!(setup.seen().await, seen);
    // And it was her token all the time.
    post(caller, her, &format!("{users}/refresh"), &token).await;
}
