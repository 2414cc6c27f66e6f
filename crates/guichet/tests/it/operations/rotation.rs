//! The change of the vault key: everything opens with the new one, the old one opens nothing more, customers stay signed in,
//! and wherever it is killed, both keys are there and it is ended by running it again.

use std::fs;
use std::path::Path;
use std::process::Command;

use guichet_core::Environment;
use serde_json::{Value, json};

use super::keys::{declare_sealed, fingerprint, key_files};
use crate::customers::front::{Front, PASSWORD, Tokens, project};
use crate::support::call::{Caller, text};
use crate::support::database::Database;
use crate::support::inbox::Inbox;
use crate::support::program::{ServerProcess, guichet, run, succeed};
use crate::support::scratch::scratch;
use crate::support::shop_file::{Account, Endpoint, NOWHERE, ShopFile, alger};
use crate::support::test_server::{TestServer, plain_order};

/// The calls of the system that change what is on disk.
const CALLS: &str =
    "pwrite64,write,fsync,fdatasync,link,linkat,rename,renameat,renameat2,unlink,unlinkat,ftruncate";

/// Runs the change of the key and has it killed at the `nth` of those calls, before it is made; whether it came so far.
fn killed_at(directory: &Path, nth: usize) -> bool {
    let command = guichet(directory);
    let mut traced = Command::new("strace");
    traced.args(["--follow-forks", "--output", "/dev/null", "--trace", CALLS]);
    traced.args(["--inject", &format!("{CALLS}:error=EIO:signal=KILL:when={nth}")]);
    traced.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = traced.arg(command.get_program()).args(["key", "rotate"]).current_dir(directory).output();
    !output.expect("strace").status.success()
}

#[test]
fn killed_anywhere_it_is_ended_by_running_it_again() {
    let (directory, mut nth) = (scratch("rotation-killed"), 0);
    declare_sealed(&directory);
    let key = directory.join("guichet.key");
    let (mut before, mut after) = (0, 0);
    loop {
        nth += 1;
        let first = fingerprint(&key);
        if !killed_at(&directory, nth) {
            break;
        }
        let sealed_with = sealed_with(&directory);
        let doctor = succeed(&directory, &["doctor"]);
        assert!(
            doctor.contains(&format!("the vault key of fingerprint {sealed_with}")),
            "call {nth}: {doctor}"
        );
        if sealed_with == first {
            before += 1;
        } else {
            after += 1;
        }
        let has_its_name = fingerprint(&key) == sealed_with;
        succeed(&directory, &["key", "rotate"]);
        let last = fingerprint(&key);
        assert_ne!(last, first, "call {nth}");
        assert!(has_its_name || last == sealed_with, "call {nth}: it was ended, and not begun again");
        succeed(&directory, &["key", "create", "--merchant", "alger", "--dialect", "cinetpay"]);
        let kept = directory.join(format!("guichet.key.{first}"));
        assert_eq!(fingerprint(&kept), first, "call {nth}: the key before is kept");
        for name in key_files(&directory).iter().filter(|name| *name != "guichet.key") {
            let file = directory.join(name);
            assert_eq!(*name, format!("guichet.key.{}", fingerprint(&file)), "call {nth}");
            fs::remove_file(file).expect("it is there");
        }
    }
    assert!(
        before > 3 && after > 3,
        "it was killed {before} times before and {after} times after the commit"
    );
}

