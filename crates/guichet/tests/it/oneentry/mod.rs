//! Shops written with OneEntry's SDK, which is installed from the registry and never touched: every
//! version in every mode walks through everything that it can do, and what it saw is the page of the
//! docs about it. Beside it, a browser pays as a customer would, and strangers try every endpoint.

pub(crate) mod control;
mod endpoints;
mod page;
mod program;
mod sdk;
mod shops;
mod walk;

use sdk::{Line, SDKS};

/// What went wrong, one thing a line.
fn wrong(lines: &[Line]) -> String {
    let bad = lines.iter().filter(|line| !line.ok);
    bad.map(|line| format!("{} {}: {}\n", line.version, line.mode, line.note)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_version_does_in_every_mode_what_the_page_says() {
    let [oldest, middle, newest] = SDKS.map(|sdk| sdk::run("run.mjs", sdk));
    let (oldest, middle, newest) = tokio::join!(oldest, middle, newest);
    let mut lines = [oldest, middle, newest].concat();
    for sdk in SDKS {
        lines.extend(sdk::run("differences.mjs", sdk).await);
    }
    assert!(wrong(&lines).is_empty(), "\n{}", wrong(&lines));
    page::agrees(&lines);
}

/// The same program as in production, set up by its own commands and on its own clock.
#[tokio::test(flavor = "multi_thread")]
async fn the_program_itself_serves_every_version() {
    let target = program::Program::start().await;
    for sdk in SDKS {
        let lines = sdk::run_on(&target.target, "program.mjs", sdk).await;
        assert!(wrong(&lines).is_empty(), "\n{}", wrong(&lines));
        assert!(lines.iter().any(|line| line.outcome == "walked"), "nobody walked");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_pays_in_a_browser() {
    let lines = sdk::run("browser.mjs", SDKS[2]).await;
    assert!(wrong(&lines).is_empty(), "\n{}", wrong(&lines));
    assert!(!lines.is_empty(), "nobody walked");
}
