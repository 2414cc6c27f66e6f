//! A turnstile in front of the gateways: it writes down every call that passes, which payment it is
//! about, and how many calls about one payment were ever inside at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use guichet_sandbox::Sandbox;
use serde_json::Value;

/// A call that passed.
#[derive(Debug, Clone)]
pub(crate) struct Passed {
    /// When, by the clock of the test (unix ms).
    pub(crate) at_ms: i64,
    pub(crate) path: String,
    /// The payment, by the name that the call has for it; empty when it has none.
    pub(crate) about: String,
}

#[derive(Debug, Default)]
struct Book {
    passed: Vec<Passed>,
    inside: HashMap<String, usize>,
    most_inside: usize,
}

/// The turnstile; a clone is the same one.
#[derive(Clone)]
pub(crate) struct Turnstile {
    pub(crate) url: String,
    book: Arc<Mutex<Book>>,
}

impl Turnstile {
    /// One in front of the sandbox, in the sandbox's time.
    pub(crate) async fn open(sandbox: &Sandbox) -> Turnstile {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("a bound port"));
        let turnstile = Turnstile { url, book: Arc::default() };
        let (writer, clock) = (turnstile.clone(), sandbox.clock().clone());
        let note = move |request: Request, next: Next| {
            let (writer, clock) = (writer.clone(), clock.clone());
            async move { writer.let_through(request, next, clock.now_ms()).await }
        };
        let router = sandbox.router().layer(axum::middleware::from_fn(note));
        tokio::spawn(async move { axum::serve(listener, router).await });
        turnstile
    }

    async fn let_through(&self, request: Request, next: Next, at_ms: i64) -> Response {
        let (head, body) = request.into_parts();
        let body = axum::body::to_bytes(body, 1 << 20).await.expect("a small body");
        let path = head.uri.path().to_owned();
        let named = serde_json::from_slice::<Value>(&body).ok();
        let named = named.as_ref().and_then(|body| body["transaction_id"].as_str()).map(str::to_owned);
        let about = named.unwrap_or_else(|| path.rsplit('/').next().unwrap_or_default().to_owned());
        {
            let mut book = self.book();
            book.passed.push(Passed { at_ms, path, about: about.clone() });
            let inside = book.inside.entry(about.clone()).or_default();
            *inside += 1;
            let inside = *inside;
            book.most_inside = book.most_inside.max(inside);
        }
        let response = next.run(Request::from_parts(head, body.into())).await;
        self.book().inside.entry(about).and_modify(|inside| *inside -= 1);
        response
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every call to a gateway that passed; the customers' pages are none.
    pub(crate) fn calls(&self) -> Vec<Passed> {
        self.book().passed.iter().filter(|call| call.path.starts_with("/v")).cloned().collect()
    }

    /// The paths of the calls that asked to open something, in order.
    pub(crate) fn openings(&self) -> Vec<String> {
        self.calls().into_iter().map(|call| call.path).filter(|path| is_opening(path)).collect()
    }

    /// How many calls asked how a payment stands.
    pub(crate) fn checks(&self) -> usize {
        self.calls().iter().filter(|call| !is_opening(&call.path)).count()
    }

    /// No payment was asked about twice at once, or sooner than its gateway lets us ask again.
    pub(crate) fn was_never_pestered(&self, least_ms: i64) {
        assert!(self.book().most_inside <= 1, "two calls about one payment at once");
        let mut times: HashMap<String, Vec<i64>> = HashMap::new();
        for call in self.calls().into_iter().filter(|call| !is_opening(&call.path)) {
            times.entry(call.about).or_default().push(call.at_ms);
        }
        for (about, times) in times {
            for pair in times.windows(2) {
                assert!(pair[1] - pair[0] >= least_ms, "{about} was asked about at {times:?}");
            }
        }
    }
}

fn is_opening(path: &str) -> bool {
    ["/createLink", "/v2/payment", "/v1/payin/sessions"].iter().any(|end| path.ends_with(end))
}
