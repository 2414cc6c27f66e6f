//! The edge: an accept loop of our own, because every connection needs bounds: how many there are, how long a head, a
//! body and the reading of an answer may take, how long a head may be, and a graceful end.

mod body;
mod permits;
#[cfg(test)]
mod tests;

use std::time::Duration;

use axum::Router;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_io_timeout::TimeoutStream;

use crate::inbound::{Peer, Proxies};
use crate::repeats;

use body::TimedBody;
use permits::Permits;

pub use permits::raise_descriptor_limit;

/// How long the head of a request may take to arrive; also how long a connection may rest between two requests.
const HEADER_TIMEOUT: Duration = Duration::from_secs(15);

/// The longest head that is waited for, in bytes. What is read at once may be as much again, so a connection holds at most
/// 64 KiB of one.
const MAX_HEAD_BYTES: usize = 32 * 1024;

/// How long a client may take to read on, before what is left of its answer is dropped.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// How long requests under way may still take when the server stops, in ms.
const DRAIN_MS: u64 = 20_000;

/// Serves until told to stop, then lets what is under way finish. Every request carries its [`Peer`].
pub async fn serve(listener: TcpListener, router: Router, proxies: Proxies, stop: watch::Receiver<bool>) {
    serve_as_permitted(listener, router, proxies, Permits::of_this_process(), stop).await;
}

/// The same for a listener of operators, which has few connections and takes none from the others.
pub async fn serve_operators(listener: TcpListener, router: Router, stop: watch::Receiver<bool>) {
    serve_as_permitted(listener, router, Proxies::default(), Permits::few(), stop).await;
}

async fn serve_as_permitted(
    listener: TcpListener,
    router: Router,
    proxies: Proxies,
    permits: Permits,
    mut stop: watch::Receiver<bool>,
) {
    let graceful = hyper_util::server::graceful::GracefulShutdown::new();
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(MAX_HEAD_BYTES)
        .keep_alive(true)
        .pipeline_flush(true);
    loop {
        let Some(permit) = permits.next().await else { break };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let (stream, address) = match accepted {
            Ok((stream, from)) => (stream, from.ip()),
            Err(error) => {
                repeats::fault("a connection could not be accepted", &error);
                pause().await;
                continue;
            }
        };
        let Some(permit) = permit.share_of(address, proxies.trusts(address)) else {
            metrics::counter!("guichet_connections_refused_total").increment(1);
            continue;
        };
        let _ = stream.set_nodelay(true);
        let mut stream = Box::pin(TimeoutStream::new(stream));
        stream.as_mut().set_write_timeout_pinned(Some(WRITE_TIMEOUT));
        let (peer, stopped) = (Peer { address, proxies: proxies.clone() }, stop.clone());
        let service = TowerToHyperService::new(router.clone());
        let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            let mut request = request.map(|body| TimedBody::new(body, stopped.clone()));
            peer.note_unnamed_proxy(request.headers());
            request.extensions_mut().insert(peer.clone());
            service.call(request)
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection broke off");
            }
            drop(permit);
        });
    }
    drop(listener);
    if tokio::time::timeout(Duration::from_millis(DRAIN_MS), graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time and were broken off");
    }
}

#[expect(clippy::disallowed_methods, reason = "the machine's trouble passes in real time")]
async fn pause() {
    tokio::time::sleep(Duration::from_millis(50)).await;
}
