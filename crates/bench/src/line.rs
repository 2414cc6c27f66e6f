//! One keep-alive connection, with one request under way at a time.

use std::net::SocketAddr;

use anyhow::Context;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Where requests go, and by which key.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    address: SocketAddr,
    host: HeaderValue,
    authorization: HeaderValue,
}

impl Target {
    /// The server at that address, called with that API key.
    pub(crate) fn new(address: SocketAddr, key: &str) -> anyhow::Result<Self> {
        let mut authorization = HeaderValue::from_str(&format!("Bearer {key}"))?;
        authorization.set_sensitive(true);
        Ok(Target { address, host: HeaderValue::from_str(&address.to_string())?, authorization })
    }
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status code.
    pub(crate) status: StatusCode,
    /// The body.
    pub(crate) body: Bytes,
}

/// A connection.
#[derive(Debug)]
pub(crate) struct Line {
    target: Target,
    sender: SendRequest<Full<Bytes>>,
}

impl Line {
    /// Connects.
    pub(crate) async fn open(target: &Target) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(target.address).await.context("no connection")?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // It ends when the sender is dropped; what went wrong on it is told to the sender.
        tokio::spawn(connection);
        Ok(Line { target: target.clone(), sender })
    }

    /// Connects anew when the connection is broken.
    pub(crate) async fn mend(&mut self) -> anyhow::Result<()> {
        if self.sender.is_closed() {
            *self = Line::open(&self.target).await?;
        }
        Ok(())
    }

    /// A GET.
    pub(crate) async fn get(&mut self, path: &str) -> anyhow::Result<Answer> {
        let request = self.request(Method::GET, path).body(Full::default())?;
        self.send(request).await
    }

    /// A POST without a body.
    pub(crate) async fn post(&mut self, path: &str) -> anyhow::Result<Answer> {
        let request = self.request(Method::POST, path).body(Full::default())?;
        self.send(request).await
    }

    /// A POST of JSON that is safe to repeat.
    pub(crate) async fn post_json(&mut self, path: &str, key: &str, body: String) -> anyhow::Result<Answer> {
        let request = self
            .request(Method::POST, path)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .header(IDEMPOTENCY_KEY, key)
            .body(Full::from(body))?;
        self.send(request).await
    }

    /// A POST of JSON as a gateway sends it: without our key, and with nothing to tell repeats by.
    pub(crate) async fn notify(&mut self, path: &str, body: String) -> anyhow::Result<Answer> {
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(HOST, self.target.host.clone())
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(Full::from(body))?;
        self.send(request).await
    }

    fn request(&self, method: Method, path: &str) -> hyper::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, self.target.host.clone())
            .header(AUTHORIZATION, self.target.authorization.clone())
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> anyhow::Result<Answer> {
        self.sender.ready().await?;
        let (head, body) = self.sender.send_request(request).await?.into_parts();
        Ok(Answer { status: head.status, body: body.collect().await?.to_bytes() })
    }
}
