//! The pages as customers meet them: a real browser walks from checkout through the sandbox's page
//! to the status page, in three languages, with and without JavaScript, by keyboard, and axe-core
//! looks for what keeps people out. The walks are in `run.mjs`, those through the demo's front in
//! `front.mjs`; this starts what they walk through.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::support::program::guichet;
use crate::support::test_server::TestServer;

/// Lets the walks of that script be walked, with these settings.
fn walk(script: &str, settings: &[(&str, &str)]) {
    let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("test-tools");
    let missing =
        "target/test-tools/node_modules is missing: run ./test once, it installs what the tests need";
    assert!(tools.join("node_modules/playwright-core").exists(), "{missing}");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/browser").join(script);
    let mut command = Command::new("node");
    command.arg(script).env("TEST_TOOLS", &tools).stdin(Stdio::null());
    let output = command.envs(settings.iter().copied()).output().expect("node starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    println!("{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_walk_through() {
    let server = TestServer::start("browser").await;
    let key = server.shop().await.key.expect("a key");
    let settings =
        [("GUICHET", server.base_url.clone()), ("SANDBOX", server.sandbox_url.clone()), ("KEY", key)];
    let walked = tokio::task::spawn_blocking(move || {
        walk("run.mjs", &settings.each_ref().map(|(name, value)| (*name, value.as_str())));
    });
    walked.await.expect("every walk went well");
}

/// `guichet demo`, ended when dropped.
struct Demo(Child);

impl Drop for Demo {
    fn drop(&mut self) {
        // By its own end it takes its folder along.
        let _ = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        let _ = self.0.wait();
    }
}

#[test]
fn customers_walk_through_the_demos_front() {
    let anywhere = ["--listen", "--sandbox-listen", "--shop-listen"].map(|option| [option, "127.0.0.1:0"]);
    let mut command = guichet(Path::new(env!("CARGO_TARGET_TMPDIR")));
    command.args(["demo", "--json"]).args(anywhere.as_flattened()).stdout(Stdio::piped());
    let mut demo = Demo(command.spawn().expect("the demo starts"));
    let mut line = String::new();
    BufReader::new(demo.0.stdout.take().expect("a pipe"))
        .read_line(&mut line)
        .expect("it says what to click");
    let told: serde_json::Value = serde_json::from_str(&line).expect("JSON");
    let at = |name: &str| told[name].as_str().expect(name);
    walk("front.mjs", &[("GUICHET", at("api")), ("SANDBOX", at("sandbox")), ("FRONT", at("front"))]);
}
