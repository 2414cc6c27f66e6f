//! The client for Rust, which needs no process of its own.

use std::process::Command;
use std::time::{Duration, UNIX_EPOCH};

use guichet_client::{
    Error, EventKind, Guichet, ListEventsQuery, ListOrdersQuery, ListPaymentLinksQuery, ListRefundsQuery,
    OrderRequest, OrderStatus, PaymentLinkRequest, PaymentLinkStatus, PaymentRequest, ReadDaysQuery, Refusal,
    ReopenRequest, WebhookEndpointRequest, WebhookEventKind, WebhookInvalid, verify_webhook,
    verify_webhook_at,
};
use http::HeaderMap;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};

use super::utf8;
use crate::support::inbox::Inbox;
use crate::support::scratch::scratch;
use crate::support::test_server::TestServer;

async fn shop(server: &TestServer) -> (Guichet, String) {
    let key = server.shop().await.key.expect("a key");
    (Guichet::new(&format!("{}/", server.base_url), &key).expect("a client"), key)
}

fn order(reference: &str) -> OrderRequest {
    let (reference, currency) = (reference.to_owned(), "DZD".to_owned());
    OrderRequest { reference, amount: Some(250_000), currency, ..OrderRequest::default() }
}

fn refused<Answer>(answer: Result<Answer, Error>) -> Refusal {
    let Err(Error::Refused(refusal)) = answer else { panic!("it is not refused") };
    *refusal
}

