//! An inbox for webhooks: a server that answers as it is told and keeps what it was sent, headers
//! and bytes, in the order of arrival.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use tokio::sync::watch;

/// One webhook as it came.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Letter {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("a webhook is JSON")
    }
}

/// What the inbox answers: a status and headers.
pub(crate) type Reply = (u16, Vec<(&'static str, String)>);

/// The inbox; a clone is the same inbox.
#[derive(Clone)]
pub(crate) struct Inbox {
    pub(crate) url: String,
    parts: Arc<Parts>,
}

struct Parts {
    letters: Mutex<Vec<Letter>>,
    usual: Mutex<Reply>,
    writes: Mutex<Vec<u8>>,
    next: Mutex<VecDeque<Reply>>,
    arrived: watch::Sender<usize>,
}

impl Inbox {
    /// An inbox that answers 204.
    pub(crate) async fn open() -> Inbox {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/hook", listener.local_addr().expect("a bound port"));
        let parts = Arc::new(Parts {
            letters: Mutex::default(),
            usual: Mutex::new((204, Vec::new())),
            writes: Mutex::default(),
            next: Mutex::default(),
            arrived: watch::Sender::new(0),
        });
        let router = axum::Router::new().fallback(receive).with_state(parts.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Inbox { url, parts }
    }

    /// From now on it answers this.
    pub(crate) fn answer(&self, status: u16) {
        self.answer_with((status, Vec::new()));
    }

    /// The same with headers.
    pub(crate) fn answer_with(&self, reply: Reply) {
        *lock(&self.parts.usual) = reply;
    }

    /// What stands in its answers from now on.
    pub(crate) fn write(&self, body: &[u8]) {
        *lock(&self.parts.writes) = body.to_vec();
    }

    /// These first, one for each webhook.
    pub(crate) fn answer_next(&self, replies: impl IntoIterator<Item = Reply>) {
        lock(&self.parts.next).extend(replies);
    }

    /// What came so far.
    pub(crate) fn letters(&self) -> Vec<Letter> {
        lock(&self.parts.letters).clone()
    }

    /// Waits until that many came in all.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Letter> {
        let mut arrived = self.parts.arrived.subscribe();
        arrived.wait_for(|arrived| *arrived >= count).await.expect("the inbox is open");
        self.letters()
    }
}

async fn receive(State(parts): State<Arc<Parts>>, headers: HeaderMap, body: Bytes) -> Response {
    lock(&parts.letters).push(Letter { headers, body: body.to_vec() });
    parts.arrived.send_modify(|arrived| *arrived += 1);
    let next = lock(&parts.next).pop_front();
    let (status, headers) = next.unwrap_or_else(|| lock(&parts.usual).clone());
    let body = lock(&parts.writes).clone();
    let mut response = (StatusCode::from_u16(status).expect("a status"), body).into_response();
    for (name, value) in headers {
        response.headers_mut().insert(name, value.parse().expect("a header"));
    }
    response
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
