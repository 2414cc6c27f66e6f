//! Canaries: secrets that are easy to find are given to the real binary at its most talkative, and
//! then looked for in everything it writes or says: logs, database with its journal, errors, stories,
//! metrics, documentation. And a card-like number that somebody sends stays out as well.

use std::path::Path;

use guichet_core::Environment;
use serde_json::{Value, json};

use crate::support::call::{Caller, text};
use crate::support::database::{Database, everything_kept};
use crate::support::inbox::Inbox;
use crate::support::program::{ServerProcess, succeed};
use crate::support::scratch::scratch;
use crate::support::shop_file::{Account, Endpoint, Merchant, ShopFile};
use crate::support::test_server::{TestServer, order, plain_order};

const TOKEN: &str = "sk_sandbox_canarytoken4242";
const SIGNING: &str = "whsec_Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5";
const CARD: &str = "4111111111111111";
const CARD_SPACED: &str = "4111 1111 1111 1111";

/// The shop as declared, with secrets that are easy to find.
fn declared(gateway: &str, inbox: &str) -> Merchant {
    let card = Account::at("ocpay", "card", Environment::Test).usual_url(gateway);
    let endpoint = Endpoint::at(inbox, &["*"]).signed_with(SIGNING);
    Merchant::named("alger").account(card.secret(json!({ "access_token": TOKEN }))).endpoint(endpoint)
}

