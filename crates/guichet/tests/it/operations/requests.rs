//! A request is found in the log by the `Request-Id` of its answer, whoever asked and whatever came of it, and
//! what is said of it there is a status, a code and a route: nothing that the client chose.

use std::path::PathBuf;

use guichet_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::call::{Answer, Caller, text};
use crate::support::program::{ServerProcess, succeed};
use crate::support::scratch::scratch;
use crate::support::shop_file::{ShopFile, alger};
use crate::support::test_server::{order, plain_order};

/// What must not be in the log, in paths, methods, queries and bodies.
const CANARY: &str = "canary7w3q";

/// A front's project, with a provider that asks new customers for a code.
fn project() -> Value {
    json!({
        "currency": "DZD",
        "locales": [{ "code": "en_US", "name": "English" }],
        "forms": [{
            "identifier": "reg", "type": "sign_in_up",
            "fields": [
                { "marker": "email_reg", "role": "identifier", "required": true },
                { "marker": "password_reg", "role": "password", "required": true },
            ],
        }],
        "providers": [{ "identifier": "email", "form": "reg" }],
    })
}

/// A shop on a real server, with a gateway that is the sandbox.
struct Shop {
    server: ServerProcess,
    caller: Caller,
    app_token: String,
}

impl Shop {
    async fn open(name: &str, level: &str, requests: Option<&str>) -> Shop {
        let sandbox = Sandbox::new(guichet_sandbox::Settings::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let gateway = format!("http://{}", listener.local_addr().expect("a bound port"));
        tokio::spawn(sandbox.serve(listener));
        let directory: PathBuf = scratch(name);
        ShopFile::from([alger(&gateway).project(project())]).write_to(&directory);
        succeed(&directory, &["apply", "shop.toml"]);
        let key = |kind: &[&str]| {
            let made = succeed(&directory, &[&["key", "create", "--merchant", "alger"][..], kind].concat());
            made.trim().to_owned()
        };
        let (key, app_token) = (key(&[]), key(&["--publishable"]));
        let server = ServerProcess::start(&directory, |command| {
            command.env("RUST_LOG", level);
            if let Some(requests) = requests {
                command.env("GUICHET_LOG_REQUESTS", requests);
            }
        });
        let caller = Caller::new(&server.base_url, Some(&key));
        Shop { server, caller, app_token }
    }

    async fn front(&self, path: &str, body: &Value) -> Answer {
        let headers = [("x-app-token", self.app_token.as_str())];
        let front = self.caller.without_key();
        front.send("POST", &format!("/api/content{path}"), &headers, body.to_string().into_bytes()).await
    }

    /// All lines, once it has ended.
    fn log(self) -> Vec<Value> {
        self.server.terminate();
        let (well, log) = self.server.ended();
        assert!(well && !log.contains(CANARY), "{log}");
        let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
        let last = lines.last().expect("it said something");
        assert_eq!(last["message"], "stopped: the database is closed", "the end of the log is missing");
        lines
    }
}

/// The lines of the request that was answered so.
fn lines_of<'a>(log: &'a [Value], answer: &Answer) -> Vec<&'a Value> {
    let id = answer.header("request-id");
    assert!(id.starts_with("req_"), "{id}");
    log.iter().filter(|line| line["request"] == id).collect()
}

/// The line that says how a request was answered.
#[track_caller]
fn answered<'a>(lines: &[&'a Value]) -> &'a Value {
    let mut answered = lines.iter().filter(|line| line["message"] == "answered");
    let (line, more) = (answered.next().expect("it was answered"), answered.next());
    assert_eq!(more, None, "it was answered twice");
    line
}

fn sign_up() -> Value {
    json!({
        "formIdentifier": "reg", "langCode": "en_US", "formData": { "en_US": [] },
        "authData": [
            { "marker": "email_reg", "value": format!("{CANARY}@shop.example") },
            { "marker": "password_reg", "value": CANARY },
        ],
        "notificationData": { "email": format!("{CANARY}@shop.example"), "phonePush": [] },
    })
}

