//! An operator's year in one session: installed, declared, changed, an endpoint moved, an account ended, backed up; then the disk
//! is lost, and a new machine goes on from the backup. Everything that was paid is told to the shop once, nothing is forgotten,
//! and each message of the program says what to do.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use guichet_core::Environment;
use serde_json::{Value, json};

use crate::support::call::{Caller, text};
use crate::support::inbox::{Inbox, Letter};
use crate::support::patience::Patience;
use crate::support::program::{ServerProcess, guichet};
use crate::support::scratch::scratch;
use crate::support::shop_file::{Account, Endpoint, Merchant, ShopFile};
use crate::support::test_server::acquirer;

/// A machine with the files of the package, below a folder of the test.
struct Machine {
    root: PathBuf,
}

/// What a command said, on either output.
fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

impl Machine {
    /// The folders and the setting file as the package lays them.
    fn new(name: &str) -> Machine {
        let root = scratch(name);
        for folder in ["etc/guichet", "var/lib/guichet", "var/backups/guichet", "home"] {
            fs::create_dir_all(root.join(folder)).expect("a folder");
        }
        let packaged = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/debian/guichet.toml");
        let settings = fs::read_to_string(packaged).expect("the package's settings");
        let here = root.display().to_string();
        let settings = settings.replace("/var/lib/", &format!("{here}/var/lib/"));
        let settings =
            settings.replace("/etc/guichet/guichet.key", &format!("{here}/etc/guichet/guichet.key"));
        let settings =
            settings + "\n# The shop of this test is on this machine.\nallow_networks = [\"127.0.0.0/8\"]\n";
        fs::write(root.join("etc/guichet/guichet.toml"), settings).expect("the settings");
        Machine { root }
    }

    fn file(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    fn configured(&self, command: &mut Command) {
        command.env("GUICHET_CONFIG", self.file("etc/guichet/guichet.toml"));
    }

    /// Runs a command in the operator's own folder.
    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = guichet(&self.file("home"));
        self.configured(&mut command);
        command.args(arguments).output().expect("it runs")
    }

    /// The same, insisting on success.
    #[track_caller]
    fn succeed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "guichet {}: {}", arguments.join(" "), said(&output));
        String::from_utf8(output.stdout).expect("text")
    }

    /// The same, insisting on that status and on words that help.
    #[track_caller]
    fn refuses(&self, arguments: &[&str], status: i32, helps: &[&str]) {
        let output = self.run(arguments);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(status), "guichet {}: {said}", arguments.join(" "));
        for words in helps {
            assert!(said.contains(words), "guichet {}: no “{words}” in: {said}", arguments.join(" "));
        }
    }

    /// Applies a shop file; what was said.
    #[track_caller]
    fn apply(&self, shop: impl Into<ShopFile>) -> String {
        shop.into().write_to(&self.file("home"));
        self.succeed(&["apply", "shop.toml", "--yes"])
    }

    fn serve(&self) -> ServerProcess {
        ServerProcess::start(&self.file("var/lib/guichet"), |command| self.configured(command))
    }

    /// A server that is to refuse to start; why.
    fn refuses_to_serve(&self) -> String {
        let started =
            ServerProcess::try_start(&self.file("var/lib/guichet"), |command| self.configured(command));
        let Err((status, log)) = started else { panic!("it serves") };
        assert!(!status.success(), "{log}");
        log
    }
}

/// The shop, which is told at that address of what was paid.
fn shop(title: &str, gateway_url: &str, told_at: &str, accounts: &[&str]) -> Merchant {
    let endpoint = Endpoint::at(told_at, &["order.paid"]);
    accounts.iter().fold(Merchant::named("phare").title(title).endpoint(endpoint), |shop, name| {
        let secret = json!({ "access_token": format!("sk_sandbox_{name}") });
        shop.account(
            Account::at("ocpay", name, Environment::Test).label(name).url(gateway_url).secret(secret),
        )
    })
}

/// An order that is paid with that account.
fn order(reference: &str, account: &str) -> Value {
    json!({
        "reference": reference, "amount": 250_000, "currency": "DZD", "title": "Livre", "account": account,
    })
}

/// The shop's own side, which goes on through everything.
struct Shop {
    key: String,
    paid: Vec<String>,
}

impl Shop {
    fn caller(&self, server: &ServerProcess) -> Caller {
        Caller::new(&server.base_url, Some(&self.key))
    }

