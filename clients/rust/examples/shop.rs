//! A shop of one product, paid through Guichet: `cargo run --example shop`

#![expect(clippy::disallowed_methods, reason = "a shop has its own random numbers")]
#![expect(clippy::wildcard_enum_match_arm, reason = "there may be statuses that are newer than this client")]

use std::env::var;
use std::fs::{File, OpenOptions, create_dir_all, read_to_string};
use std::io::{self, Write as _};
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{Html, Redirect};
use axum::routing::{get, post};
use guichet_client::{Guichet, ListOrdersQuery, OrderRequest, OrderStatus, WebhookEventKind, verify_webhook};
use http::{HeaderMap, StatusCode};

struct Shop {
    guichet: Guichet,
    webhook_secret: String,
    address: String,
}

type Answer<Body> = Result<Body, (StatusCode, String)>;

fn wrong(error: impl std::fmt::Display) -> (StatusCode, String) {
    (StatusCode::BAD_GATEWAY, error.to_string())
}

async fn product() -> Html<String> {
    page("Dates, 1 kg: 2,500 DA", "<form method=post action=/buy><button>Buy</button></form>")
}

/// The customer buys: an order is made, and the customer sent to where it can be paid.
async fn buy(State(shop): State<Arc<Shop>>) -> Answer<Redirect> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(wrong)?;
    let reference = format!("ORD-{:016x}", u64::from_be_bytes(random));
    let order = OrderRequest {
        return_url: Some(format!("http://{}/orders/{reference}", shop.address)),
        reference,
        amount: Some(250_000), // 2,500.00 dinars
        currency: "DZD".to_owned(),
        title: Some("Dates, 1 kg".to_owned()),
        ..OrderRequest::default()
    };
    let order = shop.guichet.orders().create(&order).await.map_err(wrong)?;
    Ok(Redirect::to(&order.checkout_url))
}

/// The customer comes back. What the address says is believed of nobody: Guichet knows.
async fn order(State(shop): State<Arc<Shop>>, Path(reference): Path<String>) -> Answer<Html<String>> {
    let query = ListOrdersQuery { reference: Some(reference), ..ListOrdersQuery::default() };
    let found = shop.guichet.orders().list(&query).await.map_err(wrong)?.next().await.map_err(wrong)?;
    let order = found.ok_or_else(|| (StatusCode::NOT_FOUND, "No such order.".to_owned()))?;
    Ok(match order.status {
        OrderStatus::Paid | OrderStatus::Fulfilled => page("Paid. Thank you!", "We are packing your dates."),
        OrderStatus::Pending | OrderStatus::Failed => {
            page("Not paid yet", &format!("<a href=\"{}\">Pay</a>", order.checkout_url))
        }
        _ => page("Closed unpaid", "<a href=/>Start again</a>"),
    })
}

/// Guichet tells what happened, more than once if need be, and nobody else does.
async fn webhook(State(shop): State<Arc<Shop>>, headers: HeaderMap, body: Bytes) -> Answer<StatusCode> {
    let event = verify_webhook(&shop.webhook_secret, &headers, &body)
        .map_err(|error| (StatusCode::UNAUTHORIZED, error.to_string()))?;
    if let (WebhookEventKind::OrderPaid, Some(order)) = (event.kind, event.data) {
        pack_once(&order.reference)
            .map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// A file can be made once: however often the event comes, the goods are packed once.
fn pack_once(reference: &str) -> io::Result<()> {
    match File::create_new(format!("packed/{}", reference.replace('/', "%2F"))) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
        Ok(_) => {
            let mut list = OpenOptions::new().create(true).append(true).open("packed/.list")?;
            list.write_all(format!("{reference}\n").as_bytes())
        }
    }
}

/// For `guichet webhook certify --count`.
async fn times_packed(Path(reference): Path<String>) -> String {
    let list = read_to_string("packed/.list").unwrap_or_default();
    list.lines().filter(|line| *line == reference).count().to_string()
}

fn page(title: &str, html: &str) -> Html<String> {
    Html(format!("<!doctype html><meta charset=utf-8><title>{title}</title><h1>{title}</h1><p>{html}</p>"))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    create_dir_all("packed")?;
    let address = format!("127.0.0.1:{}", var("PORT").unwrap_or_else(|_| "3000".to_owned()));
    let guichet = Guichet::new(&var("GUICHET_URL")?, &var("GUICHET_API_KEY")?)?;
    let shop = Shop { guichet, webhook_secret: var("GUICHET_WEBHOOK_SECRET")?, address: address.clone() };
    let routes = axum::Router::new()
        .route("/", get(product))
        .route("/buy", post(buy))
        .route("/orders/{reference}", get(order))
        .route("/webhooks", post(webhook))
        .route("/packed/{reference}", get(times_packed))
        .with_state(Arc::new(shop));
    axum::serve(tokio::net::TcpListener::bind(&address).await?, routes).await?;
    Ok(())
}
