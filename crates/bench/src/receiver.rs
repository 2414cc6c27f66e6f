//! The shop's end of a webhook. It runs inside this process, on the thread that drives the load, so
//! that an arrival is seen at the moment at which it happens and no further hop is paid for.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Context;
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::header::HeaderMap;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::stopwatch::Stopwatch;

/// Where webhooks are sent to.
const PATH: &str = "/hook";

/// How long a webhook may take: long enough for the server's second try, 5 s after the first.
const PATIENCE: Duration = Duration::from_secs(15);

/// What every webhook carries by the Standard Webhooks specification 1.0. The signature itself is
/// not verified here: that is the shop's work and not the server's.
const HEADERS: [&str; 3] = ["webhook-id", "webhook-timestamp", "webhook-signature"];

/// Takes webhooks and tells those who wait for one.
#[derive(Debug, Clone)]
pub(crate) struct Receiver {
    address: SocketAddr,
    orders: Arc<Orders>,
}

/// What is known of each order.
#[derive(Debug, Default)]
struct Orders(Mutex<HashMap<String, Known>>);

#[derive(Debug)]
enum Known {
    /// Somebody waits for its webhook.
    Awaited(oneshot::Sender<Result<Stopwatch, String>>),
    /// Its webhook has come while nobody waited.
    Unasked,
}

/// An order's webhook that is yet to come.
#[derive(Debug)]
pub(crate) struct Awaited {
    order: String,
    orders: Arc<Orders>,
    arrival: oneshot::Receiver<Result<Stopwatch, String>>,
}

/// What is looked at in a webhook.
#[derive(Debug, Deserialize)]
struct Webhook {
    #[serde(rename = "type")]
    kind: String,
    order: String,
}

impl Receiver {
    /// Listens on a free port of this machine, as long as the runtime lives that this is called in.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let orders = Arc::new(Orders::default());
        tokio::spawn(accept(TcpListener::from_std(listener)?, orders.clone()));
        Ok(Receiver { address, orders })
    }

    /// Where webhooks are to be sent.
    pub(crate) fn url(&self) -> String {
        format!("http://{}{PATH}", self.address)
    }

    /// From now on, the first webhook about that order is waited for.
    pub(crate) fn expect(&self, order: &str) -> anyhow::Result<Awaited> {
        let (told, arrival) = oneshot::channel();
        match self.orders.lock().entry(order.to_owned()) {
            Entry::Vacant(unknown) => unknown.insert(Known::Awaited(told)),
            Entry::Occupied(_) => anyhow::bail!("a webhook about {order} came before it was asked for"),
        };
        Ok(Awaited { order: order.to_owned(), orders: self.orders.clone(), arrival })
    }
}

impl Awaited {
    /// The moment at which it arrived.
    pub(crate) async fn arrived(mut self) -> anyhow::Result<Stopwatch> {
        let told = tokio::time::timeout(PATIENCE, &mut self.arrival).await;
        let told = told.with_context(|| format!("no webhook about {} in {PATIENCE:?}", self.order))?;
        told?.map_err(anyhow::Error::msg)
    }
}

impl Drop for Awaited {
    fn drop(&mut self) {
        // Only there when it never came.
        self.orders.lock().remove(&self.order);
    }
}

impl Orders {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells whoever waits. A webhook may come more than once; the first one counts.
    fn tell(&self, webhook: Webhook, fault: Option<String>) {
        let at = Stopwatch::start();
        let mut known = self.lock();
        match known.remove(&webhook.order) {
            Some(Known::Awaited(waiting)) => {
                // Fails when nobody waits any more, which has been counted as an error already.
                let _told = waiting.send(fault.map_or(Ok(at), Err));
            }
            Some(Known::Unasked) | None => {
                known.insert(webhook.order, Known::Unasked);
            }
        }
    }
}

