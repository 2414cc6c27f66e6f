//! The pages as customers meet them: a real browser walks from checkout through the sandbox's page
//! to the status page, in three languages, with and without JavaScript, by keyboard, and axe-core
//! looks for what keeps people out. The walks are in `run.mjs`; this starts what they walk through.

#[path = "../support/mod.rs"]
mod support;

use std::path::Path;
use std::process::{Command, Stdio};

use support::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn customers_walk_through() {
    let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("test-tools");
    let missing =
        "target/test-tools/node_modules is missing: run ./test once, it installs what the tests need";
    assert!(tools.join("node_modules/playwright-core").exists(), "{missing}");
    let house = House::open("browser").await;
    let shop = house.shop().await;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/run.mjs");
    let mut command = Command::new("node");
    command
        .arg(script)
        .env("TEST_TOOLS", &tools)
        .env("GUICHET", &house.base_url)
        .env("SANDBOX", &house.sandbox_url)
        .env("KEY", shop.key.expect("a key"))
        .stdin(Stdio::null());
    let walked = tokio::task::spawn_blocking(move || command.output()).await.expect("it runs");
    let output = walked.expect("node starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    println!("{said}");
}
