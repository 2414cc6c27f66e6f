//! Webhooks go to the public Internet only, unless the operator allows more.

use guichet_server::Reach;
use serde_json::json;

use super::{announced, deliveries};
use crate::support::inbox::Inbox;
use crate::support::shop_file::{Endpoint, Merchant};
use crate::support::test_server::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn a_private_address_is_refused_in_every_spelling() {
    let server = TestServer::start_with("webhook-private", Reach::default()).await;
    let shop = server.shop().await;
    let inbox = Inbox::open().await;
    let port = inbox.url.rsplit(':').next().expect("a port").trim_end_matches("/hook").to_owned();
    let hosts = [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "10.0.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "[fd00::1]",
        "[fe80::1]",
        "１２７.0.0.1",
    ];
    for host in hosts {
        let wanted = json!({ "url": format!("http://{host}:{port}/hook") });
        let problem = shop.post("/v1/webhook_endpoints", &wanted).await.expect(422).json();
        assert_eq!((&problem["code"], &problem["field"]), (&json!("url_invalid"), &json!("url")), "{host}");
        let endpoint = Endpoint::at(&format!("http://{host}:{port}/hook"), &["*"]);
        let declared = server.try_declare(Merchant::named("alger").endpoint(endpoint)).await;
        assert!(declared.is_err(), "{host} was declared");
    }
    announced(&server, &shop, "one").await;
    assert!(inbox.letters().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_leads_inside_is_never_connected_to() {
    let server = TestServer::start_with("webhook-name", Reach::default()).await;
    let shop = server.shop().await;
    let inbox = Inbox::open().await;
    let url = inbox.url.replace("127.0.0.1", "localhost");
    shop.post("/v1/webhook_endpoints", &json!({ "url": url, "events": ["order.created"] })).await.expect(201);
    let order = announced(&server, &shop, "one").await;
    let log = deliveries(&shop, &order).await;
    let outcome = log[0]["attempts"][0]["outcome"].as_str().unwrap_or_default();
    assert!(outcome.contains("private network"), "{log:?}");
    assert!(inbox.letters().is_empty());
}
