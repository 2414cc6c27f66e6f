//! Commands on a database, with and without a server beside them.

use serde_json::Value;

use crate::support::call::{Caller, text};
use crate::support::program::{ServerProcess, run, succeed};
use crate::support::scratch::scratch;
use crate::support::shop_file::{NOWHERE, ShopFile, two_shops};
use crate::support::test_server::{TestServer, plain_order};

/// Every command that can be asked for help.
const COMMANDS: [&[&str]; 44] = [
    &["config", "check"],
    &["config", "show"],
    &["completions"],
    &["man"],
    &["serve"],
    &["demo"],
    &["sandbox"],
    &["apply"],
    &["merchant", "list"],
    &["account", "list"],
    &["account", "disable"],
    &["account", "enable"],
    &["endpoint", "list"],
    &["endpoint", "disable"],
    &["endpoint", "enable"],
    &["migrate"],
    &["doctor"],
    &["key", "create"],
    &["key", "list"],
    &["key", "revoke"],
    &["key", "generate"],
    &["key", "rotate"],
    &["order", "list"],
    &["order", "show"],
    &["order", "check"],
    &["order", "cancel"],
    &["order", "resolve"],
    &["order", "explain"],
    &["unmatched", "list"],
    &["unmatched", "tie"],
    &["unmatched", "dismiss"],
    &["events", "tail"],
    &["webhook", "listen"],
    &["webhook", "trigger"],
    &["webhook", "certify"],
    &["webhook", "resend"],
    &["healthcheck"],
    &["backup"],
    &["backup", "verify"],
    &["restore"],
    &["copy", "show"],
    &["copy", "mark"],
    &["copy", "lift"],
    &[],
];

#[test]
fn every_help_has_an_example() {
    let directory = scratch("operations-help");
    for command in COMMANDS {
        let help = succeed(&directory, &[command, &["--help"]].concat());
        let example = if command.is_empty() { "guichet demo" } else { "Example" };
        assert!(help.contains(example), "{command:?}: {help}");
    }
    assert_eq!(run(&directory, &["order", "list", "--status", "nonsense"]).status.code(), Some(2));
    assert_eq!(run(&directory, &["nonsense"]).status.code(), Some(2));
}