    /// Makes an order, whose link nobody has followed yet.
    async fn sell(&self, server: &ServerProcess, reference: &str, account: &str) -> Value {
        let caller = self.caller(server);
        let mut patience = Patience::that("the server knows the key");
        loop {
            let answer = caller.post("/v1/orders", &order(reference, account)).await;
            if answer.status != 401 {
                return answer.expect(201).json();
            }
            patience.again().await;
        }
    }

    /// The customer of an order pays at the gateway, which leads back to our page, if there is a server.
    async fn customer_pays(&self, order: &Value) {
        let link = text(order, "/payment_url");
        let customer = Caller::new(&link, None);
        let paid = customer.press(&format!("{link}/pay")).await;
        assert!(paid.status < 400, "{} {}", paid.status, paid.text());
        let status = text(order, "/status_url");
        let _nobody_there = customer.try_send("GET", &status, &[], Vec::new()).await;
    }

    /// Waits until the server knows that an order was paid.
    async fn is_paid(&mut self, server: &ServerProcess, order: &Value) {
        let (id, caller) = (text(order, "/id"), self.caller(server));
        let mut patience = Patience::that("the order is paid");
        while caller.get(&format!("/v1/orders/{id}")).await.expect(200).json()["status"] != "paid" {
            patience.again().await;
        }
        self.paid.push(id);
    }
}

/// For each order the identifiers under which it was told to be paid.
fn told(inboxes: [&Inbox; 2]) -> HashMap<String, Vec<String>> {
    let mut told: HashMap<String, Vec<String>> = HashMap::new();
    for letter in inboxes.iter().flat_map(|inbox| inbox.letters()) {
        told.entry(about(&letter)).or_default().push(letter.header("webhook-id").to_owned());
    }
    told
}

