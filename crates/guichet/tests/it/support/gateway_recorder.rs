//! A recorder in front of the gateways: it writes down every call that passes, which payment it is about, and how many
//! calls about one payment were ever inside at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use guichet_sandbox::Sandbox;
use serde_json::Value;
use tokio::sync::watch;

/// A call that passed.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// When, by the clock of the test (unix ms).
    at_ms: i64,
    pub(crate) path: String,
    /// The payment, by the name that the call has for it; empty when it has none.
    about: String,
}

#[derive(Debug, Default)]
struct Record {
    calls: Vec<Call>,
    inside: HashMap<String, usize>,
    most_inside: usize,
}

/// The recorder; a clone is the same one.
#[derive(Clone)]
pub(crate) struct GatewayRecorder {
    pub(crate) url: String,
    record: Arc<Mutex<Record>>,
    steps: watch::Sender<u64>,
}

impl GatewayRecorder {
    /// A recorder in front of the sandbox, in the sandbox's time.
    pub(crate) async fn open(sandbox: &Sandbox) -> GatewayRecorder {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("a bound port"));
        let recorder = GatewayRecorder { url, record: Arc::default(), steps: watch::Sender::new(0) };
        let (writer, clock) = (recorder.clone(), sandbox.clock().clone());
        let note = move |request: Request, next: Next| {
            let (writer, clock) = (writer.clone(), clock.clone());
            async move { writer.let_through(request, next, clock.now_ms()).await }
        };
        let router = sandbox.router().layer(axum::middleware::from_fn(note));
        tokio::spawn(async move { axum::serve(listener, router).await });
        recorder
    }

    async fn let_through(&self, request: Request, next: Next, at_ms: i64) -> Response {
        let (head, body) = request.into_parts();
        let body = axum::body::to_bytes(body, 1 << 20).await.expect("a small body");
        let path = head.uri.path().to_owned();
        let named = serde_json::from_slice::<Value>(&body).ok();
        let named = named.as_ref().and_then(|body| body["transaction_id"].as_str()).map(str::to_owned);
        let last = || path.rsplit('/').next().filter(|_| asks_a_gateway(&path) && !is_opening(&path));
        let about = named.unwrap_or_else(|| last().unwrap_or_default().to_owned());
        {
            let mut record = self.record();
            record.calls.push(Call { at_ms, path, about: about.clone() });
            let inside = record.inside.entry(about.clone()).or_default();
            *inside += 1;
            let inside = *inside;
            if !about.is_empty() {
                record.most_inside = record.most_inside.max(inside);
            }
        }
        self.step();
        let response = next.run(Request::from_parts(head, body.into())).await;
        self.record().inside.entry(about).and_modify(|inside| *inside -= 1);
        response
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something happened, here or elsewhere.
    pub(crate) fn step(&self) {
        self.steps.send_modify(|count| *count += 1);
    }

    /// Waits until so many more things happened.
    pub(crate) async fn steps(&self, more: u64) {
        let mut count = self.steps.subscribe();
        let enough = *count.borrow() + more;
        count.wait_for(|count| *count >= enough).await.expect("the recorder is there");
    }

    /// Every call to a gateway that passed; the customers' pages are none.
    pub(crate) fn calls(&self) -> Vec<Call> {
        self.record().calls.iter().filter(|call| asks_a_gateway(&call.path)).cloned().collect()
    }

    /// The paths of the calls that asked to open something, in order.
    pub(crate) fn openings(&self) -> Vec<String> {
        self.calls().into_iter().map(|call| call.path).filter(|path| is_opening(path)).collect()
    }

    /// When each payment was asked about (unix ms), by the name that the calls have for it.
    pub(crate) fn checks(&self) -> HashMap<String, Vec<i64>> {
        let mut checks: HashMap<String, Vec<i64>> = HashMap::new();
        for call in self.calls().into_iter().filter(|call| !is_opening(&call.path)) {
            checks.entry(call.about).or_default().push(call.at_ms);
        }
        checks
    }

    /// No payment was asked about twice at once, or sooner than its gateway lets us ask again.
    pub(crate) fn was_never_pestered(&self, least_ms: i64) {
        assert!(self.record().most_inside <= 1, "two calls about one payment at once");
        for (about, times) in self.checks() {
            for pair in times.windows(2) {
                assert!(pair[1] - pair[0] >= least_ms, "{about} was asked about at {times:?}");
            }
        }
    }
}

fn asks_a_gateway(path: &str) -> bool {
    path.starts_with("/v")
}

fn is_opening(path: &str) -> bool {
    ["/createLink", "/v2/payment", "/v1/payin/sessions"].iter().any(|end| path.ends_with(end))
}
