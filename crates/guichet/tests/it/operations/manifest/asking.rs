//! `guichet apply` as an operator meets it: it shows the plan, asks, and does nothing that nobody wanted.

use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use serde_json::{Value, json};

use crate::support::call::Caller;
use crate::support::program::{ServerProcess, guichet, run, succeed};
use crate::support::scratch::scratch;
use crate::support::shop_file::{Merchant, NOWHERE, ShopFile};

use super::{card, door, row};

/// What the program says when that stands on its standard input.
fn with_input(directory: &Path, arguments: &[&str], input: &str) -> Output {
    let mut command = guichet(directory);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("it is read");
    child.wait_with_output().expect("its end")
}

/// What `guichet apply shop.toml` says on a terminal where somebody types that; how it ends.
fn on_a_terminal(directory: &Path, typed: &str) -> (i32, String) {
    let program = guichet(directory);
    let line = format!("{} apply shop.toml", program.get_program().to_string_lossy());
    let mut script = std::process::Command::new("script");
    for (name, value) in program.get_envs() {
        assert!(value.is_none(), "only removed");
        script.env_remove(name);
    }
    script.args(["--quiet", "--return", "--echo", "never", "--command", &line, "/dev/null"]);
    script.current_dir(directory).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = script.spawn().expect("script starts");
    child.stdin.take().expect("a pipe").write_all(format!("{typed}\n").as_bytes()).expect("it is read");
    let output = child.wait_with_output().expect("its end");
    (output.status.code().expect("a status"), String::from_utf8_lossy(&output.stdout).into_owned())
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn write(directory: &Path, merchant: Merchant) {
    ShopFile::from(merchant).write_to(directory);
}

#[test]
fn a_dry_run_changes_nothing_and_tells_scripts() {
    let directory = scratch("manifest-dry");
    write(&directory, door().account(card(NOWHERE)));
    std::fs::remove_file(directory.join("guichet.key")).expect("a key");
    let dry = ["apply", "shop.toml", "--dry-run"];
    let first = succeed(&directory, &dry);
    assert!(first.contains("made test account card at ocpay of alger\n"), "{first}");
    assert!(
        !directory.join("guichet.db").exists() && !directory.join("guichet.key").exists(),
        "it made files"
    );
    assert_eq!(run(&directory, &[&dry[..], &["--exit-code"]].concat()).status.code(), Some(7));

    succeed(&directory, &["key", "generate"]);
    succeed(&directory, &["apply", "shop.toml"]);
    let nothing = succeed(&directory, &[&dry[..], &["--exit-code"]].concat());
    assert_eq!(nothing, "Nothing to do: what shop.toml declares holds already.\n");
    assert_eq!(succeed(&directory, &["apply", "shop.toml"]), nothing, "twice is once");

    write(&directory, door().title("Librairie du Port"));
    let listed = succeed(&directory, &["account", "list"]);
    let plan: Value =
        serde_json::from_str(&succeed(&directory, &[&dry[..], &["--json"]].concat())).expect("JSON");
    assert_eq!((&plan["applied"], &plan["changes"]), (&json!(false), &json!(true)));
    let steps = plan["steps"].as_array().expect("steps");
    assert_eq!(steps[0]["action"], "changed");
    let title = json!({ "field": "title", "from": "Librairie d'Alger", "to": "Librairie du Port" });
    assert_eq!(steps[0]["changes"], json!([title]));
    let ended = steps.iter().find(|step| step["action"] == "ended").expect("an account ends");
    assert_eq!((&ended["kind"], &ended["name"]), (&json!("account"), &json!("card")));
    assert_eq!(succeed(&directory, &["account", "list"]), listed, "nothing has changed");
}

#[test]
fn without_a_terminal_nothing_in_use_is_changed_unasked() {
    let directory = scratch("manifest-unasked");
    write(&directory, door().account(card(NOWHERE)));
    succeed(&directory, &["apply", "shop.toml"]);
    let listed = succeed(&directory, &["account", "list"]);
    write(&directory, door());
    for arguments in [&["apply", "shop.toml"][..], &["apply", "shop.toml", "--json"]] {
        let refused = run(&directory, arguments);
        assert_eq!(refused.status.code(), Some(4), "{}", said(&refused));
        assert!(said(&refused).contains("add --yes to apply it, or --dry-run"), "{}", said(&refused));
        assert_eq!(succeed(&directory, &["account", "list"]), listed);
    }
    let applied = succeed(&directory, &["apply", "shop.toml", "--yes"]);
    assert!(applied.contains("ended test account card at ocpay of alger (acc_"), "{applied}");
    assert!(applied.ends_with("Applied: 1 ended, 2 unchanged.\n"), "{applied}");

    // From standard input, where nobody can answer.
    let text = ShopFile::from(door().title("Autre")).to_string();
    let refused = with_input(&directory, &["apply", "-"], &text);
    assert_eq!(refused.status.code(), Some(4), "{}", said(&refused));
    let applied = with_input(&directory, &["apply", "-", "--yes", "--json"], &text);
    let plan: Value = serde_json::from_slice(&applied.stdout).expect("JSON");
    assert_eq!(plan["applied"], true, "{plan}");
    let merchant = row(&succeed(&directory, &["merchant", "list", "--json"]), "name", "alger");
    assert_eq!(merchant["title"], "Autre");
}

#[test]
fn on_a_terminal_it_asks() {
    let directory = scratch("manifest-terminal");
    write(&directory, door());
    let (status, told) = on_a_terminal(&directory, "n");
    assert_eq!(status, 4, "{told}");
    assert!(told.contains("made merchant alger") && told.contains("[y/N]"), "{told}");
    assert!(told.contains("nothing was applied"), "{told}");
    assert!(!directory.join("guichet.db").exists(), "a no made a database");
    let (status, told) = on_a_terminal(&directory, "y");
    assert_eq!(status, 0, "{told}");
    write(&directory, door().title("Autre"));
    for (typed, expected, title) in
        [("", 4, "Librairie d'Alger"), ("no", 4, "Librairie d'Alger"), ("YES", 0, "Autre")]
    {
        let (status, told) = on_a_terminal(&directory, typed);
        assert_eq!(status, expected, "“{typed}”: {told}");
        let merchant = row(&succeed(&directory, &["merchant", "list", "--json"]), "name", "alger");
        assert_eq!(merchant["title"], title, "“{typed}”");
    }
}

#[test]
fn no_secret_is_ever_printed() {
    let directory = scratch("manifest-secrets");
    let file = |secret: &str| {
        let password = json!({
            "email": { "smtp": "smtps://u@127.0.0.1:25", "from": "a@b.example", "password": format!("mail-{secret}") },
            "sms": {
                "url": format!("https://sms.example/{secret}?to={{to}}"), "body": "{\"m\": \"{text}\"}",
                "headers": { "x-key": format!("head-{secret}") }, "secret": { "key": format!("more-{secret}") },
            },
        });
        let account = card(NOWHERE).secret(json!({ "access_token": format!("token-{secret}") }));
        door().account(account).messages(password)
    };
    let apply = ["apply", "shop.toml", "--yes", "--allow-network", "127.0.0.0/8"];
    let mut told = String::new();
    for (secret, expected) in [("canary1", "made"), ("canary2", "changed"), ("canary2", "Nothing to do")] {
        write(&directory, file(secret));
        let dry = ["apply", "shop.toml", "--dry-run", "--allow-network", "127.0.0.0/8", "--json"];
        told += &said(&run(&directory, &dry));
        let applied = succeed(&directory, &apply);
        assert!(applied.contains(expected), "{applied}");
        told += &applied;
    }
    write(&directory, door());
    told += &succeed(&directory, &apply);
    assert!(!told.contains("canary"), "{told}");
    for field in
        ["secret.access_token", "messages.email.password", "messages.sms.headers", "messages.sms.url"]
    {
        assert!(told.contains(&format!("{field}: changed")), "{field}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_server_follows() {
    let directory = scratch("manifest-running");
    write(&directory, door().account(card(NOWHERE)));
    succeed(&directory, &["apply", "shop.toml"]);
    let key = succeed(&directory, &["key", "create", "--merchant", "alger"]);
    let server = ServerProcess::start(&directory, |_| {});
    let shop = Caller::new(&server.base_url, Some(key.trim()));
    let mut number = 0;
    let mut code = async || {
        number += 1;
        let wanted = json!({
            "reference": format!("no-{number}"), "amount": 250_000, "currency": "DZD", "title": "Book",
            "gateway": "ocpay",
        });
        let answer = shop.post("/v1/orders", &wanted).await.json();
        answer["code"].as_str().unwrap_or("opened").to_owned()
    };
    assert_eq!(code().await, "opened");
    for (arguments, expected) in [
        (&["account", "disable", "card"][..], "gateway_not_configured"),
        (&["account", "enable", "card"], "opened"),
    ] {
        succeed(&directory, arguments);
        // It follows by itself, within a second; asking is the only way to see when.
        while code().await != expected {
            tokio::task::yield_now().await;
        }
    }
    write(&directory, door());
    succeed(&directory, &["apply", "shop.toml", "--yes"]);
    while code().await != "gateway_not_configured" {
        tokio::task::yield_now().await;
    }
    assert_eq!(run(&directory, &["account", "enable", "card"]).status.code(), Some(4), "it has ended");
    assert_eq!(run(&directory, &["account", "enable", "nobody"]).status.code(), Some(3));
}