/// A gateway that repeats the caller's token and a card number in all it says.
async fn talkative_gateway() -> String {
    let answer = async |headers: http::HeaderMap| {
        let token = headers.get("x-access-token").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let body = format!("<h1>bad token {token}</h1> card {CARD} or {CARD_SPACED}");
        (http::StatusCode::BAD_GATEWAY, body)
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("a bound port"));
    let router = axum::Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// What the database keeps packed, as it was.
fn unpacked_texts(directory: &Path) -> Vec<(String, String)> {
    let database = Database::of(directory);
    let read = |sql: &str| database.rows(sql, |row| (sql.to_owned(), row.get::<String>(0)));
    let texts = [
        "SELECT unpacked(entries, id || subject || at_ms) FROM journal",
        "SELECT unpacked(terms, '') FROM orders",
        "SELECT unpacked(payments, COALESCE(account_id, '')) FROM orders",
        "SELECT unpacked(body, key || subject) FROM idempotency_answers",
    ];
    texts.into_iter().flat_map(read).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_and_no_card_number_is_written_or_said() {
    let directory = scratch("secrets");
    let (gateway, inbox) = (talkative_gateway().await, Inbox::open().await);
    ShopFile::from(declared(&gateway, &inbox.url)).write_to(&directory);
    let applied = succeed(&directory, &["apply", "shop.toml", "--allow-network", "127.0.0.0/8"]);
    let key = succeed(&directory, &["key", "create", "--merchant", "alger", "--json"]);
    let key: Value = serde_json::from_str(&key).expect("JSON");
    let key = text(&key, "/secret");
    let server = ServerProcess::start(&directory, |command| {
        command.env("RUST_LOG", "debug,guichet=trace,guichet_core=trace,guichet_gateways=trace");
    });
    let shop = Caller::new(&server.base_url, Some(&key));

    let mut said = vec![("apply".to_owned(), applied)];
    let lost = shop.order(&order("one", "Book")).await;
    said.push(("an order".to_owned(), lost.to_string()));
    let id = text(&lost, "/id");
    inbox.wait_for(2).await;
    for (path, body) in [
        ("/v1/orders", json!({ "reference": key, "key": key })),
        ("/v1/webhook_endpoints", json!({ "url": 1 })),
    ] {
        said.push((format!("POST {path}"), shop.post(path, &body).await.text()));
    }
    let stranger = shop.with_key(&format!("{key}x"));
    said.push(("a wrong key".to_owned(), stranger.post("/v1/orders", &plain_order("two")).await.text()));
    for path in [
        server.metrics_url.as_str(),
        "/openapi.json",
        "/docs",
        "/v1/webhook_endpoints",
        "/v1/orders",
        "/v1/events",
    ] {
        said.push((path.to_owned(), shop.get(path).await.text()));
    }
    for path in ["events", "deliveries"] {
        said.push((path.to_owned(), shop.get(&format!("/v1/orders/{id}/{path}")).await.text()));
    }
    for command in
        [&["order", "explain", &id][..], &["order", "show", &id], &["key", "list"], &["doctor", "--json"]]
    {
        let told = crate::support::program::run(&directory, command);
        said.push((command.join(" "), String::from_utf8_lossy(&told.stdout).into_owned()));
    }
    said.extend(everything_kept(&directory));
    said.extend(unpacked_texts(&directory));
    server.terminate();
    said.push(("the log".to_owned(), server.ended().1));
    said.extend(everything_kept(&directory));

    let hash_of_nothing = said.iter().all(|(_, text)| text.is_empty());
    assert!(!hash_of_nothing, "nothing was said at all");
    // The part after the prefix is the secret; the prefix may be shown.
    let secrets = [&TOKEN[11..], &SIGNING[6..], &key[14..], CARD, CARD_SPACED];
    for (place, text) in &said {
        for secret in secrets {
            let at = text.find(secret).map(|at| text[..at].chars().rev().take(200).collect::<Vec<_>>());
            let before: Option<String> = at.map(|reversed| reversed.into_iter().rev().collect());
            assert_eq!(before, None, "{secret} stands in {place}, after this");
        }
    }
}

/// A customer's card number that a shop puts into fields of its own is the shop's data, and still none for a log.
#[tokio::test(flavor = "multi_thread")]
async fn a_card_number_in_the_shops_own_fields_is_not_logged() {
    let directory = scratch("secrets-fields");
    ShopFile::from(declared(&talkative_gateway().await, "https://nowhere.invalid")).write_to(&directory);
    succeed(&directory, &["apply", "shop.toml"]);
    let key = succeed(&directory, &["key", "create", "--merchant", "alger"]);
    let server = ServerProcess::start(&directory, |command| {
        command.args(["--log-requests"]).env("RUST_LOG", "debug,guichet=trace");
    });
    let shop = Caller::new(&server.base_url, Some(key.trim()));
    for card in [CARD, CARD_SPACED, "4111-1111-1111-1111"] {
        let order = json!({
            "reference": card, "amount": 250_000, "currency": "DZD", "title": card, "description": card,
            "payer": { "family_name": card }, "metadata": { "card": card },
        });
        assert_eq!(text(&shop.order(&order).await, "/reference"), card);
        shop.get(&format!("/v1/orders?reference={}", card.replace(' ', "%20"))).await.expect(200);
    }
    server.terminate();
    let log = server.ended().1;
    assert!(log.contains("order.created"), "{log}");
    for card in [CARD, CARD_SPACED, "4111-1111"] {
        assert!(!log.contains(card), "{card} stands in {log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_number_in_a_callback_is_not_kept() {
    let server = TestServer::start("secrets-callback").await;
    let shop = server.shop().await;
    let made = shop.order(&order("one", "Book")).await;
    let (account, reference) = (text(&made, "/payments/0/account"), text(&made, "/payments/0/reference"));
    let body = json!({
        "paymentRef": reference, "card": CARD, "spaced": CARD_SPACED, "token": "sk_sandbox_alger", "note": "kept",
    });
    shop.without_key().post(&format!("/callbacks/ocpay/{account}"), &body).await.expect(200);
    let id = text(&made, "/id");
    let journal = shop.get(&format!("/v1/orders/{id}/events")).await.expect(200).text();
    assert!(journal.contains("payment.called_back"), "{journal}");
    let mut said = vec![("the journal".to_owned(), journal)];
    said.push(("the story".to_owned(), server.command(&["order", "explain", &id])));
    said.extend(everything_kept(server.directory()));
    for (place, text) in &said {
        for secret in [CARD, CARD_SPACED, "sk_sandbox_alger"] {
            assert!(!text.contains(secret), "{secret} stands in {place}");
        }
    }
}