#[test]
fn without_a_database_commands_say_so() {
    let directory = scratch("operations-nothing");
    for (command, status) in
        [(&["doctor"][..], 1), (&["key", "list"], 5), (&["order", "list"], 5), (&["backup", "b.db"], 5)]
    {
        let output = run(&directory, command);
        assert_eq!(output.status.code(), Some(status), "{command:?}");
        let said = String::from_utf8_lossy(&output.stderr) + String::from_utf8_lossy(&output.stdout);
        assert!(!said.is_empty() && !said.contains("panicked"), "{command:?}: {said}");
    }
    assert!(!directory.join("guichet.db").exists(), "a command that looks made a database");
    succeed(&directory, &["migrate"]);
    succeed(&directory, &["migrate"]);
    assert_eq!(
        run(&directory, &["doctor"]).status.code(),
        Some(1),
        "a database without merchants is not ready"
    );
    std::fs::write(directory.join("shop.toml"), "[[merchants]]\nname = 5").expect("a file");
    assert_eq!(run(&directory, &["apply", "shop.toml"]).status.code(), Some(1));
    ShopFile::from(two_shops(NOWHERE)).write_to(&directory);
    succeed(&directory, &["apply", "shop.toml"]);
    succeed(&directory, &["doctor"]);
    std::fs::write(directory.join("guichet.key"), "1".repeat(64)).expect("another key");
    assert_eq!(run(&directory, &["doctor"]).status.code(), Some(1), "secrets do not open with another key");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_made_listed_and_revoked() {
    let server = TestServer::start("operations-keys").await;
    let secret = server.command(&[
        "key",
        "create",
        "--merchant",
        "oran",
        "--environment",
        "live",
        "--label",
        "till 3",
    ]);
    let secret = secret.trim();
    assert!(secret.starts_with("sk_live_"), "{secret}");
    let listed = server.command(&["key", "list", "--json"]);
    let row: Value = serde_json::from_str(listed.lines().last().expect("a key")).expect("JSON");
    assert_eq!((text(&row, "/label"), text(&row, "/state")), ("till 3".to_owned(), "in use".to_owned()));
    assert!(!listed.contains(secret), "a list shows no secret");
    server.settle().await;
    let shop = Caller::new(&server.base_url, Some(secret));
    shop.get("/v1/orders").await.expect(200);
    server.command(&["key", "revoke", &text(&row, "/id")]);
    server.settle().await;
    shop.get("/v1/orders").await.expect(401);
    assert!(server.command(&["key", "list"]).contains("revoked"));
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_are_listed_shown_cancelled_and_explained() {
    let server = TestServer::start("operations-orders").await;
    let shop = server.shop().await;
    let paid = text(&server.paid_order(&shop, "paid").await, "/id");
    let waiting = text(&shop.order(&plain_order("waiting")).await, "/id");
    let listed = server.command(&["order", "list"]);
    assert!(listed.contains(&paid) && listed.contains(&waiting), "{listed}");
    let listed = server.command(&["order", "list", "--status", "paid", "--json"]);
    assert_eq!(listed.lines().count(), 1, "{listed}");
    let shown: Value =
        serde_json::from_str(&server.command(&["order", "show", &paid, "--json"])).expect("JSON");
    assert_eq!((&shown["id"], &shown["status"]), (&paid.as_str().into(), &"paid".into()));
    let story = server.command(&["order", "explain", &paid]);
    for part in ["order.created", "payment.opened", "order.paid", "The journal is whole."] {
        assert!(story.contains(part), "{story}");
    }
    let cancelled: Value =
        serde_json::from_str(&server.command(&["order", "cancel", &waiting, "--json"])).expect("JSON");
    assert_eq!(cancelled["status"], "cancelled");
    let seen = shop.get(&format!("/v1/orders/{waiting}")).await.expect(200).json();
    assert_eq!(seen["status"], "cancelled");
    let directory = server.directory();
    for (wrong, status) in
        [(&["order", "show", "x"][..], 3), (&["order", "cancel", &paid], 4), (&["webhook", "resend", "x"], 2)]
    {
        assert_eq!(run(directory, wrong).status.code(), Some(status), "{wrong:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_running_server_opens() {
    let directory = scratch("operations-backup");
    ShopFile::from(two_shops(NOWHERE)).write_to(&directory);
    succeed(&directory, &["apply", "shop.toml"]);
    let key = succeed(&directory, &["key", "create", "--merchant", "alger"]);
    let server = ServerProcess::start(&directory, |_| {});
    let shop = Caller::new(&server.base_url, Some(key.trim()));
    let mut made = Vec::new();
    for number in 0..20 {
        made.push(text(&shop.order(&plain_order(&format!("backup-{number}"))).await, "/id"));
    }
    succeed(&directory, &["backup", "copy.db"]);
    assert_eq!(run(&directory, &["backup", "copy.db"]).status.code(), Some(4), "it overwrites nothing");
    shop.order(&plain_order("later")).await;
    drop(server);
    let copy = ["--database", "sqlite:copy.db"];
    let listed = succeed(&directory, &[&["order", "list", "--limit", "100"][..], &copy].concat());
    assert!(made.iter().all(|order| listed.contains(order)), "{listed}");
    succeed(&directory, &[&["doctor"][..], &copy].concat());
    let restored = ServerProcess::start(&directory, |command| {
        command.args(copy);
    });
    let shop = Caller::new(&restored.base_url, Some(key.trim()));
    shop.get(&format!("/v1/orders/{}", made[0])).await.expect(200);
}
