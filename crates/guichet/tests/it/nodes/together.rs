//! What holds on one node holds on all of them: idempotency keys, logins, limits, breakers and the configuration.

use std::collections::HashSet;

use guichet_core::Environment;
use guichet_sandbox::{Misbehaviour, MisbehaviourKind, On};
use guichet_server::Node;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::cluster::node;
use crate::crash::let_a_minute_pass_for_keys;
use crate::customers::front::{Front, PASSWORD, Shops, Tokens, another};
use crate::support::call::{Answer, Caller, text};
use crate::support::card_shop::{CardShop, declared, order};
use crate::support::database::Database;
use crate::support::gate::Gate;
use crate::support::patience::Patience;
use crate::support::program::succeed;
use crate::support::scratch::scratch;
use crate::support::shop_file::{Account, Merchant, ShopFile};
use crate::support::test_server::TestServer;

const AMEL: &str = "amel@example.dz";

/// What a twin may be told while another is at it.
const BUSY: [&str; 2] = ["idempotency_in_progress", "payment_in_progress"];

fn url(node: &Node) -> String {
    format!("http://{}", node.address())
}

async fn post(shop: &Caller, key: &str, body: &Value) -> Answer {
    shop.send("POST", "/v1/orders", &[("idempotency-key", key)], body.to_string().into_bytes()).await
}