async fn accept(listener: TcpListener, orders: Arc<Orders>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of descriptors, for instance: connections that end give some back.
            tokio::task::yield_now().await;
            continue;
        };
        // Without it answers only wait longer, which no figure contains.
        let _set = stream.set_nodelay(true);
        let orders = orders.clone();
        let service = service_fn(move |request| take(request, orders.clone()));
        // A connection that breaks concerns the sender, who tries again.
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn take(
    request: Request<Incoming>,
    orders: Arc<Orders>,
) -> Result<Response<Empty<Bytes>>, hyper::Error> {
    let (head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let mut response = Response::new(Empty::new());
    if head.method != Method::POST || head.uri.path() != PATH {
        *response.status_mut() = StatusCode::NOT_FOUND;
        return Ok(response);
    }
    match serde_json::from_slice::<Webhook>(&body) {
        Ok(webhook) => {
            let fault = fault(&webhook, &head.headers);
            if fault.is_some() {
                *response.status_mut() = StatusCode::BAD_REQUEST;
            }
            orders.tell(webhook, fault);
        }
        // Nobody can be told whose it is: the order that waits for it will say that it never came.
        Err(_) => *response.status_mut() = StatusCode::BAD_REQUEST,
    }
    Ok(response)
}

/// What is wrong with a webhook about a paid order, if anything.
fn fault(webhook: &Webhook, headers: &HeaderMap) -> Option<String> {
    if webhook.kind != "order.paid" {
        return Some(format!("the webhook about {} says {}, not order.paid", webhook.order, webhook.kind));
    }
    let absent = HEADERS.into_iter().find(|name| headers.get(*name).is_none_or(|value| value.is_empty()))?;
    Some(format!("the webhook about {} has no {absent}", webhook.order))
}

#[cfg(test)]
mod tests {
    use hyper::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(names: &[&'static str]) -> HeaderMap {
        let name = |name: &&'static str| (HeaderName::from_static(name), HeaderValue::from_static("x"));
        names.iter().map(name).collect()
    }

    fn read(body: &str) -> Webhook {
        serde_json::from_str(body).expect("a webhook")
    }

    const PAID: &str =
        r#"{"id":"evt_1","type":"order.paid","timestamp":"t","order":"ord_1","why":"","data":{"order":7}}"#;

    #[test]
    fn a_webhook_is_about_a_paid_order_and_signed() {
        let check = |body: &str, names: &[&'static str], expected: Option<&str>| {
            assert_eq!(fault(&read(body), &headers(names)).as_deref(), expected, "{body} {names:?}");
        };
        check(PAID, &HEADERS, None);
        check(PAID, &HEADERS[1..], Some("the webhook about ord_1 has no webhook-id"));
        check(PAID, &HEADERS[..2], Some("the webhook about ord_1 has no webhook-signature"));
        check(PAID, &[], Some("the webhook about ord_1 has no webhook-id"));
        let expired = r#"{"type":"order.expired","order":"ord_1"}"#;
        check(expired, &HEADERS, Some("the webhook about ord_1 says order.expired, not order.paid"));
        for unread in ["", "[]", "{}", r#"{"type":"order.paid"}"#, r#"{"type":1,"order":"ord_1"}"#] {
            assert!(serde_json::from_str::<Webhook>(unread).is_err(), "{unread}");
        }
    }

    #[tokio::test]
    async fn the_first_webhook_counts_and_goes_to_its_order() {
        let receiver = Receiver::start().expect("a receiver");
        let (one, two) = (receiver.expect("ord_1").unwrap(), receiver.expect("ord_2").unwrap());
        let wrong = || read(r#"{"type":"order.paid","order":"ord_2"}"#);
        receiver.orders.tell(read(PAID), None);
        receiver.orders.tell(read(PAID), Some("too late to matter".to_owned()));
        receiver.orders.tell(wrong(), Some("odd".to_owned()));
        receiver.orders.tell(wrong(), None);
        assert!(one.arrived().await.is_ok());
        assert_eq!(two.arrived().await.map_err(|error| error.to_string()).err().as_deref(), Some("odd"));
    }

    #[tokio::test]
    async fn one_that_came_before_it_was_asked_for_is_no_measurement() {
        let receiver = Receiver::start().expect("a receiver");
        receiver.orders.tell(read(PAID), None);
        assert!(receiver.expect("ord_1").is_err());
        drop(receiver.expect("ord_2").expect("nothing has come"));
        assert!(receiver.expect("ord_2").is_ok(), "what is waited for no longer leaves nothing behind");
    }
}
