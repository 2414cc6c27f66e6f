//! What there is to gain at the most: the same HTTP hops through the same stack, our own gateway
//! client included, with no store, no rules and no authentication. An order's identifier is the
//! gateway's reference, so that nothing needs to be remembered.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::ListenerExt as _;
use axum::{Json, Router};
use guichet_core::{Currency, Money, Seen};
use guichet_gateways::ocpay::OcPay;
use guichet_gateways::{
    Account, Callback, Gateway as _, HttpTransport, PayinRequest, Request, Transport as _,
};
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, StatusCode};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use url::Url;

use crate::child::end_with_parent;

const TIME: &str = "2026-01-15T10:30:00.000Z";

const ACCOUNT: &str = "acc_01kaqwm3v0e9r8t7y6v5w4x3z3";

const PAYMENT: &str = "pay_01kaqwm3v0e9r8t7y6v5w4x3z2";

const EVENT: &str = "evt_01kaqwm3v0e9r8t7y6v5w4x3z4";

/// As long as a real one.
const SIGNATURE: &str = "v1,sj+++cGV9MLmCG82Z7Ws2aso5YZk8FeIhkvKPFQyFK0=";

/// What the routes share.
struct Hops {
    transport: HttpTransport,
    account: Account,
    /// Where the shop's webhooks go.
    hook: Option<Url>,
}

/// Serves until the parent is gone.
pub(crate) fn serve(listen: SocketAddr, stub: Url, hook: Option<Url>) -> anyhow::Result<ExitCode> {
    end_with_parent();
    let hops = Arc::new(Hops {
        transport: HttpTransport::new(HttpTransport::DEFAULT_TIMEOUT)?,
        account: Account {
            base_url: stub,
            secrets: vec![SecretString::from("sk_sandbox_bench".to_owned())],
            options: std::collections::BTreeMap::new(),
        },
        hook,
    });
    let router = Router::new()
        .route("/readyz", get(async || StatusCode::OK))
        .route("/v1/orders", post(create))
        .route("/v1/orders/{id}", get(read))
        .route("/v1/orders/{id}/check", post(check))
        .route("/callbacks/ocpay/{account}", post(notified))
        .with_state(hops);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(listen).await?.tap_io(|stream| {
            // Without it answers only wait longer, which the caller sees in the figures.
            let _set = stream.set_nodelay(true);
        });
        axum::serve(listener, router).await?;
        Ok(ExitCode::SUCCESS)
    })
}

/// What a shop sends.
#[derive(Deserialize)]
struct OrderRequest {
    reference: String,
    amount: i64,
    currency: String,
    #[expect(dead_code, reason = "read as the server reads it")]
    gateway: String,
    title: String,
}

async fn create(State(hops): State<Arc<Hops>>, Json(asked): Json<OrderRequest>) -> Response {
    let Ok(currency) = Currency::from_code(&asked.currency) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let request = PayinRequest {
        reference: asked.reference.clone(),
        title: asked.title.clone(),
        return_url: Some("http://127.0.0.1:8080/status/01kaqwm3v0e9r8t7y6v5w4x3z2".to_owned()),
        ..PayinRequest::of(Money::new(asked.amount, currency))
    };
    match OcPay.open(&hops.transport, &hops.account, &request, 0).await {
        Ok(link) => {
            let order = OrderView::new(link.reference, "pending", link.url, asked.reference, asked.title);
            (StatusCode::CREATED, Json(order)).into_response()
        }
        Err(trouble) => (StatusCode::BAD_GATEWAY, format!("{trouble:?}")).into_response(),
    }
}

async fn check(State(hops): State<Arc<Hops>>, Path(id): Path<String>) -> Response {
    let expected = Money::new(250_000, Currency::DZD);
    match OcPay.check(&hops.transport, &hops.account, &id, expected).await {
        Seen::Paid(_) => Json(OrderView::constant(id, "paid")).into_response(),
        seen @ (Seen::Pending { .. } | Seen::Failed { .. } | Seen::Unknown { .. }) => {
            (StatusCode::BAD_GATEWAY, format!("{seen:?}")).into_response()
        }
    }
}

async fn read(Path(id): Path<String>) -> Json<OrderView> {
    Json(OrderView::constant(id, "pending"))
}

