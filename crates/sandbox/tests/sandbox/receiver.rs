//! A merchant's server that is notified: it writes down what comes and answers as it is told.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use tokio::sync::watch;

/// What came.
#[derive(Clone, Debug)]
pub(crate) struct DueNotification {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

#[derive(Default)]
struct Desk {
    due: Mutex<Vec<DueNotification>>,
    answers: Mutex<VecDeque<u16>>,
}

/// A running server; a clone is the same.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) url: String,
    desk: Arc<Desk>,
    count: watch::Sender<usize>,
    open: watch::Sender<bool>,
}

impl Receiver {
    pub(crate) async fn open() -> Receiver {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/told", listener.local_addr().expect("a bound port"));
        let receiver = Receiver {
            url,
            desk: Arc::default(),
            count: watch::Sender::new(0),
            open: watch::Sender::new(true),
        };
        let router = Router::new().fallback(take).with_state(receiver.clone());
        tokio::spawn(async { axum::serve(listener, router).await });
        receiver
    }

    /// Answers the next calls so; 200 after that.
    pub(crate) fn answer(&self, statuses: &[u16]) {
        self.desk.answers.lock().expect("no panic").extend(statuses);
    }

    /// From now on it takes what comes but answers only when it is let go.
    pub(crate) fn hold(&self) {
        self.open.send_replace(false);
    }

    pub(crate) fn let_go(&self) {
        self.open.send_replace(true);
    }

    /// What came so far.
    pub(crate) fn due(&self) -> Vec<DueNotification> {
        self.desk.due.lock().expect("no panic").clone()
    }

    /// What came since this was last asked.
    pub(crate) fn take(&self) -> Vec<DueNotification> {
        std::mem::take(&mut self.desk.due.lock().expect("no panic"))
    }

    /// Waits until so many came in all.
    pub(crate) async fn wait_for(&self, count: usize) {
        self.count.subscribe().wait_for(|came| *came >= count).await.expect("the receiver runs");
    }
}

async fn take(State(receiver): State<Receiver>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.expect("a body");
    let notification = DueNotification {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).expect("text"),
    };
    receiver.desk.due.lock().expect("no panic").push(notification);
    receiver.count.send_modify(|count| *count += 1);
    let mut open = receiver.open.subscribe();
    open.wait_for(|open| *open).await.expect("the receiver runs");
    let status = receiver.desk.answers.lock().expect("no panic").pop_front().unwrap_or(200);
    let status = StatusCode::from_u16(status).expect("a status");
    if status.is_redirection() {
        let elsewhere = receiver.url.replace("/told", "/elsewhere");
        return (status, [(header::LOCATION, elsewhere)]).into_response();
    }
    status.into_response()
}
