//! Clients that do not do their part, over real sockets. Time passes at once where everybody waits.

use std::error::Error;
use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use http::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::*;
use crate::inbound::BodyTooSlow;

/// An answer that no buffer of the system takes in.
const LONG: usize = 64 * 1024 * 1024;

async fn length(request: Request) -> impl IntoResponse {
    match Bytes::from_request(request, &()).await {
        Ok(body) => (StatusCode::OK, body.len().to_string()),
        Err(rejection) => {
            let first: &(dyn Error + 'static) = &rejection;
            let slow = std::iter::successors(Some(first), |&cause| cause.source())
                .any(|cause| cause.is::<BodyTooSlow>());
            let status = if slow { StatusCode::REQUEST_TIMEOUT } else { rejection.status() };
            (status, String::new())
        }
    }
}

struct Served {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

async fn served() -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    let router = Router::new()
        .route("/length", post(length))
        .route("/refused", post(async || StatusCode::FORBIDDEN))
        .route("/long", get(async || Body::from(vec![b'x'; LONG])));
    let (stop, stopped) = watch::channel(false);
    let serving = tokio::spawn(serve(listener, router, Proxies::default(), stopped));
    Served { address, stop, serving }
}

async fn sent(served: &Served, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(served.address).await.expect("a connection");
    stream.write_all(text.as_bytes()).await.expect("sent");
    stream
}

async fn answer(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Everybody waits for so many seconds, which pass at once.
async fn virtual_time(seconds: u64) {
    let _ = tokio::time::timeout(Duration::from_secs(seconds), std::future::pending::<()>()).await;
}

const HALF: &str = "POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf";

#[tokio::test(start_paused = true)]
async fn a_body_that_never_ends_is_refused() {
    let served = served().await;
    let began = Instant::now();
    let stream = sent(&served, HALF).await;
    let said = answer(stream).await;
    assert!(said.starts_with("HTTP/1.1 408"), "{said}");
    assert!(began.elapsed() >= Duration::from_secs(30), "it had its time");
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_ends_does_not_keep_a_server_from_stopping() {
    let served = served().await;
    let stream = sent(&served, HALF).await;
    virtual_time(1).await;
    let began = Instant::now();
    served.stop.send_replace(true);
    served.serving.await.expect("it ended");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert!(answer(stream).await.starts_with("HTTP/1.1 408"));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_nobody_reads_is_given_up() {
    let served = served().await;
    let stream = sent(&served, "GET /long HTTP/1.1\r\nHost: x\r\n\r\n").await;
    virtual_time(40).await;
    let said = answer(stream).await;
    assert!(said.starts_with("HTTP/1.1 200"), "{}", &said[..20.min(said.len())]);
    assert!(said.len() < LONG, "it was sent whole to nobody");
}

/// Who sends much and is refused before it was read still reads why.
#[tokio::test]
async fn a_refusal_reaches_who_still_sends() {
    let served = served().await;
    let head = format!(
        "POST /refused HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        10 << 20
    );
    let mut stream = sent(&served, &head).await;
    stream.write_all(&vec![b'x'; 10 << 20]).await.expect("all of it is taken in");
    assert!(answer(stream).await.starts_with("HTTP/1.1 403"));
}

/// The refusal itself may be lost, because the connection is closed with the rest of the head unread.
#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    let served = served().await;
    for (kilobytes, is_read) in [(20, true), (70, false), (400, false)] {
        let header = "a".repeat(kilobytes * 1024);
        let head = format!("POST /length HTTP/1.1\r\nHost: x\r\nConnection: close\r\nA: {header}\r\n\r\n");
        let mut stream = TcpStream::connect(served.address).await.expect("a connection");
        let _ = stream.write_all(head.as_bytes()).await;
        let said = answer(stream).await;
        assert_eq!(said.starts_with("HTTP/1.1 200"), is_read, "{kilobytes}: {said}");
    }
}
