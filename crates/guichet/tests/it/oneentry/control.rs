//! What a script may ask of the server that it runs against: to let time pass, to count rows, to declare the
//! shop anew. A small server of the test's own, beside the one under test.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::extract::{Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;

use crate::oneentry::shops;
use crate::support::test_server::TestServer;

/// The server under test, which ends with its test whoever else knows of it.
#[derive(Clone)]
struct Control(Weak<TestServer>);

impl Control {
    fn server(&self) -> Arc<TestServer> {
        self.0.upgrade().expect("the test goes on")
    }
}

/// Serves until the test ends; its address.
pub(crate) async fn open(server: &Arc<TestServer>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("a bound port"));
    let router = Router::new()
        .route("/pass", post(pass))
        .route("/census", get(census))
        .route("/return_to", post(return_to))
        .with_state(Control(Arc::downgrade(server)));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

#[derive(Deserialize)]
struct Pass {
    seconds: u64,
}

/// Lets time pass and does what is due by then.
async fn pass(State(control): State<Control>, Query(pass): Query<Pass>) {
    control.server().pass(Duration::from_secs(pass.seconds)).await;
}

/// How many rows each table has.
async fn census(State(control): State<Control>) -> Json<BTreeMap<String, i64>> {
    Json(control.server().census().into_iter().collect())
}

#[derive(Deserialize)]
struct ReturnTo {
    url: String,
}

/// From now on customers who have paid return to that address.
async fn return_to(State(control): State<Control>, Query(to): Query<ReturnTo>) {
    shops::declare(&control.server(), Some(&to.url)).await;
}
