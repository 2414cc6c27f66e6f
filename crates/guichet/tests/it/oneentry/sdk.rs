//! Runs a script on one version of the SDK, as it came from the registry, and reads what it reports: a
//! line of JSON for every step.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use guichet_core::Environment;
use serde::Deserialize;

use crate::oneentry::{control, shops};
use crate::support::test_server::TestServer;

/// A version, and how it differs in what these tests look at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sdk {
    pub(crate) version: &'static str,
    /// The ways in which a shop may set it up.
    pub(crate) modes: &'static [&'static str],
    /// What becomes of errors as long as a shop says nothing about it.
    errors: &'static str,
}

/// The oldest is the one that the vendor's guide was written for; the newest validates answers.
pub(crate) const SDKS: [Sdk; 3] = [
    Sdk { version: "1.0.123", modes: &["default", "shell", "reject"], errors: "reject" },
    Sdk { version: "1.0.130", modes: &["default", "shell", "reject"], errors: "reject" },
    Sdk { version: "1.0.149", modes: &["default", "shell", "reject", "strict"], errors: "resolve" },
];

/// What a script says of one step.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    /// The SDK's version.
    pub(crate) version: String,
    /// How the shop has set it up.
    pub(crate) mode: String,
    /// The method, such as `Orders.createOrder`; of a step that is about none in particular, nothing.
    #[serde(default)]
    pub(crate) method: Option<String>,
    /// What became of it: `works`, `not offered`, `asks nothing`, or `exists` for every method there is.
    pub(crate) outcome: String,
    /// Whether it went as it should.
    pub(crate) ok: bool,
    /// What was tried, what the server said, or what went wrong.
    pub(crate) note: String,
}

/// The folder of what `./test` installs.
fn tools() -> PathBuf {
    let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("test-tools");
    let missing =
        "target/test-tools/node_modules is missing: run ./test once, it installs what the tests need";
    assert!(tools.join("node_modules/oneentry-1-0-149").exists(), "{missing}");
    tools
}

/// What a script is run against.
pub(crate) struct Target {
    /// Where Guichet is.
    pub(crate) guichet: String,
    /// Where the acquirer is.
    pub(crate) sandbox: String,
    /// Where the test's own endpoints are; empty where there are none.
    pub(crate) control: String,
    /// The publishable keys of the shop that sells in dinars and of the one that sells in dollars.
    pub(crate) keys: [String; 2],
}

/// A script beside this file, on a server of its own; what it reported.
pub(crate) async fn run(script: &str, sdk: Sdk) -> Vec<Line> {
    let server = Arc::new(TestServer::start("oneentry").await);
    shops::declare(&server, None).await;
    let key = |merchant| server.node().create_publishable_key(merchant, Environment::Test);
    let target = Target {
        guichet: server.base_url.clone(),
        sandbox: server.sandbox_url.clone(),
        control: control::open(&server).await,
        keys: [key("alger").await.expect("a key"), key("oran").await.expect("a key")],
    };
    run_on(&target, script, sdk).await
}

/// A script beside this file on that target; what it reported.
pub(crate) async fn run_on(target: &Target, script: &str, sdk: Sdk) -> Vec<Line> {
    let [dinars, dollars] = &target.keys;
    let mut command = Command::new("node");
    command
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/oneentry").join(script))
        .env("TEST_TOOLS", tools())
        .env("VERSION", sdk.version)
        .env("MODES", sdk.modes.join(" "))
        .env("ERRORS", sdk.errors)
        .env("GUICHET", &target.guichet)
        .env("SANDBOX", &target.sandbox)
        .env("CONTROL", &target.control)
        .env("DINARS", dinars)
        .env("DOLLARS", dollars)
        .stdin(Stdio::null());
    let ran = tokio::task::spawn_blocking(move || command.output()).await.expect("it runs");
    let output = ran.expect("node starts");
    let said = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} {script}: {}\n{said}\n{complaints}", sdk.version, output.status);
    let read = |line: &str| {
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}\n{complaints}"))
    };
    said.lines().map(read).collect()
}
