//! The days of the people of a shop in a real browser: with and without JavaScript, in three languages, by day and by night. The walks are
//! in `browser/office.mjs`; this invites those who walk.

use guichet_core::Environment;
use guichet_server::store::Role;
use serde_json::json;

use super::operator::invited;
use crate::browser::{dressed, walk_on};
use crate::front::shop::{Front, selling};
use crate::support::test_server::TestServer;

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

#[tokio::test(flavor = "multi_thread")]
async fn the_people_of_a_shop_do_their_days_work() {
    let server = TestServer::start("office-walks").await;
    server.declare(selling(dressed(&server))).await;
    for customer in ["amel@example.com", "zoe@example.com"] {
        let front = Front::of(&server, "alger", Environment::Test).await;
        front.customer(customer).await.orders("cash", 14).await;
    }
    let key = server.shop().await.key.expect("a key");
    let links = json!({
        "owner": links(&server, Role::Owner, 6).await,
        "accountant": links(&server, Role::Accountant, 2).await,
        "clerk": links(&server, Role::Clerk, 6).await,
        "developer": links(&server, Role::Developer, 2).await,
    });
    walk_on(&server, "office.mjs", key, vec![("LINKS", links.to_string())]).await;
}
