//! Settings: what wins over what, and what a setting file does to the server and to the commands beside it.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::support::call::{Caller, text};
use crate::support::program::{ServerProcess, guichet, run, succeed};
use crate::support::scratch::scratch;
use crate::support::shop_file::{NOWHERE, ShopFile, two_shops};
use crate::support::test_server::plain_order;

/// What `config show` says of each setting: its value and where it is from.
fn shown(
    directory: &Path,
    environment: &[(String, &str)],
    line: &[&str],
) -> BTreeMap<String, (Value, String)> {
    let mut command = guichet(directory);
    command.args(["config", "show", "--json"]).args(line);
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    let output = command.output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let objects = String::from_utf8(output.stdout).expect("text");
    let read = |line: &str| {
        let object: Value = serde_json::from_str(line).expect("JSON");
        (text(&object, "/setting"), (object["value"].clone(), text(&object, "/from")))
    };
    objects.lines().map(read).collect()
}

/// Settings with a value for the file, one for the environment and one for the command line.
const VALUES: [(&str, &str, &str, &str, &str); 12] = [
    ("listen", "--listen", "127.0.0.1:1", "127.0.0.1:2", ":3"),
    ("database", "--database", "sqlite:a.db", "sqlite:b.db", "sqlite:c.db"),
    ("key_file", "--key-file", "a.key", "b.key", "c.key"),
    ("public_url", "--public-url", "https://a.example", "https://b.example", "https://c.example/pay"),
    ("allow_networks", "--allow-network", "10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16"),
    ("gateway_timeout", "--gateway-timeout", "11", "12", "13"),
    ("trusted_proxies", "--trusted-proxy", "10.0.0.1", "10.0.0.2", "10.0.0.3"),
    ("metrics_listen", "--metrics-listen", "127.0.0.1:4", "127.0.0.1:5", ":6"),
    ("log_format", "--log-format", "json", "text", "json"),
    ("log_requests", "--log-requests", "true", "true", ""),
    ("quiet", "--quiet", "true", "true", ""),
    ("drain_wait", "--drain-wait", "1", "2", "3"),
];

#[test]
fn the_line_wins_over_the_environment_that_over_the_file_that_over_what_is_built_in() {
    let directory = scratch("settings-order");
    let built_in = shown(&directory, &[], &[]);
    for (key, option, of_file, of_environment, of_line) in VALUES {
        let variable = format!("GUICHET_{}", key.to_uppercase());
        let environment = [(variable, of_environment)];
        let line: Vec<&str> = [option, of_line].into_iter().filter(|part| !part.is_empty()).collect();
        let of_line = if of_line.is_empty() { "true" } else { of_line };
        assert_eq!(built_in[key].1, "default", "{key}");
        let quoted = if of_file == "true" { of_file.to_owned() } else { format!("\"{of_file}\"") };
        std::fs::write(directory.join("guichet.toml"), format!("{key} = {quoted}\n")).expect("a file");
        for (environment, line, value, from) in [
            (&[][..], &[][..], of_file, "file"),
            (&environment, &[], of_environment, "environment"),
            (&environment, &line, of_line, "flag"),
            (&[], &line, of_line, "flag"),
        ] {
            let shown = shown(&directory, environment, line);
            assert_eq!(shown[key], (value.into(), from.to_owned()), "{key} {environment:?} {line:?}");
            let others = shown.iter().filter(|(other, _)| *other != key);
            assert!(others.into_iter().all(|(other, value)| *value == built_in[other]), "{key}: {shown:?}");
        }
        std::fs::remove_file(directory.join("guichet.toml")).expect("it is gone");
        assert_eq!(shown(&directory, &environment, &[])[key].1, "environment", "{key}");
    }
}

#[test]
fn a_secret_is_not_shown() {
    let directory = scratch("settings-secret");
    let key = "ab".repeat(32);
    for arguments in [&["config", "show"][..], &["config", "show", "--json"]] {
        let mut command = guichet(&directory);
        let output = command.args(arguments).env("GUICHET_KEY", &key).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.contains("GUICHET_KEY") && !said.contains(&key), "{said}");
    }
}