#[test]
fn the_rust_clients_types_are_those_of_the_description() {
    let clients = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../clients");
    let folder = scratch("client-rust");
    std::fs::create_dir_all(folder.join("clients/rust/src")).expect("a folder");
    for file in ["clients/openapi.json", "clients/rust/make.py", "rustfmt.toml"] {
        std::fs::copy(clients.join("..").join(file), folder.join(file)).expect("a file");
    }
    let made = Command::new("python3").arg(utf8(&folder.join("clients/rust/make.py"))).status();
    assert!(made.expect("python3").success());
    let read = |path: &std::path::Path| std::fs::read_to_string(path).expect("it is there");
    let is_kept =
        read(&folder.join("clients/rust/src/contract.rs")) == read(&clients.join("rust/src/contract.rs"));
    assert!(is_kept, "contract.rs is not what make.py makes of the contract: run it");
    let packed = Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--manifest-path"])
        .arg(clients.join("rust/Cargo.toml"))
        .output()
        .expect("cargo");
    let files = String::from_utf8_lossy(&packed.stdout).into_owned();
    assert!(
        files.contains("src/contract.rs") && files.contains("README.md") && !files.contains("make.py"),
        "{files}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rust_client_makes_reads_and_finds_orders() {
    let server = TestServer::start("own-clients-rust").await;
    let (guichet, _) = shop(&server).await;
    let metadata = json!({ "cart": 7 }).as_object().cloned();
    let wanted = OrderRequest { metadata: metadata.clone(), ..order("rs-1") };
    let made = guichet.orders().create(&wanted).await.expect("made");
    assert_eq!((&made.status, Some(&made.metadata)), (&OrderStatus::Pending, metadata.as_ref()));
    let payment = PaymentRequest { gateway: Some("ocpay".to_owned()), ..PaymentRequest::default() };
    let opened = guichet.orders().open_payment(&made.id, &payment).await.expect("opened");
    assert!(opened.payment_url.is_some_and(|url| url.starts_with("http")));
    let query = ListOrdersQuery { reference: Some("rs-1".to_owned()), ..ListOrdersQuery::default() };
    let mut found = guichet.orders().list(&query).await.expect("found");
    assert_eq!(found.next().await.expect("a page").map(|order| order.id), Some(made.id.clone()));
    assert!(found.next().await.expect("a page").is_none());
    assert_eq!(guichet.orders().cancel(&made.id).await.expect("cancelled").status, OrderStatus::Cancelled);
    let story = guichet.orders().events(&made.id).await.expect("a story").data;
    let cancelled = story.iter().find(|event| event.kind == EventKind::OrderCancelled).expect("it is told");
    assert_eq!(cancelled.data.as_ref().map(|order| &order.status), Some(&OrderStatus::Cancelled));
    let reopened = guichet.orders().reopen(&made.id, &ReopenRequest::default()).await.expect("reopened");
    assert_eq!(reopened.status, OrderStatus::Pending);

    for number in 0..5 {
        guichet.orders().create(&order(&format!("rs-page-{number}"))).await.expect("made");
    }
    let query =
        ListOrdersQuery { q: Some("rs-page".to_owned()), limit: Some(2), ..ListOrdersQuery::default() };
    let mut pages = guichet.orders().list(&query).await.expect("a list");
    let mut seen = Vec::new();
    while let Some(order) = pages.next().await.expect("a page") {
        seen.push(order.reference);
    }
    assert_eq!(seen, [4, 3, 2, 1, 0].map(|number| format!("rs-page-{number}")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rust_client_says_what_was_wrong_and_tries_again_what_may_be() {
    let server = TestServer::start("own-clients-rust-errors").await;
    let (guichet, key) = shop(&server).await;
    let bad = OrderRequest { amount: Some(-1), ..order("rs-bad") };
    let refusal = refused(guichet.orders().create(&bad).await);
    assert_eq!((refusal.status, refusal.code.as_str()), (422, "amount_out_of_range"));
    assert!(refusal.field.as_deref() == Some("amount") && refusal.request_id.is_some(), "{refusal:?}");
    let stranger = Guichet::new(&server.base_url, "sk_test_nobody").expect("a client");
    assert_eq!(refused(stranger.orders().retrieve("ord_1").await).code, "key_unknown");
    assert!(Guichet::new(&server.base_url, "secret").is_err());

    let busy = Inbox::open().await;
    busy.answer_next([(503, vec![("retry-after", "0".to_owned())])]);
    busy.write(br#"{"code":"reference_taken","detail":"Taken."}"#);
    busy.answer(409);
    let through_it = Guichet::new(&busy.url, &key).expect("a client");
    assert_eq!(refused(through_it.orders().create(&order("rs-busy")).await).code, "reference_taken");
    let keys: Vec<String> =
        busy.letters().iter().map(|letter| letter.header("idempotency-key").to_owned()).collect();
    assert!(keys.len() == 2 && !keys[0].is_empty() && keys[0] == keys[1], "{keys:?}");
    busy.answer(500);
    assert_eq!(refused(through_it.webhook_endpoints().rotate_secret("whe_x").await).status, 500);
    assert_eq!(busy.letters().len(), 3, "what must not happen twice was asked for again");

    let breaking = breaking_once(&server.base_url).await;
    let made = Guichet::new(&breaking, &key)
        .expect("a client")
        .orders()
        .create(&order("rs-lost"))
        .await
        .expect("made");
    assert_eq!(guichet.keyed("one").orders().create(&order("rs-lost")).await.expect("the same").id, made.id);
}

/// A way to the server that breaks off the first connection.
async fn breaking_once(server: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("a bound port"));
    let server = server.trim_start_matches("http://").to_owned();
    tokio::spawn(async move {
        drop(listener.accept().await.expect("a connection"));
        while let Ok((mut near, _)) = listener.accept().await {
            let mut far = TcpStream::connect(&server).await.expect("the server");
            tokio::spawn(async move { tokio::io::copy_bidirectional(&mut near, &mut far).await });
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rust_client_verifies_webhooks() {
    let server = TestServer::start("own-clients-rust-webhooks").await;
    let (guichet, _) = shop(&server).await;
    let inbox = Inbox::open().await;
    let wanted = WebhookEndpointRequest { url: inbox.url.clone(), events: Some(vec!["order.*".to_owned()]) };
    let endpoint = guichet.webhook_endpoints().create(&wanted).await.expect("an endpoint");
    let secret = endpoint.secret.expect("a secret");
    assert!(guichet.webhook_endpoints().test(&endpoint.id).await.expect("tried").arrived);
    let [letter] = &inbox.letters()[..] else { panic!("one webhook") };
    let event = verify_webhook(&secret, &letter.headers, &letter.body).expect("the server's");
    assert_eq!(event.kind, WebhookEventKind::EndpointTest);

    let with = |name: &'static str, value: &str| {
        let mut headers: HeaderMap = letter.headers.clone();
        headers.insert(name, value.parse().expect("a header"));
        verify_webhook(&secret, &headers, &letter.body).map(|_| ())
    };
    assert_eq!(with("webhook-id", "evt_other"), Err(WebhookInvalid::Forged));
    assert_eq!(with("webhook-signature", ""), Err(WebhookInvalid::HeaderMissing));
    assert_eq!(with("webhook-signature", "v1,AAAA v2,x"), Err(WebhookInvalid::Forged));
    assert_eq!(with("webhook-timestamp", "1e9"), Err(WebhookInvalid::NotOfNow));
    assert_eq!(with("webhook-signature", &format!("v1,AAAA {}", letter.header("webhook-signature"))), Ok(()));
    let longer = [letter.body.as_slice(), b" "].concat();
    assert!(verify_webhook(&secret, &letter.headers, &longer).is_err());
    let other = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    assert_eq!(verify_webhook(other, &letter.headers, &letter.body), Err(WebhookInvalid::Forged));
    let signed_s: u64 = letter.header("webhook-timestamp").parse().expect("a time");
    let later = UNIX_EPOCH + Duration::from_secs(signed_s + 301);
    assert_eq!(
        verify_webhook_at(&secret, &letter.headers, &letter.body, later),
        Err(WebhookInvalid::NotOfNow)
    );
    guichet.webhook_endpoints().delete(&endpoint.id).await.expect("deleted");

    // A type of event that is newer than the client.
    let newer: guichet_client::WebhookEvent = serde_json::from_value(
        json!({ "id": "evt_1", "type": "order.packed", "timestamp": "", "why": "", "data": null }),
    )
    .expect("it is read");
    assert_eq!(newer.kind, WebhookEventKind::Other("order.packed".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rust_client_has_links_events_refunds_and_the_book() {
    let server = TestServer::start("own-clients-rust-others").await;
    let (guichet, _) = shop(&server).await;
    let wanted = PaymentLinkRequest {
        reference: Some("rs-link".to_owned()),
        title: "Coffee".to_owned(),
        amount: Some(90_000),
        currency: "DZD".to_owned(),
        ..PaymentLinkRequest::default()
    };
    let link = guichet.payment_links().create(&wanted).await.expect("a link");
    assert_eq!(link.status, PaymentLinkStatus::Active);
    assert_eq!(guichet.payment_links().retrieve(&link.id).await.expect("the link").url, link.url);
    let listed = guichet.payment_links().list(&ListPaymentLinksQuery::default()).await.expect("links");
    assert_eq!(listed.fetched().count(), 1);
    assert_eq!(guichet.payment_links().end(&link.id).await.expect("ended").status, PaymentLinkStatus::Ended);
    guichet.orders().create(&order("rs-event")).await.expect("made");
    let query = ListEventsQuery { limit: Some(1), ..ListEventsQuery::default() };
    let mut waiting = guichet.events().list(&query).await.expect("events");
    let event = waiting.next().await.expect("a page").expect("an event");
    guichet.events().acknowledge(&[&event.id]).await.expect("taken");
    assert!(guichet.events().list(&query).await.expect("events").fetched().all(|left| left.id != event.id));
    assert_eq!(
        guichet.refunds().list(&ListRefundsQuery::default()).await.expect("refunds").fetched().count(),
        0
    );
    guichet.reports().days(&ReadDaysQuery::default()).await.expect("the book");
}
