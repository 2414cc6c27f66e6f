//! Signatures, verified by the libraries that shops use, in two languages, none of them ours.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::json;

use super::{announced, endpoint};
use crate::support::call::{Caller, text};
use crate::support::inbox::{Inbox, Letter};
use crate::support::shop_file::{Endpoint, alger};
use crate::support::test_server::TestServer;

/// One library and how it is asked: the answer is whether it takes the letter.
type Verifier = fn(&str, &Letter) -> bool;

const VERIFIERS: [(&str, Verifier); 2] = [("JavaScript", javascript), ("Python", python)];

fn javascript(secret: &str, letter: &Letter) -> bool {
    ask(Path::new("node"), "verify.mjs", secret, letter)
}

fn python(secret: &str, letter: &Letter) -> bool {
    let python = tools().join("venv/bin/python3");
    let missing = "target/test-tools/venv is missing: run ./test once, it installs what the tests need";
    assert!(python.exists(), "{missing}");
    ask(&python, "verify.py", secret, letter)
}

/// Where `./test` puts the foreign libraries.
fn tools() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("test-tools")
}

/// Runs a script beside this file: it exits with 0 for a good letter and with 3 for a bad one.
fn ask(program: &Path, script: &str, secret: &str, letter: &Letter) -> bool {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/webhooks").join(script);
    let mut asked = Command::new(program)
        .arg(script)
        .env("TEST_TOOLS", tools())
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{} does not start ({error}): run ./test once", program.display()));
    let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    let headers: serde_json::Map<_, _> =
        names.iter().map(|name| ((*name).to_owned(), json!(letter.header(name)))).collect();
    let question = json!({
        "secret": secret, "headers": headers, "body": String::from_utf8_lossy(&letter.body),
    });
    let mut input = asked.stdin.take().expect("a pipe");
    input.write_all(question.to_string().as_bytes()).expect("it reads");
    drop(input);
    let output = asked.wait_with_output().expect("its end");
    match output.status.code() {
        Some(0) => true,
        Some(3) => false,
        _ => panic!("{}", String::from_utf8_lossy(&output.stderr)),
    }
}

/// Every library agrees about every one of these letters.
fn check(cases: &[(&str, &str, &Letter, bool)]) {
    for (language, verify) in VERIFIERS {
        for (what, secret, letter, good) in cases {
            assert_eq!(verify(secret, letter), *good, "{language}, {what}: {letter:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn verified_in_three_languages_through_two_rotations() {
    let server = TestServer::start("webhook-signatures").await;
    let shop = server.shop().await;
    let inbox = Inbox::open().await;
    let made = endpoint(&shop, &inbox, &["order.created"]).await;
    let (id, first) = (text(&made, "/id"), text(&made, "/secret"));

    announced(&server, &shop, "one").await;
    let second = rotate(&shop, &id).await;
    announced(&server, &shop, "two").await;
    let third = rotate(&shop, &id).await;
    announced(&server, &shop, "three").await;

    let letters = inbox.wait_for(3).await;
    let [before, during, after] = &letters[..] else { panic!("{letters:?}") };
    let tampered = Letter { body: [before.body.as_slice(), b" "].concat(), ..before.clone() };
    let mut renamed = before.clone();
    renamed.headers.insert("webhook-id", "evt_0".parse().expect("a header"));
    let mut later = before.clone();
    let moved = (before.header("webhook-timestamp").parse::<i64>().expect("seconds") + 1).to_string();
    later.headers.insert("webhook-timestamp", moved.parse().expect("a header"));
    check(&[
        ("the first secret", &first, before, true),
        ("a secret to come", &second, before, false),
        ("the old secret after a rotation", &first, during, true),
        ("the new secret after a rotation", &second, during, true),
        ("a secret two rotations old", &first, after, false),
        ("the one before", &second, after, true),
        ("the newest", &third, after, true),
        ("another body", &first, &tampered, false),
        ("another id", &first, &renamed, false),
        ("another time", &first, &later, false),
    ]);
    let count = |letter: &Letter| letter.header("webhook-signature").split(' ').count();
    assert_eq!([count(before), count(during), count(after)], [1, 2, 2]);
}

async fn rotate(shop: &Caller, endpoint: &str) -> String {
    let path = format!("/v1/webhook_endpoints/{endpoint}/rotate_secret");
    text(&shop.press(&path).await.expect(200).json(), "/secret")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_of_the_shops_own_signs_too() {
    let server = TestServer::start("webhook-own-secret").await;
    let shop = server.shop().await;
    let inbox = Inbox::open().await;
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let endpoint = Endpoint::at(&inbox.url, &["order.created"]).signed_with(secret);
    server.declare(alger(&server.sandbox_url).endpoint(endpoint)).await;
    announced(&server, &shop, "one").await;
    let letters = inbox.wait_for(1).await;
    check(&[("the declared secret", secret, &letters[0], true)]);
}
