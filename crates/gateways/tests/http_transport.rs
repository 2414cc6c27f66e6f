//! The transport against real sockets: what counts as never sent, what counts as lost, and that an
//! answer is taken as it is.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use guichet_gateways::{HttpTransport, MAX_BODY_BYTES, Request, Response, Transport, TransportError};
use http::{HeaderMap, HeaderValue, Method};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// A query that must appear in no error.
const CANARY: &str = "canary-in-the-query";

fn request(address: SocketAddr, body: &'static str) -> Request {
    let mut headers = HeaderMap::new();
    headers.insert("x-access-token", HeaderValue::from_static("canary-in-a-header"));
    let method = if body.is_empty() { Method::GET } else { Method::POST };
    let url = format!("http://{address}/path?key={CANARY}").parse().expect("an address");
    Request { method, url, headers, body: body.into() }
}

/// What a stub server does with a connection after it has read a request: the raw bytes of its
/// answer, and whether it then keeps the connection open without a word.
#[derive(Clone)]
struct Stub {
    answer: Vec<u8>,
    stays: bool,
}

impl Stub {
    fn says(answer: impl Into<Vec<u8>>) -> Self {
        Stub { answer: answer.into(), stays: false }
    }

    fn says_and_stays(answer: impl Into<Vec<u8>>) -> Self {
        Stub { answer: answer.into(), stays: true }
    }

    /// Serves any number of connections; every request read goes to the returned receiver.
    async fn serve(self) -> (SocketAddr, mpsc::UnboundedReceiver<String>, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let connections = Arc::new(AtomicUsize::new(0));
        let (heard, requests) = mpsc::unbounded_channel();
        let counted = connections.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(self.clone().converse(stream, heard.clone()));
            }
        });
        (address, requests, connections)
    }

    async fn converse(self, mut stream: TcpStream, heard: mpsc::UnboundedSender<String>) {
        while let Some(request) = read_request(&mut stream).await {
            let _nobody_listens = heard.send(request);
            if stream.write_all(&self.answer).await.is_err() || !self.stays {
                return;
            }
        }
    }
}

/// Reads one request, its body by `content-length`; `None` when the connection has ended.
async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        text.push_str(&String::from_utf8_lossy(&buffer[..read]));
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.and_then(|length| length.parse().ok()).unwrap_or(0);
        if body.len() >= length {
            return Some(text);
        }
    }
}

fn transport(timeout_ms: u64) -> HttpTransport {
    HttpTransport::new(Duration::from_millis(timeout_ms)).expect("a transport")
}

async fn sent_to(stub: Stub, timeout_ms: u64) -> Result<Response, TransportError> {
    let (address, _requests, _connections) = stub.serve().await;
    let outcome = transport(timeout_ms).send(request(address, "{}")).await;
    assert!(!format!("{outcome:?}").contains("canary"), "{outcome:?}");
    outcome
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

fn lost(outcome: &Result<Response, TransportError>) -> bool {
    matches!(outcome, Err(TransportError::Lost(_)))
}

#[tokio::test]
async fn an_answer_is_taken_as_it_is() {
    for status in [200, 201, 302, 404, 500, 503, 599] {
        let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 5\r\n\r\nh\0llo");
        let response = sent_to(Stub::says(answer), 5000).await.expect("an answer");
        assert_eq!((response.status.as_u16(), &response.body[..]), (status, &b"h\0llo"[..]));
    }
}

#[tokio::test]
async fn what_is_sent() {
    let (address, mut requests, _) = Stub::says(ok("")).serve().await;
    transport(5000).send(request(address, "{\"a\":1}")).await.expect("an answer");
    let heard = requests.recv().await.expect("a request");
    assert!(heard.starts_with("POST /path?key=canary-in-the-query HTTP/1.1\r\n"), "{heard}");
    assert!(heard.ends_with("\r\n\r\n{\"a\":1}"), "{heard}");
    assert!(heard.contains("x-access-token: canary-in-a-header\r\n"), "{heard}");
    assert!(heard.contains(concat!("user-agent: Guichet/", env!("CARGO_PKG_VERSION"), "\r\n")), "{heard}");
    assert!(!heard.contains("accept-encoding"), "nothing is asked for compressed: {heard}");
}

#[tokio::test]
async fn a_refused_connection_was_never_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    drop(listener);
    let outcome = transport(5000).send(request(address, "{}")).await;
    let Err(TransportError::NotSent(why)) = &outcome else { panic!("{outcome:?}") };
    assert!(why.contains("onnection refused") && !why.contains("canary"), "{why}");
}

#[tokio::test]
async fn a_name_that_does_not_exist_was_never_sent() {
    let mut request = request(([127, 0, 0, 1], 1).into(), "{}");
    request.url = format!("http://nowhere.invalid/?key={CANARY}").parse().expect("an address");
    let outcome = transport(5000).send(request).await;
    let Err(TransportError::NotSent(why)) = &outcome else { panic!("{outcome:?}") };
    assert!(!why.contains("canary"), "{why}");
}