const SIGN_UP: &str = "POST /api/content/users-auth-providers/marker/{marker}/users/sign-up";

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_found_by_its_id() {
    let shop = Shop::open("operations-requests", "debug", None).await;
    let (caller, stranger) = (&shop.caller, shop.caller.without_key());
    let made = caller.post("/v1/orders", &order("one", "Book")).await.expect(201);
    let account = text(&made.json(), "/payments/0/account");
    let provider = "/users-auth-providers/marker/email/users/sign-up";
    let bad_amount = json!({ "reference": "two", "title": CANARY, "amount": -1, "currency": "DZD" });
    let rows = [
        (made, 201, Value::Null, "POST /v1/orders"),
        (caller.post("/v1/orders", &bad_amount).await, 422, "amount_out_of_range".into(), "POST /v1/orders"),
        (caller.get(&format!("/v1/orders/{CANARY}")).await, 404, "not_found".into(), "GET /v1/orders/{id}"),
        (caller.get(&format!("/{CANARY}?a={CANARY}")).await, 404, "no_such_route".into(), "GET none"),
        (
            caller.send(CANARY, "/v1/orders", &[], Vec::new()).await,
            405,
            "no_such_method".into(),
            "OTHER /v1/orders",
        ),
        (stranger.get("/v1/orders").await, 401, "key_missing".into(), "GET /v1/orders"),
        (stranger.get(&format!("/status/{CANARY}")).await, 404, Value::Null, "GET /status/{token}"),
        (
            stranger.get(&format!("/v3/ocpay/checkPayment/{CANARY}")).await,
            401,
            Value::Null,
            "GET /v3/ocpay/checkPayment/{ref}",
        ),
        (
            stranger.post("/v2/payment", &json!({ "apikey": CANARY })).await,
            400,
            Value::Null,
            "POST /v2/payment",
        ),
        (stranger.get(&format!("/v1/payin/{CANARY}")).await, 401, Value::Null, "GET /v1/payin/{reference}"),
        (
            stranger.post(&format!("/callbacks/ocpay/{account}"), &json!({ "paymentRef": CANARY })).await,
            200,
            Value::Null,
            "POST /callbacks/{gateway}/{account}",
        ),
        (
            stranger.press(&format!("/callbacks/{CANARY}/{account}")).await,
            404,
            Value::Null,
            "POST /callbacks/{gateway}/{account}",
        ),
        (shop.front(provider, &json!({ "formIdentifier": CANARY })).await, 400, Value::Null, SIGN_UP),
        (shop.front(&format!("/{CANARY}"), &json!({})).await, 404, Value::Null, "POST none"),
        (shop.front(provider, &sign_up()).await, 201, Value::Null, SIGN_UP),
    ];
    let log = shop.log();
    for (answer, status, code, route) in &rows {
        let lines = lines_of(&log, answer);
        let line = answered(&lines);
        assert_eq!((answer.status, line["status"].as_u64()), (*status, Some(u64::from(*status))), "{line}");
        assert_eq!((&line["code"], line["level"].as_str()), (code, Some("DEBUG")), "{line}");
        assert!(lines.iter().all(|line| line["route"] == *route), "{lines:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_request_leads_to_is_found_by_its_id() {
    let shop = Shop::open("operations-led-to", "info", None).await;
    let made = shop.caller.post("/v1/orders", &order("one", "Book [no-callback][paid]")).await.expect(201);
    let id = text(&made.json(), "/id");
    let checked = shop.caller.press(&format!("/v1/orders/{id}/check")).await.expect(200);
    let signed_up =
        shop.front("/users-auth-providers/marker/email/users/sign-up", &sign_up()).await.expect(201);
    let log = shop.log();
    // The payment is opened in a task that outlives the client, the check in one that others may wait for too,
    // and the code is sent in one that nobody waits for.
    for (answer, message) in [
        (&made, "order.created"),
        (&made, "payment.opened"),
        (&checked, "order.paid"),
        (&signed_up, "a code for"),
    ] {
        let lines = lines_of(&log, answer);
        let told = lines.iter().any(|line| text(line, "/message").starts_with(message));
        assert!(told, "{message}: {lines:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_for_every_request_when_asked_for() {
    let shop = Shop::open("operations-each", "off,guichet::cli=info", Some("1")).await;
    let made = shop.caller.post("/v1/orders", &plain_order("one")).await.expect(201);
    let refused = shop.caller.post("/v1/orders", &json!({})).await.expect(422);
    let page = shop.caller.get("/status/x").await.expect(404);
    let log = shop.log();
    for (answer, code, route) in [
        (made, Value::Null, "POST /v1/orders"),
        (refused, "field_missing".into(), "POST /v1/orders"),
        (page, Value::Null, "GET /status/{token}"),
    ] {
        let lines = lines_of(&log, &answer);
        let line = answered(&lines);
        assert_eq!((&line["level"], &line["route"]), (&"INFO".into(), &route.into()), "{line}");
        assert_eq!((line["status"].as_u64(), &line["code"]), (Some(answer.status.into()), &code), "{line}");
        assert!(line["took_us"].is_u64(), "{line}");
    }
    let mut about_requests = log.iter().filter(|line| line["request"].is_string());
    assert!(about_requests.all(|line| line["message"] == "answered"), "{log:?}");

    let shop = Shop::open("operations-none", "info", Some("0")).await;
    shop.caller.post("/v1/orders", &json!({})).await.expect(422);
    assert!(shop.log().iter().all(|line| line["message"] != "answered"));
}