#[test]
fn the_file_is_looked_for_in_its_places() {
    let directory = scratch("settings-places");
    std::fs::create_dir(directory.join("elsewhere")).expect("a folder");
    std::fs::write(directory.join("guichet.toml"), "gateway_timeout = 11\n").expect("a file");
    std::fs::write(
        directory.join("elsewhere/other.toml"),
        "gateway_timeout = 12\ndatabase = \"sqlite:o.db\"\n",
    )
    .expect("a file");
    let config = |value: &'static str| [("GUICHET_CONFIG".to_owned(), value)];
    let timeout = |environment: &[(String, &str)], line: &[&str]| {
        let mut shown = shown(&directory, environment, line);
        shown.remove("gateway_timeout").expect("it is there")
    };
    let from_file = |value: &str| (Value::from(value), "file".to_owned());
    assert_eq!(timeout(&[], &[]), from_file("11"));
    assert_eq!(timeout(&config("elsewhere/other.toml"), &[]), from_file("12"));
    assert_eq!(timeout(&config("nowhere.toml"), &["--config", "elsewhere/other.toml"]), from_file("12"));
    assert_eq!(timeout(&config(""), &[]), ("30".into(), "default".to_owned()));
    // A path is meant from where the file is, so that the command finds the same database from everywhere.
    succeed(&directory, &["migrate", "--config", "elsewhere/other.toml"]);
    assert!(directory.join("elsewhere/o.db").exists());
    // One that everybody may write is not read unasked.
    use std::os::unix::fs::PermissionsExt;
    let open = std::fs::Permissions::from_mode(0o666);
    std::fs::set_permissions(directory.join("guichet.toml"), open).expect("permissions");
    let refused = run(&directory, &["order", "list"]);
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(4), "{said}");
    assert!(said.contains("--config"), "{said}");
    succeed(&directory, &["config", "check", "guichet.toml"]);
    // What needs no settings does not look for them.
    succeed(&directory, &["gateway", "list"]);
}

#[test]
fn a_file_is_checked_with_all_its_lines() {
    let directory = scratch("settings-check");
    let nothing = run(&directory, &["config", "check"]);
    assert_eq!(nothing.status.code(), Some(3), "{}", String::from_utf8_lossy(&nothing.stderr));
    std::fs::write(directory.join("guichet.toml"), "listen = \":8080\"\n").expect("a file");
    assert!(succeed(&directory, &["config", "check"]).contains("guichet.toml is good: 1 settings"));
    std::fs::write(directory.join("guichet.toml"), "lisen = \":8080\"\n\ngateway_timeout = \"soon\"\n")
        .expect("a file");
    for (command, status) in [
        (&["config", "check"][..], 1),
        (&["config", "check", "guichet.toml"], 1),
        (&["config", "show"], 2),
        (&["serve"], 2),
        (&["order", "list"], 2),
    ] {
        let output = run(&directory, command);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{command:?}: {said}");
        for part in [
            "guichet.toml:1: there is no setting lisen; did you mean listen?",
            "guichet.toml:3: gateway_timeout",
        ] {
            assert!(said.contains(part), "{command:?}: {said}");
        }
    }
    assert!(!directory.join("guichet.db").exists(), "nothing was begun");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_and_its_commands_go_by_the_file() {
    let directory = scratch("settings-server");
    std::fs::create_dir(directory.join("data")).expect("a folder");
    let file = "database = \"sqlite:data/shop.db\"\nkey_file = \"data/shop.key\"\n\
        public_url = \"https://pay.shop.example\"\nlog_requests = true\n";
    std::fs::write(directory.join("guichet.toml"), file).expect("a file");
    ShopFile::from(two_shops(NOWHERE)).write_to(&directory);
    let server = ServerProcess::start(&directory, |_| {});
    succeed(&directory, &["apply", "shop.toml"]);
    let key = succeed(&directory, &["key", "create", "--merchant", "alger"]);
    assert!(directory.join("data/shop.db").exists() && directory.join("data/shop.key").exists());
    assert!(!directory.join("guichet.db").exists());
    let shop = Caller::new(&server.base_url, Some(key.trim()));
    while shop.get("/v1/orders").await.status == 401 {
        tokio::task::yield_now().await;
    }
    let order = shop.order(&plain_order("one")).await;
    assert!(text(&order, "/checkout_url").starts_with("https://pay.shop.example/checkout/"), "{order}");
    server.logged("the request is logged", |line| line.contains("/v1/orders")).await;
}
