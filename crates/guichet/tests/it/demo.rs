//! The demo as a person runs it: the executable, its exit code and what it prints. Every scenario
//! must end as it must, and every one whose world lies must be found out.

use std::process::{Command, Output};

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

#[test]
fn tampering_is_for_plays_only() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_guichet")).args(["demo", "--tamper", "paid"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
