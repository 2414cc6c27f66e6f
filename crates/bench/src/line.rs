//! One keep-alive connection, with one request under way at a time.

use std::net::SocketAddr;

use anyhow::Context;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{
    ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue,
};
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
    /// The headers.
    pub(crate) headers: HeaderMap,
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

    /// A GET as a browser sends it, with that cookie.
    pub(crate) async fn look(&mut self, path: &str, cookie: &str) -> anyhow::Result<Answer> {
        let request = self.browsed(Method::GET, path, cookie).body(Full::default())?;
        self.send(request).await
    }

    /// A form as a browser sends it, with that cookie.
    pub(crate) async fn post_form(
        &mut self,
        path: &str,
        cookie: &str,
        fields: &[(&str, &str)],
    ) -> anyhow::Result<Answer> {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self
            .browsed(Method::POST, path, cookie)
            .header(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"))
            .body(Full::from(form))?;
        self.send(request).await
    }

    /// A file as a browser loads it down, of which nothing is kept; how many bytes and how many lines it has.
    pub(crate) async fn load_down(&mut self, path: &str, cookie: &str) -> anyhow::Result<(u64, u64)> {
        let request = self.browsed(Method::GET, path, cookie).body(Full::default())?;
        self.sender.ready().await?;
        let (head, mut body) = self.sender.send_request(request).await?.into_parts();
        anyhow::ensure!(head.status.is_success(), "{path} is answered with {}", head.status);
        let (mut bytes, mut lines) = (0, 0);
        while let Some(frame) = body.frame().await {
            let Ok(part) = frame?.into_data() else { continue };
            bytes += u64::try_from(part.len())?;
            lines += u64::try_from(part.iter().filter(|byte| **byte == b'\n').count())?;
        }
        Ok((bytes, lines))
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

    fn browsed(&self, method: Method, path: &str, cookie: &str) -> hyper::http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, self.target.host.clone())
            .header(ACCEPT_LANGUAGE, HeaderValue::from_static("fr"))
            .header(COOKIE, cookie)
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> anyhow::Result<Answer> {
        self.sender.ready().await?;
        let (head, body) = self.sender.send_request(request).await?.into_parts();
        Ok(Answer { status: head.status, headers: head.headers, body: body.collect().await?.to_bytes() })
    }
}
