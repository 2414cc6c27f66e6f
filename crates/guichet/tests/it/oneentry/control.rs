//! What a script may ask of the house that it runs in: to let time pass, to count rows, to declare the
//! shop anew. A small server of the test's own, beside the one under test.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;

use crate::oneentry::shops;
use crate::support::house::House;

/// Serves until the test ends; its address.
pub(crate) async fn open(house: Arc<House>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("a bound port"));
    let router = Router::new()
        .route("/pass", post(pass))
        .route("/census", get(census))
        .route("/return_to", post(return_to))
        .with_state(house);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

#[derive(Deserialize)]
struct Pass {
    seconds: u64,
}

/// Lets time pass and does what is due by then.
async fn pass(State(house): State<Arc<House>>, Query(pass): Query<Pass>) {
    house.pass(Duration::from_secs(pass.seconds)).await;
}

/// How many rows each table has.
async fn census(State(house): State<Arc<House>>) -> Json<BTreeMap<String, i64>> {
    Json(house.census().into_iter().collect())
}

#[derive(Deserialize)]
struct ReturnTo {
    url: String,
}

/// From now on customers who have paid return to that address.
async fn return_to(State(house): State<Arc<House>>, Query(to): Query<ReturnTo>) {
    shops::declare(&house, Some(&to.url)).await;
}