/// Waits until both nodes know of each other and share.
async fn until_shared(server: &TestServer, other: &Node) {
    let mut patience = Patience::that("two nodes share");
    while (server.node().shards(), other.shards()) != (32, 32) {
        patience.again().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_sent_at_once_to_two_nodes_makes_one_order() {
    let shop = CardShop::open("nodes-twins").await;
    let other = shop.server.another_node().await;
    let callers = [shop.caller.clone(), Caller::new(&url(&other), shop.caller.key.as_deref())];
    for round in 1..=4_usize {
        let body = order(&format!("order-{round}"), 3600);
        let key = format!("key-{round}");
        let mut running = JoinSet::new();
        for number in 0..64 {
            let (caller, key, body) = (callers[number % 2].clone(), key.clone(), body.clone());
            running.spawn(async move {
                let mut patience = Patience::that("nobody else is at it");
                loop {
                    let answer = post(&caller, &key, &body).await;
                    if answer.status != 409 {
                        return answer;
                    }
                    let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
                    assert!(BUSY.contains(&code.as_str()), "{}", answer.text());
                    patience.again().await;
                }
            });
        }
        let answers = running.join_all().await;
        let given: HashSet<(u16, Vec<u8>)> =
            answers.into_iter().map(|answer| (answer.status, answer.bytes)).collect();
        assert_eq!(given.len(), 1, "one key, several answers: {given:?}");
        assert_eq!(shop.gateway.openings().len(), round, "links at the gateway");
        let orders = shop.server.rows().count("SELECT COUNT(*) FROM orders");
        assert_eq!(usize::try_from(orders), Ok(round));
    }
    other.stop().await.expect("it ends well");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_died_with_its_node_is_answered_by_another_one() {
    let directory = scratch("nodes-died");
    let sandbox = guichet_sandbox::Sandbox::new(guichet_sandbox::Settings::default());
    let gate = Gate::before(sandbox.router()).await;
    let inbox = Gate::before_nothing().await;
    ShopFile::from(declared(&gate.url, &inbox.url)).write_to(&directory);
    succeed(&directory, &["apply", "shop.toml", "--allow-network", "127.0.0.0/8"]);
    let key = succeed(&directory, &["key", "create", "--merchant", "tickets"]).trim().to_owned();
    let (first, second) = (node(&directory), node(&directory));
    let (one, two) = (Caller::new(&first.base_url, Some(&key)), Caller::new(&second.base_url, Some(&key)));
    let body = order("basket", 3600);
    gate.close();
    let dying = {
        let (one, body) = (one.clone(), body.to_string().into_bytes());
        tokio::spawn(
            async move { one.try_send("POST", "/v1/orders", &[("idempotency-key", "k")], body).await },
        )
    };
    gate.until_arrived(1).await;
    first.kill();
    assert!(dying.await.expect("a task").is_err(), "it died unanswered");
    gate.open();
    let busy = post(&two, "k", &body).await.expect(409);
    assert!(BUSY.contains(&text(&busy.json(), "/code").as_str()), "{}", busy.text());
    let_a_minute_pass_for_keys(&Database::of(&directory));
    let answered = post(&two, "k", &body).await;
    assert_eq!(answered.status, 201, "{}", answered.text());
    let again = post(&two, "k", &body).await.expect(201);
    assert_eq!((&again.bytes, again.header("idempotency-replayed")), (&answered.bytes, "true"));
    assert_eq!(Database::of(&directory).count("SELECT COUNT(*) FROM orders"), 1);
    assert!(sandbox.payments().len() <= 1, "and nothing was opened twice");
    second.terminate();
    let (well, log) = second.ended();
    assert!(well, "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_is_ended_on_one_node_is_ended_on_all() {
    let shops = Shops::open("nodes-logins").await;
    let other = shops.server.another_node().await;
    let token = shops.server.node().create_publishable_key("alger", Environment::Test).await.expect("a key");
    let (here, there) = (Front::new(&shops.server.base_url, &token), Front::new(&url(&other), &token));
    let tokens = here.customer(AMEL).await;
    assert!(there.lets_in(&tokens.access).await, "a token of one is good for the other");
    let fresh = Tokens::of(&there.refresh(&tokens.refresh).await.expect(200).json());
    shops.server.clock.advance(61_000);
    here.refresh(&tokens.refresh).await.expect(401);
    assert!(here.lets_in(&fresh.access).await);
    there.at("open", "logout", &json!({ "refreshToken": fresh.refresh })).await.expect(200);
    assert!(!here.lets_in(&fresh.access).await && !there.lets_in(&fresh.access).await);
    here.refresh(&fresh.refresh).await.expect(401);
    other.stop().await.expect("it ends well");
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_get_no_more_by_going_from_node_to_node() {
    let shops = Shops::open("nodes-strangers").await;
    let other = shops.server.another_node().await;
    let token = shops.server.node().create_publishable_key("alger", Environment::Test).await.expect("a key");
    let fronts = [Front::new(&shops.server.base_url, &token), Front::new(&url(&other), &token)];
    until_shared(&shops.server, &other).await;

    // An address is written to once a minute, whoever is asked.
    fronts[0].sign_up("email", AMEL).await.expect(201);
    let code = shops.code(AMEL, 1).await;
    let request = json!({ "userIdentifier": AMEL, "eventIdentifier": "user_registration" });
    for front in &fronts {
        front.at("email", "generate-code", &request).await.expect(429);
    }
    shops.server.clock.advance(60_000);
    fronts[1].at("email", "generate-code", &request).await.expect(200);
    fronts[0].at("email", "generate-code", &request).await.expect(429);
    let newest = shops.code(AMEL, 2).await;
    assert_ne!(code, newest);

    // Ten wrong codes void the right one, wherever they are typed.
    let check = async |front: &Front, code: &str| {
        let body = json!({ "userIdentifier": AMEL, "eventIdentifier": "user_registration", "code": code });
        front.at("email", "check-code", &body).await.expect(200).json() == true
    };
    for number in 0..10 {
        let guesser = fronts[number % 2].from(&format!("198.51.100.{number}"));
        assert!(!check(&guesser, &another(&newest)).await);
    }
    assert!(!check(&fronts[0], &newest).await && !check(&fronts[1], &newest).await, "void everywhere");

    // One source has twenty guesses in all, of which each node has its part.
    let mut guesses = 0;
    for front in &fronts {
        let guesser = front.from("203.0.113.9");
        while guesser.auth("email", AMEL, "a guess").await.status == 401 {
            guesses += 1;
        }
    }
    // On a busy machine one or two come back meanwhile.
    assert!((20..=23).contains(&guesses), "{guesses}");
    fronts[0].from("203.0.113.10").auth("email", AMEL, PASSWORD).await;
    other.stop().await.expect("it ends well");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_node_finds_out_about_a_gateway_the_others_learn() {
    let shop = CardShop::open("nodes-breaker").await;
    let other = shop.server.another_node().await;
    let there = Caller::new(&url(&other), shop.caller.key.as_deref());
    let down = Misbehaviour::next(MisbehaviourKind::Error503).on(On::Open).times(5);
    shop.server.sandbox.inject(down).expect("a fault");
    for number in 1..=5 {
        shop.caller.order(&order(&format!("lost-{number}"), 3600)).await;
    }
    let calls = shop.gateway.openings().len();
    assert_eq!(calls, 5);
    let mut patience = Patience::that("the other node knows that the gateway is in trouble");
    let mut number = 0;
    // What the other still tries before it knows is opened, and must not close the breaker again.
    let turned_away = |made: &Value| made["payments"][0]["status"] == "failed";
    loop {
        number += 1;
        let mut body = order(&format!("learns-{number}"), 3600);
        body["account"] = json!("card");
        let made = there.order(&body).await;
        if turned_away(&made) {
            break;
        }
        patience.again().await;
        let down = Misbehaviour::next(MisbehaviourKind::Error503).on(On::Open).times(1);
        shop.server.sandbox.inject(down).expect("a fault");
    }
    let calls = shop.gateway.openings().len();
    assert!(turned_away(&shop.caller.order(&order("here-too", 3600)).await));
    assert_eq!(shop.gateway.openings().len(), calls, "nobody was called");
    other.stop().await.expect("it ends well");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_declared_on_one_node_is_learnt_by_all() {
    let server = TestServer::start("nodes-configuration").await;
    let other = server.another_node().await;
    let cash = Account::at("cash", "cash", Environment::Test);
    server.declare(Merchant::named("books").account(cash)).await;
    let mut patience = Patience::that("the other node knows the shop");
    let key = loop {
        match other.create_key("books", Environment::Test).await {
            Ok(key) => break key,
            Err(_) => patience.again().await,
        }
    };
    // A key opens everywhere at once, and is revoked everywhere at once.
    let here = Caller::new(&server.base_url, Some(&key));
    here.get("/v1/orders").await.expect(200);
    let keys = server.command(&["key", "list", "--json"]);
    let mut keys = keys.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let id = text(&keys.find(|key| key["merchant"] == "books").expect("its key"), "/id");
    Caller::new(&url(&other), Some(&key)).get("/v1/orders").await.expect(200);
    server.command(&["key", "revoke", &id]);
    let mut patience = Patience::that("the key is revoked on both nodes");
    for base_url in [server.base_url.clone(), url(&other)] {
        while Caller::new(&base_url, Some(&key)).get("/v1/orders").await.status != 401 {
            patience.again().await;
        }
    }
    other.stop().await.expect("it ends well");
}
