//! What is loaded down, opened by a foreign library as an accountant's own tools do: its sums are those of the book, and what customers
//! typed stays text.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use guichet_core::Environment;
use guichet_sandbox::Action;
use guichet_server::store::Role;
use serde::Deserialize;
use serde_json::{Value, json};

use super::operator::{Operator, shop};
use crate::support::call::{Caller, text};
use crate::support::test_server::TestServer;

const NAME: &str = "=HYPERLINK(\"https://thief.example\",\"Refund\")";
const DAY_MS: i64 = 24 * 3_600_000;

/// A file as the library reads it.
#[derive(Debug, Deserialize)]
struct Opened {
    rows: Vec<Value>,
    kinds: Vec<String>,
    links: u64,
}

/// Reads files with the libraries of `exports.py`.
fn opened(server: &TestServer, names: &[&str]) -> Vec<Opened> {
    let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("test-tools");
    let python = tools.join("venv/bin/python3");
    assert!(
        python.exists(),
        "target/test-tools/venv is missing: run ./test once, it installs what the tests need"
    );
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/office/exports.py");
    let output = Command::new(python).arg(script).args(names).current_dir(server.directory()).output();
    let output = output.expect("python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Money of two decimals as a file has it, in minor units; nothing counts as none.
fn minor(row: &Value, column: &str) -> i64 {
    let written = row[column].as_str().unwrap_or_else(|| panic!("no column {column}: {row}"));
    let (sign, digits) = written.strip_prefix('-').map_or((1, written), |digits| (-1, digits));
    if digits.is_empty() {
        return 0;
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let minor: i64 =
        format!("{whole}{fraction:0<2}").parse().unwrap_or_else(|error| panic!("{written}: {error}"));
    sign * minor
}

fn sum(file: &Opened, column: &str) -> i64 {
    file.rows.iter().map(|row| minor(row, column)).sum()
}

/// It is noon: what is done within a test is of one day.
async fn noon(server: &TestServer) -> String {
    let now_ms = server.clock.now_ms();
    let wait_ms = (DAY_MS + DAY_MS / 2 - now_ms.rem_euclid(DAY_MS)) % DAY_MS;
    server.pass(Duration::from_millis(wait_ms.unsigned_abs())).await;
    guichet_server::clock::rfc3339(server.clock.now_ms())[..10].to_owned()
}

async fn order(caller: &Caller, reference: &str, amount: i64, gateway: &str) -> Value {
    let payer = json!({ "given_name": NAME, "phone": "+213551234567", "email": "karim@example.com" });
    caller
        .order(&json!({ "reference": reference, "amount": amount, "currency": "DZD", "gateway": gateway, "payer": payer }))
        .await
}

/// Orders that are paid, paid back in part, and not paid.
async fn sell(server: &TestServer, caller: &Caller) {
    for (reference, amount, back) in
        [("E-1", 250_000, 0), ("=1+1", 123_400, 23_450), ("E-3", 999_900, 999_900)]
    {
        let made = order(caller, reference, amount, "ocpay").await;
        server.sandbox.act(&text(&made, "/payments/0/reference"), Action::Pay).expect("the link is open");
        let id = text(&made, "/id");
        caller.press(&format!("/v1/orders/{id}/check")).await.expect(200);
        if back > 0 {
            let refund = json!({ "amount": back, "method": "cash", "reason": "Torn." });
            caller.post(&format!("/v1/orders/{id}/refunds"), &refund).await.expect(200);
        }
    }
    order(caller, "E-4", 777_700, "ocpay").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_loaded_down_has_the_sums_of_the_book_and_no_formula() {
    let server = TestServer::start("office-exports").await;
    let day = noon(&server).await;
    let caller = server.caller("alger", Environment::Test).await;
    sell(&server, &caller).await;
    let accountant = Operator::come(&server, Role::Accountant, Some("alger")).await;
    accountant.look_at_test().await;
    let merchant = shop(&server, "alger");
    let names = ["orders.csv", "orders.xlsx", "book.csv", "book.xlsx"];
    for name in names {
        let path = match name.split_once('.').expect("a kind") {
            ("orders", kind) => format!("/office/orders/export.{kind}"),
            (_, kind) => format!("/office/day-book/{merchant}/{day}/export.{kind}"),
        };
        let file = accountant.get(&path).await.expect(200);
        assert_eq!(file.header("cache-control"), "no-store");
        std::fs::write(server.directory().join(name), &file.bytes).expect("written");
    }
    let book = caller.get(&format!("/v1/reports/days?from={day}&to={day}")).await.expect(200).json();
    let kept = |pointer: &str| book["data"][0].pointer(pointer).and_then(Value::as_i64).expect("a number");
    assert_eq!(book["data"].as_array().map(Vec::len), Some(1), "one account, one currency: {book}");
    let (paid, refunded, net) =
        (kept("/paid/amount/amount"), kept("/refunds/amount/amount"), kept("/net/amount"));
    assert_eq!((paid, refunded, net), (1_373_300, 1_023_350, 349_950));
    let files = opened(&server, &names);
    for (file, name) in files.iter().zip(names) {
        assert_eq!((sum(file, "Refunded"), sum(file, "Net")), (refunded, net), "{name}");
        if name.starts_with("book") {
            assert_eq!(
                (sum(file, "Paid"), file.rows[0]["Net in minor units"].as_str()),
                (paid, Some("349950"))
            );
            continue;
        }
        let came: i64 =
            file.rows.iter().filter(|row| row["Status"] == "paid").map(|row| minor(row, "Amount")).sum();
        assert_eq!((file.rows.len(), came), (4, paid), "{name}");
        let apostrophe = if name.ends_with("csv") { "'" } else { "" };
        for row in &file.rows {
            assert_eq!(row["Customer"], format!("{apostrophe}{NAME}"), "{name}");
        }
        assert!(file.rows.iter().any(|row| row["Reference"] == format!("{apostrophe}=1+1")), "{name}");
    }
    for file in [&files[1], &files[3]] {
        // Numbers and texts: “f” would be a formula.
        assert!(
            file.kinds.iter().all(|kind| ["n", "s", "inlineStr"].contains(&kind.as_str())),
            "{:?}",
            file.kinds
        );
        assert_eq!(file.links, 0);
    }
}
