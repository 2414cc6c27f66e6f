//! The demo as a person runs it: the executable, its exit code and what it prints. Every scenario
//! must end as it must, and every one whose world lies must be found out.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

use crate::support::call::Caller;
use crate::support::program::guichet;
use crate::support::test_server::TestServer;

const SCENARIOS: [&str; 26] = [
    "paid",
    "declined-then-paid",
    "expired",
    "never-returns",
    "confirmed-late",
    "gateway-down",
    "answer-lost",
    "wrong-environment",
    "cash",
    "cancelled-then-paid",
    "paid-twice",
    "cinetpay-paid",
    "cinetpay-declined",
    "cinetpay-expired",
    "cinetpay-answer-lost",
    "novasend-paid",
    "novasend-declined",
    "novasend-expired",
    "novasend-answer-lost",
    "cinetpay-shop",
    "novasend-shop",
    "ocpay-shop",
    "front-paid",
    "front-cash",
    "front-declined",
    "front-refresh",
];

fn demo(arguments: &[&str]) -> (Output, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_guichet"))
        .args(["demo", "--auto"])
        .args(arguments)
        .output()
        .expect("the executable runs");
    let said = String::from_utf8(output.stdout.clone()).expect("it speaks UTF-8");
    (output, said)
}

#[test]
fn every_order_ends_as_it_must() {
    let (output, said) = demo(&[]);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let table = said.split("\nscenario ").nth(1).unwrap();
    for scenario in SCENARIOS {
        let row = table.lines().find(|line| line.split(' ').next() == Some(scenario)).unwrap();
        assert!(row.ends_with(" ok"), "{row}");
    }
    assert!(table.contains("\n26 of 26 orders ended as they must."), "{table}");
}

#[test]
fn one_scenario_as_json() {
    let (output, said) = demo(&["--json", "--only", "answer-lost"]);
    assert_eq!(output.status.code(), Some(0), "{said}");
    let told: serde_json::Value = serde_json::from_str(said.trim_end()).unwrap();
    assert_eq!(told["scenario"], "answer-lost");
    assert_eq!(told["ok"], true);
    assert_eq!(told["got"], told["expected"]);
    assert_eq!(told["got"]["payments"], serde_json::json!(["expired", "paid"]));
    assert_eq!(told["story"]["journal_is_whole"], true);
}

#[test]
fn a_world_that_lies_is_found_out() {
    for scenario in SCENARIOS {
        let (output, said) = demo(&["--only", scenario, "--tamper", scenario]);
        assert_eq!(output.status.code(), Some(1), "{scenario}: {said}");
        let told = format!("\n{scenario} did not end as it must.\n  ");
        assert!(said.contains(&told), "{scenario}: {said}");
        assert!(!said.contains("it broke off"), "{scenario}: {said}");
        assert!(said.contains(": expected “"), "{scenario}: {said}");
    }
}

/// The demo as a person runs it, and what it says to click.
struct Interactive {
    process: Child,
    told: Value,
}

impl Interactive {
    fn start(more: &[&str]) -> Self {
        let anywhere =
            ["--listen", "--sandbox-listen", "--shop-listen"].map(|option| [option, "127.0.0.1:0"]);
        let mut command = guichet(Path::new(env!("CARGO_TARGET_TMPDIR")));
        command.args(["demo", "--json"]).args(more).args(anywhere.as_flattened()).stdout(Stdio::piped());
        let mut process = command.spawn().expect("the demo starts");
        let mut line = String::new();
        let output = process.stdout.take().expect("a pipe");
        BufReader::new(output).read_line(&mut line).expect("it says what to click");
        Interactive { process, told: serde_json::from_str(&line).expect("JSON") }
    }

    fn at(&self, pointer: &str) -> &str {
        self.told.pointer(pointer).and_then(Value::as_str).expect("it is told")
    }

    /// Comes in by the owner's link; what the cookie holds.
    async fn enter(&self, browser: &Caller) -> String {
        let entered = browser.get(self.at("/office_links/owner")).await.expect(303);
        assert_eq!(entered.header("location"), "/office/today");
        entered.header("set-cookie").split(';').next().expect("a cookie").to_owned()
    }
}

