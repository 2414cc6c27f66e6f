//! A server that is given no further descriptor: nothing is begun that would need one, no gateway is blamed, and it goes on
//! by itself once there are some again.

use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

use guichet_server::Clock;

use crate::support::call::{Caller, text};
use crate::support::program::{ServerProcess, run, succeed};
use crate::support::scratch::scratch;
use crate::support::shop_file::{ShopFile, two_shops};
use crate::support::test_server::{acquirer, plain_order};

/// As many as a gateway's breaker takes in a row before it opens, and one more.
const ORDERS: usize = 6;

/// An order that opens a payment at once.
fn by_card(reference: &str) -> Value {
    let mut order = plain_order(reference);
    order["account"] = json!("card");
    order
}

/// A way to that address that can be cut, with every connection that goes through it.
async fn way_to(url: &str) -> (String, AbortHandle) {
    let (upstream, listener) = (
        url.trim_start_matches("http://").to_owned(),
        TcpListener::bind("127.0.0.1:0").await.expect("a port"),
    );
    let address = listener.local_addr().expect("its address");
    let relaying = tokio::spawn(async move {
        let mut connections = JoinSet::new();
        while let Ok((mut near, _)) = listener.accept().await {
            let upstream = upstream.clone();
            connections.spawn(async move {
                let mut far = TcpStream::connect(upstream).await.expect("the sandbox");
                let _ended = tokio::io::copy_bidirectional(&mut near, &mut far).await;
            });
        }
    });
    (format!("http://{address}"), relaying.abort_handle())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_gateway_is_blamed_for_a_lack_of_descriptors() {
    let directory = scratch("operations-descriptors");
    let (_sandbox, sandbox_url) = acquirer(&Clock::default()).await;
    let (gateway_url, way) = way_to(&sandbox_url).await;
    ShopFile::from(two_shops(&gateway_url)).write_to(&directory);
    succeed(&directory, &["apply", "shop.toml"]);
    let key = succeed(&directory, &["key", "create", "--merchant", "alger"]);
    let server = ServerProcess::start(&directory, |_| {});
    let shop = Caller::new(&server.base_url, Some(key.trim()));
    let mut orders = Vec::new();
    for number in 0..ORDERS {
        orders.push(text(&shop.order(&by_card(&format!("order-{number}"))).await, "/id"));
    }
    way.abort();

    // The calls to the gateway need a new connection from now on, and this one is there already.
    server.limit_descriptors(Some(4));
    assert_eq!(shop.get("/readyz").await.expect(503).text(), "no descriptor is left for a connection\n");
    let refused = shop.post("/v1/orders", &by_card("refused")).await.expect(503);
    assert_eq!(text(&refused.json(), "/code"), "overloaded");
    assert!(!refused.header("retry-after").is_empty());
    for order in &orders {
        shop.press(&format!("/v1/orders/{order}/check")).await.expect(200);
    }
    server.limit_descriptors(None);

    assert_eq!(shop.get("/readyz").await.expect(200).text(), "ready\n");
    let known = shop.get("/v1/orders?reference=refused").await.expect(200).json();
    assert_eq!(known["data"].as_array().map(Vec::len), Some(0), "nothing was written: {known}");
    let told = String::from_utf8(run(&directory, &["doctor"]).stdout).expect("text");
    assert!(!told.contains("has been in trouble"), "{told}");
    let story = succeed(&directory, &["order", "explain", &orders[0]]);
    assert!(story.contains("server_out_of_descriptors"), "{story}");
}
