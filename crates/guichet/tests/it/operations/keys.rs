//! The vault key: who makes one, who does without, what is said where it is missing or wrong, and that it is never used for
//! a database that is not its own. And API keys, which open at once.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use guichet_core::Environment;
use guichet_server::vault::write_new;
use guichet_server::{Clock, VaultKey};
use serde_json::{Value, json};

use crate::support::call::{Caller, text};
use crate::support::database::Database;
use crate::support::patience::moment;
use crate::support::program::{ServerProcess, guichet, run, succeed};
use crate::support::scratch::scratch;
use crate::support::shop_file::{Account, Endpoint, Merchant, NOWHERE, ShopFile};
use crate::support::test_server::{TestServer, acquirer, order};

/// Everything that a command said.
fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

/// A shop with something in every column that is sealed.
fn sealed_shop(gateway_url: &str) -> ShopFile {
    let secret = json!({ "access_token": "sk_sandbox_alger" });
    let card = Account::at("ocpay", "card", Environment::Test).url(gateway_url).secret(secret);
    let email = json!({ "smtp": "smtps://shop@mail.example", "password": "of letters", "from": "Shop <shop@alger.example>" });
    let endpoint = Endpoint::at("https://shop.example/hook", &["*"]);
    Merchant::named("alger").account(card).endpoint(endpoint).messages(json!({ "email": email })).into()
}

/// Declares it, with a key of the API and a credential of a vendor's clients; the API key.
pub(super) fn declare_sealed(directory: &Path) -> String {
    declare_at(directory, NOWHERE)
}

/// The same with a gateway there.
fn declare_at(directory: &Path, gateway_url: &str) -> String {
    sealed_shop(gateway_url).write_to(directory);
    succeed(directory, &["apply", "shop.toml"]);
    succeed(directory, &["key", "create", "--merchant", "alger", "--dialect", "cinetpay"]);
    succeed(directory, &["key", "create", "--merchant", "alger"]).trim().to_owned()
}

/// A database with sealed secrets and one order that waits for its payment, whose server has stopped; its key's fingerprint, and the order.
async fn sealed(name: &str) -> (PathBuf, String, String) {
    let directory = scratch(name);
    let (_, gateway) = acquirer(&Clock::default()).await;
    let key = declare_at(&directory, &gateway);
    let server = ServerProcess::start(&directory, |_| {});
    let order = Caller::new(&server.base_url, Some(&key)).order(&order("one", "A book")).await;
    server.terminate();
    assert!(server.ended().0);
    (directory.clone(), fingerprint(&directory.join("guichet.key")), text(&order, "/id"))
}

/// The fingerprint of the key in a file.
pub(super) fn fingerprint(file: &Path) -> String {
    let key = fs::read_to_string(file).expect("a key file");
    VaultKey::from_hex(&key).expect("a key").fingerprint()
}

/// The names of the files there that are about a key.
pub(super) fn key_files(directory: &Path) -> Vec<String> {
    let names = fs::read_dir(directory).expect("the directory");
    let names = names.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"));
    let mut names: Vec<String> = names.filter(|name| name.contains(".key")).collect();
    names.sort();
    names
}