/// The order that a webhook is about.
fn about(letter: &Letter) -> String {
    text(&letter.json(), "/order")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_declares_changes_loses_the_disk_and_goes_on() {
    let (_, gateway) = acquirer(&guichet_server::Clock::default()).await;
    let (first, second) = (Inbox::open().await, Inbox::open().await);
    let machine = Machine::new("operations-operator");

    // Installed: the key is made once, and the server starts.
    let made = machine.succeed(&["key", "generate"]);
    assert!(
        made.contains("guichet.key is the vault key now") && made.contains("Keep a copy of it"),
        "{made}"
    );
    machine.refuses(&["key", "generate"], 4, &["is there already", "no key is ever written over"]);
    let kept_key = fs::read(machine.file("etc/guichet/guichet.key")).expect("the key, kept elsewhere");
    machine.succeed(&["config", "check"]);
    let server = machine.serve();

    // Declared: once is enough.
    let report = machine.apply(shop("Le Phare", &gateway, &first.url, &["card", "old"]));
    assert!(report.contains("Applied: "), "{report}");
    let again = machine.succeed(&["apply", "shop.toml"]);
    assert!(again.contains("Nothing to do"), "{again}");
    let key = machine.succeed(&["key", "create", "--merchant", "phare"]).trim().to_owned();
    let mut shop_side = Shop { key, paid: Vec::new() };
    let order = shop_side.sell(&server, "A-1", "card").await;
    shop_side.customer_pays(&order).await;
    shop_side.is_paid(&server, &order).await;
    first.wait_for(1).await;

    // Changed: the plan says what from what, and nothing changes unasked.
    ShopFile::from(shop("Épicerie du Phare", &gateway, &first.url, &["card", "old"]))
        .write_to(&machine.file("home"));
    machine.refuses(&["apply", "shop.toml"], 4, &["Le Phare", "Épicerie du Phare", "add --yes", "--dry-run"]);
    machine.succeed(&["apply", "shop.toml", "--yes"]);

    // The endpoint moves: the old address hears nothing more.
    let report = machine.apply(shop("Épicerie du Phare", &gateway, &second.url, &["card", "old"]));
    assert!(report.contains(&first.url) && report.contains(&second.url), "{report}");
    let order = shop_side.sell(&server, "A-2", "old").await;
    let open = shop_side.sell(&server, "A-3", "old").await;
    shop_side.customer_pays(&order).await;
    shop_side.is_paid(&server, &order).await;
    second.wait_for(1).await;
    assert_eq!(first.letters().len(), 1, "the address that was left hears nothing more");

    // The account ends: nobody begins to pay with it, and whoever had begun is taken in.
    machine.apply(shop("Épicerie du Phare", &gateway, &second.url, &["card"]));
    let listed = machine.succeed(&["account", "list"]);
    assert!(listed.contains("card") && listed.contains("old"), "{listed}");
    let caller = shop_side.caller(&server);
    let mut patience = Patience::that("the server follows the file");
    let refused = loop {
        let wanted = json!({ "reference": "A-4", "amount": 250_000, "currency": "DZD", "account": "old", "title": "Livre" });
        let answer = caller.post("/v1/orders", &wanted).await;
        match answer.status {
            200 | 201 => patience.again().await,
            _ => break answer,
        }
    };
    assert!((400..500).contains(&refused.status) && refused.text().contains("old"), "{}", refused.text());
    shop_side.customer_pays(&open).await;
    machine.succeed(&["order", "check", &text(&open, "/id")]);
    shop_side.is_paid(&server, &open).await;
    second.wait_for(2).await;

    // Backed up, with one link that its customer has not followed yet.
    let waiting = shop_side.sell(&server, "A-5", "card").await;
    let folder = machine.file("var/backups/guichet");
    let backup =
        machine.succeed(&["backup", folder.to_str().expect("UTF-8"), "--keep", "24h7d4w12m", "--json"]);
    let backup: Value = serde_json::from_str(&backup).expect("JSON");
    let backup = text(&backup, "/file");
    machine.succeed(&["backup", "verify", &backup]);

    // The disk is lost, and what stood on it. The customer pays meanwhile.
    server.kill();
    fs::remove_dir_all(machine.file("var/lib/guichet")).expect("the disk is lost");
    fs::remove_dir_all(machine.file("etc/guichet")).expect("the disk is lost");
    shop_side.customer_pays(&waiting).await;

    // A new machine, at first without the key.
    let new = Machine::new("operations-operator-new");
    let restored = new.succeed(&["restore", &backup]);
    for words in ["there is no key file", "etc/guichet/guichet.key", "It is a copy", "guichet copy lift"] {
        assert!(restored.contains(words), "no “{words}” in: {restored}");
    }
    let why = new.refuses_to_serve();
    assert!(why.contains("there is no key file") && why.contains("etc/guichet/guichet.key"), "{why}");
    new.refuses(
        &["key", "generate"],
        4,
        &["sealed with the key of fingerprint", "Put a copy of that key's file at"],
    );
    new.refuses(&["doctor"], 1, &["there is no key file", "this database is a copy"]);
    assert!(!new.file("etc/guichet/guichet.key").exists(), "nothing makes another key");

    // With the key: it reads and asks, and keeps quiet.
    fs::write(new.file("etc/guichet/guichet.key"), kept_key).expect("the key that was kept");
    let server = new.serve();
    let caller = shop_side.caller(&server);
    let quiet =
        caller.post("/v1/orders", &json!({ "reference": "B-1", "amount": 250_000, "currency": "DZD" })).await;
    assert_eq!(text(&quiet.expect(503).json(), "/code"), "server_is_quiet");
    new.succeed(&["order", "check", &text(&waiting, "/id")]);
    shop_side.is_paid(&server, &waiting).await;
    new.refuses(&["doctor"], 1, &["this database is a copy"]);
    assert_eq!((first.letters().len(), second.letters().len()), (1, 2), "a copy sends nothing");
    new.refuses(&["copy", "lift"], 2, &["--yes"]);

    // Live: what waited is sent, and selling goes on.
    new.succeed(&["copy", "lift", "--yes"]);
    second.wait_for(3).await;
    let order = shop_side.sell(&server, "B-2", "card").await;
    shop_side.customer_pays(&order).await;
    shop_side.is_paid(&server, &order).await;
    second.wait_for(4).await;
    new.succeed(&["doctor"]);

    let told = told([&first, &second]);
    assert_eq!(told.len(), shop_side.paid.len(), "every paid order was told, and no other");
    for id in &shop_side.paid {
        assert_eq!(told.get(id).map(Vec::len), Some(1), "{id} was told once");
    }
    let listed = new.succeed(&["order", "list", "--json"]);
    assert_eq!(listed.lines().count(), shop_side.paid.len(), "nothing is lost");
}