impl Drop for Interactive {
    fn drop(&mut self) {
        // By its own end it takes its folder along.
        let _ = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status();
        let ended = self.process.wait();
        assert!(std::thread::panicking() || ended.is_ok_and(|status| status.success()));
    }
}

#[tokio::test]
async fn a_person_finds_a_month_behind_the_counter() {
    let demo = Interactive::start(&[]);
    let shop = Caller::new(demo.at("/api"), Some(demo.at("/api_key")));

    let days = shop.get("/v1/reports/days").await.expect(200).json();
    let mut dates: Vec<&str> =
        days["data"].as_array().unwrap().iter().filter_map(|line| line["day"].as_str()).collect();
    dates.dedup();
    assert!((28..=31).contains(&dates.len()), "{dates:?}");

    // The clock is right again: what was made just now was made today, by the machine's clock.
    let newest = &shop.get("/v1/orders?limit=1").await.expect(200).json()["data"][0];
    let made: jiff::Timestamp = newest["created_at"].as_str().unwrap().parse().unwrap();
    let folder = std::fs::metadata(format!("/proc/{}", demo.process.id())).unwrap().modified().unwrap();
    let began = jiff::Timestamp::try_from(folder).unwrap();
    assert!((made.as_second() - began.as_second()).abs() < 600, "{made} {began}");

    let browser = Caller::new(demo.at("/api"), None);
    let cookie = demo.enter(&browser).await;
    let signed = [("cookie", cookie.as_str())];
    let today = browser.send("GET", "/office/today", &signed, Vec::new()).await.expect(200).text();
    for shown in ["id=\"need\"", "id=\"c-DZD\"", "id=\"c-XOF\"", "/comptabilite", "data-live"] {
        assert!(today.contains(shown), "{shown}: {today}");
    }
    let needs = browser.send("GET", "/office/needs-you", &signed, Vec::new()).await.expect(200).text();
    let waiting = needs.matches("<article").count();
    assert!((3..=5).contains(&waiting), "{waiting} wait for a decision");
    let orders = browser.send("GET", "/office/orders", &signed, Vec::new()).await.expect(200).text();
    assert_eq!(orders.matches("class=\"ref\"").count(), 20, "a whole page");

    // The link has served: whoever comes by it now is not let in.
    let again = browser.get(demo.at("/office_links/owner")).await.expect(303);
    assert_eq!((again.header("location"), again.header("set-cookie")), ("/office/sign-in", ""));
}

#[tokio::test]
async fn a_page_hears_that_something_changed_and_the_stop_waits_for_no_page() {
    let demo = Interactive::start(&["--empty"]);
    let (shop, browser) =
        (Caller::new(demo.at("/api"), Some(demo.at("/api_key"))), Caller::new(demo.at("/api"), None));
    let cookie = demo.enter(&browser).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let live = client.get(format!("{}/live", demo.at("/office"))).header("cookie", &cookie);
    let mut told = live.send().await.unwrap();
    assert_eq!(told.headers()["content-type"], "text/event-stream");
    let first = String::from_utf8(told.chunk().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(first.starts_with("retry: 3000\nid: evt_") && !first.contains("event:"), "{first}");
    shop.order(&serde_json::json!({ "reference": "heard", "amount": 125_000, "currency": "DZD" })).await;
    let second = String::from_utf8(told.chunk().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(second.starts_with("id: evt_") && second.contains("\nevent: changed\n"), "{second}");

    // As many pages as one operator may have, and one more.
    let mut open = vec![told];
    let status = loop {
        let live = client.get(format!("{}/live", demo.at("/office"))).header("cookie", &cookie);
        let answer = live.send().await.unwrap();
        match answer.status().as_u16() {
            200 => open.push(answer),
            status => break status,
        }
    };
    assert_eq!((open.len(), status), (6, 429));

    let _ = Command::new("kill").args(["-TERM", &demo.process.id().to_string()]).status();
    for mut told in open {
        while told.chunk().await.expect("it ends as an answer should").is_some() {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_server_has_a_way_in_without_a_password() {
    let server = TestServer::start("no-entrance").await;
    let answer = Caller::new(&server.base_url, None).get("/office/enter/goe_whatever").await.expect(404);
    assert_eq!(answer.header("set-cookie"), "");
}

#[test]
fn tampering_is_for_plays_only() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_guichet")).args(["demo", "--tamper", "paid"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
