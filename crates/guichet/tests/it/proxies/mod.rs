//! The examples in `packaging/proxy` as they stand, run by the real proxies in front of a real server: only the names of
//! hosts and files are replaced.

mod proxy;
mod visitor;

use serde_json::{Value, json};

use crate::customers::front::project;
use crate::support::call::text;
use crate::support::program::{ServerProcess, succeed};
use crate::support::scratch::scratch;
use crate::support::shop_file::{ShopFile, alger};
use crate::support::test_server::{acquirer, order};
use proxy::{Kind, Proxy, Site};
use visitor::Visitor;

/// More guesses than one address has at once.
const GUESSES: usize = 40;

/// A server behind a proxy, and what its shop holds.
struct Shop {
    _server: ServerProcess,
    proxy: Proxy,
    key: String,
    app_token: String,
}

impl Shop {
    async fn open(kind: Kind, site: Site) -> Shop {
        let (_, gateway) = acquirer(&guichet_server::Clock::default()).await;
        let directory = scratch(&format!("proxies-{}-{}", kind.name(), site.name()));
        ShopFile::from(alger(&gateway).project(project())).write_to(&directory);
        succeed(&directory, &["apply", "shop.toml"]);
        let key = |kind: &[&str]| {
            succeed(&directory, &[&["key", "create", "--merchant", "alger"], kind].concat()).trim().to_owned()
        };
        let (key, app_token) = (key(&[]), key(&["--publishable"]));
        let proxy = Proxy::prepare(kind, site, &directory);
        let server = ServerProcess::start(&directory, |command| {
            command.args(["--public-url", &proxy.public_url, "--trusted-proxy", "127.0.0.1"]);
        });
        let proxy = proxy.start(server.base_url.trim_start_matches("http://")).await;
        Shop { _server: server, proxy, key, app_token }
    }

    /// Somebody on the network whose address is that.
    fn visitor(&self, address: &str) -> Visitor {
        Visitor::at(address, &self.proxy)
    }
}

/// An order is made, its page leads to the gateway, and the way back leads to its status.
async fn is_paid_through(shop: &Shop) {
    let (till, customer) = (shop.visitor("127.0.0.2"), shop.visitor("127.0.0.3"));
    let bearer = format!("Bearer {}", shop.key);
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let wanted = json!({ "reference": "one", "amount": 250_000, "currency": "DZD" });
    let made = till.send("POST", "/v1/orders", &headers, &wanted.to_string()).await.expect(201);
    assert!(made.header("request-id").starts_with("req_"), "the request can be found by its id");
    let (checkout, status) = (text(&made.json(), "/checkout_url"), text(&made.json(), "/status_url"));
    for link in [&checkout, &status] {
        assert!(link.starts_with(&shop.proxy.public_url), "{link}");
    }
    let page = customer.get(&checkout).await.expect(200).text();
    let account = page.split("name=\"account\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let chosen = format!("account={}", account.expect("a way to pay"));
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let led = customer.send("POST", &checkout, &form, &chosen).await.expect(303);
    assert!(led.header("location").starts_with("http://127.0.0.1:"), "{}", led.header("location"));
    customer.get(&status).await.expect(200);
    customer.get(&format!("{status}/live")).await.expect(200);
}

/// A body that is too long is answered by the server, in its words; what is much too long by the proxy.
async fn long_bodies_are_refused_in_words(shop: &Shop) {
    let till = shop.visitor("127.0.0.2");
    let bearer = format!("Bearer {}", shop.key);
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let mut wanted = order("long", "Book");
    wanted["metadata"] = json!({ "basket": "x".repeat(200_000) });
    let refused = till.send("POST", "/v1/orders", &headers, &wanted.to_string()).await.expect(413);
    assert_eq!(refused.json()["code"], "body_too_large", "{}", refused.text());
}

/// What is for the operator's machines is not for everybody.
async fn numbers_are_not_shown(shop: &Shop) {
    let stranger = shop.visitor("127.0.0.3");
    let answer = stranger.get("/metrics").await.expect(404);
    assert!(!answer.text().contains("guichet_"), "{}", answer.text());
    stranger.get("/readyz").await.expect(200);
}

/// Guesses are counted by the address that called the proxy. What a visitor says about itself buys no new ones, and costs
/// nobody else theirs.
async fn guesses_are_counted_by_who_calls(shop: &Shop) {
    let guess = async |visitor: &Visitor, number: usize, forwarded: Option<&str>| {
        let data = [("email_reg", format!("user{number}@example.com")), ("password_reg", "guess".to_owned())];
        let data: Vec<Value> =
            data.iter().map(|(marker, value)| json!({ "marker": marker, "value": value })).collect();
        let mut headers =
            vec![("x-app-token", shop.app_token.as_str()), ("content-type", "application/json")];
        headers.extend(forwarded.map(|address| ("x-forwarded-for", address)));
        let path = "/api/content/users-auth-providers/marker/open/users/auth";
        visitor.send("POST", path, &headers, &json!({ "authData": data }).to_string()).await.status
    };
    let (guesser, other) = (shop.visitor("127.0.0.66"), shop.visitor("127.0.0.67"));
    let mut said = Vec::new();
    for number in 0..GUESSES {
        said.push(guess(&guesser, number, Some(&format!("203.0.113.{number}"))).await);
    }
    assert!(said.contains(&429), "another address in X-Forwarded-For is no other visitor: {said:?}");
    assert_eq!(guess(&other, GUESSES, None).await, 401, "one visitor's guesses are not another's");
}

async fn check(kind: Kind, site: Site) {
    let shop = Shop::open(kind, site).await;
    is_paid_through(&shop).await;
    long_bodies_are_refused_in_words(&shop).await;
    numbers_are_not_shown(&shop).await;
    guesses_are_counted_by_who_calls(&shop).await;
    if let Site::UnderPath = site {
        let front = shop.visitor("127.0.0.3").get(&format!("{}/", shop.proxy.origin)).await.expect(200);
        assert_eq!(front.text(), "the shop", "the shop's own pages are the proxy's");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn caddy_with_a_name_of_its_own() {
    check(Kind::Caddy, Site::OwnName).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn caddy_under_a_path() {
    check(Kind::Caddy, Site::UnderPath).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx_with_a_name_of_its_own() {
    check(Kind::Nginx, Site::OwnName).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nginx_under_a_path() {
    check(Kind::Nginx, Site::UnderPath).await;
}
