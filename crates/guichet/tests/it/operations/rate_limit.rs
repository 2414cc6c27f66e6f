//! A limit of calls for each key, where the operator has set one: what is left is told, what is too much is refused, and nobody
//! takes from another.

use serde_json::json;

use crate::support::call::{Answer, Caller, text};
use crate::support::program::{ServerProcess, succeed};
use crate::support::scratch::scratch;
use crate::support::shop_file::{NOWHERE, ShopFile, alger};
use crate::support::test_server::TestServer;

/// A call that comes back every twelve seconds; so many are made here that one may come back meanwhile.
const LIMIT: usize = 5;

fn key(directory: &std::path::Path, kind: &[&str]) -> String {
    succeed(directory, &[&["key", "create", "--merchant", "alger"][..], kind].concat()).trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_calls_too_often_is_told_to_wait() {
    let directory = scratch("operations-rate-limit");
    ShopFile::from([alger(NOWHERE)]).write_to(&directory);
    succeed(&directory, &["apply", "shop.toml"]);
    let keys = [key(&directory, &[]), key(&directory, &[])];
    let server = ServerProcess::start(&directory, |command| {
        command.args(["--calls-per-minute", "5"]);
    });
    let caller = Caller::new(&server.base_url, Some(&keys[0]));
    let mut answers = Vec::new();
    while answers.last().is_none_or(|last: &Answer| last.status == 200) {
        assert!(answers.len() < 100, "it is never refused");
        answers.push(caller.get("/v1/orders?limit=1").await);
    }
    assert!(answers.len() > LIMIT, "{} calls", answers.len());
    let first = &answers[0];
    assert_eq!(first.header("ratelimit-policy"), "\"key\";q=5;w=60");
    assert_eq!(first.header("ratelimit"), "\"key\";r=4;t=12");
    let refused = answers.pop().expect("the last").expect(429);
    assert_eq!(refused.json()["code"], "too_many_calls");
    assert!((1..=12).contains(&refused.header("retry-after").parse::<u32>().expect("seconds")));
    assert!(refused.header("ratelimit").starts_with("\"key\";r=0;"), "{}", refused.header("ratelimit"));
    // Another key has all of its own, and a page has no key.
    let other = caller.with_key(&keys[1]).get("/v1/orders?limit=1").await.expect(200);
    assert_eq!(other.header("ratelimit"), "\"key\";r=4;t=12");
    assert_eq!(caller.without_key().get("/openapi.json").await.expect(200).header("ratelimit"), "");
    assert_eq!(
        caller.with_key("sk_test_unknown").get("/v1/orders").await.expect(401).header("ratelimit"),
        ""
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendors_client_is_told_in_its_vendors_words() {
    let directory = scratch("operations-rate-limit-vendor");
    ShopFile::from([alger(NOWHERE)]).write_to(&directory);
    succeed(&directory, &["apply", "shop.toml"]);
    let made = key(&directory, &["--dialect", "ocpay", "--json"]);
    let made: serde_json::Value = serde_json::from_str(&made).expect("JSON");
    let token = text(&made, "/credentials/access_token");
    let server = ServerProcess::start(&directory, |command| {
        command.args(["--calls-per-minute", "5"]);
    });
    let caller = Caller::new(&server.base_url, None);
    let mut statuses = Vec::new();
    while !statuses.contains(&429) {
        assert!(statuses.len() < 100, "it is never refused: {statuses:?}");
        let headers = [("x-access-token", token.as_str())];
        let path = "/v3/ocpay/checkPayment/OCPL-A1B2C3-D4E5";
        let answer = caller.send("GET", path, &headers, Vec::new()).await;
        assert_eq!(answer.json()["success"], json!(false));
        statuses.push(answer.status);
    }
    assert!(statuses.len() > LIMIT && statuses[0] == 404, "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_limit_nothing_is_said_of_one() {
    let server = TestServer::start("operations-rate-limit-none").await;
    server.declare(ShopFile::from([alger(NOWHERE)])).await;
    let answer = server.shop().await.get("/v1/orders?limit=1").await.expect(200);
    assert_eq!((answer.header("ratelimit"), answer.header("ratelimit-policy")), ("", ""));
}
