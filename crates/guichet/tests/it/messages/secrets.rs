//! Canaries: the password of the mail server and every secret of the SMS provider, looked for in all
//! that the real binary says at its most talkative and in all that it writes.

use guichet_server::Clock;
use serde_json::{Value, json};

use crate::messages::{EMAIL, PHONE, messages, order};
use crate::support::call::{Caller, text};
use crate::support::database::everything_kept;
use crate::support::patience::Patience;
use crate::support::program::{self, ServerProcess, succeed};
use crate::support::scratch::scratch;
use crate::support::shop_file::{ShopFile, alger};
use crate::support::test_server::{TestServer, acquirer};
use guichet_testing::mail_server::{Behaviour, MailServer};

const PASSWORD: &str = "canary-of-the-post";
const HEADER: &str = "canary-in-a-header";
const TOKEN: &str = "canary-in-the-address";
const PIN: &str = "canary-in-the-body";
const CANARIES: [&str; 4] = [PASSWORD, HEADER, TOKEN, PIN];

/// An SMS provider at its worst: it refuses, and repeats all that it was told.
async fn parrot() -> String {
    let answer = async |uri: http::Uri, headers: http::HeaderMap, body: String| {
        (http::StatusCode::SERVICE_UNAVAILABLE, format!("{uri} {headers:?} {body}"))
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("a bound port"));
    let router = axum::Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

fn declared(mail_server: &MailServer, provider: &str) -> Value {
    let smtp = format!("smtps://shop@127.0.0.1:{}", mail_server.port);
    json!({
        "email": { "smtp": smtp, "password": PASSWORD, "from": "shop@alger.example" },
        "sms": {
            "url": format!("{provider}/send?token={{token}}"),
            "body": r#"{"to": "{to}", "text": "{text}", "pin": "{pin}"}"#,
            "headers": { "x-key": HEADER },
            "secret": { "token": TOKEN, "pin": PIN },
        },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_of_a_message_is_written_or_said() {
    let directory = scratch("messages-secrets");
    let (mail_server, provider) = (MailServer::open(Behaviour::Takes).await, parrot().await);
    let (_, gateway) = acquirer(&Clock::default()).await;
    ShopFile::from(alger(&gateway).messages(declared(&mail_server, &provider))).write_to(&directory);
    let mut said = vec![(
        "apply".to_owned(),
        succeed(&directory, &["apply", "shop.toml", "--allow-network", "127.0.0.0/8"]),
    )];
    let key = succeed(&directory, &["key", "create", "--merchant", "alger", "--environment", "live"]);
    let server = ServerProcess::start(&directory, |command| {
        command.env("RUST_LOG", "debug,guichet=trace,lettre=trace,reqwest=trace,hyper=trace,rustls=trace");
    });
    let shop = Caller::new(&server.base_url, Some(key.trim()));
    let id = text(&shop.order(&order("ORD-1", "Livre [paid]")).await, "/id");
    shop.press(&format!("/v1/orders/{id}/check")).await.expect(200);
    tried(&shop, &id).await;
    for path in ["deliveries", "events"] {
        let path = format!("/v1/orders/{id}/{path}");
        said.push((path.clone(), shop.get(&path).await.text()));
    }
    let log = said.iter().find(|(place, _)| place.ends_with("deliveries")).expect("the log").1.clone();
    assert!(!log.contains(EMAIL) && !log.contains(PHONE), "{log}");
    for path in [server.metrics_url.as_str(), "/v1/events", "/v1/webhook_endpoints"] {
        said.push((path.to_owned(), shop.get(path).await.text()));
    }
    for command in [&["order", "explain", &id][..], &["doctor", "--json"], &["key", "list"]] {
        let told = program::run(&directory, command);
        said.push((command.join(" "), String::from_utf8_lossy(&told.stdout).into_owned()));
        said.push((command.join(" "), String::from_utf8_lossy(&told.stderr).into_owned()));
    }
    said.extend(everything_kept(&directory));
    server.terminate();
    let log = server.ended().1;
    assert!(log.contains("delivery tried"), "{log}");
    assert!(!log.contains(EMAIL) && !log.contains(PHONE), "an address stands in the log");
    said.push(("the log".to_owned(), log));
    said.extend(everything_kept(&directory));
    for (place, text) in &said {
        for canary in CANARIES {
            assert!(!text.contains(canary), "{canary} stands in {place}");
        }
    }
}

/// Waits until both channels were tried.
async fn tried(shop: &Caller, id: &str) {
    let mut patience = Patience::that("both channels were tried");
    let has_tries = |found: &[Value]| found.iter().any(|delivery| delivery["attempts"][0].is_object());
    while !(has_tries(&messages(shop, id, "email").await) && has_tries(&messages(shop, id, "sms").await)) {
        patience.again().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slip_in_the_shop_file_is_refused_without_quoting_a_secret() {
    let server = TestServer::start("messages-slips").await;
    let mail = |more: Value| {
        let mut email = json!({ "from": "shop@alger.example" });
        email.as_object_mut().expect("a table").extend(more.as_object().expect("a table").clone());
        json!({ "email": email })
    };
    let sms = |sms: Value| json!({ "sms": sms });
    let to_all = "https://sms.example/{to}/{text}";
    let table = [
        (mail(json!({ "smtp": "smtps://shop:canary@mail.example" })), "the password does not belong"),
        (mail(json!({ "smtp": "smtp://shop@127.0.0.1", "password": "canary" })), "not encrypted"),
        (mail(json!({ "smtp": "smtp://8.8.8.8" })), "stays within a private network"),
        (mail(json!({ "smtp": "smtps://10.0.0.1" })), "leads into a private network"),
        (mail(json!({ "smtp": "smtps://mail.example", "password": "canary" })), "needs a user"),
        (mail(json!({ "smtp": "smtps://shop@mail.example" })), "needs a password"),
        (
            mail(json!({ "smtp": "smtps://shop@mail.example", "password": "env:GUICHET_NO_SUCH_CANARY" })),
            "no variable",
        ),
        (mail(json!({ "smtp": "smtps://mail.example", "pasword": "canary" })), "unknown field"),
        (sms(json!({ "url": "http://10.0.0.1/{to}/{text}" })), "private network"),
        (sms(json!({ "url": "https://sms.example/canary" })), "{to}"),
        (sms(json!({ "url": "https://sms.example/{to}?canary={tokn}&text={text}" })), "{tokn}"),
        (sms(json!({ "url": "https://{to}.example/{text}" })), "in the host"),
        (
            sms(json!({ "url": "https://sms.example", "body": r#"{"canary": {text}, "to": "{to}"}"# })),
            "not JSON",
        ),
        (sms(json!({ "url": to_all, "headers": { "host": "canary" } })), "set by Guichet"),
        (sms(json!({ "url": to_all, "secret": { "to": "canary" } })), "taken"),
        (json!({ "occasions": ["expired"] }), "unknown variant"),
        (json!({ "language": "kab" }), "no language"),
        (json!({ "outbox": "http://10.0.0.1/sandbox/outbox" }), "outbox"),
        (json!({ "templates": { "fr": { "paid_sms": "{nom}" } } }), "{nom}"),
    ];
    let before = server.census();
    for (messages, expected) in table {
        let refused = server.try_declare(alger(&server.sandbox_url).messages(messages.clone())).await;
        let error = format!("{:#}", refused.expect_err(expected));
        assert!(error.contains(expected), "{messages}: {error}");
        assert!(!error.contains("canary"), "{error}");
    }
    assert_eq!(server.census(), before, "a file with a slip changes nothing");
}
