//! The pages as customers meet them: a real browser walks from checkout through the sandbox's page
//! to the status page, in three languages, with and without JavaScript, by keyboard, and axe-core
//! looks for what keeps people out. The walks are in `run.mjs`, those through the demo's front in
//! `front.mjs`, those back to shops of every vendor in `returns.mjs`; `looks.mjs` looks at every page, and
//! `quiet.mjs` counts what waiting costs. This starts what they walk through.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use guichet_core::Environment;
use serde_json::json;

use crate::checkout::abidjan;
use crate::oneentry::control;
use crate::support::program::guichet;
use crate::support::shop_file::{self, Account, Merchant};
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

/// Lets a script walk on that server.
pub(crate) async fn walk_on(
    server: &TestServer,
    script: &'static str,
    key: String,
    more: Vec<(&'static str, String)>,
) {
    let mut settings =
        vec![("GUICHET", server.base_url.clone()), ("SANDBOX", server.sandbox_url.clone()), ("KEY", key)];
    settings.extend(more);
    let walked = tokio::task::spawn_blocking(move || {
        let settings: Vec<(&str, &str)> =
            settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        walk(script, &settings);
    });
    walked.await.expect("every walk went well");
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_walk_through() {
    let server = TestServer::start("browser").await;
    let key = server.shop().await.key.expect("a key");
    server.declare(abidjan(&server.sandbox_url).country("CI")).await;
    let francs = server.caller("abidjan", Environment::Test).await.key.expect("a key");
    walk_on(&server, "run.mjs", key, vec![("FRANCS", francs)]).await;
}

/// The shop `alger` as it shows itself: in a colour of its own, with a logo, and reached in three ways.
pub(crate) fn dressed(server: &TestServer) -> Merchant {
    let logo = "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9IjAgMCA4IDgiPjxjaXJjbGUgY3g9IjQiIGN5PSI0IiByPSI0IiBmaWxsPSIjN2ExZjNkIi8+PC9zdmc+";
    shop_file::alger(&server.sandbox_url).time_zone("Africa/Algiers").pages(json!({
        "phone": "+213555000001", "whatsapp": "+213555000002", "email": "librairie@alger.example",
        "logo": logo, "color": "#7a1f3d",
    }))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_can_be_read_by_everybody() {
    let server = TestServer::start("browser-looks").await;
    server.declare(dressed(&server)).await;
    let key = server.shop().await.key.expect("a key");
    walk_on(&server, "looks.mjs", key, Vec::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_costs_next_to_nothing() {
    let server = Arc::new(TestServer::start("browser-quiet").await);
    let key = server.shop().await.key.expect("a key");
    let control = control::open(&server).await;
    walk_on(&server, "quiet.mjs", key, vec![("CONTROL", control)]).await;
}

/// A merchant whose shops were written for every vendor, each paid through another gateway.
fn market(sandbox_url: &str) -> Merchant {
    let account = |gateway: &str, secret| {
        Account::at(gateway, gateway, Environment::Test).url(sandbox_url).secret(secret)
    };
    let cinetpay =
        json!({ "api_key": "cp_market", "site_id": "445160", "secret_key": "secret_of_cp_market" });
    let novasend = json!({ "api_key": "ns_market", "api_client": "client", "webhook_secret": "whk" });
    Merchant::named("market")
        .title("Le Marché")
        .return_origin("shopapp://")
        .account(account("ocpay", json!({ "access_token": "sk_sandbox_market" })))
        .account(account("cinetpay", cinetpay))
        .account(account("novasend", novasend))
        .route(json!({ "currencies": ["DZD"], "accounts": ["ocpay"] }))
        .route(json!({ "countries": ["SN"], "accounts": ["cinetpay"] }))
        .route(json!({ "countries": ["CI"], "accounts": ["novasend"] }))
}

#[tokio::test(flavor = "multi_thread")]
async fn shops_that_check_only_on_return_know_how_it_ended() {
    let server = TestServer::start("browser-returns").await;
    server.declare(market(&server.sandbox_url)).await;
    let mut credentials = json!({});
    for dialect in ["ocpay", "cinetpay", "novasend"] {
        let made = server.node().create_credential("market", Environment::Test, dialect, None).await;
        let parts: HashMap<&str, String> = made.expect("a credential").into_iter().collect();
        credentials[dialect] = json!(parts);
    }
    let key = server.caller("market", Environment::Test).await.key.expect("a key");
    walk_on(&server, "returns.mjs", key, vec![("CREDENTIALS", credentials.to_string())]).await;
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

/// A running demo without the month before, and where its parts are.
fn demo() -> (Demo, serde_json::Value) {
    let anywhere = ["--listen", "--sandbox-listen", "--shop-listen"].map(|option| [option, "127.0.0.1:0"]);
    let mut command = guichet(Path::new(env!("CARGO_TARGET_TMPDIR")));
    command.args(["demo", "--json", "--empty"]).args(anywhere.as_flattened()).stdout(Stdio::piped());
    let mut demo = Demo(command.spawn().expect("the demo starts"));
    let mut line = String::new();
    BufReader::new(demo.0.stdout.take().expect("a pipe"))
        .read_line(&mut line)
        .expect("it says what to click");
    (demo, serde_json::from_str(&line).expect("JSON"))
}

#[test]
fn the_story_is_followed_in_every_language() {
    let (_demo, told) = demo();
    let at = |name: &str| told[name].as_str().expect(name);
    let addresses =
        [("GUICHET", at("api")), ("SANDBOX", at("sandbox")), ("FRONT", at("front")), ("STORY", at("story"))];
    walk("story.mjs", &addresses);
}

#[test]
fn customers_walk_through_the_demos_front() {
    let (_demo, told) = demo();
    let at = |name: &str| told[name].as_str().expect(name);
    walk("front.mjs", &[("GUICHET", at("api")), ("SANDBOX", at("sandbox")), ("FRONT", at("front"))]);
}