/// The fingerprint of the key that a database is sealed with.
fn sealed_with(directory: &Path) -> String {
    Database::of(directory).rows("SELECT key_fingerprint FROM vault", |row| row.get(0)).remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_goes_on_under_another_key() {
    let directory = scratch("rotation-goes-on");
    let (outbox, inbox) = (Inbox::open().await, Inbox::open().await);
    let shop = alger(NOWHERE).messages(json!({ "outbox": outbox.url })).project(project());
    ShopFile::from(shop.endpoint(Endpoint::at(&inbox.url, &["*"]))).write_to(&directory);
    succeed(&directory, &["apply", "shop.toml", "--allow-network", "127.0.0.0/8"]);
    let key = succeed(&directory, &["key", "create", "--merchant", "alger"]);
    let front_key = succeed(&directory, &["key", "create", "--merchant", "alger", "--publishable"]);
    let server = ServerProcess::start(&directory, |_| {});
    let front = Front::new(&server.base_url, front_key.trim());
    front.sign_up("open", "amel@example.com").await.expect(201);
    let tokens = front.signed_in("open", "amel@example.com", PASSWORD).await;
    let refused = run(&directory, &["key", "rotate"]);
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && told.contains("stop it first"), "{told}");
    server.terminate();
    assert!(server.ended().0);

    let file = directory.join("guichet.key");
    let old = fs::read(&file).expect("the key");
    let rotated: Value =
        serde_json::from_str(&succeed(&directory, &["key", "rotate", "--json"])).expect("JSON");
    assert_eq!(text(&rotated, "/fingerprint"), fingerprint(&file));
    assert_eq!(rotated["sealed"], 5, "four accounts and an endpoint: {rotated}");
    let kept = directory.join(text(&rotated, "/kept"));
    assert_eq!(fs::read(&kept).expect("the key before"), old);

    let server = ServerProcess::start(&directory, |_| {});
    let front = Front::new(&server.base_url, front_key.trim());
    assert!(front.lets_in(&tokens.access).await, "customers stay signed in");
    Tokens::of(&front.refresh(&tokens.refresh).await.expect(200).json());
    Caller::new(&server.base_url, Some(key.trim())).order(&plain_order("one")).await;
    assert!(!inbox.wait_for(1).await[0].header("webhook-signature").is_empty());
    server.terminate();
    assert!(server.ended().0);

    fs::write(&file, old).expect("the old key is put back");
    let (status, log) = ServerProcess::try_start(&directory, |_| {}).err().expect("it does not serve");
    assert!(!status.success() && log.contains("is not the key"), "the old key opens nothing more: {log}");
}

#[test]
fn a_key_that_cannot_be_changed_here_says_so() {
    let directory = scratch("rotation-elsewhere");
    declare_sealed(&directory);
    let key = fs::read_to_string(directory.join("guichet.key")).expect("the key");
    let rotate = |prepare: &dyn Fn(&mut Command)| {
        let mut command = guichet(&directory);
        prepare(&mut command);
        let output = command.args(["key", "rotate"]).output().expect("it runs");
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let told = rotate(&|command| {
        command.env("GUICHET_KEY", key.trim());
    });
    assert!(told.contains("given by GUICHET_KEY"), "{told}");
    fs::create_dir(directory.join("handed")).expect("a folder");
    fs::rename(directory.join("guichet.key"), directory.join("handed/guichet.key")).expect("moved");
    let told = rotate(&|command| {
        command.env("CREDENTIALS_DIRECTORY", directory.join("handed"));
    });
    assert!(told.contains("name the file that it comes from with --key-file"), "{told}");
    assert_eq!(key_files(&directory), [""; 0]);
    // A server that was killed holds its leases for a while; they lapse.
    succeed(&directory, &["key", "rotate", "--key-file", "handed/guichet.key"]);
    Database::of(&directory).alter("INSERT INTO nodes VALUES ('dead', 'dead', '0', 1, 0, 0, 0, 1)");
    succeed(&directory, &["key", "rotate", "--key-file", "handed/guichet.key"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_key_was_changed_under_it_seals_nothing_with_the_old_one() {
    let server = TestServer::start("rotation-under-a-server").await;
    let shop = server.shop().await;
    let endpoint = |url: &str| json!({ "url": url, "events": ["order.paid"] });
    let made =
        shop.post("/v1/webhook_endpoints", &endpoint("https://shop.example/one")).await.expect(201).json();
    // As if another process had changed the key: the server still has the old one.
    server.rows().alter("UPDATE vault SET key_fingerprint = 'another'");
    let before = server.census();
    shop.post("/v1/webhook_endpoints", &endpoint("https://shop.example/two")).await.expect(503);
    let rotate = format!("/v1/webhook_endpoints/{}/rotate_secret", text(&made, "/id"));
    shop.press(&rotate).await.expect(503);
    let file = alger(&server.sandbox_url).account(Account::at("cash", "market", Environment::Test));
    assert!(server.try_declare(file).await.is_err());
    assert_eq!(server.census(), before, "nothing was sealed");
}
