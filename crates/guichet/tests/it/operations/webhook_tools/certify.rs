//! `guichet webhook certify` is content with a good handler, and finds each defect of a bad one.

use serde_json::Value;

use super::handler::{Defect, SECRET, open};
use crate::support::inbox::Inbox;
use crate::support::program::run;
use crate::support::scratch::scratch;

/// Runs it on the handler at that address: how it ended, and the cases that it was not content with.
fn certify(url: &str, patience_s: &str) -> (Option<i32>, Vec<String>) {
    let (hook, count) = (format!("{url}/hook"), format!("{url}/count/{{reference}}"));
    let allowed = ["--allow-network", "127.0.0.0/8"];
    let arguments = [
        "webhook",
        "certify",
        &hook,
        "--secret",
        SECRET,
        "--count",
        &count,
        "--patience",
        patience_s,
        "--json",
    ];
    let output = run(&scratch("certify"), &[&arguments[..], &allowed].concat());
    let said = String::from_utf8_lossy(&output.stdout);
    let found: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert!(found.len() >= 26, "{said}{}", String::from_utf8_lossy(&output.stderr));
    let bad = found.iter().filter(|found| found["good"] == false);
    (output.status.code(), bad.map(|found| found["case"].as_str().expect("a name").to_owned()).collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_good_handler_is_found_good_and_each_defect_is_found() {
    let forged = [
        "forged",
        "altered",
        "another identifier",
        "another time",
        "no signature",
        "no headers",
        "empty signature",
        "another version",
        "old",
        "early",
        "no time",
    ];
    let table: [(Defect, &[&str]); 19] = [
        (Defect::None, &[]),
        (Defect::Believes, &forged),
        (Defect::AnyTime, &["old", "early"]),
        (Defect::AnyIdentifier, &["another identifier"]),
        (Defect::OneSignature, &["rotation"]),
        (Defect::AnyVersion, &["another version"]),
        (Defect::Rewrites, &["altered", "languages", "white space", "no JSON"]),
        (Defect::Forgetful, &["duplicates", "duplicates at once"]),
        (Defect::RefusesRepetitions, &["duplicates", "duplicates at once"]),
        (Defect::InOrder, &["paid"]),
        (Defect::OnPayment, &["reordering", "not paid"]),
        (Defect::KnownTypes, &["unknown type"]),
        (Defect::KnownMembers, &["unknown members"]),
        (Defect::Small, &["big"]),
        (Defect::Breaks, &["no JSON"]),
        (Defect::NeedsData, &["nothing in it"]),
        (Defect::Hangs, &["not paid"]),
        (Defect::Gone, &forged),
        (Defect::Moved, &["paid"]),
    ];
    for (defect, expected) in table {
        let url = open(defect).await;
        let (code, found) = certify(&url, if defect == Defect::Hangs { "3" } else { "15" });
        assert_eq!(code, Some(i32::from(!expected.is_empty())), "{defect:?}: {found:?}");
        // Much is wrong then; what is looked for is among it.
        let much = [Defect::Believes, Defect::InOrder, Defect::Moved, Defect::Rewrites, Defect::Hangs]
            .contains(&defect);
        match much {
            true => assert!(
                expected.iter().any(|case| found.iter().any(|found| found == case)),
                "{defect:?}: {found:?}"
            ),
            false => assert_eq!(found, expected, "{defect:?}"),
        }
    }
}

/// A handler that fails at first is tried again, as the server does it, and is good when it takes it then.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_it_answers_with_5xx_is_sent_again() {
    for (failures, good) in [(2, true), (3, false)] {
        let inbox = Inbox::open().await;
        inbox.answer_next((0..failures).map(|_| (503, Vec::new())));
        let arguments = [
            "webhook",
            "certify",
            &inbox.url,
            "--secret",
            SECRET,
            "--json",
            "--allow-network",
            "127.0.0.0/8",
        ];
        let output = run(&scratch("certify-again"), &arguments);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let first: Value = serde_json::from_str(said.lines().next().expect("a line")).expect("JSON");
        assert_eq!((&first["case"], first["good"] == true), (&"paid".into(), good), "{first}");
        let letters = inbox.letters();
        let tries = 3;
        assert!(letters[..tries].iter().all(|letter| letter.body == letters[0].body));
        assert!(first["came"].as_str().is_some_and(|came| came.contains("at try 3")), "{first}");
    }
}

#[test]
fn it_goes_nowhere_that_is_not_allowed() {
    let directory = scratch("certify-reach");
    for (url, more, why) in [
        ("http://127.0.0.1:9/hook", &[][..], "private network"),
        ("http://169.254.169.254/latest", &["--allow-network", "127.0.0.0/8"], "private network"),
        ("ftp://shop.example/hook", &[], "https://"),
        ("https://shop.example/hook", &["--count", "http://10.0.0.1/{reference}"], "private network"),
    ] {
        let output = run(&directory, &[&["webhook", "certify", url, "--secret", SECRET][..], more].concat());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(1) && said.contains(why), "{url}: {said}");
    }
    let output = run(&directory, &["webhook", "certify", "https://shop.example/hook", "--secret", "x"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("a signing secret is whsec_"));
}
