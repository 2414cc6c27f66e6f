//! The days of the people of a shop in a real browser: with and without JavaScript, in three languages, by day and by night. The walks are
//! in `browser/office.mjs` and `browser/office-looks.mjs`; this invites those who walk.

use std::time::Duration;

use guichet_core::Environment;
use guichet_sandbox::Action;
use guichet_server::store::Role;
use serde_json::{Value, json};

use super::operator::invited;
use crate::browser::{dressed, walk_on};
use crate::front::shop::{Front, selling};
use crate::support::call::{Caller, text};
use crate::support::shop_file::Account;
use crate::support::test_server::TestServer;

/// Between two days on which something is sold.
const A_DAY: Duration = Duration::from_secs(26 * 3600);

/// The links by which so many come in who are that in the shop.
async fn links(server: &TestServer, role: Role, count: usize) -> Vec<String> {
    let mut links = Vec::new();
    for number in 0..count {
        let login = format!("{}-{number}", role.as_str());
        let link = invited(server, &login, role, Some("alger"), true).await;
        links.push(format!("{}{link}", server.base_url));
    }
    links
}

/// Orders that are paid on one day, one of them paid back in part, and one that nobody paid.
async fn sell(server: &TestServer, caller: &Caller, day: usize) {
    for (number, amount, back) in [(0, 250_000, 0), (1, 1_234_500, 99_950), (2, 87_600, 0)] {
        let order = json!({
            "reference": format!("S-{day}-{number}"), "amount": amount, "currency": "DZD", "gateway": "ocpay",
        });
        let made = caller.order(&order).await;
        server.sandbox.act(&text(&made, "/payments/0/reference"), Action::Pay).expect("the link is open");
        let id = text(&made, "/id");
        caller.press(&format!("/v1/orders/{id}/check")).await.expect(200);
        if back > 0 {
            let refund = json!({ "amount": back, "method": "cash", "reason": "Torn." });
            caller.post(&format!("/v1/orders/{id}/refunds"), &refund).await.expect(200);
        }
    }
}

/// A customer signs up at the shop's front and orders something.
async fn come_by(server: &TestServer, customer: &str) {
    let front = Front::of(server, "alger", Environment::Test).await;
    front.customer(customer).await.orders("cash", 14).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_people_of_a_shop_do_their_days_work() {
    let server = TestServer::start("office-walks").await;
    server.declare(selling(dressed(&server))).await;
    let caller = server.caller("alger", Environment::Test).await;
    for day in 0..2 {
        sell(&server, &caller, day).await;
        server.pass(A_DAY).await;
    }
    for customer in ["amel@example.com", "zoe@example.com"] {
        come_by(&server, customer).await;
    }
    let links = json!({
        "owner": links(&server, Role::Owner, 5).await,
        "accountant": links(&server, Role::Accountant, 2).await,
        "clerk": links(&server, Role::Clerk, 5).await,
        "developer": links(&server, Role::Developer, 2).await,
    });
    walk_in(&server, "office.mjs", caller, &links, 2 * A_DAY).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_can_read_every_screen() {
    let server = TestServer::start("office-looks").await;
    let secret = json!({ "api_key": "key-of-cinetpay", "site_id": "445160", "secret_key": "secret" });
    let francs = Account::at("cinetpay", "francs", Environment::Test).url(&server.sandbox_url).secret(secret);
    server.declare(selling(dressed(&server)).account(francs)).await;
    let caller = server.caller("alger", Environment::Test).await;
    sell(&server, &caller, 0).await;
    come_by(&server, "amel@example.com").await;
    let links = json!({ "owner": links(&server, Role::Owner, 2).await });
    walk_in(&server, "office-looks.mjs", caller, &links, Duration::ZERO).await;
}

/// Lets those who have these links walk, by clocks that are so far ahead of the machine's.
async fn walk_in(server: &TestServer, script: &'static str, caller: Caller, links: &Value, ahead: Duration) {
    let key = caller.key.expect("a key");
    let settings = vec![("LINKS", links.to_string()), ("AHEAD_MS", ahead.as_millis().to_string())];
    walk_on(server, script, key, settings).await;
}
