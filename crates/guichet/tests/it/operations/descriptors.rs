//! A server that is given no further descriptor: nothing is begun that would need one, no gateway is blamed, and it goes on
//! by itself once there are some again.

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

use guichet_server::Clock;

use crate::support::call::{Answer, Caller, text};
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

/// One connection to a server, over which everything is called: a client with a pool may open another one while this one
/// is on its way back, which a server without descriptors never takes.
struct OneConnection {
    stream: BufReader<TcpStream>,
    key: String,
}

impl OneConnection {
    async fn to(base_url: &str, key: &str) -> OneConnection {
        let address = base_url.trim_start_matches("http://");
        let stream = TcpStream::connect(address).await.expect("the server");
        OneConnection { stream: BufReader::new(stream), key: key.to_owned() }
    }

    async fn call(&mut self, method: &str, path: &str, body: &str) -> Answer {
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.key,
            body.len()
        );
        self.stream.get_mut().write_all(head.as_bytes()).await.expect("it is sent");
        let status = self.line().await;
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status");
        let mut headers = HeaderMap::new();
        while let Some((name, value)) = self.line().await.split_once(": ") {
            let name: HeaderName = name.parse().expect("a name");
            headers.insert(name, HeaderValue::from_str(value).expect("a value"));
        }
        let length = headers["content-length"].to_str().ok().and_then(|length| length.parse().ok());
        let mut bytes = vec![0; length.expect("a length")];
        self.stream.read_exact(&mut bytes).await.expect("the whole answer");
        Answer { status, headers, bytes }
    }

    /// The next line of an answer's head, which is empty at its end.
    async fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).await.expect("a line");
        line.trim_end().to_owned()
    }
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
    let mut there = OneConnection::to(&server.base_url, key.trim()).await;
    there.call("GET", "/readyz", "").await.expect(200);
    server.limit_descriptors(Some(4));
    let readiness = there.call("GET", "/readyz", "").await.expect(503);
    assert_eq!(readiness.text(), "no descriptor is left for a connection\n");
    let refused = there.call("POST", "/v1/orders", &by_card("refused").to_string()).await.expect(503);
    assert_eq!(text(&refused.json(), "/code"), "overloaded");
    assert!(!refused.header("retry-after").is_empty());
    for order in &orders {
        there.call("POST", &format!("/v1/orders/{order}/check"), "").await.expect(200);
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