/// Answered at once, as the server does; the shop hears of it when the gateway has been asked.
async fn notified(State(hops): State<Arc<Hops>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let callback = Callback { method: Method::POST, headers, query: String::new(), body };
    let hint = OcPay.read_callback(&hops.account, &callback);
    let Some(reference) = hint.references.into_iter().next() else { return StatusCode::OK };
    tokio::spawn(async move {
        if let Err(error) = tell(&hops, reference).await {
            eprintln!("ceiling: {error:#}");
        }
    });
    StatusCode::OK
}

async fn tell(hops: &Hops, id: String) -> anyhow::Result<()> {
    let url = hops.hook.clone().context("there is no --hook to send webhooks to")?;
    let expected = Money::new(250_000, Currency::DZD);
    let seen = OcPay.check(&hops.transport, &hops.account, &id, expected).await;
    anyhow::ensure!(matches!(seen, Seen::Paid(_)), "the gateway said {seen:?}");
    let webhook = WebhookView {
        id: EVENT,
        kind: "order.paid",
        timestamp: TIME,
        order: id.clone(),
        payment: PAYMENT,
        why: format!("A check at the gateway saw 2500.00 DZD paid under its reference {id}."),
        data: OrderView::constant(id, "paid"),
    };
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in
        [("webhook-id", EVENT), ("webhook-timestamp", "1768473000"), ("webhook-signature", SIGNATURE)]
    {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    let body = Bytes::from(serde_json::to_vec(&webhook)?);
    let answer = hops.transport.send(Request { method: Method::POST, url, headers, body }).await?;
    anyhow::ensure!(answer.status.is_success(), "the webhook was answered with {}", answer.status);
    Ok(())
}

/// A webhook of the size that the server sends.
#[derive(Serialize)]
struct WebhookView {
    id: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: &'static str,
    order: String,
    payment: &'static str,
    why: String,
    data: OrderView,
}

/// An order of the size that the server shows.
#[derive(Serialize)]
struct OrderView {
    id: String,
    reference: String,
    environment: &'static str,
    status: &'static str,
    version: i64,
    amount: i64,
    currency: &'static str,
    amount_decimal: String,
    items: [&'static str; 0],
    title: String,
    payer: PayerView,
    return_url: Option<String>,
    metadata: serde_json::Map<String, serde_json::Value>,
    payment_url: Option<String>,
    checkout_url: String,
    status_url: String,
    payments: Vec<PaymentView>,
    held: [&'static str; 0],
    needs_you: bool,
    paid_late: bool,
    paid_at: Option<String>,
    created_at: String,
    expires_at: String,
}

#[derive(Serialize)]
struct PayerView {
    family_name: Option<String>,
    given_name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
}

#[derive(Serialize)]
struct PaymentView {
    id: String,
    gateway: String,
    account: String,
    status: &'static str,
    reference: Option<String>,
    payment_url: Option<String>,
    failure: Option<String>,
    created_at: String,
    checked_at: Option<String>,
}

impl OrderView {
    fn new(id: String, status: &'static str, url: Option<String>, reference: String, title: String) -> Self {
        let payment = PaymentView {
            id: PAYMENT.to_owned(),
            gateway: "ocpay".to_owned(),
            account: ACCOUNT.to_owned(),
            status,
            reference: Some(id.clone()),
            payment_url: url.clone(),
            failure: None,
            created_at: TIME.to_owned(),
            checked_at: None,
        };
        OrderView {
            id,
            reference,
            environment: "test",
            status,
            version: 2,
            amount: 250_000,
            currency: "DZD",
            amount_decimal: "2500.00".to_owned(),
            items: [],
            title,
            payer: PayerView { family_name: None, given_name: None, email: None, phone: None },
            return_url: None,
            metadata: serde_json::Map::new(),
            payment_url: url,
            checkout_url: "http://127.0.0.1:8080/checkout/01kaqwm3v0e9r8t7y6v5w4x3z2".to_owned(),
            status_url: "http://127.0.0.1:8080/status/01kaqwm3v0e9r8t7y6v5w4x3z2".to_owned(),
            payments: vec![payment],
            held: [],
            needs_you: false,
            paid_late: false,
            paid_at: None,
            created_at: TIME.to_owned(),
            expires_at: TIME.to_owned(),
        }
    }

    fn constant(id: String, status: &'static str) -> Self {
        let url = Some(format!("https://pay.example/pay/{id}"));
        let reference = "ORD-2026-000000123";
        OrderView::new(id, status, url, reference.to_owned(), format!("Order {reference}"))
    }
}
