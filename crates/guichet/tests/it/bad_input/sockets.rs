//! Below HTTP: bytes that are no request, heads that never end, lengths that contradict each other.
//! The connection is refused or closed, and the server answers the next one.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::shop;

/// Far longer than anything here takes; only a server that hangs meets it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whether the client closes its side after what it sent.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    Closes,
    Listens,
}

/// Sends the bytes and reads until the server closes.
async fn exchange(address: &str, bytes: &[u8], then: Then) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    // A server that has read enough may close while we still write.
    let _ = stream.write_all(bytes).await;
    if then == Then::Closes {
        let _ = stream.shutdown().await;
    }
    let mut answer = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    let _ = read.expect("the connection is closed");
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_request() {
    let (server, shop) = shop("bad-sockets").await;
    let address = server.base_url.trim_start_matches("http://").to_owned();
    let key = shop.key.clone().expect("a key");
    let order = r#"{"reference":"smuggled","amount":250000,"currency":"DZD"}"#;
    let post = |headers: &str, body: &str| {
        format!(
            "POST /v1/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n\
             {headers}\r\n\r\n{body}"
        )
        .into_bytes()
    };
    let length = order.len();
    let table: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", vec![]),
        ("zeros", vec![0; 4096]),
        ("random bytes", (0..4096_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect()),
        ("a TLS greeting", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec()),
        ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec()),
        ("half a request line", b"GET /v1/or".to_vec()),
        ("half a head", b"GET /healthz HTTP/1.1\r\nHost: x\r\nAccept".to_vec()),
        ("half a body", post("Content-Length: 5000", order)),
        ("an unknown version", b"GET / HTTP/9.9\r\nHost: x\r\n\r\n".to_vec()),
        ("a space in the path", b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n".to_vec()),
        ("a control character in a header", b"GET / HTTP/1.1\r\nHost: x\r\nA: \x01\r\n\r\n".to_vec()),
        ("a header without a name", b"GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n".to_vec()),
        ("a space before the colon", b"GET / HTTP/1.1\r\nHost : x\r\n\r\n".to_vec()),
        ("a million bytes of header", [b"GET / HTTP/1.1\r\nA: ".as_slice(), &vec![b'a'; 1 << 20]].concat()),
        (
            "ten thousand headers",
            ["GET / HTTP/1.1\r\n", &"A: b\r\n".repeat(10_000), "\r\n"].concat().into_bytes(),
        ),
        ("a long path", format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(500_000)).into_bytes()),
        ("two lengths", post(&format!("Content-Length: {length}\r\nContent-Length: 5"), order)),
        ("a list of lengths", post(&format!("Content-Length: {length}, 5"), order)),
        ("a negative length", post("Content-Length: -1", order)),
        ("a length with a plus", post(&format!("Content-Length: +{length}"), order)),
        ("a length of twenty digits", post("Content-Length: 99999999999999999999", order)),
        ("chunked twice removed", post("Transfer-Encoding: chunked, identity", order)),
        ("an unknown encoding", post("Transfer-Encoding: xchunked", order)),
        ("a chunk of no size", post("Transfer-Encoding: chunked", "zz\r\n{}\r\n0\r\n\r\n")),
        ("a chunk of all sizes", post("Transfer-Encoding: chunked", "ffffffffffffffffff\r\n{}\r\n0\r\n\r\n")),
        ("an unfinished chunk", post("Transfer-Encoding: chunked", "ff\r\n{}")),
    ];
    let before = server.census();
    for (what, bytes) in table {
        let answer = exchange(&address, &bytes, Then::Closes).await;
        let refused =
            answer.is_empty() || answer.starts_with("HTTP/1.1 4") || answer.starts_with("HTTP/1.0 4");
        assert!(refused, "{what}: {answer}");
        assert_eq!(server.census(), before, "{what}: something was written");
        shop.get("/healthz").await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_never_a_second_request() {
    let (server, shop) = shop("bad-smuggling").await;
    let address = server.base_url.trim_start_matches("http://").to_owned();
    let hidden = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    // Both a length and chunks: whatever the server makes of it, it says at most one thing.
    let both = format!(
        "POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\nTransfer-Encoding: chunked\r\n\
         Connection: close\r\n\r\n0\r\n\r\n{hidden}",
        hidden.len() + 5
    );
    let long =
        format!("POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{hidden}", hidden.len());
    for bytes in [both, long] {
        let answer = exchange(&address, bytes.as_bytes(), Then::Listens).await;
        assert!(answer.matches("HTTP/1.1 ").count() <= 1, "{answer}");
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    shop.get("/healthz").await.expect(200);
}
