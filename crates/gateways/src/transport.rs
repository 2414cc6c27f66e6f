//! The transport between a gateway client and the network: one request out, one answer in, and, when there is
//! no answer, whether the request can have had an effect.

use std::error::Error;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use rustix::io::Errno;

/// An HTTP request to a gateway; a debug print shows no body, because some gateways want secrets there.
#[derive(Clone)]
pub struct Request {
    /// GET, POST…
    pub method: http::Method,
    /// The whole address.
    pub url: url::Url,
    /// Headers; secret ones are marked sensitive.
    pub headers: http::HeaderMap,
    /// The body; empty for a GET.
    pub body: Bytes,
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} with {} bytes", self.method, self.url, self.body.len())
    }
}

/// The answer of a gateway, whatever its status.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status code.
    pub status: http::StatusCode,
    /// The body, read whole and never more than [`MAX_BODY_BYTES`].
    pub body: Bytes,
}

/// The longest answer that is read: 256 KiB. The gateways' real ones stay under 4 KiB.
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// The reason why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection was made: the request cannot have had an effect.
    #[error("no connection could be made: {0}")]
    NotSent(String),
    /// No connection was made because this machine gives this process no further descriptor. That is our trouble and says
    /// nothing of the gateway, and the request cannot have had an effect.
    #[error("this server has no descriptor left for a connection: {0}")]
    NoDescriptor(String),
    /// The request may have arrived: a timeout, a cut connection, an answer that broke off.
    #[error("the answer was lost: {0}")]
    Lost(String),
}

/// Sends one request, never follows a redirect, never repeats.
#[async_trait]
pub trait Transport: Send + Sync {
    /// One request, one answer.
    async fn send(&self, request: Request) -> Result<Response, TransportError>;
}

/// The longest time for making a connection, name look-up and TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The time for which an unused connection is kept. Shorter than the usual keep-alive of gateways' front
/// servers (60 s and more), so that a request seldom meets a connection that is being closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

/// The most unused connections that are kept to one host.
const MAX_IDLE_PER_HOST: usize = 256;

/// The real network: one shared pool of connections, TLS by rustls with ring, no redirects, no
/// proxies, no retries.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    client: reqwest::Client,
}

impl HttpTransport {
    /// The usual total time for one call, which is also what the vendors' own libraries use.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

    /// A pool whose calls take at most `timeout`, from the start of connecting to the last byte.
    ///
    /// A machine without any CA certificate still gets a transport: plain HTTP works there (a
    /// sandbox on the same machine), and every TLS call ends as [`TransportError::NotSent`].
    pub fn new(timeout: Duration) -> Result<Self, TransportError> {
        // Fails when a provider is installed already, which is just as good.
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        let client = builder(timeout)
            .build()
            .or_else(|error| {
                let reason = without_address(error);
                tracing::warn!(reason, "no CA certificates: calls over TLS will fail");
                builder(timeout).tls_certs_only([]).build()
            })
            .map_err(|error| TransportError::NotSent(without_address(error)))?;
        Ok(HttpTransport { client })
    }

    /// The same over a client that is made elsewhere, which has its own rules about where it may go.
    pub fn over(client: reqwest::Client) -> Self {
        HttpTransport { client }
    }
}

fn builder(timeout: Duration) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("Guichet/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(timeout)
        .tcp_nodelay(true)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .pool_max_idle_per_host(MAX_IDLE_PER_HOST)
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let mut out = reqwest::Request::new(request.method, request.url);
        *out.headers_mut() = request.headers;
        if !request.body.is_empty() {
            *out.body_mut() = Some(request.body.into());
        }
        let mut answer = self.client.execute(out).await.map_err(classified)?;
        let status = answer.status();
        if answer.content_length().is_some_and(|length| length > MAX_BODY_BYTES as u64) {
            return Err(too_long());
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(classified)? {
            if body.len() + chunk.len() > MAX_BODY_BYTES {
                return Err(too_long());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response { status, body: body.freeze() })
    }
}

fn too_long() -> TransportError {
    TransportError::Lost(format!("the answer is longer than {MAX_BODY_BYTES} bytes"))
}

/// Only a connection that was never made proves that nothing was sent: a failed look-up, a refused
/// connection, a failed TLS handshake. Everything else may have happened after the effect.
fn classified(error: reqwest::Error) -> TransportError {
    if !error.is_connect() {
        return TransportError::Lost(without_address(error));
    }
    match lacks_descriptor(&error) || is_out_of_descriptors() {
        true => TransportError::NoDescriptor(without_address(error)),
        false => TransportError::NotSent(without_address(error)),
    }
}

/// Whether one of its causes is that no further descriptor is given.
fn lacks_descriptor(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.downcast_ref().is_some_and(is_about_descriptors) {
            return true;
        }
        cause = inner.source();
    }
    false
}

/// Whether this process is given no further descriptor now. The look-up of a name fails then without saying why.
pub fn is_out_of_descriptors() -> bool {
    std::fs::File::open("/dev/null").is_err_and(|error| is_about_descriptors(&error))
}

fn is_about_descriptors(error: &std::io::Error) -> bool {
    [Errno::MFILE, Errno::NFILE].into_iter().any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
}

/// The error with its causes, without the address: a query may hold a secret.
fn without_address(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = error.source();
    for _ in 0..4 {
        let Some(inner) = cause else { break };
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
