//! What strangers can make a server write into its log: a line a minute for each account, and how many there were.

use guichet_core::Environment;
use serde_json::{Value, json};

use crate::support::call::Caller;
use crate::support::database::Database;
use crate::support::program::{ServerProcess, succeed};
use crate::support::scratch::scratch;
use crate::support::shop_file::{Account, Merchant, NOWHERE, ShopFile};

/// How many notifications each account is sent.
const FLOODS: [(&str, u64); 2] = [("wallet", 2_000), ("till", 3)];

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_forged_notifications_is_a_line_a_minute_for_each_account() {
    let directory = scratch("operations-flood");
    let shop = FLOODS.iter().fold(Merchant::named("abidjan"), |shop, (name, _)| {
        let secret = json!({ "api_key": "key", "api_client": "client", "account_id": "account", "webhook_secret": "whk_secret" });
        shop.account(Account::at("novasend", name, Environment::Test).url(NOWHERE).secret(secret))
    });
    ShopFile::from(shop).write_to(&directory);
    succeed(&directory, &["apply", "shop.toml"]);
    let server = ServerProcess::start(&directory, |_| {});
    let stranger = Caller::new(&server.base_url, None);
    let rows = Database::of(&directory);
    let mut accounts = Vec::new();
    for (name, times) in FLOODS {
        let sql = format!("SELECT id FROM gateway_accounts WHERE name = '{name}'");
        let id = rows.rows(&sql, |row| row.get::<String>(0)).remove(0);
        for _ in 0..times {
            stranger.post(&format!("/callbacks/novasend/{id}"), &json!({ "id": "x" })).await.expect(200);
        }
        accounts.push((id, times));
    }
    server.terminate();
    let (well, log) = server.ended();
    assert!(well, "{log}");
    let lines: Vec<Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let moment = |line: &Value| line["timestamp"].as_str().and_then(|at| at.parse::<jiff::Timestamp>().ok());
    let took_s = moment(&lines[lines.len() - 1]).expect("a time").as_second()
        - moment(&lines[0]).expect("a time").as_second();
    let most = 2 + 2 * usize::try_from(took_s / 60).expect("a time");
    for (id, times) in accounts {
        let of = |line: &&Value| {
            let message = line["message"].as_str().unwrap_or_default();
            line["account"] == id.as_str() && message.contains("not signed by the gateway")
        };
        let theirs: Vec<&Value> = lines.iter().filter(of).collect();
        let left_out: u64 = theirs.iter().filter_map(|line| line["left_out"].as_u64()).sum();
        assert!(
            !theirs.is_empty() && theirs.len() <= most,
            "{} lines within {took_s} s: {theirs:?}",
            theirs.len()
        );
        assert_eq!(theirs.len() as u64 + left_out, times, "none is forgotten: {theirs:?}");
    }
}

/// A proxy on the same machine is not believed unless it is named, and the log says what to do.
#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_is_not_named_is_told_of_once() {
    for (named, expected) in [(false, 1), (true, 0)] {
        let server = ServerProcess::start(&scratch("operations-proxy"), |command| {
            if named {
                command.args(["--trusted-proxy", "127.0.0.1"]);
            }
        });
        let visitor = Caller::new(&server.base_url, None);
        for _ in 0..20 {
            visitor
                .send("GET", "/healthz", &[("x-forwarded-for", "203.0.113.9")], Vec::new())
                .await
                .expect(200);
        }
        let log = server.log();
        let lines = log.lines().filter(|line| line.contains("name it with --trusted-proxy")).count();
        // The last of 20 answers came after the first was noted, but the log is written behind it.
        server.terminate();
        let (_, whole) = server.ended();
        let whole = whole.lines().filter(|line| line.contains("name it with --trusted-proxy")).count();
        assert!(
            lines <= whole && whole <= 2 * expected && whole >= expected,
            "{named}: {whole} lines: {log}"
        );
    }
}