#[tokio::test]
async fn a_failed_handshake_was_never_sent() {
    let (address, _requests, _) = Stub::says("HTTP/1.1 400 Bad Request\r\n\r\n").serve().await;
    let mut request = request(address, "{}");
    request.url = format!("https://{address}/?key={CANARY}").parse().expect("an address");
    // The stub waits for the end of a request that a TLS greeting never brings.
    let outcome = transport(300).send(request.clone()).await;
    assert!(outcome.is_err() && !format!("{outcome:?}").contains("canary"), "{outcome:?}");
    // This one answers a TLS greeting with plain text.
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    request.url.set_port(Some(address.port())).expect("a port fits");
    tokio::spawn(async move {
        if let Ok((mut stream, _)) = listener.accept().await {
            let _gone = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            let mut rest = Vec::new();
            let _gone = stream.read_to_end(&mut rest).await;
        }
    });
    let outcome = transport(5000).send(request).await;
    assert!(matches!(outcome, Err(TransportError::NotSent(_))), "{outcome:?}");
}

#[tokio::test]
async fn what_breaks_off_is_lost() {
    for (name, stub) in [
        ("closed at once", Stub::says("")),
        ("half a status line", Stub::says("HTTP/1.1 2")),
        ("half the headers", Stub::says("HTTP/1.1 200 OK\r\ncontent-le")),
        ("half the body", Stub::says("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"succ")),
        (
            "half the chunks",
            Stub::says("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n"),
        ),
        ("no HTTP", Stub::says("SSH-2.0-OpenSSH_9.6\r\n")),
        ("two lengths", Stub::says("HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab")),
    ] {
        let outcome = sent_to(stub, 5000).await;
        assert!(lost(&outcome), "{name}: {outcome:?}");
    }
}

#[tokio::test]
async fn what_takes_too_long_is_lost() {
    for (name, stub) in [
        ("silence", Stub::says_and_stays("")),
        ("silence after the headers", Stub::says_and_stays("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n")),
        ("silence within the body", Stub::says_and_stays("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab")),
    ] {
        let outcome = sent_to(stub, 200).await;
        assert!(lost(&outcome), "{name}: {outcome:?}");
    }
}

#[tokio::test]
async fn a_body_over_the_cap_is_lost() {
    let most = "x".repeat(MAX_BODY_BYTES);
    let response = sent_to(Stub::says(ok(&most)), 10_000).await.expect("the longest answer is read");
    assert_eq!(response.body.len(), MAX_BODY_BYTES);
    for (name, answer) in [
        ("announced", "HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\nxx".to_owned()),
        ("sent", ok(&format!("{most}x"))),
        ("never said how long", format!("HTTP/1.1 200 OK\r\n\r\n{most}{most}")),
        (
            "in one chunk",
            format!(
                "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n80000\r\n{most}{most}\r\n0\r\n\r\n"
            ),
        ),
    ] {
        let outcome = sent_to(Stub::says(answer), 10_000).await;
        let Err(TransportError::Lost(why)) = &outcome else { panic!("{name}: {outcome:?}") };
        assert!(why.contains("longer than"), "{name}: {why}");
    }
}

#[tokio::test]
async fn a_compressed_body_is_left_alone() {
    let answer = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\n\x1f\x8b\x08\x00";
    let response = sent_to(Stub::says(*answer), 5000).await.expect("an answer");
    assert_eq!(&response.body[..], b"\x1f\x8b\x08\x00", "a bomb stays as small as it was sent");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (elsewhere, mut requests, _) = Stub::says(ok("caught")).serve().await;
    for status in [301, 302, 303, 307, 308] {
        let answer = format!(
            "HTTP/1.1 {status} Moved\r\nlocation: http://{elsewhere}/stolen\r\ncontent-length: 0\r\n\r\n"
        );
        let response = sent_to(Stub::says(answer), 5000).await.expect("the redirect itself");
        assert_eq!(response.status.as_u16(), status);
    }
    assert!(requests.try_recv().is_err(), "nobody went there");
}

#[tokio::test]
async fn one_request_is_sent_once() {
    let (address, mut requests, _) = Stub::says("").serve().await;
    assert!(lost(&transport(5000).send(request(address, "{}")).await));
    assert!(requests.recv().await.is_some());
    assert!(requests.try_recv().is_err(), "a lost answer is not asked for again");
}

#[tokio::test]
async fn connections_are_kept() {
    let (address, _requests, connections) = Stub::says_and_stays(ok("{}")).serve().await;
    let transport = transport(5000);
    for _ in 0..5 {
        transport.send(request(address, "{}")).await.expect("an answer");
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}
