//! `guichet sandbox` and `guichet-sandbox` as programs: nobody needs a key to let one send a notification, so it goes only where the
//! operator lets it; what it begins with; and `guichet trigger` beside it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::support::call::{Caller, text};
use crate::support::inbox::Inbox;
use crate::support::program::guichet;
use crate::support::scratch::scratch;

/// A running sandbox, killed when it is dropped.
struct SandboxProcess {
    port: String,
    child: Child,
}

impl SandboxProcess {
    fn start(name: &str, options: &[&str]) -> SandboxProcess {
        let mut command = guichet(&scratch(name));
        command.arg("sandbox").args(options);
        SandboxProcess::of(command)
    }

    fn of(mut command: Command) -> SandboxProcess {
        command.stdout(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
        let listens = |line: String| Some(line.split_once("http://")?.1.split_once(';')?.0.to_owned());
        let address = lines.filter_map(listens).next().expect("it says where it listens");
        let port = address.rsplit_once(':').expect("a port").1.to_owned();
        SandboxProcess { port, child }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn caller(&self) -> Caller {
        Caller::new(&self.url(), None)
    }
}

/// The program that is the sandbox alone.
fn alone(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guichet-sandbox"));
    command.current_dir(directory).stdin(Stdio::null());
    command
}

/// Runs `guichet trigger` as a CinetPay merchant's; its exit status and what it said.
fn trigger(sandbox: &SandboxProcess, arguments: &[&str]) -> (Option<i32>, String) {
    let output = guichet(&scratch("sandbox-trigger"))
        .args(["trigger", "--sandbox", &sandbox.url()])
        .args(arguments)
        .output()
        .expect("the binary starts");
    let said =
        [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
    (output.status.code(), said)
}

/// The options that name a CinetPay merchant.
const MERCHANT: [&str; 6] =
    ["--dialect", "cinetpay", "--key", "12912847765bc0db748fdd44.40081707", "--account", "445160"];

impl Drop for SandboxProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A payment that is to be notified there is paid; the notification, once it was tried.
async fn notified(sandbox: &SandboxProcess, notify_url: &str) -> Value {
    let caller = sandbox.caller();
    let asked = json!({
        "apikey": "12912847765bc0db748fdd44.40081707", "site_id": "445160", "transaction_id": "ORDER7",
        "amount": 5000, "currency": "XOF", "description": "Livre [paid]", "channels": "ALL",
        "notify_url": notify_url, "return_url": "https://shop.example/back",
    });
    caller.post("/v2/payment", &asked).await.expect(200);
    loop {
        let known = caller.get("/sandbox/notifications").await.expect(200).json();
        let tried = known
            .pointer("/data/0")
            .filter(|one| one["attempts"].as_array().is_some_and(|all| !all.is_empty()));
        if let Some(tried) = tried {
            return tried.clone();
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn notifications_go_only_where_they_may() {
    let open = ["--listen", "0.0.0.0:0"];
    let table = [
        ("loopback", vec!["--listen", "127.0.0.1:0"], true),
        ("open", open.to_vec(), false),
        ("allowed", [&open[..], &["--allow-network", "127.0.0.0/8"]].concat(), true),
    ];
    for (name, options, arrives) in table {
        let inbox = Inbox::open().await;
        let sandbox = SandboxProcess::start(&format!("sandbox-{name}"), &options);
        let tried = notified(&sandbox, &inbox.url).await;
        assert_eq!(inbox.letters().len(), usize::from(arrives), "{name}: {tried}");
        let answer = text(&tried, "/attempts/0/answer");
        assert_eq!(answer.contains("it leads into a private network"), !arrives, "{name}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sandbox_alone_begins_with_its_fixtures_and_again_after_a_reset() {
    let directory = scratch("sandbox-fixtures");
    let file = "[[payments]]\ndialect = \"ocpay\"\nkey = \"sk_sandbox_shop\"\ncurrency = \"DZD\"\namount_minor = 250000\naction = \"pay\"\n";
    std::fs::write(directory.join("fixtures.toml"), file).expect("written");
    let mut command = alone(&directory);
    command.args(["--listen", "127.0.0.1:0", "--fixtures", "fixtures.toml"]);
    let sandbox = SandboxProcess::of(command);
    let caller = sandbox.caller();
    let payments = async || caller.get("/sandbox/payments").await.expect(200).json()["data"].clone();
    let first = payments().await;
    assert_eq!((&first[0]["status"], first.as_array().map(Vec::len)), (&json!("paid"), Some(1)));
    trigger(&sandbox, &["declined", "--dialect", "ocpay", "--key", "sk_sandbox_shop"]);
    assert_eq!(payments().await.as_array().map(Vec::len), Some(2));
    caller.press("/sandbox/reset").await.expect(204);
    assert_eq!(payments().await.as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_packages_fixtures_suggest_can_be_used() {
    let directory = scratch("sandbox-suggested");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/sandbox/fixtures.toml");
    let suggested: String = std::fs::read_to_string(file)
        .expect("the file")
        .lines()
        .map(|line| {
            match line.strip_prefix("# ").filter(|line| line.contains(" = ") || line.starts_with("[[")) {
                Some(suggestion) => format!("{suggestion}\n"),
                None => format!("{line}\n"),
            }
        })
        .collect();
    std::fs::write(directory.join("fixtures.toml"), suggested).expect("written");
    let mut command = alone(&directory);
    command.args(["--listen", "127.0.0.1:0", "--fixtures", "fixtures.toml"]);
    let sandbox = SandboxProcess::of(command);
    for list in ["webhooks", "payments", "faults"] {
        let there = sandbox.caller().get(&format!("/sandbox/{list}")).await.expect(200).json();
        assert_eq!(there["data"].as_array().map(Vec::len), Some(1), "{list}");
    }
}

#[test]
fn a_mistake_in_fixtures_is_named_with_its_place_and_quoted_nowhere() {
    let directory = scratch("sandbox-bad-fixtures");
    for (file, expected) in [
        (
            "[[payments]]\ndialect = \"cinetpay\"\nkey = \"secret words\"\ncurrency = \"DZD\"\namount_minor = 250000\n",
            "fixtures.toml: payments[0].key: ",
        ),
        ("[[faults]]\nfault = \"rain\"\n", "fixtures.toml: faults[0].fault: "),
        ("payments = [\nsk_live_secret words", "fixtures.toml: line 2, "),
        ("[[payment]]\n", "fixtures.toml: payment: "),
    ] {
        std::fs::write(directory.join("fixtures.toml"), file).expect("written");
        let output = alone(&directory)
            .args(["--listen", "127.0.0.1:0", "--fixtures", "fixtures.toml"])
            .output()
            .expect("the binary starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(expected), "{file}: {said}");
        assert!(!said.contains("secret"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trigger_tells_how_the_shop_answered_the_notification() {
    let sandbox = SandboxProcess::start("sandbox-triggers", &["--listen", "127.0.0.1:0"]);
    let inbox = Inbox::open().await;
    let notified = |outcome: &'static str| {
        let options = [&[outcome][..], &MERCHANT, &["--notify-url", &inbox.url]].concat();
        trigger(&sandbox, &options)
    };
    let (status, said) = notified("paid");
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("is paid: ") && said.contains("answered the notification with 2"), "{said}");
    let told = inbox.letters();
    assert_eq!(told.len(), 1);
    inbox.answer(500);
    let (status, said) = notified("declined");
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("answered the notification with 500"), "{said}");
    for (arguments, status, expected) in [
        ([&["paid"][..], &MERCHANT].concat(), 0, "name an address with --notify-url"),
        ([&["pending"][..], &MERCHANT, &["--notify-url", &inbox.url]].concat(), 0, "nobody began to pay"),
        (vec!["paid", "--dialect", "ocpay", "--key", "sk_sandbox_shop"], 0, "notifies nobody"),
        ([&["paid"][..], &MERCHANT, &["--amount", "1"]].concat(), 1, "the sandbox refused: CinetPay takes"),
        (vec!["paid", "--dialect", "nowhere", "--key", "k"], 2, "there are: ocpay"),
    ] {
        let (found, said) = trigger(&sandbox, &arguments);
        assert_eq!(found, Some(status), "{arguments:?}: {said}");
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
    // Where nobody listens, and where no address is set up.
    let (status, said) = {
        let output = guichet(&scratch("sandbox-nowhere"))
            .args([
                "trigger",
                "paid",
                "--dialect",
                "ocpay",
                "--key",
                "sk_sandbox_shop",
                "--sandbox",
                "http://127.0.0.1:9",
            ])
            .output()
            .expect("the binary starts");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(status, Some(5), "{said}");
    assert!(said.contains("no sandbox answers at http://127.0.0.1:9/"), "{said}");
    let silent = ["paid", "--dialect", "novasend", "--key", "k", "--account", "c", "--patience", "1"];
    let (status, said) = trigger(&sandbox, &silent);
    assert_eq!(status, Some(5), "{said}");
    assert!(said.contains("POST /sandbox/webhooks"), "{said}");
}
