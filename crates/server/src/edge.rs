//! The edge: an accept loop of our own, because every connection needs a limit on how long its
//! headers take, on how many there are, and a graceful end.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use crate::inbound::{Peer, Proxies};

/// The most connections at once; further ones wait to be accepted.
const MOST_CONNECTIONS: usize = 8192;

/// How long the head of a request may take to arrive.
const HEADER_TIMEOUT: Duration = Duration::from_secs(15);

/// How long requests under way may still take when the server stops, in ms.
const DRAIN_MS: u64 = 20_000;

/// Serves until told to stop, then lets what is under way finish. Every request carries its [`Peer`].
pub async fn serve(listener: TcpListener, router: Router, proxies: Proxies, mut stop: watch::Receiver<bool>) {
    let permits = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let graceful = hyper_util::server::graceful::GracefulShutdown::new();
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT).keep_alive(true).pipeline_flush(true);
    loop {
        let Ok(permit) = permits.clone().acquire_owned().await else { break };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let (stream, peer) = match accepted {
            Ok((stream, from)) => (stream, Peer { address: from.ip(), proxies: proxies.clone() }),
            Err(error) => {
                // Out of descriptors, for instance: connections that end give some back.
                tracing::warn!(%error, "a connection could not be accepted");
                pause().await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(router.clone());
        let service = service_fn(move |mut request| {
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