/// The first line that `events tail` prints.
fn first_event(directory: &Path) -> String {
    use std::io::BufRead as _;

    let mut command = guichet(directory);
    command.args(["events", "tail", "--since", "3600", "--json"]).stdout(Stdio::piped());
    let mut tail = command.spawn().expect("it starts");
    let mut line = String::new();
    let output = tail.stdout.take().expect("a pipe");
    std::io::BufReader::new(output).read_line(&mut line).expect("a line");
    tail.kill().and_then(|()| tail.wait()).expect("it ends");
    line
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_needs_no_key_and_makes_none() {
    let (directory, _, order) = sealed("keys-looking").await;
    fs::remove_file(directory.join("guichet.key")).expect("the key is lost");
    for (command, shown) in [
        (&["order", "list"][..], &*order),
        (&["order", "show", &order], "pending"),
        (&["order", "explain", &order], "order.created"),
        (&["key", "list"], "alger"),
        (&["backup", "one.db"], "1 orders"),
        (&["backup", "verify", "one.db"], "1 orders"),
        (&["copy", "show"], "is no copy"),
        (&["migrate"], "up to date"),
        (&["key", "create", "--merchant", "alger"], "sk_test_"),
        (&["order", "cancel", &order], "cancelled"),
    ] {
        let output = succeed(&directory, command);
        assert!(output.contains(shown), "{command:?}: {output}");
        assert_eq!(key_files(&directory), [""; 0], "{command:?} made a key");
    }
    assert!(first_event(&directory).contains("order.created"));
    let doctor = run(&directory, &["doctor"]);
    let told = said(&doctor);
    assert_eq!(doctor.status.code(), Some(1), "{told}");
    let wrong: Vec<&str> = told.lines().filter(|line| line.starts_with("WRONG")).collect();
    assert!(
        wrong.len() == 1 && wrong[0].contains("secrets") && wrong[0].contains("there is no key file"),
        "{told}"
    );
    assert_eq!(key_files(&directory), [""; 0], "the doctor made a key");
}

/// What needs a secret, or seals one.
fn needing(order: &str) -> Vec<Vec<&str>> {
    vec![
        vec!["apply", "shop.toml"],
        vec!["order", "check", order],
        vec!["key", "create", "--merchant", "alger", "--dialect", "cinetpay"],
        vec!["serve", "--listen", "127.0.0.1:0"],
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_a_secret_says_which_key_it_wants_and_why_it_has_none() {
    let (directory, right, order) = sealed("keys-wanting").await;
    let (key, rows) = (directory.join("guichet.key"), Database::of(&directory).census());
    let kept = fs::read(&key).expect("the key");
    let other = VaultKey::random();
    let another = format!(
        "(fingerprint {}) is not the key that this database's secrets were sealed with",
        other.fingerprint()
    );
    let wanted = format!("fingerprint {right}");
    for (what, prepare, words) in [
        ("none", None, vec!["there is no key file: looked for guichet.key", &wanted]),
        ("another", Some(&other), vec!["guichet.key", &another, &wanted]),
    ] {
        fs::remove_file(&key).expect("the key is taken away");
        if let Some(other) = prepare {
            write_new(&key, other).expect("another key");
        }
        for command in needing(&order) {
            let output = run(&directory, &command);
            let told = said(&output);
            assert!(!output.status.success(), "{what} {command:?}: {told}");
            for word in &words {
                assert!(told.contains(*word), "{what} {command:?}: no “{word}” in {told}");
            }
        }
        let rotate = run(&directory, &["key", "rotate"]);
        assert!(!rotate.status.success() && said(&rotate).contains(words[0]), "{}", said(&rotate));
        let expected: &[&str] = if prepare.is_some() { &["guichet.key"] } else { &[] };
        assert_eq!(key_files(&directory), expected, "{what}: nothing was made");
        if prepare.is_none() {
            fs::write(&key, &kept).expect("the key is put back");
        }
    }
    assert_eq!(Database::of(&directory).census(), rows, "nothing was written");
    fs::write(&key, &kept).expect("the key is put back");
    succeed(&directory, &["doctor"]);
    succeed(&directory, &["apply", "shop.toml"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_file_that_is_no_good_says_so() {
    let (directory, right, order) = sealed("keys-no-good").await;
    let key = directory.join("guichet.key");
    let kept = fs::read_to_string(&key).expect("the key");
    for (text, words) in [
        (kept[..63].to_owned(), "holds no key: a key is 64 hexadecimal digits, and there are 63 characters"),
        (String::new(), "there are 0 characters"),
        (kept.replace(char::is_numeric, "x"), "and some are none"),
    ] {
        fs::write(&key, &text).expect("a file");
        let told = said(&run(&directory, &["order", "check", &order]));
        assert!(told.contains(words) && told.contains(&right), "{told}");
        assert!(text.is_empty() || !told.contains(&text[..16]), "none of it is shown: {told}");
    }
    fs::write(&key, &kept).expect("the key is put back");
    // Without the powers of root, whoever runs the tests.
    fs::set_permissions(&key, fs::Permissions::from_mode(0o000)).expect("nobody may read it");
    let mut unprivileged = Command::new("unshare");
    let program = guichet(&directory).get_program().to_owned();
    unprivileged.arg("--user").arg(program).args(["order", "check", &order]).current_dir(&directory);
    let output =
        unprivileged.env_remove("GUICHET_KEY").env_remove("GUICHET_KEY_FILE").output().expect("unshare");
    let told = said(&output);
    assert!(told.contains("guichet.key cannot be read: it belongs to"), "{told}");
    assert!(told.contains("with mode 0, and this command is run by"), "{told}");
}

#[test]
fn all_places_are_named_in_order() {
    let directory = scratch("keys-places");
    declare_sealed(&directory);
    fs::create_dir(directory.join("handed")).expect("a folder");
    fs::rename(directory.join("guichet.key"), directory.join("kept")).expect("the key is away");
    let check = |options: &[&str]| {
        let mut command = guichet(&directory);
        command.env("CREDENTIALS_DIRECTORY", directory.join("handed"));
        command.args(["key", "create", "--merchant", "alger", "--dialect", "cinetpay"]).args(options);
        said(&command.output().expect("it runs"))
    };
    let handed = directory.join("handed/guichet.key");
    let told = check(&[]);
    assert!(told.contains(&format!("looked for {}, then guichet.key", handed.display())), "{told}");
    let told = check(&["--key-file", "elsewhere.key"]);
    assert!(told.contains("looked for elsewhere.key."), "{told}");
    fs::copy(directory.join("kept"), &handed).expect("systemd hands it over");
    let told = check(&[]);
    assert!(told.contains("apikey"), "{told}");
    assert_eq!(key_files(&directory), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_makes_a_key_only_where_nothing_is_sealed() {
    let directory = scratch("keys-server");
    let first = ServerProcess::start(&directory, |_| {});
    let key = directory.join("guichet.key");
    let made = fingerprint(&key);
    first.logged("it says that it made one", |line| line.contains(&made)).await;
    first.terminate();
    assert!(first.ended().0);
    fs::remove_file(&key).expect("the key is lost");
    let (status, log) = ServerProcess::try_start(&directory, |_| {}).err().expect("it does not serve");
    assert!(!status.success() && log.contains("there is no key file") && log.contains(&made), "{log}");
    assert_eq!(key_files(&directory), [""; 0]);
}

#[test]
fn a_key_is_generated_once_and_for_its_own_database_only() {
    let directory = scratch("keys-generate");
    let made = succeed(&directory, &["key", "generate", "--json"]);
    let made: Value = serde_json::from_str(&made).expect("JSON");
    let key = directory.join("guichet.key");
    assert_eq!(
        (text(&made, "/file"), text(&made, "/fingerprint")),
        ("guichet.key".to_owned(), fingerprint(&key))
    );
    assert_eq!(fs::metadata(&key).expect("the key").permissions().mode() & 0o777, 0o600);
    let again = run(&directory, &["key", "generate"]);
    assert!(again.status.code() == Some(4) && said(&again).contains("is there already"), "{}", said(&again));
    declare_sealed(&directory);
    succeed(&directory, &["doctor"]);

    fs::rename(&key, directory.join("kept")).expect("the key is away");
    let other = run(&directory, &["key", "generate"]);
    assert!(
        other.status.code() == Some(4) && said(&other).contains("a new key would not open"),
        "{}",
        said(&other)
    );
    std::os::unix::fs::symlink("nowhere", &key).expect("a link that leads nowhere");
    let linked = run(&directory, &["key", "generate"]);
    assert!(
        linked.status.code() == Some(4) && said(&linked).contains("is there already"),
        "{}",
        said(&linked)
    );
    fs::remove_file(&key).expect("the link");
    assert_eq!(key_files(&directory), [""; 0], "nothing was made");
    let mut given = guichet(&directory);
    let given = given.env("GUICHET_KEY", "0".repeat(64)).args(["key", "generate"]).output().expect("it runs");
    assert!(given.status.code() == Some(2) && said(&given).contains("GUICHET_KEY"), "{}", said(&given));
}

/// Run as root, this is the folder of a service under a user of its own; run by somebody else, their own folder.
#[test]
fn files_belong_to_the_owner_of_their_folder() {
    let directory = scratch("keys-owner");
    if fs::metadata(&directory).expect("the folder").uid() == 0 {
        chown(&directory, Some(61_234), Some(61_234)).expect("root gives it away");
    }
    let owner = fs::metadata(&directory).expect("the folder").uid();
    succeed(&directory, &["key", "generate"]);
    declare_sealed(&directory);
    succeed(&directory, &["backup", "monday.db"]);
    succeed(&directory, &["restore", "monday.db"]);
    succeed(&directory, &["key", "rotate"]);
    for entry in fs::read_dir(&directory).expect("the folder") {
        let entry = entry.expect("an entry");
        if entry.file_name() != "shop.toml" {
            assert_eq!(entry.metadata().expect("a file").uid(), owner, "{}", entry.path().display());
        }
    }
}

#[test]
fn where_notifications_go_obeys_the_allowed_networks() {
    let directory = scratch("keys-networks");
    declare_sealed(&directory);
    let create = [
        "key",
        "create",
        "--merchant",
        "alger",
        "--dialect",
        "novasend",
        "--notify-url",
        "http://127.0.0.1:9/x",
    ];
    let refused = run(&directory, &create);
    assert!(!refused.status.success() && said(&refused).contains("cannot be used"), "{}", said(&refused));
    succeed(&directory, &[&create[..], &["--allow-network", "127.0.0.0/8"]].concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_key_opens_at_once_and_opens_nothing_when_it_is_revoked() {
    let directory = scratch("keys-at-once");
    declare_sealed(&directory);
    let server = ServerProcess::start(&directory, |_| {});
    for number in 0..5 {
        let label = number.to_string();
        let made =
            succeed(&directory, &["key", "create", "--merchant", "alger", "--json", "--label", &label]);
        let made: Value = serde_json::from_str(&made).expect("JSON");
        let shop = Caller::new(&server.base_url, Some(&text(&made, "/secret")));
        shop.get("/v1/orders").await.expect(200);
        succeed(&directory, &["key", "revoke", &text(&made, "/id")]);
        // Whether a key that is known was revoked is looked up fifty times a second at most.
        moment(25).await;
        assert_eq!(text(&shop.get("/v1/orders").await.expect(401).json(), "/code"), "key_revoked");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_key_opens_at_once() {
    let server = TestServer::start("keys-kinds").await;
    let anybody = Caller::new(&server.base_url, None);
    server
        .declare(crate::support::shop_file::alger(NOWHERE).project(crate::customers::front::project()))
        .await;
    let front = server.command(&["key", "create", "--merchant", "alger", "--publishable"]);
    let locales = |key: &str| {
        let (anybody, key) = (anybody.clone(), key.to_owned());
        async move {
            anybody.send("GET", "/api/content/locales/active/all", &[("x-app-token", &key)], Vec::new()).await
        }
    };
    assert_eq!(locales("pk_test_guessed").await.status, 403);
    assert_eq!(locales(front.trim()).await.status, 200);
    let made = server.command(&["key", "create", "--merchant", "alger", "--dialect", "ocpay", "--json"]);
    let made: Value = serde_json::from_str(&made).expect("JSON");
    let token = made["credentials"]
        .as_object()
        .and_then(|parts| parts.values().next()?.as_str())
        .expect("a token")
        .to_owned();
    let check = |token: String| {
        let anybody = anybody.clone();
        async move {
            anybody
                .send("GET", "/v3/ocpay/checkPayment/x", &[("x-access-token", &token)], Vec::new())
                .await
                .status
        }
    };
    let guessed = check("guessed".to_owned()).await;
    assert_ne!(check(token).await, guessed, "it is let in, and told that there is no such payment");
}
